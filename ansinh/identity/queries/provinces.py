"""Where verification stands, province by province."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from django.db import models

from ansinh.core.measures import Count
from ansinh.core.permissions import Actor, Permission
from ansinh.identity import permissions
from ansinh.identity.models import Verification
from ansinh.identity.queries.runs import Part
from ansinh.offices.models import Area
from ansinh.offices.queries import covered_by_each, provinces
from ansinh.registry.models import Identifier, Person

LEFT = (
    Verification.State.WAITING,
    Verification.State.SECOND,
    Verification.State.DISPUTED,
    Verification.State.SENT_BACK,
    Verification.State.NOT_FOUND,
    Verification.State.REJECTED,
)
"""States of people who are not verified yet."""


@dataclass(frozen=True, slots=True)
class ProvinceRow:
    """One province of today: share verified, and how many of its people stand where (state codes)."""

    code: str
    name: str
    verified: Count
    states: Mapping[str, int]
    parts: tuple[Part, ...]
    """Those left by reason, in percent of the width that the province with the greatest share left fills."""

    @property
    def left(self) -> int:
        """Return how many are not verified yet."""
        return self.verified.denominator - self.verified.numerator


@dataclass(frozen=True, slots=True)
class Standing:
    """All provinces somebody may see, and their sum."""

    verified: Count
    states: Mapping[str, int]
    rows: tuple[ProvinceRow, ...] = field(repr=False)

    @property
    def left(self) -> int:
        """Return how many are not verified yet."""
        return self.verified.denominator - self.verified.numerator


def areas_in_reach(actor: Actor, permission: Permission, on: date) -> list[Area]:
    """Return the provinces of a day over which somebody may do a thing, by code."""
    reach = actor.areas_for(permission)
    return [area for area in provinces(on) if reach is None or area.pk in reach]


def confirmed() -> models.QuerySet[Identifier]:
    """Return the confirmed personal numbers in force."""
    return Identifier.objects.filter(
        kind=Identifier.Kind.PERSONAL_ID, standing=Identifier.Standing.CONFIRMED, to_date=None
    )


def confirmed_of(people: Sequence[int]) -> dict[int, str]:
    """Return the confirmed numbers in force of a few people.

    Told from the others here and not in the query: SQLite would walk every confirmed number rather than those people's.
    """
    numbers = Identifier.objects.filter(person__in=people, to_date=None).values_list(
        "person", "value", "kind", "standing"
    )
    mine = (Identifier.Kind.PERSONAL_ID, Identifier.Standing.CONFIRMED)
    return {person: value for person, value, *what in numbers if tuple(what) == mine}


def standing(actor: Actor, on: date) -> Standing:
    """Count who is verified and who waits for what, in the provinces somebody may see; two grouped queries."""
    is_verified = models.Exists(confirmed().filter(person=models.OuterRef("pk")))
    people = Person.objects.filter(died_on=None).values_list("area")
    counts: defaultdict[int, Count] = defaultdict(Count)
    counted = people.annotate(verified=models.Count("pk", filter=is_verified), living=models.Count("pk")).order_by()
    for area, verified, living in counted:
        counts[area] = Count(verified, living)
    states: defaultdict[int, Counter[str]] = defaultdict(Counter)
    disputed = models.Q(state=Verification.State.DISPUTED) & models.Exists(
        confirmed().filter(person=models.OuterRef("person"))
    )  # a decision of the machine that a sample doubts: the number stands until somebody settles it
    open_cases = Verification.objects.filter(state__in=LEFT, person__died_on=None).exclude(disputed)
    left = open_cases.values_list("person__area", "state")
    for area, state, number in left.annotate(models.Count("pk")).order_by():
        states[area][state] += number
    reach = areas_in_reach(actor, permissions.SEE, on)
    covered = covered_by_each(reach)
    sums = [
        (area, sum((counts[key] for key in covered[area.pk]), Count()), _summed(states, covered[area.pk]))
        for area in reach
    ]
    most = max((1 - count.share for _, count, _ in sums if count.share is not None), default=Fraction())
    rows = [
        ProvinceRow(area.code, area.name, count, by_state, _parts(count, by_state, most))
        for area, count, by_state in sums
        if count.denominator
    ]
    return Standing(
        verified=sum((row.verified for row in rows), Count()),
        states=sum((Counter(row.states) for row in rows), Counter[str]()),
        rows=tuple(sorted(rows, key=lambda row: (row.verified.share or 0, row.code))),
    )


def _summed(states: Mapping[int, Counter[str]], areas: Iterable[int]) -> Counter[str]:
    return sum((states[area] for area in areas if area in states), Counter[str]())


def _parts(count: Count, by_state: Mapping[str, int], most: Fraction) -> tuple[Part, ...]:
    never = count.denominator - count.numerator - sum(by_state.values())
    reasons = [(state.value, str(state.label), by_state.get(state, 0)) for state in LEFT]
    width = float(most * count.denominator)
    return tuple(
        Part(code, label, people, 100 * people / width)
        for code, label, people in [*reasons, ("NEVER", "Chưa chạy đợt nào", never)]
        if people > 0 and width
    )
