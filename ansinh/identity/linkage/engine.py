"""Linkage runs (lượt đối khớp): files in, one file and its report out, whole or not at all."""

import errno
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ansinh.identity.linkage import doubles, layers
from ansinh.identity.linkage.deduping import compare_within
from ansinh.identity.linkage.doubles import DoublesReport
from ansinh.identity.linkage.local import Kept, run
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.progress import Hear
from ansinh.identity.linkage.refusal import LinkageRefused
from ansinh.identity.linkage.relinking import Changes, Relinked, take_up
from ansinh.identity.linkage.report import Report, write

ENGINES = ("duckdb", "spark")
"""Engines (máy đối khớp): one machine, which reads by DuckDB, and a cluster."""


def link(  # noqa: PLR0913 - the two files, the result and how to run are all a caller has to say
    insured: Path | str,
    population: Path | str,
    out: Path,
    *,
    policy: Policy,
    memory: str = "4GB",
    threads: int = 2,
    engine: str = "duckdb",
    master: str | None = None,
    progress: Hear | None = None,
    keep: Path | None = None,
) -> Report:
    """Link insured people to citizens (đối khớp người tham gia với dân cư); raises `LinkageRefused`.

    Reads Parquet or CSV (file, glob or folder), writes `out` (Parquet, one row per record, by record_id) and the folder
    `<out>.report`. The same rows in any order give the same decisions. Nothing stands at `out` before it is whole.
    `memory` bounds what is held at a time; the rest lies beside `out` while the run lasts. `progress` hears a step and
    the share of the run done. `keep` is a folder in which the run leaves what `relink` takes up.

    `engine` is one of `ENGINES`: one machine, or Spark on `master` (that of ``spark-submit`` when None), where `out`
    becomes a folder of Parquet files, `memory` bounds only what the driver reads, and nothing is kept. The decisions
    are the same.
    """
    if keep and engine == ENGINES[1]:
        raise LinkageRefused("Chỉ máy đối khớp duckdb giữ lại được kho. Hãy bỏ --keep hoặc --engine rồi chạy lại.")
    started = time.monotonic()
    hear = progress or (lambda _step, _share: None)
    out = out.absolute()
    kept: list[Kept] = []
    with _work_area(out) as area, _enough(memory), layers.held(keep) if keep else nullcontext():
        if engine == ENGINES[1]:
            report = _on_spark(insured, population, area, policy=policy, memory=memory, master=master, hear=hear)
        else:
            report = run(
                insured, population, area, policy=policy, memory=memory, threads=threads, hear=hear, keep=kept.append
            )
        index = layers.begun(keep, area, policy, kept[0]) if keep else None
        report = report.timed(round(time.monotonic() - started, 2))
        write(report, policy, area / "report")
        _publish(area / "decisions.parquet", out)
        if index:
            index.publish()
    hear("Xong", 1.0)
    return report


def relink(
    index: Path,
    changes: Changes,
    out: Path,
    *,
    memory: str = "4GB",
    threads: int = 2,
    progress: Hear | None = None,
) -> Relinked:
    """Take up changes since the last run (đối khớp phần thay đổi); raises `LinkageRefused`.

    `index` is the folder that `link` kept; it moves on to the new state. `out` and its report are those that `link`
    would write for the files with the changes in them, by the policy and the census of the kept run. A run that is
    stopped leaves the index as it was, and may be repeated.
    """
    started = time.monotonic()
    hear = progress or (lambda _step, _share: None)
    state = layers.Index.read(index)
    with _work_area(out) as area, _enough(memory), layers.held(index):
        state.tidy()
        done = take_up(state, changes, area, memory=memory, threads=threads, hear=hear)
        done = done.timed(round(time.monotonic() - started, 2))
        write(done.report, done.policy, area / "report")
        _publish(area / "decisions.parquet", out)
        done.index.publish()
        done.index.tidy()
    hear("Xong", 1.0)
    return done


def dedupe(
    insured: Path | str,
    out: Path,
    *,
    policy: Policy,
    memory: str = "4GB",
    threads: int = 2,
    progress: Hear | None = None,
) -> DoublesReport:
    """Compare the register with itself (tìm người có nhiều mã số); raises `LinkageRefused`.

    Reads the insured file of `link` and writes `out` (Parquet, one row per pair of records, `SAME` or `REVIEW`, by
    record_id and other_id, the smaller first) and the folder `<out>.report`; all else is as with `link`.
    """
    started = time.monotonic()
    hear = progress or (lambda _step, _share: None)
    with _work_area(out) as area, _enough(memory):
        found = compare_within(insured, area, policy=policy, memory=memory, threads=threads, hear=hear)
        doubles.write_pairs(found.doubles, policy, area / "pairs.parquet")
        report = doubles.summarise(found, policy, round(time.monotonic() - started, 2))
        doubles.write_report(report, policy, area / "report")
        _publish(area / "pairs.parquet", out)
    hear("Xong", 1.0)
    return report


def report_folder(out: Path) -> Path:
    """Report folder (thư mục báo cáo) of a file that a run wrote: its name with `.report` after it."""
    return out.with_name(f"{out.name}.report")


def _on_spark(insured: Path | str, population: Path | str, area: Path, **how: Any) -> Report:
    try:
        from ansinh.identity.linkage.spark import run as spark  # noqa: PLC0415 - PySpark is an optional package
    except ModuleNotFoundError as missing:
        package = (missing.name or "pyspark").partition(".")[0]
        raise LinkageRefused(
            f"Thiếu gói «{package}» nên không dùng được --engine spark. Hãy cài: pip install 'ansinh[spark]', và Java "
            f"17 (apt-get install openjdk-17-jre-headless), rồi chạy lại; bỏ --engine để chạy trên một máy."
        ) from missing
    return spark.run(insured, population, area, **how)


def _publish(made: Path, out: Path) -> None:
    """Put the report beside ``made`` and then ``made`` itself in their places; each appears by one rename."""
    if report_folder(out).exists():
        report_folder(out).rename(made.with_name("report.before"))
    made.with_name("report").rename(report_folder(out))
    if out.is_dir() or (out.exists() and made.is_dir()):
        out.rename(made.with_name("decisions.before"))
    made.replace(out)


@contextmanager
def _work_area(out: Path) -> Iterator[Path]:
    out.parent.mkdir(parents=True, exist_ok=True)
    area = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        yield area
    finally:
        shutil.rmtree(area, ignore_errors=True)


@contextmanager
def _enough(memory: str) -> Iterator[None]:
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError) as error:
        raise LinkageRefused(
            f"Không đủ bộ nhớ trong giới hạn {memory}. Hãy tăng --memory, giảm --threads hoặc chia tệp theo tỉnh rồi "
            f"chạy lại."
        ) from error
    except (duckdb.IOException, OSError) as error:
        full = "No space left" in str(error) or getattr(error, "errno", None) == errno.ENOSPC
        if not full:
            raise
        raise LinkageRefused(
            "Hết chỗ trên ổ đĩa khi đối khớp; chưa có kết quả nào được ghi. Hãy dọn chỗ trống ở thư mục kết quả "
            "(cần khoảng 130 byte cho mỗi dòng của hai tệp) rồi chạy lại."
        ) from error
