"""The queue of runs: people out to a file, the engine, decisions back in by chunks; may be killed at any point.

This is the work between acts: each chunk is an act of its own, so what is recorded stays whatever happens next.
The run's folder under ``ANSINH_VAR`` keeps the decisions file: keys and figures, no personal data.
"""

import json
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from string import Template

import pyarrow as pa
import pyarrow.parquet as pq

from ansinh.core import config
from ansinh.core.errors import Refusal
from ansinh.core.models import QueueRow
from ansinh.core.permissions import SYSTEM
from ansinh.core.tables import refresh_statistics
from ansinh.core.work import Beat, Queue, register
from ansinh.identity import extracts, linkage, queries
from ansinh.identity.actions import DecisionRow, collect_duplicates, finish_run, record_decisions
from ansinh.identity.models import Verification, VerificationRun
from ansinh.registry.models import Identifier

MEMORY = config.text("LINKAGE_MEMORY", "4GB", "Bộ nhớ tối đa cho một đợt đối khớp; phần vượt quá được ghi tạm ra đĩa.")
THREADS = int(config.text("LINKAGE_THREADS", "2", "Số luồng xử lý của một đợt đối khớp."))
CHUNK = 10_000
BATCH = 20_000
_SCHEMA = pa.schema([pa.field(name, pa.int64() if name == "record_id" else pa.string()) for name in queries.INSURED])
_DECIDED = Template(
    "SELECT d.record_id, d.decision, d.person_id, d.probability, d.weight, d.second_best_weight, d.agree_name,"
    " d.agree_dob, d.agree_sex, d.agree_number, d.agree_places, d.same_person_group,"
    " CAST(p.id12 AS VARCHAR) AS id12, $died AS died_on"
    " FROM decisions d LEFT JOIN citizens p ON CAST(p.person_id AS BIGINT) = d.person_id"
    " WHERE d.record_id > $$position ORDER BY d.record_id"
)


class EngineRefused(Refusal):
    """The linkage engine says, in Vietnamese, why these files cannot be linked."""


def carry_out(row: QueueRow, beat: Beat) -> None:
    """Do a claimed run from wherever it stands.

    :raises ExtractChanged: the extract is no longer the file that was received
    :raises EngineRefused: the engine cannot link these files
    """
    run = VerificationRun.objects.select_related("area", "extract").get(pk=row.pk)
    started = None if run.decisions_file.exists() else time.monotonic()
    if started:
        beat("Kiểm tra bản trích dân cư")
        extracts.require_unchanged(run.extract)
        _decide(run, run.decisions_file, beat)
    _record(run, run.decisions_file, beat)
    beat("Tìm mã số trùng")
    collect_duplicates(run=run, actor=SYSTEM, at=beat.clock())
    refresh_statistics(Verification, Identifier)
    seconds = round(time.monotonic() - started, 1) if started else None
    finish_run(run=run, seconds=seconds, engine_seconds=_seconds(run.decisions_file), actor=SYSTEM, at=beat.clock())


def _decide(run: VerificationRun, decisions: Path, beat: Beat) -> None:
    insured = decisions.with_name("insured.parquet")
    try:
        _export(run, insured, beat)
        linkage.link(
            insured,
            run.extract.path,
            decisions,
            policy=linkage.Policy.load(linkage.DEFAULT_POLICY.with_name(f"{run.policy}.yaml")),
            memory=MEMORY,
            threads=THREADS,
            progress=lambda step, share: beat(step, int(100 * share), 100),
        )
    except linkage.LinkageRefused as refused:
        raise EngineRefused(str(refused)) from refused
    finally:
        insured.unlink(missing_ok=True)  # personal data: no longer than the engine needs it


def _export(run: VerificationRun, insured: Path, beat: Beat) -> None:
    insured.parent.mkdir(parents=True, exist_ok=True)
    total, done = queries.people_of(run.area).count(), 0
    with pq.ParquetWriter(insured, _SCHEMA) as writer:
        for rows in _batches(queries.insured_rows(run.area, batch=BATCH)):
            columns = [
                pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), _SCHEMA, strict=True)
            ]
            writer.write_batch(pa.record_batch(columns, schema=_SCHEMA))
            done += len(rows)
            beat("Xuất hồ sơ người tham gia", done, total)


def _batches(rows: Iterator[tuple[int | str | None, ...]]) -> Iterator[list[tuple[int | str | None, ...]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _record(run: VerificationRun, decisions: Path, beat: Beat) -> None:
    total = pq.ParquetFile(decisions).metadata.num_rows
    with extracts.database(memory=MEMORY, spill=decisions.with_name("spill")) as con:
        con.read_parquet(str(decisions)).create_view("decisions")
        citizens = extracts.citizens_in(con, Path(run.extract.path))
        citizens.create_view("citizens")
        died = f"CAST(p.{extracts.DIED_ON} AS VARCHAR)" if extracts.DIED_ON in citizens.columns else "NULL"
        left = con.execute("SELECT count(*) FROM decisions WHERE record_id > ?", [run.position]).fetchall()
        done = total - int(left[0][0])
        beat("Ghi kết quả", done, total)
        found = con.sql(_DECIDED.substitute(died=died), params={"position": run.position})
        for batch in found.to_arrow_reader(CHUNK):
            rows = [DecisionRow(*row) for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)]
            record_decisions(run=run, rows=rows, actor=SYSTEM, at=beat.clock())
            done += len(rows)
            beat("Ghi kết quả", done, total)


def _seconds(decisions: Path) -> float:
    report = json.loads((linkage.report_folder(decisions) / "report.json").read_text(encoding="utf-8"))
    return float(report["seconds"])


register(Queue("identity.run", "Đợt xác minh", VerificationRun, carry_out))
