"""An import as a whole: asked for, carried out, cut off, gone on with, given back."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction

from ansinh.core import audit, work
from ansinh.core.errors import NotPermitted, OutOfReach
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import NOBODY, SYSTEM, Actor
from ansinh.offices.models import Area
from ansinh.registry import events, queries
from ansinh.registry.actions import ImportRefused, load_chunk, request_import
from ansinh.registry.intake import checking, columns, sources
from ansinh.registry.intake.checking import Checker, Terms
from ansinh.registry.intake.places import Gazetteer, Place
from ansinh.registry.models import Employer, Household, Identifier, ImportBatch, ImportChunk, Membership, Person
from ansinh.registry.tests.conftest import AT, DAY, FULL, PERSON, Import, add_area, carry_out, numbered, write_csv

ROWS = 60_000


def rejected_lines(var: Path, batch: ImportBatch) -> list[str]:
    return (var / "imports" / str(batch.pk) / "tu-choi.csv").read_text(encoding="utf-8-sig").splitlines()


def test_it_refuses_who_may_not_import(areas: object, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [PERSON])
    with pytest.raises(NotPermitted):
        request_import(path=path, file_name="a.csv", effective_date=DAY, actor=NOBODY, at=AT)


def test_it_refuses_the_same_content_twice(bring_in: Import, tmp_path: Path) -> None:
    first = bring_in(write_csv(tmp_path / "a.csv", [PERSON]))
    with pytest.raises(ImportRefused, match=rf"ngày 01/03/2024 \(lô {first.pk}, đã xong\)"):
        bring_in(write_csv(tmp_path / "b.csv", [PERSON]))


def test_it_takes_content_again_after_an_incident(bring_in: Import, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [PERSON])
    batch = request_import(path=path, file_name="a.csv", effective_date=DAY, actor=SYSTEM, at=AT)
    path.rename(tmp_path / "b.csv")
    assert carry_out(batch).status == ImportBatch.Status.INCIDENT
    assert "không còn ở nơi" in batch.problem
    assert bring_in(tmp_path / "b.csv").loaded == 1


def test_it_leaves_one_entry_for_asking_and_one_for_each_chunk(
    bring_in: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "CHUNK", 2)
    bring_in(numbered(5))
    names = list(AuditEntry.objects.order_by("pk").values_list("event", flat=True))
    assert names == [events.IMPORT_ASKED.name, *[events.IMPORT_CHUNK_LOADED.name] * 3]
    assert not list(audit.verify())


def test_it_skips_who_is_registered_and_changes_nothing(bring_in: Import, var: Path) -> None:
    bring_in([FULL])
    batch = bring_in([{**FULL, "full_name": "Người Khác"}, {**FULL, "si_no": "0110000002"}])
    assert (batch.loaded, batch.rejected) == (1, 1)
    assert Person.objects.get(si_no="0110000001").full_name == "Nguyễn Thị An"
    assert Identifier.objects.filter(person__si_no="0110000001").count() == 1
    assert rejected_lines(var, batch)[1].endswith(
        ',2,Mã số BHXH,"Đã có trong cơ sở dữ liệu; dòng này được bỏ qua, dữ liệu cũ giữ nguyên."'
    )


def test_people_share_employers_and_households(bring_in: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CHUNK", 2)
    bring_in([{**FULL, "si_no": f"011000000{n}"} for n in range(5)])
    assert (Employer.objects.count(), Household.objects.count(), Membership.objects.count()) == (1, 1, 5)
    bring_in([{**FULL, "si_no": "0110000008", "employer_name": "Tên Khác"}])
    assert Employer.objects.get().name == "Công ty Bông Lúa"


def test_a_put_right_file_of_rejects_is_taken_as_it_is(bring_in: Import, var: Path, tmp_path: Path) -> None:
    batch = bring_in([{**FULL, "dob": "31/02/1980"}])
    path = var / "imports" / str(batch.pk) / "tu-choi.csv"
    mended = tmp_path / "mended.csv"
    mended.write_text(path.read_text(encoding="utf-8").replace("31/02/1980", "28/02/1980"), encoding="utf-8")
    assert bring_in(mended).loaded == 1


def test_an_officer_brings_in_the_own_province_only(bring_in: Import, steward: Actor, var: Path) -> None:
    batch = bring_in([PERSON, {**PERSON, "si_no": "0410000001", "res_province": "Cao Bằng"}], steward)
    assert (batch.loaded, batch.rejected) == (1, 1)
    assert "ngoài địa bàn bạn được giao" in rejected_lines(var, batch)[1]


def test_a_chunk_of_another_province_is_out_of_reach(areas: dict[str, Area], steward: Actor, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [{**PERSON, "res_province": "Cao Bằng"}])
    batch = request_import(path=path, file_name="a.csv", effective_date=DAY, actor=SYSTEM, at=AT)
    source = sources.open_source(path)
    checker = Checker(columns.recognise(source.headings), {}, Terms(queries.gazetteer(DAY), None, DAY))
    with pytest.raises(OutOfReach):
        load_chunk(batch=batch, chunk=next(checker.chunks(source, frozenset())), actor=steward, at=AT)
    assert not Person.objects.exists()


def test_a_chunk_is_loaded_once(areas: object, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", numbered(3))
    batch = request_import(path=path, file_name="a.csv", effective_date=DAY, actor=SYSTEM, at=AT)
    source = sources.open_source(path)
    checker = Checker(columns.recognise(source.headings), {}, Terms(queries.gazetteer(DAY), None, DAY))
    chunk = next(checker.chunks(source, frozenset()))
    first = load_chunk(batch=batch, chunk=chunk, actor=SYSTEM, at=AT)
    assert load_chunk(batch=batch, chunk=chunk, actor=SYSTEM, at=AT) == first
    assert Person.objects.count() == 3


def test_a_chunk_that_refers_to_a_missing_area_is_refused(db: None, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [PERSON])
    batch = request_import(path=path, file_name="a.csv", effective_date=DAY, actor=SYSTEM, at=AT)
    source = sources.open_source(path)
    nowhere = Gazetteer([Place(999_999, "Thành phố Hà Nội", ())], {}, {})
    chunk = next(Checker(columns.recognise(source.headings), {}, Terms(nowhere, None, DAY)).chunks(source, frozenset()))

    @transaction.atomic
    def load_and_look() -> None:
        load_chunk(batch=batch, chunk=chunk, actor=SYSTEM, at=AT)
        connection.check_constraints()

    with pytest.raises((LookupError, IntegrityError)):
        load_and_look()


def test_the_command_tells_how_it_ended(areas: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [*numbered(2), {**PERSON, "full_name": "Số 1"}]
    rows[2]["si_no"] = "0110000077"
    path = write_csv(tmp_path / "a.csv", rows)
    call_command("registry", "import", str(path), "--effective", "01/03/2024")
    said = capsys.readouterr().out
    assert "3 dòng, đã nạp 2 người, từ chối 1 dòng" in said
    assert str(tmp_path / "var" / "imports") in said
    with pytest.raises(CommandError, match="đã được nhập ngày"):
        call_command("registry", "import", str(path))
    with pytest.raises(CommandError, match="không có trong lịch"):
        call_command("registry", "import", str(path), "--effective", "31/02/2024")


def test_it_goes_on_where_it_was_cut_off(
    areas: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, var: Path
) -> None:
    monkeypatch.setattr(checking, "CHUNK", 2)
    rows = numbered(7)
    rows[0]["dob"] = rows[4]["dob"] = rows[6]["dob"] = ""
    for place in (1, 4):
        rows[place]["dob"] = "31/02/1980"
    path = write_csv(tmp_path / "a.csv", rows, [*PERSON, "dob"])
    batch = request_import(path=path, file_name="a.csv", effective_date=DAY, actor=SYSTEM, at=AT)

    class CutOff(work.Beat):
        """A worker that dies after the second chunk."""

        def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
            super().__call__(step, done, total)
            if done >= 4:
                raise RuntimeError("cut off")

    queue = work.QUEUES["registry.import"]
    row = work.claim(queue, worker="first", at=AT)
    assert row is not None
    with pytest.raises(RuntimeError):
        queue.carry_out(row, CutOff(row, lambda: AT))
    assert 0 < ImportChunk.objects.count() < 4
    ImportBatch.objects.update(status="QUEUED")
    carry_out(batch)
    assert (batch.status, batch.loaded, batch.rejected, batch.done, batch.total) == ("DONE", 5, 2, 7, 7)
    assert Person.objects.count() == 5
    assert [line.split(",")[4] for line in rejected_lines(var, batch)[1:]] == ["3", "6"]


class Child:
    """A process of its own that imports into a database it can share; kept to be killed."""

    def __init__(self, tmp_path: Path) -> None:
        self.environment = {**os.environ, "ANSINH_VAR": str(tmp_path / "child"), "DATABASE_URL": self.url(tmp_path)}

    def url(self, tmp_path: Path) -> str:
        """Return a database the child can open: the test's own, or a copy of one that lives in memory."""
        held = connection.settings_dict
        if connection.vendor == "postgresql":
            return f"postgres://{held['USER']}:{held['PASSWORD']}@{held['HOST']}:{held['PORT'] or 5432}/{held['NAME']}"
        with sqlite3.connect(tmp_path / "child.sqlite3") as copy:
            connection.connection.backup(copy)
        return f"sqlite:///{tmp_path / 'child.sqlite3'}"

    def start(self, path: Path, **more: str) -> subprocess.Popen[str]:
        """Start ``ansinh registry import``."""
        command = [sys.executable, "-m", "ansinh", "registry", "import", str(path), "--effective", "01/03/2024"]
        return subprocess.Popen(command, env={**self.environment, **more}, stdout=subprocess.PIPE, text=True)


def asker(child: Child) -> Callable[[str], int]:
    """Return a function that asks the child's database for a count."""

    def ask(sql: str) -> int:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return int(cursor.fetchone()[0])
        with sqlite3.connect(child.environment["DATABASE_URL"].removeprefix("sqlite:///"), timeout=60) as database:
            return int(database.execute(sql).fetchone()[0])

    return ask


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_loses_and_repeats_nothing(tmp_path: Path) -> None:
    add_area("PROVINCE", "01", "Thành phố Hà Nội")
    rows = numbered(ROWS)
    bad = range(0, ROWS, 1000)
    for place in bad:
        rows[place]["full_name"] = "Số 1"
    path = write_csv(tmp_path / "a.csv", rows)
    child = Child(tmp_path)
    ask = asker(child)
    first = child.start(path)
    while not ask("SELECT count(*) FROM registry_importchunk"):
        assert first.poll() is None
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert ask("SELECT count(*) FROM registry_importchunk") < ROWS / checking.CHUNK
    # The second process lives an hour later, when the claim of the first has run out.
    (tmp_path / "clock").write_text("3600")
    second = child.start(path, CLOCK_FILE=str(tmp_path / "clock"))
    said, _ = second.communicate(timeout=600)
    assert second.returncode == 0
    assert "59.940 người" in said
    assert ask("SELECT count(*) FROM registry_person") == ROWS - len(bad)
    assert ask("SELECT count(DISTINCT si_no) FROM registry_person") == ROWS - len(bad)
    [rejects] = tmp_path.glob("child/imports/*/tu-choi.csv")
    numbers = [int(line.split(",")[3]) for line in rejects.read_text(encoding="utf-8-sig").splitlines()[1:]]
    assert numbers == [place + 2 for place in bad]
    shutil.rmtree(tmp_path / "child")
