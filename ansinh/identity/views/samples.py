"""Pages of samples: drawing one, judging its items with the same keys as any case."""

import secrets
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from ansinh.core import clock
from ansinh.core.errors import Malformed, OutOfReach
from ansinh.core.permissions import Request, requires
from ansinh.identity import actions, permissions, queries
from ansinh.identity.models import SampleItem, VerificationRun
from ansinh.identity.views.answers import answer_of


@requires(permissions.SETTLE)
@require_POST
def draw(request: Request, key: int) -> HttpResponse:
    """Draw a sample of a run's automatic decisions; the half-width comes in percent, with a comma or a point."""
    run = VerificationRun.objects.visible_to(request.actor).filter(pk=key).first()
    if run is None:
        raise OutOfReach
    try:
        width = float(Decimal(request.POST.get("sai-so", "").replace(",", ".")) / 100)
    except InvalidOperation:
        raise Malformed("Hãy ghi sai số mong muốn bằng phần trăm, ví dụ 0,5.") from None
    actions.draw_sample(run=run, half_width=width, seed=secrets.randbelow(2**31), actor=request.actor, at=clock.now())
    messages.success(request, "Đã lấy mẫu. Các trường hợp trong mẫu đang chờ xét.")
    return redirect("identity-quality")


def _item(request: Request, key: int) -> SampleItem:
    rows = SampleItem.objects.visible_to(request.actor).select_related(
        "verification__person__area", "verification__run__extract", "stratum__sample"
    )
    if found := rows.filter(pk=key).first():
        return found
    raise OutOfReach


@requires(permissions.REVIEW)
def following(request: Request) -> HttpResponse:
    """Go to the next item of the lot."""
    after = request.GET.get("sau", "")
    return _onwards(request, int(after) if after.isdigit() else 0)


def _onwards(request: Request, after: int, before: int | None = None) -> HttpResponse:
    key = queries.next_item(request.actor, after)
    if key is None:
        messages.success(request, "Mẫu kiểm tra trong địa bàn của bạn đã xét hết.")
        return redirect("identity-quality")
    told = f"?truoc={before}" if before else ""
    return redirect(f"{reverse('identity-sample-item', args=[key])}{told}")


@requires(permissions.REVIEW)
def item(request: Request, key: int) -> HttpResponse:
    """Show two records side by side, and nothing of what the machine made of them."""
    found, before = _item(request, key), request.GET.get("truoc", "")
    told = _item(request, int(before)) if before.isdigit() else None
    return render(
        request,
        "identity/sample.html",
        {
            "item": found,
            "case": actions.open_item(item=found, actor=request.actor, at=clock.now()),
            "before": queries.decided(request.actor, told.verification_id) if told else None,
            "before_item": told,
            "left": queries.count_items(request.actor),
        },
    )


@requires(permissions.REVIEW)
@require_POST
def judge(request: Request, key: int) -> HttpResponse:
    """Take an answer about an item and go on to the next."""
    found, answer = _item(request, key), answer_of(request)
    try:
        actions.judge_item(item=found, **answer)
    except (actions.CaseAlreadyDecided, actions.SecondByAnother) as refusal:
        messages.warning(request, refusal.message, extra_tags="warn")
        return _onwards(request, found.place)
    return _onwards(request, found.place, before=key)


@requires(permissions.REVIEW)
@require_POST
def undo(request: Request, key: int) -> HttpResponse:
    """Take an answer about an item back and show the item again."""
    actions.undo_review(verification=_item(request, key).verification, actor=request.actor, at=clock.now())
    messages.success(request, "Đã rút lại. Trường hợp này trong mẫu đang chờ xét trở lại.")
    return redirect("identity-sample-item", key=key)
