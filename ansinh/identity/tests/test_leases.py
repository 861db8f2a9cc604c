"""Clerks who start together are led to different cases; a lease never stands in the way of an answer."""

from datetime import timedelta

import pytest

from ansinh.core.permissions import Actor
from ansinh.identity.actions import CaseHeld, decide_review, open_case
from ansinh.identity.actions.reviews import LEASE
from ansinh.identity.models import CaseLease, Review, Verification
from ansinh.identity.queries import Filter, next_case
from ansinh.identity.tests.conftest import World, citizen, decided, end, insured
from tests.cast import NOW


@pytest.fixture
def cases(world: World) -> list[Verification]:
    """Leave two cases waiting."""
    people = world.register(insured(1), insured(2))
    run = world.run(world.extract(citizen(1), citizen(2)))
    world.decide(run, *[decided(one, citizen=number) for number, one in enumerate(people, 1)])
    end(run)
    return list(Verification.objects.select_related("person__area", "run__extract").order_by("pk"))


def test_the_second_clerk_is_led_to_the_second_case(cases: list[Verification], hoa: Actor, nga: Actor) -> None:
    first, second = cases
    assert next_case(hoa, Filter(), None, NOW) == first.pk
    open_case(verification=first, actor=hoa, at=NOW, only_free=True)
    assert next_case(nga, Filter(), None, NOW) == second.pk
    assert next_case(hoa, Filter(), None, NOW) == first.pk


def test_who_came_a_moment_later_is_not_shown_the_case(cases: list[Verification], hoa: Actor, nga: Actor) -> None:
    open_case(verification=cases[0], actor=hoa, at=NOW, only_free=True)
    with pytest.raises(CaseHeld):
        open_case(verification=cases[0], actor=nga, at=NOW, only_free=True)


def test_who_opens_it_on_purpose_is_told_who_is_at_it(cases: list[Verification], hoa: Actor, nga: Actor) -> None:
    open_case(verification=cases[0], actor=hoa, at=NOW)
    assert open_case(verification=cases[0], actor=nga, at=NOW).held_by == "Nguyễn Thị Hoa"
    assert CaseLease.objects.get().holder_id == hoa.account_id


def test_an_abandoned_case_is_free_again(cases: list[Verification], hoa: Actor, nga: Actor) -> None:
    later = NOW + LEASE
    open_case(verification=cases[0], actor=hoa, at=NOW)
    assert next_case(nga, Filter(), None, later) == cases[0].pk
    open_case(verification=cases[0], actor=nga, at=later, only_free=True)
    assert CaseLease.objects.get().holder_id == nga.account_id


def test_looking_again_renews_the_lease(cases: list[Verification], hoa: Actor) -> None:
    open_case(verification=cases[0], actor=hoa, at=NOW)
    open_case(verification=cases[0], actor=hoa, at=NOW + timedelta(minutes=5))
    assert CaseLease.objects.get().until == NOW + timedelta(minutes=5) + LEASE


def test_a_lease_does_not_keep_anybody_from_deciding_and_ends_with_the_answer(
    cases: list[Verification], hoa: Actor, nga: Actor
) -> None:
    open_case(verification=cases[0], actor=hoa, at=NOW)
    decide_review(verification=cases[0], verdict=Review.Verdict.ASK, reason="", actor=nga, at=NOW)
    assert not CaseLease.objects.exists()
