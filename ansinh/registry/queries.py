"""Reads of the register: the map an import is judged against, old numbers, what stands between two records."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.db import connection
from django.db.models import Q

from ansinh.offices.models import Area, AreaSuccession
from ansinh.registry import rules
from ansinh.registry.intake.places import Gazetteer, Place
from ansinh.registry.models import Benefit, Contribution, Identifier, MovedFact, Participation, Person, PersonMerge

_AT_ONCE = 5_000


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


@dataclass(frozen=True, slots=True)
class Found:
    """Who bears an insurance number today; ``merges`` lead from the number asked for to it, oldest first."""

    person: Person
    merges: tuple[PersonMerge, ...]


def person_by_number(si_no: str) -> Found | None:
    """Return who bears a number (tra theo mã số BHXH), led on where it was merged; ``None`` when nobody ever did.

    One query a merge on the way: numbers are merged once or twice in a life.
    """
    person = Person.objects.select_related("area").filter(si_no=si_no).first()
    if person is None:
        return None
    merges: list[PersonMerge] = []
    standing = PersonMerge.objects.filter(undone_at=None).select_related("kept__area", "absorbed")
    while merge := standing.filter(absorbed=merges[-1].kept_id if merges else person.pk).first():
        merges.append(merge)
    return Found(merges[-1].kept if merges else person, tuple(merges))


def merged_with(people: Iterable[int]) -> set[int]:
    """Return some people with all whose numbers were ever merged with theirs, through any number of merges."""
    found = set(people)
    new = sorted(found)
    while new:
        some, new = new[:_AT_ONCE], new[_AT_ONCE:]
        pairs = PersonMerge.objects.filter(Q(kept__in=some) | Q(absorbed__in=some)).values_list("kept", "absorbed")
        more = {one for pair in pairs for one in pair} - found
        found |= more
        new += sorted(more)
    return found


def ledger_of(merge: PersonMerge | None) -> dict[tuple[str, int], MovedFact]:
    """Return what a merge changed, by table and key; nothing for no merge."""
    return {(entry.fact, entry.key): entry for entry in MovedFact.objects.filter(merge=merge)} if merge else {}


def records(
    people: Sequence[Person], ledger: Mapping[tuple[str, int], MovedFact] = MappingProxyType({})
) -> dict[int, rules.Record]:
    """Return what a merge has to know of a few people, by key; four queries.

    With the ledger of a merge of theirs, each fact stands again with whom it stood before.
    """

    def whose(fact: str, row: Participation | Benefit) -> int:
        return ledger[fact, row.pk].person_id if (fact, row.pk) in ledger else row.person_id

    confirmed = Identifier.objects.filter(person__in=people, to_date=None).values_list(
        "person", "value", "kind", "standing"
    )
    mine = (Identifier.Kind.PERSONAL_ID, Identifier.Standing.CONFIRMED)
    number_of = {person: value for person, value, *what in confirmed if tuple(what) == mine}
    months: defaultdict[int, set[date]] = defaultdict(set)
    paid = Contribution.objects.filter(participation__person__in=people).values_list("participation", "month")
    for participation, month in paid:
        months[participation].add(month)
    taken_part: defaultdict[int, list[rules.Period]] = defaultdict(list)
    for part in Participation.objects.filter(person__in=people).select_related("employer").order_by("from_date", "pk"):
        label = f"{part.get_scheme_display()}{f', {part.employer.name}' if part.employer else ''}"
        taken_part[whose(MovedFact.Fact.PARTICIPATION, part)].append(
            rules.Period(
                part.pk, rules.branch_of(part.scheme), label, part.from_date, part.to_date, frozenset(months[part.pk])
            )
        )
    drawn: defaultdict[int, list[rules.Period]] = defaultdict(list)
    for benefit in Benefit.objects.filter(person__in=people).order_by("from_date", "pk"):
        drawn[whose(MovedFact.Fact.BENEFIT, benefit)].append(
            rules.Period(benefit.pk, benefit.kind, benefit.kind, benefit.from_date, benefit.to_date)
        )
    return {
        person.pk: rules.Record(
            key=person.pk,
            personal_id=number_of.get(person.pk, ""),
            died_on=person.died_on,
            participations=tuple(taken_part[person.pk]),
            benefits=tuple(drawn[person.pk]),
        )
        for person in people
    }


def conflicts_between(one: Person, other: Person, on: date) -> tuple[rules.Conflict, ...]:
    """Return what stands between two people's records on a day."""
    found = records([one, other])
    return rules.conflicts(found[one.pk], found[other.pk], on)
