"""Pages of operations."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from ansinh.core import clock
from ansinh.core.errors import OutOfReach
from ansinh.core.permissions import Request, requires
from ansinh.core.work import QUEUES
from ansinh.operations import actions, permissions, queries


@requires(permissions.SEE)
@require_GET
def queues(request: Request) -> HttpResponse:
    """Show every queue and what stopped."""
    context = {"states": queries.queue_states(), "may_retry": request.actor.may(permissions.RETRY)}
    return render(request, "operations/queues.html", context)


@requires(permissions.RETRY)
@require_POST
def retry(request: Request, queue: str, pk: int) -> HttpResponse:
    """Start a stopped row again."""
    if queue not in QUEUES:
        raise OutOfReach
    actions.retry_row(queue=QUEUES[queue], pk=pk, actor=request.actor, at=clock.now())
    messages.success(request, "Đã đưa việc này vào hàng đợi để chạy lại.")
    return redirect("operations-queues")
