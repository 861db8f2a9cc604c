"""Linkage run (lượt đối khớp): two files in, one file of decisions and its report out, whole or not at all."""

import errno
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from ansinh.identity.linkage import candidates, sources
from ansinh.identity.linkage.decide import decide
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.refusal import LinkageRefused
from ansinh.identity.linkage.report import Report, summarise, write

Progress = Callable[[str, float], None]

_STEPS = (("Đọc tệp người tham gia", 0.0), ("Đọc tệp dân cư", 0.25), ("Tìm và so sánh", 0.55), ("Quyết định", 0.9))
_SPILL = "Hãy tăng --memory, giảm --threads hoặc chia tệp theo tỉnh rồi chạy lại."


def link(  # noqa: PLR0913 - the two files, the result and how to run are all a caller has to say
    insured: Path | str,
    population: Path | str,
    out: Path,
    *,
    policy: Policy,
    memory: str = "4GB",
    threads: int = 2,
    progress: Progress | None = None,
) -> Report:
    """Link insured people to citizens (đối khớp người tham gia với dân cư); raises `LinkageRefused`.

    Reads Parquet or CSV (file, glob or folder), writes `out` (Parquet, one row per record, by record_id) and the folder
    `<out>.report`. The same rows in any order give the same decisions. Nothing stands at `out` before it is whole.
    `memory` bounds the database, which spills beside `out`; `progress` hears a step and the share of the run done.
    """
    hear = progress or (lambda _step, _share: None)
    started = time.monotonic()
    out.parent.mkdir(parents=True, exist_ok=True)
    with _work_area(out) as area, _enough(memory):
        con = _database(area, memory, threads)
        try:
            loaded = [
                sources.load(con, source, path, _between(hear, step))
                for step, (source, path) in enumerate(((sources.INSURED, insured), (sources.POPULATION, population)))
            ]
            candidates.find(con, policy, loaded[1].rows, _between(hear, 2))
            hear(*_STEPS[3])
            decide(con, policy, loaded[1].rows, area / "decisions.parquet")
            report = summarise(con, policy, area / "decisions.parquet", loaded)
        finally:
            con.close()
        report = report.timed(round(time.monotonic() - started, 2))
        write(report, policy, area / "report")
        _publish(area, out)
    hear("Xong", 1.0)
    return report


def report_folder(out: Path) -> Path:
    """Report folder (thư mục báo cáo) of a decisions file: its name with `.report` after it."""
    return out.with_name(f"{out.name}.report")


def _publish(area: Path, out: Path) -> None:
    """Put the report and then the decisions in their places; each appears by one rename."""
    if report_folder(out).exists():
        report_folder(out).rename(area / "report.before")
    (area / "report").rename(report_folder(out))
    (area / "decisions.parquet").replace(out)


def _between(hear: Progress, step: int) -> Callable[[float], None]:
    (title, start), (_, end) = _STEPS[step], _STEPS[step + 1]
    return lambda share: hear(title, start + (end - start) * share)


@contextmanager
def _work_area(out: Path) -> Iterator[Path]:
    area = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        yield area
    finally:
        shutil.rmtree(area, ignore_errors=True)


def _database(area: Path, memory: str, threads: int) -> duckdb.DuckDBPyConnection:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "threads": threads,
        "temp_directory": str(area / "spill"),
    }
    try:
        con = duckdb.connect(":memory:", config=settings)
    except (duckdb.Error, ValueError) as error:
        raise LinkageRefused(
            f"Giới hạn máy không hợp lệ: bộ nhớ «{memory}», {threads} luồng. Ví dụ đúng: 4GB và 2."
        ) from error
    con.execute(sources.SILENT)
    return con


@contextmanager
def _enough(memory: str) -> Iterator[None]:
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise LinkageRefused(f"Không đủ bộ nhớ trong giới hạn {memory}. {_SPILL}") from error
    except (duckdb.IOException, OSError) as error:
        full = "No space left" in str(error) or getattr(error, "errno", None) == errno.ENOSPC
        if not full:
            raise
        raise LinkageRefused(
            "Hết chỗ trên ổ đĩa khi đối khớp; chưa có kết quả nào được ghi. Hãy dọn chỗ trống ở thư mục kết quả "
            "(cần khoảng 3 lần dung lượng hai tệp) rồi chạy lại."
        ) from error
