"""A task's state is computed from dates, products and figures."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansinh.programme.rules import Evidence, State, month_ends, state_of

DUE = date(2024, 6, 30)
DAYS = st.dates(date(2024, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("evidence", "as_of", "state"),
    [
        (Evidence(), date(2024, 5, 1), State.NO_RESULT),
        (Evidence(), date(2024, 6, 1), State.DUE_SOON),
        (Evidence(), date(2024, 6, 30), State.DUE_SOON),
        (Evidence(), date(2024, 7, 1), State.OVERDUE),
        (Evidence(first_product=date(2024, 6, 30)), date(2024, 7, 1), State.DONE),
        (Evidence(first_product=date(2024, 7, 2)), date(2024, 7, 3), State.DONE_LATE),
        (Evidence(first_product=date(2024, 7, 2)), date(2024, 7, 1), State.OVERDUE),
        (Evidence(has_target=True), date(2024, 7, 1), State.UNMEASURED),
        (Evidence(has_target=True, first_product=date(2024, 6, 1)), date(2024, 7, 1), State.UNMEASURED),
        (Evidence(has_target=True, has_figure=True), date(2024, 5, 1), State.DOING),
        (Evidence(has_target=True, has_figure=True, reached_on=DUE), date(2024, 7, 1), State.DONE),
        (Evidence(has_target=True, has_figure=True), date(2024, 7, 1), State.OVERDUE),
    ],
)
def test_a_task_with_a_day(evidence: Evidence, as_of: date, state: State) -> None:
    assert state_of(DUE, evidence, as_of=as_of) == state


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        (Evidence(), State.NO_RESULT),
        (Evidence(first_product=date(2024, 2, 1)), State.DOING),
        (Evidence(has_target=True, has_figure=True), State.DOING),
        (Evidence(has_target=True, has_figure=True, reached_on=date(2024, 5, 1)), State.DONE),
        (Evidence(has_target=True), State.UNMEASURED),
    ],
)
def test_a_standing_task_goes_on_and_is_done_only_by_its_figure(evidence: Evidence, state: State) -> None:
    assert state_of(None, evidence, as_of=date(2024, 6, 28)) == state


@given(due=DAYS, product=DAYS, as_of=DAYS)
def test_a_task_done_in_time_is_never_called_late(due: date, product: date, as_of: date) -> None:
    state = state_of(due, Evidence(first_product=product), as_of=as_of)
    assert (state == State.DONE) == (product <= as_of and product <= due)
    assert (state == State.OVERDUE) == (as_of > due and product > as_of)


@given(DAYS, DAYS)
def test_month_ends_are_last_days_before_the_end(first: date, last: date) -> None:
    days = month_ends(first, last)
    assert days == sorted(set(days))
    assert all((day + timedelta(days=1)).day == 1 and day < last for day in days)


def test_every_state_has_its_word() -> None:
    assert all(state.label for state in State)
