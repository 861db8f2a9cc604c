"""Deciding a doubtful case by eye."""

import pytest

from ansinh.core.errors import OutOfReach, Refusal
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import CaseAlreadyDecided, CitizenDeceased, NumberTaken, decide_review
from ansinh.identity.models import Review, Verification
from ansinh.identity.queries import confirmed_of
from ansinh.identity.tests.conftest import World, citizen, decided, end, insured, personal_id
from tests.cast import NOW

State, Verdict = Verification.State, Review.Verdict


def state_of(case: Verification) -> str:
    """Read a case's state from the database."""
    return str(Verification.objects.values_list("state", flat=True).get(pk=case.pk))


def test_the_same_person_confirms_the_citizens_number(world: World) -> None:
    case = world.doubt()
    review = decide_review(
        verification=case, verdict=Verdict.SAME, reason="Gõ sai", actor=world.actor(world.cast.hoa), at=NOW
    )
    assert state_of(case) == State.CONFIRMED
    assert confirmed_of([case.person_id]) == {case.person_id: personal_id(1)}
    assert review.reviewer == world.cast.hoa
    entry = AuditEntry.objects.get(event="identity.reviewed")
    assert (entry.reason, entry.data["verdict"]) == ("Gõ sai", "SAME")


@pytest.mark.parametrize(("verdict", "state"), [(Verdict.DIFFERENT, State.REJECTED), (Verdict.ASK, State.SENT_BACK)])
def test_any_other_answer_confirms_nothing(world: World, verdict: Review.Verdict, state: str) -> None:
    case = world.doubt()
    decide_review(verification=case, verdict=verdict, reason="", actor=SYSTEM, at=NOW)
    assert state_of(case) == state
    assert confirmed_of([case.person_id]) == {}


def test_the_second_clerk_is_told_that_it_is_decided(world: World) -> None:
    case = world.doubt()
    decide_review(verification=case, verdict=Verdict.DIFFERENT, reason="", actor=SYSTEM, at=NOW)
    with pytest.raises(CaseAlreadyDecided):
        decide_review(verification=case, verdict=Verdict.SAME, reason="", actor=world.actor(world.cast.hoa), at=NOW)
    assert Review.objects.count() == 1
    assert confirmed_of([case.person_id]) == {}


def test_a_case_replaced_by_a_newer_run_cannot_be_decided(world: World) -> None:
    case = world.doubt()
    world.decide(world.run(case.run.extract), decided(case.person, "REVIEW", 1))
    with pytest.raises(CaseAlreadyDecided):
        decide_review(verification=case, verdict=Verdict.SAME, reason="", actor=SYSTEM, at=NOW)


def test_a_number_confirmed_for_somebody_else_is_refused_and_the_case_still_waits(world: World) -> None:
    first, second = world.register(insured(1), insured(2))
    run = world.run(world.extract(citizen(1)))
    world.decide(run, decided(first, "VERIFIED", 1))
    (case,) = world.decide(run, decided(second, "REVIEW", 1))
    with pytest.raises(NumberTaken):
        decide_review(verification=case, verdict=Verdict.SAME, reason="", actor=SYSTEM, at=NOW)
    assert state_of(case) == State.WAITING
    assert not Review.objects.exists()


def test_a_citizen_who_has_died_cannot_be_recorded_as_the_same(world: World) -> None:
    case = world.doubt(died_on="2022-08-25")
    with pytest.raises(CitizenDeceased):
        decide_review(verification=case, verdict=Verdict.SAME, reason="", actor=SYSTEM, at=NOW)
    assert state_of(case) == State.WAITING


def test_a_number_given_anew_replaces_the_confirmed_one(world: World) -> None:
    (person,) = world.register(insured(1))
    first = world.run(world.extract(citizen(1), citizen(2)))
    world.decide(first, decided(person, "VERIFIED", 1))
    end(first)
    (case,) = world.decide(world.run(first.extract), decided(person, "CORRECTED", 2))
    decide_review(verification=case, verdict=Verdict.SAME, reason="", actor=SYSTEM, at=NOW)
    assert confirmed_of([person.pk]) == {person.pk: personal_id(1)}  # one person's answer is not enough
    decide_review(verification=case, verdict=Verdict.SAME, reason="", actor=world.actor(world.cast.hoa), at=NOW)
    assert confirmed_of([person.pk]) == {person.pk: personal_id(2)}


def test_another_provinces_case_is_out_of_reach(world: World) -> None:
    case = world.doubt()
    with pytest.raises(OutOfReach):
        decide_review(verification=case, verdict=Verdict.ASK, reason="", actor=world.actor(world.cast.quan), at=NOW)
    assert state_of(case) == State.WAITING


def test_a_refused_decision_leaves_no_trace_of_having_been_taken(world: World) -> None:
    case = world.doubt(died_on="2022-08-25")
    with pytest.raises(Refusal):
        decide_review(verification=case, verdict=Verdict.SAME, reason="", actor=SYSTEM, at=NOW)
    assert not AuditEntry.objects.filter(event="identity.reviewed").exists()
