"""Figures of this room."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from ansinh.core.measures import Count, Increment, Measure, register
from ansinh.registry.models import Identifier, MovedFact, Person, PersonMerge

_COUNTED = Q(
    Q(to_date=None) | Q(to_date__gt=F("from_date") + timedelta(days=1)),
    kind=Identifier.Kind.PERSONAL_ID,
    standing=Identifier.Standing.CONFIRMED,
)
_MOVES = MovedFact.objects.filter(fact=MovedFact.Fact.IDENTIFIER, person=F("merge__absorbed"))


def verified_share_increments() -> Iterator[Increment]:
    """Yield what each day added to and took from the verified and the registered, by managing province.

    A death takes a person out of both; the end of a confirmed number takes its holder out of the verified.
    A confirmation withdrawn within a day was a slip and never counts. Of two numbers merged, the absorbed one leaves
    the registered on the day the merge takes effect and comes back on the day it is undone; a confirmed number counts
    where it was held on each day.
    """
    registered = Person.objects.filter(Q(died_on=None) | Q(died_on__gt=F("registered_on")))
    for day, area, people in _daily(registered, "registered_on", "area"):
        yield Increment(day, area, Count(0, people))
    for day, area, people in _daily(registered.exclude(died_on=None), "died_on", "area"):
        yield Increment(day, area, Count(0, -people))
    numbers = Identifier.objects.filter(_COUNTED, Q(person__died_on=None) | Q(person__died_on__gt=F("from_date")))
    numbers = numbers.filter(~Exists(_MOVES.filter(key=OuterRef("pk"))))
    for day, area, people in _daily(numbers, "from_date", "person__area"):
        yield Increment(day, area, Count(people, 0))
    died_first = Q(to_date=None) | Q(to_date__gt=F("person__died_on"))
    dead = numbers.filter(died_first, person__in=Person.objects.exclude(died_on=None).values("pk"))
    for day, area, people in _daily(dead, "person__died_on", "person__area"):
        yield Increment(day, area, Count(-people, 0))
    ended = numbers.exclude(to_date=None).filter(Q(person__died_on=None) | Q(to_date__lte=F("person__died_on")))
    for day, area, people in _daily(ended, "to_date", "person__area"):
        yield Increment(day, area, Count(-people, 0))
    yield from _absorbed()
    yield from _moved_numbers()


def _absorbed() -> Iterator[Increment]:
    """Yield who left the registered by a merge, who came back, and who died in between and was taken off twice."""
    alive = PersonMerge.objects.filter(Q(absorbed__died_on=None) | Q(absorbed__died_on__gt=F("effective_date")))
    back = alive.filter(Q(absorbed__died_on=None) | Q(absorbed__died_on__gte=F("undone_date")))
    twice = alive.filter(Q(undone_date=None) | Q(absorbed__died_on__lt=F("undone_date")))
    for rows, day, sign in (
        (alive, "effective_date", -1),
        (back.exclude(undone_date=None), "undone_date", 1),
        (twice.exclude(absorbed__died_on=None), "absorbed__died_on", 1),
    ):
        for on, area, people in _daily(rows, day, "absorbed__area"):
            yield Increment(on, area, Count(0, sign * people))


def _moved_numbers() -> Iterator[Increment]:
    """Yield the confirmed numbers that a merge has moved, each counted at whoever held it from day to day."""
    numbers = Identifier.objects.filter(_COUNTED, Exists(_MOVES.filter(key=OuterRef("pk"))))
    merges: defaultdict[int, list[PersonMerge]] = defaultdict(list)
    ledger = _MOVES.filter(key__in=numbers.values("pk")).select_related("merge__kept", "merge__absorbed")
    for entry in ledger.order_by("merge"):
        merges[entry.key].append(entry.merge)
    for key, from_date, to_date in numbers.values_list("pk", "from_date", "to_date"):
        for holder, since, until in _holders(merges[key]):
            begins = max(from_date, since)
            ends = min(day for day in (to_date, until, holder.died_on, date.max) if day)
            if begins < ends:
                yield Increment(begins, holder.area_id, Count(1, 0))
                if ends != date.max:
                    yield Increment(ends, holder.area_id, Count(-1, 0))


def _holders(merges: Sequence[PersonMerge]) -> Iterator[tuple[Person, date, date]]:
    """Yield who held what these merges moved, with the days from and to which; in the order of the acts."""
    turns = [(merge.approved_at, merge.effective_date, merge.kept) for merge in merges]
    turns += [(one.undone_at, one.undone_date, one.absorbed) for one in merges if one.undone_at and one.undone_date]
    holder, since = merges[0].absorbed, date.min
    for _, day, following in sorted(turns, key=lambda turn: turn[0]):
        yield holder, since, day
        holder, since = following, day
    yield holder, since, date.max


def _daily(
    rows: models.QuerySet[Person] | models.QuerySet[Identifier] | models.QuerySet[PersonMerge], day: str, area: str
) -> Iterator[tuple[date, int, int]]:
    return iter(rows.values_list(day, area).annotate(people=models.Count("pk")).order_by())


register(
    Measure(
        name="identity.verified_share",
        label="Người tham gia, thụ hưởng đã xác minh với cơ sở dữ liệu quốc gia về dân cư",
        numerator="Người đang sống trong cơ sở dữ liệu bảo hiểm có số định danh cá nhân đã xác minh, còn hiệu lực",
        denominator="Người đang sống trong cơ sở dữ liệu bảo hiểm; hai mã số đã gộp tính một người",
        completeness="Không gồm người do BHXH Bộ Quốc phòng và BHXH Công an nhân dân quản lý.",
        increments=verified_share_increments,
        rows="identity-people",
    )
)
