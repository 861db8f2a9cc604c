"""Intervals, weighted estimates and agreement, against values that others have published."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansinh.core.proportions import Stratum, agreement, beta_share, estimate, interval, sample_size


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 5 (Clopper-Pearson)
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ],
)
def test_the_interval_is_the_published_one(hits: int, trials: int, low: float, high: float) -> None:
    found = interval(hits, trials, 0.95)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@pytest.mark.parametrize("trials", [1, 7, 100, 2_000, 1_000_000])
def test_without_any_hit_the_upper_end_is_the_closed_form(trials: int) -> None:
    assert interval(0, trials, 0.95).high == pytest.approx(1 - 0.025 ** (1 / trials), rel=1e-9)


@given(st.integers(1, 40), st.data())
def test_the_ends_are_where_the_binomial_tails_hold_half_the_doubt(trials: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, trials))
    found = interval(hits, trials, 0.9)

    def tail(share: float, counts: range) -> float:
        return sum(math.comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in counts)

    if hits:
        assert tail(found.low, range(hits, trials + 1)) == pytest.approx(0.05, rel=1e-6)
    if hits < trials:
        assert tail(found.high, range(hits + 1)) == pytest.approx(0.05, rel=1e-6)


@given(st.floats(0.01, 0.99), st.floats(0.5, 400), st.floats(0.5, 400))
def test_the_beta_share_mirrors(x: float, a: float, b: float) -> None:
    assert beta_share(x, a, b) + beta_share(1 - x, b, a) == pytest.approx(1)


@given(st.integers(1, 500), st.integers(0, 500))
def test_the_interval_holds_what_was_counted(trials: int, hits: int) -> None:
    hits = min(hits, trials)
    found = interval(hits, trials, 0.95)
    assert 0 <= found.low <= hits / trials <= found.high <= 1


@pytest.mark.parametrize(("hits", "trials", "confidence"), [(-1, 3, 0.95), (4, 3, 0.95), (1, 3, 1.0)])
def test_a_count_that_cannot_be_is_refused(hits: int, trials: int, confidence: float) -> None:
    with pytest.raises(ValueError, match="of"):
        interval(hits, trials, confidence)


def test_one_stratum_is_the_plain_interval() -> None:
    found = estimate([Stratum(1_000, 263, 81)], 0.95)
    assert found is not None
    plain = interval(81, 263, 0.95)
    assert found.rate == pytest.approx(81 / 263)
    assert found.interval.low == pytest.approx(plain.low)
    assert found.interval.high == pytest.approx(plain.high)


def test_strata_count_by_their_size_not_by_what_was_read() -> None:
    found = estimate([Stratum(900, 10, 0), Stratum(100, 90, 9)], 0.95)
    assert found is not None
    assert found.rate == pytest.approx(0.01)
    assert found.interval.low < 0.01 < found.interval.high


def test_a_sample_out_of_proportion_is_less_sure_than_an_even_one() -> None:
    even = estimate([Stratum(500, 50, 0), Stratum(500, 50, 0)], 0.95)
    odd = estimate([Stratum(500, 90, 0), Stratum(500, 10, 0)], 0.95)
    assert even is not None
    assert odd is not None
    assert even.interval.high < odd.interval.high


def test_what_nobody_has_read_is_told_and_not_guessed() -> None:
    found = estimate([Stratum(900, 10, 1), Stratum(100, 0, 0)], 0.95)
    assert found is not None
    assert found.rate == pytest.approx(0.1)
    assert found.unread_people == 100
    assert estimate([Stratum(100, 0, 0)], 0.95) is None


@settings(deadline=None)
@given(st.floats(0.0005, 0.2), st.floats(0.002, 0.1))
def test_a_sample_of_the_size_reaches_the_width_and_one_less_does_not(expected: float, half_width: float) -> None:
    size = sample_size(expected, half_width, 0.95)
    assert interval(expected * size, size, 0.95).half_width <= half_width
    if size > 1:
        assert interval(expected * (size - 1), size - 1, 0.95).half_width > half_width


def test_kappa_is_the_textbook_one() -> None:
    # Twenty times both yes, fifteen times both no, five and ten times apart: observed 0.7, by chance 0.5.
    found = agreement({("Y", "Y"): 20, ("Y", "N"): 5, ("N", "Y"): 10, ("N", "N"): 15})
    assert found.share == 0.7
    assert found.kappa == pytest.approx(0.4)


def test_kappa_is_not_defined_where_chance_alone_agrees() -> None:
    assert agreement({("Y", "Y"): 9}).kappa is None
    assert agreement({}).share is None
