"""Recording what the engine decided."""

import pytest

from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import decide_review, record_decisions
from ansinh.identity.actions.decisions import RunTakenOver
from ansinh.identity.models import Review, Verification, VerificationRun
from ansinh.identity.queries import confirmed_of
from ansinh.identity.tests.conftest import World, citizen, decided, end, insured, personal_id
from tests.cast import NOW

State = Verification.State


def test_the_certain_are_confirmed_in_the_register_and_the_others_wait(world: World) -> None:
    people = world.register(*[insured(number) for number in (1, 2, 3, 4)])
    run = world.run(world.extract(*[citizen(number) for number in (1, 2, 3, 4)]))
    made = world.decide(
        run,
        decided(people[0], "VERIFIED", 1),
        decided(people[1], "CORRECTED", 2),
        decided(people[2], "REVIEW", 3),
        decided(people[3], "NOT_FOUND", None, name=None, dob=None, sex=None, number=None, places=None),
    )
    assert [one.state for one in made] == [State.CONFIRMED, State.CONFIRMED, State.WAITING, State.NOT_FOUND]
    assert confirmed_of([person.pk for person in people]) == {
        people[0].pk: personal_id(1),
        people[1].pk: personal_id(2),
    }
    assert [one.state_at for one in made] == [NOW] * 4
    assert made[3].agree_name == ""


def test_the_position_moves_with_the_chunk_and_the_trace_counts_it(world: World) -> None:
    people = world.register(insured(1), insured(2))
    run = world.run(world.extract(citizen(1), citizen(2)))
    world.decide(run, decided(people[0], "VERIFIED", 1), decided(people[1], "REVIEW", 2))
    assert VerificationRun.objects.get(pk=run.pk).position == people[1].pk
    entry = AuditEntry.objects.get(event="identity.decisions_recorded")
    assert entry.data == {"people": 2, "last": people[1].pk, "CONFIRMED": 1, "WAITING": 1}


def test_a_worker_thought_dead_records_nothing(world: World) -> None:
    (person,) = world.register(insured(1))
    run = world.run(world.extract(citizen(1)))
    stale = VerificationRun.objects.get(pk=run.pk)
    world.decide(run, decided(person, "VERIFIED", 1))
    with pytest.raises(RunTakenOver):
        record_decisions(run=stale, rows=[decided(person, "VERIFIED", 1)], actor=SYSTEM, at=NOW)
    assert Verification.objects.count() == 1


def test_a_newer_run_replaces_what_stood(world: World) -> None:
    (person,) = world.register(insured(1))
    extract = world.extract(citizen(1))
    first = world.run(extract)
    world.decide(first, decided(person, "REVIEW", 1))
    end(first)
    second = world.run(extract)
    world.decide(second, decided(person, "VERIFIED", 1))
    assert list(Verification.objects.order_by("run").values_list("state", flat=True)) == [
        State.SUPERSEDED,
        State.CONFIRMED,
    ]


def test_a_confirmed_person_is_not_doubted_again_for_the_same_number(world: World) -> None:
    (person,) = world.register(insured(1))
    extract = world.extract(citizen(1))
    first = world.run(extract)
    world.decide(first, decided(person, "VERIFIED", 1))
    end(first)
    (again,) = world.decide(world.run(extract), decided(person, "REVIEW", 1))
    assert again.state == State.CONFIRMED


@pytest.mark.parametrize("decision", ["REVIEW", "VERIFIED"])
def test_a_pair_somebody_rejected_stays_rejected_on_the_same_extract(world: World, decision: str) -> None:
    case = world.doubt()
    decide_review(verification=case, verdict=Review.Verdict.DIFFERENT, reason="", actor=SYSTEM, at=NOW)
    (again,) = world.decide(world.run(case.run.extract), decided(case.person, decision, 1))
    assert again.state == State.REJECTED
    assert confirmed_of([case.person_id]) == {}


def test_a_citizen_who_has_died_waits_for_a_person(world: World) -> None:
    (person,) = world.register(insured(1))
    run = world.run(world.extract(citizen(1, died_on="2022-08-25")))
    (made,) = world.decide(run, decided(person, "VERIFIED", 1, died_on="2022-08-25"))
    assert (made.state, made.obstacle) == (State.WAITING, Verification.Obstacle.DECEASED)
    assert confirmed_of([person.pk]) == {}


def test_a_number_confirmed_for_somebody_else_waits_for_a_person(world: World) -> None:
    first, second = world.register(insured(1), insured(2))
    run = world.run(world.extract(citizen(1)))
    world.decide(run, decided(first, "VERIFIED", 1))
    (made,) = world.decide(run, decided(second, "CORRECTED", 1))
    assert (made.state, made.obstacle) == (State.WAITING, Verification.Obstacle.TAKEN)


def test_a_number_that_replaces_a_confirmed_one_waits_for_a_person(world: World) -> None:
    (person,) = world.register(insured(1))
    first = world.run(world.extract(citizen(1), citizen(2)))
    world.decide(first, decided(person, "VERIFIED", 1))
    end(first)
    (made,) = world.decide(world.run(first.extract), decided(person, "CORRECTED", 2))
    assert (made.state, made.obstacle) == (State.WAITING, Verification.Obstacle.CHANGED)
