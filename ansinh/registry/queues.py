"""The queue of imports: what a worker does with a batch."""

from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from ansinh.core import work
from ansinh.core.models import QueueRow
from ansinh.core.permissions import SYSTEM, Actor
from ansinh.core.tables import refresh_statistics
from ansinh.offices.queries import actor_for
from ansinh.registry import permissions, queries
from ansinh.registry.actions import ImportRefused, load_chunk
from ansinh.registry.intake import columns, rejects, sources
from ansinh.registry.intake.checking import Checker, Chunk, Terms, survey
from ansinh.registry.intake.faults import FileUnreadable
from ansinh.registry.models import Identifier, ImportBatch, ImportChunk, Person

LANES = 2
"""Chunks loaded side by side on PostgreSQL; SQLite has one writer."""


def carry_out_import(row: QueueRow, beat: work.Beat) -> None:
    """Load a batch (nạp lô): read the file to its end, then load every chunk not committed yet.

    :raises ImportRefused: the file is gone, has changed since it was asked for, or is broken somewhere
    """
    batch = ImportBatch.objects.get(pk=row.pk)
    try:
        _load_file(batch, beat)
    except FileUnreadable as fault:
        raise ImportRefused(str(fault)) from None
    except FileNotFoundError:
        raise ImportRefused(
            f"Tệp {batch.file_name} không còn ở nơi đã khai báo. Hãy đặt lại tệp rồi nhập lại."
        ) from None


def _load_file(batch: ImportBatch, beat: work.Beat) -> None:
    path, at = Path(batch.path), beat.clock()
    beat("Đọc tệp")
    if sources.digest(path) != batch.digest:
        raise ImportRefused(
            f"Tệp {batch.file_name} đã thay đổi sau khi được yêu cầu nhập. Hãy yêu cầu nhập lại tệp mới."
        )
    source = sources.open_source(path, known_sound=True)  # it was read whole when it was asked for: see the digest
    places = columns.recognise(source.headings)
    actor = actor_for(batch.asked_by, at.date()) if batch.asked_by else SYSTEM
    with ThreadPoolExecutor(1, "survey") as reader:
        surveyed = reader.submit(survey, source, places["si_no"])
        terms = Terms(queries.gazetteer(batch.effective_date), actor.areas_for(permissions.IMPORT), at.date())
        last, first_rows = surveyed.result()
    done = dict(ImportChunk.objects.filter(batch=batch).values_list("first_row", "last_row"))
    progress = _Progress(beat, total=last - 1, done=sum(min(end, last) - first + 1 for first, end in done.items()))
    progress.show()
    chunks = Checker(places, first_rows, terms).chunks(source, frozenset(done))
    for chunk in _loaded(batch, chunks, actor, beat):
        progress.add(min(chunk.last_row, last) - chunk.first_row + 1)
    first_rows_done = ImportChunk.objects.filter(batch=batch).values_list("first_row", flat=True)
    refresh_statistics(Person, Identifier)
    rejects.join_parts(batch.folder, source.headings, list(first_rows_done))


@dataclass(slots=True)
class _Progress:
    beat: work.Beat
    total: int
    done: int

    def show(self) -> None:
        self.beat("Nạp dữ liệu", self.done, self.total)

    def add(self, rows: int) -> None:
        self.done += rows
        self.show()


def _loaded(batch: ImportBatch, chunks: Iterator[Chunk], actor: Actor, beat: work.Beat) -> Iterator[Chunk]:
    """Load chunks and yield each when it is committed."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        yield from _loaded_side_by_side(batch, chunks, actor, beat)
        return
    # One after the other: SQLite gives up the interpreter's lock at every row, and would wait for a thread that judges.
    for chunk in chunks:
        load_chunk(batch=batch, chunk=chunk, actor=actor, at=beat.clock())
        yield chunk


def _loaded_side_by_side(batch: ImportBatch, chunks: Iterator[Chunk], actor: Actor, beat: work.Beat) -> Iterator[Chunk]:
    def load(chunk: Chunk) -> Chunk:
        try:
            load_chunk(batch=batch, chunk=chunk, actor=actor, at=beat.clock())
        finally:
            connection.close()  # each lane is a thread with a connection of its own, which nobody else would close
        return chunk

    with ThreadPoolExecutor(LANES, "load") as lanes:
        running: set[Future[Chunk]] = set()
        for chunk in chunks:
            running.add(lanes.submit(load, chunk))
            if len(running) > LANES:
                ready, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in ready)
        for one in running:
            yield one.result()


work.register(work.Queue("registry.import", "Nhập dữ liệu hàng loạt", ImportBatch, carry_out_import))
