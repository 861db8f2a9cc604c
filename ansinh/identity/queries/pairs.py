"""The list of pairs of numbers that may be one person's, and the decision on a merge for printing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ansinh.core.permissions import Actor
from ansinh.identity.models import DuplicatePair, MergeProposal
from ansinh.registry.models import Employer, HealthCard, MergeConflict, MovedFact, Participation, PersonMerge
from ansinh.registry.permissions import MERGE

PAGE = 50
MINE = "MINE"
"""The filter for pairs that wait for the reader's approval."""


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair in the list; ``is_mine`` when it waits for the reader to approve."""

    key: int
    names: tuple[str, str]
    numbers: tuple[str, str]
    births: tuple[str, str]
    areas: tuple[str, str]
    state: str
    state_label: str
    state_at: datetime
    size: int
    is_mine: bool


@dataclass(frozen=True, slots=True)
class PairList:
    """A page of pairs, how many stand where (``MINE`` among them), and the paginator's page for the links."""

    rows: tuple[PairRow, ...]
    page: Page[DuplicatePair]
    counts: Mapping[str, int]


def _in_use(actor: Actor) -> QuerySet[DuplicatePair]:
    """Return the pairs somebody may see, without open ones of which a number was merged elsewhere meanwhile."""
    either = Q(absorbed=OuterRef("first")) | Q(absorbed=OuterRef("second"))
    gone = Exists(PersonMerge.objects.filter(either, undone_at=None))
    return DuplicatePair.objects.visible_to(actor).exclude(Q(state=DuplicatePair.State.OPEN) & gone)


def _for_me(actor: Actor) -> Exists:
    """Return what picks the pairs that wait for somebody's approval."""
    reach = actor.areas_for(MERGE)
    waiting = MergeProposal.objects.filter(pair=OuterRef("pk"), decided_at=None).exclude(made_by=actor.account_id)
    return Exists(waiting if reach is None else waiting.filter(approve_area__in=reach))


def pair_list(actor: Actor, state: str, number: int) -> PairList:
    """Return one page of the pairs in a state, or with ``MINE`` those that wait for the reader; newest first."""
    pairs = _in_use(actor)
    counts: dict[str, int] = dict.fromkeys(DuplicatePair.State.values, 0)
    counts |= dict(pairs.order_by().values_list("state").annotate(Count("pk")))
    mine = pairs.filter(_for_me(actor))
    chosen = mine if state == MINE else pairs.filter(state=state)
    rows = chosen.select_related("first__area", "second__area", "group").order_by("-state_at", "pk")
    page = Paginator(rows, PAGE).get_page(number)
    waiting = set(mine.filter(pk__in=[pair.pk for pair in page]).values_list("pk", flat=True))
    return PairList(tuple(_row(pair, is_mine=pair.pk in waiting) for pair in page), page, counts | {MINE: mine.count()})


def _row(pair: DuplicatePair, *, is_mine: bool) -> PairRow:
    first, second = pair.first, pair.second
    return PairRow(
        key=pair.pk,
        names=(first.full_name, second.full_name),
        numbers=(first.si_no, second.si_no),
        births=(first.birth, second.birth),
        areas=(first.area.name, second.area.name),
        state=pair.state,
        state_label=pair.get_state_display(),
        state_at=pair.state_at,
        size=pair.group.size,
        is_mine=is_mine,
    )


@dataclass(frozen=True, slots=True)
class MergeNotice:
    """What the printed decision says: the merge, who is told, what is left for the accountant, which cards ended."""

    pair: int
    merge: PersonMerge
    employers: tuple[Employer, ...]
    conflicts: tuple[MergeConflict, ...]
    ended_cards: tuple[HealthCard, ...]
    has_card: bool


def merge_notice(pair: DuplicatePair) -> MergeNotice | None:
    """Return what is printed about a pair's standing merge; ``None`` when there is none."""
    both = (pair.first_id, pair.second_id)
    standing = PersonMerge.objects.filter(kept__in=both, absorbed__in=both, undone_at=None)
    related = ("kept__area", "absorbed__area", "made_by__unit", "approved_by__unit")
    merge = standing.select_related(*related).first()
    if merge is None:
        return None
    moved = MovedFact.objects.filter(merge=merge)
    ended = moved.filter(fact=MovedFact.Fact.HEALTH_CARD, end_after__isnull=False).values("key")
    employed = Participation.objects.filter(person=merge.kept, to_date=None, employer__isnull=False)
    in_force = HealthCard.objects.filter(person=merge.kept).exclude(pk__in=ended)
    return MergeNotice(
        pair=pair.pk,
        merge=merge,
        employers=tuple(Employer.objects.filter(pk__in=employed.values("employer")).order_by("code")),
        conflicts=tuple(merge.conflicts.select_related("counts").order_by("from_date")),
        ended_cards=tuple(HealthCard.objects.filter(pk__in=ended).order_by("code")),
        has_card=in_force.filter(Q(to_date=None) | Q(to_date__gt=merge.effective_date)).exists(),
    )
