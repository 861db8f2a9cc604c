"""Samples of automatic decisions: drawn by lot, judged by eye, counted."""

from datetime import timedelta

import pytest

from ansinh.core.errors import NotPermitted, OutOfReach
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import Actor
from ansinh.core.proportions import interval
from ansinh.identity.actions import (
    CaseAlreadyDecided,
    RunStillOpen,
    SampleKnown,
    SecondByAnother,
    WidthOutOfRange,
    decide_review,
    draw_sample,
    judge_item,
    open_item,
    undo_review,
)
from ansinh.identity.models import AuditSample, Review, SampleItem, Verification, VerificationRun
from ansinh.identity.queries import by_policy, confirmed_of, count_items, next_item, qualities
from ansinh.identity.tests.conftest import DA_NANG, World, citizen, decided, end, insured, personal_id
from tests.cast import HANOI_CODE, NOW, person, province

State, Verdict = Verification.State, Review.Verdict
WIDTH = 0.05


def confirmed_run(world: World, count: int = 12, *, first: int = 1, province: str = "") -> VerificationRun:
    """Let the machine confirm some people: two of three with all equal, the others by a name without marks."""
    facts = {"res_province": province} if province else {}
    numbers = range(first, first + count)
    people = world.register(*[insured(number, **facts) for number in numbers])
    run = world.run(world.extract(*[citizen(number) for number in numbers]))
    rows = [
        decided(one, "CORRECTED" if number % 3 == 0 else "VERIFIED", number, name="UNMARKED" if number % 3 else "EQUAL")
        for number, one in zip(numbers, people, strict=True)
    ]
    world.decide(run, *rows)
    end(run)
    run.refresh_from_db()
    return run


def draw(run: VerificationRun, actor: Actor, seed: int = 6) -> AuditSample:
    """Draw a sample wide enough to be small."""
    return draw_sample(run=run, half_width=WIDTH, seed=seed, actor=actor, at=NOW)


def judge(item: SampleItem, verdict: Review.Verdict, actor: Actor, minutes: int = 0) -> str:
    """Judge; return where the case stands then."""
    item = SampleItem.objects.select_related("verification__person", "stratum__sample").get(pk=item.pk)
    judge_item(item=item, verdict=verdict, reason="", actor=actor, at=NOW + timedelta(minutes=minutes))
    item.verification.refresh_from_db()
    return item.verification.state


def test_a_sample_takes_of_every_stratum_and_keeps_its_seed(world: World, binh: Actor) -> None:
    sample = draw(confirmed_run(world), binh)
    strata = {(one.decision, one.people, one.drawn) for one in sample.strata.all()}
    assert {(decision, people) for decision, people, _ in strata} == {("VERIFIED", 8), ("CORRECTED", 4)}
    assert all(drawn >= 4 for _, _, drawn in strata)
    assert (sample.seed, sample.confidence, sample.expected) == (6, 0.95, 0.01)
    assert AuditEntry.objects.get(event="identity.sample_drawn").data["seed"] == 6


def test_a_run_is_sampled_once_and_not_while_it_works(world: World, binh: Actor) -> None:
    run = confirmed_run(world, 3)
    draw(run, binh)
    with pytest.raises(SampleKnown):
        draw(run, binh, seed=7)
    world.register(insured(50))
    with pytest.raises(RunStillOpen):
        draw(world.run(run.extract), binh)


def test_what_people_have_decided_is_not_the_machines(world: World, binh: Actor) -> None:
    case = world.doubt()
    decide_review(verification=case, verdict=Verdict.SAME, reason="", actor=binh, at=NOW)
    case.run.refresh_from_db()
    with pytest.raises(RunStillOpen):
        draw(case.run, binh)


@pytest.mark.parametrize("width", [0.0001, 0.5])
def test_a_width_nobody_can_work_with_is_refused(world: World, binh: Actor, width: float) -> None:
    run = confirmed_run(world, 1)
    with pytest.raises(WidthOutOfRange):
        draw_sample(run=run, half_width=width, seed=1, actor=binh, at=NOW)


def test_a_clerk_cannot_draw(world: World, hoa: Actor) -> None:
    run = confirmed_run(world, 1)
    with pytest.raises(NotPermitted):
        draw(run, hoa)


def test_opening_an_item_leaves_a_trace_with_its_reason(world: World, binh: Actor, hoa: Actor) -> None:
    draw(confirmed_run(world, 1), binh)
    item = SampleItem.objects.select_related("verification__person__area", "verification__run__extract").get()
    case = open_item(item=item, actor=hoa, at=NOW)
    assert case.pairs
    assert AuditEntry.objects.get(event="identity.candidate_seen").reason == "Kiểm tra mẫu kết luận tự động"
    with pytest.raises(OutOfReach):
        open_item(item=item, actor=world.actor(world.cast.quan), at=NOW)


def test_an_item_found_wrong_goes_to_who_settles_and_the_number_stands_until_then(
    world: World, binh: Actor, hoa: Actor
) -> None:
    draw(confirmed_run(world, 1), binh)
    item = SampleItem.objects.get()
    case = item.verification
    assert judge(item, Verdict.DIFFERENT, hoa) == State.DISPUTED
    assert confirmed_of([case.person_id]) == {case.person_id: personal_id(1)}
    decide_review(verification=case, verdict=Verdict.DIFFERENT, reason="", actor=binh, at=NOW)
    assert confirmed_of([case.person_id]) == {}
    undo_review(verification=case, actor=binh, at=NOW)
    assert confirmed_of([case.person_id]) == {case.person_id: personal_id(1)}
    undo_review(verification=case, actor=binh, at=NOW)
    case.refresh_from_db()
    assert case.state == State.CONFIRMED
    assert not Review.objects.standing().exists()


def test_who_found_it_wrong_does_not_settle_it(world: World, binh: Actor) -> None:
    draw(confirmed_run(world, 1), binh)
    item = SampleItem.objects.get()
    judge(item, Verdict.DIFFERENT, binh)
    with pytest.raises(SecondByAnother):
        decide_review(verification=item.verification, verdict=Verdict.SAME, reason="", actor=binh, at=NOW)


def test_an_item_is_judged_once_and_its_clerk_takes_it_back(world: World, binh: Actor, hoa: Actor) -> None:
    draw(confirmed_run(world, 1), binh)
    item = SampleItem.objects.get()
    judge(item, Verdict.SAME, hoa)
    with pytest.raises(CaseAlreadyDecided):
        judge(item, Verdict.SAME, binh)
    undo_review(verification=item.verification, actor=hoa, at=NOW)
    assert confirmed_of([item.verification.person_id])
    assert judge(item, Verdict.ASK, binh) == State.CONFIRMED


def test_the_error_rate_is_weighted_and_a_settled_doubt_is_no_error(world: World, binh: Actor, hoa: Actor) -> None:
    draw(confirmed_run(world), binh)
    items = list(SampleItem.objects.select_related("stratum", "verification").order_by("stratum__decision", "pk"))
    for minutes, item in enumerate(items):
        verdict = Verdict.DIFFERENT if minutes < 2 else Verdict.SAME
        judge(item, verdict, hoa, minutes)
    before = qualities(binh)[0]
    assert (before.wrong, before.left, before.drawn) == (2, 0, len(items))
    decide_review(verification=items[0].verification, verdict=Verdict.SAME, reason="", actor=binh, at=NOW)
    after = qualities(binh)[0]
    assert (after.wrong, after.read) == (1, len(items))
    assert after.found is not None
    first = items[0].stratum
    assert after.found.rate == pytest.approx(first.people / 12 / first.drawn)
    assert after.found.interval.low <= after.found.rate <= after.found.interval.high


def test_without_an_error_the_promise_is_neither_kept_nor_broken_by_a_few(
    world: World, binh: Actor, hoa: Actor
) -> None:
    draw(confirmed_run(world, 4), binh)
    for item in SampleItem.objects.all():
        judge(item, Verdict.SAME, hoa)
    (found,) = qualities(binh)
    assert found.standing == "open"
    assert found.found is not None
    assert found.found.interval.high == pytest.approx(interval(0, 4, 0.95).high, rel=0.2)


def test_what_a_newer_run_replaced_is_gone_and_told(world: World, binh: Actor, hoa: Actor) -> None:
    run = confirmed_run(world, 1)
    draw(run, binh)
    world.decide(world.run(run.extract), decided(Verification.objects.get().person, "VERIFIED", 1))
    (found,) = qualities(binh)
    assert (found.gone, found.left, found.found) == (1, 0, None)
    assert count_items(hoa) == 0
    with pytest.raises(CaseAlreadyDecided):
        judge(SampleItem.objects.get(), Verdict.SAME, hoa)


def test_clerks_begin_at_different_items_and_go_round(world: World, binh: Actor, hoa: Actor) -> None:
    nga = world.actor(person("nga", "Lê Thị Nga", "data_steward", area=province(HANOI_CODE)))
    draw(confirmed_run(world), binh)
    assert next_item(hoa) != next_item(nga)
    last = SampleItem.objects.order_by("-place").first()
    first = SampleItem.objects.order_by("place").first()
    assert last is not None
    assert first is not None
    assert next_item(hoa, last.place) == first.pk


def test_another_provinces_items_are_not_mine(world: World, binh: Actor, hoa: Actor) -> None:
    draw(confirmed_run(world, 3, province=DA_NANG), binh)
    assert (count_items(hoa), next_item(hoa)) == (0, None)
    with pytest.raises(OutOfReach):
        judge(SampleItem.objects.order_by("pk")[0], Verdict.SAME, hoa)


def test_samples_of_one_policy_are_put_together(world: World, binh: Actor, hoa: Actor) -> None:
    draw(confirmed_run(world, 6), binh)
    draw(confirmed_run(world, 6, first=20), binh)
    for item in SampleItem.objects.all():
        judge(item, Verdict.SAME, hoa)
    both = qualities(binh)
    (together,) = by_policy(both)
    assert together.read == sum(one.read for one in both) == 12
    assert together.found is not None
    assert all(one.found is not None and together.found.interval.high < one.found.interval.high for one in both)
    assert by_policy(both[:1]) == []
