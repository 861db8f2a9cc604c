"""The worker: rows are the queues, ``ansinh work`` drains them; no broker.

A row is claimed by a conditional update, so two workers never hold the same one; it beats while it runs, so a killed
worker's row is taken up again after ``LEASE``; a failure is retried with capped back-off; the end is always visible:
done, cancelled, or an incident a person sees. What a room hands over must be resumable: it may be called again.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections
from django.db.models import Q, QuerySet

from ansinh.core.errors import Refusal
from ansinh.core.models import QueueRow

LEASE = timedelta(seconds=60)
ATTEMPTS = 5
BACKOFF, BACKOFF_CAP = timedelta(seconds=15), timedelta(minutes=30)
log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


class CancelledByPerson(Exception):
    """The work stops because a person asked; what is done so far stays."""


class Postponed(Exception):
    """The work cannot be done now: the row goes back in line until ``until``, and says why; this is no failure."""

    def __init__(self, problem: str, *, until: datetime, attempts: int = 0) -> None:
        """Keep the reason, in Vietnamese, and how often in a row it has been tried."""
        self.problem, self.until, self.attempts = problem, until, attempts
        super().__init__(problem)


@dataclass(slots=True)
class Beat:
    """What carried-out work calls now and then: keeps the claim alive, shows progress, hears a cancel."""

    row: QueueRow
    clock: Clock

    def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
        """Tell progress.

        :raises CancelledByPerson: when a person has asked to cancel
        """
        rows = type(self.row)._default_manager.filter(pk=self.row.pk, claimed_by=self.row.claimed_by)  # noqa: SLF001
        if not rows.update(heartbeat_at=self.clock(), step=step, done=done, total=total):
            raise CancelledByPerson  # another worker holds the row now: this one was thought dead
        if rows.filter(cancel_asked=True).exists():
            raise CancelledByPerson


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of row that is a queue, and the act that carries it out."""

    name: str
    label: str
    model: type[QueueRow]
    carry_out: Callable[[QueueRow, Beat], None]
    is_brief: bool = False
    """Its rows take a moment each and must not wait behind hours of other work."""

    @property
    def rows(self) -> QuerySet[QueueRow]:
        """Return all rows of this queue."""
        return self.model._default_manager.all()  # noqa: SLF001 - Django's documented name for it

    def reopen(self, pk: int, at: datetime) -> bool:
        """Put an incident back in line with fresh attempts; ``False`` when it is not one."""
        status = QueueRow.Status
        return bool(
            self.rows.filter(pk=pk, status=status.INCIDENT).update(
                status=status.QUEUED, attempts=0, available_at=at, ended_at=None, problem="", cancel_asked=False
            )
        )


QUEUES: dict[str, Queue] = {}


def register(queue: Queue) -> None:
    """Let the worker drain a room's queue; rooms do it in ``queues.py``."""
    QUEUES[queue.name] = queue


def claim(queue: Queue, *, worker: str, at: datetime) -> QueueRow | None:
    """Take the next row that is due, or one whose worker has stopped beating; ``None`` when nothing is due."""
    rows = queue.rows
    status = QueueRow.Status
    due = Q(status=status.QUEUED, available_at__lte=at) | Q(status=status.RUNNING, heartbeat_at__lt=at - LEASE)
    for pk in rows.filter(due).order_by("available_at").values_list("pk", flat=True)[:5]:
        taken = rows.filter(due, pk=pk).update(status=status.RUNNING, claimed_by=worker, heartbeat_at=at, problem="")
        if taken:
            rows.filter(pk=pk, started_at=None).update(started_at=at)
            return rows.get(pk=pk)
    return None


def carry_out(queue: Queue, row: QueueRow, *, clock: Clock, beat: type[Beat] = Beat) -> None:
    """Do one claimed row's work and leave it with a visible end."""
    mine = type(row)._default_manager.filter(pk=row.pk, claimed_by=row.claimed_by)  # noqa: SLF001
    status = QueueRow.Status
    try:
        queue.carry_out(row, beat(row, clock))
    except CancelledByPerson:
        mine.filter(cancel_asked=True).update(status=status.CANCELLED, ended_at=clock(), step="")
    except Refusal as refusal:
        mine.update(status=status.INCIDENT, ended_at=clock(), problem=refusal.message)
    except Postponed as later:
        mine.update(
            status=status.QUEUED, available_at=later.until, problem=later.problem, attempts=later.attempts, step=""
        )
    except Exception:
        log.exception("queue %s, row %s", queue.name, row.pk)
        _retry_or_give_up(row, clock())
    else:
        mine.update(status=status.DONE, ended_at=clock(), step="")


def _retry_or_give_up(row: QueueRow, at: datetime) -> None:
    attempts = row.attempts + 1
    ended = attempts >= ATTEMPTS
    type(row)._default_manager.filter(pk=row.pk, claimed_by=row.claimed_by).update(  # noqa: SLF001
        attempts=attempts,
        status=QueueRow.Status.INCIDENT if ended else QueueRow.Status.QUEUED,
        available_at=at + min(BACKOFF * 2**attempts, BACKOFF_CAP),
        ended_at=at if ended else None,
        problem="Hệ thống gặp lỗi khi xử lý"
        + (f" {attempts} lần liên tiếp; cần cán bộ kỹ thuật xem nhật ký." if ended else "; sẽ tự thử lại."),
    )


def drain(*, worker: str, clock: Clock, brief_only: bool = False) -> int:
    """Work until no queue (or no brief one) has a row that is due; return how many rows were carried out."""
    carried = 0
    for queue in [queue for queue in QUEUES.values() if queue.is_brief or not brief_only]:
        while row := claim(queue, worker=worker, at=clock()):
            carry_out(queue, row, clock=clock)
            carried += 1
    return carried


def keep_draining(*, worker: str, clock: Clock, stop: threading.Event, pause: float, brief_only: bool = False) -> None:
    """Drain until told to stop, resting ``pause`` seconds when nothing is due; outlives a database that is away."""
    while not stop.is_set():
        try:
            drain(worker=worker, clock=clock, brief_only=brief_only)
        except DatabaseError:
            log.exception("the queues could not be read; trying again")
        close_old_connections()
        stop.wait(pause)
