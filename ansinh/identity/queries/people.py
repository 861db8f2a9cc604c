"""The rows behind the figure: who is verified, who is not yet, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from ansinh.core.permissions import Actor
from ansinh.identity import permissions
from ansinh.identity.models import UnverifiedReason, Verification
from ansinh.identity.queries.provinces import confirmed, states_of
from ansinh.identity.queries.rollups import rollup, standing_of
from ansinh.identity.queries.runs import people_of
from ansinh.identity.queries.standings import standings_of
from ansinh.identity.rules.standings import Standing
from ansinh.offices.models import Area
from ansinh.offices.queries import covered_by
from ansinh.registry.models import Address, Identifier, Person
from ansinh.registry.permissions import SEE_PERSON

PAGE = 50


@dataclass(frozen=True, slots=True)
class PeopleScope:
    """Which list: one province or all in reach, the verified or those left, of one scheme, cohort or reason.

    ``None`` is any; an empty scheme or cohort is those who have none.
    """

    area: Area | None
    verified: bool
    scheme: str | None = None
    cohort: str | None = None
    reason: str | None = None


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


def people_page(scope: PeopleScope, actor: Actor, *, after: int) -> PeoplePage:
    """Return the people of a scope from a key onwards, as far as somebody may see; their number comes from the sums."""
    people = listed_people(scope, actor)
    found = list(_described(people.filter(pk__gt=after))[: PAGE + 1])
    reviewable = actor.areas_for(permissions.REVIEW)
    rows, stands = [], standings_of(row[0] for row in found[:PAGE])
    for key, si_no, name, birth, sex, area_key, area_name, since, why, state, case in found[:PAGE]:
        words = Person.Sex(sex).label if sex else "", area_name, since, reason_label(why)
        may_open = state in {"WAITING", "SECOND"} and (reviewable is None or area_key in reviewable)
        rows.append(PersonRow(key, si_no, name, birth, *words, case if may_open else None, stands[key]))
    return PeoplePage(tuple(rows), count_people(scope, actor), rows[-1].key if len(found) > PAGE else None)


def count_people(scope: PeopleScope, actor: Actor) -> int:
    """Count a list from the sums: it may be millions long."""
    reach, covered = actor.areas_for(SEE_PERSON), covered_by(scope.area) if scope.area else None
    areas = covered if reach is None else reach if covered is None else covered & reach
    wanted = (scope.scheme, scope.cohort, scope.reason)
    return sum(
        people
        for key, people in rollup().by("scheme", "cohort", "reason", areas=areas).items()
        if (key[2] == UnverifiedReason.VERIFIED) == scope.verified
        and all(want is None or want == have for want, have in zip(wanted, key, strict=True))
    )


def left_over(scope: PeopleScope, actor: Actor) -> Iterator[tuple[str, ...]]:
    """Stream those not verified yet for a table: number, name, birth, sex, declared number, residence, reason."""
    declared = Identifier.objects.filter(
        person=OuterRef("pk"), standing=Identifier.Standing.DECLARED, to_date=None
    ).order_by("kind", "-pk")
    residence = Address.objects.filter(person=OuterRef("pk"), kind=Address.Kind.RESIDENCE, to_date=None)
    rows = listed_people(scope, actor).annotate(
        declared=Subquery(declared.values("value")[:1]),
        **{part: Subquery(residence.values(part)[:1]) for part in ("commune", "district", "province")},
    )
    columns = ("si_no", "full_name", "birth", "sex", "declared", "commune", "district", "province", "reason")
    for *texts, why in rows.values_list(*columns).iterator(chunk_size=2000):
        yield (*(text or "" for text in texts), reason_label(why))


def reason_label(code: str) -> str:
    """Say why somebody is not verified, or that they are."""
    if code not in UnverifiedReason.values:
        return str(Verification.State(code).label)
    reason = UnverifiedReason(code)
    return f"Chờ xét: {reason.label[0].lower()}{reason.label[1:]}" if reason.waits else str(reason.label)


def listed_people(scope: PeopleScope, actor: Actor) -> QuerySet[Any]:
    """Return the people of a list, by key, with ``since`` they are verified and what ``standing_of`` tells.

    One look into an index for each person read, by a subquery with a limit: as a join, a planner without fresh
    statistics has been seen to compare everybody with every number.
    """
    number = confirmed().filter(person=OuterRef("pk")).values("from_date")[:1]
    reach = actor.areas_for(SEE_PERSON)
    people = people_of(scope.area) if reach is None else people_of(scope.area).filter(area__in=reach)
    wanted = {"scheme": scope.scheme, "cohort": scope.cohort, "reason": scope.reason}
    found = standing_of(people.annotate(since=Subquery(number)).filter(since__isnull=not scope.verified))
    if scope.reason and (states := states_of(scope.reason)):
        found = found.filter(verifications__state__in=states)  # an index leads to the few there are
    return found.filter(**{name: value for name, value in wanted.items() if value is not None}).order_by("pk")


def _described(people: QuerySet[Any]) -> QuerySet[Any, tuple[Any, ...]]:
    described: QuerySet[Any, tuple[Any, ...]] = people.annotate(
        state=_current("state"), case=_current("pk")
    ).values_list("pk", "si_no", "full_name", "birth", "sex", "area", "area__name", "since", "reason", "state", "case")
    return described


def _current(column: str) -> Subquery:
    rows = Verification.objects.filter(person=OuterRef("pk")).exclude(state=Verification.State.SUPERSEDED)
    return Subquery(rows.order_by("-pk").values(column)[:1])
