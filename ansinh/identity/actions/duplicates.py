"""Duplicates found: taking in what a run or a comparison says, looking at a pair, telling two people apart."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from django.db import transaction

from ansinh.core import audit
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import Malformed, OutOfReach
from ansinh.core.permissions import Actor, Permission
from ansinh.core.text import nfc
from ansinh.identity import events, extracts, permissions, queries
from ansinh.identity.models import DuplicateGroup, DuplicatePair, MergeProposal, VerificationRun
from ansinh.identity.queries.findings import LEVELS, FoundGroup, FoundPair
from ansinh.identity.workflows import merges
from ansinh.identity.workflows.merges import Step
from ansinh.registry.actions import FourEyesNeeded

State = DuplicatePair.State


@transaction.atomic
def collect_duplicates(*, run: VerificationRun, actor: Actor, at: datetime) -> int:
    """Collect the pairs (lập danh sách nghi trùng) that a run found, and return how many are new.

    Called as often as one likes: a pair is one row for ever, and those told apart are not proposed again.
    """
    actor.must(permissions.VERIFY, area=run.area_id)
    source, before = f"run:{run.pk}", DuplicatePair.objects.count()
    for groups in queries.found_by_run(run, at.astimezone(VIETNAM).date()):
        _take_in(groups, DuplicateGroup(source=source, run=run, found_at=at))
    new = DuplicatePair.objects.count() - before
    audit.record(events.DUPLICATES_COLLECTED, actor=actor, at=at, subject=source, data={"new": new})
    return new


@transaction.atomic
def collect_compared(*, path: Path, actor: Actor, at: datetime) -> int:
    """Collect the pairs that a comparison of the register with itself found: its Parquet file.

    :raises ComparisonUnreadable: no such file, or it is no comparison
    """
    actor.must(permissions.VERIFY)
    if not path.is_file():
        raise queries.ComparisonUnreadable
    source, before = f"compared:{extracts.digest_of(path)[:16]}", DuplicatePair.objects.count()
    for groups in queries.found_by_comparison(path):
        _take_in(groups, DuplicateGroup(source=source, found_at=at))
    new = DuplicatePair.objects.count() - before
    audit.record(events.DUPLICATES_COLLECTED, actor=actor, at=at, subject=source, data={"new": new})
    return new


def _take_in(groups: Iterable[FoundGroup], like: DuplicateGroup) -> None:
    """Write some groups and their pairs; an open pair known before goes over to the newer finding."""
    found = {group.anchor: group for group in groups}
    DuplicateGroup.objects.bulk_create(
        (
            DuplicateGroup(
                source=like.source, run=like.run, found_at=like.found_at, anchor=group.anchor, size=group.size
            )
            for group in found.values()
        ),
        ignore_conflicts=True,
    )
    written = DuplicateGroup.objects.filter(source=like.source, anchor__in=found)
    pairs = [_pair(group, pair, like.found_at) for group in written for pair in found[group.anchor].pairs]
    firsts = DuplicatePair.objects.filter(first__in=[pair.first_id for pair in pairs])
    known = {(pair.first_id, pair.second_id): pair for pair in firsts}
    DuplicatePair.objects.bulk_create(pairs, ignore_conflicts=True)
    again = [(known[pair.first_id, pair.second_id], pair) for pair in pairs if (pair.first_id, pair.second_id) in known]
    for old, new in again:
        if old.state == State.OPEN and old.group_id != new.group_id:
            old.group, old.probability, old.weight = new.group, new.probability, new.weight
            for column in LEVELS:
                setattr(old, column, getattr(new, column))
    DuplicatePair.objects.bulk_update(
        [old for old, _ in again if old.state == State.OPEN], ["group", "probability", "weight", *LEVELS]
    )


def _pair(group: DuplicateGroup, found: FoundPair, at: datetime) -> DuplicatePair:
    return DuplicatePair(
        group=group, first_id=found.first, second_id=found.second, state_at=at,
        probability=found.probability, weight=found.weight, **dict(zip(LEVELS, found.levels, strict=True)),
    )  # fmt: skip


@transaction.atomic
def open_pair(*, pair: DuplicatePair, actor: Actor, at: datetime) -> queries.PairPage:
    """Show both records of a pair (mở cặp mã số); the reading is what the audit entry tells of."""
    _must_see(pair, actor, permissions.REVIEW)
    audit.record(
        events.DUPLICATE_SEEN,
        actor=actor,
        at=at,
        subject=f"pair:{pair.pk}",
        reason="Xét cặp mã số BHXH nghi trùng",
        data={"people": [pair.first_id, pair.second_id]},
    )
    return queries.pair_page(pair, actor, at.astimezone(VIETNAM).date())


@transaction.atomic
def refuse_pair(*, pair: DuplicatePair, reason: str, actor: Actor, at: datetime) -> None:
    """Tell two people apart (kết luận hai người khác nhau): remembered, so that no later run proposes them again.

    A proposal that waits is answered by it; its proposer takes it back first.

    :raises PairMovedOn: the pair was decided meanwhile
    :raises FourEyesNeeded: it is one's own proposal
    """
    _must_see(pair, actor, merges.STEPS[Step.REFUSE].permission)
    if not nfc(reason):
        raise Malformed(
            "Hãy ghi vì sao đây là hai người khác nhau; lý do này được nhớ cho các đợt sau.", field="reason"
        )
    merges.move(pair, Step.REFUSE, State.DIFFERENT, actor=actor, at=at, reason=reason)
    waiting = MergeProposal.objects.filter(pair=pair, decided_at=None)
    if waiting.filter(made_by=actor.account_id).exists():
        raise FourEyesNeeded("Bạn là người đề xuất gộp cặp này. Hãy rút lại đề xuất trước khi kết luận khác.")
    waiting.update(
        outcome=MergeProposal.Outcome.REFUSED, decided_by=actor.account_id, decided_at=at, reason=nfc(reason)
    )
    audit.record(
        events.DUPLICATE_REFUSED,
        actor=actor,
        at=at,
        subject=f"pair:{pair.pk}",
        reason=nfc(reason),
        data={"people": [pair.first_id, pair.second_id]},
    )


@transaction.atomic
def reopen_pair(*, pair: DuplicatePair, reason: str, actor: Actor, at: datetime) -> None:
    """Look at two people told apart once more (xem lại): the pair is open again.

    :raises PairMovedOn: the pair is not told apart
    """
    _must_see(pair, actor, merges.STEPS[Step.REOPEN].permission)
    merges.move(pair, Step.REOPEN, State.OPEN, actor=actor, at=at, reason=reason)
    audit.record(events.DUPLICATE_REOPENED, actor=actor, at=at, subject=f"pair:{pair.pk}", reason=nfc(reason))


def _must_see(pair: DuplicatePair, actor: Actor, permission: Permission) -> None:
    """Require the right in one of the two people's areas."""
    actor.must(permission)
    if not any(actor.may(permission, area=person.area_id) for person in (pair.first, pair.second)):
        raise OutOfReach
