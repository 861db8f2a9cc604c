"""Within one file (trong một tệp): rows that share a search key or a number, as pairs, crowded values left out.

All rows are hashed by a few keys at a time; a first look keeps those whose hash another row may have too, so that only
these are sorted. Memory is eight bytes a row and key looked at together.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ansinh.identity.linkage import compiled
from ansinh.identity.linkage.columns import Columns
from ansinh.identity.linkage.compiled import Array, Ints, Words
from ansinh.identity.linkage.keys import KEY_COLUMNS, KEYS, NUMBER, Key, hashes
from ansinh.identity.linkage.pairs import Bounded, table_size
from ansinh.identity.linkage.policy import Limits
from ansinh.identity.linkage.rows import columns_of
from ansinh.identity.linkage.searching import HIGH, distinct
from ansinh.identity.linkage.store import Store

_AT_ONCE = 4
# What is asked of one side only is asked of either of two rows of one file: a second key would find the same pairs.
_MIRRORED = "_citizen_partial"
_NUMBERS = ("number", "old_number")


@dataclass(frozen=True, slots=True)
class Shared:
    """Shared keys (khóa chung) of a file: pairs of rows, each once as greater << 32 | smaller, in order.

    ``crowded`` tells of every row that too many bear its number; ``bounded`` what was left out, by key.
    """

    pairs: Words
    crowded: Array
    bounded: tuple[Bounded, ...]


def shared(store: Store, limits: Limits, pool: ThreadPoolExecutor, progress: Callable[[float], None]) -> Shared:
    """Find the pairs of rows of a store that share a number or any search key."""
    starts = store.starts
    crowded, bounded, pairs = np.zeros(starts[-1], np.bool_), [], np.zeros(0, np.uint64)
    asked = [key for key in (*KEYS, NUMBER) if not key.name.endswith(_MIRRORED)]
    for first in range(0, len(asked), _AT_ONCE):
        keys = asked[first : first + _AT_ONCE]
        hashed, met = [_Hashed(int(starts[-1])) for _ in keys], [pairs]
        list(pool.map(lambda part: _hash_part(store, part, starts, keys, hashed), range(store.parts)))  # noqa: B023
        for key, found in zip(keys, pool.map(lambda one: one.runs(), hashed), strict=True):
            most = limits.per_number if key.name in _NUMBERS else limits.per_key
            over = found.sizes > most
            if over.any():
                bounded.append(Bounded(key.name, int(over.sum()), int(found.sizes[over].sum())))
                if key.name in _NUMBERS:
                    crowded[found.members(over)] = True
            met.append(found.pairs(~over))
        pairs = distinct(np.concatenate(met))
        progress(min(1.0, (first + _AT_ONCE) / len(asked)))
    return Shared(pairs, crowded, tuple(bounded))


@dataclass(frozen=True, slots=True)
class _Runs:
    """Rows that share a hash stand together, ``sizes`` of them; two pair up when either is ``asking``."""

    rows: Ints
    sizes: Ints
    asking: Array

    def members(self, which: Array) -> Ints:
        found: Ints = self.rows[np.repeat(which, self.sizes)]
        return found

    def pairs(self, which: Array) -> Words:
        sizes, kept = self.sizes[which], np.repeat(which, self.sizes)
        rows, asking = self.rows[kept], self.asking[kept]
        after = np.repeat(np.cumsum(sizes), sizes) - np.arange(len(rows)) - 1  # rows of the same run that follow
        left = np.repeat(np.arange(len(rows)), after)
        right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(after) - after, after)
        wanted = asking[left] | asking[right]
        ends = rows[left[wanted]], rows[right[wanted]]
        found: Words = (np.maximum(*ends).astype(np.uint64) << HIGH) | np.minimum(*ends).astype(np.uint64)
        return found


class _Hashed:
    """Hashes of one key for every row of a file, filled part by part."""

    def __init__(self, rows: int) -> None:
        self._values = np.zeros(rows, np.uint64)
        self._has = np.zeros(rows, np.bool_)
        self._asking = np.zeros(rows, np.bool_)

    def fill(self, start: int, key: Key, columns: Columns) -> None:
        rows = slice(start, start + len(columns["id"]))
        self._values[rows], self._has[rows] = hashes(key, columns, of_record=False)
        self._asking[rows] = key.of_record(columns)

    def runs(self) -> _Runs:
        """Put the rows that share a hash together; leaves nothing here."""
        bits, again = (np.zeros(max(1, table_size(len(self._values)) * 8 // 64), np.uint64) for _ in range(2))
        compiled.mark_again(self._values, self._has, bits, again)
        kept = np.empty(len(self._values), np.int64)
        rows = kept[: compiled.marked(self._values, self._has, again, kept)]
        values = self._values[rows]
        order = np.argsort(values, kind="stable")
        rows, values = rows[order], values[order]
        starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]]) if len(values) else np.zeros(0, np.int64)
        sizes = np.diff(np.r_[starts, len(values)])
        several = np.repeat(sizes > 1, sizes)
        rows = rows[several]
        found = _Runs(rows, sizes[sizes > 1], self._asking[rows])
        self._values, self._has, self._asking = values[:0], several[:0], several[:0]
        return found


def _hash_part(store: Store, part: int, starts: Ints, keys: list[Key], hashed: list[_Hashed]) -> None:
    columns = columns_of(store.load(part), KEY_COLUMNS)
    for key, into in zip(keys, hashed, strict=True):
        into.fill(int(starts[part]), key, columns)
