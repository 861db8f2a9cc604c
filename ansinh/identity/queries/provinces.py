"""Where verification stands, province by province."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import models

from ansinh.core.measures import Count
from ansinh.core.permissions import Actor, Permission
from ansinh.identity import permissions
from ansinh.identity.models import WAITS, UnverifiedReason, Verification
from ansinh.identity.queries.rollups import Rollup, rollup
from ansinh.identity.queries.runs import Part
from ansinh.offices.models import Area
from ansinh.offices.queries import covered_by_each, provinces
from ansinh.registry.models import Identifier

LEFT = (
    Verification.State.WAITING,
    Verification.State.SENT_BACK,
    Verification.State.NOT_FOUND,
    Verification.State.REJECTED,
)
"""States of people who are not verified yet; whoever waits for a second look, or a settlement, waits."""


@dataclass(frozen=True, slots=True)
class StandingRow:
    """People of a kind (a province, a scheme, a cohort): share verified, how many stand where (state codes)."""

    code: str
    name: str
    verified: Count
    states: Mapping[str, int]
    parts: tuple[Part, ...]
    """Those left by state, in percent of the width that the row with the greatest share left fills."""

    @property
    def left(self) -> int:
        """Return how many are not verified yet."""
        return self.verified.rest


@dataclass(frozen=True, slots=True)
class Standing:
    """All provinces somebody may see, and their sum."""

    verified: Count
    states: Mapping[str, int]
    rows: tuple[StandingRow, ...] = field(repr=False)

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


def state_of(reason: str) -> str:
    """Return the state behind a reason: the many that wait for a clerk are one."""
    return (
        Verification.State.WAITING if reason in UnverifiedReason.values and UnverifiedReason(reason).waits else reason
    )


def states_of(reason: str) -> frozenset[str]:
    """Return the states a verification may have that counts under a reason; none where it needs none."""
    state = state_of(reason)
    return WAITS if state == Verification.State.WAITING else frozenset({state} & {*Verification.State.values})


def standing(actor: Actor, on: date) -> Standing:
    """Count who is verified and who waits for what, in the provinces somebody may see; from the sums."""
    reach = areas_in_reach(actor, permissions.SEE, on)
    rows = province_rows(reach, covered_by_each(reach), rollup())
    return Standing(
        verified=sum((row.verified for row in rows), Count()),
        states=sum((Counter(row.states) for row in rows), Counter[str]()),
        rows=tuple(sorted(rows, key=lambda row: (row.verified.share or 0, row.code))),
    )


def province_rows(reach: Sequence[Area], covered: Mapping[int, frozenset[int]], now: Rollup) -> tuple[StandingRow, ...]:
    """Return a row a province, by code; what a province took over is its own."""
    reasons = grouped(now.by("area", "reason"))
    return rows_of(
        (area.code, area.name, sum((reasons[key] for key in covered[area.pk] if key in reasons), Counter[str]()))
        for area in reach
    )


def grouped(counts: Counter[tuple[Any, ...]], place: int = 0) -> dict[Any, Counter[str]]:
    """Return how many have which reason (the last part of each key) by one of its other parts."""
    found: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    for key, people in counts.items():
        found[key[place]][key[-1]] += people
    return dict(found)


def rows_of(groups: Iterable[tuple[str, str, Counter[str]]]) -> tuple[StandingRow, ...]:
    """Lay groups of people, counted by reason, out as rows of one scale; groups of nobody are left out."""
    counted = [(code, name, share_of(reasons), _states(reasons)) for code, name, reasons in groups]
    most = max((1 - count.share for _, _, count, _ in counted if count.share is not None), default=Fraction())
    return tuple(
        StandingRow(code, name, count, states, _parts(count, states, most))
        for code, name, count, states in counted
        if count.denominator
    )


def share_of(reasons: Counter[str]) -> Count:
    """Return the verified of all who are counted."""
    return Count(reasons[UnverifiedReason.VERIFIED], reasons.total())


def _states(reasons: Counter[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for reason, people in reasons.items():
        if people and state_of(reason) in LEFT:
            found[state_of(reason)] += people
    return found


def _parts(count: Count, by_state: Mapping[str, int], most: Fraction) -> tuple[Part, ...]:
    never = count.denominator - count.numerator - sum(by_state.values())
    reasons = [(state.value, str(state.label), by_state.get(state, 0)) for state in LEFT]
    width = float(most * count.denominator)
    return tuple(
        Part(code, label, people, 100 * people / width)
        for code, label, people in [*reasons, ("NEVER", "Chưa chạy đợt nào", never)]
        if people > 0 and width
    )
