"""Batches (lô): rows of one kind as the bytes in which they lie in memory, carried by Spark from step to step."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from ansinh.identity.linkage.compiled import Array
from ansinh.identity.linkage.levels import FIELDS, Graded
from ansinh.identity.linkage.matching import Candidates
from ansinh.identity.linkage.rows import ROW, Rows, chosen, rows_of
from ansinh.identity.linkage.writing import DECIDED, Tally

SCHEMA = "part int, kind int, body binary"
ARROW = pa.schema([("part", pa.int32()), ("kind", pa.int32()), ("body", pa.binary())])
_MOST_ROWS = 1 << 15  # four megabytes of the widest kind: what the JVM holds of a row at a time
_MOST_BYTES = 1 << 25


class Kind(IntEnum):
    """Kind (loại) of a batch: what its rows are."""

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
    MEETING = 31
    CLOSED = 32
    CLAIM = 33
    CLAIMED = 34
    TALLY = 35


def _fields(**kinds: type[np.generic]) -> np.dtype[np.void]:
    return np.dtype(list(kinds.items()))


_CELL = _fields(cell=np.int64, citizens=np.int64)
_LETTER = _fields(letter=np.uint8)
FORMS: Mapping[Kind, np.dtype[np.void]] = {
    Kind.RECORDS: ROW,
    Kind.PEOPLE: ROW,
    Kind.OPEN: ROW,
    Kind.SPAN: _fields(first=np.int64, last=np.int64, ascending=np.bool_),
    Kind.SAMPLE: _fields(id=np.int64),
    Kind.IDENTIFIERS: _fields(id=np.int64),
    Kind.REPAIRED: _fields(names=np.int64),
    Kind.NAME_CELLS: _CELL,
    Kind.DAY_CELLS: _CELL,
    Kind.REFUSED: _LETTER,
    Kind.DECIDED: DECIDED,
    Kind.FOUND: _fields(
        record=np.int64, person=np.int64, weight=np.float64, taken=np.bool_,
        **{f"agree_{name}": np.uint8 for name in FIELDS},
    ),
    Kind.TAKEN: _fields(id=np.int64),
    Kind.OLD: _fields(old=np.uint64),
    Kind.CROWD: _fields(number=np.uint64, values=np.int64, records=np.int64),
    Kind.WANTED: _fields(hash=np.uint64, record=np.int64, part=np.int32, key=np.uint8),
    Kind.SIEVE: _fields(bits=np.uint64),
    Kind.PASSING: _fields(hash=np.uint64, person=np.int64, part=np.int32),
    Kind.PAIRS: _fields(record=np.int64, part=np.int32, person=np.int64),
    Kind.BOUNDED: _fields(key=np.int64, records=np.int64),
    Kind.MET: ROW,
    Kind.MEETING: _fields(record=np.int64, person=np.int64, taken=np.bool_),
    Kind.CLOSED: _fields(record=np.int64),
    Kind.CLAIM: _fields(person=np.int64, record=np.int64, net=np.float64),
    Kind.CLAIMED: _fields(record=np.int64, group=np.int64, weaker=np.bool_),
    Kind.TALLY: _LETTER,
}  # fmt: skip
"""Form of the rows of each kind."""


class Batch(NamedTuple):
    """Batch (lô) on its way: the part it goes to, its kind, its bytes."""

    part: int
    kind: Kind
    body: bytes


class Part:
    """Part (phần): the batches of one part, or those that came back to the driver; ``part[kind]`` are its rows."""

    def __init__(self, number: int, tables: Iterable[pa.Table]) -> None:
        """Take the batches that Spark has brought; their order is chance, and nothing may depend on it."""
        self.number = number
        self.bodies: dict[Kind, list[bytes]] = defaultdict(list)
        for table in tables:
            for kind, body in zip(table.column("kind").to_pylist(), table.column("body").to_pylist(), strict=True):
                self.bodies[Kind(kind)].append(body)

    def __getitem__(self, kind: Kind) -> Rows:
        """Return the rows of a kind, none when there is no batch; they may be changed."""
        return np.frombuffer(bytearray().join(self.bodies[kind]), FORMS[kind])


def form(kind: Kind, **columns: Array) -> Rows:
    """Rows of a kind out of its columns."""
    return rows_of(columns, FORMS[kind])


def pack(part: int, kind: Kind, rows: Rows) -> Batch:
    """Batch of rows."""
    return Batch(part, kind, rows.tobytes())


def deal(kind: Kind, rows: Rows, part_of_row: Array) -> Iterator[Batch]:
    """Deal rows out to parts, a bounded number of rows a batch."""
    order = np.argsort(part_of_row, kind="stable")
    ordered = chosen(rows, order)
    parts, starts = np.unique(part_of_row[order], return_index=True)
    for part, start, end in zip(parts, starts, np.r_[starts, len(order)][1:], strict=True):
        for place in range(start, end, _MOST_ROWS):
            yield pack(int(part), kind, ordered[place : min(end, place + _MOST_ROWS)])


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


def from_candidates(found: Candidates, records: Array, taken: Array) -> Rows:
    """Rows of candidates; ``records`` are their records' identifiers, ``taken`` as in `steps.conclude`."""
    levels = {f"agree_{name}": level for name, level in found.graded.levels.items()}
    return form(Kind.FOUND, record=records, person=found.ids, weight=found.weight, taken=taken, **levels)


def to_candidates(found: Rows, rows: Array) -> Candidates:
    """Candidates again; ``rows`` are the rows of their records, citizens go by their identifiers."""
    levels = {name: found[f"agree_{name}"].copy() for name in FIELDS}
    person = found["person"].copy()
    return Candidates(rows, person, person, found["weight"].copy(), Graded(levels))


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
