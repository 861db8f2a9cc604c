"""Store (kho tạm): rows of one file dealt out to parts on disk, so that memory holds a few parts at a time.

A record and the citizen whose number it bears lie in parts of the same place in the list. Files hold the rows as they
lie in memory and are mapped when read.
"""

import threading
from pathlib import Path

import numpy as np

from ansinh.identity.linkage.columns import Columns
from ansinh.identity.linkage.compiled import Array, Ints
from ansinh.identity.linkage.rows import ROW, Rows, chosen

# Not the factor of the tables in `compiled`: numbers of one part would share bits of their slots there and crowd.
_SPREAD = np.uint64(0xD6E8FEB86659FD93)


def part_by_number(columns: Columns, parts: int) -> Array:
    """Part of every row: by its number, or by its identifier where it has none."""
    number = columns["number"]
    value = np.where(number > 0, number, columns["id"].astype(np.uint64)) * _SPREAD
    return ((value >> np.uint64(40)) % np.uint64(parts)).astype(np.uint16)


def part_by_identifier(identifiers: Ints, bounds: Ints) -> Array:
    """Part of every row by its identifier; ``bounds`` are the first of each part but the first."""
    return np.searchsorted(bounds, identifiers, side="right").astype(np.uint16)


class Store:
    """Store (kho tạm) of one kind of rows: append batches from any thread, then load part by part."""

    def __init__(self, folder: Path, parts: int, kind: np.dtype[np.void] = ROW, *, new: bool = True) -> None:
        """Make an empty store in a new folder, or open the one that is there."""
        if new:
            folder.mkdir()
        sizes = {path.name: path.stat().st_size // kind.itemsize for path in folder.iterdir()}
        self._paths = [folder / str(part) for part in range(parts)]
        self._locks = [threading.Lock() for _ in range(parts)]
        self.kind = kind
        self.sizes = [sizes.get(str(part), 0) for part in range(parts)]

    @property
    def parts(self) -> int:
        """Return how many parts there are."""
        return len(self._paths)

    @property
    def starts(self) -> Ints:
        """Return how many rows lie before each part, and the number of all."""
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(self.sizes)])

    def append(self, rows: Rows, part_of_row: Array) -> None:
        """Add rows, each to its part."""
        if self.parts == 1:
            self._write(0, rows)
            return
        ordered = chosen(rows, np.argsort(part_of_row, kind="stable"))
        ends = np.cumsum(np.bincount(part_of_row, minlength=self.parts))
        for part, some in enumerate(np.split(ordered, ends[:-1])):
            if len(some):
                self._write(part, some)

    def _write(self, part: int, rows: Rows) -> None:
        with self._locks[part], self._paths[part].open("ab") as file:
            file.write(rows.view(np.uint8).data)
            self.sizes[part] += len(rows)

    def load(self, part: int) -> Rows:
        """Return the rows of a part, mapped; what is changed in them stays in memory."""
        if not self.sizes[part]:
            return np.zeros(0, self.kind)
        return np.asarray(np.memmap(self._paths[part], self.kind, "c"))

    def at(self, places: Ints) -> Rows:
        """Return some rows, counted through all parts, in the order asked for."""
        order, starts = np.argsort(places, kind="stable"), self.starts
        ends = np.searchsorted(places[order], starts)
        found = [
            chosen(self.load(part), places[order[ends[part] : ends[part + 1]]] - starts[part])
            for part in range(self.parts)
            if ends[part] < ends[part + 1]
        ]
        back = np.empty(len(places), np.int64)
        back[order] = np.arange(len(places))
        return chosen(np.concatenate(found), back)
