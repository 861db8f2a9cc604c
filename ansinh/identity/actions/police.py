"""The rest, asked of the communes' police: the list that goes out, the answers that come back."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from django.db import IntegrityError, transaction

from ansinh.core import audit
from ansinh.core.errors import Malformed, Refusal
from ansinh.core.permissions import Actor
from ansinh.core.text import nfc
from ansinh.identity import events, intake, permissions, queries
from ansinh.identity.models import AnswerFile, PoliceAnswer, Review, Touch, Verification
from ansinh.registry.permissions import SEE_PERSON

State = Verification.State
_BACK_IN_LINE = (State.NOT_FOUND, State.SENT_BACK, State.REJECTED)
_AT_ONCE = 500


class AnswersUnreadable(Refusal):
    """The file as a whole cannot be read."""

    status = 422


class AnswersKnown(Refusal):
    """The same content has been taken before."""

    message = "Tệp có đúng nội dung này đã được nhận trước đó nên không nhận lại. Nếu đã bổ sung, hãy gửi tệp mới."


@transaction.atomic
def take_police_list(
    *, scope: queries.PeopleScope, purpose: str, actor: Actor, at: datetime
) -> Iterator[queries.PersonToCheck]:
    """Take away the people of a province who are not verified, for the communes' police (danh sách gửi công an xã).

    Rows are read while they are sent, commune by commune.

    :raises Malformed: no purpose is given, or no province
    """
    actor.must(SEE_PERSON, area=scope.area.pk if scope.area else None)
    if not nfc(purpose):
        raise Malformed("Hãy ghi mục đích và nơi nhận danh sách, ví dụ số công văn gửi công an huyện.", field="purpose")
    if scope.area is None:
        raise Malformed("Hãy chọn một tỉnh, thành phố: danh sách gửi công an được lập theo từng tỉnh.", field="tinh")
    audit.record(
        events.POLICE_LIST_TAKEN,
        actor=actor,
        at=at,
        subject=f"area:{scope.area.code}",
        reason=nfc(purpose),
        data={"scheme": scope.scheme, "cohort": scope.cohort, "reason": scope.reason},
    )
    return queries.to_check(scope, actor)


@transaction.atomic
def take_answers(*, name: str, data: bytes, actor: Actor, at: datetime) -> AnswerFile:
    """Take the police's answers in (nhận trả lời): evidence beside the cases, which wait for a clerk again.

    Nothing of a person is changed. A line that cannot be taken is kept in the file's ``rejects`` with its reason.

    :raises AnswersUnreadable: not a table with the needed columns
    :raises AnswersKnown: the same content was taken before
    """
    actor.must(permissions.REVIEW)
    try:
        heading, lines = intake.read(data)
    except intake.FileUnreadable as error:
        raise AnswersUnreadable(str(error)) from None
    file = _open(name, data, actor, at)
    answers, rejected = queries.judge_answers(lines, actor)
    for answer in answers:
        answer.file = file
    PoliceAnswer.objects.bulk_create(answers, batch_size=_AT_ONCE)
    people = [answer.person_id for answer in answers]
    file.taken, file.requeued = len(answers), _put_back_in_line(people, at)
    file.rejected = len(rejected)
    file.rejects = [[*heading, "Vì sao chưa nhận"], *([*line.cells, reason] for line, reason in rejected)]
    file.save(update_fields=["taken", "requeued", "rejected", "rejects"])
    Touch.objects.leave(people, at)
    audit.record(
        events.POLICE_ANSWERS_TAKEN,
        actor=actor,
        at=at,
        subject=f"answers:{file.pk}",
        data={"digest": file.digest, "taken": file.taken, "requeued": file.requeued, "rejected": file.rejected},
    )
    return file


def _open(name: str, data: bytes, actor: Actor, at: datetime) -> AnswerFile:
    file = AnswerFile(
        name=nfc(name)[:120], digest=hashlib.sha256(data).hexdigest(), taken_by_id=actor.account_id, at=at
    )
    try:
        with transaction.atomic():
            file.save(force_insert=True)
    except IntegrityError:
        raise AnswersKnown from None
    return file


def _put_back_in_line(people: list[int], at: datetime) -> int:
    """Let decided cases wait again, with what decided them taken back; return how many."""
    moved = 0
    for start in range(0, len(people), _AT_ONCE):
        cases = Verification.objects.filter(person__in=people[start : start + _AT_ONCE], state__in=_BACK_IN_LINE)
        keys = list(cases.select_for_update().order_by("pk").values_list("pk", flat=True))
        Review.objects.filter(verification__in=keys, undone_at=None).update(undone_at=at)
        moved += Verification.objects.filter(pk__in=keys).update(state=State.WAITING, state_at=at)
    return moved
