"""Reads of the register: the map an import is judged against."""

from datetime import date

from django.db import connection

from ansinh.offices.models import Area, AreaSuccession
from ansinh.registry.intake.places import Gazetteer, Place


def gazetteer(on: date) -> Gazetteer:
    """Return the map of a day; names and number prefixes of dissolved provinces lead to the one that took them over."""
    rows = Area.objects.on(on).values_list("pk", "name", "parent", "parent__parent")
    places = [Place(key, name, tuple(one for one in (parent, top) if one)) for key, name, parent, top in rows]
    in_force = {place.key for place in places}
    successors = dict(
        AreaSuccession.objects.filter(predecessor__level=Area.Level.PROVINCE, whole=True).values_list(
            "predecessor", "successor"
        )
    )
    former: dict[str, int] = {}
    issuers: dict[str, int] = {}
    # A code of 2024 may name another province later: the first bearer is the one insurance numbers were issued by.
    for area in Area.objects.filter(level=Area.Level.PROVINCE, from_date__lte=on).order_by("from_date", "code"):
        key = area.pk
        while key not in in_force and key in successors:
            key = successors[key]
        if key in in_force:
            former.setdefault(area.name, key)
            issuers.setdefault(area.code, key)
    return Gazetteer(places, former, issuers)


def may_check_references_at_once() -> bool:
    """Tell whether the database lets a load check its references in sets instead of by a trigger for every row."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        return bool(cursor.fetchone()[0])
