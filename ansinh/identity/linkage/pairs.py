"""Pairs (cặp): rows of two sides that share a key, found by hashing, with crowded keys left out and counted."""

from dataclasses import dataclass

import numpy as np

from ansinh.identity.linkage import compiled
from ansinh.identity.linkage.compiled import Array, Ints, Words

_LEAST = 16


def table_size(rows: int) -> int:
    """Size of an open table that is at most half full: a power of two."""
    return max(_LEAST, 1 << (2 * rows - 1).bit_length())


class Chained:
    """Rows by key (dòng theo khóa): an open table of keys, the rows of each key on a chain. Keys are not 0."""

    def __init__(self, keys: Words) -> None:
        """Chain the rows of ``keys``."""
        self.table = np.zeros(table_size(len(keys)), np.uint64)
        self.heads = np.full(len(self.table), compiled.NO_ROW, np.int32)
        self.following = np.empty(len(keys), np.int32)
        compiled.chain(keys, self.heads, self.following, self.table)
        self.rows = np.zeros(len(self.table), np.int32)
        compiled.count_chain(self.heads, self.following, self.rows)

    def slots(self, keys: Words) -> Ints:
        """Return the slot of every key, -1 where nothing hangs."""
        found = np.empty(len(keys), np.int64)
        compiled.probe(keys, self.table, found)
        return found

    def hits(self, slots: Ints) -> Ints:
        """Return how many of ``slots`` fell on each slot."""
        found = np.zeros(len(self.table), np.int32)
        compiled.count_hits(slots, found)
        return found

    def pairs(self, slots: Ints, allowed: Array) -> tuple[Ints, Ints]:
        """Return the pairs (chained row, probing row) of the slots allowed."""
        there = slots[slots >= 0]
        room = int(self.rows[there[allowed[there]]].sum())
        lefts, rights = np.empty(room, np.int64), np.empty(room, np.int64)
        compiled.emit(slots, allowed, self.heads, self.following, lefts, rights)
        return lefts, rights


def among(values: Array, listed: Array) -> Array:
    """Tell of every whole number whether it is one of those listed, by hashing: `numpy.isin` sorts both."""
    if len(listed) > len(values):  # few are asked about: a table of these is small
        listed = listed[among(listed, values)]
    asked, known = (np.ascontiguousarray(some).astype(np.uint64, copy=False) for some in (values, listed))
    found: Array = (Chained(known[known > 0]).slots(asked) >= 0) & (asked > 0)
    return found if (known > 0).all() else found | (asked == 0)


@dataclass(frozen=True, slots=True)
class Bounded:
    """Search key left out (khóa bị bỏ bớt) because too many rows share it: distinct values and records concerned."""

    key: str
    values: int
    records: int


class Sieve:
    """Sieve (sàng): tells of a hash that it was surely not among those put in; two bytes a hash, false once in 16."""

    def __init__(self, hashes: Words) -> None:
        """Remember some hashes."""
        self._bits = np.zeros(max(1, (table_size(max(1, len(hashes))) * 8) // 64), np.uint64)
        compiled.mark(hashes, self._bits)

    def passing(self, hashes: Words, asked: Array) -> Ints:
        """Return the places of the hashes asked about that may be there."""
        kept = np.empty(len(hashes), np.int64)
        return kept[: compiled.marked(hashes, asked, self._bits, kept)].copy()
