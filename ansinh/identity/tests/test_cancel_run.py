"""Stopping a run."""

import pytest

from ansinh.core import work
from ansinh.core.errors import OutOfReach
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import CountrywideOnly, RunNotOpen, cancel_run, start_run
from ansinh.identity.models import VerificationRun
from ansinh.identity.tests.conftest import World, citizen, insured
from tests.cast import DAY, HANOI_CODE, NOW, province


@pytest.fixture
def run(world: World) -> VerificationRun:
    """Wait in line: a run over Hà Nội."""
    world.register(insured(1))
    return start_run(
        area=province(HANOI_CODE), extract=world.extract(citizen(1)), effective_date=DAY, actor=SYSTEM, at=NOW
    )


def test_it_ends_a_waiting_run_at_once(world: World, run: VerificationRun) -> None:
    cancel_run(run=run, actor=world.actor(world.cast.hoa), at=NOW)
    run.refresh_from_db()
    assert run.status == run.Status.CANCELLED
    assert run.ended_at == NOW
    assert AuditEntry.objects.filter(event="identity.run_cancel_asked", account_id=world.cast.hoa.pk).count() == 1


def test_it_asks_a_running_one_to_stop(world: World, run: VerificationRun) -> None:
    work.claim(work.QUEUES["identity.run"], worker="a", at=NOW)
    cancel_run(run=run, actor=world.actor(world.cast.hoa), at=NOW)
    run.refresh_from_db()
    assert run.status == run.Status.RUNNING
    assert run.cancel_asked


def test_it_refuses_a_run_that_has_ended(world: World, run: VerificationRun) -> None:
    cancel_run(run=run, actor=SYSTEM, at=NOW)
    with pytest.raises(RunNotOpen):
        cancel_run(run=run, actor=SYSTEM, at=NOW)


def test_another_provinces_run_is_out_of_reach(world: World, run: VerificationRun) -> None:
    with pytest.raises(OutOfReach):
        cancel_run(run=run, actor=world.actor(world.cast.quan), at=NOW)


def test_a_countrywide_run_is_not_for_a_provincial_steward(world: World) -> None:
    world.register(insured(1))
    run = world.run(world.extract(citizen(1)))
    with pytest.raises(CountrywideOnly):
        cancel_run(run=run, actor=world.actor(world.cast.hoa), at=NOW)
