"""Who may act where, and which areas a new area took over."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from ansinh.core.permissions import NOBODY, Actor, Grant
from ansinh.offices.models import Account, Area, AreaSuccession, RoleGrant
from ansinh.offices.rules import roles


def covered_by(area: Area) -> frozenset[int]:
    """Return the keys of an area and of all that it took over whole, back through every reorganisation.

    Rows keep the area of the day they were made; an officer of today's province sees them through this.
    """
    found, frontier = {area.pk}, {area.pk}
    while frontier:
        links = AreaSuccession.objects.filter(successor__in=frontier, whole=True)
        frontier = set(links.values_list("predecessor", flat=True)) - found
        found |= frontier
    return frozenset(found)


def covered_by_each(areas: Sequence[Area]) -> dict[int, frozenset[int]]:
    """Return ``covered_by`` for many areas in one query; keyed by the areas' own keys."""
    origins: dict[int, set[int]] = defaultdict(set)
    links = AreaSuccession.objects.filter(whole=True, successor__level=Area.Level.PROVINCE)
    for successor, predecessor in links.values_list("successor", "predecessor"):
        origins[successor].add(predecessor)

    def back(key: int) -> frozenset[int]:
        return frozenset({key}).union(*[back(origin) for origin in origins[key]])

    return {area.pk: back(area.pk) for area in areas}


def actor_for(account: Account, on: date) -> Actor:
    """Return an account as an actor, with the roles it holds on that day."""
    if not account.is_active:
        return NOBODY
    held = RoleGrant.objects.on(on).filter(account=account).select_related("area")
    grants = tuple(
        Grant(roles()[grant.role].permissions, covered_by(grant.area) if grant.area else None) for grant in held
    )
    return Actor(account_id=account.pk, name=str(account), grants=grants)


def provinces(on: date) -> list[Area]:
    """Return the provinces in force on a day, by code."""
    return list(Area.objects.on(on).filter(level=Area.Level.PROVINCE).order_by("code"))
