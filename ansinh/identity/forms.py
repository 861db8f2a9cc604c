"""Shapes of what people send."""

from collections.abc import Sequence
from datetime import date

from django import forms
from django.http import QueryDict

from ansinh.core.birth import BirthDate, BirthDateError
from ansinh.core.numbers import read_id
from ansinh.core.permissions import Actor
from ansinh.core.text import nfc
from ansinh.identity import permissions, queries, rules
from ansinh.identity.actions import MergeOffer, Purpose
from ansinh.identity.linkage.columns import PLACES
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


_UNSAID = [("", "Không ghi"), ("Nam", "Nam"), ("Nữ", "Nữ")]


def _typed(label: str, length: int = 120, help_text: str = "", **attributes: str) -> forms.CharField:
    """Return a field that nobody's browser remembers: what is typed is somebody else's."""
    shown = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", **attributes})
    return forms.CharField(label=label, required=False, max_length=length, help_text=help_text, widget=shown)


class LookUpForm(forms.Form):
    """What somebody at the counter declares, typed or scanned from the card, and what it is needed for."""

    scanned = _typed("Quét mã QR trên thẻ căn cước", 400, "Để con trỏ ở đây rồi quét; không quét thì nhập các ô dưới.")
    full_name = _typed("Họ và tên")
    dob = _typed("Ngày sinh", 20, "Chỉ biết năm thì ghi năm.", placeholder="dd/mm/yyyy, mm/yyyy hoặc yyyy")
    sex = forms.ChoiceField(label="Giới tính", required=False, choices=_UNSAID)
    id_no = _typed("Số định danh hoặc CMND", 30, "12 số, hoặc 9 số của CMND cũ.", inputmode="numeric")
    res_commune = _typed("Xã, phường nơi cư trú")
    res_district = _typed("Quận, huyện nơi cư trú")
    res_province = _typed("Tỉnh, thành phố nơi cư trú")
    home_commune = _typed("Xã, phường quê quán")
    home_district = _typed("Quận, huyện quê quán")
    home_province = _typed("Tỉnh, thành phố quê quán")
    purpose = forms.ChoiceField(label="Tra để làm gì", choices=[("", "Chọn mục đích"), *Purpose.choices])
    dossier = _typed("Mã hồ sơ", 60, "Nếu có; được ghi vào nhật ký cùng mục đích.")

    def __init__(self, on: date, data: dict[str, str] | None = None) -> None:
        """Take what was typed on a day; a scanned card fills the fields it tells of."""
        scanned = rules.card_text((data or {}).get("scanned", ""))
        if data and scanned:
            place = dict(zip(("res_province", "res_district", "res_commune"), scanned.place, strict=True))
            card = {"full_name": scanned.full_name, "dob": scanned.dob, "sex": scanned.sex, "id_no": scanned.id_no}
            data = data | {name: text for name, text in (card | place).items() if text} | {"scanned": ""}
        super().__init__(data)
        self._on = on
        self.fields["purpose"].error_messages["required"] = "Hãy chọn mục đích tra cứu; mỗi lần tra đều được ghi lại."

    def clean_scanned(self) -> str:
        """Refuse a text that is no card's."""
        if self.cleaned_data["scanned"]:
            raise forms.ValidationError("Không đọc được mã này. Hãy quét lại mã QR ở mặt thẻ căn cước, hoặc nhập tay.")
        return ""

    def clean_dob(self) -> str:
        """Refuse what no calendar holds."""
        text = nfc(str(self.cleaned_data["dob"]))
        try:
            if text:
                BirthDate.parse(text).check(self._on)
        except BirthDateError as error:
            raise forms.ValidationError(str(error)) from error
        return text

    def clean_id_no(self) -> str:
        """Refuse a number that is neither of a card nor of an old one."""
        text = str(self.cleaned_data["id_no"])
        number = read_id(text)
        if text and number is None:
            raise forms.ValidationError(
                "Số định danh có đúng 12 chữ số, CMND cũ có đúng 9 chữ số. Hãy xem lại thẻ, hoặc để trống nếu không rõ."
            )
        return str(number or "")

    def clean(self) -> None:
        """Ask for enough to find one person among a hundred million."""
        typed = self.cleaned_data
        if not typed.get("full_name") and not self.errors.get("scanned"):
            self.add_error("full_name", "Hãy nhập họ tên, có dấu hoặc không dấu.")
        if not {"dob", "id_no", "scanned"} & self.errors.keys() and not (typed.get("dob") or typed.get("id_no")):
            self.add_error("dob", "Hãy nhập thêm ngày sinh, hoặc chỉ năm sinh, hoặc số định danh.")

    @property
    def has_places(self) -> bool:
        """Tell whether a place was typed, so that it is not folded away."""
        return any(self.data.get(name) for name in PLACES)

    @property
    def sought(self) -> queries.Sought:
        """Return what was declared."""
        names = queries.Sought.__dataclass_fields__
        return queries.Sought(**{name: nfc(str(self.cleaned_data.get(name) or "")) for name in names})

    @property
    def chosen_purpose(self) -> Purpose:
        """Return what it is needed for."""
        return Purpose(self.cleaned_data["purpose"])


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
