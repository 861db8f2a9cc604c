"""Search keys (khóa tìm): what a record and a citizen must share to be compared at all, surest first.

Every slip a clerk makes leaves at least one key whole. A key carries name, date or place enough that few citizens share
it: pairs, not people, are what a national run costs. A later round is tried only for records still open.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ansinh.identity.linkage import values
from ansinh.identity.linkage.columns import PLACES, Columns
from ansinh.identity.linkage.compiled import Array, Words, fold_in

_TAIL = np.uint64(1_000_000)

Part = Callable[[Columns], Array]


def _always(columns: Columns) -> Array:
    return np.ones(len(columns["id"]), dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Key:
    """Search key (khóa tìm): its name in the report, what it is made of, and of which rows of either side."""

    name: str
    parts: tuple[str | Part, ...]
    where: Part
    of_record: Part = _always
    of_citizen: Part = _always


def _filled(*names: str) -> Part:
    def filled(columns: Columns) -> Array:
        found = columns[names[0]] > 0
        for name in names[1:]:
            found &= columns[name] > 0
        return found

    return filled


def _tail(columns: Columns) -> Array:
    return columns["number"] % _TAIL


def _head(columns: Columns) -> Array:
    return columns["number"] // _TAIL


def _smaller(columns: Columns) -> Array:
    return np.minimum(columns["day"], columns["month"])


def _greater(columns: Columns) -> Array:
    return np.maximum(columns["day"], columns["month"])


def _partial(columns: Columns) -> Array:
    """Rows without a day of birth; 01/01 stands for a year without a day as often as for New Year's Day."""
    partial: Array = (columns["day"] == 0) | ((columns["day"] == 1) & (columns["month"] == 1))
    return partial


def _by_place(kind: str) -> tuple[Key, ...]:
    province, district, commune = f"{kind}_province", f"{kind}_district", f"{kind}_commune"
    by_year = ("folded", "year", province), _filled("given", "year", province)
    return (
        Key(f"date_{kind}", ("year", "month", "day", commune), _filled(commune, "day")),
        Key(f"name_day_month_{kind}", ("folded", "month", "day", province), _filled(province, "day", "given")),
        Key(f"name_{kind}", ("folded", province, district, commune), _filled(commune, "given")),
        Key(f"name_year_{kind}_record_partial", *by_year, of_record=_partial),
        Key(f"name_year_{kind}_citizen_partial", *by_year, of_citizen=_partial),
    )


ROUNDS: tuple[tuple[Key, ...], ...] = (
    (
        Key("old_number", ("old",), _filled("old")),
        # Words of the name in any order, day and month in either order.
        Key("name_date", ("bag", "year", _smaller, _greater), _filled("given", "day")),
    ),
    (
        Key("given_surname_date", ("given", "surname", "sex", "year", "month", "day"), _filled("surname", "day")),
        *_by_place("home"),
        *_by_place("res"),
        Key("name_year", ("folded", "year"), _filled("given", "year"), of_record=_partial),
        Key("date_number_tail", ("year", "month", "day", _tail), _filled("number", "day")),
        Key("name_number_tail", ("bag", _tail), _filled("number", "given")),
        Key("name_number_head", ("folded", _head), _filled("number", "given")),
        Key("given_number_head", ("given", "month", "day", _head), _filled("number", "day", "given")),
    ),
)
"""Rounds of search, after the first one by the number itself."""

KEY_COLUMNS = ("id", "folded", "bag", "surname", "given", "year", "month", "day", "sex", *PLACES, "number", "old")
"""Columns that keys are made of."""
KEYS = tuple(key for keys in ROUNDS for key in keys)
NUMBER = Key("number", ("number",), _filled("number"))
"""The number itself as a key, for rows of one file; two files are matched by it before the rounds."""
# Far apart: by neighbouring seeds one key over 1980 would now and then be another over 1971.
_SEEDS = {key.name: values.hash63(key.name) for key in (*KEYS, NUMBER)}


def hashes(key: Key, columns: Columns, *, of_record: bool) -> tuple[Words, Array]:
    """Hash of a key for every row of one side, and which rows have it; different keys never agree."""
    value = np.full(len(columns["id"]), _SEEDS[key.name], np.uint64)
    for part in key.parts:
        fold_in(columns[part] if isinstance(part, str) else part(columns), value)
    side = key.of_record if of_record else key.of_citizen
    return value, key.where(columns) if side is _always else key.where(columns) & side(columns)
