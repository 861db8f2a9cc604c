"""Shapes of what people send."""

from datetime import date

from django import forms

from ansinh.core.permissions import Actor
from ansinh.identity import permissions, queries
from ansinh.identity.models import IdentityCase, Notice, PopulationExtract, Reason, Review
from ansinh.offices.models import Area

COUNTRY = "toan-quoc"


class StartForm(forms.Form):
    """Which people against which extract."""

    area = forms.ChoiceField(label="Địa bàn")
    extract = forms.ModelChoiceField(
        label="Bản trích dân cư", queryset=PopulationExtract.objects.order_by("-cut_off_date", "-pk"), empty_label=None
    )

    def __init__(self, actor: Actor, on: date, data: dict[str, str] | None = None) -> None:
        """Offer the areas that the actor may verify; the whole country to those who hold it."""
        super().__init__(data)
        areas = queries.areas_in_reach(actor, permissions.VERIFY, on)
        self.areas = {area.code: area for area in areas}
        choices = [(area.code, area.name) for area in areas]
        if actor.areas_for(permissions.VERIFY) is None:
            choices.insert(0, (COUNTRY, "Toàn quốc"))
        field = self.fields["area"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def chosen_area(self) -> Area | None:
        """Return the chosen area; ``None`` is the whole country."""
        return self.areas.get(self.cleaned_data["area"])


class ReviewForm(forms.Form):
    """A clerk's answer about a case."""

    verdict = forms.ChoiceField(choices=Review.Verdict.choices)
    reason = forms.CharField(required=False, max_length=300)


class GroundForm(forms.Form):
    """The paper that speaks for a case, or the number of a letter."""

    document = forms.CharField(required=False, max_length=200)


class WhyForm(forms.Form):
    """Why a case exists: reasons, the side believed wrong, the paper."""

    reasons = forms.MultipleChoiceField(choices=Reason.choices)
    wrong_side = forms.ChoiceField(choices=IdentityCase.Side.choices)
    ground = forms.CharField(required=False, max_length=200)


class ReceiptForm(forms.Form):
    """Whether the agency takes a request on, under which number, or why not."""

    accepted = forms.ChoiceField(choices=[("co", "Tiếp nhận"), ("khong", "Từ chối")])
    reference = forms.CharField(required=False, max_length=60)
    why = forms.CharField(required=False, max_length=300)


class AnswerForm(forms.Form):
    """What the agency answered, by which document of which day."""

    answer = forms.ChoiceField(choices=[choice for choice in IdentityCase.Answer.choices if choice[0]])
    document = forms.CharField(max_length=60)
    document_date = forms.DateField(input_formats=["%Y-%m-%d", "%d/%m/%Y"])


class NoteForm(forms.Form):
    """A step by its name, with a word to it."""

    step = forms.CharField(max_length=12)
    note = forms.CharField(required=False, max_length=300)


class ChannelForm(forms.Form):
    """How a notice goes to one person."""

    channel = forms.ChoiceField(choices=[(Notice.Channel.LETTER, ""), (Notice.Channel.APP, "")])
