"""Two officers and two numbers: proposing, approving, returning, taking back."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansinh.core import audit
from ansinh.core.errors import Malformed, NotPermitted, OutOfReach, Refusal
from ansinh.core.permissions import SYSTEM, Actor
from ansinh.identity.actions import (
    MergeOffer,
    NotYourProposal,
    NumberMovedOn,
    approve_proposal,
    collect_duplicates,
    open_notice,
    open_pair,
    propose_merge,
    propose_undo,
    refuse_pair,
    reopen_pair,
    return_proposal,
    withdraw_proposal,
)
from ansinh.identity.models import DuplicatePair, DuplicateStep, MergeProposal
from ansinh.identity.queries import people_of
from ansinh.identity.tests.conftest import DA_NANG, HA_NOI, World, citizen, decided, end, insured, personal_id
from ansinh.identity.workflows import merges
from ansinh.identity.workflows.merges import STEPS, PairMovedOn, Step
from ansinh.registry.actions import ConflictsStand, FourEyesNeeded
from ansinh.registry.models import Person, PersonMerge
from tests.cast import NOW

State = DuplicatePair.State
LATER = NOW + timedelta(minutes=5)
WORK = {"scheme": "SI_COMPULSORY", "from_date": "01/02/2020", "employer_code": "DN1", "employer_name": "Công ty Lúa"}


def found(world: World, *provinces: str, **facts: str) -> DuplicatePair:
    """Let a run find two numbers of one person."""
    first = Person.objects.count() + 1
    rows = [
        insured(first + place, id_no=personal_id(first), res_province=province, **facts)
        for place, province in enumerate(provinces or (HA_NOI, HA_NOI))
    ]
    people = world.register(*rows)
    run = world.run(world.extract(citizen(first)))
    world.decide(run, *[decided(one, "VERIFIED", first, same_person_group=people[0].pk) for one in people])
    end(run)
    collect_duplicates(run=run, actor=SYSTEM, at=NOW)
    return DuplicatePair.objects.select_related("first__area", "second__area", "group__run").latest("pk")


def offer(pair: DuplicatePair, kept: Person | None = None, choices: Mapping[str, int] | None = None) -> MergeOffer:
    return MergeOffer((kept or pair.first).pk, "Đơn TK1-TS ngày 20/6/2024", choices or {})


def state(pair: DuplicatePair) -> str:
    return DuplicatePair.objects.get(pk=pair.pk).state


@pytest.fixture
def quan(world: World) -> Actor:
    """Steward of Đà Nẵng."""
    return world.actor(world.cast.quan)


def test_one_proposes_another_approves_and_the_person_counts_once(world: World, hoa: Actor, binh: Actor) -> None:
    pair = found(world)
    propose_merge(pair=pair, offer=offer(pair), actor=hoa, at=NOW)
    assert state(pair) == State.PROPOSED
    merge = approve_proposal(pair=pair, actor=binh, at=LATER)
    assert state(pair) == State.MERGED
    assert (merge.kept, merge.absorbed, merge.made_by, merge.approved_by) == (
        pair.first, pair.second, world.cast.hoa, world.cast.binh,
    )  # fmt: skip
    assert list(people_of(None)) == [pair.first]
    assert list(DuplicateStep.objects.order_by("pk").values_list("step", "from_state", "to_state")) == [
        ("propose", "OPEN", "PROPOSED"), ("approve", "PROPOSED", "MERGED"),
    ]  # fmt: skip
    assert not list(audit.verify())


def test_nobody_approves_what_they_proposed(world: World, binh: Actor) -> None:
    pair = found(world)
    propose_merge(pair=pair, offer=offer(pair), actor=binh, at=NOW)
    for act in (approve_proposal, refuse_pair, return_proposal):
        more = {} if act is approve_proposal else {"reason": "thử"}
        with pytest.raises(FourEyesNeeded):
            act(pair=pair, actor=binh, at=LATER, **more)
    assert state(pair) == State.PROPOSED
    with pytest.raises(IntegrityError), transaction.atomic():
        MergeProposal.objects.update(outcome="APPROVED", decided_by=world.cast.binh, decided_at=LATER)


def test_the_system_has_no_eyes(world: World, hoa: Actor) -> None:
    pair = found(world)
    with pytest.raises(NotPermitted):
        propose_merge(pair=pair, offer=offer(pair), actor=SYSTEM, at=NOW)
    propose_merge(pair=pair, offer=offer(pair), actor=hoa, at=NOW)
    with pytest.raises(FourEyesNeeded):
        approve_proposal(pair=pair, actor=SYSTEM, at=LATER)


def test_across_provinces_the_keeping_side_proposes_the_losing_side_approves(
    world: World, hoa: Actor, quan: Actor
) -> None:
    pair = found(world, HA_NOI, DA_NANG)
    with pytest.raises(OutOfReach):
        propose_merge(pair=pair, offer=offer(pair, pair.first), actor=quan, at=NOW)
    propose_merge(pair=pair, offer=offer(pair, pair.second), actor=quan, at=NOW)
    withdraw_proposal(pair=pair, actor=quan, at=NOW)
    propose_merge(pair=pair, offer=offer(pair, pair.first), actor=hoa, at=NOW)
    assert DuplicatePair.objects.visible_to(quan).get() == pair
    approve_proposal(pair=pair, actor=quan, at=LATER)
    assert state(pair) == State.MERGED
    propose_undo(pair=pair, reason="Hai chị em", are_different=True, actor=quan, at=LATER)
    with pytest.raises(OutOfReach):
        approve_proposal(pair=pair, actor=quan, at=LATER)
    approve_proposal(pair=pair, actor=hoa, at=LATER)
    assert state(pair) == State.DIFFERENT


def test_a_third_province_sees_nothing(world: World, hoa: Actor, quan: Actor) -> None:
    pair = found(world)
    assert not DuplicatePair.objects.visible_to(quan).exists()
    with pytest.raises(OutOfReach):
        open_pair(pair=pair, actor=quan, at=NOW)
    with pytest.raises(OutOfReach):
        propose_merge(pair=pair, offer=offer(pair), actor=quan, at=NOW)
    with pytest.raises(OutOfReach):
        refuse_pair(pair=pair, reason="x", actor=quan, at=NOW)
    propose_merge(pair=pair, offer=offer(pair), actor=hoa, at=NOW)
    for act in (approve_proposal, open_notice):
        with pytest.raises(OutOfReach):
            act(pair=pair, actor=quan, at=LATER)
    with pytest.raises(OutOfReach):
        return_proposal(pair=pair, reason="x", actor=quan, at=LATER)


def test_only_the_proposer_takes_a_proposal_back(world: World, hoa: Actor, binh: Actor) -> None:
    pair = found(world)
    propose_merge(pair=pair, offer=offer(pair), actor=hoa, at=NOW)
    with pytest.raises(NotYourProposal):
        withdraw_proposal(pair=pair, actor=binh, at=LATER)
    withdraw_proposal(pair=pair, actor=hoa, at=LATER)
    assert state(pair) == State.OPEN


def test_a_returned_proposal_may_be_made_again(world: World, hoa: Actor, binh: Actor) -> None:
    pair = found(world)
    propose_merge(pair=pair, offer=offer(pair), actor=hoa, at=NOW)
    with pytest.raises(Malformed):
        return_proposal(pair=pair, reason=" ", actor=binh, at=LATER)
    return_proposal(pair=pair, reason="Thiếu đơn", actor=binh, at=LATER)
    propose_merge(pair=pair, offer=offer(pair), actor=hoa, at=LATER)
    assert list(MergeProposal.objects.order_by("pk").values_list("outcome", flat=True)) == ["RETURNED", ""]


def test_refusing_answers_the_proposal_and_is_remembered(world: World, hoa: Actor, binh: Actor) -> None:
    pair = found(world)
    propose_merge(pair=pair, offer=offer(pair), actor=hoa, at=NOW)
    with pytest.raises(Malformed):
        refuse_pair(pair=pair, reason="", actor=binh, at=LATER)
    refuse_pair(pair=pair, reason="Hai chị em sinh đôi", actor=binh, at=LATER)
    assert state(pair) == State.DIFFERENT
    assert MergeProposal.objects.get().outcome == "REFUSED"
    with pytest.raises(PairMovedOn):
        propose_merge(pair=pair, offer=offer(pair), actor=hoa, at=LATER)
    reopen_pair(pair=pair, reason="", actor=hoa, at=LATER)
    assert state(pair) == State.OPEN


def test_taking_back_needs_four_eyes_too(world: World, hoa: Actor, binh: Actor) -> None:
    pair = found(world)
    with pytest.raises(PairMovedOn):
        propose_undo(pair=pair, reason="x", are_different=True, actor=hoa, at=NOW)
    propose_merge(pair=pair, offer=offer(pair), actor=hoa, at=NOW)
    approve_proposal(pair=pair, actor=binh, at=NOW)
    with pytest.raises(Malformed):
        propose_undo(pair=pair, reason="", are_different=True, actor=binh, at=LATER)
    propose_undo(pair=pair, reason="Giữ nhầm mã số", are_different=False, actor=binh, at=LATER)
    with pytest.raises(FourEyesNeeded):
        approve_proposal(pair=pair, actor=binh, at=LATER)
    return_proposal(pair=pair, reason="Chưa rõ", actor=hoa, at=LATER)
    assert state(pair) == State.MERGED
    propose_undo(pair=pair, reason="Giữ nhầm mã số", are_different=False, actor=binh, at=LATER)
    merge = approve_proposal(pair=pair, actor=hoa, at=LATER)
    assert (state(pair), merge.undone_by, merge.undo_made_by) == (State.OPEN, world.cast.hoa, world.cast.binh)
    assert set(people_of(None)) == {pair.first, pair.second}


def test_the_same_months_under_both_numbers_are_answered_first(world: World, hoa: Actor, binh: Actor) -> None:
    pair = found(world, **WORK)
    with pytest.raises(ConflictsStand):
        propose_merge(pair=pair, offer=offer(pair), actor=hoa, at=NOW)
    [question] = open_pair(pair=pair, actor=hoa, at=NOW).questions
    for wrong in ({question.conflict.code: 0}, {"PARTICIPATION-0-0": pair.first_id}):
        with pytest.raises(ConflictsStand):
            propose_merge(pair=pair, offer=offer(pair, choices=wrong), actor=hoa, at=NOW)
    propose_merge(pair=pair, offer=offer(pair, choices={question.conflict.code: pair.second_id}), actor=hoa, at=NOW)
    merge = approve_proposal(pair=pair, actor=binh, at=LATER)
    assert merge.conflicts.get().counts == pair.second
    told = open_notice(pair=pair, actor=hoa, at=LATER)
    assert [employer.code for employer in told.employers] == ["DN1"]
    assert len(told.conflicts) == 1


def test_a_number_merged_elsewhere_meanwhile_is_not_proposed(world: World, hoa: Actor, binh: Actor) -> None:
    pair = found(world, HA_NOI, HA_NOI, HA_NOI)
    other = DuplicatePair.objects.exclude(pk=pair.pk).select_related("first", "second").get()
    propose_merge(pair=other, offer=offer(other, other.second), actor=hoa, at=NOW)
    approve_proposal(pair=other, actor=binh, at=NOW)
    with pytest.raises(NumberMovedOn):
        propose_merge(pair=pair, offer=offer(pair), actor=hoa, at=LATER)


def test_no_notice_without_a_standing_merge(world: World, hoa: Actor) -> None:
    with pytest.raises(OutOfReach):
        open_notice(pair=found(world), actor=hoa, at=NOW)


def test_every_state_can_be_reached_and_left() -> None:
    targets = set[str]().union(*[row.targets for row in STEPS.values()])
    sources = set[str]().union(*[row.sources for row in STEPS.values()])
    assert targets == sources == set(State.values)
    assert set(STEPS) == set(Step)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(list(Step)), max_size=12))
def test_whatever_is_tried_the_pair_and_the_register_agree(
    world: World, hoa: Actor, binh: Actor, steps: list[Step]
) -> None:
    with transaction.atomic():
        pair = found(world)
        for number, step in enumerate(steps):
            try:
                with transaction.atomic():
                    attempt(pair, step, hoa, binh)
            except Refusal:
                assert step not in STEPS or state(pair) in State.values
            standing = PersonMerge.objects.filter(undone_at=None).exists()
            assert standing == (state(pair) in {State.MERGED, State.UNDO_PROPOSED}), (number, step)
            waiting = MergeProposal.objects.filter(decided_at=None).exists()
            assert waiting == (state(pair) in {State.PROPOSED, State.UNDO_PROPOSED}), (number, step)
            last = DuplicateStep.objects.order_by("-pk").first()
            assert state(pair) == (last.to_state if last else State.OPEN)
        transaction.set_rollback(True)


def attempt(pair: DuplicatePair, step: Step, hoa: Actor, binh: Actor) -> None:
    """Try a step; Hoa makes, Bình checks."""
    if step == Step.PROPOSE:
        propose_merge(pair=pair, offer=offer(pair), actor=hoa, at=NOW)
    elif step == Step.PROPOSE_UNDO:
        propose_undo(pair=pair, reason="thử", are_different=True, actor=hoa, at=NOW)
    elif step in {Step.APPROVE, Step.APPROVE_UNDO}:
        approve_proposal(pair=pair, actor=binh, at=NOW)
    elif step in {Step.RETURN, Step.RETURN_UNDO}:
        return_proposal(pair=pair, reason="thử", actor=binh, at=NOW)
    elif step in {Step.WITHDRAW, Step.WITHDRAW_UNDO}:
        withdraw_proposal(pair=pair, actor=hoa, at=NOW)
    elif step == Step.REFUSE:
        refuse_pair(pair=pair, reason="thử", actor=binh, at=NOW)
    else:
        reopen_pair(pair=pair, reason="thử", actor=binh, at=NOW)


def test_the_table_leads_nowhere_else(world: World, hoa: Actor) -> None:
    pair = found(world)
    with pytest.raises(ValueError, match="does not lead"):
        merges.move(pair, Step.PROPOSE, State.MERGED, actor=hoa, at=NOW)


@pytest.fixture
def forgetful_audit(transactional_db: None) -> Iterator[None]:
    """Let what a test commits be flushed: SQLite flushes row by row, which the audit chain refuses."""
    yield
    if connection.vendor == "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'core_auditentry'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("DELETE FROM core_auditentry")
        for _, sql in triggers:
            cursor.execute(sql)


@pytest.mark.usefixtures("forgetful_audit")
def test_of_two_approvals_at_once_one_merges(world: World) -> None:
    pair = found(world)
    propose_merge(pair=pair, offer=offer(pair), actor=world.actor(world.cast.hoa), at=NOW)
    approver, gate, told = world.actor(world.cast.binh), Barrier(2), list[str]()

    def approve() -> None:
        gate.wait()
        try:
            approve_proposal(pair=pair, actor=approver, at=LATER)
            told.append("merged")
        except (PairMovedOn, OperationalError):  # SQLite in memory sends the second writer away, a file lets it wait
            told.append("too late")
        finally:
            connection.close()

    both = [Thread(target=approve) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(told) == ["merged", "too late"]
    assert PersonMerge.objects.count() == 1
    with pytest.raises(PairMovedOn):
        approve_proposal(pair=pair, actor=approver, at=LATER)
