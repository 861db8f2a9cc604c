"""Seeded chance: streams with names, weighted picks, and serial numbers scattered without a repeat."""

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_GOLDEN, _STIR = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)


def stream(seed: int, *name: str | int) -> np.random.Generator:
    """Open the stream of chance of one seed and one name; a new draw in one stream moves no other."""
    key = [zlib.crc32(str(part).encode()) for part in name]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *key])))


def ladder(weights: Sequence[float] | Floats) -> Floats:
    """Turn weights into rising thresholds that end at exactly 1."""
    steps = np.cumsum(np.asarray(weights, dtype=np.float64))
    steps /= steps[-1]
    steps[-1] = 1.0
    return steps


def pick(thresholds: Floats, chance: Floats) -> Ints:
    """Choose an index for every chance in [0, 1) from the thresholds of ``ladder``."""
    return np.searchsorted(thresholds, chance, side="right").astype(np.int64)


def _stir(values: npt.NDArray[np.uint64], key: int) -> npt.NDArray[np.uint64]:
    mixed = (values + np.uint64(key % 2**32 + 1)) * _GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(29))) * _STIR
    return mixed ^ (mixed >> np.uint64(32))


def scatter(serial: Ints, cell: Ints, sides: tuple[int, int], key: int) -> Ints:
    """Send serials 0 … a·b-1 of each cell one to one onto the same range, in an order that looks random.

    Raises ValueError when a serial does not fit: the numbers of a cell are used up.
    """
    left_side, right_side = sides
    if serial.size and int(serial.max()) >= left_side * right_side:
        raise ValueError(f"Quá nhiều người: một dải số chỉ có {left_side * right_side:,} số. Hãy giảm --citizens.")
    left, right = serial // right_side, serial % right_side
    own = cell.astype(np.uint64) << np.uint64(24)
    for turn in range(3):
        left = (left + (_stir(own + right.astype(np.uint64), key + turn) % np.uint64(left_side)).astype(np.int64)) % (
            left_side
        )
        right = (
            right + (_stir(own + left.astype(np.uint64), key + 7 + turn) % np.uint64(right_side)).astype(np.int64)
        ) % right_side
    return left * right_side + right


class Tally:
    """Running count of numbers given out in each cell, over all chunks of the country."""

    def __init__(self, cells: int) -> None:
        self._given = np.zeros(cells, dtype=np.int64)

    def take(self, cell: Ints) -> Ints:
        """Give every row the next serial of its cell, in row order, counting from 0."""
        order = np.argsort(cell, kind="stable")
        ordered = cell[order]
        serial = np.empty_like(cell)
        serial[order] = np.arange(cell.size) - np.searchsorted(ordered, ordered, side="left")
        serial += self._given[cell]
        cells, counts = np.unique(ordered, return_counts=True)
        self._given[cells] += counts
        return serial
