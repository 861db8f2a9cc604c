"""What a run would be over, before it is asked for."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from ansinh.identity import rules
from ansinh.identity.models import PopulationExtract, VerificationRun
from ansinh.identity.queries.provinces import confirmed
from ansinh.identity.queries.scopes import Scope, people_in
from ansinh.registry.models import Identifier


@dataclass(frozen=True, slots=True)
class Preview:
    """Preview (xem trước): people of a scope, how many are verified already and how many of the rest have a number.

    ``lasts`` is how long the service will be asked at the agreed pace; empty for an extract. ``open_run`` stands in
    the way.
    """

    label: str
    people: int
    verified: int
    askable: int
    lasts: str
    open_run: VerificationRun | None

    @property
    def unaskable(self) -> int:
        """Return how many of those left have no number or no birth date to ask with."""
        return self.people - self.verified - self.askable


def preview(scope: Scope, on: date, *, rate: float | None) -> Preview:
    """Count a scope; with ``rate`` requests a second for the service, of whom those are asked who are left."""
    everybody = people_in(Scope(scope.area, scope.within, scope.scheme), on)
    left = people_in(Scope(scope.area, scope.within, scope.scheme, unverified=True), on)
    kinds = [Identifier.Kind.PERSONAL_ID, Identifier.Kind.OLD_ID]
    numbers = Identifier.objects.filter(person=OuterRef("pk"), kind__in=kinds, to_date=None)
    askable = left.exclude(birth="").filter(Exists(numbers)).count()
    open_runs = VerificationRun.objects.unfinished().touching(scope.area.pk if scope.area else None)
    return Preview(
        label=scope.label,
        people=everybody.count(),
        verified=everybody.filter(Exists(confirmed().filter(person=OuterRef("pk")))).count(),
        askable=askable,
        lasts=rules.duration(timedelta(seconds=max(askable / rate, 1))) if rate and askable else "",
        open_run=open_runs.select_related("area", "within").first(),
    )


def held_extracts() -> list[PopulationExtract]:
    """Return the extracts that can be compared with, the latest first."""
    return list(PopulationExtract.objects.exclude(sealed_key="").order_by("-cut_off_date", "-pk"))
