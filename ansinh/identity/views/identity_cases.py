"""Pages of the cases with the identity agency: the list, one case with its steps as buttons, the letter."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ansinh.core import clock
from ansinh.core.errors import Malformed, OutOfReach, Refusal
from ansinh.core.permissions import Request, requires
from ansinh.identity import actions, permissions, ports, queries
from ansinh.identity.forms import AnswerForm, GroundForm, NoteForm, ReceiptForm, WhyForm
from ansinh.identity.models import AgencyRequest, IdentityCase, Reason, Verification
from ansinh.identity.queries.identity_cases import STATES
from ansinh.identity.queries.standings import COLUMNS
from ansinh.identity.views.scope import asked_area
from ansinh.identity.workflows.cases import has_verdict, steps_from

_TOLD_BY_STATUS = {403, 404}


def _case(request: Request, key: int) -> IdentityCase:
    rows = IdentityCase.objects.visible_to(request.actor).select_related("person__area", "verification__run")
    if found := rows.filter(pk=key).first():
        return found
    raise OutOfReach


@requires(permissions.REVIEW)
def cases(request: Request) -> HttpResponse:
    """List the cases of my areas, the most urgent first."""
    area, state = asked_area(request, permissions.REVIEW), request.GET.get("trang-thai", "mo")
    number, state = request.GET.get("trang", "1"), state if state in STATES else "mo"
    today = clock.today()
    listed = queries.cases_page(request.actor, area, state, int(number) if number.isdigit() else 1, today)
    kept = {name: request.GET[name] for name in ("tinh", "trang-thai") if request.GET.get(name)}
    return render(
        request,
        "identity/identity_cases.html",
        {
            "listed": listed,
            "page": listed.page,
            "query": f"{urlencode(kept)}&" if kept else "",
            "area": area,
            "state": state,
            "states": [(code, label, listed.counts[code]) for code, (label, _) in STATES.items()],
            "areas": queries.areas_in_reach(request.actor, permissions.REVIEW, today),
        },
    )


@requires(permissions.REVIEW)
@require_POST
def open_many(request: Request) -> HttpResponse:
    """Open cases for an area's confirmed people whose data differ."""
    made = actions.open_identity_cases(
        area=asked_area(request, permissions.REVIEW), actor=request.actor, at=clock.now()
    )
    if made.opened:
        rest = f" Còn {made.left} người chưa mở; bấm lại để mở tiếp." if made.left else ""
        messages.success(request, f"Đã mở {made.opened} hồ sơ phối hợp.{rest}")
    else:
        messages.info(request, "Không còn ai đã xác minh mà sai lệch thông tin và chưa có hồ sơ phối hợp.")
    return redirect(f"{request.path.removesuffix('mo/')}?{request.GET.urlencode()}".rstrip("?"))


@requires(permissions.REVIEW)
@require_POST
def open_one(request: Request, key: int) -> HttpResponse:
    """Open a case about one decision."""
    rows = Verification.objects.visible_to(request.actor).select_related("person")
    row = rows.filter(pk=key).first()
    if row is None:
        raise OutOfReach
    form = GroundForm(request.POST)
    if not form.is_valid():
        raise Malformed("Căn cứ dài quá 200 ký tự. Hãy ghi ngắn lại rồi gửi lại.")
    try:
        case = actions.open_identity_case(
            verification=row, ground=form.cleaned_data["document"], actor=request.actor, at=clock.now()
        )
    except Refusal as refusal:
        if refusal.status in _TOLD_BY_STATUS:
            raise
        messages.error(request, refusal.message, extra_tags="bad")
        return redirect("identity-person", key=row.person_id)
    return redirect("identity-agency-case", key=case.pk)


@requires(permissions.REVIEW)
def show(request: Request, key: int) -> HttpResponse:
    """Show one case: what differs, what was done, what may be done now."""
    case = _case(request, key)
    view = actions.read_identity_case(case=case, actor=request.actor, at=clock.now())
    verdict = has_verdict(case.verification)
    return render(
        request,
        "identity/identity_case.html",
        {
            "view": view,
            "case": case,
            "steps": steps_from(case, verdict=verdict),
            "waits": case.is_open and not verdict,
            "reasons": Reason.choices,
            "held": {code for code, _ in view.reasons},
            "sides": IdentityCase.Side.choices,
            "answers": [choice for choice in IdentityCase.Answer.choices if choice[0]],
            "correctable": [one for one in view.fields if one.field in COLUMNS],
            "by_exchange": ports.identity_agency() is not None,
            "today": clock.today(),
        },
    )


def _act(request: Request, key: int, act: Callable[[IdentityCase], object], done: str) -> HttpResponse:
    """Take a step, tell how it went on the case's own page, where the clerk goes on."""
    case = _case(request, key)
    try:
        act(case)
    except Refusal as refusal:
        if refusal.status in _TOLD_BY_STATUS:
            raise
        messages.error(request, refusal.message, extra_tags="bad")
    else:
        messages.success(request, done)
    return redirect("identity-agency-case", key=key)


@requires(permissions.REVIEW)
@require_POST
def change(request: Request, key: int) -> HttpResponse:
    """Say anew why a case exists."""
    form = WhyForm(request.POST)

    def act(case: IdentityCase) -> None:
        if not form.is_valid():
            raise Malformed("Hãy chọn ít nhất một lý do và chọn bên có thông tin sai.")
        actions.change_identity_case(case=case, **form.cleaned_data, actor=request.actor, at=clock.now())

    return _act(request, key, act, "Đã ghi lại lý do, bên sai và căn cứ.")


@requires(permissions.REVIEW)
@require_POST
def ask(request: Request, key: int) -> HttpResponse:
    """Ask the person."""
    return _act(
        request,
        key,
        lambda case: actions.ask_person(case=case, actor=request.actor, at=clock.now()),
        "Đã chuyển sang chờ người dân. Thư và thông báo trên cổng đã được soạn trong mục Thông báo.",
    )


@requires(permissions.REVIEW)
@require_POST
def send(request: Request, key: int) -> HttpResponse:
    """Ask the agency."""

    def act(case: IdentityCase) -> None:
        document = request.POST.get("document", "")
        actions.ask_agency(case=case, document=document, actor=request.actor, at=clock.now())

    return _act(request, key, act, "Đã ghi nhận yêu cầu gửi cơ quan quản lý căn cước.")


@requires(permissions.REVIEW)
@require_POST
def settle(request: Request, key: int) -> HttpResponse:
    """Record whether the agency takes the request on."""
    form = ReceiptForm(request.POST)

    def act(case: IdentityCase) -> None:
        latest = AgencyRequest.objects.filter(case=case).select_related("case__person").order_by("-pk").first()
        if latest is None or not form.is_valid():
            raise Malformed("Hãy chọn cơ quan căn cước tiếp nhận hay từ chối.")
        data = form.cleaned_data
        receipt = ports.Receipt(data["accepted"] == "co", data["reference"], data["why"])
        actions.settle_request(request=latest, receipt=receipt, actor=request.actor, at=clock.now())

    return _act(request, key, act, "Đã ghi nhận kết quả tiếp nhận.")


@requires(permissions.REVIEW)
@require_POST
def answer(request: Request, key: int) -> HttpResponse:
    """Record the agency's answer."""
    form = AnswerForm(request.POST)

    def act(case: IdentityCase) -> None:
        if not form.is_valid():
            raise Malformed("Hãy chọn nội dung trả lời, ghi số văn bản và ngày văn bản (dd/mm/yyyy).")
        actions.record_answer(case=case, **form.cleaned_data, actor=request.actor, at=clock.now())

    return _act(request, key, act, "Đã ghi trả lời của cơ quan quản lý căn cước.")


@requires(permissions.REVIEW)
@require_POST
def correct(request: Request, key: int) -> HttpResponse:
    """Correct our record on the ground of a paper."""

    def act(case: IdentityCase) -> None:
        values = {field: request.POST[field] for field in COLUMNS if request.POST.get(field, "").strip()}
        document = request.POST.get("document", "")
        actions.correct_by_case(case=case, values=values, document=document, actor=request.actor, at=clock.now())

    return _act(request, key, act, "Đã điều chỉnh hồ sơ BHXH; giá trị cũ và căn cứ được giữ trong lịch sử điều chỉnh.")


@requires(permissions.REVIEW)
@require_POST
def step(request: Request, key: int) -> HttpResponse:
    """Close, cancel or reopen a case."""
    form = NoteForm(request.POST)

    def act(case: IdentityCase) -> None:
        if not form.is_valid():
            raise Malformed("Ghi chú dài quá 300 ký tự, hoặc chưa chọn bước. Hãy xem lại rồi gửi lại.")
        actions.take_case_step(case=case, **form.cleaned_data, actor=request.actor, at=clock.now())

    return _act(request, key, act, "Đã ghi nhận.")


@requires(permissions.REVIEW)
def letter(request: Request, key: int) -> HttpResponse:
    """Show the letter to the agency, ready to print on A4."""
    case = _case(request, key)
    rows = AgencyRequest.objects.filter(case=case).select_related("case__person__area", "case__verification__run")
    latest = rows.order_by("-pk").first()
    if latest is None:
        raise OutOfReach("Hồ sơ này chưa gửi cơ quan căn cước nên chưa có công văn.")
    found = actions.read_agency_letter(request=latest, actor=request.actor, at=clock.now())
    return render(request, "identity/letters/agency.html", {"letter": found, "case": case})
