"""Opening identity cases, looking at them, and saying why they exist."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db import transaction

from ansinh.core import audit
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import Malformed, Refusal
from ansinh.core.permissions import Actor
from ansinh.core.text import nfc
from ansinh.identity import events, permissions, queries
from ansinh.identity.models import CaseField, CaseReason, CaseStep, IdentityCase, Reason, Verification
from ansinh.identity.queries.disputes import Values, disputed_values, levels_of
from ansinh.identity.queries.identity_cases import to_be_opened
from ansinh.identity.queries.standings import is_minor
from ansinh.identity.rules import standings
from ansinh.identity.workflows.cases import OPENING, STEPS, StepNotOpen, due_date
from ansinh.offices.models import Area
from ansinh.registry.models import Person

AT_ONCE = 500
"""Cases opened by one press: as many as an office can look at, and one short transaction."""

State, Obstacle = Verification.State, Verification.Obstacle


class CaseNotOpenable(Refusal):
    """The decision is not one that a case can be about."""


class CaseAlreadyOpen(Refusal):
    """There is an open case about this person."""

    message = "Người này đang có một hồ sơ phối hợp chưa kết thúc. Hãy làm tiếp trên hồ sơ đó."


class NothingDisputed(Refusal):
    """Both registers say the same by now."""

    message = (
        "Hồ sơ BHXH và dữ liệu dân cư hiện không còn khác nhau ở họ tên, ngày sinh, giới tính hay số định danh, "
        "nên không cần mở hồ sơ phối hợp."
    )


class MergeInstead(Refusal):
    """One person with two insurance numbers: nothing is wrong at the identity agency."""

    message = (
        "Số định danh này đã xác minh cho một mã số BHXH khác: có thể một người đang có hai mã số. "
        "Việc này giải quyết bằng thủ tục gộp sổ BHXH, không phải bằng hồ sơ phối hợp với cơ quan căn cước."
    )


_STILL_READ = "Trường hợp này còn chờ cán bộ xét có phải một người không. Hãy xét xong rồi mở hồ sơ phối hợp."
_NOT_OPENABLE = {
    State.SUPERSEDED: "Kết quả này đã có kết quả mới hơn thay thế. Hãy mở từ kết quả mới nhất của người này.",
    State.NOT_FOUND: (
        "Không tìm thấy công dân tương ứng nên chưa có gì để phối hợp. "
        "Hãy gửi thông báo để người dân bổ sung thông tin."
    ),
    State.REJECTED: (
        "Cán bộ đã kết luận đây không phải một người nên không mở hồ sơ phối hợp. "
        "Nếu kết luận nhầm, hãy hoàn tác quyết định trước."
    ),
    State.WAITING: _STILL_READ,
    State.SECOND: _STILL_READ,
    State.DISPUTED: _STILL_READ,
}


@dataclass(frozen=True, slots=True)
class BulkOpening:
    """What a bulk opening came to: how many cases, and how many decisions are left for another press."""

    opened: int
    left: int


@transaction.atomic
def open_identity_case(*, verification: Verification, ground: str, actor: Actor, at: datetime) -> IdentityCase:
    """Open a case (mở hồ sơ phối hợp) about one decision: right person, different data; or a death, or another number.

    ``ground`` is the paper that speaks for it, as far as there is one yet.

    :raises CaseNotOpenable: the decision is replaced, without a candidate, or still to be reviewed by somebody
    :raises MergeInstead: what is wrong is a second insurance number
    :raises CaseAlreadyOpen: an open case exists
    :raises NothingDisputed: nothing differs any more
    :raises ExtractGone: the extract with the candidate is not kept any more
    :raises ExtractChanged: its sealed copy cannot be read
    """
    actor.must(permissions.REVIEW, area=verification.person.area_id)
    list(Person.objects.select_for_update().filter(pk=verification.person_id))
    row = Verification.objects.select_related("person", "run__extract").get(pk=verification.pk)
    _require_openable(row)
    values = disputed_values([row])[row.pk]
    if not values:
        raise NothingDisputed(verification=row.pk)
    (case,) = _write([(row, values)], ground=nfc(ground), actor=actor, at=at)
    audit.record(
        events.CASE_OPENED,
        actor=actor,
        at=at,
        subject=f"person:{row.person_id}",
        reason=case.ground,
        data={"case": case.pk, "verification": row.pk, "fields": [field for field, _, _ in values]},
    )
    return case


def _require_openable(row: Verification) -> None:
    if row.obstacle == Obstacle.TAKEN and row.state in {State.WAITING, State.SECOND, State.DISPUTED, State.SENT_BACK}:
        raise MergeInstead(verification=row.pk)
    blocked = row.state == State.WAITING and bool(row.obstacle)
    if (row.state in _NOT_OPENABLE and not blocked) or (row.citizen is None and not row.request_id):
        raise CaseNotOpenable(_NOT_OPENABLE.get(State(row.state), _NOT_OPENABLE[State.NOT_FOUND]), verification=row.pk)
    if IdentityCase.objects.open().filter(person=row.person_id).exists():
        raise CaseAlreadyOpen(person=row.person_id)


def _write(
    opened: Sequence[tuple[Verification, Values]], *, ground: str, actor: Actor, at: datetime
) -> list[IdentityCase]:
    """Write cases with their fields, reasons and first step."""
    step, day = OPENING, at.astimezone(VIETNAM).date()
    due = due_date(step.days, at)
    cases = IdentityCase.objects.bulk_create(
        IdentityCase(
            verification=row,
            person=row.person,
            state=step.target,
            state_at=at,
            due_date=due,
            wrong_side="UNKNOWN" if row.request_id else standings.believed_wrong(values),
            ground=ground,
            opened_at=at,
        )
        for row, values in opened
    )
    made = list(zip(cases, opened, strict=True))
    CaseField.objects.bulk_create(
        CaseField(case=case, field=field, ours=ours, theirs=theirs)
        for case, (_, values) in made
        for field, ours, theirs in values
    )
    CaseReason.objects.bulk_create(
        CaseReason(case=case, reason=reason)
        for case, (row, values) in made
        for reason in _reasons(row, {field for field, _, _ in values}, day)
    )
    CaseStep.objects.bulk_create(
        CaseStep(case=case, step=step.code, to_state=step.target, document=ground, taken_by_id=actor.account_id, at=at)
        for case in cases
    )
    return cases


def _reasons(row: Verification, fields: set[str], day: date) -> list[str]:
    every = standings.reasons_of(
        levels_of(row),
        decision=row.decision,
        obstacle="" if row.state == State.CONFIRMED else row.obstacle,
        shares_citizen=row.same_person_group is not None,
        is_minor=is_minor(row.person.birth, day),
    )
    return [reason for reason in every if reason == "TWO_SI_NUMBERS" or standings.field_of(reason) in fields]


@transaction.atomic
def open_identity_cases(*, area: Area | None, actor: Actor, at: datetime) -> BulkOpening:
    """Open cases for everybody in an area whose identity is confirmed but whose data differ; at most ``AT_ONCE``.

    ``None`` is all that the actor may review. A decision that has had a case is not opened again.
    """
    actor.must(permissions.REVIEW, area=area.pk if area else None)
    candidates = to_be_opened(area, actor)
    opened: list[tuple[Verification, Values]] = []
    rows = candidates.iterator(chunk_size=AT_ONCE)
    while len(opened) < AT_ONCE and (some := list(islice(rows, AT_ONCE))):
        people = [row.person_id for row in some]
        list(Person.objects.select_for_update().filter(pk__in=people).order_by("pk"))
        taken = set(IdentityCase.objects.open().filter(person__in=people).values_list("person", flat=True))
        values = disputed_values([row for row in some if row.person_id not in taken])
        opened += [(row, values[row.pk]) for row in some if values.get(row.pk)]
    opened = opened[:AT_ONCE]
    cases = _write(opened, ground="", actor=actor, at=at)
    left = to_be_opened(area, actor).count() if len(cases) == AT_ONCE else 0
    audit.record(
        events.CASES_OPENED,
        actor=actor,
        at=at,
        subject=f"area:{area.code if area else ''}",
        data={"cases": [case.pk for case in cases], "left": left},
    )
    return BulkOpening(len(cases), left)


@transaction.atomic
def read_identity_case(*, case: IdentityCase, actor: Actor, at: datetime) -> queries.CaseView:
    """Show a case with both sides' values (xem hồ sơ phối hợp); the reading is what the audit entry tells of."""
    actor.must(permissions.REVIEW, area=case.person.area_id)
    audit.record(
        events.CASE_SEEN,
        actor=actor,
        at=at,
        subject=f"case:{case.pk}",
        reason="Phối hợp chỉnh sửa thông tin định danh",
        data={"person": case.person_id},
    )
    labels = {step.code: step.label for step in (OPENING, *STEPS.values())}
    return queries.case_view(case, at.astimezone(VIETNAM).date(), labels)


@transaction.atomic
def change_identity_case(
    *, case: IdentityCase, reasons: Sequence[str], wrong_side: str, ground: str, actor: Actor, at: datetime
) -> None:
    """Say anew why a case exists (sửa lý do, bên sai, căn cứ): the reasons given replace those held.

    :raises Malformed: a reason or side that is none, or no reason at all
    :raises StepNotOpen: the case has ended
    """
    actor.must(permissions.REVIEW, area=case.person.area_id)
    wanted = list(dict.fromkeys(reasons))
    if not wanted or not set(wanted) <= set(Reason.values) or wrong_side not in IdentityCase.Side.values:
        raise Malformed("Hãy chọn ít nhất một lý do và chọn bên có thông tin sai.")
    changed = IdentityCase.objects.open().filter(pk=case.pk).update(wrong_side=wrong_side, ground=nfc(ground))
    if not changed:
        raise StepNotOpen(case=case.pk)
    before = sorted(CaseReason.objects.filter(case=case).values_list("reason", flat=True))
    CaseReason.objects.filter(case=case).exclude(reason__in=wanted).delete()
    CaseReason.objects.bulk_create([CaseReason(case=case, reason=reason) for reason in wanted], ignore_conflicts=True)
    case.refresh_from_db()
    data: Mapping[str, audit.Json] = {"before": [*before], "after": [*sorted(wanted)], "wrong_side": wrong_side}
    audit.record(events.CASE_CHANGED, actor=actor, at=at, subject=f"case:{case.pk}", reason=case.ground, data=data)
