"""Errors of the register's copy (sai sót): what they are, how often, and how they are put into rows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.country import dates, spelling
from partners.country.dice import Bools, Floats, Ints
from partners.country.numbering import digits

RATES = {
    # the number: at most one of these a row
    "number_blank": 0.12,  # none on file: children, the old, files of before 2016
    "number_cmnd": 0.10,  # the old nine digits, of those who had them
    "number_spaced": 0.02,  # spaces or dots between the digits
    "number_digit": 0.007,  # one digit wrong
    "number_two_digits": 0.002,
    "number_transposed": 0.004,  # two neighbouring digits exchanged
    "number_of_family": 0.005,  # a parent's, spouse's or child's
    "number_of_stranger": 0.002,
    # the name: at most one of these a row
    "name_plain": 0.024,  # no diacritics at all
    "name_tone_place": 0.012,  # Hoà for Hòa, Thuý for Thúy
    "name_i_y": 0.008,  # Lí for Lý
    "name_middle_missing": 0.006,
    "name_middle_changed": 0.005,
    "name_telex": 0.002,  # Huwowng for Hương
    "name_vni": 0.0015,  # Hu7o7ng for Hương
    "name_typo": 0.008,
    "name_d": 0.002,  # Do for Đo and the reverse
    "name_swapped": 0.002,  # given name before the middle name
    "name_changed": 0.002,  # another given name, by a decision the register never saw
    # the writing of the name, whatever else is wrong with it
    "name_upper": 0.06,
    "name_nfd": 0.008,  # letters and marks apart (Unicode NFD)
    # the date of birth: at most one of these a row
    "dob_swapped": 0.004,  # day and month exchanged
    "dob_year_only": 0.008,
    "dob_first_january": 0.006,  # 01/01 typed for an unknown day
    "dob_off_by_one": 0.003,
    "dob_year_off": 0.002,  # a year too early or too late
    # sex, places
    "sex_wrong": 0.003,
    "sex_missing": 0.004,
    "place_short": 0.10,  # TP. HCM, Q. 1, P. 5
    "place_bare": 0.05,  # names without Tỉnh, Huyện, Xã
    "commune_old_name": 0.03,  # the name of a neighbour it was once joined with
    "residence_stale": 0.08,  # the address of before the last move
    "home_missing": 0.15,
    # the person
    "not_in_extract": 0.01,  # insured, yet not in the population extract
    "second_number": 0.005,  # a second insurance number of somebody who has one
    "died": 0.006,  # dead, and the register does not know
}
"""Share of the register's rows that show each error."""

CARELESS_SHARE, CARELESS_FACTOR = 0.22, 2.8
"""Two files in nine were kept carelessly and hold 62 % of the errors: errors come together."""

_BITS = {name: 1 << bit for bit, name in enumerate(RATES)}
_NAME_EDITS: dict[str, tuple[Callable[[str, int], str], str]] = {
    "name_plain": (spelling.plain, spelling.MARKED),
    "name_tone_place": (spelling.other_tone_place, spelling.TONE_PLACED),
    "name_i_y": (spelling.other_i_y, spelling.I_OR_Y),
    "name_middle_missing": (spelling.without_middle, spelling.THREE_WORDS),
    "name_middle_changed": (spelling.other_middle, spelling.THREE_WORDS),
    "name_telex": (spelling.telex, spelling.MARKED),
    "name_vni": (spelling.vni, spelling.MARKED),
    "name_typo": (spelling.typo, ".."),
    "name_d": (spelling.other_d, "[DdĐđ]"),
    "name_swapped": (spelling.swapped, spelling.THREE_WORDS),
    "name_changed": (spelling.other_given, " "),
}


def _of(prefix: str) -> list[str]:
    return [name for name in RATES if name.startswith(prefix)]


@dataclass
class Marks:
    """Which errors each row got, as bits; truth.parquet writes them out by name."""

    bits: Ints
    care: Floats
    """Factor on every rate, by row; its mean is 1."""
    dice: np.random.Generator

    @classmethod
    def draw(cls, size: int, dice: np.random.Generator) -> "Marks":
        """Start with rows free of errors, some of them careless."""
        careless = dice.random(size) < CARELESS_SHARE
        careful = (1 - CARELESS_SHARE * CARELESS_FACTOR) / (1 - CARELESS_SHARE)
        return cls(np.zeros(size, dtype=np.int64), np.where(careless, CARELESS_FACTOR, careful), dice)

    def set(self, name: str, rows: Bools) -> Bools:
        """Mark rows and return them."""
        self.bits[rows] |= _BITS[name]
        return rows

    def has(self, name: str) -> Bools:
        """Tell which rows bear a mark."""
        return (self.bits & _BITS[name]) > 0

    def choose(self, names: list[str], possible: dict[str, Bools] | None = None) -> None:
        """Give each row at most one of ``names``, so often that each reaches its share of all rows.

        ``possible`` limits an error to the rows where it can happen; there it is more frequent by as much.
        """
        chance = self.dice.random(self.bits.size)
        start = np.zeros(self.bits.size)
        for name in names:
            able = (possible or {}).get(name)
            share = 1.0 if able is None else max(float(able.mean()), 0.02)
            end = start + np.minimum(RATES[name] / share, 0.9) * self.care * (1 if able is None else able)
            self.set(name, (start <= chance) & (chance < end))
            start = end

    def text(self) -> pa.Array:
        """Write the marks of each row as names with spaces between, null when there is none."""
        kinds, which = np.unique(self.bits, return_inverse=True)
        words = [" ".join(name for name, bit in _BITS.items() if kind & bit) or None for kind in kinds.tolist()]
        return pa.array(words, pa.string()).take(pa.array(which.ravel()))


def _edit(texts: pa.Array, rows: Bools, edit: Callable[[str, int], str], dice: np.random.Generator) -> pa.Array:
    """Rewrite some texts, each with a number of its own to choose by."""
    if not rows.any():
        return texts
    old = texts.filter(pa.array(rows)).to_pylist()
    chance = dice.integers(0, 2**31, len(old)).tolist()
    new = pa.array([edit(text, number) for text, number in zip(old, chance, strict=True)], pa.string())
    return pc.replace_with_mask(texts, pa.array(rows), new)


def _matches(texts: pa.Array, pattern: str) -> Bools:
    return np.asarray(pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False), dtype=np.bool_)


def spoil_names(names: pa.Array, marks: Marks) -> pa.Array:
    """Put the errors of names into a column."""
    possible = {name: _matches(names, pattern) for name, (_, pattern) in _NAME_EDITS.items()}
    marks.choose(list(_NAME_EDITS), possible)
    for name, (edit, _) in _NAME_EDITS.items():
        names = _edit(names, marks.has(name), edit, marks.dice)
    marks.choose(["name_upper"])
    names = _edit(names, marks.has("name_upper"), spelling.upper, marks.dice)
    marks.choose(["name_nfd"], {"name_nfd": _matches(names, spelling.COMPOSED)})
    return _edit(names, marks.has("name_nfd"), spelling.decomposed, marks.dice)


def spoil_births(codes: Ints, marks: Marks, last: int) -> Ints:
    """Put the errors of dates of birth into a column of date codes; none later than ``last``."""
    full = dates.is_full(codes)
    safe = np.where(full, codes, 0)
    turn = full & (dates.day(safe) <= 12) & (dates.day(safe) != dates.month(safe))  # noqa: PLR2004  twelve months
    other = np.where(turn, dates.swapped(np.where(turn, safe, 0)), codes)
    turn &= other <= last
    dated = full & (safe > dates.first_of_year(dates.year(safe)))
    possible = {
        "dob_swapped": turn, "dob_year_only": full, "dob_first_january": dated, "dob_off_by_one": full,
        "dob_year_off": full,
    }  # fmt: skip
    marks.choose(_of("dob_"), possible)
    ahead = np.where((marks.dice.random(codes.size) < 0.5) & (codes + 366 <= last), 1, -1)  # noqa: PLR2004
    spoilt = {
        "dob_swapped": other,
        "dob_year_only": dates.only_year(codes),
        "dob_first_january": dates.first_of_year(dates.year(codes)),
        "dob_off_by_one": codes + ahead,
        "dob_year_off": codes + 365 * ahead,
    }
    for name, values in spoilt.items():
        codes = np.where(marks.has(name), values, codes)
    return codes


@dataclass(frozen=True)
class Numbers:
    """The numbers a clerk may have written for each row: the right ones, and other people's."""

    personal: Ints
    cmnd: Ints
    """-1 when there never was one."""
    family: Ints
    """-1 for those who live alone."""
    stranger: Ints


def spoil_numbers(numbers: Numbers, marks: Marks) -> pa.Array:
    """Write the numbers as the register holds them."""
    marks.choose(_of("number_"), {"number_cmnd": numbers.cmnd >= 0, "number_of_family": numbers.family >= 0})
    written = numbers.personal
    for name, values in (("number_of_family", numbers.family), ("number_of_stranger", numbers.stranger)):
        written = np.where(marks.has(name), values, written)
    texts = digits(written, 12)
    texts = pc.if_else(pa.array(marks.has("number_cmnd")), digits(np.maximum(numbers.cmnd, 0), 9), texts)
    for name, edit in (
        ("number_digit", spelling.one_digit_wrong),
        ("number_two_digits", spelling.two_digits_wrong),
        ("number_transposed", spelling.transposed),
        ("number_spaced", spelling.spaced),
    ):
        texts = _edit(texts, marks.has(name), edit, marks.dice)
    return pc.if_else(pa.array(marks.has("number_blank")), pa.scalar(None, pa.string()), texts)
