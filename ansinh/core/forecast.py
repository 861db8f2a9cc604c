"""Forecast (dự báo): when what is left will be done, from the pace of the last weeks; it promises nothing more.

Weekly change of the remaining count, its median for the pace, and order statistics for how far the pace may be off:
a week with one large run or a holiday moves neither much, and no shape of distribution is assumed (the interval is the
sign test's for a median). What cannot be said is said to be so: too few weeks, or a pace of nothing.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import comb
from statistics import median
from typing import Literal

from ansinh.core.measures import Count

WEEK = timedelta(days=7)
WEEKS, FEWEST = 12, 6
COVERAGE = 0.8
HORIZON = timedelta(days=3653)
"""A day further away than ten years is no forecast."""

Verdict = Literal["DONE", "TOO_FEW", "FLAT", "LIKELY"]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the last weeks say: ``verdict``, how many weeks were looked at, and with ``LIKELY`` the three days.

    ``pace`` is people a week (the median), ``slow`` and ``fast`` the ends of its interval. ``late`` is ``None`` when at
    the slow end nothing moves: no last day can be named.
    """

    verdict: Verdict
    weeks: int
    pace: float = 0.0
    slow: float = 0.0
    fast: float = 0.0
    likely: date | None = None
    early: date | None = None
    late: date | None = None


def weeks_before(as_of: date, number: int = WEEKS) -> list[date]:
    """Return the days a week apart that a forecast looks at, ascending, ``as_of`` last."""
    return [as_of - WEEK * back for back in range(number, -1, -1)]


def forecast(count_on: Callable[[date], Count], *, as_of: date) -> Forecast:
    """Tell when nothing will be left, if the pace of the last ``WEEKS`` weeks holds."""
    counts = [count_on(day) for day in weeks_before(as_of)]
    known = [count for count in counts if count.denominator]
    changes = sorted(float(before.rest - after.rest) for before, after in pairwise(known))
    if known and not known[-1].rest:
        return Forecast("DONE", len(changes))
    if len(changes) < FEWEST:
        return Forecast("TOO_FEW", len(changes))
    off = _trimmed(len(changes))
    pace, slow, fast = median(changes), changes[off], changes[-1 - off]
    likely = _after(as_of, known[-1].rest, pace)
    if likely is None:
        return Forecast("FLAT", len(changes), pace, slow, fast)
    early, late = _after(as_of, known[-1].rest, fast), _after(as_of, known[-1].rest, slow)
    return Forecast("LIKELY", len(changes), pace, slow, fast, likely, early, late)


def _trimmed(number: int) -> int:
    """Return how many of the least and of the greatest may be left out, the rest still covering the median."""
    off, outside = 0, 2 / 2**number
    while 1 - (outside := outside + 2 * comb(number, off + 1) / 2**number) >= COVERAGE:
        off += 1
    return off


def _after(start: date, rest: int, pace: float) -> date | None:
    """Return the day on which ``rest`` is done at ``pace`` a week; ``None`` for never or beyond ``HORIZON``."""
    if pace <= 0 or rest / pace * WEEK.days > HORIZON.days:
        return None
    return start + timedelta(days=-int(-rest / pace * WEEK.days // 1))


def running(changes: Sequence[tuple[date, Count]]) -> Callable[[date], Count]:
    """Return a function that sums daily changes, ascending by day, up to the end of a day."""
    days: list[date] = []
    sums: list[Count] = []
    for day, count in changes:
        days.append(day)
        sums.append((sums[-1] if sums else Count()) + count)

    def count_on(day: date) -> Count:
        place = bisect_right(days, day)
        return sums[place - 1] if place else Count()

    return count_on
