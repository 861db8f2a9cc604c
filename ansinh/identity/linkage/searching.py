"""Searching (tìm): candidates for the records that their number has not settled, by the keys of a round.

Both sides are hashed to 64 bits a key; a sieve of the records' hashes keeps nearly all citizens out, so that the whole
population passes by once a round and only those who share a key with somebody are held.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from ansinh.identity.linkage.columns import Columns
from ansinh.identity.linkage.compiled import Ints, Words
from ansinh.identity.linkage.keys import KEYS, Key, hashes
from ansinh.identity.linkage.pairs import Bounded, Chained, Sieve

_SLICE = 1 << 17  # a table of so many fits the cache of a processor
_MOST_SLICES = 256
_TOP = np.uint64(48)
HIGH, LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
"""A pair in one number: the citizen's row in the high half, the record's in the low."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """Hashed rows (dòng đã băm): the hash of a key, the row that has it, and the key's number."""

    hashes: Words
    rows: Ints
    keys: Ints


def hashed(keys: Iterable[Key], columns: Columns, rows: Ints) -> Hashed:
    """Hash every key of a round for records; ``rows`` gives the lasting name of each row of ``columns``."""
    found = [(KEYS.index(key), *hashes(key, columns, of_record=True)) for key in keys]
    return Hashed(
        np.concatenate([value[has] for _, value, has in found]),
        np.concatenate([rows[has] for _, _, has in found]).astype(np.uint32),
        np.concatenate([np.full(has.sum(), number, np.uint8) for number, _, has in found]),
    )


def passing(keys: Iterable[Key], columns: Columns, rows: Ints, sieve: Sieve) -> Hashed:
    """Hash every key of a round for citizens, and keep what the sieve lets pass."""
    values: list[Words] = []
    kept: list[Ints] = []
    for key in keys:
        value, has = hashes(key, columns, of_record=False)
        through = sieve.passing(value, has)
        values.append(value[through])
        kept.append(rows[through].astype(np.uint32))
    return Hashed(np.concatenate(values), np.concatenate(kept), np.empty(0, np.int64))


def pair_up(
    wanted: Hashed, found: Sequence[Hashed], per_key: int, pool: ThreadPoolExecutor
) -> tuple[Words, list[Bounded]]:
    """Pair records with the citizens of the same hash; a hash of more than ``per_key`` citizens is left out.

    Gives the pairs, each once, as citizen << 32 | record, in order, and what was left out.
    """
    slices = min(_MOST_SLICES, len(wanted.hashes) // _SLICE + 1)
    ours = _sliced(wanted, slices)
    theirs = [_sliced(some, slices) for some in found]
    done = list(
        pool.map(lambda place: pair_slice(ours[place], [some[place] for some in theirs], per_key), range(slices))
    )
    pairs = distinct(np.concatenate([pairs for pairs, _ in done]))
    return pairs, bounded_keys(np.concatenate([crowded for _, crowded in done], axis=1))


def distinct(pairs: Words) -> Words:
    """Every pair once, in order, by sorting where they lie: `numpy.unique` hashes them first, and is far slower."""
    pairs.sort()
    once = np.ones(len(pairs), np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=once[1:])
    return pairs[once]


def pair_slice(wanted: Hashed, found: list[Hashed], per_key: int) -> tuple[Words, Ints]:
    """Pair the rows of a slice, as `pair_up`; beside the pairs, the key of each hash left out and its records."""
    chained = Chained(wanted.hashes)
    citizens = np.concatenate([some.rows for some in found])
    slots = chained.slots(np.concatenate([some.hashes for some in found]))
    hits = chained.hits(slots)
    lefts, rights = chained.pairs(slots, hits <= per_key)
    pairs = (citizens[rights].astype(np.uint64) << HIGH) | wanted.rows[lefts].astype(np.uint64)
    over = np.flatnonzero(hits > per_key)
    return distinct(pairs), np.stack([wanted.keys[chained.heads[over]].astype(np.int64), chained.rows[over]])


def bounded_keys(crowded: Ints) -> list[Bounded]:
    """Sum what was left out by key; ``crowded`` has two rows: the key's number, and the records of one hash."""
    keys, records = crowded
    return [
        Bounded(KEYS[key].name, int((keys == key).sum()), int(records[keys == key].sum())) for key in np.unique(keys)
    ]


def _sliced(some: Hashed, slices: int) -> list[Hashed]:
    if slices == 1:
        return [some]
    place = ((some.hashes >> _TOP) % np.uint64(slices)).astype(np.uint8)
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place, minlength=slices))[:-1]
    columns = [
        np.split(column[order], ends) if len(column) else [column] * slices
        for column in (some.hashes, some.rows, some.keys)
    ]
    return [Hashed(*parts) for parts in zip(*columns, strict=True)]
