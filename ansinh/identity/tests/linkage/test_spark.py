"""Linkage on Spark: two executors decide exactly as one machine does, and refuse in the same words."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from ansinh.identity.linkage import DEFAULT_POLICY, LinkageRefused, Policy, link, report_folder
from ansinh.identity.linkage.columns import POPULATION
from ansinh.identity.linkage.pairs import Sieve
from ansinh.identity.linkage.spark import steps
from ansinh.identity.linkage.spark.batches import Kind, Part, to_arrow
from ansinh.identity.tests.linkage.cast import HUONG, NOWHERE, Row, citizen, record, write
from bench.linkage import files

CLUSTER = "local-cluster[2,1,1024]"
_QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""A JVM that lives for a minute spends most of it on compiling itself well."""
_PATIENCE = "900s"
_LAST = 10_000_000


@pytest.fixture(scope="session")
def executors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Settings of a Spark that writes down which executor did what, in this folder."""
    folder = tmp_path_factory.mktemp("spark")
    settings = {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": folder.as_uri(),
        "spark.eventLog.rolling.enabled": "false",
        "spark.eventLog.compress": "false",
        "spark.ui.enabled": "false",
        "spark.driver.memory": "512m",
        **{f"spark.{side}.extraJavaOptions": _QUICK for side in ("driver", "executor")},
        # No task begins before both executors are there, and both are given some.
        "spark.scheduler.minRegisteredResourcesRatio": "1.0",
        "spark.scheduler.maxRegisteredResourcesWaitingTime": _PATIENCE,
        "spark.locality.wait": "0s",
        # A machine busy with other work is slow, and nothing is wrong.
        "spark.network.timeout": _PATIENCE,
        "spark.python.authenticate.socketTimeout": _PATIENCE,
    }
    (folder / "conf").mkdir()
    (folder / "conf" / "spark-defaults.conf").write_text(
        "\n".join(f"{name} {value}" for name, value in settings.items())
    )
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SPARK_CONF_DIR", str(folder / "conf"))
        environment.setenv("PYSPARK_PYTHON", sys.executable)
        environment.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        yield folder


def _at_work(folder: Path) -> list[set[str]]:
    """Executors that did some tasks to the end, by application: the driver itself on one machine."""
    logs = [log.read_text(encoding="utf-8") for log in folder.iterdir() if log.is_file()]
    return [
        {event["Task Info"]["Executor ID"] for event in map(json.loads, log.splitlines()) if _is_done(event)}
        for log in logs
    ]


def _is_done(event: dict[str, Any]) -> bool:
    return event["Event"] == "SparkListenerTaskEnd" and not event["Task Info"]["Failed"]


def _awkward() -> tuple[list[Row], list[Row]]:
    """Records and citizens of every kind that a part, a bound or a tie could set apart."""
    mojibake = "Nguyễn Thị Thu Hương".encode().decode("cp1252")
    records = [
        record(),
        record(full_name=mojibake),
        record(dob="1985", id_no=None),
        record(dob=None, id_no="040185001284", **NOWHERE),
        record(full_name="Lê Văn Sinh Đôi", dob="01/01/1990", id_no=None),
        record(full_name="Trần Đông", dob="02/02/1992", id_no=None),
        *(record(full_name=f"Tạ Văn {number}", dob=None, id_no="123456780", **NOWHERE) for number in range(30)),
        *(record(full_name=f"Hồ Văn {number}", dob="1970", id_no="079170000011", **NOWHERE) for number in range(40)),
    ]
    twins = [citizen(_LAST + number, "Lê Văn Sinh Đôi", "1990-01-01", f"04009000{number:04d}") for number in (9, 8)]
    crowd = [citizen(_LAST + number, "Trần Đông", "1992-02-02", f"04009200{number:04d}") for number in range(100, 200)]
    return (
        [one | {"record_id": _LAST + number} for number, one in enumerate(records)],
        [HUONG | {"person_id": _LAST}, *twins, *crowd],
    )


def _files(folder: Path) -> tuple[Path, Path]:
    """Files of the generator with a shared number, and the awkward beside them, in folders of two files each."""
    asked = files.Asked(insured=3000, population=3300, seed=5, shared=200)
    files.write(asked, folder)
    paths = []
    for name, rows in zip(("insured", "population"), _awkward(), strict=True):
        (folder / name).mkdir()
        (folder / f"{name}.parquet").rename(folder / name / "a.parquet")
        write(folder / name / "b.parquet", rows)
        paths.append(folder / name)
    return paths[0], paths[1]


def _report(out: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((report_folder(out) / "report.json").read_text(encoding="utf-8"))
    return {name: value for name, value in found.items() if name != "seconds"}


def test_two_executors_decide_exactly_as_one_machine(tmp_path: Path, executors: Path) -> None:
    paths, policy = _files(tmp_path), Policy.load(DEFAULT_POLICY)
    one, many = tmp_path / "one.parquet", tmp_path / "many"
    link(*paths, one, policy=policy)
    heard: list[tuple[str, float]] = []
    report = link(
        *paths, many, policy=policy, engine="spark", master=CLUSTER, progress=lambda *said: heard.append(said)
    )
    assert pq.read_table(many).to_pylist() == pq.read_table(one).to_pylist()
    assert _report(many) == _report(one)
    assert {"number", "name_date"} <= {row.key for row in report.bounded}
    assert (report.same_person_groups, report.repaired_names > 0) > (0, False)
    assert len(list(many.glob("*.parquet"))) > 1
    assert {"0", "1"} in _at_work(executors)
    assert [share for _, share in heard] == sorted(share for _, share in heard)
    assert heard[-1] == ("Xong", 1.0)


def test_it_works_in_a_session_already_open_and_refuses_as_one_machine(tmp_path: Path, executors: Path) -> None:
    population = write(tmp_path / "p.parquet", [HUONG])
    records = [record(), record(record_id=7), record(record_id=7)]
    twice = write(tmp_path / "twice.parquet", records)
    broken = write(tmp_path / "broken.parquet", records[:2])
    spoilt = bytearray(broken.read_bytes())
    spoilt[4:200] = bytes(196)
    broken.write_bytes(spoilt)
    pyarrow.csv.write_csv(pa.Table.from_pylist(records[:2]), tmp_path / "i.csv")
    out = tmp_path / "result" / "decisions"
    out.mkdir(parents=True)
    (out / "before").touch()
    spark = SparkSession.builder.master("local[2]").getOrCreate()
    try:
        spark.conf.set("spark.sql.shuffle.partitions", "3")
        for insured, said in ((twice, "record_id bị lặp (1 dòng thừa), ví dụ: 7"), (broken, "không đọc được")):
            with pytest.raises(LinkageRefused) as refused:
                link(insured, population, out, policy=Policy.load(DEFAULT_POLICY), engine="spark")
            assert said in str(refused.value)
            assert [path.name for path in out.parent.iterdir()] == ["decisions"]
        link(tmp_path / "i.csv", population, out, policy=Policy.load(DEFAULT_POLICY), engine="spark")
        assert spark.conf.get("spark.sql.shuffle.partitions") == "3"
    finally:
        spark.stop()
    assert [(row["record_id"], row["person_id"]) for row in pq.read_table(out).to_pylist()] == [(7, 1), (100, 1)]


def test_a_crowd_of_citizens_under_one_key_does_not_travel() -> None:
    crowd = [HUONG | {"person_id": number} for number in range(500)]
    batch = pa.RecordBatch.from_pylist([*crowd, citizen(900, "Lê Thị Một", "1999-09-09", "040199000001")])
    part = Part(0, to_arrow(steps.load(POPULATION, "p", [lambda: iter([batch])], 1)))
    sieve = Sieve.of_slices([np.full(1, 2**64 - 1, np.uint64)])
    passed = Part(0, to_arrow(steps.let_pass(0, steps.Slicing(1, 1), sieve, 64, part)))[Kind.PASSING]
    _, times = np.unique(passed["hash"], return_counts=True)
    assert sorted(times) == [1, 65, 65]
    assert 900 in passed["person"]


def test_it_keeps_nothing_for_later(tmp_path: Path) -> None:
    with pytest.raises(LinkageRefused, match="Hãy bỏ --keep hoặc --engine"):
        link("i", "p", tmp_path / "d", policy=Policy.load(DEFAULT_POLICY), engine="spark", keep=tmp_path / "kept")


def test_it_names_a_missing_column_before_it_opens_spark(tmp_path: Path) -> None:
    half = {name: value for name, value in record().items() if name != "dob"}
    insured, population = write(tmp_path / "i.parquet", [half]), write(tmp_path / "p.parquet", [HUONG])
    with pytest.raises(LinkageRefused, match="thiếu cột: dob"):
        link(insured, population, tmp_path / "d", policy=Policy.load(DEFAULT_POLICY), engine="spark", master="none")


def test_it_says_what_to_install_where_java_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    insured, population = write(tmp_path / "i.parquet", [record()]), write(tmp_path / "p.parquet", [HUONG])
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(LinkageRefused, match="openjdk-17-jre-headless"):
        link(insured, population, tmp_path / "d", policy=Policy.load(DEFAULT_POLICY), engine="spark")


def test_it_says_what_to_install_where_pyspark_is_missing(tmp_path: Path) -> None:
    asked = (
        "import sys, pathlib; sys.modules['pyspark'] = None\n"
        "from ansinh.identity.linkage import *\n"
        f"link('i', 'p', pathlib.Path({str(tmp_path / 'd')!r}), policy=Policy.load(DEFAULT_POLICY), engine='spark')"
    )
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    assert "LinkageRefused: Thiếu gói «pyspark»" in said.stderr
    assert "pip install 'ansinh[spark]'" in said.stderr
