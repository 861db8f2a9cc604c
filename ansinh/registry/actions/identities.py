"""Acts: record personal numbers that were verified, many at a time, and take one back."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import pyarrow as pa
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from ansinh.core import audit
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import OutOfReach, Refusal
from ansinh.core.permissions import Actor
from ansinh.registry import events, permissions, ports
from ansinh.registry.intake import copying
from ansinh.registry.models import Identifier, Person, PersonMerge

_PERSONAL_ID = re.compile(r"[0-9]{12}")
_AT_ONCE = 5_000
_Value = TypeVar("_Value", int, str)


@dataclass(frozen=True, slots=True)
class ConfirmedIdentity:
    """One person's personal number (12 digits), and the check that confirmed it."""

    person_id: int
    personal_id: str
    source: str


@dataclass(frozen=True, slots=True)
class RefusedIdentity:
    """A confirmation that was not recorded, and the reason, in Vietnamese."""

    person_id: int
    personal_id: str
    reason: str


class NotConfirmed(Refusal):
    """The person has no confirmed number to withdraw."""

    message = "Người này hiện không có số định danh đã xác minh nên không có gì để rút lại."


@transaction.atomic
def confirm_identities(*, items: Sequence[ConfirmedIdentity], actor: Actor, at: datetime) -> list[RefusedIdentity]:
    """Record confirmed numbers (ghi nhận số định danh đã xác minh) and return those that could not be.

    The declared number a person had until then is closed on the day of ``at``. A number that is confirmed already for
    the same person stays as it is. Set-based: made for thousands of people a call.
    """
    actor.must(permissions.IMPORT)
    day = at.astimezone(VIETNAM).date()
    refused, new = _judge(items, actor)
    people = [item.person_id for item in new]
    for some in _slices(people):
        _close(_current(Identifier.Standing.DECLARED).filter(person__in=some), day)
    _insert(new, Identifier.Standing.CONFIRMED, day)
    ports.tell(people, at)
    audit.record(
        events.IDENTITY_CONFIRMED,
        actor=actor,
        at=at,
        subject=f"person:{people[0]}" if len(items) == len(people) == 1 else "",
        data={"asked": len(items), "confirmed": len(new), "refused": len(refused), "people": [*_span(people)]},
    )
    return refused


@transaction.atomic
def withdraw_confirmation(*, person_id: int, actor: Actor, at: datetime, reason: str = "") -> None:
    """Withdraw a person's confirmed number (rút lại xác nhận): closed on the day, the declared one holds again.

    :raises NotConfirmed: no number is confirmed
    :raises OutOfReach: the person is not in the actor's areas
    """
    actor.must(permissions.IMPORT)
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None or not actor.may(permissions.IMPORT, area=person.area_id):
        raise OutOfReach
    day = at.astimezone(VIETNAM).date()
    if not _close(_current(Identifier.Standing.CONFIRMED).filter(person=person), day):
        raise NotConfirmed(person=person_id)
    declared = Identifier.objects.filter(
        person=person, kind=Identifier.Kind.PERSONAL_ID, standing=Identifier.Standing.DECLARED
    )
    last = declared.order_by("-from_date", "-pk").first()
    if last is not None:
        item = ConfirmedIdentity(person_id=person_id, personal_id=last.value, source=last.source)
        _insert([item], Identifier.Standing.DECLARED, day)
    ports.tell([person_id], at)
    audit.record(events.CONFIRMATION_WITHDRAWN, actor=actor, at=at, subject=f"person:{person_id}", reason=reason)


def _judge(items: Sequence[ConfirmedIdentity], actor: Actor) -> tuple[list[RefusedIdentity], list[ConfirmedIdentity]]:
    items = list({(item.person_id, item.personal_id): item for item in items}.values())
    areas = actor.areas_for(permissions.IMPORT)
    people, numbers = [item.person_id for item in items], [item.personal_id for item in items]
    area_of = _gather(Person.objects.all(), "pk", people, "area_id")
    kept_of = _gather(PersonMerge.objects.filter(undone_at=None), "absorbed_id", people, "kept_id")
    number_of = _gather(_current(Identifier.Standing.CONFIRMED), "person_id", people, "value")
    holder_of = _gather(_current(Identifier.Standing.CONFIRMED), "value", numbers, "person_id")
    times, claims = Counter(people), Counter(numbers)
    refused, new = [], []
    for item in items:
        holder = holder_of.get(item.personal_id, item.person_id)
        reasons = (
            (not _PERSONAL_ID.fullmatch(item.personal_id), "Số định danh không đủ 12 chữ số."),
            (item.person_id not in area_of, "Người này không có trong cơ sở dữ liệu."),
            (areas is not None and area_of.get(item.person_id) not in areas, "Người này ngoài địa bàn được giao."),
            (item.person_id in kept_of, "Mã số BHXH này đã gộp vào mã số khác."),
            (holder != item.person_id, "Số định danh đã được xác minh cho người khác."),
            (claims[item.personal_id] > 1, "Số định danh được xác minh cho nhiều người trong cùng một lượt."),
            (times[item.person_id] > 1, "Người này có nhiều số định danh trong cùng một lượt."),
            (
                number_of.get(item.person_id, item.personal_id) != item.personal_id,
                "Người này đã có số định danh khác được xác minh; cần rút lại xác nhận cũ trước.",
            ),
        )
        reason = next((reason for is_so, reason in reasons if is_so), None)
        if reason:
            refused.append(RefusedIdentity(item.person_id, item.personal_id, reason))
        elif item.person_id not in number_of:
            new.append(item)
    return refused, new


def _current(standing: Identifier.Standing) -> QuerySet[Identifier]:
    return Identifier.objects.filter(kind=Identifier.Kind.PERSONAL_ID, standing=standing, to_date=None)


def _slices(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """Cut a list so that each part fits the parameters of one statement."""
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def _gather(rows: QuerySet[Any], key: str, keys: Sequence[_Value], value: str) -> dict[_Value, Any]:
    return {
        found: held
        for some in _slices(keys)
        for found, held in rows.filter(**{f"{key}__in": some}).values_list(key, value)
    }


def _close(rows: QuerySet[Identifier], day: date) -> int:
    """End facts on a day; one that began that day or later ends the day after it began, since no period is empty."""
    late = rows.filter(from_date__gte=day)
    closed = sum(
        late.filter(from_date=start).update(to_date=start + timedelta(days=1))
        for start in set(late.values_list("from_date", flat=True))
    )
    return closed + rows.filter(~Q(from_date__gte=day)).update(to_date=day)


def _insert(items: Sequence[ConfirmedIdentity], standing: Identifier.Standing, day: date) -> None:
    rows = pa.table(
        {
            "person_id": [item.person_id for item in items],
            "kind": pa.repeat(Identifier.Kind.PERSONAL_ID.value, len(items)),
            "value": [item.personal_id for item in items],
            "standing": pa.repeat(standing.value, len(items)),
            "source": [item.source for item in items],
            "from_date": pa.repeat(day, len(items)),
        }
    )
    with connection.cursor() as cursor:
        copying.copy_in(cursor, connection.vendor, Identifier._meta.db_table, rows)  # noqa: SLF001 - Django's name for it


def _span(people: Sequence[int]) -> list[int]:
    return [min(people), max(people)] if people else []
