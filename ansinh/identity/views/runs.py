"""Pages of the overview and of runs: HTTP in, one call, HTTP out."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ansinh.core import clock
from ansinh.core.errors import OutOfReach
from ansinh.core.permissions import Request, requires
from ansinh.identity import actions, linkage, permissions, queries, rules
from ansinh.identity.forms import StartForm
from ansinh.identity.models import VerificationRun

REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


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
            "may_look_up": request.actor.may(permissions.LOOK_UP),
            "may_review": request.actor.may(permissions.REVIEW),
            "standings": queries.count_standings(request.actor),
            "work": queries.agency_work(request.actor, today),
        },
    )


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
    rows = VerificationRun.objects.visible_to(request.actor).select_related("area", "within", "extract", "asked_by")
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
            "progress": queries.progress(found, clock.now()),
            "may_cancel": found.is_open and not found.cancel_asked and _may_steer(request, found),
            "may_resume": found.may_resume and not found.report and _may_steer(request, found),
            "is_sampled": found.samples.exists(),
            "may_sample": found.extract is not None and request.actor.may(permissions.SETTLE),
            "half_width": 100 * rules.policy_at(clock.today()).half_width,
        },
    )


def _may_steer(request: Request, found: VerificationRun) -> bool:
    reach = request.actor.areas_for(permissions.VERIFY)
    return reach is None or found.area_id in reach


@requires(permissions.SEE)
def run_progress(request: Request, key: int) -> HttpResponse:
    """Answer the poll of a run's page."""
    found = _run(request, key)
    context = {"run": found, "progress": queries.progress(found, clock.now()), "polled": True}
    answer = render(request, "identity/run_progress.html", context)
    return answer if found.is_open else _reloaded(answer)


@requires(permissions.VERIFY)
@require_POST
def cancel(request: Request, key: int) -> HttpResponse:
    """Stop a run."""
    actions.cancel_run(run=_run(request, key), actor=request.actor, at=clock.now())
    messages.info(request, "Đã yêu cầu dừng. Kết quả đã ghi đến lúc này được giữ lại.")
    return redirect("identity-run", key=key)


@requires(permissions.VERIFY)
@require_POST
def resume(request: Request, key: int) -> HttpResponse:
    """Let a stopped run go on."""
    actions.resume_run(run=_run(request, key), actor=request.actor, at=clock.now())
    messages.success(request, "Đợt này sẽ chạy tiếp từ chỗ đã dừng.")
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
