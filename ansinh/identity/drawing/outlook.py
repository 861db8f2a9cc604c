"""The trend of verification with its forecast: the line so far, and the fan of where it leads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ansinh.core.forecast import Forecast
from ansinh.core.measures import Count

WIDTH, HEIGHT, NAME_W = 640, 260, 140
LEFT, RIGHT, TOP, BOTTOM = 66, WIDTH - 12, 26, HEIGHT - 30
STEPS = (0, 50, 80, 90, 95, 98, 99)
"""Where the vertical axis may begin: the highest of these below the last weeks; what was lower is cut."""
RECENT = 13


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


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where days and percents stand in the picture: from a first to a last day, from a floor to 100 %."""

    first: date
    last: date
    floor: int

    def place(self, day: date, percent: float) -> tuple[float, float]:
        across = (day - self.first).days / max((self.last - self.first).days, 1)
        return (
            round(LEFT + (RIGHT - LEFT) * across, 1),
            round(BOTTOM - (BOTTOM - TOP) * (percent - self.floor) / (100 - self.floor), 1),
        )

    def towards(self, today: date, percent: float, day: date | None) -> tuple[float, float]:
        """Return where a straight line to 100 % on a day leaves the picture; level when there is no such day."""
        if day is None:
            return self.place(self.last, percent)
        if day <= self.last:
            return self.place(day, 100)
        return self.place(self.last, percent + (100 - percent) * (self.last - today).days / (day - today).days)


def outlook(trend: Sequence[tuple[date, Count]], ahead: Forecast) -> Outlook | None:
    """Draw a trend and where it leads; nothing to draw without a day."""
    if not trend:
        return None
    floor = max(step for step in STEPS if step <= max(min(_percents(trend[-RECENT:])) - 0.2, 0))
    trend = [one for one, percent in zip(trend, _percents(trend), strict=True) if percent >= floor]
    first, today, last = trend[0][0], trend[-1][0], _last_day(trend[0][0], trend[-1][0], ahead)
    frame = _Frame(first, last, floor)
    dots = [frame.place(day, percent) for (day, _), percent in zip(trend, _percents(trend), strict=True)]
    fan, middle = _ahead(frame, trend[-1], dots[-1], ahead)
    steps = (floor, (floor + 100) / 2, 100)
    return Outlook(
        points=_points(dots),
        dots=dots,
        fan=_points(fan),
        middle=_points(middle),
        grid=[(frame.place(first, step)[1], f"{step:g} %".replace(".", ",")) for step in steps],
        days=_named([(frame.place(day, floor)[0], day) for day in dict.fromkeys((first, today, last))]),
        today=dots[-1][0],
        end=middle[-1] if middle and ahead.likely and ahead.likely <= last else None,
    )


def _ahead(
    frame: _Frame, latest: tuple[date, Count], start: tuple[float, float], ahead: Forecast
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """Return the corners of the fan and the line through it; nothing where no day is forecast."""
    if ahead.verdict != "LIKELY" or ahead.early is None:
        return [], []
    today, percent = latest[0], latest[1].percent or 0
    early, likely, late = (frame.towards(today, percent, day) for day in (ahead.early, ahead.likely, ahead.late))
    # Once the early line has reached 100 % the fan goes on along the top, as far as the late line needs.
    corner = [frame.place(frame.last, 100)] if ahead.early < frame.last and late[0] > early[0] else []
    return [start, early, *(corner if late[1] > TOP else []), late], [start, likely]


def _percents(trend: Sequence[tuple[date, Count]]) -> list[float]:
    return [count.percent or 0 for _, count in trend]


def _last_day(first: date, today: date, ahead: Forecast) -> date:
    """Return the last day drawn: the late end where it is known, but never so far that the past shrinks to a sliver."""
    if ahead.verdict != "LIKELY":
        return today
    most = today + max(2 * (today - first), timedelta(days=90))
    wanted = ahead.late or ahead.likely or today
    return min(max(wanted, ahead.likely or today), most)


def _named(days: Sequence[tuple[float, date]]) -> list[tuple[float, date]]:
    """Return the days that can be named without one name lying over another; the ends always."""
    ends = days[0][0], days[-1][0]
    return [(across, day) for across, day in days if across in ends or min(abs(across - end) for end in ends) > NAME_W]


def _points(dots: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in dots)
