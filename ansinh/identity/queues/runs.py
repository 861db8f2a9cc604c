"""Runs against an extract: people out to a file, the engine, decisions back in by chunks; may be killed at any point.

This is the work between acts: each chunk is an act of its own, so what is recorded stays whatever happens next.
The run's folder under ``ANSINH_VAR`` keeps the decisions file: keys and figures, no personal data. What is personal
lies in a folder of its own inside it while the engine works, open to this account only, and is removed with it.
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
from ansinh.core.permissions import SYSTEM
from ansinh.core.tables import refresh_statistics
from ansinh.core.work import Beat
from ansinh.identity import extracts, linkage, queries
from ansinh.identity.actions import DecisionRow, finish_run, record_decisions
from ansinh.identity.models import PopulationExtract, Verification, VerificationRun
from ansinh.identity.queries.progress import CHECKING, EXPORTING, RECORDING, UNSEALING
from ansinh.identity.queues.steps import Steps, collect, require_latest
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


def carry_out(run: VerificationRun, beat: Beat) -> None:
    """Do a claimed run against its extract, from wherever it stands.

    :raises ExtractGone: the extract is not kept any more
    :raises ExtractChanged: its sealed copy is not the one that was made
    :raises EngineRefused: the engine cannot link these files
    :raises NewerRunExists: a later run has decided about some of these people
    """
    extracts.remove(private_folder(run))
    require_latest(run)
    if run.extract is None:
        raise extracts.ExtractGone
    steps = Steps(run, beat)
    started = None if run.decisions_file.exists() else time.monotonic()
    try:
        if started:
            steps(CHECKING)
            extracts.require_whole(run.extract)
            _decide(run, run.extract, steps)
        _record(run, run.extract, steps, beat)
        collect(run, steps)
    finally:
        extracts.remove(private_folder(run))
    refresh_statistics(Verification, Identifier)
    seconds = round(time.monotonic() - started, 1) if started else None
    finish_run(run=run, seconds=seconds, engine_seconds=_seconds(run.decisions_file), actor=SYSTEM, at=beat.clock())


def private_folder(run: VerificationRun) -> Path:
    """Return where a run's personal data lie while the engine works."""
    return run.decisions_file.with_name("private")


def _decide(run: VerificationRun, extract: PopulationExtract, steps: Steps) -> None:
    private = private_folder(run)
    unsealed = extracts.unseal(extract, private, lambda done: steps(UNSEALING, done, extract.rows))
    try:
        with unsealed as population:
            _export(run, private / "insured.parquet", steps)
            linkage.link(
                private / "insured.parquet",
                population,
                private / run.decisions_file.name,
                policy=linkage.Policy.load(linkage.DEFAULT_POLICY.with_name(f"{run.policy}.yaml")),
                memory=MEMORY,
                threads=THREADS,
                progress=lambda step, share: steps(step, int(100 * share), 100),
            )
            _publish(private / run.decisions_file.name, run.decisions_file)
    except linkage.LinkageRefused as refused:
        raise EngineRefused(str(refused)) from refused


def _publish(made: Path, decisions: Path) -> None:
    """Bring the result out of the private folder; the decisions come last: where they are, the engine has ended."""
    extracts.remove(linkage.report_folder(decisions))
    linkage.report_folder(made).rename(linkage.report_folder(decisions))
    made.replace(decisions)


def _export(run: VerificationRun, insured: Path, steps: Steps) -> None:
    people, done = queries.people_in(queries.scope_of(run), run.effective_date), 0
    with pq.ParquetWriter(insured, _SCHEMA) as writer:
        for rows in _batches(queries.insured_rows(people, batch=BATCH)):
            columns = [
                pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), _SCHEMA, strict=True)
            ]
            writer.write_batch(pa.record_batch(columns, schema=_SCHEMA))
            done += len(rows)
            steps(EXPORTING, done, max(run.people, done))


def _batches(rows: Iterator[tuple[int | str | None, ...]]) -> Iterator[list[tuple[int | str | None, ...]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _record(run: VerificationRun, extract: PopulationExtract, steps: Steps, beat: Beat) -> None:
    decisions = run.decisions_file
    total = pq.ParquetFile(decisions).metadata.num_rows
    with extracts.database(memory=MEMORY, spill=private_folder(run)) as con:
        con.read_parquet(str(decisions)).create_view("decisions")
        citizens = con.from_arrow(extracts.dataset(extract))
        citizens.create_view("citizens")
        died = f"CAST(p.{extracts.DIED_ON} AS VARCHAR)" if extracts.DIED_ON in citizens.columns else "NULL"
        left = con.execute("SELECT count(*) FROM decisions WHERE record_id > ?", [run.position]).fetchall()
        done = total - int(left[0][0])
        steps(RECORDING, done, total)
        found = con.sql(_DECIDED.substitute(died=died), params={"position": run.position})
        for batch in found.to_arrow_reader(CHUNK):
            rows = [DecisionRow(*row) for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)]
            record_decisions(run=run, rows=rows, actor=SYSTEM, at=beat.clock())
            done += len(rows)
            steps(RECORDING, done, total)


def _seconds(decisions: Path) -> float:
    report = json.loads((linkage.report_folder(decisions) / "report.json").read_text(encoding="utf-8"))
    return float(report["seconds"])
