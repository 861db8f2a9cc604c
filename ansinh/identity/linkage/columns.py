"""Columns (cột): a batch of rows as text turned into a batch of integers.

Arrow splits and dictionary-codes at native speed; Python sees each distinct word, date and place once; NumPy puts the
integers back. A name becomes hashes: `toned` and `folded` of the words in order, `bag` of the words in any order.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ansinh.core.text import repair_mojibake
from ansinh.identity.linkage import values
from ansinh.identity.linkage.values import Syllable

PLACES = ("home_province", "home_district", "home_commune", "res_province", "res_district", "res_commune")

Ints: TypeAlias = npt.NDArray[np.int64]
Hashes: TypeAlias = npt.NDArray[np.uint64]

# What UTF-8 letters of Vietnamese look like when read as Windows-1252; only names holding one are tried for repair.
_MOJIBAKE = "á[º»]|Ã[^ A-ZÀ-Ỹ]|Ä[^ a-zA-Z]|Æ[°¡]|Ä\u0090"
_WORDS_HASHED = 32
_MULTIPLIERS = np.array([values.hash63(f"place {place}") | 1 for place in range(_WORDS_HASHED)], dtype=np.uint64)
_HALF = np.uint64(1)


class Normaliser:
    """Normaliser (bộ chuẩn hóa) of one file: remembers each distinct value between batches; counts what it repaired."""

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self.repaired = 0
        self._words: dict[str, tuple[Syllable, ...]] = {}
        self._births: dict[str, tuple[int, ...]] = {}
        self._sexes: dict[str, tuple[int, ...]] = {}
        self._provinces: dict[str, tuple[int, ...]] = {}
        self._places: dict[str, tuple[int, ...]] = {}

    def columns(self, batch: pa.RecordBatch) -> pa.Table:
        """Return the comparison columns of a batch; every other column is passed through.

        Replaces `full_name` by name, toned, folded, bag, surname, given, middle; `dob` by year, month, day; `sex` and
        the six places by numbers, 0 where nothing is known.
        """
        made: dict[str, object] = {}
        for label in batch.schema.names:
            column = batch.column(label)
            if label == "full_name":
                made |= self._name(self._repair(column))
            elif label == "dob":
                parts = _look_up(column, self._births, values.birth, 3)
                made |= dict(zip(("year", "month", "day"), (part.astype(np.int16) for part in parts), strict=True))
            elif label == "sex":
                made[label] = _look_up(column, self._sexes, _one(values.sex), 1)[0].astype(np.int8)
            elif label in PLACES:
                kept, read = (
                    (self._provinces, values.province) if label.endswith("province") else (self._places, values.place)
                )
                made[label] = _look_up(column, kept, _one(read), 1)[0].astype(np.int32)
            else:
                made[label] = column
        return pa.table(made)

    def _repair(self, names: pa.Array) -> pa.Array:
        suspect = pc.fill_null(pc.match_substring_regex(names, _MOJIBAKE), fill_value=False)
        if not pc.any(suspect).as_py():
            return names
        mended = []
        for name in names.filter(suspect).to_pylist():
            repair = repair_mojibake(name)
            self.repaired += repair is not None
            mended.append(repair.text if repair else name)
        return pc.replace_with_mask(names, suspect, pa.array(mended, pa.string()))

    def _name(self, names: pa.Array) -> dict[str, object]:
        split = pc.utf8_split_whitespace(pc.fill_null(names, ""))
        coded = split.flatten().dictionary_encode()
        entries = [self._word(word) for word in coded.dictionary.to_pylist()]
        flat = [syllable for entry in entries for syllable in entry]
        each = np.array([len(entry) for entry in entries], dtype=np.int64)
        spelt, counts = _expand(coded.indices.to_numpy(zero_copy_only=False), each, split.value_lengths().to_numpy())
        spelt, counts = _without_initials(spelt, counts, np.array([syllable.initial for syllable in flat], dtype=bool))
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        words = pa.array([syllable.text for syllable in flat], pa.string()).take(pa.array(spelt))
        text = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), words), " ")
        toned = np.array([syllable.toned for syllable in flat], dtype=np.uint64)
        folded = np.array([syllable.folded for syllable in flat], dtype=np.uint64)
        return {"name": text} | _name_hashes(toned, folded, spelt, offsets)

    def _word(self, word: str) -> tuple[Syllable, ...]:
        found = self._words.get(word)
        if found is None:
            found = self._words[word] = values.syllables(word)
        return found


def _one(read: Callable[[str], int]) -> Callable[[str], tuple[int]]:
    return lambda raw: (read(raw),)


def _look_up(
    column: pa.Array, kept: dict[str, tuple[int, ...]], read: Callable[[str], tuple[int, ...]], width: int
) -> list[Ints]:
    """Integers of each row, as `width` arrays; a null gives zeros. Each distinct text is read once and kept."""
    coded = column.dictionary_encode()
    distinct = coded.dictionary.to_pylist()
    for raw in distinct:
        if raw not in kept:
            kept[raw] = read(raw)
    table = np.array([*(kept[raw] for raw in distinct), (0,) * width], dtype=np.int64)
    places = pc.fill_null(coded.indices, len(distinct)).to_numpy(zero_copy_only=False)
    return [table[:, part][places] for part in range(width)]


def _expand(written: Ints, each: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """Syllables of every name in a row, and how many each name has; what was written as one may hold several."""
    written = written.astype(np.int64)
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(each)])[:-1]
    many = each[written]
    owner = np.repeat(np.arange(len(lengths)), lengths)
    counts = np.bincount(owner, weights=many, minlength=len(lengths)).astype(np.int64)
    if len(each) and each.min() == each.max() == 1:
        return written, counts
    within = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    return np.repeat(starts[written], many) + within, counts


def _without_initials(spelt: Ints, counts: Ints, initial: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Drop initials between surname and given name: «Trần T. Mai» says no more of the middle name than «Trần Mai»."""
    if not initial.any():
        return spelt, counts
    ends = np.cumsum(counts)
    position = np.arange(len(spelt)) - np.repeat(ends - counts, counts)
    dropped = initial[spelt] & (position > 0) & (position < np.repeat(counts - 1, counts))
    owner = np.repeat(np.arange(len(counts)), counts)
    return spelt[~dropped], counts - np.bincount(owner[dropped], minlength=len(counts)).astype(np.int64)


def _name_hashes(toned: Hashes, folded: Hashes, spelt: Ints, offsets: Ints) -> dict[str, npt.NDArray[np.int64]]:
    counts = np.diff(offsets)
    named = counts > 0
    starts = offsets[:-1][named]
    position = np.arange(len(spelt)) - np.repeat(offsets[:-1], counts)
    factor = _MULTIPLIERS[np.minimum(position, _WORDS_HASHED - 1)]
    plain = folded[spelt] if len(folded) else np.zeros(0, np.uint64)
    marked = toned[spelt] if len(toned) else np.zeros(0, np.uint64)
    ordered = plain * factor
    first, last = starts, offsets[1:][named] - 1

    def filled(found: Hashes) -> npt.NDArray[np.int64]:
        whole = np.zeros(len(counts), dtype=np.uint64)
        whole[named] = found
        return (whole >> _HALF).astype(np.int64)

    middle = np.add.reduceat(ordered, starts) - ordered[first] - ordered[last] if len(starts) else ordered
    middle[counts[named] <= 2] = 0  # noqa: PLR2004 - surname and given name
    total = np.add.reduceat(ordered, starts) if len(starts) else ordered
    mixed = plain * (plain | _HALF)
    return {
        "toned": filled(np.add.reduceat(marked * factor, starts) if len(starts) else marked),
        "folded": filled(total),
        "bag": filled(np.add.reduceat(mixed, starts) if len(starts) else mixed),
        "surname": filled(np.where(counts[named] > 1, plain[first], np.uint64(0))),
        "given": filled(plain[last]),
        "middle": filled(middle),
    }
