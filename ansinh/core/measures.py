"""Measures (chỉ tiêu đo): figures computed from the rows that work leaves behind; no figure is typed.

A measure is a frozen description; a room registers those of its own rows in ``measures.py``. It hands over *daily
increments* per area, from which one pass gives the figure on any day, its trend and its map: numerator and denominator
add up over days and over areas, the share is divided only at the end.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Count:
    """A numerator over a denominator; whole rows, never a rounded share."""

    numerator: int = 0
    denominator: int = 0

    def __add__(self, other: "Count") -> "Count":
        """Add two counts; the way areas and days add up."""
        return Count(self.numerator + other.numerator, self.denominator + other.denominator)

    @property
    def share(self) -> Fraction | None:
        """Return the exact share, or ``None`` when there is nothing to divide by: missing is not zero."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    @property
    def percent(self) -> float | None:
        """Return the share in percent for drawing; words and comparisons use the exact ``share``."""
        return None if self.share is None else float(self.share * 100)

    @property
    def rest(self) -> int:
        """Return what is left to do: the denominator less the numerator."""
        return self.denominator - self.numerator

    def reaches(self, percent: int) -> bool:
        """Tell whether the share is at least ``percent``; exact, so 99,99 % never rounds up to a met target."""
        return self.share is not None and self.share * 100 >= percent


@dataclass(frozen=True, slots=True)
class Increment:
    """What one day added (or took back) in one area."""

    day: date
    area: int
    count: Count


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure the house can be asked for, defined in words and in rows.

    ``increments`` returns daily changes; their sum up to a day is the figure on that day. ``rows`` names the page that
    lists what is counted (it takes ``?tinh=<province code>``). ``completeness`` tells what the figure does not see.
    """

    name: str
    label: str
    numerator: str
    denominator: str
    completeness: str
    increments: Callable[[], Iterable[Increment]]
    rows: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure on one day: the whole, each area, and the days before."""

    measure: Measure
    as_of: date
    total: Count
    by_area: dict[int, Count]
    trend: list[tuple[date, Count]]


REGISTERED: dict[str, Measure] = {}


def register(measure: Measure) -> Measure:
    """Make a measure askable by name.

    :raises ValueError: when two measures share a name
    """
    if measure.name in REGISTERED:
        raise ValueError(f"Measure {measure.name} is registered twice.")
    REGISTERED[measure.name] = measure
    return measure


def evaluate(measure: Measure, *, as_of: date, days: Sequence[date] = ()) -> Figure:
    """Compute a measure on ``as_of`` and on each of the (ascending) earlier ``days``; one pass over its increments."""
    by_area: dict[int, Count] = defaultdict(Count)
    by_day: dict[date, Count] = defaultdict(Count)
    for increment in measure.increments():
        if increment.day <= as_of:
            by_area[increment.area] += increment.count
            by_day[increment.day] += increment.count
    trend, running, pending = [], Count(), sorted(by_day)
    for day in [*days, as_of]:
        while pending and pending[0] <= day:
            running += by_day[pending.pop(0)]
        trend.append((day, running))
    return Figure(measure, as_of, running, dict(by_area), trend)
