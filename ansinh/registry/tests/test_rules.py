"""What stands between two records: the rule agrees with a look at every single day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ansinh.registry.rules import Period, Record, branch_of, closing_day, conflicts, month_after, overlap

START = date(2020, 1, 1)
DAYS = st.integers(0, 90).map(lambda days: START + timedelta(days=days))


@st.composite
def periods(draw: st.DrawFn, branches: tuple[str, ...] = ("SI", "HI")) -> Period:
    """Invent a period within a quarter, open or closed."""
    begins = draw(DAYS)
    ends = draw(st.none() | st.integers(1, 60).map(lambda days: begins + timedelta(days=days)))
    return Period(draw(st.integers(1, 99)), draw(st.sampled_from(branches)), "", begins, ends)


def covers(period: Period, day: date) -> bool:
    return period.from_date <= day and (period.to_date is None or day < period.to_date)


@given(periods(), periods())
def test_an_overlap_is_the_days_that_both_cover(one: Period, other: Period) -> None:
    shared = overlap(one, other)
    for offset in range(200):
        day = START + timedelta(days=offset)
        inside = shared is not None and shared[0] <= day and (shared[1] is None or day < shared[1])
        assert inside == (covers(one, day) and covers(other, day))


@given(st.lists(periods(), max_size=4), st.lists(periods(), max_size=4), DAYS)
def test_conflicts_are_the_same_from_both_sides(one: list[Period], other: list[Period], on: date) -> None:
    ours = Record(1, participations=tuple(one), benefits=tuple(one))
    theirs = Record(2, participations=tuple(other), benefits=tuple(other))
    there = {(found.kind, found.code, found.from_date, found.to_date) for found in conflicts(ours, theirs, on)}
    back = {(found.kind, found.code, found.from_date, found.to_date) for found in conflicts(theirs, ours, on)}
    assert there == back


@given(st.lists(periods(), max_size=4), st.lists(periods(), max_size=4))
def test_there_is_a_conflict_just_where_a_branch_is_held_twice(one: list[Period], other: list[Period]) -> None:
    found = conflicts(Record(1, participations=tuple(one)), Record(2, participations=tuple(other)), START)
    held_twice = any(mine.branch == theirs.branch and overlap(mine, theirs) for mine in one for theirs in other)
    assert bool(found) == held_twice
    assert not any(conflict.blocks for conflict in found)


def test_a_month_paid_twice_counts_though_the_periods_only_touch() -> None:
    month, middle = date(2020, 3, 1), date(2020, 3, 15)
    one = Period(1, "SI", "", date(2020, 1, 1), middle, frozenset({month, date(2020, 2, 1)}))
    other = Period(2, "SI", "", middle, None, frozenset({month}))
    [found] = conflicts(Record(1, participations=(one,)), Record(2, participations=(other,)), middle)
    assert (found.paid_months, found.from_date, found.to_date) == (1, month, date(2020, 4, 1))


def test_a_benefit_drawn_twice_blocks_only_while_both_go_on() -> None:
    one = Period(1, "PENSION", "", date(2020, 1, 1), None)
    ended = Period(2, "PENSION", "", date(2020, 2, 1), date(2020, 6, 1))
    [going] = conflicts(Record(1, benefits=(one,)), Record(2, benefits=(ended,)), date(2020, 5, 31))
    [past] = conflicts(Record(1, benefits=(one,)), Record(2, benefits=(ended,)), date(2020, 6, 1))
    assert (going.kind, going.blocks) == ("BENEFIT", True)
    assert (past.kind, past.blocks) == ("PAST_BENEFIT", False)


def test_two_confirmed_identities_and_two_deaths_block() -> None:
    one = Record(1, personal_id="001180000001", died_on=date(2020, 1, 1))
    other = Record(2, personal_id="001180000002")
    assert [conflict.kind for conflict in conflicts(one, other, START)] == ["IDENTITIES", "DEATH"]
    assert not conflicts(one, Record(2, personal_id="001180000001", died_on=date(2020, 1, 1)), START)


def test_small_rules() -> None:
    assert [branch_of(scheme) for scheme in ("SI_COMPULSORY", "SI_VOLUNTARY", "HI_CHILD", "UI", "PENSIONER")] == [
        "SI", "SI", "HI", "UI", "PENSIONER",
    ]  # fmt: skip
    assert month_after(date(2023, 12, 31)) == date(2024, 1, 1)
    assert closing_day(date(2024, 3, 5), date(2024, 3, 1)) == date(2024, 3, 6)
