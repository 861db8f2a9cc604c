"""Interval plot (biểu đồ khoảng tin cậy): a dot and its whiskers a row, against a promised rate."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ansinh.core.proportions import Interval

LEFT, RIGHT, TOP, ROW, FOOT = 4, 636, 4, 26, 2
STEPS = (1, 2, 5)
_TICKS = 7


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis: where, and the rate it stands for in percent."""

    x: float
    percent: float


@dataclass(frozen=True, slots=True)
class Whisker:
    """One row: its middle from above, both ends, and the dot."""

    y: float
    low: float
    high: float
    dot: float


@dataclass(frozen=True, slots=True)
class IntervalPlot:
    """The whole plot in SVG units."""

    whiskers: tuple[Whisker, ...]
    ticks: tuple[Tick, ...]
    promise: float
    width: int
    height: int
    bottom: int
    left: int
    right: int


def interval_plot(rows: Sequence[tuple[float, Interval]], promise: float) -> IntervalPlot:
    """Draw rates (0 to 1) with their intervals under one another, on an axis from 0 to the furthest end."""
    furthest = max([promise, *(interval.high for _, interval in rows)]) * 1.05
    bottom = TOP + ROW * len(rows)

    def x(rate: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * rate / furthest, 2)

    step = _step(furthest)
    return IntervalPlot(
        whiskers=tuple(
            Whisker(TOP + ROW * (place + 0.5), x(interval.low), x(interval.high), x(rate))
            for place, (rate, interval) in enumerate(rows)
        ),
        ticks=tuple(Tick(x(n * step), round(100 * n * step, 6)) for n in range(int(furthest / step + 1e-9) + 1)),
        promise=x(promise),
        width=RIGHT + LEFT,
        height=bottom + FOOT,
        bottom=bottom,
        left=LEFT,
        right=RIGHT,
    )


def _step(furthest: float) -> float:
    """Return a round distance between ticks, so that there are at most seven."""
    power = 10.0 ** math.floor(math.log10(furthest / _TICKS))
    return next(power * n for n in (*STEPS, 10) if furthest / (power * n) <= _TICKS)
