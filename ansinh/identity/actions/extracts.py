"""Receiving population extracts, making their index of citizens, and letting go of both."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from ansinh import law
from ansinh.core import audit
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import Refusal
from ansinh.core.permissions import Actor
from ansinh.identity import events, extracts, permissions
from ansinh.identity.models import CitizenIndex, ExtractDisposal, PopulationExtract, VerificationRun


class ExtractKnown(Refusal):
    """The very same file was received before."""

    message = "Tệp này đã được tiếp nhận trước đây; có thể dùng ngay để chạy xác minh, không cần tiếp nhận lại."


class ExtractInUse(Refusal):
    """A run still works with it."""

    message = "Đợt xác minh đang dùng bản trích này chưa kết thúc. Hãy chờ hoặc dừng đợt đó rồi xóa."


@transaction.atomic
def receive_extract(*, path: Path, cut_off_date: date, actor: Actor, at: datetime) -> PopulationExtract:
    """Receive a population extract (bản trích CSDLQGDC): seal a copy, known by the file's SHA-256, until its day.

    The file itself is neither kept nor removed. A file whose copy was deleted may be received again; cases decided
    with it can then be opened again.

    :raises ExtractUnreadable: the file cannot be read
    :raises ColumnsMissing: it lacks columns
    :raises ExtractKnown: the same content is held already
    """
    actor.must(permissions.MANAGE_EXTRACTS)
    rows = extracts.count_rows(path)
    digest = extracts.digest_of(path)
    known = PopulationExtract.objects.filter(digest=digest).first()
    if known and known.is_held:
        raise ExtractKnown(extract=known.pk)
    day = at.astimezone(VIETNAM).date()
    delete_on = day + timedelta(days=int(law.at(day).privacy.extract_retention))
    extract = known or PopulationExtract(digest=digest)
    copy = extracts.sealed(path, digest, extract.file)
    extract.rows, extract.cut_off_date, extract.received_at = rows, cut_off_date, at
    extract.sealed_key, extract.sealed_digest = copy.key, copy.digest
    extract.delete_on, extract.deleted_at = delete_on, None
    extract.save()
    due = datetime.combine(delete_on, time.min, VIETNAM)
    ExtractDisposal.objects.create(extract=extract, available_at=due)
    audit.record(
        events.EXTRACT_RECEIVED,
        actor=actor,
        at=at,
        subject=f"extract:{extract.pk}",
        data={
            "digest": digest,
            "rows": rows,
            "cut_off_date": cut_off_date.isoformat(),
            "delete_on": delete_on.isoformat(),
        },
    )
    return extract


@transaction.atomic
def delete_extract(*, extract: PopulationExtract, actor: Actor, at: datetime) -> None:
    """Erase the key of an extract (xóa bản trích): from here on no copy of it can be read; the caller removes the file.

    Its index of citizens goes with it. What remains: digest, number of citizens, cut-off, when it came and when it was
    deleted.

    :raises ExtractInUse: a run has not ended
    """
    actor.must(permissions.MANAGE_EXTRACTS)
    held = PopulationExtract.objects.select_for_update().get(pk=extract.pk)
    if VerificationRun.objects.unfinished().filter(extract=held).exists():
        raise ExtractInUse(extract=held.pk)
    _let_go(CitizenIndex.objects.filter(extract=held))
    PopulationExtract.objects.filter(pk=held.pk).update(sealed_key="", sealed_digest="", deleted_at=at)
    audit.record(
        events.EXTRACT_DELETED,
        actor=actor,
        at=at,
        subject=f"extract:{held.pk}",
        data={"digest": held.digest, "rows": held.rows, "cut_off_date": held.cut_off_date.isoformat()},
    )


@transaction.atomic
def index_citizens(
    *, extract: PopulationExtract, hear: Callable[[str, int, int], None], actor: Actor, at: datetime
) -> CitizenIndex:
    """Make the index of citizens (chỉ mục công dân) of an extract; it takes the place of any other.

    One transaction: killed half-way nothing has happened, and until its end look-ups use the index there was. Deleting
    the extract waits for it. ``hear`` is told the step, how far it is and of how much.

    :raises ExtractGone: the extract is not kept any more
    :raises ExtractChanged: its sealed copy cannot be read
    """
    actor.must(permissions.MANAGE_EXTRACTS)
    held = PopulationExtract.objects.select_for_update().get(pk=extract.pk)
    index = CitizenIndex.objects.create(extract=held, built_at=at, citizens=0, census=b"")
    census = extracts.build(index, hear)
    index.citizens = census.people
    index.census = extracts.Keys.of(index).sealed_census(census.counts.tobytes())
    index.save()
    _let_go(CitizenIndex.objects.exclude(pk=index.pk))
    audit.record(
        events.CITIZENS_INDEXED,
        actor=actor,
        at=at,
        subject=f"extract:{held.pk}",
        data={"index": index.pk, "citizens": index.citizens},
    )
    return index


def _let_go(indexes: QuerySet[CitizenIndex]) -> None:
    for index in indexes.defer("census"):
        extracts.drop(index)
    indexes.delete()
