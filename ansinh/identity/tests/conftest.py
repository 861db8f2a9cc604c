"""The world of these tests: invented people in the register, invented citizens in an extract."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pytest_django.fixtures import Settings

from ansinh.core import work
from ansinh.core.permissions import SYSTEM, Actor
from ansinh.identity.actions import DecisionRow, receive_extract, record_decisions, start_run
from ansinh.identity.linkage.columns import POPULATION
from ansinh.identity.models import PopulationExtract, Verification, VerificationRun
from ansinh.offices.models import Account
from ansinh.registry.actions import request_import
from ansinh.registry.models import ImportBatch, Person
from tests.cast import DAY, HANOI_CODE, NOW, Cast, person, province

HA_NOI, DA_NANG = "Thành phố Hà Nội", "Thành phố Đà Nẵng"
LATER = NOW + work.LEASE + timedelta(seconds=1)


def insured(number: int, **facts: str) -> dict[str, str]:
    """Invent one row of the register; ``number`` makes it unlike any other."""
    row = {
        "si_no": f"01{number:08d}",
        "full_name": "Nguyễn Thị An",
        "dob": "05/02/1980",
        "sex": "Nữ",
        "id_no": personal_id(number),
        "home_province": "Tỉnh Cao Bằng",
        "res_province": HA_NOI,
    }
    return row | facts


def citizen(number: int, **facts: str | None) -> dict[str, str | int | None]:
    """Invent the citizen who is that insured person."""
    row: dict[str, str | int | None] = dict.fromkeys(POPULATION.columns)
    row |= {
        "person_id": number,
        "full_name": "Nguyễn Thị An",
        "dob": "1980-02-05",
        "sex": "F",
        "id12": personal_id(number),
        "res_province": HA_NOI,
        "died_on": None,
    }
    return row | facts


def strangers(count: int = 300) -> list[dict[str, str | int | None]]:
    """Invent citizens nobody asks about: among a handful of people no number and no name means anything."""
    names = ("Trần Văn", "Lê Thị", "Phạm Đức", "Vũ Ngọc", "Đỗ Minh"), ("Bình", "Cường", "Dung", "Hà", "Sơn", "Tâm")
    return [
        citizen(
            1000 + number,
            full_name=f"{names[0][number % 5]} {names[1][number % 6]}",
            dob=f"{1940 + number % 70}-{1 + number % 12:02d}-{1 + number % 28:02d}",
            id12=f"0{10 + number % 80}{100_000_000 + 977 * number}",
            res_province="Tỉnh Cà Mau",
        )
        for number in range(count)
    ]


def personal_id(number: int) -> str:
    """Invent a personal number of a woman born in 1980."""
    return f"001180{number:06d}"


def decided(person: Person, decision: str = "REVIEW", citizen: int | None = 1, **facts: Any) -> DecisionRow:
    """Invent what the engine decided about somebody; everything agrees unless told (``facts``: any of its columns)."""
    row = DecisionRow(
        person.pk, decision, citizen, 0.9, 6.0, None, "EQUAL", "EQUAL", "EQUAL", "EQUAL", "MISSING", None,
        personal_id(citizen) if citizen else None, None,
    )  # fmt: skip
    return row._replace(**facts)


@dataclass(frozen=True, slots=True)
class World:
    """What a test builds its people with; everything goes through acts."""

    cast: Cast
    folder: Path

    def actor(self, account: Account) -> Actor:
        """Return one of the cast as an actor."""
        return self.cast.actor(account)

    def register(self, *rows: Mapping[str, str]) -> list[Person]:
        """Import people; return them in order."""
        path = self.folder / f"insured-{ImportBatch.objects.count()}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, sorted({name for row in rows for name in row}))
            writer.writeheader()
            writer.writerows(rows)
        batch = request_import(path=path, file_name=path.name, effective_date=DAY, actor=SYSTEM, at=NOW)
        drain("registry.import")
        batch.refresh_from_db()
        assert batch.loaded == len(rows), batch.problem
        people = {person.si_no: person for person in Person.objects.filter(si_no__in=[row["si_no"] for row in rows])}
        return [people[row["si_no"]] for row in rows]

    def extract(self, *rows: Mapping[str, str | int | None]) -> PopulationExtract:
        """Receive an extract with these citizens."""
        path = self.folder / f"population-{PopulationExtract.objects.count()}.parquet"
        pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), path)
        return receive_extract(path=path, cut_off_date=DAY, actor=SYSTEM, at=NOW)

    def run(self, extract: PopulationExtract | None) -> VerificationRun:
        """Ask for a countrywide run."""
        return start_run(area=None, extract=extract, effective_date=DAY, actor=SYSTEM, at=NOW)

    def decide(self, run: VerificationRun, *rows: DecisionRow) -> list[Verification]:
        """Record decisions; return them by person."""
        record_decisions(run=run, rows=rows, actor=SYSTEM, at=NOW)
        people = [row.record for row in rows]
        return list(Verification.objects.filter(run=run, person__in=people).order_by("person"))

    def doubt(self, number: int = 1, *, province: str = HA_NOI, **facts: str | None) -> Verification:
        """Leave one doubtful case waiting: an insured person and a citizen who may be the same."""
        (person,) = self.register(insured(number, res_province=province))
        run = self.run(self.extract(citizen(number, **facts)))
        (case,) = self.decide(run, decided(person, citizen=number, died_on=facts.get("died_on")))
        end(run)
        return Verification.objects.select_related("person__area", "run__extract").get(pk=case.pk)


def drain(queue: str, *, at: datetime = NOW, beat: type[work.Beat] = work.Beat) -> None:
    """Carry out everything that is due in a queue, as the worker does, but on the test's connection."""
    while claimed := work.claim(work.QUEUES[queue], worker=f"worker at {at}", at=at):
        work.carry_out(work.QUEUES[queue], claimed, clock=lambda: at, beat=beat)


def end(run: VerificationRun) -> None:
    """Let a run that a test recorded by hand end, so that another may start."""
    claimed = work.claim(work.Queue("test", "", VerificationRun, lambda row, beat: None), worker="test", at=NOW)
    assert claimed is not None
    assert claimed.pk == run.pk
    work.carry_out(work.Queue("test", "", VerificationRun, lambda row, beat: None), claimed, clock=lambda: NOW)


@pytest.fixture
def world(cast: Cast, settings: Settings, tmp_path: Path) -> World:
    """Give a test an empty register, an empty folder and the cast."""
    settings.VAR = tmp_path
    return World(cast, tmp_path)


@pytest.fixture
def hoa(world: World) -> Actor:
    """Give the steward of Hà Nội."""
    return world.actor(world.cast.hoa)


@pytest.fixture
def nga(world: World) -> Actor:
    """Give a second steward of Hà Nội."""
    return world.actor(person("nga", "Lê Thị Nga", "data_steward", area=province(HANOI_CODE)))


@pytest.fixture
def binh(world: World) -> Actor:
    """Give the lead, who settles what two see differently."""
    return world.actor(world.cast.binh)
