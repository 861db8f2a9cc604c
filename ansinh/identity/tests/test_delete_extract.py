"""Letting go of an extract, by schedule."""

from datetime import date, timedelta

import pytest

from ansinh import law
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import NotPermitted
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import (
    ExtractInUse,
    cancel_run,
    decide_review,
    delete_extract,
    open_case,
    receive_extract,
    start_run,
)
from ansinh.identity.extracts import ExtractGone
from ansinh.identity.models import ExtractDisposal, PopulationExtract, Review
from ansinh.identity.queues.runs import private_folder
from ansinh.identity.tests.conftest import World, citizen, drain, insured
from tests.cast import DAY, NOW

DUE = NOW + timedelta(days=int(law.at(DAY).privacy.extract_retention))


def test_its_day_is_set_by_the_law_of_the_day_it_came(world: World) -> None:
    extract = world.extract(citizen(1))
    assert extract.delete_on == DUE.date()
    assert law.at(DAY).privacy.extract_retention.source
    disposal = ExtractDisposal.objects.get()
    assert (disposal.status, disposal.available_at.astimezone(VIETNAM).date()) == (disposal.Status.QUEUED, DUE.date())


def test_before_its_day_it_stays(world: World) -> None:
    extract = world.extract(citizen(1))
    drain("identity.disposal", at=DUE - timedelta(days=1))
    extract.refresh_from_db()
    assert extract.is_held
    assert extract.file.exists()


def test_on_its_day_key_and_file_go_and_the_rest_is_told(world: World) -> None:
    world.register(insured(1))
    extract = world.extract(citizen(1))
    run = world.run(extract)
    drain("identity.run")
    left = private_folder(run) / "insured.parquet"
    left.parent.mkdir()
    left.write_bytes(b"left by a killed worker")
    drain("identity.disposal", at=DUE)
    extract.refresh_from_db()
    assert not extract.is_held
    assert not extract.file.exists()
    assert not left.parent.exists()
    assert (extract.deleted_at, extract.rows, extract.cut_off_date) == (DUE, 1, DAY)
    assert AuditEntry.objects.get(event="identity.extract_deleted").data["digest"] == extract.digest
    assert ExtractDisposal.objects.get().status == ExtractDisposal.Status.DONE


def test_it_waits_for_a_run_that_works_with_it(world: World) -> None:
    world.register(insured(1))
    extract = world.extract(citizen(1))
    run = world.run(extract)
    with pytest.raises(ExtractInUse):
        delete_extract(extract=extract, actor=SYSTEM, at=DUE)
    drain("identity.disposal", at=DUE)
    disposal = ExtractDisposal.objects.get()
    assert disposal.status == disposal.Status.QUEUED
    assert disposal.available_at > DUE
    assert "chưa kết thúc" in disposal.problem
    cancel_run(run=run, actor=SYSTEM, at=DUE)
    drain("identity.disposal", at=disposal.available_at)
    extract.refresh_from_db()
    assert not extract.is_held


def test_a_file_left_behind_by_a_killed_worker_is_removed_the_next_time(world: World) -> None:
    extract = world.extract(citizen(1))
    delete_extract(extract=extract, actor=SYSTEM, at=NOW)
    assert extract.file.exists()
    drain("identity.disposal", at=DUE)
    assert not extract.file.exists()


def test_no_run_starts_with_it_any_more(world: World) -> None:
    world.register(insured(1))
    extract = world.extract(citizen(1))
    delete_extract(extract=extract, actor=SYSTEM, at=NOW)
    with pytest.raises(ExtractGone, match="đã được xóa theo lịch"):
        start_run(area=None, extract=extract, effective_date=DAY, actor=SYSTEM, at=NOW)


def test_a_case_still_opens_and_says_that_the_extract_is_gone(world: World) -> None:
    case = world.doubt()
    assert case.run.extract
    delete_extract(extract=case.run.extract, actor=SYSTEM, at=NOW)
    case = type(case).objects.select_related("person__area", "run__extract").get(pk=case.pk)
    opened = open_case(verification=case, actor=SYSTEM, at=NOW)
    assert "đã được xóa theo lịch ngày 28/06/2024" in opened.gone
    assert not opened.may_be_same
    with pytest.raises(ExtractGone):
        decide_review(verification=case, verdict=Review.Verdict.SAME, reason="", actor=SYSTEM, at=NOW)
    decide_review(verification=case, verdict=Review.Verdict.ASK, reason="", actor=SYSTEM, at=NOW)
    case.refresh_from_db()
    assert case.state == case.State.SENT_BACK


def test_the_same_file_may_come_again_and_its_cases_open_again(world: World) -> None:
    case = world.doubt()
    assert case.run.extract
    delete_extract(extract=case.run.extract, actor=SYSTEM, at=NOW)
    path = world.folder / "population-0.parquet"
    later = NOW + timedelta(days=100)
    again = receive_extract(path=path, cut_off_date=date(2024, 6, 1), actor=SYSTEM, at=later)
    drain("identity.disposal", at=DUE)
    again.refresh_from_db()
    assert again.is_held
    assert again.pk == case.run.extract.pk
    assert again.deleted_at is None
    case = type(case).objects.select_related("person__area", "run__extract").get(pk=case.pk)
    assert open_case(verification=case, actor=SYSTEM, at=NOW).has_citizen


def test_it_is_not_for_a_provincial_steward(world: World) -> None:
    extract = world.extract(citizen(1))
    with pytest.raises(NotPermitted):
        delete_extract(extract=extract, actor=world.actor(world.cast.hoa), at=NOW)
    assert PopulationExtract.objects.get().is_held
