"""Small pictures as numbers: points of a trend line, tiles of the province map. Templates turn them into SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from ansinh.core.measures import Count
from ansinh.programme.queries import ProvinceLine

TILES = Path(__file__).with_name("tiles.yaml")
TILE_W, TILE_H, GAP = 62, 42, 4
HEAT_STEPS = (50, 70, 80, 90, 95)


@dataclass(frozen=True, slots=True)
class Tile:
    """One province on the tile map; ``x`` and ``y`` in SVG units, ``heat`` 0 (least) to 5."""

    line: ProvinceLine
    x: int
    y: int
    heat: int
    short: str


@dataclass(frozen=True, slots=True)
class TileMap:
    """The whole map with its size."""

    tiles: list[Tile]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TrendLine:
    """A trend as SVG: the line, the point it ends in, and the same numbers for a table."""

    points: str
    end_x: float
    end_y: float
    width: int
    height: int
    table: list[tuple[date, Count]]


@cache
def positions(vintage: int) -> dict[str, tuple[int, int, str]]:
    """Return column, row and short name of each province code on the map of 2024 or of 2025."""
    data = yaml.safe_load(TILES.read_text(encoding="utf-8"))[vintage]
    return {str(code): (column, row, name) for code, (column, row, name) in data.items()}


def heat(count: Count) -> int:
    """Return the step of a share; 0 when there is nothing to divide by."""
    return 0 if count.percent is None else sum(count.percent >= step for step in HEAT_STEPS)


def tile_map(lines: Sequence[ProvinceLine], *, as_of: date) -> TileMap:
    """Place the provinces of a day on their map."""
    places = positions(2025 if as_of >= date(2025, 7, 1) else 2024)
    tiles = [
        Tile(line, column * (TILE_W + GAP), row * (TILE_H + GAP), heat(line.count), name)
        for line in lines
        for column, row, name in [places[line.area.code]]
    ]
    return TileMap(
        tiles,
        max((tile.x for tile in tiles), default=0) + TILE_W,
        max((tile.y for tile in tiles), default=0) + TILE_H,
    )


def trend_line(trend: Sequence[tuple[date, Count]], *, width: int = 120, height: int = 28) -> TrendLine:
    """Draw a trend from 0 to 100 %, days to scale; 3 units of margin so that the end dot is whole."""
    margin = 3
    first, last = trend[0][0], trend[-1][0]
    span = max((last - first).days, 1)

    def place(day: date, count: Count) -> tuple[float, float]:
        x = margin + (width - 2 * margin) * (day - first).days / span
        return round(x, 1), round(height - margin - (height - 2 * margin) * (count.percent or 0) / 100, 1)

    points = [place(day, count) for day, count in trend]
    return TrendLine(" ".join(f"{x},{y}" for x, y in points), points[-1][0], points[-1][1], width, height, list(trend))
