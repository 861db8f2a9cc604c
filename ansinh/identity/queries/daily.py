"""What each day added to and took from the verified and the registered, from the facts themselves."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from ansinh.core.measures import Count as Share
from ansinh.core.measures import Increment
from ansinh.identity.models import SPAN
from ansinh.registry.models import Identifier, MovedFact, Person, PersonMerge

_COUNTED = Q(
    Q(to_date=None) | Q(to_date__gt=F("from_date") + timedelta(days=1)),
    kind=Identifier.Kind.PERSONAL_ID,
    standing=Identifier.Standing.CONFIRMED,
)
_MOVES = MovedFact.objects.filter(fact=MovedFact.Fact.IDENTIFIER, person=F("merge__absorbed"))


def within(column: str, blocks: Sequence[int] | None) -> Q:
    """Return the condition that a person's key lies in some blocks; with ``None`` anywhere."""
    if blocks is None:
        return Q()
    found = Q(pk__in=[])
    for block in blocks:
        found |= Q(**{f"{column}__gte": block * SPAN, f"{column}__lt": (block + 1) * SPAN})
    return found


def increments(blocks: Sequence[int] | None) -> Iterator[Increment]:
    """Yield what each day added to and took from the verified and the registered, by managing province.

    A death takes a person out of both; the end of a confirmed number takes its holder out of the verified.
    A confirmation withdrawn within a day was a slip and never counts. Of two numbers merged, the absorbed one leaves
    the registered on the day the merge takes effect and comes back on the day it is undone; a confirmed number counts
    where it was held on each day, in the block of who holds it now.
    """
    people = Person.objects.filter(within("pk", blocks))
    registered = people.filter(Q(died_on=None) | Q(died_on__gt=F("registered_on")))
    yield from _daily(registered, "registered_on", "area", Share(0, 1))
    yield from _daily(registered.exclude(died_on=None), "died_on", "area", Share(0, -1))
    counted = Identifier.objects.filter(_COUNTED, within("person", blocks))
    numbers = counted.filter(
        ~Exists(_MOVES.filter(key=OuterRef("pk"))), Q(person__died_on=None) | Q(person__died_on__gt=F("from_date"))
    )
    yield from _daily(numbers, "from_date", "person__area", Share(1, 0))
    died_first = Q(to_date=None) | Q(to_date__gt=F("person__died_on"))
    dead = numbers.filter(died_first, person__in=people.exclude(died_on=None).values("pk"))
    yield from _daily(dead, "person__died_on", "person__area", Share(-1, 0))
    ended = numbers.exclude(to_date=None).filter(Q(person__died_on=None) | Q(to_date__lte=F("person__died_on")))
    yield from _daily(ended, "to_date", "person__area", Share(-1, 0))
    yield from _absorbed(blocks)
    yield from _moved_numbers(counted)


def _absorbed(blocks: Sequence[int] | None) -> Iterator[Increment]:
    """Yield who left the registered by a merge, who came back, and who died in between and was taken off twice."""
    merges = PersonMerge.objects.filter(within("absorbed", blocks))
    alive = merges.filter(Q(absorbed__died_on=None) | Q(absorbed__died_on__gt=F("effective_date")))
    back = alive.filter(Q(absorbed__died_on=None) | Q(absorbed__died_on__gte=F("undone_date")))
    twice = alive.filter(Q(undone_date=None) | Q(absorbed__died_on__lt=F("undone_date")))
    yield from _daily(alive, "effective_date", "absorbed__area", Share(0, -1))
    yield from _daily(back.exclude(undone_date=None), "undone_date", "absorbed__area", Share(0, 1))
    yield from _daily(twice.exclude(absorbed__died_on=None), "absorbed__died_on", "absorbed__area", Share(0, 1))


def _moved_numbers(counted: QuerySet[Identifier]) -> Iterator[Increment]:
    """Yield the confirmed numbers that a merge has moved, each counted at whoever held it from day to day."""
    numbers = counted.filter(Exists(_MOVES.filter(key=OuterRef("pk"))))
    merges: defaultdict[int, list[PersonMerge]] = defaultdict(list)
    ledger = _MOVES.filter(key__in=numbers.values("pk")).select_related("merge__kept", "merge__absorbed")
    for entry in ledger.order_by("merge"):
        merges[entry.key].append(entry.merge)
    for key, from_date, to_date in numbers.values_list("pk", "from_date", "to_date"):
        for holder, since, until in _holders(merges[key]):
            begins = max(from_date, since)
            ends = min(day for day in (to_date, until, holder.died_on, date.max) if day)
            if begins < ends:
                yield Increment(begins, holder.area_id, Share(1, 0))
                if ends != date.max:
                    yield Increment(ends, holder.area_id, Share(-1, 0))


def _holders(merges: Sequence[PersonMerge]) -> Iterator[tuple[Person, date, date]]:
    """Yield who held what these merges moved, with the days from and to which; in the order of the acts."""
    turns = [(merge.approved_at, merge.effective_date, merge.kept) for merge in merges]
    turns += [(one.undone_at, one.undone_date, one.absorbed) for one in merges if one.undone_at and one.undone_date]
    holder, since = merges[0].absorbed, date.min
    for _, day, following in sorted(turns, key=lambda turn: turn[0]):
        yield holder, since, day
        holder, since = following, day
    yield holder, since, date.max


def _daily(rows: QuerySet[Any], day: str, area: str, each: Share) -> Iterator[Increment]:
    for when, where, people in rows.values_list(day, area).annotate(people=Count("pk")).order_by():
        yield Increment(when, where, Share(each.numerator * people, each.denominator * people))
