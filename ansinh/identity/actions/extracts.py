"""Receiving population extracts."""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from ansinh.core import audit
from ansinh.core.errors import Refusal
from ansinh.core.permissions import Actor
from ansinh.identity import events, extracts, permissions
from ansinh.identity.models import PopulationExtract


class ExtractKnown(Refusal):
    """The very same file was received before."""

    message = "Tệp này đã được tiếp nhận trước đây; có thể dùng ngay để chạy xác minh, không cần tiếp nhận lại."


@transaction.atomic
def receive_extract(*, path: Path, cut_off_date: date, actor: Actor, at: datetime) -> PopulationExtract:
    """Take note of a population extract (bản trích CSDLQGDC): the file stays where it is, known by its SHA-256.

    :raises ExtractUnreadable: the file cannot be read
    :raises ColumnsMissing: it lacks columns
    :raises ExtractKnown: the same content was received before
    """
    actor.must(permissions.MANAGE_EXTRACTS)
    rows = extracts.count_rows(path)
    digest = extracts.digest_of(path)
    if known := PopulationExtract.objects.filter(digest=digest).first():
        raise ExtractKnown(extract=known.pk)
    extract = PopulationExtract.objects.create(
        path=str(path.resolve()), digest=digest, rows=rows, cut_off_date=cut_off_date, received_at=at
    )
    audit.record(
        events.EXTRACT_RECEIVED,
        actor=actor,
        at=at,
        subject=f"extract:{extract.pk}",
        data={"digest": digest, "rows": rows, "cut_off_date": cut_off_date.isoformat()},
    )
    return extract
