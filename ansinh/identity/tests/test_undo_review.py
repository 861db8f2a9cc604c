"""Taking a decision back."""

from datetime import timedelta

import pytest

from ansinh.core.errors import OutOfReach
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import NothingToUndo, decide_review, undo_review
from ansinh.identity.models import Review, Verification
from ansinh.identity.queries import confirmed_of
from ansinh.identity.tests.conftest import World, decided, personal_id
from tests.cast import NOW

LATER = NOW + timedelta(minutes=1)


@pytest.mark.parametrize("verdict", list(Review.Verdict))
def test_the_case_waits_again_and_the_decision_stays_as_history(world: World, verdict: Review.Verdict) -> None:
    case = world.doubt()
    hoa = world.actor(world.cast.hoa)
    decide_review(verification=case, verdict=verdict, reason="", actor=hoa, at=NOW)
    undo_review(verification=case, actor=hoa, at=LATER)
    case.refresh_from_db()
    assert case.state == Verification.State.WAITING
    assert Review.objects.get().undone_at == LATER
    assert confirmed_of([case.person_id]) == {}
    assert AuditEntry.objects.get(event="identity.review_undone").data["verdicts"] == [verdict]


def test_the_case_may_then_be_decided_otherwise(world: World) -> None:
    case = world.doubt()
    decide_review(verification=case, verdict=Review.Verdict.DIFFERENT, reason="", actor=SYSTEM, at=NOW)
    undo_review(verification=case, actor=SYSTEM, at=LATER)
    decide_review(verification=case, verdict=Review.Verdict.SAME, reason="", actor=SYSTEM, at=LATER)
    assert confirmed_of([case.person_id]) == {case.person_id: personal_id(1)}
    assert Review.objects.filter(undone_at=None).count() == 1


def test_there_is_nothing_to_undo_twice(world: World) -> None:
    case = world.doubt()
    with pytest.raises(NothingToUndo):
        undo_review(verification=case, actor=SYSTEM, at=NOW)
    decide_review(verification=case, verdict=Review.Verdict.ASK, reason="", actor=SYSTEM, at=NOW)
    undo_review(verification=case, actor=SYSTEM, at=LATER)
    with pytest.raises(NothingToUndo):
        undo_review(verification=case, actor=SYSTEM, at=LATER)


def test_a_decision_that_a_newer_run_has_replaced_stays(world: World) -> None:
    case = world.doubt()
    decide_review(verification=case, verdict=Review.Verdict.SAME, reason="", actor=SYSTEM, at=NOW)
    world.decide(world.run(case.run.extract), decided(case.person, "VERIFIED", 1))
    with pytest.raises(NothingToUndo):
        undo_review(verification=case, actor=SYSTEM, at=LATER)
    assert confirmed_of([case.person_id]) == {case.person_id: personal_id(1)}
    assert Review.objects.get().undone_at is None


def test_another_provinces_case_is_out_of_reach(world: World) -> None:
    case = world.doubt()
    decide_review(verification=case, verdict=Review.Verdict.ASK, reason="", actor=SYSTEM, at=NOW)
    with pytest.raises(OutOfReach):
        undo_review(verification=case, actor=world.actor(world.cast.quan), at=LATER)
