"""Shapes of what people send."""

from datetime import date

from django import forms

from ansinh.core.permissions import Actor
from ansinh.identity import permissions, queries
from ansinh.identity.models import PopulationExtract, Review
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


class PoliceListForm(forms.Form):
    """What for, and as one table or a table a commune."""

    purpose = forms.CharField(label="Mục đích, nơi nhận", max_length=300)
    form = forms.ChoiceField(choices=[("zip", "Mỗi xã một tệp (ZIP)"), ("csv", "Một tệp, xếp theo xã (CSV)")])


class AnswersForm(forms.Form):
    """A file the police have filled in."""

    file = forms.FileField(label="Tệp đã điền kết quả (CSV)", allow_empty_file=True)
