"""Findings of duplicates: what a run, or a comparison of the register with itself, says are records of one person."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from pathlib import Path

import duckdb
from django.db.models import Q

from ansinh.core.errors import Refusal
from ansinh.identity import extracts
from ansinh.identity.models import DuplicatePair, PopulationExtract, Verification, VerificationRun
from ansinh.identity.queries.provinces import confirmed, confirmed_of
from ansinh.identity.rules.claims import Claim, months_of, pairs_of
from ansinh.registry.models import Identifier, Participation, Person

AT_ONCE = 500
LEVELS = ("agree_name", "agree_dob", "agree_sex", "agree_number", "agree_places")
_COLUMNS = ("record_id", "other_id", "decision", "weight", "probability", *LEVELS)
_APART = ("DIFFERENT", "NOT_FOUND")
"""Decisions of a comparison that are no finding."""


class ComparisonUnreadable(Refusal):
    """The file is not there, or is no comparison of the register with itself."""

    status = 422
    message = (
        "Không đọc được tệp kết quả đối khớp trong sổ. Tệp phải là Parquet do bộ máy đối khớp ghi ra, còn nguyên vẹn."
    )


@dataclass(frozen=True, slots=True)
class FoundPair:
    """Two records said to be one person's, lower key first; figures only where the two were compared directly."""

    first: int
    second: int
    probability: float | None = None
    weight: float | None = None
    levels: tuple[str, ...] = ("", "", "", "", "")


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """One person's records as one finding tells them, and the pairs to look at."""

    anchor: int
    size: int
    pairs: tuple[FoundPair, ...]


def found_by_run(run: VerificationRun, on: date) -> Iterator[list[FoundGroup]]:
    """Yield, some hundred at a time, the groups of living people who claim one citizen in a run.

    :raises ExtractGone: the extract is not kept any more, and holders of other runs are looked for in it
    """
    return _groups_of(_by_number(run) if run.extract is None else _by_citizen(run, run.extract), on)


def _groups_of(found: Iterator[Mapping[int, set[int]]], on: date) -> Iterator[list[FoundGroup]]:
    for people in found:
        yield _groups(people, on)


def _by_citizen(run: VerificationRun, extract: PopulationExtract) -> Iterator[Mapping[int, set[int]]]:
    """Yield who claims which citizen of an extract.

    They share a ``same_person_group``, or one's number was confirmed for another before (obstacle TAKEN): the holder
    may be of another province or an earlier run, and is found by the number in the extract.
    """
    is_taken = Q(obstacle=Verification.Obstacle.TAKEN, citizen__isnull=False)
    rows = (
        Verification.objects.filter(Q(same_person_group__isnull=False) | is_taken, run=run)
        .order_by("citizen", "person")
        .values_list("citizen", "person")
        .iterator(chunk_size=5000)
    )
    claims = ((citizen, {person for _, person in some}) for citizen, some in groupby(rows, key=lambda row: row[0]))
    while some := dict(islice(claims, AT_ONCE)):
        alone = [citizen for citizen, members in some.items() if len(members) == 1]
        number_of = {key: one.personal_id for key, one in extracts.citizens(extract, alone).items()}
        holder_of = _holders(number_of.values())
        yield {key: members | {*holder_of.get(number_of.get(key, ""), ())} for key, members in some.items()}


def _by_number(run: VerificationRun) -> Iterator[Mapping[int, set[int]]]:
    """Yield who claims one number that a service confirmed for several: by the lowest of their keys."""
    taken = Verification.objects.filter(run=run, obstacle=Verification.Obstacle.TAKEN).values("person")
    numbers = Identifier.objects.filter(person__in=taken, kind=Identifier.Kind.PERSONAL_ID, to_date=None)
    rows = numbers.order_by("value", "person").values_list("value", "person").iterator(chunk_size=5000)
    claims = ((number, {person for _, person in some}) for number, some in groupby(rows, key=lambda row: row[0]))
    while some := dict(islice(claims, AT_ONCE)):
        holder_of = _holders(some)
        people = [members | {*holder_of.get(number, ())} for number, members in some.items()]
        yield {min(members): members for members in people}


def _holders(numbers: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return for whom numbers are confirmed."""
    held = confirmed().filter(value__in=list(numbers)).values_list("value", "person")
    return {number: (person,) for number, person in held}


def _groups(people: Mapping[int, set[int]], on: date) -> list[FoundGroup]:
    claim_of = claims([key for members in people.values() for key in members], on)
    apart = _told_apart(list(claim_of))
    found = []
    for anchor, members in people.items():
        ordered = sorted((claim_of[key] for key in members if key in claim_of), key=lambda claim: claim.rank)
        pairs = pairs_of([claim.person for claim in ordered], apart)
        if pairs:
            found.append(FoundGroup(anchor, len(ordered), tuple(FoundPair(*pair) for pair in pairs)))
    return found


def _told_apart(people: Sequence[int]) -> frozenset[tuple[int, int]]:
    rows = DuplicatePair.objects.filter(state=DuplicatePair.State.DIFFERENT, first__in=people)
    return frozenset(rows.values_list("first", "second"))


def claims(people: Sequence[int], on: date) -> dict[int, Claim]:
    """Return what speaks for keeping each of some people's numbers; those dead or absorbed are left out."""
    living = dict(Person.objects.living().filter(pk__in=people).values_list("pk", "registered_on"))
    holds = confirmed_of(list(living))
    periods: defaultdict[int, list[tuple[date, date | None]]] = defaultdict(list)
    rows = Participation.objects.filter(person__in=living).values_list("person", "from_date", "to_date")
    for person, begins, ends in rows:
        periods[person].append((begins, ends))
    return {
        key: Claim(
            key,
            key in holds,
            months_of(periods[key], on),
            min((begins for begins, _ in periods[key]), default=registered),
        )
        for key, registered in living.items()
    }


def found_by_comparison(path: Path) -> Iterator[list[FoundGroup]]:
    """Yield the pairs of a comparison's file, grouped by their lowest record; records nobody knows are left out.

    :raises ComparisonUnreadable: no such file, or columns are missing
    """
    with extracts.database() as con:
        try:
            relation = con.read_parquet(str(path))
            texts = ", ".join(f"coalesce({column}, '')" for column in LEVELS)
            rows = relation.filter(f"decision NOT IN {_APART} AND record_id <> other_id").project(
                "least(record_id, other_id) AS a, greatest(record_id, other_id) AS b, probability, weight, " + texts
            )
            read = rows.order("a, b").to_arrow_reader(AT_ONCE)
        except duckdb.Error as error:
            raise ComparisonUnreadable(detail=str(error).splitlines()[0]) from error
        for batch in read:
            pairs = [
                FoundPair(first, second, probability, weight, tuple(levels))
                for first, second, probability, weight, *levels in zip(
                    *(column.to_pylist() for column in batch.columns), strict=True
                )
            ]
            yield _compared(pairs)


def _compared(pairs: Sequence[FoundPair]) -> list[FoundGroup]:
    keys = {key for pair in pairs for key in (pair.first, pair.second)}
    living = set(Person.objects.living().filter(pk__in=keys).values_list("pk", flat=True))
    apart = _told_apart(list(living))
    known = [pair for pair in pairs if {pair.first, pair.second} <= living and (pair.first, pair.second) not in apart]
    return [
        FoundGroup(anchor, len(some) + 1, tuple(some))
        for anchor, group in groupby(known, key=lambda pair: pair.first)
        if (some := list(group))
    ]
