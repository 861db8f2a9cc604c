"""Which people a run is over: a province or the country, a part of it, a group; all of them, or those left."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from ansinh.identity.models import VerificationRun
from ansinh.identity.queries.provinces import confirmed
from ansinh.identity.queries.runs import people_of
from ansinh.offices.models import Area
from ansinh.offices.queries import covered_by
from ansinh.registry.models import Address, Participation, Person, Scheme


@dataclass(frozen=True, slots=True)
class Scope:
    """Scope (phạm vi): ``area`` is a province, ``None`` the country; ``within`` a district or commune of it.

    ``scheme`` is the group under which somebody takes part on the day; ``unverified`` leaves out who is verified
    already: a partner is not asked about people nobody doubts.
    """

    area: Area | None
    within: Area | None = None
    scheme: str = ""
    unverified: bool = False

    @property
    def label(self) -> str:
        """Name the place and the group."""
        place = f"{self.within}, {self.area}" if self.within else str(self.area or "Toàn quốc")
        return f"{place}, {Scheme(self.scheme).label}" if self.scheme else place


def scope_of(run: VerificationRun) -> Scope:
    """Return the scope a run was asked for."""
    return Scope(run.area, run.within, run.scheme, unverified=run.source == VerificationRun.Source.SERVICE)


def people_in(scope: Scope, on: date) -> QuerySet[Person]:
    """Return the living people of a scope, as the register knows them on a day."""
    people = people_of(scope.area)
    mine = OuterRef("pk")
    if scope.within:
        kind = Address.Kind.RESIDENCE
        homes = Address.objects.filter(person=mine, kind=kind, to_date=None, area__in=_parts(scope.within))
        people = people.filter(Exists(homes))
    if scope.scheme:
        current = Participation.objects.filter(Q(to_date=None) | Q(to_date__gt=on), person=mine, scheme=scope.scheme)
        people = people.filter(Exists(current))
    return people.filter(~Exists(confirmed().filter(person=mine))) if scope.unverified else people


def parts_of(area: Area | None, on: date) -> list[Area]:
    """Return the districts of a province on a day, or its communes once there are no districts."""
    return list(Area.objects.on(on).filter(parent=area).order_by("name")) if area else []


def _parts(within: Area) -> QuerySet[Area, int]:
    """Return the keys of a district and of its communes, or of a commune, with what they took over."""
    keys = covered_by(within)
    return Area.objects.filter(Q(pk__in=keys) | Q(parent__in=keys)).values_list("pk", flat=True)
