"""Letting a stopped run go on."""

import pytest

from ansinh.core import work
from ansinh.core.errors import OutOfReach
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import (
    AreaBeingVerified,
    CountrywideOnly,
    NewerRunExists,
    RunNotStopped,
    cancel_run,
    delete_extract,
    resume_run,
    start_run,
)
from ansinh.identity.extracts import ExtractGone
from ansinh.identity.models import Verification, VerificationRun
from ansinh.identity.queries.progress import RECORDING
from ansinh.identity.queues import runs
from ansinh.identity.tests.conftest import World, citizen, drain, insured
from ansinh.offices.models import Area
from tests.cast import DAY, HANOI_CODE, NOW, province


@pytest.fixture
def stopped(world: World) -> VerificationRun:
    """Stop a run over Hà Nội that waited."""
    world.register(*[insured(number) for number in range(1, 7)])
    run = start(world, province(HANOI_CODE))
    cancel_run(run=run, actor=SYSTEM, at=NOW)
    run.refresh_from_db()
    return run


def start(world: World, area: Area | None) -> VerificationRun:
    """Ask for a run against an extract of its own."""
    extract = world.extract(*[citizen(number) for number in range(1, 7)], citizen(90 + VerificationRun.objects.count()))
    return start_run(area=area, extract=extract, effective_date=DAY, actor=SYSTEM, at=NOW)


def test_it_goes_on_after_what_is_recorded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "CHUNK", 2)
    world.register(*[insured(number) for number in range(1, 7)])
    run = start(world, None)

    class Cancelling(work.Beat):
        """Stops the run once some are recorded."""

        def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
            if (step, done) == (RECORDING, 4):
                cancel_run(run=run, actor=SYSTEM, at=NOW)
            super().__call__(step, done, total)

    drain("identity.run", beat=Cancelling)
    run.refresh_from_db()
    assert run.status == run.Status.CANCELLED
    first = list(Verification.objects.values_list("pk", flat=True))
    made = run.decisions_file.stat().st_mtime_ns
    resume_run(run=run, actor=SYSTEM, at=NOW)
    drain("identity.run")
    run.refresh_from_db()
    assert run.status == run.Status.DONE, run.problem
    assert len(first) == 4
    assert set(first) < set(Verification.objects.values_list("pk", flat=True))
    assert Verification.objects.filter(run=run).count() == 6
    assert run.decisions_file.stat().st_mtime_ns == made
    assert AuditEntry.objects.get(event="identity.run_resumed").data["position"] > 0


def test_one_that_failed_goes_on_too(world: World) -> None:
    world.register(insured(1))
    run = start(world, None)
    assert run.extract
    away = run.extract.file.with_suffix(".away")
    run.extract.file.rename(away)
    drain("identity.run")
    run.refresh_from_db()
    assert run.status == run.Status.INCIDENT
    away.rename(run.extract.file)
    resume_run(run=run, actor=SYSTEM, at=NOW)
    drain("identity.run")
    run.refresh_from_db()
    assert (run.status, run.problem) == (run.Status.DONE, "")


def test_a_second_press_is_refused(stopped: VerificationRun) -> None:
    resume_run(run=stopped, actor=SYSTEM, at=NOW)
    with pytest.raises(RunNotStopped):
        resume_run(run=stopped, actor=SYSTEM, at=NOW)


def test_a_run_that_is_done_is_not_resumed(stopped: VerificationRun) -> None:
    resume_run(run=stopped, actor=SYSTEM, at=NOW)
    drain("identity.run")
    with pytest.raises(RunNotStopped):
        resume_run(run=stopped, actor=SYSTEM, at=NOW)


def test_it_waits_for_another_open_run_over_the_same_people(world: World, stopped: VerificationRun) -> None:
    start(world, None)
    with pytest.raises(AreaBeingVerified):
        resume_run(run=stopped, actor=SYSTEM, at=NOW)


def test_it_never_puts_older_results_over_newer_ones(world: World, stopped: VerificationRun) -> None:
    start(world, None)
    drain("identity.run")
    with pytest.raises(NewerRunExists):
        resume_run(run=stopped, actor=SYSTEM, at=NOW)
    work.QUEUES["identity.run"].rows.filter(pk=stopped.pk).update(status="INCIDENT")
    work.QUEUES["identity.run"].reopen(stopped.pk, NOW)  # as operations do, past the act
    drain("identity.run")
    stopped.refresh_from_db()
    assert "đợt khác ghi kết quả" in stopped.problem
    assert not Verification.objects.filter(run=stopped).exists()


def test_it_needs_its_extract(stopped: VerificationRun) -> None:
    assert stopped.extract
    delete_extract(extract=stopped.extract, actor=SYSTEM, at=NOW)
    stopped = VerificationRun.objects.get(pk=stopped.pk)
    with pytest.raises(ExtractGone):
        resume_run(run=stopped, actor=SYSTEM, at=NOW)


def test_another_provinces_run_is_out_of_reach(world: World, stopped: VerificationRun) -> None:
    with pytest.raises(OutOfReach):
        resume_run(run=stopped, actor=world.actor(world.cast.quan), at=NOW)


def test_a_countrywide_run_is_not_for_a_provincial_steward(world: World) -> None:
    world.register(insured(1))
    run = start(world, None)
    cancel_run(run=run, actor=SYSTEM, at=NOW)
    with pytest.raises(CountrywideOnly):
        resume_run(run=run, actor=world.actor(world.cast.hoa), at=NOW)
