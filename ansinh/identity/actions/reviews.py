"""Clerical review: a person looks at both records and decides; a risky answer, and a lot of all, needs a second one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from ansinh.core import audit
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import Refusal
from ansinh.core.permissions import Actor
from ansinh.core.text import nfc
from ansinh.identity import events, extracts, permissions, queries, rules
from ansinh.identity.models import WAITS, CaseLease, Review, Touch, Verification
from ansinh.registry.actions import ConfirmedIdentity, confirm_identities, withdraw_confirmation

LEASE = timedelta(minutes=10)
State, Verdict, Turn = Verification.State, Review.Verdict, Review.Turn
STATE_AFTER = {
    Verdict.SAME: State.CONFIRMED,
    Verdict.DIFFERENT: State.REJECTED,
    Verdict.ASK: State.SENT_BACK,
}


class CaseAlreadyDecided(Refusal):
    """Somebody was faster, or a newer run has replaced the case."""

    message = (
        "Trường hợp này vừa được người khác quyết định hoặc đã có kết quả mới hơn. Quyết định của bạn chưa được ghi."
    )


class CaseHeld(Refusal):
    """Somebody else has the case before the eyes."""

    message = "Trường hợp này đang có người xét. Hãy chuyển sang trường hợp tiếp theo."


class SecondByAnother(Refusal):
    """The same person would decide twice about one case."""

    message = (
        "Bạn đã xét trường hợp này rồi; lần sau phải do người khác xét, độc lập với bạn. "
        "Hãy chuyển sang trường hợp tiếp theo."
    )


class NobodyToConfirm(Refusal):
    """The case holds no citizen to be the same as: nobody was found, or a service told no more than what agrees."""

    status = 422
    message = (
        "Trường hợp này không có bản ghi công dân nào để đối chiếu nên chưa kết luận “Cùng một người” được. "
        "Hãy chọn “Cần bổ sung” để người dân kê khai đúng số định danh; đợt xác minh sau sẽ đối chiếu lại."
    )


class NumberTaken(Refusal):
    """The candidate's number is confirmed for somebody else in the register."""

    message = (
        "Số định danh của công dân này đã xác minh cho một người tham gia khác, có thể là một người có hai mã số BHXH. "
        "Hãy chọn “Cần bổ sung” để làm thủ tục gộp sổ, hoặc “Khác người” nếu đúng là người khác."
    )


class CitizenDeceased(Refusal):
    """The population database says the candidate has died, the register that the person lives."""

    message = (
        "Dữ liệu dân cư ghi công dân này đã mất trong khi hồ sơ BHXH vẫn còn hiệu lực. "
        "Hãy chọn “Cần bổ sung” để xác nhận với gia đình và cơ quan quản lý căn cước trước khi quyết định."
    )


class NothingToUndo(Refusal):
    """There is no standing decision on this case, or it has been replaced."""

    message = "Trường hợp này không còn quyết định nào để rút lại, hoặc đã có kết quả mới hơn."


class NotYoursToUndo(Refusal):
    """Another person's answer, or one that another has answered upon."""

    message = (
        "Quyết định này của người khác, hoặc đã có người thứ hai xét, nên bạn không tự rút lại được. "
        "Nếu thấy sai, hãy báo người phụ trách xác minh rút lại."
    )


class _Step(NamedTuple):
    """What an answer does: whose turn it is, and where the case goes."""

    turn: Review.Turn
    state: str
    grounds: tuple[str, ...] = ()
    is_lot: bool = False
    policy: str = ""


@transaction.atomic
def open_case(*, verification: Verification, actor: Actor, at: datetime, only_free: bool = False) -> queries.Case:
    """Show both records of a doubtful case (mở trường hợp cần xét); the reading is what the audit entry tells of.

    Whoever opens a case holds it for ten minutes, so that others are led elsewhere; with ``only_free`` one that is held
    by somebody else is not shown at all.

    Where the extract is not kept any more only our record is shown, and why.

    :raises ExtractChanged: the extract's sealed copy cannot be read
    :raises CaseHeld: somebody else holds it, and only a free one was wanted
    """
    actor.must(permissions.REVIEW, area=verification.person.area_id)
    if not _hold(verification, actor, at) and only_free:
        raise CaseHeld(verification=verification.pk)
    opened = queries.case(verification, queries.candidate_of(verification), actor=actor, at=at)
    audit.record(
        events.CANDIDATE_SEEN,
        actor=actor,
        at=at,
        subject=f"verification:{verification.pk}",
        reason="Xét trường hợp xác minh còn nghi ngờ",
        data={
            "person": verification.person_id,
            "citizen": verification.citizen,
            "relatives": len(opened.dossier.household) + len(opened.dossier.relations),
        },
    )
    return opened


def _hold(verification: Verification, actor: Actor, at: datetime) -> bool:
    """Take or renew the lease on a case that may be answered; tell whether it is the actor's now."""
    if actor.account_id is None or verification.state not in {State.WAITING, State.SECOND}:
        return True
    mine = {"holder_id": actor.account_id, "until": at + LEASE}
    lease, is_new = CaseLease.objects.get_or_create(verification=verification, defaults=mine)
    if is_new:
        return True
    free = CaseLease.objects.filter(pk=lease.pk, until__lte=at) | CaseLease.objects.filter(
        pk=lease.pk, holder=actor.account_id
    )
    return bool(free.update(**mine))


@transaction.atomic
def decide_review(
    *, verification: Verification, verdict: Review.Verdict, reason: str, actor: Actor, at: datetime
) -> Review:
    """Decide a case (quyết định): the same person, another one, or more is needed from the citizen.

    An answer on risky grounds, and any answer in a case of the lot, waits for a second person who does not see it; if
    the two differ, one who may settle decides.

    :raises CaseAlreadyDecided: it no longer waits
    :raises SecondByAnother: the actor has given an answer already
    :raises NobodyToConfirm: the same person, and the case holds no citizen
    :raises NumberTaken: the number is confirmed for another person of the register
    :raises CitizenDeceased: the candidate has died
    :raises ExtractGone: the same person cannot be confirmed without the extract
    """
    actor.must(permissions.REVIEW, area=verification.person.area_id)
    held = Verification.objects.select_for_update(of=("self",)).select_related("person", "run__extract")
    row = held.get(pk=verification.pk)
    earlier = list(Review.objects.standing().filter(verification=row).order_by("turn"))
    if row.state not in WAITS:
        raise CaseAlreadyDecided(verification=row.pk)
    item = _identity(row) if verdict == Verdict.SAME else None
    if row.state == State.WAITING:
        step = _first(row, verdict, item.personal_id if item else "", at)
    else:
        step = _later(row, verdict, earlier, actor)
    if item and step.state == State.CONFIRMED:
        _confirm(row, item, actor, at)
    elif step.turn == Turn.SETTLE and _is_of_sample(earlier):
        _withdraw(row, actor, at, "Kiểm tra mẫu thấy máy đã ghép sai")
    Verification.objects.filter(pk=row.pk).update(state=step.state, state_at=at)
    CaseLease.objects.filter(verification=row).delete()
    review = Review.objects.create(
        verification=verification, turn=step.turn, verdict=verdict, reason=nfc(reason), reviewer_id=actor.account_id,
        grounds=" ".join(step.grounds), is_lot=step.is_lot, policy=step.policy, at=at,
    )  # fmt: skip
    Touch.objects.leave([row.person_id], at)
    audit.record(
        events.REVIEWED,
        actor=actor,
        at=at,
        subject=f"verification:{row.pk}",
        reason=review.reason,
        data={
            "verdict": verdict.value, "turn": step.turn.name, "state": str(step.state), "grounds": review.grounds,
            "person": row.person_id, "citizen": row.citizen,
        },
    )  # fmt: skip
    return review


def _later(row: Verification, verdict: Review.Verdict, earlier: Sequence[Review], actor: Actor) -> _Step:
    """Find what an answer after the first does."""
    if actor.account_id is None or any(one.reviewer_id == actor.account_id for one in earlier):
        raise SecondByAnother(verification=row.pk)
    if row.state == State.DISPUTED:
        actor.must(permissions.SETTLE, area=row.person.area_id)
        return _Step(Turn.SETTLE, STATE_AFTER[verdict])
    agrees = [one.verdict for one in earlier] == [verdict]
    return _Step(Turn.SECOND, STATE_AFTER[verdict] if agrees else State.DISPUTED)


def _first(row: Verification, verdict: Review.Verdict, personal_id: str, at: datetime) -> _Step:
    policy = rules.policy_at(at.astimezone(VIETNAM).date())
    grounds = rules.grounds_for(verdict, queries.facts(row, personal_id), policy)
    is_lot = rules.is_read_twice(queries.lot_key(row), policy)
    state = State.SECOND if grounds or is_lot else STATE_AFTER[verdict]
    return _Step(Turn.FIRST, state, grounds, is_lot, policy.version)


def _identity(row: Verification) -> ConfirmedIdentity:
    """Return the number that “the same person” would confirm, if it may be; the second look is not for lost causes."""
    extract, citizen = row.run.extract, queries.candidate_of(row)
    if extract is not None and not extract.is_held:
        raise extracts.ExtractGone.of(extract)
    if citizen is None:
        raise NobodyToConfirm(verification=row.pk)
    if citizen.died_on:
        raise CitizenDeceased(verification=row.pk)
    if queries.confirmed().filter(value=citizen.personal_id).exclude(person=row.person_id).exists():
        raise NumberTaken(verification=row.pk)
    return ConfirmedIdentity(
        person_id=row.person_id, personal_id=citizen.personal_id, source=f"Xét duyệt, đợt {row.run_id}"
    )


def _confirm(row: Verification, item: ConfirmedIdentity, actor: Actor, at: datetime) -> None:
    held = queries.confirmed_of([row.person_id]).get(row.person_id)
    if held and held != item.personal_id:
        _withdraw(row, actor, at, "Số định danh đã được cấp lại")
    if confirm_identities(items=[item], actor=actor, at=at):
        raise NumberTaken(verification=row.pk)


def _withdraw(row: Verification, actor: Actor, at: datetime, reason: str) -> None:
    withdraw_confirmation(person_id=row.person_id, actor=actor, at=at, reason=reason)


def _is_of_sample(reviews: Sequence[Review]) -> bool:
    return any(one.turn == Turn.SAMPLE for one in reviews)


@transaction.atomic
def undo_review(*, verification: Verification, actor: Actor, at: datetime) -> None:
    """Take standing answers back (hoàn tác): the case goes back to where it stood, and what it confirmed is withdrawn.

    Who has answered takes the answer back until another has answered too. Who may settle takes back whatever was
    decided last: a settlement, both answers of two people together, or somebody else's single one.

    :raises NothingToUndo: no answer stands, or a newer run has replaced the case
    :raises NotYoursToUndo: it is another's answer, or two people have answered
    """
    actor.must(permissions.REVIEW, area=verification.person.area_id)
    held = Verification.objects.select_for_update(of=("self",)).select_related("person", "run__extract")
    row = held.get(pk=verification.pk)
    standing = list(Review.objects.standing().filter(verification=row).order_by("turn"))
    if not standing or row.state not in _states_after(standing[-1]):
        raise NothingToUndo(verification=row.pk)
    is_mine = len(standing) == 1 and standing[0].reviewer_id == actor.account_id
    if not is_mine and not actor.may(permissions.SETTLE, area=row.person.area_id):
        raise NotYoursToUndo(verification=row.pk)
    taken = standing[-1:] if standing[-1].turn == Turn.SETTLE else standing
    state = _state_before(taken, standing)
    if row.state == State.CONFIRMED and state != State.CONFIRMED and not _is_of_sample(standing):
        _withdraw(row, actor, at, "Rút lại quyết định xét duyệt")
    elif _is_of_sample(standing) and row.state in {State.REJECTED, State.SENT_BACK}:
        _confirm(row, _identity(row), actor, at)
    Verification.objects.filter(pk=row.pk).update(state=state, state_at=at)
    Review.objects.filter(pk__in=[one.pk for one in taken]).update(undone_at=at)
    Touch.objects.leave([row.person_id], at)
    audit.record(
        events.REVIEW_UNDONE,
        actor=actor,
        at=at,
        subject=f"verification:{row.pk}",
        data={"verdicts": [one.verdict for one in taken], "person": row.person_id, "state": str(state)},
    )


def _states_after(last: Review) -> set[str]:
    """Return where a case may stand after its last answer; elsewhere something else has happened since."""
    verdict, turn = Verdict(last.verdict), Turn(last.turn)
    if turn == Turn.SAMPLE:
        return {State.CONFIRMED, State.DISPUTED}
    between = {Turn.FIRST: State.SECOND, Turn.SECOND: State.DISPUTED}
    return {STATE_AFTER[verdict], between.get(turn, STATE_AFTER[verdict])}


def _state_before(taken: Sequence[Review], standing: Sequence[Review]) -> str:
    if len(taken) < len(standing):
        return State.DISPUTED
    return State.CONFIRMED if _is_of_sample(standing) else State.WAITING
