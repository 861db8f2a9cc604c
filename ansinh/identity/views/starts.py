"""Pages on which a run is put together: scope, source, how many people, and the start."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ansinh.core import clock
from ansinh.core.errors import Malformed
from ansinh.core.permissions import Request, requires
from ansinh.identity import actions, linkage, permissions, queries, rules
from ansinh.identity.forms import StartForm


@requires(permissions.VERIFY)
def new(request: Request) -> HttpResponse:
    """Choose people and source; count them before anything begins."""
    today, policy = clock.today(), linkage.Policy.load(linkage.DEFAULT_POLICY)
    form = StartForm(request.actor, today, _chosen(request))
    counted = None
    if form.is_bound and form.is_valid():
        scope = queries.Scope(form.chosen_area, form.chosen_part, form.cleaned_data["scheme"])
        rate = None if form.chosen_extract else float(settings.POPULATION_RATE)
        counted = queries.preview(scope, today, rate=rate)
    return render(
        request,
        "identity/new_run.html",
        {
            "form": form,
            "counted": counted,
            "extract": form.chosen_extract if counted else None,
            "rate": settings.POPULATION_RATE,
            "policy": policy,
            "automatic": rules.likelihood(policy.decision.automatic),
        },
    )


def _chosen(request: Request) -> dict[str, str] | None:
    """Return what was chosen; a part that is not of the area any more is left out."""
    if "area" not in request.GET:
        return None
    chosen = request.GET.dict()
    form = StartForm(request.actor, clock.today(), chosen)
    if chosen.get("within") not in form.parts:
        chosen.pop("within", None)
    return chosen


@requires(permissions.VERIFY)
@require_POST
def start(request: Request) -> HttpResponse:
    """Ask for a run."""
    form = StartForm(request.actor, clock.today(), request.POST.dict())
    if not form.is_valid():
        raise Malformed("Hãy chọn địa bàn của bạn và nguồn đối chiếu rồi gửi lại.")
    started = actions.start_run(
        area=form.chosen_area,
        extract=form.chosen_extract,
        part=actions.Part(form.chosen_part, form.cleaned_data["scheme"]),
        effective_date=clock.today(),
        actor=request.actor,
        at=clock.now(),
    )
    return redirect("identity-run", key=started.pk)
