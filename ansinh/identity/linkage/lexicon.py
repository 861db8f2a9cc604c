"""Lexicon (từ điển): what each distinct text of both files means, read by Python once and looked up ever after.

Texts are known by a 64-bit hash of their letters, so that a column of a hundred million rows costs Python only its
distinct values. Safe to use from several threads: a table handed out is never changed, and all it leads to is there.
"""

import threading
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ansinh.identity.linkage import compiled
from ansinh.identity.linkage.compiled import Array, Bytes, Ints, Words

_FIRST_SIZE = 1 << 14


class Lexicon:
    """Lexicon (từ điển) of one kind of text: ``read`` turns a text into some integers, always as many."""

    def __init__(self, read: Callable[[str], Sequence[int]], nothing: Sequence[int]) -> None:
        """Start knowing no text; ``nothing`` is what a missing text means."""
        self._read = read
        self._lock = threading.Lock()
        self._table = _open_table(_FIRST_SIZE)  # keys and values, exchanged together: a reader never meets half
        self._meanings = np.array([nothing], dtype=np.uint64)
        self._known = 1

    def numbers(self, column: pa.Array, kind: npt.DTypeLike) -> list[Array]:
        """Return what every text of a column means: a column of whole numbers of a kind for each integer read."""
        if isinstance(column, pa.DictionaryArray):
            places = column.indices
            if places.null_count:
                places = places.fill_null(len(column.dictionary))
            distinct = pa.concat_arrays([column.dictionary, pa.array([None], column.dictionary.type)])
            return [meant.take(places.to_numpy()) for meant in self.numbers(distinct, kind)]
        data, offsets = letters_of(column)
        hashes = np.empty(len(column), np.uint64)
        compiled.hash_texts(data, offsets, hashes)
        slots, meanings = self.slots(hashes, lambda place: bytes(data[offsets[place] : offsets[place + 1]]))
        return [meaning.astype(kind).take(slots) for meaning in meanings.T]

    def known(self) -> tuple[Words, Ints, Array]:
        """Return the table of all texts known so far: their hashes, their rows, and what each row means."""
        keys, values = self._table
        return keys, values, self._meanings

    def slots(self, hashes: Words, spelt: Callable[[int], bytes]) -> tuple[Ints, Array]:
        """Return the row of every hash in the table of meanings, and the table; ``spelt`` gives a hash its letters."""
        found = np.empty(len(hashes), np.int64)
        if compiled.look_up(hashes, *self._table, found):
            with self._lock:
                if compiled.look_up(hashes, *self._table, found):
                    missing = np.flatnonzero(found < 0)
                    new, first = np.unique(hashes[missing], return_index=True)
                    self._learn(new, [spelt(int(place)).decode("utf-8", "replace") for place in missing[first]])
                    compiled.look_up(hashes, *self._table, found)
        return found, self._meanings

    def _learn(self, hashes: Words, texts: list[str]) -> None:
        rows = np.array([self._read(text) for text in texts], dtype=np.uint64)
        given = np.arange(self._known, self._known + len(rows))
        self._known += len(rows)
        if self._known > len(self._meanings):
            larger = np.zeros((2 * self._known, self._meanings.shape[1]), np.uint64)
            larger[: given[0]] = self._meanings[: given[0]]
            self._meanings = larger
        self._meanings[given] = rows
        keys, values = self._table
        if 2 * self._known > len(keys):
            kept = np.flatnonzero(keys)
            table = _open_table(4 * self._known)
            compiled.insert(keys[kept], values[kept], *table)
        else:
            table = keys.copy(), values.copy()
        compiled.insert(hashes, given, *table)
        self._table = table


def _open_table(rows: int) -> tuple[Words, Ints]:
    size = 1 << (rows - 1).bit_length()
    return np.zeros(size, np.uint64), np.zeros(size, np.int64)


def letters_of(texts: pa.Array) -> tuple[Bytes, Ints]:
    """Letters of a column of text (UTF-8, one after the other) and where each row begins; a null has none."""
    column = texts if pa.types.is_large_string(texts.type) else texts.cast(pa.large_string())
    if column.null_count:  # a null may own letters that nobody sees
        column = column.fill_null("")
    _, offsets, data = column.buffers()
    places = np.frombuffer(offsets, np.int64)[column.offset : column.offset + len(column) + 1]
    return np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8), places
