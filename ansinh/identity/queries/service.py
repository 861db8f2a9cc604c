"""Runs that ask a partner's service: whom to ask next, for which unit, and what else has been decided since."""

from typing import NamedTuple

from django.db.models import OuterRef, Subquery

from ansinh.identity.models import VerificationRun
from ansinh.identity.queries.scopes import people_in, scope_of
from ansinh.offices.models import Account
from ansinh.registry.models import Identifier


class AskedRow(NamedTuple):
    """What the register holds of somebody, as far as the service is told."""

    person: int
    full_name: str
    birth: str
    sex: str
    personal_id: str | None
    old_id: str | None


def asked_rows(run: VerificationRun, count: int) -> list[AskedRow]:
    """Return the next people of a run, from its position on, by key; the latest declared number of each kind."""
    numbers = Identifier.objects.filter(person=OuterRef("pk"), to_date=None).order_by("-pk").values("value")
    people = people_in(scope_of(run), run.effective_date).filter(pk__gt=run.position).order_by("pk")
    rows = people.annotate(
        personal_id=Subquery(numbers.filter(kind=Identifier.Kind.PERSONAL_ID)[:1]),
        old_id=Subquery(numbers.filter(kind=Identifier.Kind.OLD_ID)[:1]),
    )
    return [AskedRow(*row) for row in rows.values_list("pk", *AskedRow._fields[1:])[:count]]


def unit_of(account_id: int | None) -> str:
    """Return the code of somebody's unit; empty when there is none."""
    if account_id is None:
        return ""
    return Account.objects.filter(pk=account_id).values_list("unit__code", flat=True).first() or ""


def run_in_the_way(run: VerificationRun) -> VerificationRun | None:
    """Return a later run that has recorded results about people of this one: theirs are newer."""
    later = VerificationRun.objects.touching(run.area_id).filter(pk__gt=run.pk)
    return later.exclude(position=0).order_by("-pk").first()
