"""The table of steps of an identity case and of a notice, and the one function that moves a case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from ansinh import law
from ansinh.core.calendar import VIETNAM, working_calendar
from ansinh.core.errors import Refusal
from ansinh.core.permissions import Actor
from ansinh.identity.models import CaseStep, IdentityCase, Notice, Verification

_ANY = ("", "THEIRS", "OURS", "NONE")


class StepNotOpen(Refusal):
    """The case is no longer where this step begins: somebody was faster, or the step never led from there."""

    message = "Hồ sơ này vừa chuyển sang bước khác nên chưa ghi được. Hãy mở lại hồ sơ và chọn bước đang có."


class VerdictNotFinal(Refusal):
    """It is not settled, or not any more, that both records are one person's."""

    message = (
        "Chưa có kết luận cuối cùng rằng hai bên là một người nên hồ sơ chưa đi tiếp được. "
        "Hãy chờ xét xong; nếu kết luận là khác người, hãy huỷ hồ sơ này."
    )


@dataclass(frozen=True, slots=True)
class Step:
    """Step (bước): from which states, with which answers of the agency, to where, and how long until the next.

    ``days`` names the parameter of ``law/identity`` in working days; empty where nothing is to follow. A step that asks
    somebody or changes a record ``needs_verdict``: that both records are one person's.
    """

    code: str
    label: str
    sources: Mapping[str, tuple[str, ...]]
    target: str
    days: str = ""
    needs_verdict: bool = False


_STEPS = (
    Step("ask", "Hỏi người dân", {"OPENED": _ANY}, "ASKED", "person_answer_days", needs_verdict=True),
    Step(
        "send",
        "Gửi cơ quan quản lý căn cước",
        {"OPENED": _ANY, "ASKED": _ANY},
        "SENT",
        "agency_answer_days",
        needs_verdict=True,
    ),
    Step("answer", "Ghi trả lời của cơ quan căn cước", {"SENT": _ANY}, "ANSWERED", "own_step_days"),
    Step("return", "Cơ quan căn cước từ chối tiếp nhận", {"SENT": _ANY}, "OPENED", "own_step_days"),
    Step(
        "correct",
        "Điều chỉnh hồ sơ BHXH",
        {"OPENED": _ANY, "ASKED": _ANY, "ANSWERED": ("OURS",)},
        "CORRECTED",
        "own_step_days",
        needs_verdict=True,
    ),
    # An answer that our data is wrong is closed by correcting it, never by itself.
    Step("close", "Kết thúc hồ sơ", {"ANSWERED": ("THEIRS", "NONE"), "CORRECTED": _ANY}, "CLOSED"),
    Step("cancel", "Huỷ hồ sơ", dict.fromkeys(("OPENED", "ASKED", "SENT", "ANSWERED"), _ANY), "CANCELLED"),
    Step("reopen", "Mở lại hồ sơ", {"CLOSED": _ANY, "CANCELLED": _ANY}, "OPENED", "own_step_days"),
)
STEPS = {step.code: step for step in _STEPS}
OPENING = Step("open", "Mở hồ sơ", {}, "OPENED", "own_step_days")


def steps_from(case: IdentityCase, *, verdict: bool = True) -> tuple[Step, ...]:
    """Return the steps that may be taken now, in the order of the table; ``verdict``: as ``has_verdict`` tells."""
    open_now = (step for step in _STEPS if case.answer in step.sources.get(case.state, ()))
    return tuple(step for step in open_now if verdict or not step.needs_verdict)


def has_verdict(row: Verification) -> bool:
    """Tell whether the decision that a case is about is of one person, and final.

    Nobody has still to look, nobody has said otherwise. A match that the machine was sure of waits only for what stands
    in its way: that is what the case clears up.
    """
    state = Verification.State
    if row.state == state.WAITING:
        return bool(row.obstacle)
    return row.state not in {state.SECOND, state.DISPUTED, state.REJECTED}


def due_date(days: str, at: datetime) -> date | None:
    """Return the last day of a limit from ``law/identity``; the event's own day does not count."""
    if not days:
        return None
    day = at.astimezone(VIETNAM).date()
    limit = law.at(day).value(f"identity.{days}")
    return working_calendar(proposed=True).add_working_days(day, int(limit))


def move(
    case: IdentityCase, code: str, *, actor: Actor, at: datetime, document: str = "", note: str = "", **columns: object
) -> CaseStep:
    """Take a step: the case moves if it still stands where the step begins, and its history says so.

    :raises StepNotOpen: it stands elsewhere by now
    :raises VerdictNotFinal: the step needs both records to be one person's
    """
    step = STEPS[code]
    if step.needs_verdict and not has_verdict(Verification.objects.get(pk=case.verification_id)):
        raise VerdictNotFinal(case=case.pk)
    begins = Q()
    for state, answers in step.sources.items():
        begins |= Q(state=state, answer__in=answers)
    before = case.state
    new = {"state": step.target, "state_at": at, "due_date": due_date(step.days, at), **columns}
    # The state as this caller has seen it is part of the condition, so that the history never tells of another move.
    if not IdentityCase.objects.filter(begins, pk=case.pk, state=before).update(**new):
        raise StepNotOpen(case=case.pk)
    case.refresh_from_db()
    return CaseStep.objects.create(
        case=case,
        step=code,
        from_state=before,
        to_state=step.target,
        document=document,
        note=note,
        taken_by_id=actor.account_id,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class NoticeStep:
    """One move of a notice."""

    code: str
    label: str
    sources: tuple[str, ...]
    target: str


NOTICE_STEPS = {
    step.code: step
    for step in (
        NoticeStep("send", "Ghi nhận đã gửi", ("DRAFTED",), Notice.State.SENT),
        NoticeStep("answer", "Ghi nhận đã trả lời", ("SENT",), Notice.State.ANSWERED),
        NoticeStep("withdraw", "Thu hồi", ("DRAFTED", "SENT"), Notice.State.WITHDRAWN),
    )
}
