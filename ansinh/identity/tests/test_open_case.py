"""Opening a doubtful case: both records, and a trace of the reading."""

import pytest

from ansinh.core.errors import OutOfReach
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import decide_review, open_case, undo_review
from ansinh.identity.models import Review
from ansinh.identity.queries import Case
from ansinh.identity.rules import FieldPair
from ansinh.identity.tests.conftest import World, citizen, decided, insured, personal_id
from tests.cast import NOW


def field(case: Case, label: str) -> FieldPair:
    """Return one field of a case."""
    return next(pair for pair in case.pairs if pair.label == label)


def test_it_lays_both_records_side_by_side_with_the_differing_letter_marked(world: World) -> None:
    doubt = world.doubt(full_name="Nguyễn Thị Ân", dob="1980-02-06")
    case = open_case(verification=doubt, actor=world.actor(world.cast.hoa), at=NOW)
    assert [piece.text for piece in field(case, "Họ và tên").theirs if piece.differs] == ["Â"]
    assert [piece.text for piece in field(case, "Ngày sinh").ours if piece.differs] == ["5"]
    assert not field(case, "Số định danh").differs
    assert case.may_be_same
    assert case.evidence


def test_the_reading_leaves_a_trace_with_its_reason(world: World) -> None:
    doubt = world.doubt()
    open_case(verification=doubt, actor=world.actor(world.cast.hoa), at=NOW)
    entry = AuditEntry.objects.get(event="identity.candidate_seen")
    assert entry.account_id == world.cast.hoa.pk
    assert entry.subject == f"verification:{doubt.pk}"
    assert entry.reason


def test_it_tells_that_the_citizen_has_died(world: World) -> None:
    case = open_case(verification=world.doubt(died_on="2022-08-25"), actor=SYSTEM, at=NOW)
    assert case.died_on == "2022-08-25"
    assert not case.may_be_same


def test_it_names_the_other_record_that_holds_the_number(world: World) -> None:
    first, second = world.register(insured(1), insured(2))
    run = world.run(world.extract(citizen(1)))
    world.decide(run, decided(first, "VERIFIED", 1, same_person_group=first.pk))
    (taken,) = world.decide(run, decided(second, "REVIEW", 1, same_person_group=first.pk))
    case = open_case(verification=taken, actor=SYSTEM, at=NOW)
    assert [(other.si_no, other.is_confirmed) for other in case.others] == [(first.si_no, True)]
    assert not case.may_be_same


def test_it_tells_who_decided_before(world: World) -> None:
    doubt, hoa = world.doubt(), world.actor(world.cast.hoa)
    decide_review(verification=doubt, verdict=Review.Verdict.ASK, reason="Cần bản chụp", actor=hoa, at=NOW)
    undo_review(verification=doubt, actor=hoa, at=NOW)
    doubt.refresh_from_db()
    (past,) = open_case(verification=doubt, actor=hoa, at=NOW).history
    assert (past.verdict, past.reviewer, past.reason, past.undone_at) == (
        "Cần người dân bổ sung",
        "Nguyễn Thị Hoa",
        "Cần bản chụp",
        NOW,
    )


def test_another_provinces_case_is_out_of_reach(world: World) -> None:
    with pytest.raises(OutOfReach):
        open_case(verification=world.doubt(), actor=world.actor(world.cast.quan), at=NOW)
    assert not AuditEntry.objects.filter(event="identity.candidate_seen").exists()


def test_nothing_of_the_citizen_is_stored(world: World) -> None:
    doubt = world.doubt(full_name="Nguyễn Thị Ân")
    open_case(verification=doubt, actor=SYSTEM, at=NOW)
    kept = str(list(AuditEntry.objects.values_list("data", flat=True)))
    assert "Ân" not in kept
    assert personal_id(1) not in kept
