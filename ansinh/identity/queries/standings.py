"""Identity standing of people: the facts in one query, judged by the one rule."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, Exists, FilteredRelation, OuterRef, Q, QuerySet, Value, When
from django.db.models.fields import BooleanField

from ansinh import law
from ansinh.core.birth import BirthDate
from ansinh.core.permissions import Actor
from ansinh.identity import permissions
from ansinh.identity.models import IdentityCase, SampleItem, Verification
from ansinh.identity.queries.provinces import confirmed
from ansinh.identity.rules import Levels, standings
from ansinh.registry.models import Correction, Identifier, Person

COLUMNS = {"name": "full_name", "dob": "birth", "sex": "sex", "died": "died_on"}
"""The register's column for each field that may be corrected there; a number is confirmed, not corrected."""

_STATES = [state for state in Verification.State.values if state != Verification.State.SUPERSEDED]
_NUMBERS = [Identifier.Kind.PERSONAL_ID, Identifier.Kind.OLD_ID, Identifier.Kind.UNREADABLE]
_LEVELS = tuple(f"current__agree_{field}" for field in ("name", "dob", "sex", "number"))
_FACTS = (
    "died_on", "has_number", "has_declared", "current__decision", "current__state", "current__obstacle", *_LEVELS,
    "shares", "awaits", "sampled", "settled", "fixed_name", "fixed_dob", "fixed_sex",
)  # fmt: skip


def with_facts(people: QuerySet[Person]) -> QuerySet[Person]:
    """Add what the rule needs. Whatever only some people can have is looked up for those alone."""
    mine = OuterRef("pk")
    declared = Identifier.objects.filter(
        person=mine, kind__in=_NUMBERS, standing=Identifier.Standing.DECLARED, to_date=None
    )
    cases = IdentityCase.objects.filter(verification=OuterRef("current__pk"))
    settled = cases.filter(Q(answer=IdentityCase.Answer.THEIRS_CORRECTED) | Q(corrected_at__isnull=False))
    disputed = Q(current__state=Verification.State.DISPUTED)
    sampled = SampleItem.objects.filter(verification=OuterRef("current__pk"))
    differs = (disputed | Q(current__state=Verification.State.CONFIRMED)) & ~Q(
        current__decision=Verification.Decision.VERIFIED
    )
    since = Correction.objects.filter(person=mine, from_date__gt=OuterRef("current__run__effective_date"))
    return people.annotate(
        current=FilteredRelation("verifications", condition=Q(verifications__state__in=_STATES)),
        has_number=Exists(confirmed().filter(person=mine)),
        has_declared=_only(Q(current__state=None), Exists(declared)),
        shares=_only(Q(current__same_person_group__isnull=False), Value(value=True)),
        awaits=_only(Q(current__state__isnull=False), Exists(cases.filter(state=IdentityCase.State.ASKED))),
        sampled=_only(disputed, Exists(sampled)),
        settled=_only(differs, Exists(settled)),
        **{
            f"fixed_{field}": _only(differs, Exists(since.filter(field=COLUMNS[field])))
            for field in ("name", "dob", "sex")
        },
    )


def _only(condition: Q, then: Exists | Value) -> Case:
    return Case(When(condition, then=then), default=Value(value=False), output_field=BooleanField())


def _facts(row: Sequence[Any]) -> standings.Facts:
    died, number, declared, decision, state, obstacle, *levels, shares, awaits, sampled, settled, name, dob, sex = row
    fixed = [field for field, is_so in (("name", name), ("dob", dob), ("sex", sex)) if is_so or settled]
    return standings.Facts(
        died=died is not None,
        confirmed=number,
        declared=declared,
        decision=decision or "",
        state=standings.known_state(state or "", is_sampled=sampled),
        obstacle=obstacle or "",
        levels=Levels(levels[0] or "", levels[1] or "", levels[2] or "", levels[3] or "", places=""),
        shares_citizen=shares,
        awaits_answer=awaits,
        fixed=frozenset(fixed),
    )


def facts_of(people: QuerySet[Person]) -> dict[int, standings.Facts]:
    """Return the facts of a few people by key; one query."""
    return {key: _facts(row) for key, *row in with_facts(people).values_list("pk", *_FACTS)}


def standings_of(people: Iterable[int]) -> dict[int, standings.Standing]:
    """Return where a few people stand, by key."""
    found = facts_of(Person.objects.filter(pk__in=list(people)))
    return {key: standings.standing_of(facts) for key, facts in found.items()}


@dataclass(frozen=True, slots=True)
class StandingCount:
    """How many living people stand somewhere."""

    code: str
    label: str
    people: int


def count_standings(actor: Actor) -> tuple[StandingCount, ...]:
    """Count the living people somebody may see by standing: grouped by facts, each group judged once."""
    reach = actor.areas_for(permissions.SEE)
    people = Person.objects.living()
    rows = with_facts(people if reach is None else people.filter(area__in=reach)).values_list(*_FACTS)
    counts = Counter[str]()
    for *facts, number in rows.annotate(people=Count("pk")).order_by():
        counts[standings.standing_of(_facts(facts)).code] += number
    return tuple(
        StandingCount(code, label, counts[code]) for code, label in standings.STANDINGS.items() if counts[code]
    )


def is_minor(birth: str, on: date) -> bool:
    """Tell whether somebody is certainly under age on a day; a date known by year only counts as its earliest day."""
    if not birth or BirthDate.from_iso(birth).earliest > on:
        return False
    return BirthDate.from_iso(birth).age_on(on)[1] < int(law.at(on).value("identity.adult_age"))
