"""Measuring: what is right of what was decided, what a process took, what the picture shows."""

import csv
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import numpy as np
import pytest

from bench.linkage import curve, engines, febrl
from bench.linkage.compare import SIZES
from bench.linkage.engines import FLOOR, OURS, SPLINK, Line
from bench.linkage.files import Asked, write
from bench.linkage.measure import CommandFailed, Cost, cost
from bench.linkage.quality import judged


def test_quality_counts_pairs() -> None:
    correct, decided = np.array([1, 1, 0, 1], dtype=bool), np.array([1, 1, 1, 0], dtype=bool)
    scores = np.array([[0.99, 9], [0.98, 8], [0.9, 7], [0.8, 6.0]])
    found = judged(correct, decided, scores, exist=5)
    assert (found.precision, found.recall, found.f1) == (2 / 3, 2 / 5, 4 / 8)
    assert found.best_f1 == pytest.approx(6 / 9)
    assert found.certain == 2 / 5


def test_pairs_of_one_score_stand_or_fall_together() -> None:
    correct = np.array([1, 0, 1], dtype=bool)
    alike = judged(correct, correct, np.array([[1, 5], [1, 5], [0.5, 1.0]]), exist=2)
    assert alike.certain == 0
    apart = judged(correct, correct, np.array([[1, 6], [1, 5], [0.5, 1.0]]), exist=2)
    assert apart.certain == 0.5


def test_who_finds_nothing_has_no_quality() -> None:
    nothing = np.zeros(0, dtype=bool)
    found = judged(nothing, nothing, np.zeros((0, 2)), exist=3)
    assert (found.precision, found.f1, found.best_f1, found.certain) == (0, 0, 0, 0)


def test_cost_is_of_the_process_and_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    child = "import time; held = b'1' * 120_000_000; time.sleep(0.6)"
    spent = cost(
        [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"], 1, {}
    )
    assert spent.seconds > 0.6
    assert spent.memory > 120_000_000


def test_memory_of_the_bench_itself_is_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    held = np.ones(50_000_000)
    assert cost([sys.executable, "-c", "pass"], 1, {}).memory < 100_000_000 < held.nbytes


def test_a_command_that_fails_is_not_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CommandFailed, match="no such thing"):
        cost([sys.executable, "-c", "raise SystemExit('no such thing')"], 1, {})


def test_the_floor_finds_most_pairs_and_hardly_a_wrong_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(Asked(insured=2000, population=2060, seed=1), tmp_path / "files")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    monkeypatch.chdir(tmp_path)
    found = engines.floor(Path("files"), 2000, 1).quality
    assert found is not None
    assert found.precision > 0.995
    assert 0.7 < found.recall < 0.85


def test_splink_is_skipped_with_a_reason_where_memory_would_not_do() -> None:
    line = engines.splink(Path("nowhere"), SIZES["93m"].insured, 1)
    assert line.cost is None
    assert "17.8 GB" in line.skipped


def test_the_curve_shows_every_measured_point(tmp_path: Path) -> None:
    def lines(rows: int, seconds: float) -> list[Line]:
        return [Line(one, rows, Cost(seconds, 10**9)) for one in (OURS, FLOOR)] + [Line(SPLINK, rows, skipped="memory")]

    path = tmp_path / "curve.svg"
    curve.draw({"1m": lines(10**6, 4), "density": lines(1_500_000, 7), "10m": lines(10**7, 40)}, path)
    root = ET.parse(path).getroot()  # noqa: S314 - a file written on the line above
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{space}circle")) == 3
    assert len(root.findall(f"{space}polyline")) == 2
    assert "An Sinh 10,000,000 rows in 40.0 s" in "".join(root.itertext())


def test_febrl_is_adapted_to_the_columns_of_linkage(tmp_path: Path) -> None:
    header = (
        "rec_id given_name surname street_number address_1 address_2 suburb postcode state date_of_birth soc_sec_id"
    )
    original = "rec-7-org, anna, neumann, 8, a street, miami, dapto, 4223, nsw, 19151111, 5304218"
    copy = "rec-7-dup-0, , neuman, 8, a street, , dapto, 4223, nsw, , 5304218"
    for name, row in (("dataset4a.csv", original), ("dataset4b.csv", copy)):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(header.split())
            file.write(row + "\n")
    febrl.adapt(tmp_path, tmp_path)
    database = duckdb.connect()
    insured = database.execute(f"SELECT record_id, full_name, dob, id_no FROM '{tmp_path}/insured.parquet'").fetchall()
    citizens = database.execute(
        f"SELECT person_id, full_name, dob, id9 FROM '{tmp_path}/population.parquet'"
    ).fetchall()
    assert insured == [(7, "neuman", None, "005304218")]
    assert citizens == [(10_007, "neumann anna", "1915-11-11", "005304218")]
