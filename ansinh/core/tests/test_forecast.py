"""The forecast says a day only when the last weeks say one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansinh.core.forecast import WEEK, WEEKS, Forecast, forecast, running
from ansinh.core.measures import Count

TODAY = date(2024, 6, 28)
WHOLE = 1_000_000


def from_changes(rest: int, changes: list[int]) -> Forecast:
    """Forecast from what is left today and what each of the last weeks did, the latest last."""
    counts, left = {TODAY: Count(WHOLE - rest, WHOLE)}, rest
    for back, change in enumerate(reversed(changes), 1):
        left += change
        counts[TODAY - WEEK * back] = Count(WHOLE - left, WHOLE)
    return forecast(lambda day: counts.get(day, Count()), as_of=TODAY)


def test_a_steady_pace_names_one_day() -> None:
    found = from_changes(1_000, [100] * WEEKS)
    assert found == Forecast("LIKELY", WEEKS, 100, 100, 100, *[TODAY + 10 * WEEK] * 3)


def test_one_great_run_does_not_move_the_day() -> None:
    assert from_changes(1_000, [100] * 11 + [50_000]).likely == TODAY + 10 * WEEK
    assert from_changes(1_000, [50_000] + [100] * 11).likely == TODAY + 10 * WEEK


@pytest.mark.parametrize("changes", [[0] * WEEKS, [0] * 8 + [900] * 4, [-5] * WEEKS])
def test_it_promises_no_day_when_the_trend_is_flat(changes: list[int]) -> None:
    found = from_changes(1_000, changes)
    assert (found.verdict, found.likely) == ("FLAT", None)


def test_it_promises_no_day_beyond_ten_years() -> None:
    assert from_changes(900_000, [1] * WEEKS).verdict == "FLAT"


def test_it_says_when_it_knows_too_few_weeks() -> None:
    assert from_changes(1_000, [100] * 5) == Forecast("TOO_FEW", 5)
    assert from_changes(1_000, [100] * 6).verdict == "LIKELY"
    assert forecast(lambda day: Count(), as_of=TODAY) == Forecast("TOO_FEW", 0)


def test_nothing_left_is_done_at_once() -> None:
    assert from_changes(0, [100]).verdict == "DONE"


def test_an_uneven_pace_leaves_the_last_day_open() -> None:
    found = from_changes(1_000, [0, 100, 0, 200, 0, 100, 300, 0, 100, 200, 100, 0])
    assert found.verdict == "LIKELY"
    assert found.late is None
    assert found.early is not None


@given(st.integers(1, 500_000), st.lists(st.integers(-1_000, 5_000), min_size=6, max_size=12))
def test_the_likely_day_lies_between_the_early_and_the_late(rest: int, changes: list[int]) -> None:
    found = from_changes(rest, changes)
    assert found.slow <= found.pace <= found.fast
    if found.verdict == "LIKELY":
        assert found.early is not None
        assert found.likely is not None
        assert TODAY < found.early <= found.likely <= (found.late or date.max)
        assert found.likely - TODAY >= timedelta(days=rest / found.pace * 7 - 1)


def test_daily_changes_add_up_to_a_day() -> None:
    count_on = running([(date(2024, 1, 1), Count(0, 5)), (date(2024, 1, 3), Count(2, 0))])
    assert [count_on(date(2023, 12, 31)), count_on(date(2024, 1, 2)), count_on(TODAY)] == [
        Count(), Count(0, 5), Count(2, 5),
    ]  # fmt: skip
