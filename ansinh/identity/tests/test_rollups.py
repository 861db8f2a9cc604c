"""The sums behind the pages equal a count of everybody, whatever happened and however far the worker is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansinh.core import work
from ansinh.core.errors import Refusal
from ansinh.core.measures import Count
from ansinh.core.permissions import SYSTEM, Actor
from ansinh.identity import queries
from ansinh.identity.actions import (
    correct_by_case,
    decide_review,
    draw_sample,
    judge_item,
    open_identity_case,
    record_answers,
    take_answers,
    take_case_step,
    undo_review,
)
from ansinh.identity.models import (
    WAITS,
    AnswerFile,
    Cell,
    IdentityCase,
    PopulationExtract,
    Review,
    SampleItem,
    Touch,
    Verification,
    VerificationRun,
)
from ansinh.identity.models import rollups as counted
from ansinh.identity.ports import FIELDS, Answer
from ansinh.identity.queries import AskedRow, PeopleScope, daily, people_page, rollups
from ansinh.identity.queries.identity_cases import shown
from ansinh.identity.tests.conftest import DA_NANG, World, citizen, decided, drain, end, insured, personal_id
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
from tests.cast import HANOI_CODE, NOW

LATER = NOW + timedelta(days=30)
PEOPLE = 6


@pytest.fixture
def small(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Six people of two provinces and three schemes, two to a block."""
    monkeypatch.setattr(counted, "SPAN", 2)
    monkeypatch.setattr(daily, "SPAN", 2)
    monkeypatch.setattr(rollups, "LIVE", 8)
    world.register(
        insured(1, scheme="SI_COMPULSORY", from_date="01/01/2020"),
        insured(2, dob="1950", scheme="PENSIONER", from_date="01/01/2020"),
        insured(3, dob=""),
        insured(4, dob="12/2019", scheme="HI_CHILD", from_date="01/01/2020"),
        insured(5, res_province=DA_NANG),
        insured(6, res_province=DA_NANG, scheme="SI_COMPULSORY", from_date="01/01/2020"),
    )
    world.extract(*(citizen(number) for number in range(1, PEOPLE + 1)))
    return world


def confirm(person: Person, place: int, world: World) -> None:
    """Confirm a number from outside a run."""
    item = ConfirmedIdentity(person_id=person.pk, personal_id=personal_id(place + 1), source="thử")
    confirm_identities(items=[item], actor=SYSTEM, at=NOW + timedelta(days=place))


def withdraw(person: Person, place: int, world: World) -> None:
    """Take a number back, days later."""
    withdraw_confirmation(person_id=person.pk, actor=SYSTEM, at=NOW + timedelta(days=place + 3))


def die(person: Person, place: int, world: World) -> None:
    """Record a death, or take it back."""
    died = "" if Person.objects.get(pk=person.pk).died_on else f"{NOW + timedelta(days=place):%d/%m/%Y}"
    correct_person(person=person, values={"died_on": died}, basis="Trích lục khai tử", actor=SYSTEM, at=NOW)


def born_otherwise(person: Person, place: int, world: World) -> None:
    """Correct a birth date into another cohort."""
    correct_person(person=person, values={"birth": f"19{place}5"}, basis="Giấy khai sinh", actor=SYSTEM, at=NOW)


def decide_again(person: Person, place: int, world: World) -> None:
    """Let a run decide about somebody, doubtfully, surely or not at all."""
    decide(person, place, world, ("REVIEW", "VERIFIED", "NOT_FOUND")[place % 3])


def decide(person: Person, place: int, world: World, made: str) -> Verification:
    """Let a run decide so about somebody; a risky name for every other, a year alone for the rest."""
    run = VerificationRun.objects.create(
        area=None,
        extract=PopulationExtract.objects.earliest("pk"),
        policy="2024-1",
        asked_at=NOW,
        effective_date=NOW.date(),
        available_at=NOW,
        status="DONE",
    )
    number = None if made == "NOT_FOUND" else place + 1
    differs = {"dob": ("EQUAL", "YEAR_ONLY")[place % 2], "name": ("MARKS", "EQUAL")[place % 2]}
    world.decide(run, decided(person, made, number, **differs))
    return current(person)


def current(person: Person) -> Verification:
    """Return the decision about somebody that stands."""
    return Verification.objects.exclude(state="SUPERSEDED").select_related("run__extract").get(person=person)


def steward(person: Person, world: World) -> Actor:
    """Return who may look at somebody in their province."""
    return world.actor(world.cast.hoa if person.area.code == HANOI_CODE else world.cast.quan)


def see_the_same(person: Person, place: int, world: World) -> None:
    """Let whoever's turn it is look, and find one person: the first, a second, or who settles."""
    look(person, place, world, Review.Verdict.SAME)


def see_two(person: Person, place: int, world: World) -> None:
    """Let whoever's turn it is look, and find two people."""
    look(person, place, world, Review.Verdict.DIFFERENT)


def look(person: Person, place: int, world: World, verdict: Review.Verdict) -> None:
    """Decide the case of somebody; where none waits, one that a run has just left."""
    case = Verification.objects.filter(person=person, state__in=WAITS).first() or decide(person, place, world, "REVIEW")
    turns = {"SECOND": steward(person, world), "DISPUTED": world.actor(world.cast.binh)}
    decide_review(verification=case, verdict=verdict, reason="", actor=turns.get(case.state, SYSTEM), at=NOW)


def doubt_the_machine(person: Person, place: int, world: World) -> None:
    """Draw a sample of what a run has just decided, and let a steward doubt it."""
    case = decide(person, place, world, "VERIFIED")
    draw_sample(run=case.run, half_width=0.05, seed=place, actor=SYSTEM, at=NOW)
    item = SampleItem.objects.get(verification=case)
    judge_item(item=item, verdict=Review.Verdict.DIFFERENT, reason="", actor=steward(person, world), at=NOW)


def work_with_the_agency(person: Person, place: int, world: World) -> None:
    """Open a case about what a run has just decided, correct our record by it, close it, open it again."""
    case = IdentityCase.objects.filter(person=person).order_by("pk").last()
    if case is None:
        found = decide(person, place, world, "CORRECTED")
        open_identity_case(verification=found, ground="", actor=SYSTEM, at=NOW)
    elif case.state == case.State.OPENED:
        values = {one.field: shown(one.field, one.theirs) for one in case.fields.filter(field__in=["name", "dob"])}
        correct_by_case(case=case, values=values, document="Giấy khai sinh", actor=SYSTEM, at=NOW)
    else:
        take_case_step(case=case, step="close" if case.is_open else "reopen", note="thử", actor=SYSTEM, at=NOW)


def hear_from_the_police(person: Person, place: int, world: World) -> None:
    """Take the commune police's answer in: what was decided waits again."""
    said = ("Đúng số", "Không có", "Đã chết")[place % 3]
    line = person.si_no, person.full_name, said, str(AnswerFile.objects.count())
    text = f"Mã số BHXH,Họ và tên,Kết quả,Ghi chú\n{','.join(line)}\n"
    take_answers(name="tra-loi.csv", data=text.encode(), actor=SYSTEM, at=NOW)


def review(person: Person, place: int, world: World) -> None:
    """Decide somebody's case by eye, or take that back."""
    case = current(person)
    if case.state == "WAITING":
        verdict = (Review.Verdict.SAME, Review.Verdict.DIFFERENT, Review.Verdict.ASK)[place % 3]
        decide_review(verification=case, verdict=verdict, reason="", actor=SYSTEM, at=NOW)
    else:
        undo_review(verification=case, actor=SYSTEM, at=NOW)


def answer(person: Person, place: int, world: World) -> None:
    """Let the population service answer about somebody: all agrees, something differs, or there is no such number."""
    run = VerificationRun.objects.create(
        source="SERVICE", asked_at=NOW, effective_date=NOW.date(), available_at=NOW, status="DONE"
    )
    matched, mismatched = (FIELDS, ()) if place % 3 == 0 else (("number", "name"), ("dob",))
    said = Answer(f"thử-{run.pk}", place % 3 != 2, frozenset(matched), frozenset(mismatched))
    row = AskedRow(person.pk, person.full_name, person.birth, person.sex, personal_id(place + 1), None)
    record_answers(run=run, rows=[row], answers={person.pk: said}, actor=SYSTEM, at=NOW)


def merge(person: Person, place: int, world: World) -> None:
    """Merge somebody into another, or take a merge of theirs back; of another province, and of another block."""
    at, kept = NOW + timedelta(days=2 * place), Person.objects.order_by("pk")[(place + 3) % PEOPLE]
    checker = world.actor(world.cast.binh)
    if made := PersonMerge.objects.filter(absorbed=person, undone_at=None).first():
        undo_merge(order=UndoOrder(made.pk, "thử", world.cast.hoa.pk), actor=checker, at=NOW + timedelta(days=20))
    else:
        order = MergeOrder(kept.pk, person.pk, "thử", at.date(), world.cast.hoa.pk, at, {})
        merge_persons(order=order, actor=checker, at=at)


def count_again(person: Person, place: int, world: World) -> None:
    """Let the worker come by."""
    drain("identity.rollup", at=LATER)


EVENTS: tuple[Callable[[Person, int, World], None], ...] = (
    confirm, withdraw, die, born_otherwise, decide_again, review, see_the_same, see_two, doubt_the_machine,
    work_with_the_agency, hear_from_the_police, answer, merge, count_again,
)  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(events=st.lists(st.tuples(st.sampled_from(EVENTS), st.integers(0, PEOPLE - 1)), max_size=14))
def test_the_sums_equal_a_count_of_everybody_after_any_events(
    small: World, events: list[tuple[Callable[[Person, int, World], None], int]]
) -> None:
    with transaction.atomic():
        people = list(Person.objects.order_by("pk"))
        for event, place in events:
            try:
                with transaction.atomic():
                    event(people[place], place, small)
            except (Refusal, Verification.DoesNotExist):
                continue
        assert queries.drift() == []
        drain("identity.rollup", at=LATER)
        assert not Touch.objects.exists()
        assert queries.drift() == []
        transaction.set_rollback(True)


def test_a_figure_is_as_of_the_last_count_when_much_is_touched(small: World, monkeypatch: pytest.MonkeyPatch) -> None:
    drain("identity.rollup", at=LATER)
    confirm(Person.objects.order_by("pk")[0], 0, small)
    assert queries.rollup().by("reason")["VERIFIED",] == 1
    monkeypatch.setattr(rollups, "LIVE", 0)
    now = queries.rollup()
    assert (now.by("reason")["VERIFIED",], now.waiting, now.as_of) == (0, 1, NOW)
    drain("identity.rollup", at=LATER)
    assert queries.rollup().by("reason")["VERIFIED",] == 1


def test_what_was_read_before_the_worker_came_by_is_read_again(small: World) -> None:
    before = queries.rollup()
    assert before.touches
    drain("identity.rollup", at=LATER)
    assert before.by("reason") == {("NEVER",): PEOPLE}
    assert sum((one.count for one in before.daily()), Count()) == Count(0, PEOPLE)


def test_one_count_answers_every_touch_of_a_block(small: World) -> None:
    drain("identity.rollup", at=LATER)
    first = Person.objects.earliest("pk")
    for place in range(3):
        Touch.objects.leave([first.pk], NOW + timedelta(minutes=place))
    row = work.claim(work.QUEUES["identity.rollup"], worker="test", at=LATER)
    assert row is not None
    work.carry_out(work.QUEUES["identity.rollup"], row, clock=lambda: LATER)
    assert not Touch.objects.exists()


def test_an_answer_of_the_service_is_counted_with_the_first_field_that_differs(world: World) -> None:
    people = world.register(*(insured(number) for number in range(1, 4)))
    answer(people[0], 0, world)
    answer(people[1], 1, world)
    answer(people[2], 2, world)
    assert queries.rollup().by("reason") == {("VERIFIED",): 1, ("BIRTH",): 1, ("NOT_FOUND",): 1}


def test_a_person_is_counted_once_with_the_first_reason(world: World) -> None:
    people = world.register(*(insured(number) for number in range(1, 7)))
    run = world.run(world.extract(*(citizen(number) for number in range(1, 7))))
    world.decide(
        run,
        decided(people[0], "VERIFIED", 1),
        decided(people[1], citizen=2, number="MISSING", name="NEAR"),
        decided(people[2], citizen=3, name="MARKS", dob="YEAR_ONLY"),
        decided(people[3], citizen=4, dob="YEAR_ONLY"),
        decided(people[4], citizen=5, died_on="2024-01-01"),
        decided(people[5], "NOT_FOUND", None),
    )
    end(run)
    assert queries.rollup().by("reason") == {
        ("VERIFIED",): 1, ("NO_NUMBER",): 1, ("NAME",): 1, ("BIRTH_PARTIAL",): 1, ("DECEASED",): 1, ("NOT_FOUND",): 1,
    }  # fmt: skip


def test_who_waits_for_a_second_look_or_for_a_settlement_waits_for_the_same_reason(world: World) -> None:
    people = world.register(*(insured(number) for number in range(1, 4)))
    run = world.run(world.extract(*(citizen(number) for number in range(1, 4))))
    world.decide(run, *(decided(one, citizen=place, name="MARKS") for place, one in enumerate(people, 1)))
    end(run)
    see_the_same(people[1], 1, world)
    see_the_same(people[2], 2, world)
    see_two(people[2], 2, world)
    assert [current(one).state for one in people] == ["WAITING", "SECOND", "DISPUTED"]
    assert queries.rollup().by("reason") == {("NAME",): 3}
    listed = people_page(PeopleScope(None, verified=False, reason="NAME"), world.actor(world.cast.binh), after=0)
    assert [row.key for row in listed.rows] == [one.pk for one in people]
    assert len({row.reason for row in listed.rows}) == 1
    assert queries.standing(world.actor(world.cast.binh), NOW.date()).states == {"WAITING": 3}


def test_what_the_machine_confirmed_counts_while_a_sample_doubts_it(world: World) -> None:
    (someone,) = world.register(insured(1))
    world.extract(citizen(1))
    doubt_the_machine(someone, 0, world)
    assert current(someone).state == "DISPUTED"
    assert queries.rollup().by("reason") == {("VERIFIED",): 1}
    see_two(someone, 0, world)
    assert queries.rollup().by("reason") == {("REJECTED",): 1}


@pytest.mark.usefixtures("june_2024")
def test_the_command_tells_a_wrong_sum_and_mends_it(small: World) -> None:
    drain("identity.rollup", at=LATER)
    assert not Touch.objects.exists()
    call_command("rollup", "check")
    Cell.objects.filter(reason="NEVER").update(people=7)
    with pytest.raises(CommandError, match="lệch"):
        call_command("rollup", "check")
    Cell.objects.all().delete()
    counted.DayCount.objects.all().delete()
    counted.Block.objects.all().delete()
    call_command("rollup", "rebuild")
    drain("identity.rollup", at=LATER)
    assert not Touch.objects.exists()
    call_command("rollup", "check")
