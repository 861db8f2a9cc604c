"""Where a case stands once the engine has decided, and its evidence in words."""

from dataclasses import dataclass
from typing import Literal

_CERTAIN = 9998
State = Literal["CONFIRMED", "WAITING", "REJECTED", "NOT_FOUND"]


def state_of(decision: str, *, stands: bool, rejected: bool, obstacle: str) -> State:
    """Return where a case stands once the engine has decided.

    ``stands`` tells that the candidate's number is already the person's confirmed one; ``rejected`` that a person has
    looked at this very pair and said no, which outranks the engine.
    """
    if decision == "NOT_FOUND":
        return "NOT_FOUND"
    if rejected:
        return "REJECTED"
    if obstacle or (decision == "REVIEW" and not stands):
        return "WAITING"
    return "CONFIRMED"


def likelihood(probability: float | None) -> str:
    """Write a probability as 97,25 %, cut, not rounded; from 99,99 % on as “trên 99,99 %”: certain is for people.

    An answer of a service has none: –.
    """
    if probability is None:
        return "–"
    hundredths = int(probability * 10_000)
    return "trên 99,99 %" if hundredths > _CERTAIN else f"{hundredths // 100},{hundredths % 100:02d} %"


_NAME = {
    "UNMARKED": "tên không dấu",
    "MARKS": "tên khác dấu",
    "ORDER": "tên đảo thứ tự",
    "MIDDLE_MISSING": "thiếu chữ đệm",
    "MIDDLE_DIFFERENT": "khác chữ đệm",
    "NEAR": "tên lệch chữ",
    "GIVEN": "khác họ, chữ đệm",
    "DIFFERENT": "khác họ tên",
    "MISSING": "thiếu họ tên",
}
_DOB = {
    "MONTH_ONLY": "thiếu ngày sinh",
    "YEAR_ONLY": "chỉ có năm sinh",
    "SWAPPED": "đảo ngày tháng",
    "HEAPED": "một bên ghi 01/01",
    "NEAR": "lệch ngày hoặc tháng",
    "YEAR_OFF": "lệch năm sinh",
    "YEAR": "khác ngày tháng",
    "DIFFERENT": "khác ngày sinh",
    "MISSING": "thiếu ngày sinh",
}
_NUMBER = {
    "NEAR": "số lệch một chữ số",
    "TWO_EDITS": "số lệch hai chữ số",
    "SHARED": "số nhiều người dùng",
    "OLD_DIFFERENT": "số CMND khác",
    "MALFORMED": "số sai cấu trúc",
    "OTHERS": "số của người khác",
    "DIFFERENT": "số khác",
    "MISSING": "thiếu số",
}


@dataclass(frozen=True, slots=True)
class Levels:
    """Agreement codes of one decision, as the engine wrote them."""

    name: str
    dob: str
    sex: str
    number: str
    places: str

    @property
    def differences(self) -> tuple[str, ...]:
        """Return what does not agree, in two or three words each; empty when all agrees."""
        return tuple(
            words
            for words in (
                _NUMBER.get(self.number),
                _NAME.get(self.name),
                _DOB.get(self.dob),
                "khác giới tính" if self.sex == "DIFFERENT" else None,
                "khác nơi ở, quê quán" if self.places == "DIFFERENT" else None,
            )
            if words
        )


_EVIDENCE = {
    "EQUAL": "Trùng số định danh",
    "OLD": "Trùng số CMND cũ",
    "NEAR": "Số lệch một, hai chữ số",
    "TWO_EDITS": "Số lệch một, hai chữ số",
}


def evidence_of(*, number: str, name: str, dob: str) -> str:
    """Return the class of evidence of a decision, for counting: what the number says, then name and date."""
    same_name, same_day = name == "EQUAL", dob in {"EQUAL", "SAME_YEAR_KNOWN"}
    rest = {
        (True, True): "trùng họ tên và ngày sinh",
        (True, False): "trùng họ tên, lệch ngày sinh",
        (False, True): "lệch họ tên, trùng ngày sinh",
        (False, False): "lệch cả họ tên và ngày sinh",
    }[same_name, same_day]
    return f"{_EVIDENCE.get(number, 'Không dùng được số')}; {rest}"
