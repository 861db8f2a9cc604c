"""Columns (cột): a batch of rows as text turned into columns of integers that compare equal.

Every distinct word, date and place of a file passes Python once; the rest are look-ups and compiled loops. A batch of
either file becomes the same columns, on one machine or inside a Spark executor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from ansinh.identity.linkage import letters, values
from ansinh.identity.linkage.compiled import Array, Bytes, Words
from ansinh.identity.linkage.lexicon import Lexicon, letters_of
from ansinh.identity.linkage.names import Names

Columns: TypeAlias = dict[str, Array]
"""Columns of one side, by name, all of one length."""

PLACES = ("home_province", "home_district", "home_commune", "res_province", "res_district", "res_commune")
PERSONAL, OLD = 12, 9
"""Digits of a personal number and of the number it replaced."""

_LEFT_BY_SPREADSHEET = 10, 8  # a spreadsheet drops leading zeros: at least so many digits are left


@dataclass(frozen=True, slots=True)
class Source:
    """Source (nguồn): what a file is called in messages, its identifier, its columns, and those of its numbers."""

    title: str
    identifier: str
    columns: tuple[str, ...]
    numbers: tuple[str, ...]


INSURED = Source(
    "Tệp người tham gia",
    "record_id",
    ("record_id", "si_no", "full_name", "dob", "sex", "id_no", *PLACES),
    ("id_no",),
)
POPULATION = Source(
    "Tệp dân cư",
    "person_id",
    ("person_id", "full_name", "dob", "sex", "id12", "id9", *PLACES),
    ("id12", "id9"),
)
READ = {
    source.identifier: tuple(name for name in source.columns if name != "si_no") for source in (INSURED, POPULATION)
}
"""Columns that are read of each source: the insurance number is nothing a citizen could be compared by."""


class Normaliser:
    """Normaliser (bộ chuẩn hóa): remembers each distinct value of both files; safe to use from several threads."""

    def __init__(self) -> None:
        """Start with nothing remembered."""
        self.names = Names()
        self._births = Lexicon(values.birth, values.NO_BIRTH)
        self._sexes = Lexicon(lambda raw: (values.sex(raw),), (0,))
        self._provinces = Lexicon(lambda raw: (values.province(raw),), (0,))
        self._places = Lexicon(lambda raw: (values.place(raw),), (0,))

    def columns(self, source: Source, batch: pa.RecordBatch) -> Columns:
        """Return the comparison columns of a batch of a source.

        ``id``; name hashes and ``text``; ``year``, ``month``, ``day``, ``sex`` and the six places, 0 where nothing is
        known; ``number`` (12 digits) and ``old`` (9 digits), 0 where none is; ``digits`` and ``length`` as typed.
        """
        made: Columns = {"id": batch.column(source.identifier).to_numpy(zero_copy_only=False).astype(np.int64)}
        made |= self._names(batch.column("full_name"))
        year, month, day = self._births.numbers(batch.column("dob"), np.int16)
        made |= {"year": year, "month": month, "day": day}
        (made["sex"],) = self._sexes.numbers(batch.column("sex"), np.int8)
        for label in PLACES:
            lexicon = self._provinces if label.endswith("province") else self._places
            (made[label],) = lexicon.numbers(batch.column(label), np.int32)
        return made | _numbers(source, batch)

    def record(self, row: Mapping[str, str]) -> Columns:
        """Return the columns of one record of the insured, as `columns` would, from texts by column name.

        Its values are read straight: for a single row the tables of distinct values cost more than they save.
        """
        made: Columns = {"id": np.zeros(1, np.int64), **self.names.columns(_text(row["full_name"]))}
        birth = values.birth(row["dob"]) if row["dob"] else values.NO_BIRTH
        made |= {name: np.array([part], np.int16) for name, part in zip(("year", "month", "day"), birth, strict=True)}
        made["sex"] = np.array([values.sex(row["sex"])], np.int8)
        for label in PLACES:
            read = _province if label.endswith("province") else _place
            made[label] = np.array([read(row[label])], np.int32)
        return made | _numbers(INSURED, pa.record_batch([_text(row["id_no"])], ["id_no"]))

    def _names(self, column: pa.Array) -> Columns:
        plain = column.dictionary_decode() if isinstance(column, pa.DictionaryArray) else column
        return self.names.columns(plain)


_province, _place = (lru_cache(maxsize=1 << 15)(read) for read in (values.province, values.place))


def _text(text: str) -> pa.Array:
    return pa.array([text], pa.large_string())


def _numbers(source: Source, batch: pa.RecordBatch) -> Columns:
    typed = [_digits(batch.column(name)) for name in source.numbers]
    digits, length = typed[0]
    old_digits, old_length = typed[-1]
    return {
        "number": _whole(digits, length, PERSONAL, _LEFT_BY_SPREADSHEET[0]),
        "old": _whole(old_digits, old_length, OLD, _LEFT_BY_SPREADSHEET[1]),
        "digits": digits,
        "length": length,
    }


def _digits(column: pa.Array) -> tuple[Words, Bytes]:
    """Digits as typed and how many they are."""
    plain = column.dictionary_decode() if isinstance(column, pa.DictionaryArray) else column
    data, offsets = letters_of(plain)
    digits, lengths = np.empty(len(column), np.uint64), np.empty(len(column), np.uint8)
    letters.read_digits(data, offsets, digits, lengths)
    return digits, lengths


def _whole(digits: Words, lengths: Bytes, full: int, least: int) -> Words:
    """Numbers of ``full`` digits; fewer stand for it where a spreadsheet may have dropped zeros, so none leads."""
    stripped = (lengths >= least) & (lengths < full) & (digits >= np.uint64(10) ** (lengths - np.uint64(1)))
    return np.where((lengths == full) | stripped, digits, np.uint64(0))
