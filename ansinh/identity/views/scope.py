"""Which province, and which people of it, a page is asked for, as far as somebody may see them."""

from urllib.parse import urlencode

from ansinh.core import clock
from ansinh.core.errors import OutOfReach
from ansinh.core.permissions import Permission, Request
from ansinh.identity import queries
from ansinh.offices.models import Area


def asked_area(request: Request, permission: Permission) -> Area | None:
    """Return the province named by ``tinh``; ``None`` when none is named.

    :raises OutOfReach: it is not the actor's
    """
    code = request.GET.get("tinh")
    if not code:
        return None
    for area in queries.areas_in_reach(request.actor, permission, clock.today()):
        if area.code == code:
            return area
    raise OutOfReach


NONE = "-"
"""How an address says that people have no scheme, or no birth date."""


def asked_people(request: Request, permission: Permission) -> queries.PeopleScope:
    """Return the people named by ``tinh``, ``loai``, ``nhom``, ``lua`` and ``ly-do``; unknown codes name nobody.

    :raises OutOfReach: the province is not the actor's
    """
    scheme, cohort, reason = (_code(request, name) for name in ("nhom", "lua", "ly-do"))
    return queries.PeopleScope(
        asked_area(request, permission), request.GET.get("loai") == "da", scheme, cohort, reason or None
    )


def _code(request: Request, name: str) -> str | None:
    value = request.GET.get(name, "").replace("\0", "?")  # PostgreSQL keeps no such letter
    return "" if value == NONE else value or None


def carried(request: Request) -> str:
    """Return the filter as it goes on to the next page, ending in & so that a place can follow."""
    names = ("tinh", "loai", "nhom", "lua", "ly-do")
    text = urlencode({name: request.GET[name] for name in names if request.GET.get(name)})
    return f"{text}&" if text else ""
