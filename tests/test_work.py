"""The worker: one holder a row, retries with a cap, a visible end, nothing done twice by two workers."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError
from django.db.models import QuerySet

from ansinh.core import work
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import Refusal
from ansinh.core.models import QueueRow
from ansinh.registry.models import ImportBatch

AT = datetime(2024, 6, 28, 9, 0, tzinfo=VIETNAM)
LATER = AT + work.LEASE + timedelta(seconds=1)


def row(**facts: object) -> ImportBatch:
    """Put one row in line."""
    number = ImportBatch.objects.count()
    fields = {"file_name": "a.csv", "path": "a.csv", "digest": str(number), "asked_at": AT, "available_at": AT}
    return ImportBatch.objects.create(**{**fields, "effective_date": AT.date(), **facts})


def queue(carry_out: object = lambda row, beat: None) -> work.Queue:
    """Build a queue over import batches with some work."""
    return work.Queue("test", "Thử", ImportBatch, carry_out)  # type: ignore[arg-type]  # any callable will do


@pytest.fixture(autouse=True)
def _only_our_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "QUEUES", {})


def carried(of: work.Queue, **facts: object) -> ImportBatch:
    """Claim and carry out one new row; return it as it ended."""
    one = row(**facts)
    claimed = work.claim(of, worker="a", at=AT)
    assert claimed is not None
    work.carry_out(of, claimed, clock=lambda: AT)
    one.refresh_from_db()
    return one


@pytest.mark.django_db
def test_a_row_is_claimed_once() -> None:
    row()
    assert work.claim(queue(), worker="a", at=AT)
    assert work.claim(queue(), worker="b", at=AT) is None


@pytest.mark.django_db
def test_a_row_is_not_claimed_before_it_is_due() -> None:
    row(available_at=AT + timedelta(minutes=1))
    assert work.claim(queue(), worker="a", at=AT) is None


@pytest.mark.django_db
def test_a_row_whose_worker_died_is_taken_up_again() -> None:
    row()
    assert work.claim(queue(), worker="a", at=AT)
    again = work.claim(queue(), worker="b", at=LATER)
    assert again is not None
    assert again.claimed_by == "b"


@pytest.mark.django_db
def test_a_worker_thought_dead_stops_at_its_next_beat_and_changes_nothing() -> None:
    one = row()
    first = work.claim(queue(), worker="a", at=AT)
    work.claim(queue(), worker="b", at=LATER)
    assert first is not None
    work.carry_out(queue(lambda row, beat: beat("bước", 1, 2)), first, clock=lambda: LATER)
    one.refresh_from_db()
    assert (one.status, one.claimed_by) == (QueueRow.Status.RUNNING, "b")


@pytest.mark.django_db
def test_finished_work_is_done() -> None:
    one = carried(queue(lambda row, beat: beat("bước", 1, 2)))
    assert (one.status, one.done, one.total) == (QueueRow.Status.DONE, 1, 2)


@pytest.mark.django_db
def test_a_refusal_is_an_incident_with_its_words() -> None:
    def refuse(row: QueueRow, beat: work.Beat) -> None:
        raise Refusal("Tệp không đọc được.")

    one = carried(queue(refuse))
    assert (one.status, one.problem) == (QueueRow.Status.INCIDENT, "Tệp không đọc được.")


@pytest.mark.django_db
def test_a_failure_is_retried_later_and_in_the_end_becomes_an_incident() -> None:
    def fail(row: QueueRow, beat: work.Beat) -> None:
        raise ZeroDivisionError

    one, at, waits = row(), AT, []
    for _ in range(work.ATTEMPTS):
        claimed = work.claim(queue(fail), worker="a", at=at)
        assert claimed is not None
        now = at
        work.carry_out(queue(fail), claimed, clock=lambda now=now: now)  # type: ignore[misc]  # bound now
        one.refresh_from_db()
        waits.append(one.available_at - at)
        at = one.available_at
    assert one.status == QueueRow.Status.INCIDENT
    assert waits == sorted(waits)
    assert max(waits) <= work.BACKOFF_CAP


@pytest.mark.django_db
def test_an_incident_is_reopened_with_fresh_attempts() -> None:
    one = row(status=QueueRow.Status.INCIDENT, attempts=5, problem="lỗi")
    assert queue().reopen(one.pk, AT)
    one.refresh_from_db()
    assert (one.status, one.attempts, one.problem) == (QueueRow.Status.QUEUED, 0, "")
    assert not queue().reopen(one.pk, AT)


@pytest.mark.django_db
def test_a_cancelled_row_stops_at_the_next_beat() -> None:
    one = carried(queue(lambda row, beat: beat("bước")), cancel_asked=True)
    assert one.status == QueueRow.Status.CANCELLED


@pytest.mark.django_db
def test_draining_carries_out_all_that_is_due() -> None:
    work.register(queue())
    for _ in range(3):
        row()
    assert work.drain(worker="a", clock=lambda: AT) == 3
    assert work.drain(worker="a", clock=lambda: AT) == 0


@dataclass(frozen=True)
class Away(work.Queue):
    """A queue whose database is away at first; the third look stops the worker."""

    stop: threading.Event = field(default_factory=threading.Event)
    looks: list[int] = field(default_factory=list)

    @property
    def rows(self) -> QuerySet[QueueRow]:
        """Fail twice, then answer."""
        self.looks.append(1)
        if len(self.looks) < 3:
            raise OperationalError
        self.stop.set()
        return super().rows


@pytest.mark.django_db
def test_a_worker_outlives_a_database_that_is_away() -> None:
    away = Away("test", "Thử", ImportBatch, lambda row, beat: None)
    work.register(away)
    work.keep_draining(worker="a", clock=lambda: AT, stop=away.stop, pause=0.0)
    assert len(away.looks) >= 3
