"""Acts of operations."""

from datetime import datetime

from django.db import transaction

from ansinh.core import audit
from ansinh.core.errors import Refusal
from ansinh.core.models import QueueRow
from ansinh.core.permissions import Actor
from ansinh.core.work import Queue
from ansinh.operations import events, permissions


class NotStopped(Refusal):
    """Only work that stopped on an incident can be started again."""

    message = "Việc này không còn ở trạng thái cần người xem. Hãy tải lại trang để thấy trạng thái mới."


@transaction.atomic
def retry_row(*, queue: Queue, pk: int, actor: Actor, at: datetime) -> None:
    """Put a stopped row back in its queue with fresh attempts.

    :raises NotStopped: when it is not an incident any more
    """
    actor.must(permissions.RETRY)
    moved = queue.reopen(pk, at)
    if not moved:
        raise NotStopped(queue=queue.name)
    audit.record(
        events.ROW_RETRIED, actor=actor, at=at, subject=f"{queue.name}:{pk}", data={"to": QueueRow.Status.QUEUED}
    )
