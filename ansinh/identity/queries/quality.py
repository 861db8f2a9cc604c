"""How well people review: where two readers differ, what was taken back, how fast each decides."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When, Window
from django.db.models.functions import RowNumber

from ansinh.core.permissions import Actor
from ansinh.core.proportions import Agreement, agreement
from ansinh.identity import permissions, rules
from ansinh.identity.models import Review, Verification
from ansinh.identity.queries.cases import KINDS
from ansinh.offices.models import Account

_PACED = 200
Answers = tuple[str, str]


@dataclass(frozen=True, slots=True)
class KindRow:
    """Pairs of readings of one kind of difference: all of them, and those of the lot, where kappa says something."""

    label: str
    pairs: Agreement
    lot: Agreement


@dataclass(frozen=True, slots=True)
class ClerkRow:
    """One clerk: answers that stand, taken back, read by two, agreed, overruled by a settlement, a minute."""

    name: str
    is_me: bool
    decisions: int
    undone: int
    pairs: int
    agreed: int
    settled: int
    overruled: int
    pace: float | None


@dataclass(frozen=True, slots=True)
class ReadingQuality:
    """Quality of reading (chất lượng xét duyệt) since a moment."""

    total: KindRow
    kinds: tuple[KindRow, ...]
    clerks: tuple[ClerkRow, ...]
    second: int
    disputed: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """Equal pairs of readings, counted."""

    readers: tuple[int, int]
    answers: Answers
    settled: str | None
    is_lot: bool
    kinds: frozenset[str]
    count: int


def reading_quality(actor: Actor, since: datetime) -> ReadingQuality:
    """Return how the readings since a moment compare; who may not see others' sees their own. Five queries."""
    rows, mine = _in_reach(actor)
    pairs = _pairs(rows, since, mine)
    states = Counter(dict(rows.filter(state__in=["SECOND", "DISPUTED"]).values_list("state").annotate(Count("pk"))))
    return ReadingQuality(
        total=_kind("Tất cả", pairs),
        kinds=tuple(_kind(label, [pair for pair in pairs if code in pair.kinds]) for code, (label, _) in KINDS.items()),
        clerks=_clerks(rows, since, pairs, actor, mine=mine),
        second=states["SECOND"],
        disputed=states["DISPUTED"],
    )


def _in_reach(actor: Actor) -> tuple[QuerySet[Verification], int | None]:
    """Return the cases whose readings somebody may compare, and whose readings only, when not everybody's."""
    if not actor.may(permissions.SEE_QUALITY):
        return Verification.objects.visible_to(actor), actor.account_id
    areas = actor.areas_for(permissions.SEE_QUALITY)
    cases = Verification.objects.all()
    return (cases if areas is None else cases.filter(person__area__in=areas)), None


def _pairs(rows: QuerySet[Verification], since: datetime, mine: int | None) -> list[_Pair]:
    of_case, turn = Review.objects.standing().filter(verification=OuterRef("pk")), Review.Turn
    first, second = of_case.filter(turn=turn.FIRST), of_case.filter(turn=turn.SECOND)
    settled = of_case.filter(turn=turn.SETTLE)
    found = (
        rows.filter(Exists(second.filter(at__gte=since)))
        .annotate(
            one=Subquery(first.values("reviewer")[:1]),
            other=Subquery(second.values("reviewer")[:1]),
            said=Subquery(first.values("verdict")[:1]),
            replied=Subquery(second.values("verdict")[:1]),
            settled=Subquery(settled.values("verdict")[:1]),
            lot=Subquery(first.values("is_lot")[:1]),
            **{f"kind_{n}": Case(When(q, then=Value(1)), default=Value(0)) for n, (_, q) in enumerate(KINDS.values())},
        )
        .values_list("one", "other", "said", "replied", "settled", "lot", *(f"kind_{n}" for n in range(len(KINDS))))
        .annotate(count=Count("pk"))
        .order_by()
    )
    if mine is not None:
        found = found.filter(Q(one=mine) | Q(other=mine))
    return [
        _Pair((one, other), (said, replied), last, bool(lot), _named(flags), count)
        for one, other, said, replied, last, lot, *flags, count in found
        if said
    ]


def _named(flags: Iterable[int]) -> frozenset[str]:
    return frozenset(code for code, flag in zip(KINDS, flags, strict=True) if flag)


def _kind(label: str, pairs: Iterable[_Pair]) -> KindRow:
    every, lot = Counter[Answers](), Counter[Answers]()
    for pair in pairs:
        every[pair.answers] += pair.count
        if pair.is_lot:
            lot[pair.answers] += pair.count
    return KindRow(label, agreement(every), agreement(lot))


def _clerks(
    rows: QuerySet[Verification], since: datetime, pairs: Iterable[_Pair], actor: Actor, *, mine: int | None
) -> tuple[ClerkRow, ...]:
    reviews = Review.objects.filter(verification__in=rows, at__gte=since).exclude(reviewer=None)
    if mine is not None:
        reviews = reviews.filter(reviewer=mine)
    counted = reviews.values_list("reviewer").annotate(
        standing=Count("pk", filter=Q(undone_at=None)), undone=Count("pk", filter=~Q(undone_at=None))
    )
    counts = {reviewer: (standing, undone) for reviewer, standing, undone in counted.order_by()}
    paces, compared = _paces(reviews), _compared(pairs)
    names = {one.pk: str(one) for one in Account.objects.filter(pk__in=counts)}
    found = [
        ClerkRow(names[key], key == actor.account_id, *counts[key], *compared[key], paces.get(key)) for key in counts
    ]
    return tuple(sorted(found, key=lambda one: (-one.decisions, one.name)))


def _compared(pairs: Iterable[_Pair]) -> Mapping[int, tuple[int, int, int, int]]:
    """Count for each reader: pairs, agreed, settled by a third, and settled otherwise than they said."""
    found: defaultdict[int, tuple[int, int, int, int]] = defaultdict(lambda: (0, 0, 0, 0))
    for pair in pairs:
        agreed, settled = pair.answers[0] == pair.answers[1], pair.settled is not None
        for reader, said in zip(pair.readers, pair.answers, strict=True):
            gains = (True, agreed, settled, settled and said != pair.settled)
            found[reader] = tuple(  # type: ignore[assignment]  # four and four
                had + pair.count * gain for had, gain in zip(found[reader], gains, strict=True)
            )
    return found


def _paces(reviews: QuerySet[Review]) -> dict[int, float | None]:
    """Return each clerk's decisions a minute over the latest two hundred."""
    numbered = reviews.annotate(
        place=Window(RowNumber(), partition_by=F("reviewer"), order_by=[F("at").desc(), F("pk").desc()])
    )
    times: defaultdict[int, list[datetime]] = defaultdict(list)
    for reviewer, at in numbered.filter(place__lte=_PACED).values_list("reviewer", "at").order_by("reviewer", "at"):
        times[reviewer].append(at)
    return {
        reviewer: rules.decisions_a_minute([(after - before).total_seconds() for before, after in pairwise(some)])
        for reviewer, some in times.items()
    }
