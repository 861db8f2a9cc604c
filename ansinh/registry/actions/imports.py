"""Acts of the bulk import: ask for it, load one chunk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F

from ansinh.core import audit
from ansinh.core.errors import OutOfReach, Refusal
from ansinh.core.permissions import Actor
from ansinh.offices.models import Area
from ansinh.registry import events, permissions, ports, queries
from ansinh.registry.intake import columns, copying, rejects, sources, tables
from ansinh.registry.intake.checking import Chunk, Rejection
from ansinh.registry.intake.faults import FileUnreadable
from ansinh.registry.models import (
    Address,
    Benefit,
    Contact,
    Employer,
    HealthCard,
    Household,
    Identifier,
    ImportBatch,
    ImportChunk,
    Membership,
    Participation,
    Person,
)

_ALREADY = "Đã có trong cơ sở dữ liệu; dòng này được bỏ qua, dữ liệu cũ giữ nguyên."
_FACTS = (Person, Identifier, Address, Contact, Membership, Participation, HealthCard, Benefit)


class ImportRefused(Refusal):
    """The file cannot be taken: unreadable, unknown columns, changed since, or loaded before."""

    status = 422
    message = "Tệp này chưa nhập được."


@transaction.atomic
def request_import(*, path: Path, file_name: str, effective_date: date, actor: Actor, at: datetime) -> ImportBatch:
    """Ask for the import (yêu cầu nhập) of a file whose facts hold from ``effective_date``; a worker carries it out.

    :raises ImportRefused: unreadable, columns unknown or missing, or the same content is loaded or being loaded
    """
    actor.must(permissions.IMPORT)
    path = path.resolve()
    try:
        columns.recognise(sources.open_source(path).headings)
        digest = sources.digest(path)
    except FileUnreadable as fault:
        raise ImportRefused(str(fault)) from None
    except OSError:
        raise ImportRefused(f"Không mở được tệp {file_name}. Hãy kiểm tra đường dẫn và quyền đọc.") from None
    batch = ImportBatch(
        file_name=file_name, path=str(path), digest=digest, effective_date=effective_date,
        asked_by_id=actor.account_id, asked_at=at, available_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
    except IntegrityError:
        raise _loaded_before(digest) from None
    audit.record(
        events.IMPORT_ASKED,
        actor=actor,
        at=at,
        subject=f"import:{batch.pk}",
        data={"file": file_name, "digest": digest, "effective_date": effective_date.isoformat()},
    )
    return batch


def _loaded_before(digest: str) -> ImportRefused:
    earlier = ImportBatch.objects.filter(digest=digest).exclude(status__in=["CANCELLED", "INCIDENT"]).get()
    return ImportRefused(
        f"Tệp có đúng nội dung này đã được nhập ngày {earlier.asked_at:%d/%m/%Y} (lô {earlier.pk}, "
        f"{earlier.get_status_display().lower()}). Không nhập lại; nếu tệp đã sửa, hãy chọn đúng tệp mới.",
        batch=earlier.pk,
    )


@transaction.atomic
def load_chunk(*, batch: ImportBatch, chunk: Chunk, actor: Actor, at: datetime) -> ImportChunk:
    """Load one chunk (nạp một phần): its facts, its rejected rows and its place in the batch, all or nothing.

    People already registered are rejected, never overwritten. A chunk that is committed already is left alone.

    :raises OutOfReach: a row belongs to an area the actor may not load into
    """
    actor.must(permissions.IMPORT)
    _must_reach(chunk.accepted, actor)
    # Inserted first: a second worker with the same chunk waits here, and then finds it done.
    done, is_new = ImportChunk.objects.get_or_create(
        batch=batch, first_row=chunk.first_row, defaults={"last_row": chunk.last_row}
    )
    if not is_new:
        return done
    accepted, repeated = _without_registered(chunk)
    ports.tell(_load(accepted, tables.Origin(f"Nhập tệp, lô {batch.pk}", batch.effective_date)), at)
    rejections = sorted([*chunk.rejections, *repeated], key=lambda rejection: rejection.row)
    done.loaded, done.rejected = accepted.num_rows, len(rejections)
    rejects.write_part(batch.folder, chunk.first_row, rejections, chunk.source.cells.num_columns)
    audit.record(
        events.IMPORT_CHUNK_LOADED,
        actor=actor,
        at=at,
        subject=f"import:{batch.pk}",
        data={"rows": [chunk.first_row, chunk.last_row], "loaded": done.loaded, "rejected": done.rejected},
    )
    done.save(update_fields=["loaded", "rejected"])
    ImportBatch.objects.filter(pk=batch.pk).update(
        position=F("position") + done.loaded + done.rejected,
        loaded=F("loaded") + done.loaded,
        rejected=F("rejected") + done.rejected,
    )
    return done


def _must_reach(accepted: pa.Table, actor: Actor) -> None:
    areas = actor.areas_for(permissions.IMPORT)
    if areas is not None and not areas.issuperset(pc.unique(accepted["area"]).to_pylist()):
        raise OutOfReach


def _without_registered(chunk: Chunk) -> tuple[pa.Table, Sequence[Rejection]]:
    numbers = chunk.accepted["si_no"]
    with connection.cursor() as cursor:
        known = copying.present(cursor, connection.vendor, "si_no", _table_of(Person), numbers.to_pylist())
    if not known:
        return chunk.accepted, ()
    repeats = pc.is_in(numbers, pa.array(known, pa.string()))
    rows = chunk.accepted.filter(repeats)["row"].to_pylist()
    return chunk.accepted.filter(pc.invert(repeats)), [chunk.reject(row, "si_no", _ALREADY) for row in rows]


def _load(accepted: pa.Table, origin: tables.Origin) -> list[int]:
    """Load the facts of new people and return their keys."""
    if not accepted.num_rows:
        return []
    vendor = connection.vendor
    with connection.cursor() as cursor:
        if vendor == "postgresql":
            # A commit lost in a crash of the server is no loss here: its chunk is loaded again with its place.
            cursor.execute("SET LOCAL synchronous_commit = off")
        people = copying.new_keys(cursor, vendor, _table_of(Person), accepted.num_rows)
        employers = partial(copying.codes_to_keys, cursor, vendor, _table_of(Employer))
        households = partial(copying.codes_to_keys, cursor, vendor, _table_of(Household))
        table_of = {model.__name__.lower(): _table_of(model) for model in _FACTS}
        with _references_checked_at_once(cursor, accepted):
            for name, rows in tables.deal(accepted, people, origin, employers, households):
                copying.copy_in(cursor, vendor, table_of[name], rows)
    return people


@contextmanager
def _references_checked_at_once(cursor: copying.Cursor, accepted: pa.Table) -> Iterator[None]:
    """Check the references of a load in sets, where the database allows it; else its triggers do, row by row.

    People are of this load, employers and households are locked when their keys are read; what is left to show is that
    every area is there, and to lock it, as the triggers would.
    """
    if not queries.may_check_references_at_once():
        yield
        return
    areas = {key for name in ("area", "home_area", "res_area") for key in pc.unique(accepted[name]).to_pylist() if key}
    copying.lock_all(cursor, _table_of(Area), sorted(areas))
    cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    cursor.execute("SET LOCAL session_replication_role = origin")


def _table_of(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 - Django's documented name for it
