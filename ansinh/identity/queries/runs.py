"""Runs: who is in them, what the engine is given, what came out."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypedDict

from django.db.models import Count, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, TextChoices

from ansinh.core.permissions import Actor
from ansinh.identity import rules
from ansinh.identity.models import Verification, VerificationRun
from ansinh.offices.models import Area
from ansinh.offices.queries import covered_by
from ansinh.registry.models import Address, Identifier, Person

_ROLES = ("province", "district", "commune")
INSURED = (
    "record_id", "si_no", "full_name", "dob", "sex", "id_no",
    *(f"home_{role}" for role in _ROLES), *(f"res_{role}" for role in _ROLES),
)  # fmt: skip
"""Columns of the file the engine is given, in the order of ``insured_rows``."""

_NUMBERS = [Identifier.Kind.PERSONAL_ID, Identifier.Kind.OLD_ID, Identifier.Kind.UNREADABLE]
_SHOWN = 40


class RunCounts(TypedDict):
    """What ``VerificationRun.report`` holds of a run; ``evidence`` is by class, then by decision."""

    people: int
    decisions: dict[str, int]
    states: dict[str, int]
    obstacles: dict[str, int]
    evidence: dict[str, dict[str, int]]


def people_of(area: Area | None) -> QuerySet[Person]:
    """Return the living people of an area and of what it took over; with ``None`` of the whole country.

    Somebody whose number was merged into another is there once, under the number that is kept.
    """
    living = Person.objects.living()
    return living if area is None else living.filter(area__in=covered_by(area))


def insured_rows(people: QuerySet[Person], *, batch: int) -> Iterator[tuple[int | str | None, ...]]:
    """Stream people as the engine wants them (columns ``INSURED``), one query, by key.

    The number is the confirmed one where there is one, else what was declared: 12 digits before 9 before unreadable
    (``ID12`` < ``ID9`` < ``RAW`` and ``CONFIRMED`` < ``DECLARED`` as text).
    """
    numbers = Identifier.objects.filter(person=OuterRef("pk"), kind__in=_NUMBERS, to_date=None)
    open_home = Q(addresses__kind=Address.Kind.HOME, addresses__to_date=None)
    open_residence = Q(addresses__kind=Address.Kind.RESIDENCE, addresses__to_date=None)
    rows = (
        people.annotate(
            id_no=Subquery(numbers.order_by("standing", "kind", "-pk").values("value")[:1]),
            home=FilteredRelation("addresses", condition=open_home),
            res=FilteredRelation("addresses", condition=open_residence),
        )
        .order_by("pk")
        .values_list(
            "pk", "si_no", "full_name", "birth", "sex", "id_no",
            *(f"home__{role}" for role in _ROLES), *(f"res__{role}" for role in _ROLES),
        )
    )  # fmt: skip
    return rows.iterator(chunk_size=batch)


def count_run(run: int) -> RunCounts:
    """Count what one run decided; one grouped query."""
    groups = (
        Verification.objects.filter(run=run)
        .values_list("decision", "state", "obstacle", "agree_number", "agree_name", "agree_dob")
        .annotate(people=Count("pk"))
        .order_by()
    )
    decisions, states, obstacles = Counter[str](), Counter[str](), Counter[str]()
    evidence: dict[str, Counter[str]] = {}
    for decision, state, obstacle, number, name, dob, people in groups:
        decisions[decision] += people
        states[state] += people
        if obstacle:
            obstacles[obstacle] += people
        if decision != Verification.Decision.NOT_FOUND:
            evidence.setdefault(rules.evidence_of(number=number, name=name, dob=dob), Counter())[decision] += people
    ordered = sorted(evidence.items(), key=lambda row: -row[1].total())
    return {
        "people": decisions.total(),
        "decisions": dict(decisions),
        "states": dict(states),
        "obstacles": dict(obstacles),
        "evidence": {label: dict(counts) for label, counts in ordered},
    }


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a whole, for a bar."""

    code: str
    label: str
    people: int
    percent: float


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """How many people were decided by one class of evidence, and what was decided."""

    label: str
    people: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to: parts of its people by decision, the obstacles met, the evidence, and how fast it was."""

    people: int
    decisions: tuple[Part, ...]
    obstacles: tuple[Part, ...]
    evidence: tuple[EvidenceRow, ...]
    seconds: float | None
    engine_seconds: float | None

    @property
    def rate(self) -> int:
        """Return people a second over the whole run."""
        return round(self.people / self.seconds) if self.seconds else 0


def outcome(run: VerificationRun) -> Outcome | None:
    """Return what an ended run came to; counted again when it was stopped half-way, ``None`` while it is open."""
    if run.is_open:
        return None
    counts = run.report or count_run(run.pk)
    people, decision = counts["people"], Verification.Decision
    most = max((sum(row.values()) for row in counts["evidence"].values()), default=0)
    return Outcome(
        people=people,
        decisions=_parts(counts["decisions"], decision, people),
        obstacles=_parts(counts["obstacles"], Verification.Obstacle, people),
        evidence=tuple(
            EvidenceRow(label, sum(row.values()), _parts(row, decision, most))
            for label, row in counts["evidence"].items()
        ),
        seconds=run.report.get("seconds"),
        engine_seconds=run.report.get("engine_seconds"),
    )


def _parts(counts: Mapping[str, int], choices: type[TextChoices], whole: int) -> tuple[Part, ...]:
    return tuple(
        Part(choice.value, str(choice.label), counts[choice.value], 100 * counts[choice.value] / whole)
        for choice in choices
        if choice.value in counts
    )


def runs_page(actor: Actor) -> list[VerificationRun]:
    """Return the latest runs somebody may see, open ones first."""
    rows = VerificationRun.objects.visible_to(actor).select_related("area", "within", "extract", "asked_by")
    return list(rows.order_by(F("ended_at").desc(nulls_first=True), "-pk")[:_SHOWN])
