"""The rule of two people, the lot, and samples: pure."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansinh.identity import rules

POLICY = rules.policy_at(date(2024, 6, 28))
PLAIN = rules.Facts(
    replaces_confirmed=False, is_paid_monthly=False, schemes=frozenset(), obstacle="", name="EQUAL", probability=0.9,
    lead=None,
)  # fmt: skip


def test_a_plain_yes_needs_one_person() -> None:
    assert rules.grounds_for("SAME", PLAIN, POLICY) == ()


@pytest.mark.parametrize(
    ("facts", "ground"),
    [
        (replace(PLAIN, replaces_confirmed=True), "REPLACES"),
        (replace(PLAIN, is_paid_monthly=True), "MONEY"),
        (replace(PLAIN, schemes=frozenset({"PENSIONER", "HI_OTHER"})), "MONEY"),
        (replace(PLAIN, obstacle="CHANGED"), "OBSTACLE"),
        (replace(PLAIN, name="MARKS"), "NAME"),
        (replace(PLAIN, name="GIVEN"), "NAME"),
        (replace(PLAIN, name="DIFFERENT"), "NAME"),
        (replace(PLAIN, probability=0.49), "UNLIKELY"),
        (replace(PLAIN, lead=3.9), "RIVAL"),
    ],
)
def test_each_ground_alone_asks_for_a_second_person(facts: rules.Facts, ground: str) -> None:
    assert rules.grounds_for("SAME", facts, POLICY) == (ground,)


def test_the_edges_of_the_parameters_are_not_risky() -> None:
    assert rules.grounds_for("SAME", replace(PLAIN, probability=POLICY.probability, lead=POLICY.margin), POLICY) == ()


def test_telling_somebody_apart_from_a_dead_citizen_needs_two() -> None:
    assert rules.grounds_for("DIFFERENT", replace(PLAIN, obstacle="DECEASED"), POLICY) == ("OBSTACLE",)
    assert rules.grounds_for("DIFFERENT", replace(PLAIN, obstacle="TAKEN", name="MARKS"), POLICY) == ()
    assert rules.grounds_for("ASK", replace(PLAIN, obstacle="DECEASED"), POLICY) == ()


def test_every_ground_has_words() -> None:
    every = replace(
        PLAIN, replaces_confirmed=True, is_paid_monthly=True, obstacle="TAKEN", name="GIVEN", probability=0.1, lead=0.0
    )
    assert set(rules.grounds_for("SAME", every, POLICY)) == set(rules.GROUNDS)


def test_before_the_first_policy_the_first_holds() -> None:
    assert rules.policy_at(date(2020, 1, 1)).version == "2024-1"


def test_the_lot_takes_about_its_share_and_the_same_case_always() -> None:
    drawn = [number for number in range(20_000) if rules.is_read_twice(str(number), POLICY)]
    assert 0.04 < len(drawn) / 20_000 < 0.06
    assert drawn == [number for number in range(20_000) if rules.is_read_twice(str(number), POLICY)]
    assert drawn != [number for number in range(20_000) if rules.is_read_twice(str(number), replace(POLICY, lot=99))]


people = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 60), min_size=1).filter(lambda p: any(p.values()))


@given(people, st.integers(1, 100), st.integers(0, 10))
def test_a_sample_is_large_enough_and_takes_no_more_than_there_is(
    people: dict[str, int], size: int, at_least: int
) -> None:
    drawn = rules.allot(people, size, at_least)
    assert sum(drawn.values()) >= min(size, sum(people.values()))
    assert all(min(at_least, people[key]) <= count <= people[key] for key, count in drawn.items())


@given(people, st.integers(1, 60), st.integers(0, 2**31))
def test_a_pick_takes_what_is_allotted_without_repeats_and_again_the_same(
    people: dict[str, int], size: int, seed: int
) -> None:
    rows = [(key, place * 10) for place, key in enumerate(Counter(people).elements())]
    drawn = rules.allot(people, size, 1)
    found = rules.pick(rows, people, drawn, seed)
    assert Counter(key for key, _ in found) == Counter(drawn)
    assert len(set(found)) == len(found)
    assert set(found) <= set(rows)
    assert rules.pick(rows, people, drawn, seed) == found


def test_every_row_of_a_stratum_may_be_picked() -> None:
    rows = [("a", row) for row in range(10)]
    picked = {row for seed in range(200) for _, row in rules.pick(rows, {"a": 10}, {"a": 1}, seed)}
    assert picked == set(range(10))


def test_pace_is_the_median_and_leaves_pauses_out() -> None:
    assert rules.decisions_a_minute([5, 6, 7, 4000]) == 10
    assert rules.decisions_a_minute([301, 0]) is None
