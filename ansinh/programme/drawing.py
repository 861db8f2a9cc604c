"""Small pictures as numbers: points of a trend line, a figure's provinces as the map of ``offices`` wants them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ansinh.core.measures import Count
from ansinh.offices import drawing
from ansinh.programme.queries import ProvinceLine


@dataclass(frozen=True, slots=True)
class TrendLine:
    """A trend as SVG: one dot a day drawn, the line through them, the frame they stand in, and the days themselves."""

    dots: list[tuple[float, float]]
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    days: list[tuple[date, Count]]

    @property
    def points(self) -> str:
        """Return the dots as a polyline wants them."""
        return " ".join(f"{x},{y}" for x, y in self.dots)

    @property
    def first(self) -> tuple[date, Count]:
        """Return the first day."""
        return self.days[0]

    @property
    def last(self) -> tuple[date, Count]:
        """Return the last day."""
        return self.days[-1]


def tile_map(lines: Sequence[ProvinceLine], *, as_of: date) -> drawing.TileMap:
    """Place the provinces of a figure on the map of a day."""
    shares = [drawing.ProvinceShare(line.area.code, line.area.name, line.count) for line in lines]
    return drawing.tile_map(shares, as_of=as_of)


def trend_line(trend: Sequence[tuple[date, Count]], *, width: int = 420, height: int = 120) -> TrendLine:
    """Draw a trend from 0 to 100 %, days to scale, with room for the names of its ends."""
    left, right, top, bottom = 44, width - 6, 8, height - 24
    first, span = trend[0][0], max((trend[-1][0] - trend[0][0]).days, 1)
    dots = [
        (
            round(left + (right - left) * (day - first).days / span, 1),
            round(bottom - (bottom - top) * (count.percent or 0) / 100, 1),
        )
        for day, count in trend
    ]
    return TrendLine(dots, width, height, left, right, top, bottom, list(trend))
