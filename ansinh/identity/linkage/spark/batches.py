"""Batches (lô): columns of integers as the bytes in which Spark carries them from one step to the next."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ansinh.identity.linkage.columns import Columns
from ansinh.identity.linkage.compiled import TEXT_WORDS, Array
from ansinh.identity.linkage.levels import FIELDS, Graded
from ansinh.identity.linkage.matching import Candidates
from ansinh.identity.linkage.store import KINDS, joined
from ansinh.identity.linkage.writing import Tally

SCHEMA = "part int, kind int, body binary"
ARROW = pa.schema([("part", pa.int32()), ("kind", pa.int32()), ("body", pa.binary())])
_MOST_ROWS = 1 << 15  # four megabytes of the widest kind: what the JVM holds of a row at a time
_MOST_BYTES = 1 << 25

Layout: TypeAlias = Mapping[str, npt.DTypeLike]


class Kind(IntEnum):
    """Kind (loại) of a batch: what its columns are."""

    RECORDS = 1  # normalised records, and those that their number left open
    PEOPLE = 2
    OPEN = 3
    SPAN = 10  # what loading has noted on the way
    SAMPLE = 11
    IDENTIFIERS = 12
    REPAIRED = 13
    NAME_CELLS = 14
    DAY_CELLS = 15
    REFUSED = 16
    DECIDED = 20  # what matching, comparing and deciding hand on
    FOUND = 21
    TAKEN = 22
    OLD = 23
    CROWD = 24
    WANTED = 25
    SIEVE = 26
    PASSING = 27
    PAIRS = 28
    BOUNDED = 29
    MET = 30
    CLOSED = 31
    CLAIM = 32
    CLAIMED = 33
    TALLY = 34


_ROW: Layout = {name: kind for name, kind in KINDS.items() if not name.startswith("text")} | {
    "text": np.dtype((np.uint64, TEXT_WORDS))
}
_LEVELS: Layout = {f"agree_{name}": np.uint8 for name in FIELDS}
_CELLS: Layout = {"cell": np.int64, "citizens": np.int64}
LAYOUTS: Mapping[Kind, Layout] = {
    Kind.RECORDS: _ROW,
    Kind.PEOPLE: _ROW,
    Kind.OPEN: {**_ROW, "shared": np.bool_, "owned": np.bool_},
    Kind.SPAN: {"first": np.int64, "last": np.int64, "ascending": np.bool_},
    Kind.SAMPLE: {"id": np.int64},
    Kind.IDENTIFIERS: {"id": np.int64},
    Kind.REPAIRED: {"names": np.int64},
    Kind.NAME_CELLS: _CELLS,
    Kind.DAY_CELLS: _CELLS,
    Kind.REFUSED: {"letter": np.uint8},
    Kind.DECIDED: {
        "id": np.int64, "row": np.int64, "person_id": np.int64, "net": np.float64, "probability": np.float64,
        "second": np.float64, "decision": np.uint8, **_LEVELS,
    },
    Kind.FOUND: {"record": np.int64, "person": np.int64, "weight": np.float64, "taken": np.bool_, **_LEVELS},
    Kind.TAKEN: {"id": np.int64},
    Kind.OLD: {"old": np.uint64},
    Kind.CROWD: {"number": np.uint64, "values": np.int64, "records": np.int64},
    Kind.WANTED: {"hash": np.uint64, "record": np.int64, "part": np.int32, "key": np.uint8},
    Kind.SIEVE: {"bits": np.uint64},
    Kind.PASSING: {"hash": np.uint64, "person": np.int64, "part": np.int32},
    Kind.PAIRS: {"record": np.int64, "part": np.int32, "person": np.int64},
    Kind.BOUNDED: {"key": np.int64, "records": np.int64},
    Kind.MET: {**_ROW, "record": np.int64, "taken": np.bool_},
    Kind.CLOSED: {"record": np.int64},
    Kind.CLAIM: {"person": np.int64, "record": np.int64, "net": np.float64},
    Kind.CLAIMED: {"record": np.int64, "group": np.int64, "weaker": np.bool_},
    Kind.TALLY: {"letter": np.uint8},
}  # fmt: skip
"""Columns of each kind, in the order in which their bytes stand behind one another."""


class Batch(NamedTuple):
    """Batch (lô) on its way: the part it goes to, its kind, its bytes."""

    part: int
    kind: Kind
    body: bytes


class Part:
    """Part (phần): the batches of one part, or those that came back to the driver; ``part[kind]`` are its columns."""

    def __init__(self, number: int, tables: Iterable[pa.Table]) -> None:
        """Take the batches that Spark has brought; their order is chance, and nothing may depend on it."""
        self.number = number
        self.bodies: dict[Kind, list[bytes]] = defaultdict(list)
        for table in tables:
            for kind, body in zip(table.column("kind").to_pylist(), table.column("body").to_pylist(), strict=True):
                self.bodies[Kind(kind)].append(body)

    def __getitem__(self, kind: Kind) -> Columns:
        """Return the columns of a kind, of no row when there is no batch."""
        return unpack(kind, self.bodies[kind])


def pack(part: int, kind: Kind, columns: Mapping[str, npt.ArrayLike]) -> Batch:
    """Batch of columns; there may be more of them than the kind has."""
    arrays = (np.ascontiguousarray(columns[name], np.dtype(of).base) for name, of in LAYOUTS[kind].items())
    return Batch(part, kind, b"".join(array.tobytes() for array in arrays))


def width(kind: Kind) -> int:
    """Bytes of a row of a kind."""
    return sum(np.dtype(of).itemsize for of in LAYOUTS[kind].values())


def unpack(kind: Kind, bodies: Iterable[bytes]) -> Columns:
    """Columns of some batches of one kind, behind one another."""
    layout = {name: np.dtype(of) for name, of in LAYOUTS[kind].items()}
    made = [_columns(layout, body, len(body) // width(kind)) for body in bodies]
    return joined(made or [_columns(layout, b"", 0)])


def _columns(layout: Mapping[str, np.dtype[np.generic]], body: bytes, rows: int) -> Columns:
    made: Columns = {}
    start = 0
    for name, of in layout.items():
        made[name] = np.frombuffer(body, of, rows, start) if rows else np.zeros((0, *of.shape), of.base)
        start += rows * of.itemsize
    return made


def deal(kind: Kind, columns: Columns, part_of_row: Array) -> Iterator[Batch]:
    """Deal rows out to parts, a bounded number of rows a batch."""
    order = np.argsort(part_of_row, kind="stable")
    parts, starts = np.unique(part_of_row[order], return_index=True)
    for part, start, end in zip(parts, starts, np.r_[starts, len(order)][1:], strict=True):
        for place in range(start, end, _MOST_ROWS):
            rows = order[place : min(end, place + _MOST_ROWS)]
            yield pack(int(part), kind, {name: columns[name][rows] for name in LAYOUTS[kind]})


def to_arrow(batches: Iterable[Batch]) -> Iterator[pa.RecordBatch]:
    """Batches as rows of the table that Spark carries, some megabytes at a time."""
    held: list[Batch] = []
    size = 0
    for batch in batches:
        held.append(batch)
        size += len(batch.body)
        if size > _MOST_BYTES:
            yield _arrow(held)
            held, size = [], 0
    yield _arrow(held)


def _arrow(held: list[Batch]) -> pa.RecordBatch:
    columns = zip(*held, strict=True) if held else ((), (), ())
    return pa.record_batch([pa.array(column, field.type) for column, field in zip(columns, ARROW, strict=True)], ARROW)


def from_candidates(found: Candidates, records: Array, taken: Array) -> Columns:
    """Columns of candidates; ``records`` are their records' identifiers, ``taken`` as in `steps.conclude`."""
    levels = {f"agree_{name}": level for name, level in found.graded.levels.items()}
    return {"record": records, "person": found.ids, "weight": found.weight, "taken": taken, **levels}


def to_candidates(columns: Columns, rows: Array) -> Candidates:
    """Candidates again; ``rows`` are the rows of their records, citizens go by their identifiers."""
    levels = {name: columns[f"agree_{name}"] for name in FIELDS}
    return Candidates(rows, columns["person"], columns["person"], columns["weight"], Graded(levels))


def tally_batch(tally: Tally) -> Batch:
    """Batch of what was counted while writing."""
    patterns = list(tally.patterns.items())
    counted = {
        "decisions": tally.decisions.tolist(),
        "expected_wrong": tally.expected_wrong,
        "bands": tally.bands.tolist(),
        "expected_right": tally.expected_right.tolist(),
        "patterns": patterns,
    }
    return Batch(0, Kind.TALLY, json.dumps(counted).encode())


def tally_of(bodies: Iterable[bytes], groups: int) -> Tally:
    """What was counted in all; ``groups`` are those of records that seem to be one person's."""
    total = Tally(groups=groups)
    for body in bodies:
        counted = json.loads(body)
        total.include(
            Tally(
                np.array(counted["decisions"]),
                counted["expected_wrong"],
                0,
                np.array(counted["bands"]),
                np.array(counted["expected_right"]),
                Counter(dict(counted["patterns"])),
            )
        )
    return total
