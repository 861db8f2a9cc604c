"""The page on which an officer at the counter looks one citizen up."""

from django.http import HttpResponse
from django.shortcuts import render

from ansinh.core import clock
from ansinh.core.errors import Refusal
from ansinh.core.permissions import Request, requires
from ansinh.identity import actions, linkage, permissions, queries
from ansinh.identity.forms import LookUpForm


@requires(permissions.LOOK_UP)
def look_up(request: Request) -> HttpResponse:
    """Ask for a person, and show who it may be; a refusal is told above what was typed, which stays.

    What is typed travels in the body only: no address, log or history holds a citizen's name.
    """
    form = LookUpForm(clock.today(), request.POST.dict() if request.method == "POST" else None)
    shown = refusal = None
    if form.is_bound and form.is_valid():
        try:
            shown = actions.look_up_citizen(
                sought=form.sought,
                purpose=form.chosen_purpose,
                dossier=form.cleaned_data["dossier"],
                actor=request.actor,
                at=clock.now(),
            )
        except Refusal as no:
            refusal = no
    elif not form.is_bound:
        refusal = _nothing_there()
    decision = shown.outcome.decision if shown else ""
    return render(
        request,
        "identity/look_up.html",
        {
            "form": form,
            "shown": shown,
            "refusal": refusal,
            "decision": linkage.DECISIONS.get(decision, ""),
            "policy": linkage.DEFAULT_POLICY.stem,
        },
        status=refusal.status if refusal and form.is_bound else 422 if form.errors else 200,
    )


def _nothing_there() -> Refusal | None:
    """Say before anything is typed that there is nothing to look up in."""
    try:
        queries.current_index()
    except queries.NoIndex as no:
        return no
    return None
