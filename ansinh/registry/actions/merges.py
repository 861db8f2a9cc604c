"""Acts: merge two insurance numbers of one person, and take a merge back to the letter."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models, transaction

from ansinh.core import audit
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import Malformed, OutOfReach, Refusal
from ansinh.core.permissions import Actor
from ansinh.core.text import nfc
from ansinh.registry import events, permissions, ports, queries, rules
from ansinh.registry.models import (
    Address,
    Benefit,
    Contact,
    HealthCard,
    Identifier,
    Membership,
    MergeConflict,
    MovedFact,
    Participation,
    Person,
    PersonMerge,
    Relation,
)

Fact = MovedFact.Fact
TABLES: Mapping[MovedFact.Fact, type[models.Model]] = {
    Fact.IDENTIFIER: Identifier,
    Fact.ADDRESS: Address,
    Fact.RELATION: Relation,
    Fact.CONTACT: Contact,
    Fact.MEMBERSHIP: Membership,
    Fact.PARTICIPATION: Participation,
    Fact.BENEFIT: Benefit,
    Fact.HEALTH_CARD: HealthCard,
}
"""Facts that follow their person. Corrections stay with the row they corrected."""

_ONE_AT_A_TIME = {Fact.IDENTIFIER: "kind", Fact.ADDRESS: "kind", Fact.MEMBERSHIP: ""}
"""Facts of which the kept person's own stays in force: by which column they are told apart."""


class FourEyesNeeded(Refusal):
    """Whoever proposed may not approve; nor may the system, which has no eyes."""

    status = 403
    message = (
        "Người đề xuất không được tự phê duyệt việc gộp hoặc tách mã số. Hãy để một cán bộ khác xem lại và phê duyệt."
    )


class AlreadyMerged(Refusal):
    """One of the two numbers has been merged into another in the meantime."""

    message = "Một trong hai mã số này vừa được gộp vào mã số khác. Hãy tra lại mã số rồi đề xuất với mã số đang giữ."


class ConflictsStand(Refusal):
    """Something stands between the records that must be put right, or settled by a choice, first."""

    message = "Hai mã số còn điểm trùng chưa giải quyết nên chưa gộp được."


class NotMerged(Refusal):
    """The merge was taken back already."""

    message = "Lần gộp này đã được tách lại trước đó, không còn gì để tách."


class LaterMergeStands(Refusal):
    """The kept number has itself been merged since: the later merge is taken back first."""

    message = (
        "Mã số được giữ của lần gộp này sau đó đã gộp tiếp vào một mã số khác. "
        "Hãy tách lần gộp sau trước, rồi tách lần gộp này."
    )


@dataclass(frozen=True, slots=True)
class MergeOrder:
    """What somebody proposed: ``choices`` name, by conflict code, the person whose record counts."""

    kept: int
    absorbed: int
    ground: str
    effective_date: date
    made_by: int
    made_at: datetime
    choices: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class UndoOrder:
    """What somebody proposed about a merge that was wrong."""

    merge: int
    reason: str
    made_by: int


@transaction.atomic
def merge_persons(*, order: MergeOrder, actor: Actor, at: datetime) -> PersonMerge:
    """Merge two numbers (gộp mã số BHXH): facts move to the kept person, each move written into the ledger.

    Cards of the absorbed number end; where the kept person has an address of the same kind, a household or a number of
    the same kind in force, the absorbed one's ends. Money is not touched: months under both are recorded for the
    accountant with the choice made.

    :raises FourEyesNeeded: the approver is the proposer
    :raises OutOfReach: neither person is in the approver's areas
    :raises AlreadyMerged: one of the numbers is absorbed
    :raises ConflictsStand: something blocks, or lacks a choice
    """
    actor.must(permissions.MERGE)
    kept, absorbed = _locked(order.kept, order.absorbed, actor)
    if Person.objects.filter(pk__in=[kept.pk, absorbed.pk]).current().count() != len({kept.pk, absorbed.pk}):
        raise AlreadyMerged(kept=kept.pk, absorbed=absorbed.pk)
    _must_begin_in_time(order, kept, absorbed, at)
    found = queries.conflicts_between(kept, absorbed, order.effective_date)
    _must_be_settled(found, order)
    merge = PersonMerge.objects.create(
        kept=kept, absorbed=absorbed, ground=nfc(order.ground), effective_date=order.effective_date,
        made_by_id=order.made_by, made_at=order.made_at, approved_by_id=_second(order.made_by, actor), approved_at=at,
    )  # fmt: skip
    ledger = MovedFact.objects.bulk_create(_ledger(merge))
    _apply(merge, ledger)
    MergeConflict.objects.bulk_create(_settled(merge, found, order.choices))
    ports.tell([kept.pk, absorbed.pk], at)
    audit.record(
        events.PERSONS_MERGED,
        actor=actor,
        at=at,
        subject=f"person:{kept.pk}",
        reason=merge.ground,
        data={"merge": merge.pk, "absorbed": absorbed.pk, "made_by": order.made_by, "facts": len(ledger)},
    )
    return merge


@transaction.atomic
def undo_merge(*, order: UndoOrder, actor: Actor, at: datetime) -> PersonMerge:
    """Take a merge back (tách lại): every row of its ledger becomes again what it was.

    What came to the kept person after the merge stays there. A row that somebody ended otherwise since keeps that end.

    :raises FourEyesNeeded: the approver is the proposer
    :raises OutOfReach: neither person is in the approver's areas
    :raises NotMerged: it was taken back already
    :raises LaterMergeStands: the kept number was merged on
    """
    actor.must(permissions.MERGE)
    if not nfc(order.reason):
        raise Malformed("Hãy ghi lý do tách lại hai mã số.", field="reason")
    merge = PersonMerge.objects.filter(pk=order.merge).first()
    if merge is None:
        raise OutOfReach
    kept, absorbed = _locked(merge.kept_id, merge.absorbed_id, actor)
    if not Person.objects.filter(pk=kept.pk).current().exists():
        raise LaterMergeStands(merge=merge.pk)
    undone = PersonMerge.objects.filter(pk=merge.pk, undone_at=None).update(
        undone_at=at, undone_date=at.astimezone(VIETNAM).date(), undo_reason=nfc(order.reason),
        undo_made_by=order.made_by, undone_by=_second(order.made_by, actor),
    )  # fmt: skip
    if not undone:
        raise NotMerged(merge=merge.pk)
    ledger = list(MovedFact.objects.filter(merge=merge))
    _take_back(absorbed, ledger)
    ports.tell([kept.pk, absorbed.pk], at)
    audit.record(
        events.MERGE_UNDONE,
        actor=actor,
        at=at,
        subject=f"person:{kept.pk}",
        reason=nfc(order.reason),
        data={"merge": merge.pk, "absorbed": absorbed.pk, "made_by": order.made_by, "facts": len(ledger)},
    )
    merge.refresh_from_db()
    return merge


def _locked(kept: int, absorbed: int, actor: Actor) -> tuple[Person, Person]:
    """Lock both people, the lower key first, so that two acts on one pair wait for each other."""
    people = {one.pk: one for one in Person.objects.select_for_update().filter(pk__in=[kept, absorbed]).order_by("pk")}
    reach = actor.areas_for(permissions.MERGE)
    missing = {kept, absorbed} - set(people)
    if missing or not (reach is None or any(one.area_id in reach for one in people.values())):
        raise OutOfReach
    return people[kept], people[absorbed]


def _second(made_by: int, actor: Actor) -> int:
    if actor.account_id is None or actor.account_id == made_by:
        raise FourEyesNeeded
    return actor.account_id


def _must_begin_in_time(order: MergeOrder, kept: Person, absorbed: Person, at: datetime) -> None:
    both = models.Q(absorbed__in=[kept, absorbed]) | models.Q(kept__in=[kept, absorbed])
    # Never before an earlier merge of either: the days of a chain follow one another as its acts did.
    earlier = PersonMerge.objects.filter(both).aggregate(
        merged=models.Max("effective_date"), undone=models.Max("undone_date")
    )
    first = max(day for day in (kept.registered_on, absorbed.registered_on, *earlier.values()) if day)
    last = at.astimezone(VIETNAM).date()
    if not nfc(order.ground):
        raise Malformed("Hãy ghi căn cứ gộp hai mã số (số, ngày của giấy tờ hoặc kết quả xác minh).", field="ground")
    if kept.pk == absorbed.pk or not first <= order.effective_date <= last:
        raise Malformed(
            f"Ngày gộp phải từ {first:%d/%m/%Y} đến {last:%d/%m/%Y} và hai mã số phải khác nhau.",
            field="effective_date",
        )


def _must_be_settled(found: Sequence[rules.Conflict], order: MergeOrder) -> None:
    if any(conflict.blocks for conflict in found):
        raise ConflictsStand(
            "Hai mã số còn điểm trùng phải xử lý trước khi gộp (hai số định danh đã xác minh, ngày mất khác nhau hoặc "
            "cùng đang hưởng một chế độ). Hãy xử lý ở hồ sơ tương ứng rồi đề xuất lại."
        )
    sides = {order.kept, order.absorbed}
    if left := [conflict.code for conflict in found if order.choices.get(conflict.code) not in sides]:
        raise ConflictsStand(
            f"Còn {len(left)} khoảng thời gian trùng chưa chọn mã số nào được tính. Hãy chọn cho từng khoảng rồi gửi "
            "lại; phần của mã số kia sẽ chuyển kế toán xem xét hoàn trả."
        )


def _settled(
    merge: PersonMerge, found: Sequence[rules.Conflict], choices: Mapping[str, int]
) -> Iterator[MergeConflict]:
    for conflict in found:
        if conflict.from_date:
            yield MergeConflict(
                merge=merge, kind=conflict.kind, code=conflict.code, from_date=conflict.from_date,
                to_date=conflict.to_date, paid_months=conflict.paid_months, counts_id=choices[conflict.code],
            )  # fmt: skip


def _ledger(merge: PersonMerge) -> Iterator[MovedFact]:
    day = merge.effective_date
    brings_confirmed = False
    for fact, table in TABLES.items():
        rows: list[Any] = list(table._default_manager.filter(person=merge.absorbed_id).order_by("pk"))  # noqa: SLF001 - Django's name for it
        told_apart = _ONE_AT_A_TIME.get(fact)
        held = _open_kinds(table, merge.kept_id, told_apart) if told_apart is not None else set()
        for row in rows:
            brings_confirmed |= _is_confirmed(row)
            yield _entry(merge, fact, row, day if _ends(row, told_apart, held, day) else None)
    if brings_confirmed:
        # As when a number is confirmed: what the kept person had declared until then no longer holds.
        declared = Identifier.objects.filter(
            person=merge.kept_id, to_date=None, kind=Identifier.Kind.PERSONAL_ID, standing=Identifier.Standing.DECLARED
        )
        for row in declared.order_by("pk"):
            yield _entry(merge, Fact.IDENTIFIER, row, day)


def _open_kinds(table: type[models.Model], person: int, told_apart: str) -> set[str]:
    rows = table._default_manager.filter(person=person, to_date=None)  # noqa: SLF001 - Django's name for it
    return {getattr(row, told_apart) if told_apart else "" for row in rows}


def _is_confirmed(row: Any) -> bool:
    confirmed = (Identifier.Kind.PERSONAL_ID, Identifier.Standing.CONFIRMED, None)
    return isinstance(row, Identifier) and (row.kind, row.standing, row.to_date) == confirmed


def _ends(row: Any, told_apart: str | None, held: set[str], day: date) -> bool:
    if isinstance(row, HealthCard):
        return row.to_date is None or row.to_date > day
    if told_apart is None or row.to_date is not None or _is_confirmed(row):
        return False
    return (getattr(row, told_apart) if told_apart else "") in held


def _entry(merge: PersonMerge, fact: MovedFact.Fact, row: Any, ends: date | None) -> MovedFact:
    after = rules.closing_day(row.from_date, ends) if ends else None
    before = row.to_date if after else None
    return MovedFact(merge=merge, fact=fact, key=row.pk, person_id=row.person_id, end_before=before, end_after=after)


def _apply(merge: PersonMerge, ledger: Sequence[MovedFact]) -> None:
    for fact, table in TABLES.items():
        entries = [entry for entry in ledger if entry.fact == fact]
        rows = table._default_manager.all()  # noqa: SLF001 - Django's name for it
        for entry in entries:
            if entry.end_after:
                rows.filter(pk=entry.key).update(person=merge.kept_id, to_date=entry.end_after)
        rows.filter(pk__in=[entry.key for entry in entries if not entry.end_after]).update(person=merge.kept_id)


def _take_back(absorbed: Person, ledger: Sequence[MovedFact]) -> None:
    for fact, table in TABLES.items():
        entries = [entry for entry in ledger if entry.fact == fact]
        rows = table._default_manager.all()  # noqa: SLF001 - Django's name for it
        for entry in entries:
            if entry.end_after:
                as_left = rows.filter(pk=entry.key, to_date=entry.end_after)
                as_left.update(person=entry.person_id, to_date=entry.end_before)
        moved = [entry.key for entry in entries if entry.person_id == absorbed.pk]
        rows.filter(pk__in=moved).update(person=absorbed.pk)
