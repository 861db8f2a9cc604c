"""Counting people into cells and days: live for a few blocks, from the sums for everybody."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Substr

from ansinh.core.measures import Count as Share
from ansinh.core.measures import Increment
from ansinh.identity.models import WAITS, Block, BlockCount, Cell, DayCount, Touch, UnverifiedReason, Verification
from ansinh.identity.queries.daily import increments, within
from ansinh.registry.models import Identifier, Participation, Person, Scheme

SAME_DAY = ("EQUAL", "SAME_YEAR_KNOWN")
NOT_COMPARED = ""
"""A service answers about what it was asked to compare, and may leave a field out."""
LIVE = 3
"""So many touched blocks are counted on the spot when a figure is read; beyond, the figure is as of the last count."""

RANK = (
    Scheme.PENSIONER, Scheme.SI_COMPULSORY, Scheme.SI_VOLUNTARY, Scheme.HI_CHILD, Scheme.HI_STUDENT, Scheme.HI_POOR,
    Scheme.HI_HOUSEHOLD, Scheme.HI_OTHER, Scheme.UI,
)  # fmt: skip
"""Under which of several schemes a person is counted: the first of these that is open."""

_WHY = Case(
    When(~Q(state__in=[*WAITS, Verification.State.CONFIRMED]), then=F("state")),
    When(state=Verification.State.CONFIRMED, then=Value(UnverifiedReason.WITHDRAWN.value)),
    When(~Q(obstacle=""), then=F("obstacle")),
    When(decision=Verification.Decision.NOT_FOUND, then=Value(UnverifiedReason.ANSWERED.value)),
    When(agree_number="MISSING", then=Value(UnverifiedReason.NO_NUMBER.value)),
    When(agree_number="OLD", then=Value(UnverifiedReason.OLD_NUMBER.value)),
    When(~Q(agree_number="EQUAL"), then=Value(UnverifiedReason.NUMBER.value)),
    When(~Q(agree_name__in=["EQUAL", NOT_COMPARED]), then=Value(UnverifiedReason.NAME.value)),
    When(agree_dob__in=["MONTH_ONLY", "YEAR_ONLY"], then=Value(UnverifiedReason.BIRTH_PARTIAL.value)),
    When(~Q(agree_dob__in=[*SAME_DAY, NOT_COMPARED]), then=Value(UnverifiedReason.BIRTH.value)),
    When(agree_sex="DIFFERENT", then=Value(UnverifiedReason.SEX.value)),
    default=Value(UnverifiedReason.DOUBT.value),
    output_field=CharField(),
)
"""Why the person of a verification is not verified, when they are not: its state, or the first thing that differs."""


def standing_of(people: QuerySet[Person]) -> QuerySet[Any]:
    """Return people with ``scheme``, ``cohort`` (first three digits of the birth year) and ``reason`` beside each.

    A cohort never changes with the calendar as an age does, and a birth of which only the year is known has one.
    """
    confirmed = Identifier.objects.filter(
        person=OuterRef("pk"), kind=Identifier.Kind.PERSONAL_ID, standing=Identifier.Standing.CONFIRMED, to_date=None
    )
    latest = Verification.objects.filter(person=OuterRef("pk")).exclude(state=Verification.State.SUPERSEDED)
    ranked = Case(*(When(scheme=scheme, then=Value(place)) for place, scheme in enumerate(RANK)), default=Value(99))
    schemes = Participation.objects.filter(person=OuterRef("pk"), to_date=None).order_by(ranked, "pk")
    return people.annotate(
        scheme=Coalesce(Subquery(schemes.values("scheme")[:1]), Value("")),
        cohort=Substr("birth", 1, 3),
        reason=Case(
            When(Exists(confirmed), then=Value(UnverifiedReason.VERIFIED.value)),
            default=Coalesce(
                Subquery(latest.order_by("-pk").annotate(why=_WHY).values("why")[:1]),
                Value(UnverifiedReason.NEVER.value),
            ),
            output_field=CharField(),
        ),
    )


def count_live(blocks: Sequence[int] | None) -> BlockCount:
    """Count the people of some blocks, or with ``None`` everybody, from the facts; a fixed number of queries."""
    living = Person.objects.living().filter(within("pk", blocks))
    cells = standing_of(living).values_list("area", "scheme", "cohort", "reason").annotate(people=Count("pk"))
    counted = BlockCount(Counter({(area, *rest): people for area, *rest, people in cells.order_by()}))
    for increment in increments(blocks):
        key = increment.day, increment.area
        counted.verified[key] += increment.count.numerator
        counted.registered[key] += increment.count.denominator
    return BlockCount().plus(counted)


@dataclass(frozen=True, slots=True)
class Rollup:
    """Roll-up (số tổng hợp): the sums, with what is touched and not counted yet put right when that is little.

    ``waiting`` is how many touched blocks the figures do not know of, ``as_of`` since when (``None``: they know all).
    ``touches`` are those that ``change`` puts right: once one of them is gone the sums know of it themselves.
    """

    change: BlockCount
    touches: frozenset[int]
    waiting: int
    as_of: datetime | None

    def by(self, *names: str, areas: Iterable[int] | None = None) -> Counter[tuple[Any, ...]]:
        """Count people by some of ``area``, ``scheme``, ``cohort`` and ``reason``, in some areas or everywhere."""
        within = None if areas is None else set(areas)
        rows = Cell.objects.all() if within is None else Cell.objects.filter(area__in=within)
        summed = rows.values_list(*names).annotate(total=Sum("people")).order_by()
        found: Counter[tuple[Any, ...]] = Counter({tuple(key): total for *key, total in summed if total})
        places = [("area", "scheme", "cohort", "reason").index(name) for name in names]
        for key, people in self.change.cells.items():
            if within is None or key[0] in within:
                found[tuple(key[place] for place in places)] += people
        return found if self._still_stands() else rollup().by(*names, areas=areas)

    def daily(self) -> Iterator[Increment]:
        """Yield what each day added, by area."""
        sums = list(DayCount.objects.values_list("day", "area", "verified", "registered"))
        if not self._still_stands():
            yield from rollup().daily()
            return
        for day, area, verified, registered in sums:
            yield Increment(day, area, Share(verified, registered))
        for (day, area), (verified, registered) in self.change.days.items():
            yield Increment(day, area, Share(verified, registered))

    def by_day(self, areas: frozenset[int]) -> list[tuple[date, Share]]:
        """Return what each day added in some areas together, ascending."""
        summed = DayCount.objects.filter(area__in=areas).values_list("day").order_by("day")
        sums = {
            day: Share(verified, registered)
            for day, verified, registered in summed.annotate(Sum("verified"), Sum("registered"))
        }
        for (day, area), numbers in self.change.days.items():
            if area in areas:
                sums[day] = sums.get(day, Share()) + Share(*numbers)
        return sorted(sums.items()) if self._still_stands() else rollup().by_day(areas)

    def _still_stands(self) -> bool:
        """Tell whether nobody has moved into the sums, since this was read, what ``change`` is to put right."""
        return Touch.objects.filter(pk__in=self.touches).count() == len(self.touches) if self.touches else True


def rollup() -> Rollup:
    """Return the sums as they can be read now; one query, and a few more when some blocks were just touched."""
    open_ones = Touch.objects.exclude(status=Touch.Status.DONE)
    some = dict(open_ones.values_list("pk", "block").order_by("pk")[: LIVE * 50])
    touched = sorted(set(some.values()))
    if len(touched) <= LIVE and len(some) < LIVE * 50:
        change = count_live(touched).less(Block.objects.kept(touched)) if touched else BlockCount()
        return Rollup(change, frozenset(some), 0, None)
    late = open_ones.aggregate(blocks=Count("block", distinct=True), since=Min("available_at"))
    return Rollup(BlockCount(), frozenset(), late["blocks"], late["since"])


def drift() -> list[str]:
    """Return where the sums and a count of everybody part, in words; reads everybody, so it is for a command."""
    now, counted = rollup(), count_live(None)
    sums = now.by("area", "scheme", "cohort", "reason")
    days: Counter[tuple[Any, ...]] = Counter()
    for one in now.daily():
        days[one.day, one.area, "verified"] += one.count.numerator
        days[one.day, one.area, "registered"] += one.count.denominator
    for (day, area), (verified, registered) in counted.days.items():
        days[day, area, "verified"] -= verified
        days[day, area, "registered"] -= registered
    sums.subtract(counted.cells)
    return [f"{key}: {number:+d}" for key, number in [*sums.items(), *days.items()] if number]
