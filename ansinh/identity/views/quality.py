"""Page of quality: the machine's errors as samples show them, and how far people agree."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render

from ansinh.core import clock
from ansinh.core.permissions import Request, requires
from ansinh.identity import permissions, queries, rules
from ansinh.identity.drawing.intervals import interval_plot

DAYS = 90


@requires(permissions.SEE)
def quality(request: Request) -> HttpResponse:
    """Show error rates with their intervals; pairs of readings and clerks as far as I may see them."""
    actor = request.actor
    samples = queries.qualities(actor)
    drawn = [*queries.by_policy(samples), *samples]
    known = [(one.found.rate, one.found.interval) for one in drawn if one.found]
    sees_people = actor.may(permissions.SEE_QUALITY) or actor.may(permissions.REVIEW)
    return render(
        request,
        "identity/quality.html",
        {
            "drawn": drawn,
            "plotted": [one for one in drawn if one.found],
            "plot": interval_plot(known, drawn[0].promised) if known else None,
            "items": queries.count_items(actor) if actor.may(permissions.REVIEW) else 0,
            "readings": queries.reading_quality(actor, clock.now() - timedelta(days=DAYS)) if sees_people else None,
            "sees_everybody": actor.may(permissions.SEE_QUALITY),
            "may_settle": actor.may(permissions.SETTLE),
            "days": DAYS,
            "policy": rules.policy_at(clock.today()),
            "grounds": list(rules.GROUNDS.values()),
        },
    )
