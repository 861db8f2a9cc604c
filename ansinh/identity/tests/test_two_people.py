"""Two people for risky answers: the second does not see the first, a third settles when they differ."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ansinh.core.errors import NotPermitted
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import Actor
from ansinh.identity import rules
from ansinh.identity.actions import (
    CaseAlreadyDecided,
    NothingToUndo,
    NotYoursToUndo,
    NumberTaken,
    SecondByAnother,
    decide_review,
    open_case,
    undo_review,
)
from ansinh.identity.models import Review, Verification
from ansinh.identity.queries import Filter, confirmed_of, count_waiting, decided, next_case
from ansinh.identity.tests.conftest import World, citizen, end, insured, personal_id
from ansinh.identity.tests.conftest import decided as row
from tests.cast import HANOI_CODE, NOW, person, province

State, Verdict = Verification.State, Review.Verdict


def risky(world: World, number: int = 1, **facts: Any) -> Verification:
    """Leave a case waiting whose name differs too much for one pair of eyes."""
    (someone,) = world.register(insured(number))
    run = world.run(world.extract(citizen(number)))
    (case,) = world.decide(run, row(someone, citizen=number, **({"name": "MARKS"} | facts)))
    end(run)
    return Verification.objects.select_related("person__area", "run__extract").get(pk=case.pk)


def answer(case: Verification, verdict: Review.Verdict, actor: Actor, minutes: int = 0) -> str:
    """Decide; return where the case stands then."""
    at = NOW + timedelta(minutes=minutes)
    decide_review(verification=case, verdict=verdict, reason="", actor=actor, at=at)
    case.refresh_from_db()
    return case.state


def test_a_risky_yes_waits_for_a_second_person_and_confirms_nothing(world: World, hoa: Actor) -> None:
    case = risky(world)
    assert answer(case, Verdict.SAME, hoa) == State.SECOND
    assert confirmed_of([case.person_id]) == {}
    review = Review.objects.get()
    assert (review.grounds, review.policy, review.is_lot) == ("NAME", "2024-1", False)
    assert AuditEntry.objects.get(event="identity.reviewed").data["grounds"] == "NAME"


def test_a_risky_no_needs_no_second_person(world: World, hoa: Actor) -> None:
    assert answer(risky(world), Verdict.DIFFERENT, hoa) == State.REJECTED


def test_the_second_person_who_agrees_confirms(world: World, hoa: Actor, nga: Actor) -> None:
    case = risky(world)
    answer(case, Verdict.SAME, hoa)
    assert answer(case, Verdict.SAME, nga) == State.CONFIRMED
    assert confirmed_of([case.person_id]) == {case.person_id: personal_id(1)}
    assert [one.turn for one in Review.objects.order_by("pk")] == [Review.Turn.FIRST, Review.Turn.SECOND]


def test_the_first_person_cannot_be_the_second(world: World, hoa: Actor) -> None:
    case = risky(world)
    answer(case, Verdict.SAME, hoa)
    with pytest.raises(SecondByAnother):
        answer(case, Verdict.SAME, hoa)
    assert Review.objects.count() == 1


def test_the_database_itself_refuses_a_maker_who_checks(world: World, hoa: Actor) -> None:
    case = risky(world)
    answer(case, Verdict.SAME, hoa)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(
            verification=case, turn=Review.Turn.SECOND, verdict=Verdict.SAME, reviewer_id=hoa.account_id, at=NOW
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(verification=case, turn=Review.Turn.SECOND, verdict=Verdict.SAME, at=NOW)


def test_two_who_differ_wait_for_one_who_settles(world: World, hoa: Actor, nga: Actor, binh: Actor) -> None:
    case = risky(world)
    answer(case, Verdict.SAME, hoa)
    assert answer(case, Verdict.DIFFERENT, nga) == State.DISPUTED
    with pytest.raises(SecondByAnother):
        answer(case, Verdict.DIFFERENT, nga)
    assert answer(case, Verdict.SAME, binh) == State.CONFIRMED
    assert confirmed_of([case.person_id]) == {case.person_id: personal_id(1)}


def test_a_clerk_cannot_settle(world: World, hoa: Actor, nga: Actor) -> None:
    case = risky(world)
    answer(case, Verdict.SAME, hoa)
    answer(case, Verdict.ASK, nga)
    third = world.actor(person("tam", "Đỗ Văn Tâm", "data_steward", area=province(HANOI_CODE)))
    with pytest.raises(NotPermitted):
        answer(case, Verdict.SAME, third)


def test_who_settles_is_not_one_of_the_two(world: World, hoa: Actor, binh: Actor) -> None:
    case = risky(world)
    answer(case, Verdict.SAME, hoa)
    answer(case, Verdict.DIFFERENT, binh)
    with pytest.raises(SecondByAnother):
        answer(case, Verdict.DIFFERENT, binh)


def test_the_second_person_sees_a_case_that_waits_and_nothing_of_the_first(
    world: World, hoa: Actor, nga: Actor, binh: Actor
) -> None:
    case = risky(world)
    decide_review(verification=case, verdict=Verdict.SAME, reason="Bí mật", actor=hoa, at=NOW)
    case.refresh_from_db()
    for other in (nga, binh):
        seen = open_case(verification=case, actor=other, at=NOW)
        assert (seen.state, seen.is_waiting, seen.history, seen.may_undo) == (State.WAITING, True, (), False)
    own = open_case(verification=case, actor=hoa, at=NOW)
    assert (own.state, own.is_waiting, own.may_undo) == (State.SECOND, False, True)
    assert own.standing is not None
    assert own.standing.grounds == ("Họ tên khác nhau nhiều",)


def test_the_answer_of_another_is_not_told_in_passing(world: World, hoa: Actor, nga: Actor) -> None:
    case = risky(world)
    answer(case, Verdict.SAME, hoa)
    assert decided(nga, case.pk) is None
    mine = decided(hoa, case.pk)
    assert mine is not None
    assert mine.may_undo


def test_the_case_is_in_the_list_of_others_and_no_longer_in_mine(world: World, hoa: Actor, nga: Actor) -> None:
    case = risky(world)
    answer(case, Verdict.SAME, hoa)
    assert (count_waiting(hoa, Filter()), count_waiting(nga, Filter())) == (0, 1)
    assert next_case(nga, Filter(), None, NOW) == case.pk
    assert next_case(hoa, Filter(), None, NOW) is None


def test_the_first_takes_it_back_until_the_second_has_answered(world: World, hoa: Actor, nga: Actor) -> None:
    case = risky(world)
    answer(case, Verdict.SAME, hoa)
    with pytest.raises(NotYoursToUndo):
        undo_review(verification=case, actor=nga, at=NOW)
    undo_review(verification=case, actor=hoa, at=NOW)
    case.refresh_from_db()
    assert case.state == State.WAITING
    answer(case, Verdict.SAME, hoa)
    answer(case, Verdict.SAME, nga)
    for one in (hoa, nga):
        with pytest.raises(NotYoursToUndo):
            undo_review(verification=case, actor=one, at=NOW)


def test_who_settles_takes_both_back_together(world: World, hoa: Actor, nga: Actor, binh: Actor) -> None:
    case = risky(world)
    answer(case, Verdict.SAME, hoa)
    answer(case, Verdict.SAME, nga)
    undo_review(verification=case, actor=binh, at=NOW)
    case.refresh_from_db()
    assert case.state == State.WAITING
    assert confirmed_of([case.person_id]) == {}
    assert not Review.objects.standing().exists()


def test_a_settlement_is_taken_back_before_what_it_settled(world: World, hoa: Actor, nga: Actor, binh: Actor) -> None:
    case = risky(world)
    answer(case, Verdict.SAME, hoa)
    answer(case, Verdict.DIFFERENT, nga)
    answer(case, Verdict.SAME, binh)
    states = []
    for _ in range(2):
        undo_review(verification=case, actor=binh, at=NOW)
        case.refresh_from_db()
        states.append((case.state, confirmed_of([case.person_id])))
    assert states == [(State.DISPUTED, {}), (State.WAITING, {})]
    with pytest.raises(NothingToUndo):
        undo_review(verification=case, actor=binh, at=NOW)


def test_a_lost_cause_does_not_wait_for_a_second_person(world: World, hoa: Actor) -> None:
    first, second = world.register(insured(1), insured(2))
    run = world.run(world.extract(citizen(1)))
    world.decide(run, row(first, "VERIFIED", 1))
    (case,) = world.decide(run, row(second, "REVIEW", 1, name="MARKS"))
    with pytest.raises(NumberTaken):
        answer(case, Verdict.SAME, hoa)


def test_a_newer_run_replaces_a_case_between_two_looks(world: World, hoa: Actor, nga: Actor) -> None:
    case = risky(world)
    answer(case, Verdict.SAME, hoa)
    world.decide(world.run(case.run.extract), row(case.person, "REVIEW", 1))
    with pytest.raises(CaseAlreadyDecided):
        answer(case, Verdict.SAME, nga)
    with pytest.raises(NothingToUndo):
        undo_review(verification=case, actor=hoa, at=NOW)


def test_a_case_of_the_lot_is_read_twice_whatever_the_first_answer(world: World, hoa: Actor, nga: Actor) -> None:
    policy = rules.policy_at(NOW.date())
    number = next(n for n in range(1, 500) if rules.is_read_twice(f"01{n:08d}:{NOW.date().isoformat()}", policy))
    case = risky(world, number, name="EQUAL")
    assert answer(case, Verdict.DIFFERENT, hoa) == State.SECOND
    assert Review.objects.get().is_lot
    assert answer(case, Verdict.DIFFERENT, nga) == State.REJECTED
