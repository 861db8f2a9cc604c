"""Which province a page is asked for, as far as somebody may see it."""

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
