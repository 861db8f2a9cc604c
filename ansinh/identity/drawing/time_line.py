"""Two histories on one time line, as numbers: a band a branch of insurance, a lane a number, shared months marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ansinh.identity.queries import Numbered, PairPage
from ansinh.registry.rules import Period, month_after, overlap

WIDTH, LEFT, RIGHT, TOP = 720, 104, 12, 8
LANE, GAP, BAND = 13, 3, 12
_LABELS = {"SI": "BHXH", "HI": "BHYT", "UI": "BH thất nghiệp", "PENSIONER": "Lương hưu"}
_MOST_YEARS = 12
_MONTHS = 12
_YEAR = 6
"""Half of what a year's four figures need beyond the frame's own margin."""
_LEAST = 2.0
"""The narrowest bar that can still be seen, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time in one lane; ``lane`` is 1 for the kept number, 2 for the other, 0 where both hold at once."""

    x: float
    y: float
    width: float
    height: float
    lane: int
    title: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Band:
    """One branch of insurance: its name and where it begins."""

    label: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class TimeLine:
    """The whole picture in SVG units; ``years`` are marks with their place."""

    width: int
    height: int
    left: int
    right: int
    foot: int
    bands: tuple[Band, ...]
    bars: tuple[Bar, ...]
    years: tuple[tuple[float, int], ...]
    shared_months: int


@dataclass(frozen=True, slots=True)
class _Scale:
    """Months to units: from the first month of a history to the month after today."""

    first: int
    last: int

    def x(self, day: date | None) -> float:
        """Return where a day stands; an open end is the right edge."""
        month = self.last if day is None else min(max(_month(day), self.first), self.last)
        return LEFT + (month - self.first) * (WIDTH - LEFT - RIGHT) / (self.last - self.first)


def _month(day: date) -> float:
    return day.year * _MONTHS + day.month - 1 + (day.day - 1) / 31


def time_line(page: PairPage) -> TimeLine | None:
    """Draw both histories of a pair; ``None`` when neither has any."""
    kept, other = page.kept, page.absorbed
    periods = [*_all(kept), *_all(other)]
    if not periods:
        return None
    first = min(period.from_date for period in periods)
    scale = _Scale(first.year * _MONTHS, max(int(_month(month_after(page.on))), first.year * _MONTHS + 1))
    bands, bars, shared, y = [], [], 0.0, float(TOP)
    height = 2 * LANE + GAP
    for branch in dict.fromkeys(period.branch for period in periods):
        lanes = [[one for one in _all(number) if one.branch == branch] for number in (kept, other)]
        bands.append(Band(_LABELS.get(branch, lanes[0][0].label if lanes[0] else lanes[1][0].label), y, height))
        for lane, some in enumerate(lanes, 1):
            number = (kept, other)[lane - 1].person.si_no
            bars += [_bar(scale, one, y + (lane - 1) * (LANE + GAP), lane, number) for one in some]
        for begins, ends in _shared(*lanes):
            end = ends or month_after(page.on)
            shared += max(_month(end) - _month(begins), 0)
            x = scale.x(begins)
            title = f"Trùng từ {begins:%d/%m/%Y} đến {f'{ends:%d/%m/%Y}' if ends else 'nay'}"
            bars.append(Bar(x, y - 2, max(scale.x(ends) - x, _LEAST), height + 4, 0, title, ends is None))
        y += height + BAND
    foot = int(y)
    return TimeLine(
        WIDTH, foot + 18, LEFT, WIDTH - RIGHT, foot, tuple(bands), tuple(bars), _years(scale), round(shared)
    )


def _all(number: Numbered) -> tuple[Period, ...]:
    return (*number.record.participations, *number.record.benefits)


def _bar(scale: _Scale, period: Period, y: float, lane: int, number: str) -> Bar:
    x = scale.x(period.from_date)
    until = f"đến {period.to_date:%d/%m/%Y}" if period.to_date else "đến nay"
    title = f"{number}: {period.label}, từ {period.from_date:%d/%m/%Y} {until}"
    return Bar(x, y, max(scale.x(period.to_date) - x, _LEAST), LANE, lane, title, period.to_date is None)


def _shared(one: Sequence[Period], other: Sequence[Period]) -> Iterator[tuple[date, date | None]]:
    for ours in one:
        for theirs in other:
            if both := overlap(ours, theirs):
                yield both


def _years(scale: _Scale) -> tuple[tuple[float, int], ...]:
    first, last = -(-scale.first // _MONTHS), scale.last // _MONTHS
    step = max(1, -(-(last - first) // _MOST_YEARS))
    marks = ((scale.x(date(year, 1, 1)), year) for year in range(first, last + 1, step))
    return tuple((x, year) for x, year in marks if x <= WIDTH - RIGHT - _YEAR)
