"""Cases with the identity agency rest on a verdict that is final; nobody learns of a first answer on the way."""

import pytest

from ansinh.core.permissions import SYSTEM, Actor
from ansinh.identity import actions, queries
from ansinh.identity.extracts import ExtractGone
from ansinh.identity.models import CaseField, IdentityCase, Review, SampleItem, Verification
from ansinh.identity.tests.conftest import LATER, World, citizen, decided, end, insured
from ansinh.identity.workflows.cases import VerdictNotFinal, has_verdict, steps_from
from tests.cast import NOW

State, Verdict = Verification.State, Review.Verdict


def differing(world: World, decision: str = "REVIEW") -> Verification:
    """Leave a decision on somebody whose name has lost its marks in our register: two people must look."""
    (someone,) = world.register(insured(1, full_name="Nguyen Thi An"))
    run = world.run(world.extract(citizen(1)))
    (row,) = world.decide(run, decided(someone, decision, 1, name="UNMARKED"))
    end(run)
    Verification.objects.filter(pk=row.pk).update(agree_name="MARKS")
    return Verification.objects.select_related("person__area", "run__extract").get(pk=row.pk)


def answer(row: Verification, verdict: Review.Verdict, actor: Actor) -> str:
    """Decide; return where the case stands then."""
    actions.decide_review(verification=row, verdict=verdict, reason="thấy dấu", actor=actor, at=NOW)
    row.refresh_from_db()
    return row.state


def open_about(row: Verification, actor: Actor) -> IdentityCase:
    """Open a case about a decision."""
    return actions.open_identity_case(verification=row, ground="", actor=actor, at=LATER)


def test_a_case_begins_when_the_second_person_has_agreed(world: World, hoa: Actor, nga: Actor) -> None:
    row = differing(world)
    assert answer(row, Verdict.SAME, hoa) == State.SECOND
    with pytest.raises(actions.CaseNotOpenable, match="Hãy xét xong"):
        open_about(row, hoa)
    assert actions.open_identity_cases(area=None, actor=SYSTEM, at=LATER).opened == 0
    assert answer(row, Verdict.SAME, nga) == State.CONFIRMED
    assert [one.field for one in open_about(row, hoa).fields.all()] == ["name"]


def test_a_disputed_case_begins_nothing(world: World, hoa: Actor, nga: Actor, binh: Actor) -> None:
    row = differing(world)
    answer(row, Verdict.SAME, hoa)
    assert answer(row, Verdict.DIFFERENT, nga) == State.DISPUTED
    with pytest.raises(actions.CaseNotOpenable, match="Hãy xét xong"):
        open_about(row, hoa)
    assert answer(row, Verdict.SAME, binh) == State.CONFIRMED
    assert open_about(row, hoa).state == IdentityCase.State.OPENED


def test_nothing_is_asked_or_corrected_while_the_verdict_is_taken_back(
    world: World, hoa: Actor, nga: Actor, binh: Actor
) -> None:
    row = differing(world)
    for actor in (hoa, nga):
        answer(row, Verdict.SAME, actor)
    case = open_about(row, hoa)
    actions.undo_review(verification=row, actor=binh, at=LATER)
    row.refresh_from_db()
    assert [step.code for step in steps_from(case, verdict=has_verdict(row))] == ["cancel"]
    with pytest.raises(VerdictNotFinal):
        actions.ask_agency(case=case, document="15/BHXH", actor=hoa, at=LATER)
    with pytest.raises(VerdictNotFinal):
        actions.ask_person(case=case, actor=hoa, at=LATER)
    with pytest.raises(VerdictNotFinal):
        actions.correct_by_case(case=case, values={"name": "Nguyễn Thị An"}, document="12/CA", actor=hoa, at=LATER)
    for actor in (hoa, nga):
        answer(row, Verdict.SAME, actor)
    assert "send" in {step.code for step in steps_from(case, verdict=has_verdict(row))}


def test_the_page_of_a_person_tells_of_no_first_answer(world: World, hoa: Actor, nga: Actor) -> None:
    row = differing(world)
    before = queries.person_view(row.person, nga)
    answer(row, Verdict.SAME, hoa)
    after = queries.person_view(row.person, nga)
    assert [(one.state, one.reviews) for one in after.decisions] == [(one.state, ()) for one in before.decisions]
    assert after.standing == before.standing
    assert not after.may_open_case
    answer(row, Verdict.SAME, nga)
    told = queries.person_view(row.person, nga).decisions[0]
    assert (told.state_code, len(told.reviews)) == ("CONFIRMED", 2)


def test_a_doubted_sample_leaves_the_standing_but_stops_the_case(world: World, hoa: Actor, binh: Actor) -> None:
    row = differing(world, "CORRECTED")
    case = open_about(row, hoa)
    standing = queries.standings_of([row.person_id])
    run = row.run
    run.refresh_from_db()
    actions.draw_sample(run=run, half_width=0.05, seed=1, actor=binh, at=LATER)
    item = SampleItem.objects.select_related("verification__person", "stratum__sample").get()
    actions.judge_item(item=item, verdict=Verdict.DIFFERENT, reason="", actor=hoa, at=LATER)
    row.refresh_from_db()
    assert row.state == State.DISPUTED
    assert queries.standings_of([row.person_id]) == standing
    with pytest.raises(VerdictNotFinal):
        actions.ask_agency(case=case, document="15/BHXH", actor=hoa, at=LATER)


def test_without_its_extract_no_case_is_opened_and_a_reopened_one_goes_on(world: World, hoa: Actor) -> None:
    row = differing(world, "CORRECTED")
    case = open_about(row, hoa)
    actions.take_case_step(case=case, step="cancel", note="nhầm", actor=hoa, at=LATER)
    assert row.run.extract is not None
    actions.delete_extract(extract=row.run.extract, actor=SYSTEM, at=LATER)
    actions.take_case_step(case=case, step="reopen", note="làm tiếp", actor=hoa, at=LATER)
    assert list(CaseField.objects.values_list("ours", "theirs")) == [("Nguyen Thi An", "")]
    view = actions.read_identity_case(case=case, actor=hoa, at=LATER)
    assert view.fields[0].proposal == "Nguyen Thi An"
    actions.take_case_step(case=case, step="cancel", note="nhầm", actor=hoa, at=LATER)
    with pytest.raises(ExtractGone):
        open_about(row, hoa)
    assert actions.open_identity_cases(area=None, actor=SYSTEM, at=LATER).opened == 0


def test_a_sample_is_not_judged_without_its_extract(world: World, hoa: Actor, binh: Actor) -> None:
    row = differing(world, "CORRECTED")
    run = row.run
    run.refresh_from_db()
    actions.draw_sample(run=run, half_width=0.05, seed=1, actor=binh, at=LATER)
    assert row.run.extract is not None
    actions.delete_extract(extract=row.run.extract, actor=SYSTEM, at=LATER)
    item = SampleItem.objects.get()
    assert queries.count_items(hoa) == 0
    with pytest.raises(ExtractGone):
        actions.open_item(item=item, actor=hoa, at=LATER)
    with pytest.raises(ExtractGone):
        actions.judge_item(item=item, verdict=Verdict.SAME, reason="", actor=hoa, at=LATER)
    (found,) = queries.qualities(binh)
    assert (found.gone, found.left) == (1, 0)
