"""Shapes of what people send."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.http import QueryDict

from ansinh.core.permissions import Actor
from ansinh.identity import permissions, queries
from ansinh.identity.actions import MergeOffer
from ansinh.identity.models import IdentityCase, Notice, PopulationExtract, Reason, Review
from ansinh.identity.ports import is_connected
from ansinh.offices.models import Area
from ansinh.registry.models import Scheme

COUNTRY, SERVICE = "toan-quoc", "dich-vu"


class StartForm(forms.Form):
    """Which people, and what they are compared with; an optional part and group of the area."""

    area = forms.ChoiceField(label="Địa bàn")
    within = forms.ChoiceField(label="Huyện, xã", required=False)
    scheme = forms.ChoiceField(label="Nhóm", required=False, choices=[("", "Mọi nhóm"), *Scheme.choices])
    extract = forms.ChoiceField(label="Đối chiếu với")

    def __init__(self, actor: Actor, on: date, data: dict[str, str] | None = None) -> None:
        """Offer the areas that the actor may verify, the whole country to those who hold it; the sources there are."""
        super().__init__(data)
        areas = queries.areas_in_reach(actor, permissions.VERIFY, on)
        self.areas = {area.code: area for area in areas}
        self.extracts = {str(extract.pk): extract for extract in queries.held_extracts()}
        choices = [(area.code, area.name) for area in areas]
        if actor.areas_for(permissions.VERIFY) is None:
            choices.insert(0, (COUNTRY, "Toàn quốc"))
        self._offer("area", choices)
        chosen = (data or {}).get("area") or (choices[0][0] if choices else "")
        self.parts = {part.code: part for part in queries.parts_of(self.areas.get(chosen), on)}
        self._offer("within", [("", "Cả địa bàn"), *((part.code, part.name) for part in self.parts.values())])
        sources = [
            (key, f"Bản trích dân cư chốt {extract} ({extract.rows:,} người)".replace(",", "."))
            for key, extract in self.extracts.items()
        ]
        if is_connected():
            sources.append((SERVICE, "Dịch vụ xác thực, hỏi từng người"))
        self._offer("extract", sources)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def has_source(self) -> bool:
        """Tell whether there is anything to compare with."""
        return bool(self.extracts) or is_connected()

    @property
    def chosen_area(self) -> Area | None:
        """Return the chosen area; ``None`` is the whole country."""
        return self.areas.get(self.cleaned_data["area"])

    @property
    def chosen_part(self) -> Area | None:
        """Return the chosen district or commune; ``None`` is all of the area."""
        return self.parts.get(self.cleaned_data["within"])

    @property
    def chosen_extract(self) -> PopulationExtract | None:
        """Return the chosen extract; ``None`` is the service."""
        return self.extracts.get(self.cleaned_data["extract"])


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


class PoliceListForm(forms.Form):
    """What for, and as one table or a table a commune."""

    purpose = forms.CharField(label="Mục đích, nơi nhận", max_length=300)
    form = forms.ChoiceField(choices=[("zip", "Mỗi xã một tệp (ZIP)"), ("csv", "Một tệp, xếp theo xã (CSV)")])


class AnswersForm(forms.Form):
    """A file the police have filled in."""

    file = forms.FileField(label="Tệp đã điền kết quả (CSV)", allow_empty_file=True)


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
