"""Asking for a run."""

import pytest

from ansinh.core.errors import NotPermitted, OutOfReach
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import Actor
from ansinh.identity.actions import AreaBeingVerified, CountrywideOnly, NobodyToVerify, cancel_run, start_run
from ansinh.identity.models import PopulationExtract, VerificationRun
from ansinh.identity.tests.conftest import DA_NANG, World, citizen, insured
from ansinh.offices.models import Area
from tests.cast import DA_NANG_CODE, DAY, HANOI_CODE, NOW, province


@pytest.fixture
def populated(world: World) -> World:
    """One person in Hà Nội, one in Đà Nẵng."""
    world.register(insured(1), insured(2, res_province=DA_NANG))
    return world


def ask(world: World, actor: Actor, area: Area | None) -> VerificationRun:
    """Ask for a run against an extract of one."""
    extract = PopulationExtract.objects.first() or world.extract(citizen(1))
    return start_run(area=area, extract=extract, effective_date=DAY, actor=actor, at=NOW)


def test_it_puts_the_run_in_line_and_says_who_asked(populated: World) -> None:
    run = ask(populated, populated.actor(populated.cast.hoa), province(HANOI_CODE))
    assert run.status == run.Status.QUEUED
    assert run.asked_by == populated.cast.hoa
    assert run.policy
    assert AuditEntry.objects.get(event="identity.run_asked").data["area"] == HANOI_CODE


def test_it_refuses_a_second_open_run_over_the_same_area(populated: World) -> None:
    hoa = populated.actor(populated.cast.hoa)
    first = ask(populated, hoa, province(HANOI_CODE))
    with pytest.raises(AreaBeingVerified):
        ask(populated, hoa, province(HANOI_CODE))
    cancel_run(run=first, actor=hoa, at=NOW)
    assert ask(populated, hoa, province(HANOI_CODE)).pk != first.pk


def test_two_provinces_may_run_side_by_side(populated: World) -> None:
    ask(populated, populated.actor(populated.cast.hoa), province(HANOI_CODE))
    ask(populated, populated.actor(populated.cast.quan), province(DA_NANG_CODE))
    assert VerificationRun.objects.count() == 2


@pytest.mark.parametrize("country_first", [True, False])
def test_the_whole_country_and_a_province_exclude_each_other(populated: World, *, country_first: bool) -> None:
    binh = populated.actor(populated.cast.binh)
    first, second = (None, province(HANOI_CODE)) if country_first else (province(HANOI_CODE), None)
    ask(populated, binh, first)
    with pytest.raises(AreaBeingVerified):
        ask(populated, binh, second)


def test_the_whole_country_is_not_for_a_provincial_steward(populated: World) -> None:
    with pytest.raises(CountrywideOnly):
        ask(populated, populated.actor(populated.cast.hoa), None)


def test_another_province_is_out_of_reach(populated: World) -> None:
    with pytest.raises(OutOfReach):
        ask(populated, populated.actor(populated.cast.quan), province(HANOI_CODE))


def test_it_needs_the_permission(populated: World) -> None:
    with pytest.raises(NotPermitted):
        ask(populated, populated.actor(populated.cast.minh), None)


def test_it_refuses_an_area_without_people(populated: World) -> None:
    with pytest.raises(NobodyToVerify):
        ask(populated, populated.actor(populated.cast.binh), province("04"))
