"""Levels (mức khớp): how far a record `r` and a citizen `p` agree in each field.

The first condition that holds names the level. The rules of a field are one compiled function over two rows, asked pair
by pair: the same whichever engine brings the pairs.
"""

# ruff: noqa: C901, PLR0911 - the first condition that holds returns its level

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np

from ansinh.identity.linkage.columns import OLD, PERSONAL
from ansinh.identity.linkage.compiled import Array, Bytes, Ints, compiled
from ansinh.identity.linkage.letters import number_edits, text_edits
from ansinh.identity.linkage.rows import Row, Rows

_SLIP, _SLIPS = 1, 2  # letters or digits apart
_DECADE = 10


class Name(IntEnum):
    """Levels of the name, in the order of their codes in the decisions file."""

    MISSING = 0
    EQUAL = 1
    UNMARKED = 2
    MARKS = 3
    ORDER = 4
    MIDDLE_MISSING = 5
    MIDDLE_DIFFERENT = 6
    NEAR = 7
    GIVEN = 8
    DIFFERENT = 9


class Dob(IntEnum):
    """Levels of the date of birth."""

    MISSING = 0
    EQUAL = 1
    SAME_YEAR_KNOWN = 2
    MONTH_ONLY = 3
    YEAR_ONLY = 4
    SWAPPED = 5
    HEAPED = 6
    NEAR = 7
    YEAR_OFF = 8
    YEAR = 9
    DIFFERENT = 10


class Sex(IntEnum):
    """Levels of the sex."""

    EQUAL = 0
    MISSING = 1
    DIFFERENT = 2


class Number(IntEnum):
    """Levels of the number."""

    MISSING = 0
    SHARED = 1
    EQUAL = 2
    OLD = 3
    NEAR = 4
    OLD_DIFFERENT = 5
    TWO_EDITS = 6
    OTHERS = 7
    MALFORMED = 8
    DIFFERENT = 9


class Place(IntEnum):
    """Levels of a place: of the home, of the residence, and of the better of both."""

    COMMUNE = 0
    DISTRICT = 1
    CROSSED = 2
    PROVINCE = 3
    DIFFERENT = 4
    MISSING = 5


_FIELDS: dict[str, type[IntEnum]] = {"name": Name, "dob": Dob, "sex": Sex, "number": Number, "places": Place}
FIELDS = tuple(_FIELDS)
"""Fields (trường) of a decision. Home and residence make one agreement, places: the better of both."""
GRADED = ("name", "dob", "sex", "number", "home", "res")
"""Fields as they are graded, the two places apart."""


def codes(field: str) -> tuple[str, ...]:
    """Codes of a field (mã mức khớp), in the order in which they are numbered."""
    return tuple(_FIELDS[field].__members__)


@compiled
def _name(r: Row, p: Row) -> int:
    if r.given == 0 or p.given == 0:
        return Name.MISSING
    if r.folded == p.folded:
        if r.toned == p.toned:
            return Name.EQUAL
        # A name typed without any mark agrees with every marking; two different markings do not.
        return Name.UNMARKED if r.toned == r.folded or p.toned == p.folded else Name.MARKS
    if r.bag == p.bag:
        return Name.ORDER
    if r.surname == p.surname and r.given == p.given:
        return Name.MIDDLE_MISSING if r.middle == 0 or p.middle == 0 else Name.MIDDLE_DIFFERENT
    if text_edits(r.text, p.text) <= _SLIPS:
        return Name.NEAR
    return Name.GIVEN if r.given == p.given else Name.DIFFERENT


@compiled
def _dob(r: Row, p: Row) -> int:
    if r.year == 0 or p.year == 0:
        return Dob.MISSING
    if r.year != p.year:
        apart = abs(r.year - p.year)
        one_digit = apart % _DECADE == 0 or apart < _DECADE
        same_day = r.month == p.month and r.day == p.day and r.day > 0
        return Dob.YEAR_OFF if same_day and one_digit else Dob.DIFFERENT
    if r.month == p.month and r.day == p.day:
        return Dob.EQUAL if r.day > 0 else Dob.SAME_YEAR_KNOWN
    if r.month == p.month and (r.day == 0 or p.day == 0):
        return Dob.MONTH_ONLY
    if r.month == 0 or p.month == 0:
        return Dob.YEAR_ONLY
    if r.month == p.day and r.day == p.month:
        return Dob.SWAPPED
    # 01/01 is written when only the year is known.
    if (r.day == 1 and r.month == 1) or (p.day == 1 and p.month == 1):
        return Dob.HEAPED
    return Dob.NEAR if r.month == p.month or r.day == p.day else Dob.YEAR


@compiled
def _sex(r: Row, p: Row) -> int:
    if r.sex == 0 or p.sex == 0:
        return Sex.MISSING
    return Sex.EQUAL if r.sex == p.sex else Sex.DIFFERENT


@compiled
def malformed(r: Row) -> bool:
    """Tell whether a number is none of twelve digits, or fits neither the year of birth nor the sex beside it."""
    number, year, sex = np.int64(r.number), np.int64(r.year), np.int64(r.sex)
    another_year = year > 0 and number // 1_000_000 % 100 != year % 100
    another_sex = sex > 0 and number // 100_000_000 % 2 != sex - 1
    return bool(number == 0 or another_year or another_sex)


@compiled
def _number(r: Row, p: Row) -> int:
    if r.length == 0:
        return Number.MISSING
    if r.shared:
        return Number.SHARED
    if r.number == p.number and r.number > 0:
        return Number.EQUAL
    if r.old > 0:
        if r.old == p.old:
            return Number.OLD
        if p.old == 0:
            return Number.MISSING
    apart = number_edits(r.digits, r.length, p.number, PERSONAL) if p.number > 0 else PERSONAL
    if r.old == 0 and apart <= _SLIP:
        return Number.NEAR
    if p.old > 0 and number_edits(r.digits, r.length, p.old, OLD) <= _SLIP:
        return Number.NEAR
    if r.old > 0:
        return Number.OLD_DIFFERENT
    if apart <= _SLIPS:
        return Number.TWO_EDITS
    if r.owned:
        return Number.OTHERS
    # A number that fits neither the record's own year of birth nor its sex is a slip, not another person's.
    return Number.MALFORMED if malformed(r) else Number.DIFFERENT


@compiled
def _compatible(here: int, there: int) -> bool:
    """Tell whether two places may be one: the same, or one of them not known (0)."""
    return here == there or here * there == 0


@compiled
def _place(  # noqa: PLR0913, PLR0917 - a place of a record, the same and the other place of a citizen
    province: int, district: int, commune: int, their_province: int, their_district: int, their_commune: int,
    other_province: int, other_commune: int,
) -> int:  # fmt: skip
    near = _compatible(province, their_province)
    if commune > 0 and commune == their_commune and near and _compatible(district, their_district):
        return Place.COMMUNE
    if district > 0 and district == their_district and near:
        return Place.DISTRICT
    # Moved, or written in the other column: the commune is the citizen's other place.
    if commune > 0 and commune == other_commune and province == other_province:
        return Place.CROSSED
    if province > 0 and province == their_province:
        return Place.PROVINCE
    return Place.DIFFERENT if province > 0 and their_province > 0 else Place.MISSING


@compiled
def _grade(records: Rows, ours: Ints, people: Rows, theirs: Ints, found: Bytes) -> None:
    for pair in range(len(ours)):
        r, p = records[ours[pair]], people[theirs[pair]]
        found[0, pair] = _name(r, p)
        found[1, pair] = _dob(r, p)
        found[2, pair] = _sex(r, p)
        found[3, pair] = _number(r, p)
        found[4, pair] = _place(
            r.home_province, r.home_district, r.home_commune, p.home_province, p.home_district, p.home_commune,
            p.res_province, p.res_commune,
        )  # fmt: skip
        found[5, pair] = _place(
            r.res_province, r.res_district, r.res_commune, p.res_province, p.res_district, p.res_commune,
            p.home_province, p.home_commune,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """Side (một bên) of some pairs: the rows of its file, and which row stands in each pair."""

    file: Rows
    rows: Ints

    def __getitem__(self, name: str) -> Array:
        """Return a column, a value a pair."""
        return self.file[name][self.rows]


def grade(r: Side, p: Side) -> dict[str, Bytes]:
    """Level of every pair in each of ``GRADED``, numbered as in `codes`."""
    found = np.empty((len(GRADED), len(r.rows)), np.uint8)
    _grade(r.file, r.rows, p.file, p.rows, found)
    return dict(zip(GRADED, found, strict=True))


CAPPED = frozenset({"EQUAL", "OLD"})
"""Levels of the number whose weight is at most log2(citizens): in a smaller file fewer numbers can meet by chance."""

# Whoever bears another name, or none, is never taken for the same person by a machine, whatever else agrees.
DOUBTED = frozenset({"DIFFERENT", "GIVEN", "MISSING"})

SLIPS = {
    "dob": frozenset({"HEAPED", "NEAR", "YEAR_OFF", "YEAR", "DIFFERENT"}),
    "name": frozenset({"MIDDLE_DIFFERENT", "NEAR", "GIVEN", "DIFFERENT"}),
}
"""Levels of a field that are a second slip beside a number mistyped by a digit or two (`MISTYPED`)."""
MISTYPED = frozenset({"NEAR", "TWO_EDITS"})


@dataclass(frozen=True, slots=True)
class Graded:
    """Graded pairs (cặp đã xếp mức): the level of every field, numbered as in `codes`."""

    levels: Mapping[str, Bytes]

    def among(self, field: str, listed: Sequence[str] | frozenset[str]) -> Array:
        """Tell of every pair whether its level in a field is one of those listed."""
        return _listed(field, frozenset(listed))[self.levels[field]]


@cache
def _listed(field: str, listed: frozenset[str]) -> Array:
    return np.array([code in listed for code in codes(field)], dtype=np.bool_)


def settled(pairs: Graded) -> Array:
    """Pairs that need no rival to be looked for: number, name and date tell one story."""
    sure, name, dob = pairs.among("number", ("EQUAL", "OLD")), "name", "dob"
    whole = (
        pairs.among("number", ("EQUAL", "OLD", "NEAR"))
        & pairs.among(name, ("EQUAL", "UNMARKED", "MARKS"))
        & pairs.among(dob, ("EQUAL",))
    )
    dated = sure & pairs.among(name, ("EQUAL", "UNMARKED")) & ~pairs.among(dob, ("DIFFERENT", "YEAR", "MISSING"))
    named = (
        pairs.among("number", ("EQUAL",))
        & pairs.among(name, ("MIDDLE_MISSING", "ORDER"))
        & pairs.among(dob, ("EQUAL",))
    )
    return whole | dated | named


def closed(pairs: Graded) -> Array:
    """Pairs after which a record leaves the search: a namesake of the same day and place or number.

    Whoever could rival that citizen shares name and date, and stood in the same round.
    """
    near = pairs.among("number", ("EQUAL", "OLD", "NEAR")) | pairs.among("places", ("COMMUNE", "DISTRICT"))
    return namesakes(pairs) & near


def namesakes(pairs: Graded) -> Array:
    """Pairs of one name and one date of birth."""
    return pairs.among("name", ("EQUAL", "UNMARKED")) & pairs.among("dob", ("EQUAL",))


def vetoed(pairs: Graded) -> Array:
    """Pairs that are somebody else's number: nothing but the number agrees."""
    dates = ("EQUAL", "SWAPPED", "MONTH_ONLY", "SAME_YEAR_KNOWN", "MISSING")
    return pairs.among("number", ("EQUAL", "OLD")) & pairs.among("name", ("DIFFERENT",)) & ~pairs.among("dob", dates)


def doubted(pairs: Graded) -> Array:
    """Pairs that no machine takes for one person, whatever else agrees: another name, or none.

    Only a given name that agrees, with the number and the whole date of birth, leaves no room for anybody else.
    """
    certain = pairs.among("number", ("EQUAL",)) & pairs.among("dob", ("EQUAL",))
    return pairs.among("name", ("DIFFERENT", "MISSING")) | (pairs.among("name", ("GIVEN",)) & ~certain)


def slips(pairs: Graded, field: str) -> Array:
    """Pairs whose number was mistyped by a digit or two, and whose date, or name, says something else besides."""
    return pairs.among("number", MISTYPED) & pairs.among(field, SLIPS[field])


def verified(pairs: Graded) -> Array:
    """Pairs in which nothing needs to be mended."""
    return (
        pairs.among("number", ("EQUAL",))
        & pairs.among("name", ("EQUAL",))
        & pairs.among("dob", ("EQUAL", "SAME_YEAR_KNOWN"))
        & ~pairs.among("sex", ("DIFFERENT",))
    )
