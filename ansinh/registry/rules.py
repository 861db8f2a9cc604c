"""What stands between two records of one person before they may be merged; pure, no Django."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from typing import Literal

ConflictKind = Literal["IDENTITIES", "DEATH", "BENEFIT", "PARTICIPATION", "PAST_BENEFIT"]
BLOCKING: frozenset[ConflictKind] = frozenset({"IDENTITIES", "DEATH", "BENEFIT"})
"""What must be put right in the records themselves first; the other kinds are settled by a recorded choice."""

_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Period:
    """A fact with its period, half-open; ``branch`` is what may not be held twice, ``paid`` the months contributed."""

    key: int
    branch: str
    label: str
    from_date: date
    to_date: date | None
    paid: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Record:
    """What a merge has to know of one record: its confirmed personal number ("" when none), death, and periods."""

    key: int
    personal_id: str = ""
    died_on: date | None = None
    participations: tuple[Period, ...] = ()
    benefits: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Conflict (điểm trùng cần giải quyết): one thing two records cannot both say of one person.

    ``code`` is the same whichever record is kept. ``paid_months`` counts months contributed under both numbers: which
    of them counts and what is paid back is for the accountant, never decided here.
    """

    kind: ConflictKind
    code: str
    labels: tuple[str, str] = field(default=("", ""))
    from_date: date | None = None
    to_date: date | None = None
    paid_months: int = 0

    @property
    def blocks(self) -> bool:
        """Tell whether it must be put right before, rather than settled by a choice."""
        return self.kind in BLOCKING


def branch_of(scheme: str) -> str:
    """Return what a scheme may not be held twice with: all social insurance, all health insurance, each other alone."""
    return scheme.split("_", 1)[0]


def overlap(one: Period, other: Period) -> tuple[date, date | None] | None:
    """Return the days two periods share, half-open, or ``None``."""
    start = max(one.from_date, other.from_date)
    ends = [end for end in (one.to_date, other.to_date) if end]
    end = min(ends, default=None)
    return (start, end) if end is None or start < end else None


def month_after(day: date) -> date:
    """Return the first day of the next month."""
    return date(day.year + day.month // _DECEMBER, day.month % _DECEMBER + 1, 1)


def conflicts(one: Record, other: Record, on: date) -> tuple[Conflict, ...]:
    """Return what stands between two records on a day, what blocks first; labels are in the order of the arguments."""
    found: list[Conflict] = []
    if one.personal_id and other.personal_id and one.personal_id != other.personal_id:
        found.append(Conflict("IDENTITIES", "IDENTITIES"))
    if one.died_on != other.died_on:
        found.append(Conflict("DEATH", "DEATH"))
    found += _benefits(one.benefits, other.benefits, on)
    found += _participations(one.participations, other.participations)
    return tuple(sorted(found, key=lambda conflict: not conflict.blocks))


def _benefits(one: Sequence[Period], other: Sequence[Period], on: date) -> Iterator[Conflict]:
    for ours, theirs in _rivals(one, other):
        shared = overlap(ours, theirs)
        if shared:
            goes_on = shared[1] is None or shared[1] > on
            yield _conflict("BENEFIT" if goes_on else "PAST_BENEFIT", ours, theirs, shared)


def _participations(one: Sequence[Period], other: Sequence[Period]) -> Iterator[Conflict]:
    for ours, theirs in _rivals(one, other):
        twice = ours.paid & theirs.paid
        # A month paid under both counts even where the periods only touch: 15/3 ends one, begins the other.
        shared = overlap(ours, theirs) or ((min(twice), month_after(max(twice))) if twice else None)
        if shared:
            yield _conflict("PARTICIPATION", ours, theirs, shared, len(twice))


def _rivals(one: Sequence[Period], other: Sequence[Period]) -> Iterator[tuple[Period, Period]]:
    return ((ours, theirs) for ours, theirs in product(one, other) if ours.branch == theirs.branch)


def _conflict(
    kind: ConflictKind, ours: Period, theirs: Period, shared: tuple[date, date | None], paid: int = 0
) -> Conflict:
    low, high = sorted((ours.key, theirs.key))
    return Conflict(kind, f"{kind}-{low}-{high}", (ours.label, theirs.label), *shared, paid)


def closing_day(from_date: date, on: date) -> date:
    """Return the day on which a fact ends when it is closed on a day: one day at least, since no period is empty."""
    return max(on, from_date + timedelta(days=1))
