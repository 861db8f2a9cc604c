"""What an answer of the population service comes to, and how it is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ansinh.identity.rules.cases import Levels


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
