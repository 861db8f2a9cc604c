"""Dates of birth (ngày sinh) as one number with its precision, and their text in both files.

A date is ``(year * 13 + month) * 32 + day``: month 0 is unknown, day 0 is unknown. The number of any date a clerk may
write, 31 February too, has a text, so a column of dates is a column of small numbers over one dictionary.
"""

from functools import cache

import numpy as np
import pyarrow as pa

from bench.linkage.chance import Bools, Ints, Rng, happens

FIRST, LAST = 1850, 2110
MONTH_STARTS = np.array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334])
FEBRUARY = 2
ROUND_DAYS = np.array([1, 2, 5, 10, 10, 15, 20, 20, 25, 30])


def number(year: Ints, month: Ints, day: Ints) -> Ints:
    """Return dates as numbers."""
    return (year * 13 + month) * 32 + day


def split(dates: Ints) -> tuple[Ints, Ints, Ints]:
    """Return years, months and days of dates."""
    return dates // 416, dates // 32 % 13, dates % 32


def born(rng: Rng, year: Ints) -> Ints:
    """Return whole dates in ``year``, with 1 January and round days more often the older the person."""
    rows = len(year)
    place = rng.integers(0, 365, rows)
    month = np.searchsorted(MONTH_STARTS, place, side="right")
    day = place - MONTH_STARTS[month - 1] + 1
    old = np.clip((1990 - year) / 50, 0.1, 1.0)
    rounded = happens(rng, 0.10 * old, rows)
    day = np.where(rounded, np.minimum(ROUND_DAYS[rng.integers(0, 10, rows)], np.where(month == FEBRUARY, 28, 30)), day)
    doubled = happens(rng, 0.03 * old, rows)  # 5/5, 10/10: what a clerk writes for someone who does not know
    month = np.where(doubled, np.array([1, 2, 3, 4, 5, 6, 8, 9, 10, 10, 12, 12])[rng.integers(0, 12, rows)], month)
    day = np.where(doubled, month, day)
    new_year = happens(rng, 0.10 * old, rows)
    return number(year, np.where(new_year, 1, month), np.where(new_year, 1, day))


def known(rng: Rng, dates: Ints) -> Ints:
    """Return the dates as the state knows them: of the old sometimes only the year, or the month of the year."""
    year, month, _ = split(dates)
    share = np.array([0.22, 0.08, 0.02, 0.002])[np.digitize(year, (1946, 1961, 1976))]
    roll = rng.random(len(dates))
    only_year, only_month = roll < share, roll > 1 - share / 5
    return np.where(only_year, number(year, 0 * month, 0 * month), np.where(only_month, dates - dates % 32, dates))


def shifted(dates: Ints, days: Ints) -> Ints:
    """Return whole dates moved by some days; dates known in part stay."""
    year, month, day = split(dates)
    whole = (month > 0) & (day > 0)
    stamp = (year - 1970).astype("M8[Y]").astype("M8[M]") + (np.maximum(month, 1) - 1).astype("m8[M]")
    moved = stamp.astype("M8[D]") + (np.maximum(day, 1) - 1 + days).astype("m8[D]")
    months = moved.astype("M8[M]")
    new = number(
        months.astype("M8[Y]").astype(np.int64) + 1970,
        months.astype(np.int64) % 12 + 1,
        (moved - months.astype("M8[D]")).astype(np.int64) + 1,
    )
    return np.where(whole, new, dates)


@cache
def date_text(*, iso: bool) -> "DateText":
    """Return the one table of dates in a style."""
    return DateText(iso=iso)


class DateText:
    """The text of every date in one style: ``iso`` 1957-03-12 or ``vn`` 12/03/1957."""

    def __init__(self, *, iso: bool) -> None:
        texts = []
        for year in range(FIRST, LAST):
            for month in range(13):
                for day in range(32):
                    parts = [f"{year:04}"] + [f"{one:02}" for one in (month, day) if one]
                    texts.append("-".join(parts) if iso else "/".join(reversed(parts)))
        self._texts = pa.array(texts)

    def __call__(self, dates: Ints, missing: Bools | None = None) -> pa.DictionaryArray:
        """Return the text of dates; null where ``missing``."""
        places = (dates - FIRST * 416).astype(np.int32)
        return pa.DictionaryArray.from_arrays(pa.array(places, mask=missing), self._texts)
