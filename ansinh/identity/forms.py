"""Shapes of what people send."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.http import QueryDict

from ansinh.core.permissions import Actor
from ansinh.identity import permissions, queries
from ansinh.identity.actions import MergeOffer
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


class ReasonForm(forms.Form):
    """A reason that somebody has to give."""

    reason = forms.CharField(max_length=300)


class MergeForm(forms.Form):
    """A proposal to merge: which number is kept, the ground, and for each conflict which number counts."""

    ground = forms.CharField(max_length=300, error_messages={"required": "Hãy ghi căn cứ gộp."})

    def __init__(
        self, proposed: int, sides: Sequence[queries.Numbered], codes: Sequence[str], data: QueryDict | None = None
    ) -> None:
        """Offer both numbers to keep, and ask one question a conflict."""
        super().__init__(data)
        people = [(str(one.person.pk), one.person.si_no) for one in sides]
        chosen = {"required": "Hãy chọn một trong hai mã số."}
        self.fields["kept"] = forms.ChoiceField(choices=people, initial=str(proposed), error_messages=chosen)
        self.codes = tuple(codes)
        for code in codes:
            self.fields[code] = forms.ChoiceField(choices=people, error_messages=chosen)

    @property
    def offer(self) -> MergeOffer:
        """Return what is proposed."""
        said = self.cleaned_data
        return MergeOffer(int(said["kept"]), said["ground"], {code: int(said[code]) for code in self.codes})
