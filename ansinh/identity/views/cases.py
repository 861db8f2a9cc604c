"""Pages of doubtful cases: the list, two records side by side, the answer."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from ansinh.core import clock
from ansinh.core.errors import OutOfReach
from ansinh.core.permissions import Request, requires
from ansinh.identity import actions, permissions, queries
from ansinh.identity.models import Verification
from ansinh.identity.views.answers import answer_of
from ansinh.identity.views.scope import asked_area


def _filter(request: Request) -> queries.Filter:
    kind, state = request.GET.get("loai", ""), request.GET.get("trang-thai", "")
    chosen = {Verification.State.SENT_BACK.value, Verification.State.DISPUTED.value}
    return queries.Filter(
        area=asked_area(request, permissions.REVIEW),
        kind=kind if kind in queries.KINDS else "",
        state=state if state in chosen else Verification.State.WAITING.value,
    )


def _carried(request: Request, **more: int) -> str:
    """Return the filter as it goes on to the next page, ending in & so that a page number can follow."""
    kept = {name: request.GET[name] for name in ("tinh", "loai", "trang-thai") if request.GET.get(name)}
    text = urlencode({**kept, **more})
    return f"{text}&" if text else ""


def _to_case(request: Request, key: int, **more: int) -> HttpResponse:
    return redirect(f"{reverse('identity-case', args=[key])}?{_carried(request, **more)}".rstrip("?&"))


def _case(request: Request, key: int) -> Verification:
    rows = Verification.objects.visible_to(request.actor).select_related("person__area", "run__extract")
    if found := rows.filter(pk=key).first():
        return found
    raise OutOfReach


@requires(permissions.REVIEW)
def queue(request: Request) -> HttpResponse:
    """List the doubtful cases of my areas."""
    chosen = _filter(request)
    number = request.GET.get("trang", "1")
    listed = queries.queue_page(request.actor, chosen, int(number) if number.isdigit() else 1)
    return render(
        request,
        "identity/queue.html",
        {
            "listed": listed,
            "page": listed.page,
            "query": _carried(request),
            "chosen": chosen,
            "kinds": [(code, label) for code, (label, _) in queries.KINDS.items()],
            "areas": queries.areas_in_reach(request.actor, permissions.REVIEW, clock.today()),
            "may_settle": request.actor.may(permissions.SETTLE),
        },
    )


@requires(permissions.REVIEW)
def following(request: Request) -> HttpResponse:
    """Go to the next case of the filter."""
    after = request.GET.get("sau", "")
    known = Verification.objects.visible_to(request.actor).filter(pk=int(after)).first() if after.isdigit() else None
    return _onwards(request, known)


def _onwards(request: Request, after: Verification | None, **more: int) -> HttpResponse:
    key = queries.next_case(request.actor, _filter(request), after, clock.now())
    if key is None:
        messages.success(request, "Không còn trường hợp nào chờ xét trong phạm vi đã chọn.")
        return redirect(f"{reverse('identity-queue')}?{_carried(request)}".rstrip("?&"))
    return _to_case(request, key, **more, luot=1)


@requires(permissions.REVIEW)
def case(request: Request, key: int) -> HttpResponse:
    """Show a case: two records side by side; whoever was led here while another came first is led on."""
    verification, was_led, before = _case(request, key), "luot" in request.GET, request.GET.get("truoc", "")
    try:
        opened = actions.open_case(verification=verification, actor=request.actor, at=clock.now(), only_free=was_led)
    except actions.CaseHeld:
        return _onwards(request, verification, **({"truoc": int(before)} if before.isdigit() else {}))
    return render(
        request,
        "identity/case.html",
        {
            "case": opened,
            "answers": queries.answers_about(opened.person),
            "before": queries.decided(request.actor, int(before)) if before.isdigit() else None,
            "waiting": queries.count_waiting(request.actor, _filter(request)),
            "query": _carried(request),
        },
    )


@requires(permissions.REVIEW)
@require_POST
def decide(request: Request, key: int) -> HttpResponse:
    """Take a clerk's answer and go on to the next case; a refusal is told on the page where it helps."""
    verification, answer = _case(request, key), answer_of(request)
    try:
        actions.decide_review(verification=verification, **answer)
    except (actions.CaseAlreadyDecided, actions.SecondByAnother) as refusal:
        messages.warning(request, refusal.message, extra_tags="warn")
        return _onwards(request, verification)
    except (actions.NumberTaken, actions.CitizenDeceased, actions.NobodyToConfirm) as refusal:
        messages.error(request, refusal.message, extra_tags="bad")
        return _to_case(request, key)
    return _onwards(request, verification, truoc=key)


@requires(permissions.REVIEW)
@require_POST
def undo(request: Request, key: int) -> HttpResponse:
    """Take a decision back and show the case again."""
    actions.undo_review(verification=_case(request, key), actor=request.actor, at=clock.now())
    messages.success(request, "Đã rút lại quyết định. Trường hợp này đang chờ xét trở lại.")
    return _to_case(request, key)
