"""Where a person's identity stands, which fields do not agree and why: one function each, no database.

The words are those in which the agency reports task 21: declared, correct, wrong, not found, duplicate, dead, waiting
for a supplement, updated. Nothing of this is stored: register, decisions and cases already hold it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ansinh.core.text import comparison_key, fold
from ansinh.identity.rules.cases import Levels

FIELDS = {
    "name": "Họ và tên",
    "dob": "Ngày, tháng, năm sinh",
    "sex": "Giới tính",
    "number": "Số định danh cá nhân",
    "died": "Ngày mất",
}
"""What may be in dispute; places are compared but decide nothing, so nobody is asked to correct them."""

STANDINGS = {
    "UNDECLARED": "Chưa kê khai",
    "DECLARED": "Đã kê khai",
    "CORRECT": "Đúng",
    "WRONG": "Sai thông tin",
    "NOT_FOUND": "Không tìm thấy",
    "DUPLICATE": "Trùng số",
    "DECEASED": "Đã mất",
    "SUPPLEMENT": "Chờ bổ sung",
    "UPDATED": "Đã cập nhật",
}
"""Identity standing (tình trạng định danh): its code and its word, in the order in which people pass through them."""

REASONS = {
    "NAME_MARKS": "Họ tên thiếu dấu hoặc khác dấu",
    "NAME_SPELLING": "Họ tên sai chữ hoặc đảo thứ tự",
    "MIDDLE_NAME": "Thiếu hoặc khác chữ đệm",
    "NAME_OTHER": "Họ tên khác hẳn (đổi tên, tên gọi khác)",
    "BIRTH_INCOMPLETE": "Thiếu ngày, tháng sinh (chỉ có năm)",
    "BIRTH_WRONG": "Sai ngày, tháng hoặc năm sinh",
    "SEX": "Khác giới tính",
    "NUMBER_TYPING": "Số định danh gõ sai",
    "NUMBER_CHANGED": "Số định danh đã huỷ, cấp lại",
    "OLD_NUMBER": "Số CMND chưa chuyển sang số định danh",
    "NUMBER_MISSING": "Chưa kê khai số định danh",
    "TWO_SI_NUMBERS": "Một người có hai mã số BHXH",
    "SHARED_NUMBER": "Một số định danh trên nhiều mã số BHXH",
    "DIED": "Dân cư ghi đã mất",
    "MINOR_WITHOUT_NUMBER": "Người chưa thành niên chưa có số định danh",
    "NOT_FOUND": "Không có trong dữ liệu dân cư",
    "OTHER": "Lý do khác",
}
"""Mismatch reason (lý do sai lệch): its code and its words; the last only by a person."""

_NAME = {
    "UNMARKED": "NAME_MARKS",
    "MARKS": "NAME_MARKS",
    "ORDER": "NAME_SPELLING",
    "NEAR": "NAME_SPELLING",
    "MIDDLE_MISSING": "MIDDLE_NAME",
    "MIDDLE_DIFFERENT": "MIDDLE_NAME",
    "GIVEN": "NAME_OTHER",
    "DIFFERENT": "NAME_OTHER",
    "MISSING": "NAME_OTHER",
}
_DOB = {
    "MONTH_ONLY": "BIRTH_INCOMPLETE",
    "YEAR_ONLY": "BIRTH_INCOMPLETE",
    "HEAPED": "BIRTH_INCOMPLETE",
    "MISSING": "BIRTH_INCOMPLETE",
    "SWAPPED": "BIRTH_WRONG",
    "NEAR": "BIRTH_WRONG",
    "YEAR_OFF": "BIRTH_WRONG",
    "YEAR": "BIRTH_WRONG",
    "DIFFERENT": "BIRTH_WRONG",
}
_SEX = {"DIFFERENT": "SEX"}
_NUMBER = {
    "NEAR": "NUMBER_TYPING",
    "TWO_EDITS": "NUMBER_TYPING",
    "MALFORMED": "NUMBER_TYPING",
    "OLD": "OLD_NUMBER",
    "OLD_DIFFERENT": "OLD_NUMBER",
    "SHARED": "SHARED_NUMBER",
    "OTHERS": "SHARED_NUMBER",
    "DIFFERENT": "NUMBER_CHANGED",
    "MISSING": "NUMBER_MISSING",
}
_OBSTACLES = {"TAKEN": "SHARED_NUMBER", "CHANGED": "NUMBER_CHANGED", "DECEASED": "DIED"}
WRONG_LEVELS = {"name": tuple(_NAME), "dob": tuple(_DOB), "sex": tuple(_SEX)}
"""Agreement codes at which a field that a letter can put right differs."""

_OPEN = frozenset({"WAITING", "SENT_BACK"})
NOTHING = Levels("", "", "", "", "")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one person: the register, the decision in force (empty when no run has), what became of it.

    ``shares_citizen``: other records claim the same citizen. ``awaits_answer``: a case has asked the person.
    ``fixed``: fields whose difference has been removed since, on our side or theirs.
    """

    died: bool = False
    confirmed: bool = False
    declared: bool = False
    decision: str = ""
    state: str = ""
    obstacle: str = ""
    levels: Levels = NOTHING
    shares_citizen: bool = False
    awaits_answer: bool = False
    fixed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Standing:
    """Identity standing (tình trạng định danh): a code of ``STANDINGS``, and the fields that are wrong."""

    code: str
    fields: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Return its word."""
        return STANDINGS[self.code]

    @property
    def field_labels(self) -> tuple[str, ...]:
        """Return the names of the wrong fields."""
        return tuple(FIELDS[field] for field in self.fields)


def known_state(state: str, *, is_sampled: bool) -> str:
    """Return a decision's state as it counts here: looked at by one of two people is looked at by nobody yet.

    A doubt about what the machine confirmed leaves the number standing until somebody settles it.
    """
    if state == "DISPUTED" and is_sampled:
        return "CONFIRMED"
    return "WAITING" if state in {"SECOND", "DISPUTED"} else state


def standing_of(facts: Facts) -> Standing:
    """Return where somebody stands. Death outranks a shared number, that what is confirmed, that what is in doubt."""
    is_open = facts.state in _OPEN
    if facts.died or (is_open and facts.obstacle == "DECEASED"):
        return Standing("DECEASED")
    if is_open and not facts.confirmed and _is_shared(facts):
        return Standing("DUPLICATE")
    if facts.state == "SENT_BACK" or facts.awaits_answer:
        return Standing("SUPPLEMENT")
    return _confirmed(facts) if facts.confirmed else _unconfirmed(facts)


def _unconfirmed(facts: Facts) -> Standing:
    if facts.state in {"NOT_FOUND", "REJECTED"}:
        return Standing("NOT_FOUND")
    wrong = wrong_fields(facts.levels, obstacle=facts.obstacle)
    if facts.state == "WAITING" and wrong:
        return Standing("WRONG", wrong)
    return Standing("DECLARED" if facts.declared or facts.state else "UNDECLARED")


def _is_shared(facts: Facts) -> bool:
    return facts.obstacle == "TAKEN" or facts.shares_citizen or facts.levels.number in {"SHARED", "OTHERS"}


def _confirmed(facts: Facts) -> Standing:
    if facts.state == "WAITING":
        return Standing("WRONG", wrong_fields(facts.levels, obstacle=facts.obstacle) or ("number",))
    if facts.state != "CONFIRMED":
        return Standing("CORRECT")
    if left := fields_left(facts):
        return Standing("WRONG", left)
    return Standing("UPDATED" if wrong_fields(facts.levels) else "CORRECT")


def wrong_fields(levels: Levels, *, obstacle: str = "") -> tuple[str, ...]:
    """Return the fields that do not agree."""
    found = {
        "name": levels.name in _NAME,
        "dob": levels.dob in _DOB,
        "sex": levels.sex in _SEX,
        "number": levels.number in _NUMBER or obstacle in {"TAKEN", "CHANGED"},
        "died": obstacle == "DECEASED",
    }
    return tuple(field for field, differs in found.items() if differs)


def fields_left(facts: Facts) -> tuple[str, ...]:
    """Return the fields still to be put right: a number that is confirmed has replaced whatever was declared."""
    obstacle = "" if facts.state == "CONFIRMED" else facts.obstacle
    settled = facts.fixed | ({"number"} if facts.state == "CONFIRMED" and facts.confirmed else frozenset())
    return tuple(field for field in wrong_fields(facts.levels, obstacle=obstacle) if field not in settled)


def reasons_left(facts: Facts, *, is_minor: bool) -> tuple[str, ...]:
    """Return what is still to be put right, as reasons; empty for who is right, or waits for a run."""
    code = standing_of(facts).code
    if code in {"CORRECT", "UPDATED", "DECLARED"}:
        return ()
    if not facts.state:
        return ("MINOR_WITHOUT_NUMBER" if is_minor else "NUMBER_MISSING",)
    every = reasons_of(
        facts.levels,
        decision=facts.decision,
        obstacle=facts.obstacle,
        shares_citizen=facts.shares_citizen,
        is_minor=is_minor,
    )
    if facts.state == "CONFIRMED":
        left = fields_left(facts)
        return tuple(reason for reason in every if field_of(reason) in left)
    return every or (("OTHER",) if code == "SUPPLEMENT" else ("NOT_FOUND",))


def may_be_written_to(facts: Facts) -> bool:
    """Tell whether the next move is the person's: not while a clerk still has to look, never about a death."""
    code = standing_of(facts).code
    return code in {"UNDECLARED", "NOT_FOUND", "SUPPLEMENT"} or (code == "WRONG" and facts.state == "CONFIRMED")


def reasons_of(
    levels: Levels, *, decision: str, obstacle: str = "", shares_citizen: bool = False, is_minor: bool = False
) -> tuple[str, ...]:
    """Return the coded reasons of a decision, in the order of ``REASONS``; empty when everything agrees."""
    number = _NUMBER.get(levels.number)
    if decision == "NOT_FOUND" and number == "NUMBER_CHANGED":
        number = None  # that there is no such number tells nothing of how it came about
    if is_minor and (number == "NUMBER_MISSING" or decision == "NOT_FOUND"):
        number = "MINOR_WITHOUT_NUMBER"
    found = {_NAME.get(levels.name), _DOB.get(levels.dob), _SEX.get(levels.sex), number, _OBSTACLES.get(obstacle)}
    if shares_citizen or obstacle == "TAKEN":
        found.add("TWO_SI_NUMBERS")
    if decision == "NOT_FOUND":
        found.add("NOT_FOUND")
    return tuple(code for code in REASONS if code in found)


_REASON_FIELD = {
    **dict.fromkeys(("NAME_MARKS", "NAME_SPELLING", "MIDDLE_NAME", "NAME_OTHER"), "name"),
    **dict.fromkeys(("BIRTH_INCOMPLETE", "BIRTH_WRONG"), "dob"),
    "SEX": "sex",
    "DIED": "died",
}


def field_of(reason: str) -> str:
    """Return the field a reason speaks of; what is about a whole person is told as the number."""
    return _REASON_FIELD.get(reason, "number")


def agree(field: str, ours: str, theirs: str) -> bool:
    """Tell whether two values say the same; dates and sex as stored, names whatever their spelling habit."""
    return comparison_key(ours) == comparison_key(theirs) if field == "name" else ours == theirs


def believed_wrong(values: Iterable[tuple[str, str, str]]) -> str:
    """Return which side (field, ours, theirs) seems wrong: ``OURS``, ``THEIRS``, or ``UNKNOWN`` unless all say so.

    The side that says less has left something out: a name without marks, a date of birth without its day, nothing.
    """
    sides = {_poorer(field, ours, theirs) for field, ours, theirs in values}
    return sides.pop() if len(sides) == 1 else "UNKNOWN"


def _poorer(field: str, ours: str, theirs: str) -> str:
    mine, other = _richness(field, ours), _richness(field, theirs)
    if field == "name" and ours and theirs and fold(ours) != fold(theirs):
        return "UNKNOWN"
    if mine == other:
        return "UNKNOWN"
    return "OURS" if mine < other else "THEIRS"


def _richness(field: str, value: str) -> int:
    if not value:
        return 0
    if field == "dob":
        return 1 + value.count("-")
    return 1 + int(field == "name" and not value.isascii())


_CARD = "Thẻ căn cước hoặc căn cước công dân (hoặc căn cước điện tử trên VNeID)"
_BIRTH = "Giấy khai sinh, hoặc trích lục khai sinh"
_PAPERS = {
    "MINOR_WITHOUT_NUMBER": (_BIRTH, "Thẻ căn cước của cha, mẹ hoặc người giám hộ"),
    "DIED": ("Giấy chứng tử hoặc trích lục khai tử, nếu có",),
    "TWO_SI_NUMBERS": (_CARD, "Các sổ BHXH, thẻ BHYT đang giữ"),
    "NUMBER_CHANGED": (_CARD, "Thông báo số định danh đã huỷ, cấp lại, nếu có"),
    **dict.fromkeys(("BIRTH_INCOMPLETE", "BIRTH_WRONG", "SEX", "NAME_OTHER"), (_CARD, _BIRTH)),
}


def papers_for(reasons: Iterable[str]) -> tuple[str, ...]:
    """Return what to bring, each paper once; the identity card answers most questions."""
    return tuple(dict.fromkeys(paper for reason in reasons for paper in _PAPERS.get(reason, (_CARD,))))
