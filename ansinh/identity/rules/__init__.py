"""What is decided about a case without the database, and two texts side by side with their differences marked."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from typing import Literal, Protocol

from ansinh.core.text import comparison_key, nfc

_PLACE_KIND = re.compile(
    r"(?:(?:tỉnh|thành phố|quận|huyện|thị xã|thị trấn|phường|xã|đặc khu)\s+|(?:tp|tx|tt|[tqhpx])[.\s]+)?", re.IGNORECASE
)
_TOKEN = re.compile(r"[\s/,.]+|[^\s/,.]+")
_ALIKE, _SHORT = 0.6, 2
"""Words longer and less alike than this are marked whole: scattered common letters would only confuse the eye."""

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


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and whether it differs from what stands beside it."""

    text: str
    differs: bool


Side = tuple[Piece, ...]


def mark_differences(left: str, right: str) -> tuple[Side, Side]:
    """Return both texts cut into pieces, differing letters marked.

    Letter case and spelling habits (hòa, hoà) do not count. A missing text marks
    nothing: what is not known does not differ.
    """
    ours, theirs = _TOKEN.findall(nfc(left)), _TOKEN.findall(nfc(right))
    if not ours or not theirs:
        return _joined((word, False) for word in ours), _joined((word, False) for word in theirs)
    marked_left: list[tuple[str, bool]] = []
    marked_right: list[tuple[str, bool]] = []
    keys = [comparison_key(word) for word in ours], [comparison_key(word) for word in theirs]
    for tag, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if tag == "equal":
            marked_left += [(word, False) for word in ours[a:b]]
            marked_right += [(word, False) for word in theirs[c:d]]
            continue
        for mine, other in zip_longest(ours[a:b], theirs[c:d], fillvalue=""):
            ours_marked, theirs_marked = _word(mine, other)
            marked_left += ours_marked
            marked_right += theirs_marked
    return _joined(marked_left), _joined(marked_right)


def mark_places(left: Sequence[str], right: Sequence[str]) -> tuple[Side, Side]:
    """Return two places, given narrow to wide, with differing letters marked.

    What kind of place it is (xã, phường, huyện) does not count: clerks leave it out as often as not.
    """
    ours: list[tuple[str, bool]] = []
    theirs: list[tuple[str, bool]] = []
    for here, there in zip(left, right, strict=True):
        pairs = [
            (text[: kind.end()], text[kind.end() :]) for text in (here, there) if (kind := _PLACE_KIND.match(text))
        ]
        marked = mark_differences(pairs[0][1], pairs[1][1])
        for side, (kind_of_place, _), pieces in zip((ours, theirs), pairs, marked, strict=True):
            if pieces:
                side += [(", " if side else "", False), (kind_of_place, False)]
                side += [(piece.text, piece.differs) for piece in pieces]
    return _joined(ours), _joined(theirs)


def _word(left: str, right: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    if not left.strip() or not right.strip():
        return [(left, bool(left.strip()))], [(right, bool(right.strip()))]
    ours, theirs = graphemes(left), graphemes(right)
    if left.isdigit() and right.isdigit() and len(left) == len(right):
        # Digits are read place by place: 45 for 54 is two wrong digits, not one moved.
        wrong = [mine != other for mine, other in zip(ours, theirs, strict=True)]
        return list(zip(ours, wrong, strict=True)), list(zip(theirs, wrong, strict=True))
    plain = [letter.casefold() for letter in ours], [letter.casefold() for letter in theirs]
    matcher = SequenceMatcher(None, *plain, autojunk=False)
    if matcher.ratio() < _ALIKE and max(len(ours), len(theirs)) > _SHORT:
        return [(left, True)], [(right, True)]
    codes = matcher.get_opcodes()
    return (
        [("".join(ours[a:b]), tag != "equal") for tag, a, b, _, _ in codes if b > a],
        [("".join(theirs[c:d]), tag != "equal") for tag, _, _, c, d in codes if d > c],
    )


def graphemes(text: str) -> list[str]:
    """Return the letters as people see them: NFC, each with the marks that stand on it."""
    letters: list[str] = []
    for character in nfc(text):
        if unicodedata.combining(character) and letters:
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def _joined(marked: Iterable[tuple[str, bool]]) -> Side:
    grouped = groupby((piece for piece in marked if piece[0]), key=lambda piece: piece[1])
    return tuple(Piece("".join(text for text, _ in pieces), differs) for differs, pieces in grouped)


@dataclass(frozen=True, slots=True)
class FieldPair:
    """One field of two records side by side."""

    label: str
    ours: Side
    theirs: Side

    @property
    def differs(self) -> bool:
        """Tell whether both are known and not the same."""
        return any(piece.differs for piece in (*self.ours, *self.theirs))

    @property
    def is_open(self) -> bool:
        """Tell whether one side is not known."""
        return not self.ours or not self.theirs


def side_by_side(fields: Sequence[tuple[str, str, str]]) -> list[FieldPair]:
    """Lay (label, ours, theirs) out as pairs; fields empty on both sides are left out."""
    return [FieldPair(label, *mark_differences(ours, theirs)) for label, ours, theirs in fields if ours or theirs]


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


_SOON, _TOO_FEW = timedelta(seconds=3), 0.01


@dataclass(frozen=True, slots=True)
class Pace:
    """Pace (nhịp độ) of a step: rows a second and time left; ``None`` as long as they would be a guess."""

    rate: float | None
    left: timedelta | None


def pace_of(*, done: int, left: int, spent: timedelta) -> Pace:
    """Reckon a pace from what a step has done since it began; not before three seconds and a hundredth of the way."""
    if spent < _SOON or done <= 0:
        return Pace(None, None)
    rate = done / spent.total_seconds()
    if left < 0 or done < _TOO_FEW * (done + left):
        return Pace(rate, None)
    return Pace(rate, timedelta(seconds=round(left / rate)))


def duration(time: timedelta) -> str:
    """Write how long something takes, in the two widest units: 45 giây, 3 phút 20 giây, 2 giờ 5 phút, 3 ngày 4 giờ."""
    seconds = max(int(time.total_seconds()), 0)
    for unit, name, part, part_name in (
        (86_400, "ngày", 3600, "giờ"),
        (3600, "giờ", 60, "phút"),
        (60, "phút", 1, "giây"),
    ):
        if seconds >= unit:
            rest = seconds % unit // part
            return f"{seconds // unit} {name}" + (f" {rest} {part_name}" if rest else "")
    return f"{seconds} giây"


class Compared(Protocol):
    """What a service answered about one person: whether there is such a number, and the fields that agree or differ."""

    @property
    def exists(self) -> bool:
        """Tell whether there is such a number."""

    @property
    def matched(self) -> frozenset[str]:
        """Return the fields that agree."""

    @property
    def mismatched(self) -> frozenset[str]:
        """Return the fields that differ."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Verdict (kết luận) on an answer: decision, state, and the level of each field; empty: not compared."""

    decision: str
    state: str
    number: str = ""
    name: str = ""
    dob: str = ""
    sex: str = ""


def verdict_of(answer: Compared | None, *, has_personal_id: bool) -> Verdict:
    """Decide by what a service answered; ``None`` is that there was nothing to ask with.

    All fields compared agree: verified. An old number of nine digits that agrees confirms no personal number: somebody
    must ask for it.
    """
    if answer is None:
        return Verdict("NOT_FOUND", "NOT_FOUND", number="MISSING")
    if not answer.exists:
        return Verdict("NOT_FOUND", "NOT_FOUND", number="DIFFERENT")
    levels = {
        field: "DIFFERENT" if field in answer.mismatched else "EQUAL" if field in answer.matched else ""
        for field in ("name", "dob", "sex")
    }
    wrong_number = "number" in answer.mismatched
    levels["number"] = "DIFFERENT" if wrong_number else "EQUAL" if has_personal_id else "OLD"
    if answer.mismatched or not has_personal_id:
        return Verdict("REVIEW", "WAITING", **levels)
    return Verdict("VERIFIED", "CONFIRMED", **levels)


def request_id_of(run: int, asked_at: datetime, person: int) -> str:
    """Return the name of the one question a run asks about a person: asked again, it is the same question.

    The instant is in it, so that a database restored from a backup never gives an old name to a new question.
    """
    return f"AS-{run}-{int(asked_at.timestamp())}-{person}"


_FIELDS = {"number": "số định danh", "name": "họ tên", "dob": "ngày sinh", "sex": "giới tính"}


def said_of_answer(levels: Levels) -> tuple[str, ...]:
    """Say in words what a service answered."""
    told = {field: getattr(levels, field) for field in _FIELDS}
    agree = [_FIELDS[field] for field, level in told.items() if level == "EQUAL"]
    differ = [_FIELDS[field] for field, level in told.items() if level == "DIFFERENT"]
    sentences = []
    if agree:
        sentences.append(f"Cơ sở dữ liệu dân cư trả lời: khớp {', '.join(agree)}.")
    if differ:
        sentences.append(f"Cơ sở dữ liệu dân cư trả lời: không khớp {', '.join(differ)}.")
    if levels.number == "OLD":
        sentences.append("Số CMND 9 số khớp; cần số định danh 12 số của người này để xác nhận.")
    return tuple(sentences)
