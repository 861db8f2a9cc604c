"""Work that stopped is seen by a person, who can start it again once."""

import pytest
from django.test import Client

from ansinh.core.errors import NotPermitted
from ansinh.core.models import AuditEntry, QueueRow
from ansinh.core.work import QUEUES
from ansinh.operations.actions import NotStopped, retry_row
from ansinh.registry.models import ImportBatch
from tests.cast import DAY, NOW, Cast

pytestmark = pytest.mark.django_db
QUEUE = QUEUES["registry.import"]


@pytest.fixture
def stopped() -> ImportBatch:
    """Leave one import as an incident."""
    return ImportBatch.objects.create(
        file_name="so-bo.csv",
        path="so-bo.csv",
        digest="0" * 64,
        asked_at=NOW,
        available_at=NOW,
        ended_at=NOW,
        effective_date=DAY,
        status=QueueRow.Status.INCIDENT,
        problem="Tệp không còn ở nơi đã khai báo.",
    )


def test_it_puts_the_row_back_in_line_and_is_audited(stopped: ImportBatch, cast: Cast) -> None:
    retry_row(queue=QUEUE, pk=stopped.pk, actor=cast.actor(cast.son), at=NOW)
    stopped.refresh_from_db()
    assert stopped.status == QueueRow.Status.QUEUED
    assert AuditEntry.objects.filter(event="operations.row_retried").count() == 1


def test_it_refuses_a_second_click(stopped: ImportBatch, cast: Cast) -> None:
    retry_row(queue=QUEUE, pk=stopped.pk, actor=cast.actor(cast.son), at=NOW)
    with pytest.raises(NotStopped):
        retry_row(queue=QUEUE, pk=stopped.pk, actor=cast.actor(cast.son), at=NOW)


def test_it_refuses_somebody_who_may_only_look(stopped: ImportBatch, cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        retry_row(queue=QUEUE, pk=stopped.pk, actor=cast.actor(cast.binh), at=NOW)


def test_the_page_shows_what_stopped_and_starts_it_again(stopped: ImportBatch, cast: Cast, client: Client) -> None:
    client.force_login(cast.son)
    assert "không còn ở nơi đã khai báo" in client.get("/van-hanh/").content.decode()
    answer = client.post(f"/van-hanh/registry.import/{stopped.pk}/chay-lai/")
    assert answer.status_code == 302
    assert client.post(f"/van-hanh/registry.import/{stopped.pk}/chay-lai/").status_code == 409
    assert client.post("/van-hanh/khong-co/1/chay-lai/").status_code == 404
