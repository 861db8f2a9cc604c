"""Clerical review: a person looks at both records, decides, and may take the decision back."""

from datetime import datetime

from django.db import transaction

from ansinh.core import audit
from ansinh.core.errors import Refusal
from ansinh.core.permissions import Actor
from ansinh.core.text import nfc
from ansinh.identity import events, extracts, permissions, queries
from ansinh.identity.models import Review, Touch, Verification
from ansinh.registry.actions import ConfirmedIdentity, confirm_identities, withdraw_confirmation

STATE_AFTER = {
    Review.Verdict.SAME: Verification.State.CONFIRMED,
    Review.Verdict.DIFFERENT: Verification.State.REJECTED,
    Review.Verdict.ASK: Verification.State.SENT_BACK,
}


class CaseAlreadyDecided(Refusal):
    """Somebody was faster, or a newer run has replaced the case."""

    message = (
        "Trường hợp này vừa được người khác quyết định hoặc đã có kết quả mới hơn. Quyết định của bạn chưa được ghi."
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


@transaction.atomic
def open_case(*, verification: Verification, actor: Actor, at: datetime) -> queries.Case:
    """Show both records of a doubtful case (mở trường hợp cần xét); the reading is what the audit entry tells of.

    Where the extract is not kept any more only our record is shown, and why.

    :raises ExtractChanged: the extract's sealed copy cannot be read
    """
    actor.must(permissions.REVIEW, area=verification.person.area_id)
    citizen = _candidate(verification)
    audit.record(
        events.CANDIDATE_SEEN,
        actor=actor,
        at=at,
        subject=f"verification:{verification.pk}",
        reason="Xét trường hợp xác minh còn nghi ngờ",
        data={"person": verification.person_id, "citizen": verification.citizen},
    )
    return queries.case(verification, citizen)


def _candidate(verification: Verification) -> extracts.Citizen | None:
    extract, key = verification.run.extract, verification.citizen
    if extract is None or key is None or not extract.is_held:
        return None
    return extracts.citizens(extract, [key]).get(key)


@transaction.atomic
def decide_review(
    *, verification: Verification, verdict: Review.Verdict, reason: str, actor: Actor, at: datetime
) -> Review:
    """Decide a waiting case (quyết định): the same person, another one, or more is needed from the citizen.

    :raises CaseAlreadyDecided: it no longer waits
    :raises NumberTaken: the number is confirmed for another person of the register
    :raises CitizenDeceased: the candidate has died
    :raises ExtractGone: the same person cannot be confirmed without the extract
    """
    actor.must(permissions.REVIEW, area=verification.person.area_id)
    waiting = Verification.objects.filter(pk=verification.pk, state=Verification.State.WAITING)
    if not waiting.update(state=STATE_AFTER[verdict], state_at=at):
        raise CaseAlreadyDecided(verification=verification.pk)
    if verdict == Review.Verdict.SAME:
        _confirm(verification, actor, at)
    review = Review.objects.create(
        verification=verification, verdict=verdict, reason=nfc(reason), reviewer_id=actor.account_id, at=at
    )
    Touch.objects.leave([verification.person_id], at)
    audit.record(
        events.REVIEWED,
        actor=actor,
        at=at,
        subject=f"verification:{verification.pk}",
        reason=review.reason,
        data={"verdict": verdict.value, "person": verification.person_id, "citizen": verification.citizen},
    )
    return review


def _confirm(verification: Verification, actor: Actor, at: datetime) -> None:
    extract = verification.run.extract
    if extract is not None and not extract.is_held:
        raise extracts.ExtractGone.of(extract)
    citizen = _candidate(verification)
    if citizen is None:
        raise CaseAlreadyDecided(verification=verification.pk)
    if citizen.died_on:
        raise CitizenDeceased(verification=verification.pk)
    item = ConfirmedIdentity(
        person_id=verification.person_id,
        personal_id=citizen.personal_id,
        source=f"Xét duyệt, đợt {verification.run_id}",
    )
    held = queries.confirmed().filter(person=verification.person_id).first()
    if held and held.value != item.personal_id:
        withdraw_confirmation(person_id=item.person_id, actor=actor, at=at, reason="Số định danh đã được cấp lại")
    if confirm_identities(items=[item], actor=actor, at=at):
        raise NumberTaken(verification=verification.pk)


@transaction.atomic
def undo_review(*, verification: Verification, actor: Actor, at: datetime) -> None:
    """Take a standing decision back (hoàn tác): the case waits again; what was confirmed by it is withdrawn.

    :raises NothingToUndo: no decision stands, or a newer run has replaced the case
    """
    actor.must(permissions.REVIEW, area=verification.person.area_id)
    review = Review.objects.select_for_update().filter(verification=verification, undone_at=None).first()
    if review is None:
        raise NothingToUndo(verification=verification.pk)
    state = STATE_AFTER[Review.Verdict(review.verdict)]
    back = Verification.objects.filter(pk=verification.pk, state=state)
    if not back.update(state=Verification.State.WAITING, state_at=at):
        raise NothingToUndo(verification=verification.pk)
    if review.verdict == Review.Verdict.SAME:
        withdraw_confirmation(
            person_id=verification.person_id, actor=actor, at=at, reason="Rút lại quyết định xét duyệt"
        )
    Review.objects.filter(pk=review.pk).update(undone_at=at)
    Touch.objects.leave([verification.person_id], at)
    audit.record(
        events.REVIEW_UNDONE,
        actor=actor,
        at=at,
        subject=f"verification:{verification.pk}",
        data={"verdict": review.verdict, "person": verification.person_id},
    )
