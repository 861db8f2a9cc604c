"""A run from end to end through the real engine: killed, resumed, cancelled, refused."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from django.conf import settings

from ansinh.core import work
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity import linkage
from ansinh.identity.actions import cancel_run, receive_extract, start_run
from ansinh.identity.models import Verification, VerificationRun
from ansinh.identity.queries import confirmed
from ansinh.identity.queues import runs as queues
from ansinh.identity.tests.conftest import LATER, World, drain
from ansinh.registry.actions import request_import
from ansinh.registry.models import Person
from tests.cast import DAY, NOW

RECORDING = "Ghi kết quả"
CHUNK = 200


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invent a country of 1,800 citizens, 1,500 of them insured."""
    folder = tmp_path_factory.mktemp("country")
    command = [
        sys.executable,
        "-m",
        "partners.country",
        "--out",
        str(folder),
        "--citizens",
        "1800",
        "--insured",
        "1500",
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=settings.BASE.parent)
    return folder


@pytest.fixture
def run(world: World, country: Path, monkeypatch: pytest.MonkeyPatch) -> VerificationRun:
    """Put a countrywide run over that country in line, to be recorded in several chunks."""
    monkeypatch.setattr(queues, "CHUNK", CHUNK)
    path = country / "insured.csv"
    request_import(path=path, file_name=path.name, effective_date=DAY, actor=SYSTEM, at=NOW)
    drain("registry.import")
    extract = receive_extract(path=country / "population.parquet", cut_off_date=DAY, actor=SYSTEM, at=NOW)
    return world.run(extract)


def at_chunk(number: int, act: Callable[[work.Beat], None]) -> type[work.Beat]:
    """Build a beat that does something when so many chunks are recorded."""

    class Interrupting(work.Beat):
        """Beats, and acts once."""

        def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
            """Beat; act at the chunk asked for."""
            if step == RECORDING and done == number * CHUNK:
                act(self)
            super().__call__(step, done, total)

    return Interrupting


def die(_beat: work.Beat) -> None:
    """Stop as a killed process does: nothing after this line runs."""
    raise KeyboardInterrupt


def decisions(run: VerificationRun) -> list[tuple[int, str, str, int | None]]:
    """Read what is recorded of a run."""
    rows = Verification.objects.filter(run=run).order_by("person")
    return list(rows.values_list("person", "decision", "state", "citizen"))


def test_it_decides_about_every_living_person_and_the_report_adds_up(run: VerificationRun, country: Path) -> None:
    drain("identity.run")
    run.refresh_from_db()
    assert run.status == run.Status.DONE, run.problem
    made = decisions(run)
    assert len(made) == Person.objects.count() == run.report["people"]
    assert run.report["decisions"] == Counter(decision for _, decision, _, _ in made)
    assert run.report["states"] == Counter(state for _, _, state, _ in made)
    assert confirmed().count() == run.report["states"]["CONFIRMED"]
    found = sum(sum(row.values()) for row in run.report["evidence"].values())
    assert found == len(made) - run.report["decisions"]["NOT_FOUND"]
    assert run.position == made[-1][0]


def test_nearly_everybody_is_found_and_nearly_nobody_wrongly(run: VerificationRun, country: Path) -> None:
    drain("identity.run")
    truth = dict(
        duckdb.execute("SELECT si_no, person_id FROM read_parquet(?)", [f"{country}/truth.parquet"]).fetchall()
    )
    sure = Verification.objects.filter(run=run, state=Verification.State.CONFIRMED).select_related("person")
    wrong = [case for case in sure if truth[case.person.si_no] != case.citizen]
    assert len(sure) > 0.95 * len(truth)
    assert len(wrong) <= 1


def test_it_keeps_the_decisions_but_no_personal_data(run: VerificationRun) -> None:
    drain("identity.run")
    folder = run.decisions_file.parent
    assert {path.name for path in folder.iterdir()} == {"decisions.parquet", "decisions.parquet.report"}
    columns = duckdb.read_parquet(str(run.decisions_file)).columns
    assert not {"full_name", "dob", "id_no", "id12"} & set(columns)


def test_a_killed_run_is_claimed_again_and_nothing_is_doubled(run: VerificationRun) -> None:
    with pytest.raises(KeyboardInterrupt):
        drain("identity.run", beat=at_chunk(2, die))
    run.refresh_from_db()
    assert run.status == run.Status.RUNNING
    assert len(decisions(run)) == 2 * CHUNK
    kept = run.decisions_file.stat().st_mtime_ns
    drain("identity.run")
    run.refresh_from_db()
    assert run.status == run.Status.RUNNING
    drain("identity.run", at=LATER)
    run.refresh_from_db()
    assert run.status == run.Status.DONE, run.problem
    assert run.decisions_file.stat().st_mtime_ns == kept
    people = [person for person, *_ in decisions(run)]
    assert people == list(Person.objects.order_by("pk").values_list("pk", flat=True))
    assert confirmed().count() == run.report["states"]["CONFIRMED"]
    recorded = AuditEntry.objects.filter(event="identity.decisions_recorded").values_list("data", flat=True)
    assert sum(data["people"] for data in recorded) == len(people)


def test_killed_before_the_engine_has_ended_it_starts_over(run: VerificationRun) -> None:
    class Dying(work.Beat):
        """Dies while the engine works."""

        def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
            """Die half-way through the linkage."""
            super().__call__(step, done, total)
            if step == "Tìm và so sánh":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drain("identity.run", beat=Dying)
    assert list(run.decisions_file.parent.iterdir()) == []
    drain("identity.run", at=LATER)
    run.refresh_from_db()
    assert run.status == run.Status.DONE, run.problem


def test_a_cancelled_run_stops_between_chunks_and_keeps_what_it_recorded(run: VerificationRun) -> None:
    drain("identity.run", beat=at_chunk(3, lambda beat: cancel_run(run=run, actor=SYSTEM, at=NOW)))
    run.refresh_from_db()
    assert run.status == run.Status.CANCELLED
    assert len(decisions(run)) == 3 * CHUNK


def test_a_worker_thought_dead_stops_when_another_holds_the_run(run: VerificationRun) -> None:
    def usurp(beat: work.Beat) -> None:
        assert work.claim(work.QUEUES["identity.run"], worker="another", at=LATER)

    queue = work.QUEUES["identity.run"]
    claimed = work.claim(queue, worker="first", at=NOW)
    assert claimed is not None
    work.carry_out(queue, claimed, clock=lambda: NOW, beat=at_chunk(1, usurp))
    run.refresh_from_db()
    assert (run.status, run.claimed_by) == (run.Status.RUNNING, "another")
    assert len(decisions(run)) == CHUNK


def test_a_second_run_confirms_the_same_people_and_asks_nothing_twice(run: VerificationRun, world: World) -> None:
    drain("identity.run")
    before = set(confirmed().values_list("person", "value"))
    again = world.run(run.extract)
    drain("identity.run")
    again.refresh_from_db()
    assert again.status == again.Status.DONE, again.problem
    assert set(confirmed().values_list("person", "value")) >= before
    current = Verification.objects.exclude(state=Verification.State.SUPERSEDED)
    assert current.count() == Person.objects.count()
    assert not current.filter(run=run).exists()


def test_an_extract_that_changed_since_is_an_incident_in_plain_words(world: World, run: VerificationRun) -> None:
    assert run.extract
    run.extract.file.rename(world.folder / "moved.parquet")
    drain("identity.run")
    run.refresh_from_db()
    assert run.status == run.Status.INCIDENT
    assert "không còn giống lúc tiếp nhận" in run.problem
    assert decisions(run) == []


def test_what_the_engine_refuses_is_told_as_it_says_it(
    world: World, run: VerificationRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "MEMORY", "nhiều")
    drain("identity.run")
    run.refresh_from_db()
    assert run.status == run.Status.INCIDENT
    assert "bộ nhớ «nhiều»" in run.problem


def test_only_the_province_asked_for_is_touched(world: World, run: VerificationRun) -> None:
    cancel_run(run=run, actor=SYSTEM, at=NOW)
    area = Person.objects.select_related("area").order_by("pk")[0].area
    own = start_run(area=area, extract=run.extract, effective_date=DAY, actor=SYSTEM, at=NOW)
    drain("identity.run")
    assert {person for person, *_ in decisions(own)} == set(
        Person.objects.filter(area=area).values_list("pk", flat=True)
    )


def test_the_run_keeps_the_policy_it_was_asked_under(run: VerificationRun) -> None:
    drain("identity.run")
    run.refresh_from_db()
    kept = (linkage.report_folder(run.decisions_file) / "policy.yaml").read_text(encoding="utf-8")
    assert kept == linkage.DEFAULT_POLICY.read_text(encoding="utf-8")
    assert run.policy == linkage.Policy.load(linkage.DEFAULT_POLICY).version
