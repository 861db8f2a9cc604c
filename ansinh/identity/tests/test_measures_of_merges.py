"""The verified share with numbers merged and taken apart: on every day what the register itself said that evening."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansinh.core.errors import Refusal
from ansinh.core.measures import REGISTERED, Count, evaluate
from ansinh.core.permissions import SYSTEM
from ansinh.identity import queries
from ansinh.identity.tests.conftest import DA_NANG, World, insured, personal_id
from ansinh.registry.actions import (
    ConfirmedIdentity,
    MergeOrder,
    UndoOrder,
    confirm_identities,
    correct_person,
    merge_persons,
    undo_merge,
    withdraw_confirmation,
)
from ansinh.registry.models import Person, PersonMerge
from tests.cast import DA_NANG_CODE, DAY, HANOI_CODE, NOW, province

MEASURE = REGISTERED["identity.verified_share"]
DAYS = 10


def confirm(person: Person, at: datetime) -> None:
    """Confirm the person's own number."""
    item = ConfirmedIdentity(person_id=person.pk, personal_id=personal_id(int(person.si_no[2:])), source="thử")
    confirm_identities(items=[item], actor=SYSTEM, at=at)


def merge(world: World, kept: Person, absorbed: Person, at: datetime) -> PersonMerge:
    """Let one steward propose and the other approve."""
    order = MergeOrder(kept.pk, absorbed.pk, "thử", at.date(), world.cast.hoa.pk, at, {})
    return merge_persons(order=order, actor=world.actor(world.cast.binh), at=at)


def undo(world: World, made: PersonMerge, at: datetime) -> None:
    """Take a merge back."""
    order = UndoOrder(made.pk, "thử", world.cast.hoa.pk)
    undo_merge(order=order, actor=world.actor(world.cast.binh), at=at)


def evening() -> tuple[Count, dict[int, Count]]:
    """Count the register as it stands now, by the page's own queries."""
    found = queries.standing(SYSTEM, DAY)
    return found.verified, {province(row.code).pk: row.verified for row in found.rows}


@pytest.fixture
def people(world: World) -> list[Person]:
    """Three in Hà Nội, two in Đà Nẵng."""
    return world.register(*[insured(n) for n in (1, 2, 3)], *[insured(n, res_province=DA_NANG) for n in (4, 5)])


def test_a_merge_takes_one_from_the_registered_and_undoing_gives_it_back(world: World, people: list[Person]) -> None:
    confirm(people[3], NOW)
    made = merge(world, people[0], people[3], NOW + timedelta(days=2))
    undo(world, made, NOW + timedelta(days=5))
    shares = [evaluate(MEASURE, as_of=DAY + timedelta(days=n)) for n in range(7)]
    assert [figure.total for figure in shares] == [Count(1, 5)] * 2 + [Count(1, 4)] * 3 + [Count(1, 5)] * 2
    hanoi, da_nang = province(HANOI_CODE).pk, province(DA_NANG_CODE).pk
    assert [figure.by_area[hanoi].numerator for figure in shares] == [0, 0, 1, 1, 1, 0, 0]
    assert [figure.by_area[da_nang] for figure in shares[1:3]] == [Count(1, 2), Count(0, 1)]


def test_who_dies_between_merge_and_undoing_is_taken_off_once(world: World, people: list[Person]) -> None:
    made = merge(world, people[0], people[3], NOW + timedelta(days=1))
    undo(world, made, NOW + timedelta(days=6))
    died = DAY + timedelta(days=3)
    correct_person(
        person=people[3], values={"died_on": f"{died:%d/%m/%Y}"}, basis="Khai tử", actor=SYSTEM,
        at=NOW + timedelta(days=7),
    )  # fmt: skip
    figures = [evaluate(MEASURE, as_of=DAY + timedelta(days=n)).total.denominator for n in range(9)]
    assert figures == [5] + [4] * 8


def test_a_death_recorded_for_a_day_before_the_merge_ends_the_number_once(world: World, people: list[Person]) -> None:
    confirm(people[3], NOW)
    merge(world, people[0], people[3], NOW + timedelta(days=4))
    died = DAY + timedelta(days=2)
    correct_person(
        person=people[0], values={"died_on": f"{died:%d/%m/%Y}"}, basis="Khai tử", actor=SYSTEM,
        at=NOW + timedelta(days=6),
    )  # fmt: skip
    figures = [evaluate(MEASURE, as_of=DAY + timedelta(days=n)).total for n in range(7)]
    assert figures == [Count(1, 5)] * 2 + [Count(1, 4)] * 2 + [Count(0, 3)] * 3


WHO = st.integers(0, 4)
STEPS = st.tuples(st.sampled_from(["confirm", "withdraw", "merge", "undo"]), WHO, WHO)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.lists(STEPS, max_size=3), min_size=DAYS, max_size=DAYS))
def test_on_every_day_it_is_what_the_register_said_that_evening(
    world: World, people: list[Person], days: list[list[tuple[str, int, int]]]
) -> None:
    with transaction.atomic():
        evenings = []
        for offset, steps in enumerate(days):
            at = NOW + timedelta(days=2 * offset)
            for number, (what, *who) in enumerate(steps):
                act(world, what, [people[place] for place in who], at + timedelta(minutes=number))
            evenings.append((at.date() + timedelta(days=1), evening()))
        for day, (total, by_area) in evenings:
            figure = evaluate(MEASURE, as_of=day)
            assert figure.total == total
            assert {key: count for key, count in figure.by_area.items() if count.denominator} == by_area
        transaction.set_rollback(True)


def act(world: World, what: str, who: list[Person], at: datetime) -> None:
    """Do one thing, as far as the register lets it be done."""
    one, other = who
    standing = list(PersonMerge.objects.filter(undone_at=None).order_by("pk"))
    with suppress(Refusal):
        if what == "confirm":
            confirm(one, at)
        elif what == "withdraw":
            withdraw_confirmation(person_id=one.pk, actor=SYSTEM, at=at)
        elif what == "merge":
            merge(world, one, other, at)
        elif standing:
            undo(world, standing[one.pk % len(standing)], at)
