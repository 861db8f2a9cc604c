"""Dates with their precision as one integer: a day, a month of unknown day, or a year of unknown month and day.

Codes 0 … DAYS-1 are days since 1 January 1900; then come the months; then the years. Text is a look-up.
"""

from datetime import date
from functools import cache

import numpy as np
import pyarrow as pa

from partners.country.dice import Bools, Ints

FIRST_YEAR, LAST_YEAR = 1900, 2034
_START = np.datetime64(f"{FIRST_YEAR}-01-01", "D")
DAYS = int((np.datetime64(f"{LAST_YEAR + 1}-01-01", "D") - _START).astype(np.int64))
_MONTHS = (LAST_YEAR - FIRST_YEAR + 1) * 12
_YEAR_OF_DAY = (np.arange(DAYS) + _START).astype("datetime64[Y]").astype(np.int64) + 1970
_MONTH_OF_DAY = (np.arange(DAYS) + _START).astype("datetime64[M]").astype(np.int64) % 12 + 1
_DAY_OF_DAY: Ints = ((np.arange(DAYS) + _START) - (np.arange(DAYS) + _START).astype("datetime64[M]")).astype(
    np.int64
) + 1
_FIRST_OF_MONTH = np.flatnonzero(_DAY_OF_DAY == 1)
_FIRST_OF_YEAR = np.searchsorted(_YEAR_OF_DAY, np.arange(FIRST_YEAR, LAST_YEAR + 1))


def code(day: date) -> int:
    """Give the code of a calendar day."""
    return (day - date(FIRST_YEAR, 1, 1)).days


def is_full(codes: Ints) -> Bools:
    """Tell which codes know their day."""
    return codes < DAYS


def year(codes: Ints) -> Ints:
    """Give the year of codes of any precision."""
    from_month = (codes - DAYS) // 12 + FIRST_YEAR
    from_year = codes - DAYS - _MONTHS + FIRST_YEAR
    days = _YEAR_OF_DAY[np.minimum(codes, DAYS - 1)]
    return np.where(codes < DAYS, days, np.where(codes < DAYS + _MONTHS, from_month, from_year))


def month(codes: Ints) -> Ints:
    """Give the month (1-12) of full dates."""
    return _MONTH_OF_DAY[codes]


def day(codes: Ints) -> Ints:
    """Give the day of the month of full dates."""
    return _DAY_OF_DAY[codes]


def first_of_year(years: Ints) -> Ints:
    """Give the codes of 1 January."""
    return np.asarray(_FIRST_OF_YEAR[years - FIRST_YEAR], dtype=np.int64)


def first_day(codes: Ints) -> Ints:
    """Give the first day that codes of any precision may mean."""
    first = first_of_year(year(codes))
    by_month = (codes >= DAYS) & (codes < DAYS + _MONTHS)
    months = np.where(by_month, (codes - DAYS) % 12, 0)
    within = _FIRST_OF_MONTH[(year(codes) - FIRST_YEAR) * 12 + months]
    return np.where(codes < DAYS, codes, np.where(by_month, within, first))


def only_year(codes: Ints) -> Ints:
    """Forget day and month."""
    return DAYS + _MONTHS + year(codes) - FIRST_YEAR


def only_month(codes: Ints) -> Ints:
    """Forget the day of full dates."""
    return DAYS + (year(codes) - FIRST_YEAR) * 12 + month(codes) - 1


def with_day(codes: Ints, days: Ints) -> Ints:
    """Move full dates to another day of their month; days 1-28."""
    return codes - day(codes) + days


def swapped(codes: Ints) -> Ints:
    """Exchange day and month of full dates whose day is at most 12."""
    months = (year(codes) - 1970) * 12 + day(codes) - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]") - _START
    return first.astype(np.int64) + month(codes) - 1


@cache
def _texts(day_first: bool) -> pa.Array:  # noqa: FBT001  two spellings of one table
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    days = list(zip(_YEAR_OF_DAY.tolist(), _MONTH_OF_DAY.tolist(), _DAY_OF_DAY.tolist(), strict=True))
    if day_first:
        full = [f"{d:02}/{m:02}/{y}" for y, m, d in days]
        months = [f"{m:02}/{y}" for y in years for m in range(1, 13)]
    else:
        full = [f"{y}-{m:02}-{d:02}" for y, m, d in days]
        months = [f"{y}-{m:02}" for y in years for m in range(1, 13)]
    return pa.array([*full, *months, *map(str, years)])


def text(codes: Ints, *, day_first: bool) -> pa.Array:
    """Write codes as ``dd/mm/yyyy`` or ``yyyy-mm-dd`` (or their shorter forms); a negative code is null."""
    return _texts(day_first).take(pa.array(codes, mask=codes < 0))
