"""The rows behind the figure: who is verified, who is not yet, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from ansinh.core.permissions import Actor
from ansinh.identity import permissions
from ansinh.identity.models import Verification
from ansinh.identity.queries.provinces import confirmed
from ansinh.identity.queries.runs import people_of
from ansinh.identity.queries.standings import standings_of
from ansinh.identity.rules.standings import Standing
from ansinh.offices.models import Area
from ansinh.registry.models import Address, Identifier, Person
from ansinh.registry.permissions import SEE_PERSON

PAGE = 50
NEVER_RUN = "Chưa chạy đợt nào"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the list; ``case`` is set when the reader may open a waiting case about them."""

    key: int
    si_no: str
    full_name: str
    birth: str
    sex: str
    area: str
    since: date | None
    reason: str
    case: int | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of people; ``after`` continues the list, ``None`` at its end."""

    rows: tuple[PersonRow, ...]
    total: int
    after: int | None


def people_page(area: Area | None, actor: Actor, *, verified: bool, after: int) -> PeoplePage:
    """Return the people of an area who are verified, or are not, from a key onwards; as far as somebody may see."""
    people = _people(area, actor, verified=verified)
    found = list(_described(people.filter(pk__gt=after))[: PAGE + 1])
    reviewable = actor.areas_for(permissions.REVIEW)
    rows, stands = [], standings_of(row[0] for row in found[:PAGE])
    for key, si_no, name, birth, sex, area_key, area_name, since, state, case in found[:PAGE]:
        words = Person.Sex(sex).label if sex else "", area_name, since, reason(state)
        may_open = state in {"WAITING", "SECOND"} and (reviewable is None or area_key in reviewable)
        rows.append(PersonRow(key, si_no, name, birth, *words, case if may_open else None, stands[key]))
    return PeoplePage(tuple(rows), people.count(), rows[-1].key if len(found) > PAGE else None)


def left_over(area: Area | None, actor: Actor) -> Iterator[tuple[str, ...]]:
    """Stream those not verified yet for a table: number, name, birth, sex, declared number, residence, reason."""
    declared = Identifier.objects.filter(
        person=OuterRef("pk"), standing=Identifier.Standing.DECLARED, to_date=None
    ).order_by("kind", "-pk")
    residence = Address.objects.filter(person=OuterRef("pk"), kind=Address.Kind.RESIDENCE, to_date=None)
    rows = _people(area, actor, verified=False).annotate(
        declared=Subquery(declared.values("value")[:1]),
        state=_current("state"),
        **{part: Subquery(residence.values(part)[:1]) for part in ("commune", "district", "province")},
    )
    columns = ("si_no", "full_name", "birth", "sex", "declared", "commune", "district", "province", "state")
    for *texts, state in rows.values_list(*columns).iterator(chunk_size=2000):
        yield (*(text or "" for text in texts), reason(state))


def reason(state: str | None) -> str:
    """Say why somebody is not verified, or that they are; not that one person has looked, or the second would know."""
    known = Verification.State.WAITING if state == Verification.State.SECOND else state
    return Verification.State(known).label if known else NEVER_RUN


def _people(area: Area | None, actor: Actor, *, verified: bool) -> QuerySet[Person]:
    """Return the people of a list, by key, with ``since`` they are verified.

    One look into an index for each person read, by a subquery with a limit: as a join, a planner without fresh
    statistics has been seen to compare everybody with every number.
    """
    number = confirmed().filter(person=OuterRef("pk")).values("from_date")[:1]
    reach = actor.areas_for(SEE_PERSON)
    people = people_of(area) if reach is None else people_of(area).filter(area__in=reach)
    return people.annotate(since=Subquery(number)).filter(since__isnull=not verified).order_by("pk")


def _described(people: QuerySet[Person]) -> QuerySet[Person, tuple[Any, ...]]:
    return people.annotate(state=_current("state"), case=_current("pk")).values_list(
        "pk", "si_no", "full_name", "birth", "sex", "area", "area__name", "since", "state", "case"
    )


def _current(column: str) -> Subquery:
    rows = Verification.objects.filter(person=OuterRef("pk")).exclude(state=Verification.State.SUPERSEDED)
    return Subquery(rows.order_by("-pk").values(column)[:1])
