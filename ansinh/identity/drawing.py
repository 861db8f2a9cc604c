"""The trend of verification with its forecast, and shares as heat: numbers to SVG coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ansinh.core.forecast import Forecast
from ansinh.core.measures import Count

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 52, WIDTH - 12, 26, HEIGHT - 30
STEPS = (0, 50, 80, 90, 95, 98, 99)
"""Where the vertical axis may begin: the highest of these below the last weeks; what was lower is cut."""
RECENT = 13
HEAT = ((50, 1), (80, 2), (90, 3), (98, 4))


@dataclass(frozen=True, slots=True)
class Outlook:
    """A trend as SVG, the fan of its forecast, the lines and days that name the axes."""

    points: str
    dots: list[tuple[float, float]]
    fan: str
    middle: str
    grid: list[tuple[float, str]]
    days: list[tuple[float, date]]
    today: float
    end: tuple[float, float] | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


def outlook(trend: Sequence[tuple[date, Count]], ahead: Forecast) -> Outlook | None:
    """Draw a trend and where it leads; nothing to draw without a day."""
    if not trend:
        return None
    floor = max(step for step in STEPS if step <= max(min(_percents(trend[-RECENT:])) - 0.2, 0))
    trend = [one for one, percent in zip(trend, _percents(trend), strict=True) if percent >= floor]
    first, today = trend[0][0], trend[-1][0]
    last = _last_day(first, today, ahead)

    def place(day: date, percent: float) -> tuple[float, float]:
        across = (day - first).days / max((last - first).days, 1)
        return (
            round(LEFT + (RIGHT - LEFT) * min(across, 1), 1),
            round(BOTTOM - (BOTTOM - TOP) * (percent - floor) / (100 - floor), 1),
        )

    dots = [place(day, count.percent or 0) for day, count in trend]
    now = trend[-1][1].percent or 0

    def towards(day: date | None) -> tuple[float, float]:
        """Return where a straight line to 100 % on a day leaves the picture; level when there is no such day."""
        if day is None:
            return place(last, now)
        if day <= last:
            return place(day, 100)
        return place(last, now + (100 - now) * (last - today).days / (day - today).days)

    is_likely = ahead.verdict == "LIKELY"
    fan = [dots[-1], towards(ahead.early), *([place(last, 100)] if ahead.early != last else []), towards(ahead.late)]
    return Outlook(
        points=_points(dots),
        dots=dots,
        fan=_points(fan) if is_likely else "",
        middle=_points([dots[-1], towards(ahead.likely)]) if is_likely else "",
        grid=[(place(first, percent)[1], f"{percent:g} %") for percent in (floor, (floor + 100) / 2, 100)],
        days=[(place(day, floor)[0], day) for day in dict.fromkeys((first, today, last))],
        today=dots[-1][0],
        end=towards(ahead.likely) if is_likely and ahead.likely and ahead.likely <= last else None,
    )


def _percents(trend: Sequence[tuple[date, Count]]) -> list[float]:
    return [count.percent or 0 for _, count in trend]


def _last_day(first: date, today: date, ahead: Forecast) -> date:
    """Return the last day drawn: the late end where it is known, but never so far that the past shrinks to a sliver."""
    if ahead.verdict != "LIKELY":
        return today
    most = today + max(2 * (today - first), timedelta(days=90))
    wanted = ahead.late or ahead.likely or today
    return min(max(wanted, ahead.likely or today), most)


def _points(dots: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in dots)


def heat(count: Count) -> int:
    """Return the shade of a share, 1 (under half) to 5 (from 98 %), 0 where nobody is counted."""
    if count.share is None:
        return 0
    return next((shade for under, shade in HEAT if count.share * 100 < under), 5)
