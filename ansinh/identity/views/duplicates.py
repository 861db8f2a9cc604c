"""Pages of numbers that may be one person's: the list, two records side by side, the steps, the printed decision."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ansinh.core import clock
from ansinh.core.errors import Malformed, OutOfReach, Refusal
from ansinh.core.permissions import Request, requires
from ansinh.identity import actions, permissions, queries
from ansinh.identity.drawing.time_line import time_line
from ansinh.identity.forms import MergeForm, ReasonForm
from ansinh.identity.models import DuplicatePair
from ansinh.registry.permissions import MERGE, SEE_PERSON
from ansinh.registry.queries import person_by_number

State = DuplicatePair.State
TABS = ((State.OPEN.value, "Chờ xem"), (queries.MINE, "Chờ tôi duyệt"), (State.PROPOSED.value, "Đang đề xuất gộp"),
        (State.MERGED.value, "Đã gộp"), (State.UNDO_PROPOSED.value, "Đang đề xuất tách"),
        (State.DIFFERENT.value, "Hai người khác nhau"))  # fmt: skip


@requires(permissions.REVIEW)
def duplicates(request: Request) -> HttpResponse:
    """List the pairs of my areas, by where they stand; look an old number up."""
    asked, number = request.GET.get("trang-thai", ""), request.GET.get("trang", "1")
    chosen = asked if asked in dict(TABS) else State.OPEN.value
    listed = queries.pair_list(request.actor, chosen, int(number) if number.isdigit() else 1)
    return render(
        request,
        "identity/duplicates.html",
        {
            "listed": listed,
            "page": listed.page,
            "query": f"trang-thai={chosen}&" if chosen != State.OPEN else "",
            "chosen": chosen,
            "tabs": [(code, label, listed.counts.get(code, 0)) for code, label in TABS],
            **_looked_up(request),
        },
    )


def _looked_up(request: Request) -> dict[str, object]:
    """Return where an insurance number leads today, as far as the reader may know of it."""
    asked = request.GET.get("so", "").strip()
    if not asked:
        return {}
    found = person_by_number(asked) if request.actor.may(SEE_PERSON) else None
    areas = [found.person.area_id, *(merge.absorbed.area_id for merge in found.merges)] if found else []
    seen = any(request.actor.may(SEE_PERSON, area=area) for area in areas)
    return {"asked": asked, "found": found if seen else None}


def _pair(request: Request, key: int) -> DuplicatePair:
    rows = DuplicatePair.objects.visible_to(request.actor)
    related = ("first__area", "second__area", "group__run__extract")
    if found := rows.select_related(*related).filter(pk=key).first():
        return found
    raise OutOfReach


@requires(permissions.REVIEW)
def pair(request: Request, key: int) -> HttpResponse:
    """Show a pair: two records side by side, their histories, what may be done."""
    return _shown(request, _pair(request, key))


def _shown(request: Request, found: DuplicatePair, *, form: MergeForm | None = None, status: int = 200) -> HttpResponse:
    page = actions.open_pair(pair=found, actor=request.actor, at=clock.now())
    form = form or _form(page)
    asked = [(one, None if one.conflict.blocks else form[one.conflict.code]) for one in page.questions]
    context = {"page": page, "line": time_line(page), "form": form, "asked": asked}
    return render(request, "identity/pair.html", context, status=status)


def _form(page: queries.PairPage, data: QueryDict | None = None) -> MergeForm:
    codes = [question.conflict.code for question in page.questions if not question.conflict.blocks]
    return MergeForm(page.proposed, page.sides, codes, data)


@requires(permissions.PROPOSE_MERGE)
@require_POST
def propose(request: Request, key: int) -> HttpResponse:
    """Take a proposal to merge; what is missing is told on the page, with what was filled in."""
    found = _pair(request, key)
    form = _form(queries.pair_page(found, request.actor, clock.today()), request.POST)
    if not form.is_valid():
        return _shown(request, found, form=form, status=422)
    return _stepped(
        request,
        found,
        lambda: actions.propose_merge(pair=found, offer=form.offer, actor=request.actor, at=clock.now()),
        "Đã đề xuất gộp. Một cán bộ khác sẽ xem lại và phê duyệt.",
    )


@requires(MERGE)
@require_POST
def approve(request: Request, key: int) -> HttpResponse:
    """Approve what waits."""
    found = _pair(request, key)
    return _stepped(
        request,
        found,
        lambda: actions.approve_proposal(pair=found, actor=request.actor, at=clock.now()),
        "Đã phê duyệt. Hồ sơ và số liệu đã đổi theo; mã số cũ vẫn tra được.",
    )


@requires(MERGE)
@require_POST
def send_back(request: Request, key: int) -> HttpResponse:
    """Return what waits to its proposer."""
    found, reason = _pair(request, key), _reason(request)
    return _stepped(
        request,
        found,
        lambda: actions.return_proposal(pair=found, reason=reason, actor=request.actor, at=clock.now()),
        "Đã trả lại đề xuất cho người lập.",
    )


@requires(permissions.PROPOSE_MERGE)
@require_POST
def withdraw(request: Request, key: int) -> HttpResponse:
    """Take one's own proposal back."""
    found = _pair(request, key)
    return _stepped(
        request,
        found,
        lambda: actions.withdraw_proposal(pair=found, actor=request.actor, at=clock.now()),
        "Đã rút lại đề xuất.",
    )


@requires(permissions.PROPOSE_MERGE)
@require_POST
def refuse(request: Request, key: int) -> HttpResponse:
    """Tell two people apart."""
    found, reason = _pair(request, key), _reason(request)
    return _stepped(
        request,
        found,
        lambda: actions.refuse_pair(pair=found, reason=reason, actor=request.actor, at=clock.now()),
        "Đã ghi: hai người khác nhau. Các đợt đối khớp sau sẽ không đưa lại cặp này.",
    )


@requires(permissions.PROPOSE_MERGE)
@require_POST
def reopen(request: Request, key: int) -> HttpResponse:
    """Look at two people told apart once more."""
    found, reason = _pair(request, key), _reason(request)
    return _stepped(
        request,
        found,
        lambda: actions.reopen_pair(pair=found, reason=reason, actor=request.actor, at=clock.now()),
        "Cặp mã số này đang chờ xem trở lại.",
    )


@requires(permissions.PROPOSE_MERGE)
@require_POST
def propose_undo(request: Request, key: int) -> HttpResponse:
    """Take a proposal to undo a merge."""
    found, reason = _pair(request, key), _reason(request)
    different = request.POST.get("khac-nguoi") == "1"
    return _stepped(
        request,
        found,
        lambda: actions.propose_undo(
            pair=found, reason=reason, are_different=different, actor=request.actor, at=clock.now()
        ),
        "Đã đề xuất tách lại. Một cán bộ khác sẽ xem lại và phê duyệt.",
    )


@requires(permissions.PROPOSE_MERGE)
def decision(request: Request, key: int) -> HttpResponse:
    """Show the decision on A4, for the person and each employer."""
    told = actions.open_notice(pair=_pair(request, key), actor=request.actor, at=clock.now())
    return render(request, "identity/merge_decision.html", {"told": told, "merge": told.merge})


def _reason(request: Request) -> str:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Malformed("Hãy ghi lý do, không quá 300 ký tự.", field="reason")
    return str(form.cleaned_data["reason"])


def _stepped(request: Request, found: DuplicatePair, act: Callable[[], object], done: str) -> HttpResponse:
    """Do a step and come back to the pair; a refusal that says what to do next is told there."""
    try:
        act()
    except Refusal as refusal:
        if isinstance(refusal, OutOfReach):
            raise
        messages.error(request, refusal.message, extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("identity-pair", key=found.pk)
