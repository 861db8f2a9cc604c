"""Reads of operations: how each queue stands."""

from dataclasses import dataclass

from django.db.models import Count

from ansinh.core.models import QueueRow
from ansinh.core.work import QUEUES, Queue


@dataclass(frozen=True, slots=True)
class QueueState:
    """One queue: how many rows stand where, and the rows a person must see."""

    queue: Queue
    counts: dict[str, int]
    incidents: tuple[QueueRow, ...]


def queue_states() -> list[QueueState]:
    """Return every queue of the house; two queries each, incidents newest first, at most fifty."""
    states = []
    for queue in QUEUES.values():
        rows = queue.rows
        counts = {row["status"]: row["n"] for row in rows.values("status").annotate(n=Count("pk")).order_by()}
        incidents = rows.filter(status=QueueRow.Status.INCIDENT).order_by("-ended_at")[:50]
        states.append(
            QueueState(queue, {str(s.label): counts.get(s.value, 0) for s in QueueRow.Status}, tuple(incidents))
        )
    return states
