"""Search keys (khóa tìm): what a record and a citizen must share to be compared at all, surest first.

Every slip a clerk makes leaves at least one key whole. A key carries name, date or place enough that few citizens share
it: pairs, not people, are what a national run costs. A later round is tried only for records still open.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """Search key (khóa tìm): its name in the report, its columns and conditions, SQL over one row of either table."""

    name: str
    columns: tuple[str, ...]
    where: str
    record_where: str = "TRUE"
    person_where: str = "TRUE"


_DAY = "day > 0"
_NAME = "folded <> 0"
_NUMBER = "number IS NOT NULL"
_TAIL = "number % 1000000"
_HEAD = "number // 1000000"
# 01/01 stands for a year without a day as often as for New Year's Day.
_PARTIAL = "(day = 0 OR (day = 1 AND month = 1))"


def _partial_dates(kind: str) -> tuple[Key, ...]:
    columns = ("folded", "year", f"{kind}_province")
    where = f"{_NAME} AND year > 0 AND {kind}_province > 0"
    return (
        Key(f"name_year_{kind}_record_partial", columns, where, record_where=_PARTIAL),
        Key(f"name_year_{kind}_citizen_partial", columns, where, person_where=_PARTIAL),
    )


def _by_place(kind: str) -> tuple[Key, ...]:
    province, commune = f"{kind}_province", f"{kind}_commune"
    return (
        Key(f"date_{kind}", ("year", "month", "day", commune), f"{commune} > 0 AND {_DAY}"),
        Key(f"name_day_month_{kind}", ("folded", "month", "day", province), f"{province} > 0 AND {_DAY} AND {_NAME}"),
        Key(f"name_{kind}", ("folded", province, f"{kind}_district", commune), f"{commune} > 0 AND {_NAME}"),
        *_partial_dates(kind),
    )


ROUNDS: tuple[tuple[Key, ...], ...] = (
    (
        Key("old_number", ("old_number",), "old_number IS NOT NULL"),
        # Words of the name in any order, day and month in either order.
        Key("name_date", ("bag", "year", "least(day, month)", "greatest(day, month)"), f"bag <> 0 AND {_DAY}"),
    ),
    (
        Key("given_surname_date", ("given", "surname", "sex", "year", "month", "day"), f"surname <> 0 AND {_DAY}"),
        *_by_place("home"),
        *_by_place("res"),
        Key("name_year", ("folded", "year"), f"year > 0 AND {_NAME}", record_where=_PARTIAL),
        Key("date_number_tail", ("year", "month", "day", _TAIL), f"{_NUMBER} AND {_DAY}"),
        Key("name_number_tail", ("bag", _TAIL), f"{_NUMBER} AND {_NAME}"),
        Key("name_number_head", ("folded", _HEAD), f"{_NUMBER} AND {_NAME}"),
        Key("given_number_head", ("given", "month", "day", _HEAD), f"{_NUMBER} AND {_DAY} AND {_NAME}"),
    ),
)
"""Rounds of search, after the first one by the number itself."""
