"""Pages of verification: overview and runs. HTTP in, one call, HTTP out."""

import csv
from collections.abc import Iterator
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from ansinh.core import clock
from ansinh.core.errors import Malformed, OutOfReach
from ansinh.core.permissions import Permission, Request, requires
from ansinh.identity import actions, linkage, permissions, queries, rules
from ansinh.identity.forms import ReviewForm, StartForm
from ansinh.identity.models import Review, Verification, VerificationRun
from ansinh.offices.models import Area
from ansinh.registry.permissions import SEE_PERSON

REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
CSV_HEAD = (
    "Mã số BHXH", "Họ và tên", "Ngày sinh", "Giới tính", "Số kê khai", "Xã, phường", "Quận, huyện", "Tỉnh, thành phố",
    "Vì sao chưa xác minh",
)  # fmt: skip


@requires(permissions.SEE)
def overview(request: Request) -> HttpResponse:
    """Show where verification stands in my areas, and the runs."""
    today = clock.today()
    runs, policy = queries.runs_page(request.actor), linkage.Policy.load(linkage.DEFAULT_POLICY)
    return render(
        request,
        "identity/overview.html",
        {
            "standing": queries.standing(request.actor, today),
            "open_runs": [run for run in runs if run.is_open],
            "runs": [run for run in runs if not run.is_open],
            "form": StartForm(request.actor, today) if request.actor.may(permissions.VERIFY) else None,
            "policy": policy,
            "automatic": rules.likelihood(policy.decision.automatic),
            "may_review": request.actor.may(permissions.REVIEW),
        },
    )


@requires(permissions.VERIFY)
@require_POST
def start(request: Request) -> HttpResponse:
    """Ask for a run."""
    form = StartForm(request.actor, clock.today(), request.POST)
    if not form.is_valid():
        raise Malformed("Hãy chọn địa bàn của bạn và một bản trích dân cư rồi gửi lại.")
    started = actions.start_run(
        area=form.chosen_area,
        extract=form.cleaned_data["extract"],
        effective_date=clock.today(),
        actor=request.actor,
        at=clock.now(),
    )
    return redirect("identity-run", key=started.pk)


@requires(permissions.SEE)
def progress(request: Request) -> HttpResponse:
    """Answer the poll of the overview: open runs, or a wish to be reloaded once one has ended."""
    runs = [run for run in queries.runs_page(request.actor) if run.is_open]
    answer = render(request, "identity/progress.html", {"open_runs": runs})
    return _reloaded(answer) if str(len(runs)) != request.GET.get("dang-chay") else answer


def _reloaded(answer: HttpResponse) -> HttpResponse:
    """Let htmx load the whole page again: something on it has ended."""
    answer.headers["HX-Refresh"] = "true"
    return answer


def _run(request: Request, key: int) -> VerificationRun:
    rows = VerificationRun.objects.visible_to(request.actor).select_related("area", "extract", "asked_by")
    if found := rows.filter(pk=key).first():
        return found
    raise OutOfReach


@requires(permissions.SEE)
def run(request: Request, key: int) -> HttpResponse:
    """Show one run: how far it is, what it decided and by which evidence."""
    found = _run(request, key)
    return render(
        request,
        "identity/run.html",
        {
            "run": found,
            "outcome": queries.outcome(found),
            "has_report": linkage.report_folder(found.decisions_file).exists(),
            "may_cancel": _may_cancel(request, found),
        },
    )


def _may_cancel(request: Request, found: VerificationRun) -> bool:
    reach = request.actor.areas_for(permissions.VERIFY)
    return found.is_open and not found.cancel_asked and (reach is None or found.area_id in reach)


@requires(permissions.SEE)
def run_progress(request: Request, key: int) -> HttpResponse:
    """Answer the poll of a run's page."""
    found = _run(request, key)
    answer = render(request, "identity/run_progress.html", {"run": found})
    return answer if found.is_open else _reloaded(answer)


@requires(permissions.VERIFY)
@require_POST
def cancel(request: Request, key: int) -> HttpResponse:
    """Stop a run."""
    actions.cancel_run(run=_run(request, key), actor=request.actor, at=clock.now())
    messages.info(request, "Đã yêu cầu dừng. Kết quả đã ghi đến lúc này được giữ lại.")
    return redirect("identity-run", key=key)


@requires(permissions.SEE)
def report(request: Request, key: int) -> FileResponse:
    """Hand over the engine's own report, in a sandbox: it is a file with its own style."""
    page = linkage.report_folder(_run(request, key).decisions_file) / "index.html"
    if not page.is_file():
        raise OutOfReach("Đợt xác minh này chưa có báo cáo của bộ máy đối khớp.")
    return FileResponse(
        page.open("rb"), content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": REPORT_POLICY}
    )


def _area(request: Request, permission: Permission) -> Area | None:
    code = request.GET.get("tinh")
    if not code:
        return None
    for area in queries.areas_in_reach(request.actor, permission, clock.today()):
        if area.code == code:
            return area
    raise OutOfReach


def _filter(request: Request) -> queries.Filter:
    kind, state = request.GET.get("loai", ""), request.GET.get("trang-thai", "")
    sent_back = Verification.State.SENT_BACK
    return queries.Filter(
        area=_area(request, permissions.REVIEW),
        kind=kind if kind in queries.KINDS else "",
        state=sent_back.value if state == sent_back else Verification.State.WAITING.value,
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
        },
    )


@requires(permissions.REVIEW)
def following(request: Request) -> HttpResponse:
    """Go to the next case of the filter."""
    after = request.GET.get("sau", "")
    known = Verification.objects.visible_to(request.actor).filter(pk=int(after)).first() if after.isdigit() else None
    return _onwards(request, known)


def _onwards(request: Request, after: Verification | None, **more: int) -> HttpResponse:
    key = queries.next_case(request.actor, _filter(request), after)
    if key is None:
        messages.success(request, "Không còn trường hợp nào chờ xét trong phạm vi đã chọn.")
        return redirect(f"{reverse('identity-queue')}?{_carried(request)}".rstrip("?&"))
    return _to_case(request, key, **more)


@requires(permissions.REVIEW)
def case(request: Request, key: int) -> HttpResponse:
    """Show a case: two records side by side."""
    opened = actions.open_case(verification=_case(request, key), actor=request.actor, at=clock.now())
    before = request.GET.get("truoc", "")
    return render(
        request,
        "identity/case.html",
        {
            "case": opened,
            "before": queries.decided(request.actor, int(before)) if before.isdigit() else None,
            "waiting": queries.count_waiting(request.actor, _filter(request)),
            "query": _carried(request),
        },
    )


@requires(permissions.REVIEW)
@require_POST
def decide(request: Request, key: int) -> HttpResponse:
    """Take a clerk's answer and go on to the next case; a refusal is told on the page where it helps."""
    verification, form = _case(request, key), ReviewForm(request.POST)
    if not form.is_valid():
        raise Malformed("Hãy chọn một trong ba câu trả lời; ghi chú không quá 300 ký tự.")
    try:
        actions.decide_review(
            verification=verification,
            verdict=Review.Verdict(form.cleaned_data["verdict"]),
            reason=form.cleaned_data["reason"],
            actor=request.actor,
            at=clock.now(),
        )
    except actions.CaseAlreadyDecided as refusal:
        messages.warning(request, refusal.message, extra_tags="warn")
        return _onwards(request, verification)
    except (actions.NumberTaken, actions.CitizenDeceased) as refusal:
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


@requires(permissions.SEE)
def people(request: Request) -> HttpResponse:
    """List the rows behind the figure."""
    today, after = clock.today(), request.GET.get("sau", "")
    scope = actions.PeopleScope(_area(request, permissions.SEE), request.GET.get("loai") == "da")
    listed = (
        actions.list_people(
            scope=scope, after=int(after) if after.isdigit() else 0, actor=request.actor, at=clock.now()
        )
        if request.actor.may(SEE_PERSON)
        else None
    )
    return render(
        request,
        "identity/people.html",
        {
            "listed": listed,
            "scope": scope,
            "areas": queries.areas_in_reach(request.actor, permissions.SEE, today),
            "code": scope.area.code if scope.area else "",
        },
    )


@requires(SEE_PERSON)
def people_csv(request: Request) -> StreamingHttpResponse:
    """Stream the list of those not verified yet, for a spreadsheet."""
    area = _area(request, SEE_PERSON)
    rows = actions.export_people(area=area, actor=request.actor, at=clock.now())
    name = f"chua-xac-minh-{area.code if area else 'tat-ca'}-{clock.today():%Y%m%d}.csv"
    return StreamingHttpResponse(
        _lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


class _Line:
    """What ``csv.writer`` writes to: gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(CSV_HEAD)  # the mark by which spreadsheets know UTF-8
    for row in rows:
        # A cell that opens like a formula would be carried out by a spreadsheet.
        yield writer.writerow([f"'{cell}" if cell[:1] in "=+-@\t" and cell else cell for cell in row])
