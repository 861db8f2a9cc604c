"""Steps of an identity case: the agency is asked, answers, our record is corrected by the register's own act."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from ansinh.core import audit
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import Malformed, Refusal
from ansinh.core.models import QueueRow
from ansinh.core.permissions import Actor
from ansinh.core.text import nfc
from ansinh.identity import events, permissions, ports, queries
from ansinh.identity.actions.identity_cases import CaseAlreadyOpen
from ansinh.identity.actions.notices import draft_notice
from ansinh.identity.models import AgencyRequest, CaseField, IdentityCase, Notice, Verification
from ansinh.identity.queries.disputes import disputed_values
from ansinh.identity.queries.identity_cases import AgencyLetter
from ansinh.identity.queries.standings import COLUMNS
from ansinh.identity.workflows.cases import move
from ansinh.registry.actions import correct_person
from ansinh.registry.models import Person

PLAIN_STEPS = ("close", "cancel", "reopen")
"""Steps that need nothing but a word; the others are acts of their own."""

_TEXT = 120


class DocumentMissing(Refusal):
    """A step that rests on a paper was asked for without naming it."""

    status = 422
    message = "Hãy ghi số, ký hiệu và ngày của giấy tờ làm căn cứ, tối đa 60 ký tự."


class AnswerFromFuture(Refusal):
    """The answer would be dated after the day on which it is recorded."""

    status = 422
    message = "Ngày của văn bản trả lời không thể sau hôm nay. Hãy xem lại ngày."


class RequestSettled(Refusal):
    """There is no request waiting for the agency's yes or no."""

    message = "Yêu cầu này đã được ghi nhận kết quả tiếp nhận hoặc không còn hiệu lực."


class NumberNotCorrectedHere(Refusal):
    """Only a number is disputed: it is confirmed by review, never typed over."""

    message = (
        "Hồ sơ này chỉ sai lệch số định danh. Số được thay bằng cách xét lại kết quả xác minh và chọn "
        "“Cùng một người”; xét xong, bấm lại bước này để ghi nhận."
    )


@transaction.atomic
def ask_person(*, case: IdentityCase, actor: Actor, at: datetime) -> list[Notice]:
    """Ask the person (hỏi người dân): a letter and a notice in the app are drafted, unless one is already under way.

    :raises StepNotOpen: the case stands elsewhere
    """
    actor.must(permissions.REVIEW, area=case.person.area_id)
    move(case, "ask", actor=actor, at=at)
    under_way = set(Notice.objects.open().filter(person=case.person_id).values_list("channel", flat=True))
    notices = [
        draft_notice(person=case.person, channel=channel, actor=actor, at=at)
        for channel in (Notice.Channel.LETTER, Notice.Channel.APP)
        if channel not in under_way
    ]
    keys: list[audit.Json] = [notice.pk for notice in notices]
    audit.record(
        events.CASE_MOVED, actor=actor, at=at, subject=f"case:{case.pk}", data={"step": "ask", "notices": keys}
    )
    return notices


@transaction.atomic
def ask_agency(*, case: IdentityCase, document: str, actor: Actor, at: datetime) -> AgencyRequest:
    """Ask the identity agency (gửi cơ quan căn cước): an outgoing row; by letter while no exchange is connected.

    ``document`` is the number and date of our letter; by exchange it may be left out.

    :raises DocumentMissing: by letter, and no number is given
    :raises StepNotOpen: the case stands elsewhere
    """
    actor.must(permissions.REVIEW, area=case.person.area_id)
    by_exchange, text = ports.identity_agency() is not None, nfc(document)
    if len(text) > _TEXT // 2 or not (text or by_exchange):
        raise DocumentMissing(case=case.pk)
    move(case, "send", actor=actor, at=at, document=text)
    number = AgencyRequest.objects.filter(case=case).count() + 1
    status = QueueRow.Status
    request = AgencyRequest.objects.create(
        case=case,
        idempotency_key=f"identity-case-{case.pk}-{number}",
        channel=AgencyRequest.Channel.EXCHANGE if by_exchange else AgencyRequest.Channel.LETTER,
        action=AgencyRequest.Action.REQUESTED,
        document=text,
        requested_at=at,
        available_at=at,
        status=status.QUEUED if by_exchange else status.DONE,
        ended_at=None if by_exchange else at,
    )
    audit.record(
        events.AGENCY_ASKED,
        actor=actor,
        at=at,
        subject=f"case:{case.pk}",
        reason=text,
        data={"request": request.pk, "key": request.idempotency_key, "channel": request.channel},
    )
    return request


@transaction.atomic
def settle_request(*, request: AgencyRequest, receipt: ports.Receipt, actor: Actor, at: datetime) -> None:
    """Record whether the agency takes a request on (tiếp nhận, từ chối); refused, the case comes back to us.

    :raises RequestSettled: it is known already
    :raises DocumentMissing: refused without a reason
    """
    case = request.case
    actor.must(permissions.REVIEW, area=case.person.area_id)
    reference, why = nfc(receipt.reference)[: _TEXT // 2], nfc(receipt.why_rejected)[:300]
    if not receipt.accepted and not why:
        raise DocumentMissing("Hãy ghi lý do cơ quan căn cước từ chối tiếp nhận.", request=request.pk)
    action = AgencyRequest.Action
    waiting = AgencyRequest.objects.filter(pk=request.pk, action=action.REQUESTED)
    settled = waiting.update(
        action=action.ACCEPTED if receipt.accepted else action.REJECTED,
        agency_reference=reference,
        why_rejected="" if receipt.accepted else why,
        settled_at=at,
    )
    if not settled:
        raise RequestSettled(request=request.pk)
    if not receipt.accepted:
        move(case, "return", actor=actor, at=at, document=reference, note=why)
    request.refresh_from_db()
    audit.record(
        events.AGENCY_SETTLED,
        actor=actor,
        at=at,
        subject=f"case:{case.pk}",
        reason=why,
        data={"request": request.pk, "accepted": receipt.accepted, "reference": reference},
    )


@transaction.atomic
def record_answer(
    *, case: IdentityCase, answer: str, document: str, document_date: date, actor: Actor, at: datetime
) -> None:
    """Record the agency's answer (ghi trả lời): whose data is corrected, by which document of which day.

    :raises Malformed: an answer that is none
    :raises DocumentMissing: no document
    :raises AnswerFromFuture: dated later than today
    :raises StepNotOpen: the case does not wait for the agency
    """
    actor.must(permissions.REVIEW, area=case.person.area_id)
    text = nfc(document)
    if not answer or answer not in IdentityCase.Answer.values:
        raise Malformed("Hãy chọn cơ quan căn cước đã trả lời thế nào.")
    if not text or len(text) > _TEXT // 2:
        raise DocumentMissing(case=case.pk)
    if document_date > at.astimezone(VIETNAM).date():
        raise AnswerFromFuture(case=case.pk)
    move(
        case, "answer", actor=actor, at=at, document=text,
        answer=answer, answer_number=text, answer_date=document_date,
    )  # fmt: skip
    # Whoever answers has taken the request on, whether or not a receipt came first.
    action = AgencyRequest.Action
    AgencyRequest.objects.filter(case=case, action=action.REQUESTED).update(action=action.ACCEPTED, settled_at=at)
    audit.record(
        events.AGENCY_ANSWERED,
        actor=actor,
        at=at,
        subject=f"case:{case.pk}",
        reason=text,
        data={"answer": answer, "date": document_date.isoformat()},
    )


@transaction.atomic
def correct_by_case(
    *, case: IdentityCase, values: Mapping[str, str], document: str, actor: Actor, at: datetime
) -> None:
    """Correct our record (điều chỉnh hồ sơ BHXH) on the ground of a paper; only the fields of the case, as typed.

    :raises DocumentMissing: no paper
    :raises Malformed: a field outside the case, or a value that does not fit
    :raises NumberNotCorrectedHere: only the number is disputed, and it is not confirmed yet
    :raises NothingToCorrect: nothing would change
    :raises StepNotOpen: the case stands elsewhere, or the agency said our data is right
    """
    actor.must(permissions.REVIEW, area=case.person.area_id)
    text = nfc(document)
    if not text or len(text) > _TEXT // 2:
        raise DocumentMissing(case=case.pk)
    fields = dict(CaseField.objects.filter(case=case).values_list("field", "theirs"))
    if not set(values) <= set(fields) & set(COLUMNS):
        raise Malformed("Chỉ điều chỉnh được những thông tin đang sai lệch của hồ sơ này.")
    move(case, "correct", actor=actor, at=at, document=text, corrected_at=at)
    if set(fields) & set(COLUMNS):
        correct_person(
            person=case.person,
            values={COLUMNS[field]: value for field, value in values.items()},
            basis=f"{text}; hồ sơ phối hợp số {case.pk}",
            actor=actor,
            at=at,
        )
    elif queries.confirmed_of([case.person_id]).get(case.person_id) != fields.get("number"):
        raise NumberNotCorrectedHere(case=case.pk)
    audit.record(
        events.CASE_CORRECTED,
        actor=actor,
        at=at,
        subject=f"case:{case.pk}",
        reason=text,
        data={"person": case.person_id, "fields": [*sorted(values)]},
    )


@transaction.atomic
def take_case_step(*, case: IdentityCase, step: str, note: str, actor: Actor, at: datetime) -> None:
    """Close, cancel or reopen a case (kết thúc, huỷ, mở lại); ended, it forgets what the agency's register says.

    :raises Malformed: another step, or no word why it is cancelled or reopened
    :raises CaseAlreadyOpen: reopening beside another open case
    :raises CaseNotOpenable: reopening what a newer run has replaced
    :raises StepNotOpen: the case stands elsewhere
    """
    actor.must(permissions.REVIEW, area=case.person.area_id)
    text = nfc(note)[:300]
    if step not in PLAIN_STEPS or (step != "close" and not text):
        raise Malformed("Hãy ghi lý do huỷ hoặc mở lại hồ sơ.")
    if step == "reopen":
        _reopen(case, actor, at, text)
    else:
        move(case, step, actor=actor, at=at, note=text)
        _forget(case, at)
    audit.record(events.CASE_MOVED, actor=actor, at=at, subject=f"case:{case.pk}", reason=text, data={"step": step})


def _forget(case: IdentityCase, at: datetime) -> None:
    CaseField.objects.filter(case=case).update(theirs="")
    rows, status, action = AgencyRequest.objects.filter(case=case), QueueRow.Status, AgencyRequest.Action
    rows.filter(status=status.QUEUED).update(status=status.CANCELLED, cancel_asked=True, ended_at=at)
    rows.filter(action=action.REQUESTED).update(
        action=action.REJECTED, why_rejected="Hồ sơ đã kết thúc hoặc huỷ trước khi có trả lời.", settled_at=at
    )


def _reopen(case: IdentityCase, actor: Actor, at: datetime, text: str) -> None:
    list(Person.objects.select_for_update().filter(pk=case.person_id))
    if IdentityCase.objects.open().filter(person=case.person_id).exclude(pk=case.pk).exists():
        raise CaseAlreadyOpen(person=case.person_id)
    move(
        case, "reopen", actor=actor, at=at, note=text, answer="", answer_number="", answer_date=None, corrected_at=None
    )
    row = Verification.objects.select_related("person", "run__extract").get(pk=case.verification_id)
    if row.run.extract and not row.run.extract.is_held:
        return  # the case goes on; what the agency holds it tells again
    for field, _, theirs in disputed_values([row])[row.pk]:
        CaseField.objects.filter(case=case, field=field).update(theirs=theirs)


@transaction.atomic
def read_agency_letter(*, request: AgencyRequest, actor: Actor, at: datetime) -> AgencyLetter:
    """Show the letter to the agency (xem, in công văn): both sides' disputed values, so the reading leaves a trace."""
    actor.must(permissions.REVIEW, area=request.case.person.area_id)
    audit.record(
        events.AGENCY_LETTER_READ,
        actor=actor,
        at=at,
        subject=f"case:{request.case_id}",
        reason="In công văn gửi cơ quan quản lý căn cước",
        data={"request": request.pk, "person": request.case.person_id},
    )
    return queries.agency_letter(request, request.requested_at.astimezone(VIETNAM).date())
