"""The map of provinces as equal tiles: numbers to SVG coordinates, for ``offices/_map.html``."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

import yaml

from ansinh.core.measures import Count

TILES = Path(__file__).with_name("tiles.yaml")
TILE_W, TILE_H, GAP = 62, 42, 4
GROUPS = 5


@dataclass(frozen=True, slots=True)
class ProvinceShare:
    """A province by its code of the day, and its part of a figure."""

    code: str
    name: str
    count: Count


@dataclass(frozen=True, slots=True)
class Tile:
    """One province on the tile map; ``x`` and ``y`` in SVG units, ``heat`` 1 (lowest fifth) to 5, 0 without a share."""

    line: ProvinceShare
    x: int
    y: int
    heat: int
    short: str


@dataclass(frozen=True, slots=True)
class TileMap:
    """The whole map with its size; ``legend`` tells each group's lowest and highest share."""

    tiles: list[Tile]
    width: int
    height: int
    legend: list[tuple[int, Fraction, Fraction]]


@cache
def positions(vintage: int) -> dict[str, tuple[int, int, str]]:
    """Return column, row and short name of each province code on the map of 2024 or of 2025."""
    data = yaml.safe_load(TILES.read_text(encoding="utf-8"))[vintage]
    return {str(code): (column, row, name) for code, (column, row, name) in data.items()}


def groups(lines: Sequence[ProvinceShare]) -> dict[str, int]:
    """Put provinces in five groups of equal size by share, 1 lowest; equal shares share a group.

    Fixed steps would paint a country at 97 % in one colour; groups always show whom to call first.
    """
    ranked = sorted((line for line in lines if line.count.share is not None), key=lambda line: line.count.share or 0)
    found: dict[str, int] = {}
    for place, line in enumerate(ranked):
        tied = place > 0 and ranked[place - 1].count.share == line.count.share
        found[line.code] = found[ranked[place - 1].code] if tied else 1 + place * GROUPS // len(ranked)
    return found


def tile_map(lines: Sequence[ProvinceShare], *, as_of: date) -> TileMap:
    """Place the provinces of a day on their map."""
    places, group = positions(2025 if as_of >= date(2025, 7, 1) else 2024), groups(lines)
    tiles = [
        Tile(line, column * (TILE_W + GAP), row * (TILE_H + GAP), group.get(line.code, 0), name)
        for line in lines
        for column, row, name in [places[line.code]]
    ]
    shares: dict[int, list[Fraction]] = defaultdict(list)
    for tile in tiles:
        if tile.line.count.share is not None:
            shares[tile.heat].append(tile.line.count.share)
    return TileMap(
        tiles,
        max((tile.x for tile in tiles), default=0) + TILE_W,
        max((tile.y for tile in tiles), default=0) + TILE_H,
        [(step, min(found), max(found)) for step, found in sorted(shares.items())],
    )
