"""Lunar calendar (âm lịch Việt Nam) against the dates Vietnam kept."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansinh.core import lunar

TET = """
1968-01-29 1969-02-16 1970-02-06 1975-02-11 1985-01-21 1986-02-09 1990-01-27 1995-01-31 2000-02-05 2001-01-24
2002-02-12 2003-02-01 2004-01-22 2005-02-09 2006-01-29 2007-02-17 2008-02-07 2009-01-26 2010-02-14 2011-02-03
2012-01-23 2013-02-10 2014-01-31 2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12
2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-02 2031-01-23
2032-02-11 2033-01-31 2034-02-19 2053-02-18
"""

GIO_TO = """
2016-04-16 2017-04-06 2018-04-25 2019-04-14 2020-04-02 2021-04-21 2022-04-10 2023-04-29 2024-04-18 2025-04-07
2026-04-26
"""


@pytest.mark.parametrize("day", TET.split())
def test_it_knows_tet(day: str) -> None:
    known = date.fromisoformat(day)
    assert lunar.solar_date(known.year, 1, 1) == known


@pytest.mark.parametrize("day", GIO_TO.split())
def test_it_knows_the_tenth_of_the_third_month_also_after_a_leap_month(day: str) -> None:
    known = date.fromisoformat(day)
    assert lunar.solar_date(known.year, 3, 10) == known


@pytest.mark.parametrize(
    ("year", "chinese"),
    [
        (1968, date(1968, 1, 30)),
        (1969, date(1969, 2, 17)),
        (1985, date(1985, 2, 20)),
        (2007, date(2007, 2, 18)),
        (2030, date(2030, 2, 3)),
        (2053, date(2053, 2, 19)),
    ],
)
def test_it_is_the_calendar_of_vietnam_and_not_that_of_china(year: int, chinese: date) -> None:
    assert lunar.solar_date(year, 1, 1) < chinese


def test_it_knows_the_mid_autumn_and_kitchen_gods_days_of_2024() -> None:
    assert lunar.solar_date(2024, 8, 15) == date(2024, 9, 17)
    assert lunar.solar_date(2024, 12, 23) == date(2025, 1, 22)


@given(st.sampled_from(lunar.YEARS), st.integers(1, 11))
def test_it_gives_months_of_29_or_30_days_with_at_most_one_leap_month_between(year: int, month: int) -> None:
    length = (lunar.solar_date(year, month + 1, 1) - lunar.solar_date(year, month, 1)).days
    assert length in {29, 30, 58, 59, 60}


@given(st.sampled_from(lunar.YEARS))
def test_it_starts_every_year_between_21_january_and_21_february(year: int) -> None:
    assert date(year, 1, 21) <= lunar.solar_date(year, 1, 1) <= date(year, 2, 21)


@pytest.mark.parametrize(("year", "month", "day"), [(1900, 1, 1), (2200, 1, 1), (2024, 13, 1), (2024, 0, 1)])
def test_it_refuses_a_month_it_cannot_compute(year: int, month: int, day: int) -> None:
    with pytest.raises(ValueError, match="nằm ngoài phạm vi"):
        lunar.solar_date(year, month, day)


def test_it_refuses_a_day_the_month_does_not_have() -> None:
    with pytest.raises(ValueError, match="chỉ có 29 ngày"):
        lunar.solar_date(2025, 12, 30)
