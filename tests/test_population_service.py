"""A run by the partner's service, against a real server that speaks the wire format: answers, faults, pace, kills."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from pytest_django.fixtures import Settings

from ansinh.core import work
from ansinh.core.models import AuditEntry
from ansinh.exchange import population
from ansinh.identity.actions import (
    CaseNotOpenable,
    RunStillOpen,
    cancel_run,
    decide_review,
    draw_sample,
    open_identity_case,
    record_answers,
    resume_run,
    start_run,
)
from ansinh.identity.models import Review, Verification, VerificationRun
from ansinh.identity.ports import Question, ServiceSilent
from ansinh.identity.queries import confirmed
from ansinh.identity.queues import service as queue
from ansinh.identity.tests.conftest import World, insured, personal_id, world
from ansinh.registry.models import Person
from partners.population import Access, Service, serve
from partners.population.citizens import Citizen
from tests.cast import DAY, HANOI_CODE, NOW, province

__all__ = ["world"]

ACCESS = Access()
AN = Citizen("NGUYỄN THỊ AN", "19800205", "2")
pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Serve the stand-in, empty, and point An Sinh at it as its settings would."""
    service = Service({}, ACCESS)
    server = serve(service)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    settings.POPULATION_URL = f"http://127.0.0.1:{server.server_port}/dan-cu"
    settings.POPULATION_RATE = "200"
    for name, value in (
        ("PROCEDURE", ACCESS.procedure),
        ("CLIENT", ACCESS.client),
        ("API_KEY", ACCESS.api_key),
        ("USER", ACCESS.user),
        ("SECRET", ACCESS.secret),
        ("TIMEOUT", 0.5),
    ):
        monkeypatch.setattr(population, name, value)
    monkeypatch.setattr(queue, "PAUSE", timedelta(seconds=0.02))
    yield service
    server.shutdown()
    server.server_close()
    thread.join()


def start(world: World) -> VerificationRun:
    """Let the steward of Hà Nội ask the service about her province."""
    actor = world.actor(world.cast.hoa)
    return start_run(area=province(HANOI_CODE), extract=None, effective_date=DAY, actor=actor, at=NOW)


def drain(*, since: datetime = NOW, beat: type[work.Beat] = work.Beat) -> None:
    """Carry out what is due, on a clock that goes."""
    began = time.monotonic()

    def clock() -> datetime:
        return since + timedelta(seconds=time.monotonic() - began)

    while claimed := work.claim(work.QUEUES["identity.run"], worker=f"worker at {since}", at=clock()):
        work.carry_out(work.QUEUES["identity.run"], claimed, clock=clock, beat=beat)


def ended(run: VerificationRun) -> VerificationRun:
    """Return a run as it stands."""
    return VerificationRun.objects.get(pk=run.pk)


def many(world: World, partner: Service, count: int) -> VerificationRun:
    """Put a run over so many people in line, whom the partner knows as they are."""
    world.register(*[insured(number) for number in range(1, count + 1)])
    partner.citizens = {personal_id(number): AN for number in range(1, count + 1)}
    return start(world)


def test_it_confirms_who_agrees_and_keeps_only_what_was_compared(world: World, partner: Service) -> None:
    (person,) = world.register(insured(1, full_name="nguyễn thị an"))  # as a clerk types it
    partner.citizens = {personal_id(1): AN}
    run = start(world)
    drain()
    run = ended(run)
    assert run.status == run.Status.DONE, run.problem
    one = Verification.objects.get(run=run)
    assert (one.decision, one.state, one.citizen, one.probability) == ("VERIFIED", "CONFIRMED", None, None)
    assert (one.agree_number, one.agree_name, one.agree_dob, one.agree_sex) == ("EQUAL",) * 4
    assert one.request_id == partner.log[0].request_id
    assert confirmed().get(person=person).value == personal_id(1)
    assert run.report["decisions"] == {"VERIFIED": 1}


def test_every_question_names_officer_and_unit_and_is_in_the_audit_chain(world: World, partner: Service) -> None:
    run = many(world, partner, 1)
    drain()
    assert (partner.log[0].officer, partner.log[0].unit) == ("hoa", "BHXH-01")
    asked = AuditEntry.objects.get(event="identity.population_asked")
    assert asked.data["officer"] == "hoa"
    assert asked.data["unit"] == "BHXH-01"
    assert AuditEntry.objects.get(event="identity.answers_recorded").subject == f"run:{run.pk}"


@pytest.mark.parametrize(
    ("declared", "differs"),
    [
        ({"full_name": "Nguyễn Thị Ân"}, {"agree_name"}),
        ({"dob": "06/02/1980"}, {"agree_dob"}),
        ({"dob": "1980"}, {"agree_dob"}),
        ({"sex": "Nam", "full_name": "Nguyễn An"}, {"agree_sex", "agree_name"}),
    ],
)
def test_what_differs_waits_for_a_person(
    world: World, partner: Service, declared: dict[str, str], differs: set[str]
) -> None:
    world.register(insured(1, **declared))
    partner.citizens = {personal_id(1): AN}
    run = start(world)
    drain()
    one = Verification.objects.get(run=run)
    assert (one.decision, one.state) == ("REVIEW", "WAITING")
    fields = ("agree_number", "agree_name", "agree_dob", "agree_sex")
    assert {field for field in fields if getattr(one, field) == "DIFFERENT"} == differs
    assert not confirmed().exists()


def test_a_year_is_compared_with_a_year(world: World, partner: Service) -> None:
    world.register(insured(1, dob="1980"))
    partner.citizens = {personal_id(1): AN._replace(birth="1980")}
    run = start(world)
    drain()
    assert Verification.objects.get(run=run).state == "CONFIRMED"


def test_who_is_not_there_is_not_found_and_who_has_no_number_is_not_asked(world: World, partner: Service) -> None:
    world.register(insured(1), insured(2, id_no=""), insured(3, dob=""))
    run = start(world)
    drain()
    made = list(Verification.objects.filter(run=run).order_by("person").values_list("state", "agree_number"))
    assert made == [("NOT_FOUND", "DIFFERENT"), ("NOT_FOUND", "MISSING"), ("NOT_FOUND", "MISSING")]
    assert len(partner.log) == 1


def test_an_old_number_that_agrees_confirms_no_personal_number(world: World, partner: Service) -> None:
    world.register(insured(1, id_no="012345678"))
    partner.citizens = {"012345678": AN}
    run = start(world)
    drain()
    one = Verification.objects.get(run=run)
    assert (one.state, one.agree_number) == ("WAITING", "OLD")
    assert not confirmed().exists()


def test_two_records_with_one_number_are_not_both_confirmed(world: World, partner: Service) -> None:
    world.register(insured(1), insured(2, id_no=personal_id(1)))
    partner.citizens = {personal_id(1): AN}
    drain_run = start(world)
    drain()
    states = Counter(Verification.objects.filter(run=drain_run).values_list("state", "obstacle"))
    assert states["WAITING", "TAKEN"] >= 1
    assert confirmed().count() <= 1


def test_who_is_verified_already_is_not_asked_about(world: World, partner: Service) -> None:
    many(world, partner, 3)
    drain()
    world.register(insured(4))
    again = start(world)
    assert again.people == 1
    drain()
    assert len(partner.log) == 4


def test_a_case_with_a_candidate_is_replaced_by_a_confirmation_only(world: World, partner: Service) -> None:
    case = world.doubt()
    start(world)
    drain()
    case.refresh_from_db()
    assert case.state == case.State.WAITING
    assert Verification.objects.exclude(state="SUPERSEDED").count() == 1
    partner.citizens = {personal_id(1): AN}
    again = start(world)
    drain()
    case.refresh_from_db()
    assert case.state == case.State.SUPERSEDED
    assert Verification.objects.exclude(state="SUPERSEDED").get().run == again


def test_a_mismatch_it_tells_becomes_a_case_that_no_other_answer_replaces(world: World, partner: Service) -> None:
    world.register(insured(1, full_name="Nguyễn Thị Ân"))
    partner.citizens = {personal_id(1): AN}
    start(world)
    drain()
    row = Verification.objects.select_related("person__area", "run").get()
    hoa = world.actor(world.cast.hoa)
    with pytest.raises(CaseNotOpenable, match="Hãy xét xong"):
        open_identity_case(verification=row, ground="", actor=hoa, at=NOW)
    decide_review(verification=row, verdict=Review.Verdict.ASK, reason="", actor=hoa, at=NOW)
    case = open_identity_case(verification=row, ground="", actor=hoa, at=NOW)
    assert list(case.fields.values_list("field", "ours", "theirs")) == [("name", "Nguyễn Thị Ân", "")]
    assert case.wrong_side == case.Side.UNKNOWN
    start(world)
    drain()
    row.refresh_from_db()
    assert row.state == row.State.SENT_BACK


def test_what_the_service_confirmed_is_no_decision_of_the_machine(world: World, partner: Service) -> None:
    run = many(world, partner, 2)
    drain()
    binh = world.actor(world.cast.binh)
    with pytest.raises(RunStillOpen):
        draw_sample(run=ended(run), half_width=0.05, seed=1, actor=binh, at=NOW)


@pytest.mark.parametrize("kind", ["500", "garbage", "truncated", "other", "timeout", "429"])
def test_a_fault_that_passes_is_not_noticed(world: World, partner: Service, kind: str) -> None:
    run = many(world, partner, 8)
    partner.fail(kind, times=2, seconds=0.6 if kind == "timeout" else 0)
    drain()
    assert ended(run).status == run.Status.DONE, ended(run).problem
    assert Verification.objects.filter(run=run, state="CONFIRMED").count() == 8
    heard = Counter(line.request_id for line in partner.log)
    assert len(heard) == 8
    assert max(heard.values()) <= 3


def test_a_slow_partner_is_waited_for(world: World, partner: Service) -> None:
    run = many(world, partner, 2)
    partner.fail("slow", times=2, seconds=0.2)
    drain()
    assert ended(run).status == run.Status.DONE
    assert len(partner.log) == 2


def test_a_partner_that_stays_silent_lets_the_run_wait_and_then_go_on(world: World, partner: Service) -> None:
    run = many(world, partner, 60)
    partner.citizens = dict(partner.citizens)
    answered = 50
    stop_after(partner, answered)
    drain()
    waiting = ended(run)
    assert waiting.status == run.Status.QUEUED
    assert "báo lỗi 500" in waiting.problem
    assert waiting.available_at > NOW
    recorded = Verification.objects.filter(run=run).count()
    assert answered - 4 <= recorded <= answered
    partner.faults.clear()
    drain(since=waiting.available_at)
    assert ended(run).status == run.Status.DONE, ended(run).problem
    assert Verification.objects.filter(run=run).count() == 60
    assert ended(run).problem == ""


def stop_after(partner: Service, questions: int) -> None:
    """Let the partner answer so many questions and then fail for good."""
    partner.faults.extend([("slow", 0.0)] * questions + [("500", 0.0)] * 1000)


def test_after_five_silences_in_a_row_a_person_must_look_and_may_resume(world: World, partner: Service) -> None:
    run = many(world, partner, 3)
    partner.fail("500", times=1000)
    at = NOW
    for _ in range(work.ATTEMPTS):
        drain(since=at)
        at = max(ended(run).available_at, at) + timedelta(seconds=1)
    assert ended(run).status == run.Status.INCIDENT
    assert "Chạy tiếp" in ended(run).problem
    partner.faults.clear()
    resume_run(run=ended(run), actor=world.actor(world.cast.hoa), at=at)
    drain(since=at)
    assert ended(run).status == run.Status.DONE


def test_a_long_wait_is_waited_in_line_not_in_the_worker(world: World, partner: Service) -> None:
    run = many(world, partner, 1)
    partner.fail("429", seconds=900)
    began = time.monotonic()
    drain()
    assert time.monotonic() - began < 10
    assert ended(run).status == run.Status.QUEUED
    assert ended(run).available_at >= NOW + timedelta(seconds=900)


@pytest.mark.parametrize(("kind", "says"), [("004", "MaDVC"), ("005", "cán bộ"), ("401", "POPULATION_SECRET")])
def test_a_no_to_the_agency_is_told_in_plain_words(world: World, partner: Service, kind: str, says: str) -> None:
    run = many(world, partner, 1)
    partner.fail(kind)
    drain()
    assert ended(run).status == run.Status.INCIDENT
    assert says in ended(run).problem
    assert not Verification.objects.exists()


def test_a_partner_that_is_not_there_is_silence(settings: Settings, partner: Service) -> None:
    settings.POPULATION_URL = "http://127.0.0.1:9/dan-cu"
    with pytest.raises(ServiceSilent):
        population.Ndxp().authenticate(Question("AS-1", "hoa", "BHXH-01", "1" * 12, "", "A", "1980", ""), at=NOW)


def test_the_pace_of_the_agreement_is_kept(world: World, partner: Service, settings: Settings) -> None:
    settings.POPULATION_RATE = "20"
    run = many(world, partner, 45)
    drain()
    assert ended(run).status == run.Status.DONE
    heard = sorted(line.at for line in partner.log)
    assert max(sum(at <= other < at + 1 for other in heard) for at in heard) <= 22
    assert len([1 for one, other in pairwise(heard) if other - one > 0.03]) > 30


def test_a_stopped_run_goes_on_where_it_stood_and_asks_nobody_twice(world: World, partner: Service) -> None:
    run = many(world, partner, 120)

    class Cancelling(work.Beat):
        """Stops the run once it has recorded something."""

        def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
            if done == 50:
                cancel_run(run=run, actor=world.actor(world.cast.hoa), at=NOW)
            super().__call__(step, done, total)

    drain(beat=Cancelling)
    assert ended(run).status == run.Status.CANCELLED
    assert (len(partner.log), Verification.objects.filter(run=run).count()) == (50, 50)
    resume_run(run=ended(run), actor=world.actor(world.cast.hoa), at=NOW)
    drain()
    run = ended(run)
    assert run.status == run.Status.DONE
    assert (run.done, run.total, run.people) == (120, 120, 120)
    assert len({line.number for line in partner.log}) == len(partner.log) == 120
    assert Verification.objects.filter(run=run).count() == 120


def test_a_worker_killed_between_question_and_record_asks_again_under_the_same_name(
    world: World, partner: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = many(world, partner, 70)
    calls = list[int]()

    def die_at_the_second(**facts: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        record_answers(**facts)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(queue, "record_answers", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        drain()
    assert Verification.objects.filter(run=run).count() == 50
    drain(since=NOW + work.LEASE + timedelta(minutes=1))
    assert ended(run).status == run.Status.DONE
    assert Verification.objects.filter(run=run).count() == Person.objects.count() == 70
    heard = Counter(line.number for line in partner.log)
    names = {line.number: line.request_id for line in partner.log}
    assert sum(times == 2 for times in heard.values()) == 20
    assert {line.request_id for line in partner.log} == set(names.values())
