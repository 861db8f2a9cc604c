"""Compiled loops (vòng lặp biên dịch): what runs once per letter, per row or per pair, as machine code by Numba.

Plain functions over NumPy arrays: the same on one machine and inside a Spark executor. Code is compiled when first
called and kept beside these files; `make setup` calls it once. Nothing here knows what a column means.
"""

import os
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
from numba import config, njit

Ints: TypeAlias = npt.NDArray[np.signedinteger[Any]]
Words: TypeAlias = npt.NDArray[np.uint64]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Array: TypeAlias = npt.NDArray[Any]
_Function = TypeVar("_Function", bound=Callable[..., Any])

NO_ROW = -1

SEED, PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)  # FNV-1a, 64 bits
_MIX = np.uint64(0x9E3779B97F4A7C15)
SHIFT = np.uint64(32)
ONE, ZERO = np.uint64(1), np.uint64(0)
_SIXTY_THREE, _SIX, _EIGHT = np.uint64(63), np.uint64(6), np.uint64(8)


def _cache() -> Path:
    """Place of compiled code, another after any change: Numba itself looks only at the file of the function called."""
    here = Path(__file__).parent
    files = sorted((path.name, path.stat().st_mtime_ns) for path in here.glob("*.py"))
    asked = Path(os.environ.get("NUMBA_CACHE_DIR") or here / "__pycache__")
    return asked / blake2b(repr(files).encode(), digest_size=6).hexdigest()


config.CACHE_DIR = str(_cache())  # type: ignore[attr-defined]  # the stub forgets its settings


def compiled(function: _Function) -> _Function:
    """Compile a function when it is first called; it runs beside other threads."""
    made: Any = njit(cache=True, nogil=True)(function)
    return made  # type: ignore[no-any-return]  # the same function, compiled


@compiled
def hash_texts(data: Bytes, offsets: Ints, hashes: Words) -> None:
    """Hash of every text, 0 where it is empty."""
    for row in range(len(offsets) - 1):
        value = SEED
        for place in range(offsets[row], offsets[row + 1]):
            value = (value ^ np.uint64(data[place])) * PRIME
        hashes[row] = (value ^ (value >> SHIFT)) | ONE if offsets[row] < offsets[row + 1] else ZERO


@compiled
def find(value: np.uint64, keys: Words, values: Ints) -> int:
    """Value of one hash in an open table, -1 where it has none."""
    mask = np.uint64(len(keys) - 1)
    slot = value & mask
    while keys[slot] != ZERO and keys[slot] != value:
        slot = (slot + ONE) & mask
    return NO_ROW if keys[slot] == ZERO else int(values[slot])


@compiled
def look_up(hashes: Words, keys: Words, values: Ints, slots: Ints) -> int:
    """Value of every hash in an open table, -1 where it has none, 0 of hash 0; gives how many are missing."""
    missing = 0
    for place in range(len(hashes)):
        slots[place] = find(hashes[place], keys, values) if hashes[place] != ZERO else 0
        missing += slots[place] == NO_ROW
    return missing


@compiled
def insert(hashes: Words, given: Ints, keys: Words, values: Ints) -> None:
    """Put hashes with their values into an open table with room for them."""
    mask = np.uint64(len(keys) - 1)
    for place in range(len(hashes)):
        slot = hashes[place] & mask
        while keys[slot] != ZERO:
            slot = (slot + ONE) & mask
        values[slot] = given[place]
        keys[slot] = hashes[place]


@compiled
def chain(keys: Words, heads: Ints, following: Ints, table: Words) -> None:
    """Fill an open table of keys: the last row of each key in ``heads``, the one before it in ``following``."""
    mask = np.uint64(len(table) - 1)
    for row in range(len(keys)):
        slot = ((keys[row] * _MIX) >> SHIFT) & mask
        while table[slot] != ZERO and table[slot] != keys[row]:
            slot = (slot + ONE) & mask
        table[slot] = keys[row]
        following[row] = heads[slot]
        heads[slot] = row


@compiled
def probe(keys: Words, table: Words, slots: Ints) -> None:
    """Slot of every key in an open table, -1 where it is not there."""
    mask = np.uint64(len(table) - 1)
    for row in range(len(keys)):
        slot = ((keys[row] * _MIX) >> SHIFT) & mask
        while table[slot] != ZERO and table[slot] != keys[row]:
            slot = (slot + ONE) & mask
        slots[row] = np.int64(slot) if table[slot] == keys[row] else NO_ROW


@compiled
def count_chain(heads: Ints, following: Ints, counts: Ints) -> None:
    """How many rows hang on each slot."""
    for slot in range(len(heads)):
        row = heads[slot]
        while row != NO_ROW:
            counts[slot] += 1
            row = following[row]


@compiled
def count_hits(slots: Ints, hits: Ints) -> None:
    """How many probing rows fell on each slot."""
    for slot in slots:
        if slot != NO_ROW:
            hits[slot] += 1


@compiled
def emit(slots: Ints, allowed: Array, heads: Ints, following: Ints, lefts: Ints, rights: Ints) -> int:
    """Pairs of a hanging row and a probing row, for the slots allowed; gives how many."""
    found = 0
    for right in range(len(slots)):
        if slots[right] != NO_ROW and allowed[slots[right]]:
            row = heads[slots[right]]
            while row != NO_ROW:
                lefts[found] = row
                rights[found] = right
                found += 1
                row = following[row]
    return found


@compiled
def fold_in(column: Array, hashes: Words) -> None:
    """Mix a column of whole numbers into the hashes of its rows; no hash becomes 0."""
    for row in range(len(hashes)):
        value = (hashes[row] ^ np.uint64(column[row])) * _MIX
        hashes[row] = value ^ (value >> SHIFT) | ONE


@compiled
def mark(hashes: Words, bits: Words) -> None:
    """Set the bit of every hash."""
    mask = np.uint64(len(bits) * 64 - 1)
    for place in range(len(hashes)):
        bit = (hashes[place] >> _EIGHT) & mask
        bits[bit >> _SIX] |= ONE << (bit & _SIXTY_THREE)


@compiled
def mark_again(hashes: Words, asked: Array, bits: Words, again: Words) -> None:
    """Set the bit of every hash asked about in ``bits``, and in ``again`` when it was set before."""
    mask = np.uint64(len(bits) * 64 - 1)
    for place in range(len(hashes)):
        if asked[place]:
            bit = (hashes[place] >> _EIGHT) & mask
            one = ONE << (bit & _SIXTY_THREE)
            again[bit >> _SIX] |= bits[bit >> _SIX] & one
            bits[bit >> _SIX] |= one


@compiled
def marked(hashes: Words, asked: Array, bits: Words, kept: Ints) -> int:
    """Places of the hashes asked about whose bit is set; gives how many."""
    mask = np.uint64(len(bits) * 64 - 1)
    found = 0
    for place in range(len(hashes)):
        bit = (hashes[place] >> _EIGHT) & mask
        if asked[place] and bits[bit >> _SIX] >> (bit & _SIXTY_THREE) & ONE:
            kept[found] = place
            found += 1
    return found


@compiled
def keep_best(  # noqa: PLR0913, PLR0917 - the pairs, and the two best of each record so far
    lefts: Ints, rights: Ints, weights: Array, people: Ints, best: Ints, second: Ints, best_weight: Array,
    second_weight: Array,
) -> None:  # fmt: skip
    """Keep the two best candidates of every record (place of the pair in ``best``), the smaller person at a tie.

    A pair met twice counts once.
    """
    for pair in range(len(lefts)):
        row = lefts[pair]
        rival = best[row]
        if rival != NO_ROW and rights[rival] == rights[pair]:
            continue
        weight = weights[pair]
        ahead = rival == NO_ROW or weight > best_weight[row]
        if ahead or (weight == best_weight[row] and people[pair] < people[rival]):
            second[row], second_weight[row] = rival, best_weight[row]
            best[row], best_weight[row] = pair, weight
        elif second[row] == NO_ROW or weight > second_weight[row]:
            second[row], second_weight[row] = pair, weight


@compiled
def count_into(places: Ints, counts: Ints) -> None:
    """Add one at every place."""
    for place in places:
        counts[place] += 1
