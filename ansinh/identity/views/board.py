"""The dashboard: country to province to people, every number a link to its rows."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from ansinh.core import clock
from ansinh.core.measures import Count
from ansinh.core.permissions import Request, requires
from ansinh.identity import permissions, queries
from ansinh.identity.drawing.heat import heat
from ansinh.identity.drawing.outlook import outlook
from ansinh.identity.views.scope import NONE, asked_area
from ansinh.offices.drawing import ProvinceShare, tile_map
from ansinh.registry.permissions import SEE_PERSON


@dataclass(frozen=True, slots=True)
class _Cell:
    """One cell of the grid as the page shows it."""

    code: str
    name: str
    count: Count
    heat: int


@requires(permissions.SEE)
def board(request: Request) -> HttpResponse:
    """Show what is verified, what is left and why, and when it may be done."""
    area, today = asked_area(request, permissions.SEE), clock.today()
    page = queries.board(area, request.actor, on=today, at=clock.now())
    shares = [ProvinceShare(row.code, row.name, row.verified) for row in page.provinces]
    return render(
        request,
        "identity/board.html",
        {
            "page": page,
            "today": today,
            "areas": queries.areas_in_reach(request.actor, permissions.SEE, today),
            "map": tile_map(shares, as_of=today) if len(shares) > 1 else None,
            "outlook": outlook(page.trend, page.forecast),
            "grid": [
                (row, [_Cell(code or NONE, name, count, heat(count)) for code, name, count in row.cells])
                for row in page.grid
            ],
            "by_share": sorted(page.provinces, key=lambda row: (row.verified.share or 0, row.code)),
            "may_list": request.actor.may(SEE_PERSON),
            "none": NONE,
        },
    )
