"""Samples of automatic decisions: what may be drawn, what is left to judge, what the judgements say of the machine."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from ansinh.core.permissions import Actor
from ansinh.core.proportions import Estimate, Stratum, estimate
from ansinh.identity import rules
from ansinh.identity.models import AuditSample, Review, SampleItem, SampleStratum, Verification, VerificationRun
from ansinh.identity.queries.policies import linkage_policy

Key = tuple[str, str]
_LEVELS = ("agree_number", "agree_name", "agree_dob")


def promised_error(version: str) -> float:
    """Return the share of errors that a linkage policy promises not to exceed: what is left of its threshold."""
    return round(1 - linkage_policy(version).decision.automatic, 12)


def _automatic(run: VerificationRun) -> QuerySet[Verification]:
    """Return what the machine confirmed by itself in a run and nobody has looked at since.

    An answer of a service leaves no record to look at: it is the service's, not the machine's.
    """
    decision = Verification.Decision
    looked_at = Exists(Review.objects.filter(verification=OuterRef("pk")))
    return Verification.objects.filter(
        ~looked_at, run=run, state=Verification.State.CONFIRMED, obstacle="", citizen__isnull=False,
        decision__in=[decision.VERIFIED, decision.CORRECTED],
    )  # fmt: skip


@cache
def _key(decision: str, number: str, name: str, dob: str) -> Key:
    return decision, rules.evidence_of(number=number, name=name, dob=dob)


def automatic_strata(run: VerificationRun) -> dict[Key, int]:
    """Count the automatic decisions of a run by decision and class of evidence; one grouped query."""
    counts: dict[Key, int] = defaultdict(int)
    rows = _automatic(run).values_list("decision", *_LEVELS).annotate(people=Count("pk")).order_by(*_LEVELS)
    for decision, number, name, dob, people in rows:
        counts[_key(decision, number, name, dob)] += people
    return dict(sorted(counts.items()))


def automatic_rows(run: VerificationRun) -> Iterator[tuple[Key, int]]:
    """Stream the automatic decisions of a run by person, each with its stratum; two to three seconds a million."""
    rows = _automatic(run).order_by("person").values_list("pk", "decision", *_LEVELS)
    for key, *what in rows.iterator(chunk_size=20_000):
        yield _key(*what), key


def _open_items(actor: Actor) -> QuerySet[SampleItem]:
    judged = Review.objects.standing().filter(verification=OuterRef("verification"))
    items = SampleItem.objects.visible_to(actor).filter(~Exists(judged))
    return items.filter(verification__state=Verification.State.CONFIRMED).exclude(
        verification__run__extract__sealed_key=""
    )


def count_items(actor: Actor) -> int:
    """Count the drawn decisions that somebody may still judge."""
    return _open_items(actor).count()


def next_item(actor: Actor, after: int = 0) -> int | None:
    """Return the next drawn decision to judge after a place, going round once; in the order of the lot.

    Each clerk begins at another point of the list, so that two who start together do not meet.
    """
    rows = _open_items(actor).order_by("place", "pk").values_list("pk", flat=True)
    if after:
        return rows.filter(place__gt=after).first() or rows.first()
    count = rows.count()
    return rows[((actor.account_id or 0) * 7919) % count] if count else None


@dataclass(frozen=True, slots=True)
class StratumRow:
    """One stratum of a sample as judged: wrong are those found to be another person and not settled otherwise."""

    decision: str
    evidence: str
    people: int
    drawn: int
    read: int
    wrong: int
    unsure: int


@dataclass(frozen=True, slots=True)
class Quality:
    """What a sample, or all of one linkage policy, says of the machine's automatic decisions."""

    label: str
    run: int | None
    drawn_at: datetime | None
    policy: str
    promised: float
    confidence: float
    half_width: float
    seed: int | None
    drawn: int
    gone: int
    strata: tuple[StratumRow, ...]
    found: Estimate | None

    @property
    def read(self) -> int:
        """Return how many are judged."""
        return sum(row.read for row in self.strata)

    @property
    def wrong(self) -> int:
        """Return how many were found wrong."""
        return sum(row.wrong for row in self.strata)

    @property
    def unsure(self) -> int:
        """Return how many could not be told from the two records."""
        return sum(row.unsure for row in self.strata)

    @property
    def left(self) -> int:
        """Return how many are still to be judged."""
        return self.drawn - self.gone - self.read - self.unsure

    @property
    def standing(self) -> str:
        """Tell whether the promise is ``kept``, ``broken`` or ``open`` at this confidence; empty before any answer."""
        if self.found is None:
            return ""
        if self.found.interval.low > self.promised:
            return "broken"
        return "kept" if self.found.interval.high <= self.promised else "open"


def qualities(actor: Actor) -> list[Quality]:
    """Return every sample somebody may see with its error rate, the latest first; three queries."""
    runs = VerificationRun.objects.visible_to(actor)
    samples = AuditSample.objects.filter(run__in=runs).select_related("run__area").order_by("-drawn_at", "-pk")
    rows: dict[int, list[StratumRow]] = defaultdict(list)
    gone: dict[int, int] = defaultdict(int)
    for sample, lost, row in _strata(samples):
        rows[sample].append(row)
        gone[sample] += lost
    return [
        Quality(
            label=str(one.run), run=one.run_id, drawn_at=one.drawn_at, policy=one.run.policy, promised=one.expected,
            confidence=one.confidence, half_width=one.half_width, seed=one.seed,
            drawn=sum(row.drawn for row in rows[one.pk]), gone=gone[one.pk], strata=tuple(rows[one.pk]),
            found=_estimate(rows[one.pk], one.confidence),
        )
        for one in samples
    ]  # fmt: skip


def by_policy(samples: list[Quality]) -> list[Quality]:
    """Put the samples of one linkage policy together, where it has more than one."""
    groups: dict[str, list[Quality]] = defaultdict(list)
    for one in samples:
        groups[one.policy].append(one)
    return [_together(version, some) for version, some in groups.items() if len(some) > 1]


def _together(version: str, some: list[Quality]) -> Quality:
    strata = tuple(row for one in some for row in one.strata)
    return Quality(
        label=f"Chính sách {version}", run=None, drawn_at=None, policy=version, promised=some[0].promised,
        confidence=some[0].confidence, half_width=max(one.half_width for one in some), seed=None,
        drawn=sum(one.drawn for one in some), gone=sum(one.gone for one in some), strata=strata,
        found=_estimate(strata, some[0].confidence),
    )  # fmt: skip


def _estimate(strata: list[StratumRow] | tuple[StratumRow, ...], confidence: float) -> Estimate | None:
    return estimate([Stratum(row.people, row.read, row.wrong) for row in strata], confidence)


def _strata(samples: QuerySet[AuditSample]) -> Iterator[tuple[int, int, StratumRow]]:
    """Yield each stratum of some samples with its sample and how many of it are gone before being judged.

    They were replaced by a newer decision, or their extract is not kept any more.
    """
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    standing = Review.objects.standing().filter(verification=OuterRef("verification"))
    answers = (
        SampleItem.objects.filter(stratum__sample__in=samples)
        .annotate(
            said=Subquery(standing.filter(turn=Review.Turn.SAMPLE).values("verdict")[:1]),
            settled=Subquery(standing.filter(turn=Review.Turn.SETTLE).values("verdict")[:1]),
        )
        .values_list("stratum", "said", "settled", "verification__state", "verification__run__extract__sealed_key")
        .annotate(items=Count("pk"))
        .order_by()
    )
    for stratum, said, settled, state, key, items in answers:
        counts[stratum][_outcome(said, settled, is_gone=state == Verification.State.SUPERSEDED or not key)] += items
    for row in SampleStratum.objects.filter(sample__in=samples).order_by("sample", "-people", "pk"):
        mine = counts[row.pk]
        yield row.sample_id, mine["gone"], StratumRow(
            decision=str(row.get_decision_display()), evidence=row.evidence, people=row.people, drawn=row.drawn,
            read=mine["right"] + mine["wrong"], wrong=mine["wrong"], unsure=mine["unsure"],
        )  # fmt: skip


def _outcome(said: str | None, settled: str | None, *, is_gone: bool) -> str:
    verdict = Review.Verdict
    if said is None:
        return "gone" if is_gone else "left"
    last = settled or said
    return {verdict.SAME.value: "right", verdict.DIFFERENT.value: "wrong"}.get(last, "unsure")
