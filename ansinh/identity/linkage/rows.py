"""Rows (dòng): a normalised file as records of whole numbers, all that is known of a person side by side in memory.

Whoever compares two people touches one place of memory for each. What is computed over a whole file at a time reads
`columns_of` some rows instead.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ansinh.identity.linkage.columns import PLACES, Columns
from ansinh.identity.linkage.compiled import Array, Ints
from ansinh.identity.linkage.letters import TEXT_WORDS
from ansinh.identity.linkage.names import FIELDS

Rows: TypeAlias = npt.NDArray[np.void]
Row: TypeAlias = Any
"""One of `Rows`: its fields are attributes in compiled loops."""

ROW = np.dtype(
    [
        ("id", np.int64),
        ("text", np.uint64, (TEXT_WORDS,)),
        *((name, np.uint64) for name in ("number", "old", "digits")),
        *((name, np.uint32) for name in FIELDS),
        *((name, np.int32) for name in PLACES),
        *((name, np.int16) for name in ("year", "month", "day")),
        ("sex", np.int8),
        ("length", np.uint8),
        # Told of a record once the numbers of all are known: too many bear its number, a citizen bears it.
        *((name, np.bool_) for name in ("shared", "owned")),
    ],
    align=True,
)
"""Fields of a normalised row: 120 bytes."""

_BLOCK = 2048  # rows that stay in the cache of a processor while their fields are put in or taken out
_SIGNED = {np.dtype(f"u{size}"): np.dtype(f"i{size}") for size in (1, 2, 4, 8)}


def rows_of(columns: Mapping[str, Array], kind: np.dtype[np.void] = ROW) -> Rows:
    """Put columns side by side; a field without a column is zero."""
    made = np.zeros(len(next(iter(columns.values()))), kind)
    for start in range(0, len(made), _BLOCK):
        block = made[start : start + _BLOCK]
        for name, column in columns.items():
            block[name] = column[start : start + _BLOCK]
    return made


def chosen(rows: Rows, places: Ints) -> Rows:
    """Some rows, moved whole: plain indexing moves field by field and takes ten times as long."""
    made: Rows = rows.view(f"V{rows.itemsize}").take(places).view(rows.dtype)
    return made


def columns_of(rows: Rows, names: Iterable[str]) -> Columns:
    """Take some fields apart again."""
    made: Columns = {name: np.empty(len(rows), rows.dtype[name].base) for name in names}
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        for name, column in made.items():
            column[start : start + _BLOCK] = block[name]
    return made


def to_arrow(rows: Rows) -> pa.RecordBatch:
    """Rows as a batch of signed integers, which every engine knows; a field of several words becomes a column each."""
    arrays: dict[str, Array] = {}
    for name in rows.dtype.names or ():
        column = rows[name]
        several = {f"{name}{place}": column[:, place] for place in range(column.shape[1])} if column.ndim > 1 else None
        arrays |= several or {name: column}
    return pa.record_batch(
        {
            name: pa.array(np.ascontiguousarray(column).view(_SIGNED.get(column.dtype, column.dtype)))
            for name, column in arrays.items()
        }
    )


def from_arrow(table: pa.Table | pa.RecordBatch, kind: np.dtype[np.void] = ROW) -> Rows:
    """Rows again from what `to_arrow` made."""
    made = np.zeros(table.num_rows, kind)
    for name in kind.names or ():
        field = made[name]
        for place in range(field.shape[1] if field.ndim > 1 else 1):
            column = table.column(f"{name}{place}" if field.ndim > 1 else name)
            plain = column.to_numpy() if isinstance(column, pa.ChunkedArray) else column.to_numpy(zero_copy_only=False)
            target = field[:, place] if field.ndim > 1 else field
            target[:] = plain.astype(_SIGNED.get(target.dtype, target.dtype), copy=False).view(target.dtype)
    return made
