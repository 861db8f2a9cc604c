"""A worker killed with SIGKILL in the middle of a run: another one ends it, as if nothing had happened."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ansinh.core import work
from partners.country import generate
from partners.population import Access, Service, serve
from partners.population.citizens import load

ROOT = Path(__file__).resolve().parents[1]
PEOPLE = 400


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invent a country of 450 citizens, 400 of them insured."""
    folder = tmp_path_factory.mktemp("country")
    generate(folder, citizens=450, insured=PEOPLE, areas=ROOT / "ansinh/offices/areas")
    return folder


@pytest.fixture
def partner(country: Path) -> Iterator[tuple[Service, str]]:
    """Serve the country's citizens, not too fast to be killed in between."""
    service = Service(load(country / "population.parquet"), delay=0.01)
    server = serve(service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield service, f"http://127.0.0.1:{server.server_port}/dan-cu"
    server.shutdown()
    server.server_close()


class Site:
    """An installation of its own: folder, database, environment."""

    def __init__(self, folder: Path, country: Path, **settings: str) -> None:
        self.var, self.country = folder / "var", country
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CLOCK_FILE"}}
        self.environment = kept | {"ANSINH_VAR": str(self.var), "DJANGO_SETTINGS_MODULE": "ansinh.settings", **settings}

    def process(self, what: str, **more: str) -> "subprocess.Popen[bytes]":
        """Start a process of the installation."""
        command = [sys.executable, "-m", "tests.worker_process", what, str(self.country)]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment | more)

    def run(self, what: str, **more: str) -> None:
        """Run a process of the installation to its end."""
        assert self.process(what, **more).wait(timeout=600) == 0

    def work_later(self) -> None:
        """Work when the killed worker's claim has run out."""
        later = self.var / "clock"
        later.write_text(str(int(work.LEASE.total_seconds()) + 5), encoding="ascii")
        self.run("work", CLOCK_FILE=str(later))

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        """Read from the installation's database."""
        with sqlite3.connect(f"file:{self.var / 'ansinh.sqlite3'}?mode=ro", uri=True) as con:
            return con.execute(sql).fetchall()

    def recorded(self) -> int:
        """Count what is recorded."""
        return int(str(self.ask("SELECT count(*) FROM identity_verification")[0][0]))

    def people(self) -> int:
        """Count the people of the register."""
        return int(str(self.ask("SELECT count(*) FROM registry_person")[0][0]))

    def outcome(self) -> list[tuple[object, ...]]:
        """Return every decision, without its key."""
        return self.ask(
            "SELECT p.si_no, v.decision, v.state, v.citizen, v.agree_name, v.agree_dob, v.agree_number"
            " FROM identity_verification v JOIN registry_person p ON p.id = v.person_id ORDER BY 1"
        )

    def kill_worker_when(self, ripe: Callable[[], bool]) -> None:
        """Start a worker and kill it at the moment asked for."""
        worker = self.process("work")
        until = time.monotonic() + 600
        while not ripe():
            assert worker.poll() is None, "the worker ended before it could be killed"
            assert time.monotonic() < until
            time.sleep(0.002)
        worker.send_signal(signal.SIGKILL)
        assert worker.wait(timeout=60) == -signal.SIGKILL


def assert_whole(site: Site) -> None:
    """The run is done, everybody is decided once, and no number is confirmed twice."""
    assert site.ask("SELECT status, position > 0 FROM identity_verificationrun") == [("DONE", 1)]
    people = site.people()
    assert site.ask("SELECT count(*), count(DISTINCT person_id) FROM identity_verification") == [(people, people)]
    confirmed = "FROM registry_identifier WHERE standing = 'CONFIRMED' AND to_date IS NULL"
    assert site.ask(f"SELECT count(*) - count(DISTINCT value), count(*) - count(DISTINCT person_id) {confirmed}") == [
        (0, 0)
    ]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, country: Path) -> Path:
    """Prepare an installation once, to be copied: a run by extract waits in line."""
    folder = tmp_path_factory.mktemp("prepared")
    Site(folder, country).run("prepare")
    return folder


def copied(prepared: Path, folder: Path, country: Path) -> Site:
    """Return an installation of one's own like the one prepared."""
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    return Site(folder, country)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, country: Path, prepared: Path) -> list[tuple[object, ...]]:
    """Return what the same run comes to when nobody is killed."""
    site = copied(prepared, tmp_path_factory.mktemp("undisturbed"), country)
    site.run("work")
    return site.outcome()


@pytest.mark.parametrize("moment", ["personal data lie in plain", "half is recorded"])
def test_a_run_by_extract(
    tmp_path: Path, country: Path, prepared: Path, undisturbed: list[tuple[object, ...]], moment: str
) -> None:
    site = copied(prepared, tmp_path, country)
    private = site.var / "runs" / "1" / "private"
    at_plain = moment == "personal data lie in plain"
    site.kill_worker_when(lambda: (private / "insured.parquet").exists() if at_plain else site.recorded() > 0)
    assert private.exists() == at_plain
    assert site.recorded() < site.people()
    site.work_later()
    assert_whole(site)
    assert site.outcome() == undisturbed
    assert not private.exists()


def test_a_run_by_service(tmp_path: Path, country: Path, partner: tuple[Service, str]) -> None:
    service, url = partner
    access = Access()
    site = Site(
        tmp_path,
        country,
        POPULATION_URL=url,
        POPULATION_RATE="200",
        POPULATION_PROCEDURE=access.procedure,
        POPULATION_CLIENT=access.client,
        POPULATION_API_KEY=access.api_key,
        POPULATION_USER=access.user,
        POPULATION_SECRET=access.secret,
    )
    site.run("prepare")
    site.kill_worker_when(lambda: site.recorded() > 0 and len(service.log) % 50 > 10)
    assert site.recorded() < site.people()
    site.work_later()
    assert_whole(site)
    names = {line.request_id for line in service.log}
    asked = Counter(line.number for line in service.log)
    assert len(names) == site.ask("SELECT count(*) FROM identity_verification WHERE request_id <> ''")[0][0]
    assert len(service.log) - len(names) <= 50
    assert max(asked.values()) <= 4  # a number that clerks gave to several people is asked about for each of them
