"""Store (kho tạm): columns of one file dealt out to parts on disk, so that memory holds a few parts at a time.

A record and the citizen whose number it bears lie in parts of the same place in the list. Files are Arrow, mapped when
read; they live in the work area of one run.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ansinh.identity.linkage.columns import PLACES, Columns
from ansinh.identity.linkage.compiled import TEXT_WORDS, Array, Ints
from ansinh.identity.linkage.names import FIELDS

_MIX = np.uint64(0x9E3779B97F4A7C15)
_TEXT = tuple(f"text{word}" for word in range(TEXT_WORDS))

KINDS: dict[str, npt.DTypeLike] = {
    "id": np.int64,
    **dict.fromkeys(FIELDS, np.uint32),
    **dict.fromkeys(_TEXT, np.uint64),
    **dict.fromkeys(("year", "month", "day"), np.int16),
    "sex": np.int8,
    **dict.fromkeys(PLACES, np.int32),
    **dict.fromkeys(("number", "old", "digits"), np.uint64),
    "length": np.uint8,
}
"""Columns of a normalised file as they are stored, and the kind of number of each."""

_SIGNED = {np.dtype(f"u{size}"): np.dtype(f"i{size}") for size in (1, 2, 4, 8)}


def to_arrow(columns: Columns) -> pa.RecordBatch:
    """Columns as a batch of signed integers, which every engine knows; a matrix becomes a column each."""
    arrays: dict[str, Array] = {}
    for name, column in columns.items():
        parts = {f"{name}{place}": column[:, place] for place in range(column.shape[1])} if column.ndim > 1 else None
        arrays |= parts or {name: column}
    return pa.record_batch(
        {
            name: pa.array(np.ascontiguousarray(column).view(_SIGNED.get(column.dtype, column.dtype)))
            for name, column in arrays.items()
        }
    )


def from_arrow(table: pa.Table | pa.RecordBatch) -> Columns:
    """Columns again from what `to_arrow` made."""
    found: Columns = {}
    for name in table.schema.names:
        column = table.column(name)
        plain = column.to_numpy() if isinstance(column, pa.ChunkedArray) else column.to_numpy(zero_copy_only=False)
        found[name] = plain.view(KINDS[name]) if name in KINDS else plain
    if _TEXT[0] in found:
        found["text"] = np.column_stack([found.pop(name) for name in _TEXT])
    return found


def part_by_number(columns: Columns, parts: int) -> Array:
    """Part of every row: by its number, or by its identifier where it has none."""
    value = np.where(columns["number"] > 0, columns["number"], columns["id"].astype(np.uint64)) * _MIX
    return ((value >> np.uint64(40)) % np.uint64(parts)).astype(np.uint8)


class Parts(Protocol):
    """Parts (các phần) of rows that can be loaded: a store, or layers of stores."""

    sizes: list[int]

    @property
    def parts(self) -> int:
        """Return how many parts there are."""

    def load(self, part: int, names: Sequence[str] | None = None) -> Columns:
        """Return the columns of a part, all or some; none at all when it holds no row."""

    def taken(self, part: int, rows: Ints) -> Columns:
        """Return some rows of a part that holds some, in the order asked for."""


class Store:
    """Store (kho tạm) of one kind of rows: append batches from any thread, seal, then load part by part."""

    def __init__(self, folder: Path, parts: int, *, new: bool = True) -> None:
        """Make an empty store in a new folder."""
        if new:
            folder.mkdir()
        self._paths = [folder / f"{part}.arrow" for part in range(parts)]
        self._writers: list[pa.RecordBatchFileWriter | None] = [None] * parts
        self._locks = [threading.Lock() for _ in range(parts)]
        self.sizes = [0] * parts

    @classmethod
    def sealed(cls, folder: Path, parts: int) -> Self:
        """Return the store that was sealed in a folder."""
        store = cls(folder, parts, new=False)
        store.sizes = [_rows(folder / f"{part}.arrow") for part in range(parts)]
        return store

    @property
    def parts(self) -> int:
        """Return how many parts there are."""
        return len(self._paths)

    def append(self, columns: Columns, part_of_row: Array) -> None:
        """Add rows, each to its part."""
        batch = to_arrow(columns)
        if self.parts == 1:
            self._write(0, batch)
            return
        order = np.argsort(part_of_row, kind="stable")
        sizes = np.bincount(part_of_row, minlength=self.parts)
        sorted_rows = batch.take(pa.array(order))
        start = 0
        for part, size in enumerate(sizes):
            if size:
                self._write(part, sorted_rows.slice(start, int(size)))
            start += int(size)

    def _write(self, part: int, batch: pa.RecordBatch) -> None:
        with self._locks[part]:
            writer = self._writers[part]
            if writer is None:
                writer = self._writers[part] = pa.ipc.new_file(pa.OSFile(str(self._paths[part]), "wb"), batch.schema)
            writer.write_batch(batch)
            self.sizes[part] += batch.num_rows

    def seal(self) -> None:
        """Finish the files; nothing is added after this."""
        for writer in self._writers:
            if writer is not None:
                writer.close()

    def load(self, part: int, names: Sequence[str] | None = None) -> Columns:
        """Return the columns of a part, all or some; none at all when it holds no row."""
        if not self.sizes[part]:
            return {}
        with pa.memory_map(str(self._paths[part])) as file:
            reader = pa.ipc.open_file(file)
            table = reader.read_all()
            return from_arrow(table if names is None else table.select(list(names)))

    def taken(self, part: int, rows: Ints) -> Columns:
        """Return some rows of a part that holds some, in the order asked for."""
        with pa.memory_map(str(self._paths[part])) as file:
            return from_arrow(pa.ipc.open_file(file).read_all().take(pa.array(rows)))


def rows_bearing(store: Parts, part: int, values: Mapping[str, Array]) -> Ints:
    """Rows of a part in which some column holds one of the values given for it."""
    columns = store.load(part, tuple(values))
    found = np.zeros(store.sizes[part], np.bool_)
    for name, column in columns.items():
        found |= np.isin(column, values[name])
    return np.flatnonzero(found)


def _rows(path: Path) -> int:
    if not path.exists():
        return 0
    with pa.memory_map(str(path)) as file:
        return int(pa.ipc.open_file(file).read_all().num_rows)


def nobody() -> Columns:
    """Columns without a row."""
    columns: Columns = {name: np.zeros(0, kind) for name, kind in KINDS.items() if name not in _TEXT}
    return columns | {"text": np.zeros((0, TEXT_WORDS), np.uint64)}


def joined(some: Iterable[Columns]) -> Columns:
    """Columns of several batches behind one another; the batches share their names."""
    listed = list(some)
    return {name: np.concatenate([columns[name] for columns in listed]) for name in listed[0]} if listed else {}


def chosen(columns: Columns, rows: Ints) -> Columns:
    """Some rows of columns."""
    return {name: column[rows] for name, column in columns.items()}
