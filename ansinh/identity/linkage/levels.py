"""Levels (mức khớp): how far a record `r` and a citizen `p` agree in each field.

The first condition that holds names the level, and each is asked only of the pairs that no earlier one has named. The
conditions are the same whichever engine brings the pairs.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ansinh.identity.linkage import compiled
from ansinh.identity.linkage.columns import OLD, PERSONAL
from ansinh.identity.linkage.compiled import Array, Bytes, Ints

_DECADE = 10


@dataclass(frozen=True, slots=True)
class Side:
    """Side (một bên) of some pairs: the columns of its file, and which row stands in each pair."""

    columns: Mapping[str, Array]
    rows: Ints

    def __getitem__(self, name: str) -> Array:
        """Return a column, a value a pair."""
        return self.columns[name][self.rows]

    def only(self, pairs: Ints) -> "Side":
        """Return the same side of some of the pairs."""
        return Side(self.columns, self.rows[pairs])


Condition = Callable[[Side, Side], Array]


@dataclass(frozen=True, slots=True)
class Level:
    """Level (mức): its code in the decisions file and the condition under which it holds, pair by pair."""

    code: str
    when: Condition


def _always(r: Side, _p: Side) -> Array:
    return np.ones(len(r.rows), dtype=np.bool_)


def _same(*names: str) -> Condition:
    def same(r: Side, p: Side) -> Array:
        found: Array = r[names[0]] == p[names[0]]
        for name in names[1:]:
            found &= r[name] == p[name]
        return found

    return same


def _without_marks(side: Side) -> Array:
    bare: Array = side["toned"] == side["folded"]
    return bare


def _close_text(r: Side, p: Side) -> Array:
    found = np.empty(len(r.rows), np.uint8)
    compiled.text_edits(r["text"], p["text"], found)
    return np.less_equal(found, 2)


def _edits(r: Side, p: Side, number: str, length: int) -> Bytes:
    found = np.empty(len(r.rows), np.uint8)
    compiled.number_edits(r["digits"], r["length"], p[number], length, found)
    return found


def _one_digit_of_the_year(r: Side, p: Side) -> Array:
    apart = np.abs(r["year"] - p["year"])
    near: Array = (apart % _DECADE == 0) | (apart < _DECADE)
    return near


def _first_of_january(side: Side) -> Array:
    first: Array = (side["day"] == 1) & (side["month"] == 1)
    return first


def malformed(r: Mapping[str, Array] | Side, _p: Side | None = None) -> Array:
    """Tell of records whose number is none of twelve digits, or fits neither their year of birth nor their sex."""
    number, year, sex = r["number"].astype(np.int64), r["year"].astype(np.int64), r["sex"].astype(np.int64)
    another_year = (year > 0) & (number // 1_000_000 % 100 != year % 100)
    another_sex = (sex > 0) & (number // 100_000_000 % 2 != sex - 1)
    found: Array = (number == 0) | another_year | another_sex
    return found


_NAME = (
    Level("MISSING", lambda r, p: (r["given"] == 0) | (p["given"] == 0)),
    Level("EQUAL", _same("toned", "folded")),
    # A name typed without any mark agrees with every marking; two different markings do not.
    Level("UNMARKED", lambda r, p: (r["folded"] == p["folded"]) & (_without_marks(r) | _without_marks(p))),
    Level("MARKS", _same("folded")),
    Level("ORDER", _same("bag")),
    Level("MIDDLE_MISSING", lambda r, p: _same("surname", "given")(r, p) & ((r["middle"] == 0) | (p["middle"] == 0))),
    Level("MIDDLE_DIFFERENT", _same("surname", "given")),
    Level("NEAR", _close_text),
    Level("GIVEN", _same("given")),
    Level("DIFFERENT", _always),
)
_DOB = (
    Level("MISSING", lambda r, p: (r["year"] == 0) | (p["year"] == 0)),
    Level("EQUAL", lambda r, p: _same("day", "month", "year")(r, p) & (r["day"] > 0)),
    Level("SAME_YEAR_KNOWN", _same("day", "month", "year")),
    Level("MONTH_ONLY", lambda r, p: _same("year", "month")(r, p) & ((r["day"] == 0) | (p["day"] == 0))),
    Level("YEAR_ONLY", lambda r, p: _same("year")(r, p) & ((r["month"] == 0) | (p["month"] == 0))),
    Level(
        "SWAPPED",
        lambda r, p: _same("year")(r, p) & (r["month"] == p["day"]) & (r["day"] == p["month"]),
    ),
    # 01/01 is written when only the year is known.
    Level("HEAPED", lambda r, p: _same("year")(r, p) & (_first_of_january(r) | _first_of_january(p))),
    Level("NEAR", lambda r, p: _same("year")(r, p) & ((r["month"] == p["month"]) | (r["day"] == p["day"]))),
    Level(
        "YEAR_OFF",
        lambda r, p: _same("month", "day")(r, p) & (r["day"] > 0) & _one_digit_of_the_year(r, p),
    ),
    Level("YEAR", _same("year")),
    Level("DIFFERENT", _always),
)
_SEX = (
    Level("EQUAL", lambda r, p: (r["sex"] == p["sex"]) & (r["sex"] > 0)),
    Level("MISSING", lambda r, p: (r["sex"] == 0) | (p["sex"] == 0)),
    Level("DIFFERENT", _always),
)
_NUMBER = (
    Level("MISSING", lambda r, _p: r["length"] == 0),
    Level("SHARED", lambda r, _p: r["shared"]),
    Level("EQUAL", lambda r, p: (r["number"] == p["number"]) & (r["number"] > 0)),
    Level("OLD", lambda r, p: (r["old"] == p["old"]) & (r["old"] > 0)),
    Level("MISSING", lambda r, p: (r["old"] > 0) & (p["old"] == 0)),
    Level("NEAR", lambda r, p: (r["old"] == 0) & (p["number"] > 0) & (_edits(r, p, "number", PERSONAL) <= 1)),
    Level("NEAR", lambda r, p: (p["old"] > 0) & (_edits(r, p, "old", OLD) <= 1)),
    Level("OLD_DIFFERENT", lambda r, _p: r["old"] > 0),
    Level("TWO_EDITS", lambda r, p: (p["number"] > 0) & (_edits(r, p, "number", PERSONAL) <= 2)),  # noqa: PLR2004
    Level("OTHERS", lambda r, _p: r["owned"]),
    # A number that fits neither the record's own year of birth nor its sex is a slip, not another person's.
    Level("MALFORMED", malformed),
    Level("DIFFERENT", _always),
)


def _places(kind: str, other: str) -> tuple[Level, ...]:
    def agree(part: str) -> Condition:
        column = f"{kind}_{part}"
        return lambda r, p: (r[column] == p[column]) & (r[column] > 0)

    def compatible(part: str) -> Condition:
        column = f"{kind}_{part}"
        return lambda r, p: (r[column] == p[column]) | (r[column] == 0) | (p[column] == 0)

    def crossed(r: Side, p: Side) -> Array:
        commune = r[f"{kind}_commune"]
        same = (commune == p[f"{other}_commune"]) & (r[f"{kind}_province"] == p[f"{other}_province"])
        found: Array = (commune > 0) & same
        return found

    def commune(r: Side, p: Side) -> Array:
        return agree("commune")(r, p) & compatible("district")(r, p) & compatible("province")(r, p)

    return (
        Level("COMMUNE", commune),
        Level("DISTRICT", lambda r, p: agree("district")(r, p) & compatible("province")(r, p)),
        # Moved, or written in the other column: the commune is the citizen's other place.
        Level("CROSSED", crossed),
        Level("PROVINCE", agree("province")),
        Level("DIFFERENT", lambda r, p: (r[f"{kind}_province"] > 0) & (p[f"{kind}_province"] > 0)),
        Level("MISSING", _always),
    )


_FIELDS: dict[str, tuple[Level, ...]] = {
    "name": _NAME,
    "dob": _DOB,
    "sex": _SEX,
    "number": _NUMBER,
    "home": _places("home", "res"),
    "res": _places("res", "home"),
}
FIELDS = ("name", "dob", "sex", "number", "places")
"""Fields (trường) of a decision. Home and residence make one agreement, places: the better of both."""


def codes(field: str) -> tuple[str, ...]:
    """Codes of a field (mã mức khớp), each once, in the order in which they are numbered."""
    listed = _FIELDS["home" if field == "places" else field]
    return tuple(dict.fromkeys(level.code for level in listed))


def grade(field: str, r: Side, p: Side) -> Bytes:
    """Level of every pair in a field (``home`` and ``res`` for the two places), numbered as in `codes`."""
    numbers = {code: number for number, code in enumerate(codes(field))}
    found = np.empty(len(r.rows), np.uint8)
    left: Ints | None = None
    for level in _FIELDS[field]:
        holds = level.when(r, p)
        here = np.flatnonzero(holds)
        found[here if left is None else left[here]] = numbers[level.code]
        if len(here) == len(holds):
            break
        rest = np.flatnonzero(~holds)
        left = rest if left is None else left[rest]
        r, p = r.only(rest), p.only(rest)
    return found


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
        return np.array([code in listed for code in codes(field)], dtype=np.bool_)[self.levels[field]]


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
