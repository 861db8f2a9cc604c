"""Figures add up from daily increments, over days and over areas."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansinh.core.measures import REGISTERED, Count, Increment, Measure, evaluate, register

START = date(2024, 1, 1)
increments = st.lists(
    st.builds(
        Increment,
        day=st.integers(0, 365).map(lambda n: START + timedelta(days=n)),
        area=st.integers(1, 5),
        count=st.builds(Count, numerator=st.integers(0, 9), denominator=st.integers(0, 99)),
    ),
    max_size=60,
)


def measure(rows: Iterable[Increment]) -> Measure:
    """Build a measure over some increments."""
    kept = list(rows)
    return Measure("core.tested", "Thử", "tử số", "mẫu số", "không thiếu gì", lambda: kept, "home")


@given(increments, st.integers(0, 365))
def test_a_figure_equals_a_recount(rows: list[Increment], day: int) -> None:
    as_of = START + timedelta(days=day)
    figure = evaluate(measure(rows), as_of=as_of)
    until = [row.count for row in rows if row.day <= as_of]
    assert figure.total == sum(until, Count())
    assert sum(figure.by_area.values(), Count()) == figure.total


@given(increments)
def test_a_trend_ends_in_the_figure_and_each_point_equals_the_figure_of_its_day(rows: list[Increment]) -> None:
    days = [START + timedelta(days=n) for n in (0, 90, 180)]
    as_of = START + timedelta(days=365)
    figure = evaluate(measure(rows), as_of=as_of, days=days)
    assert figure.trend[-1] == (as_of, figure.total)
    assert [count for _, count in figure.trend[:-1]] == [evaluate(measure(rows), as_of=day).total for day in days]


def test_missing_is_not_zero() -> None:
    assert Count(0, 0).share is None
    assert Count(0, 5).share == 0


def test_a_target_is_met_exactly_or_not_at_all() -> None:
    assert Count(100, 100).reaches(100)
    assert not Count(99_999_999, 100_000_000).reaches(100)
    assert Count(68, 100).share == Fraction(68, 100)


def test_two_measures_cannot_share_a_name() -> None:
    name = "core.only_once"
    register(Measure(name, "Thử", "tử số", "mẫu số", "không thiếu gì", list, "home"))
    with pytest.raises(ValueError, match="twice"):
        register(Measure(name, "Thử", "tử số", "mẫu số", "không thiếu gì", list, "home"))
    REGISTERED.pop(name)
