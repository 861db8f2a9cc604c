"""Merging as four eyes do it: one proposes, another approves; the same for taking a merge back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ansinh.core import audit
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import Malformed, NotPermitted, OutOfReach, Refusal
from ansinh.core.permissions import Actor
from ansinh.core.text import nfc
from ansinh.identity import events, queries
from ansinh.identity.models import DuplicatePair, MergeProposal, ProposalChoice
from ansinh.identity.workflows import merges
from ansinh.identity.workflows.merges import Step
from ansinh.registry import queries as register
from ansinh.registry.actions import (
    ConflictsStand,
    FourEyesNeeded,
    MergeOrder,
    UndoOrder,
    merge_persons,
    undo_merge,
)
from ansinh.registry.models import Person, PersonMerge

State, Outcome, Kind = DuplicatePair.State, MergeProposal.Outcome, MergeProposal.Kind


class NotYourProposal(Refusal):
    """Only who proposed may take a proposal back; others return it."""

    status = 403
    message = "Chỉ người đề xuất mới rút lại được đề xuất này. Nếu chưa đồng ý, hãy chọn “Trả lại” và ghi lý do."


class NumberMovedOn(Refusal):
    """One of the two numbers was merged elsewhere meanwhile."""

    message = (
        "Một trong hai mã số đã được gộp vào mã số khác nên cặp này không còn dùng được. "
        "Hãy tra mã số đang giữ ở trang danh sách; đợt đối khớp sau sẽ đưa ra cặp đúng."
    )


@dataclass(frozen=True, slots=True)
class MergeOffer:
    """What an officer proposes: which person's number is kept, why, and who counts in each conflict."""

    kept: int
    ground: str
    choices: Mapping[str, int]


@transaction.atomic
def propose_merge(*, pair: DuplicatePair, offer: MergeOffer, actor: Actor, at: datetime) -> MergeProposal:
    """Propose to merge a pair (đề xuất gộp): by an officer of the kept person's province.

    :raises OutOfReach: the kept person is not in the proposer's areas, or not one of the two
    :raises NumberMovedOn: one of the two was merged elsewhere
    :raises ConflictsStand: something blocks, or lacks a choice
    :raises PairMovedOn: somebody was faster
    """
    kept, absorbed = _sides(pair, offer.kept)
    actor.must(merges.STEPS[Step.PROPOSE].permission, area=kept.area_id)
    if actor.account_id is None:
        raise NotPermitted
    if not nfc(offer.ground):
        raise Malformed("Hãy ghi căn cứ gộp (đơn TK1-TS, giấy tờ hoặc kết quả xác minh).", field="ground")
    if Person.objects.filter(pk__in=[kept.pk, absorbed.pk]).living().count() != len((kept, absorbed)):
        raise NumberMovedOn(pair=pair.pk)
    _must_be_settled(kept, absorbed, offer, at)
    merges.move(pair, Step.PROPOSE, State.PROPOSED, actor=actor, at=at, reason=offer.ground)
    proposal = MergeProposal.objects.create(
        pair=pair, kind=Kind.MERGE, kept=kept, ground=nfc(offer.ground), approve_area_id=absorbed.area_id,
        made_by_id=actor.account_id, made_at=at,
    )  # fmt: skip
    ProposalChoice.objects.bulk_create(
        ProposalChoice(proposal=proposal, code=code, counts_id=counts) for code, counts in offer.choices.items()
    )
    audit.record(
        events.MERGE_PROPOSED,
        actor=actor,
        at=at,
        subject=f"pair:{pair.pk}",
        reason=proposal.ground,
        data={"proposal": proposal.pk, "kept": kept.pk, "absorbed": absorbed.pk},
    )
    return proposal


@transaction.atomic
def propose_undo(*, pair: DuplicatePair, reason: str, are_different: bool, actor: Actor, at: datetime) -> MergeProposal:
    """Propose to take a merge back (đề xuất tách lại): by an officer of either province.

    ``are_different``: the two are different people, to be remembered; else the pair is open again afterwards.

    :raises OutOfReach: neither person is in the proposer's areas
    :raises PairMovedOn: the pair is not merged, or an undoing waits already
    """
    merge = PersonMerge.objects.filter(proposals__pair=pair, undone_at=None).select_related("kept", "absorbed").first()
    if merge is None:
        raise merges.PairMovedOn(pair=pair.pk)
    permission = merges.STEPS[Step.PROPOSE_UNDO].permission
    reached = [one for one in (merge.kept, merge.absorbed) if actor.may(permission, area=one.area_id)]
    if actor.account_id is None or not reached:
        raise OutOfReach
    if not nfc(reason):
        raise Malformed("Hãy ghi lý do đề nghị tách lại hai mã số.", field="reason")
    other = merge.absorbed if reached[0] == merge.kept else merge.kept
    merges.move(pair, Step.PROPOSE_UNDO, State.UNDO_PROPOSED, actor=actor, at=at, reason=reason)
    proposal = MergeProposal.objects.create(
        pair=pair, kind=Kind.UNDO, kept=merge.kept, ground=nfc(reason), are_different=are_different, merge=merge,
        approve_area_id=other.area_id, made_by_id=actor.account_id, made_at=at,
    )  # fmt: skip
    audit.record(
        events.UNDO_PROPOSED,
        actor=actor,
        at=at,
        subject=f"pair:{pair.pk}",
        reason=proposal.ground,
        data={"proposal": proposal.pk, "merge": merge.pk},
    )
    return proposal


@transaction.atomic
def approve_proposal(*, pair: DuplicatePair, actor: Actor, at: datetime) -> PersonMerge:
    """Approve what waits about a pair (phê duyệt): the register merges, or takes the merge back.

    :raises FourEyesNeeded: it is one's own proposal
    :raises OutOfReach: the other side's province is not the approver's
    :raises PairMovedOn: nothing waits; of two approvals at once, one gets this
    :raises ConflictsStand: the records have changed since they were proposed
    """
    proposal = _waiting(pair)
    _must_be_second(proposal, actor)
    is_merge = proposal.kind == Kind.MERGE
    after_undo = State.DIFFERENT if proposal.are_different else State.OPEN
    merges.move(
        pair, Step.APPROVE if is_merge else Step.APPROVE_UNDO, State.MERGED if is_merge else after_undo,
        actor=actor, at=at,
    )  # fmt: skip
    merge = _merge(proposal, pair, actor, at) if is_merge else _undo(proposal, actor, at)
    _answer(proposal, Outcome.APPROVED, actor, at, "")
    MergeProposal.objects.filter(pk=proposal.pk).update(merge=merge)
    audit.record(
        events.MERGE_ANSWERED,
        actor=actor,
        at=at,
        subject=f"pair:{pair.pk}",
        data={"proposal": proposal.pk, "kind": proposal.kind, "outcome": Outcome.APPROVED.value, "merge": merge.pk},
    )
    return merge


@transaction.atomic
def return_proposal(*, pair: DuplicatePair, reason: str, actor: Actor, at: datetime) -> None:
    """Return what waits about a pair to its proposer (trả lại), with a reason.

    :raises FourEyesNeeded: it is one's own proposal
    :raises PairMovedOn: nothing waits
    """
    proposal = _waiting(pair)
    _must_be_second(proposal, actor)
    if not nfc(reason):
        raise Malformed("Hãy ghi lý do trả lại để người đề xuất biết cần bổ sung gì.", field="reason")
    is_merge = proposal.kind == Kind.MERGE
    step, target = (Step.RETURN, State.OPEN) if is_merge else (Step.RETURN_UNDO, State.MERGED)
    merges.move(pair, step, target, actor=actor, at=at, reason=reason)
    _answer(proposal, Outcome.RETURNED, actor, at, reason)
    audit.record(
        events.MERGE_ANSWERED,
        actor=actor,
        at=at,
        subject=f"pair:{pair.pk}",
        reason=nfc(reason),
        data={"proposal": proposal.pk, "kind": proposal.kind, "outcome": Outcome.RETURNED.value},
    )


@transaction.atomic
def withdraw_proposal(*, pair: DuplicatePair, actor: Actor, at: datetime) -> None:
    """Take one's own proposal back (rút lại đề xuất).

    :raises NotYourProposal: somebody else proposed it
    :raises PairMovedOn: nothing waits
    """
    proposal = _waiting(pair)
    is_merge = proposal.kind == Kind.MERGE
    step, target = (Step.WITHDRAW, State.OPEN) if is_merge else (Step.WITHDRAW_UNDO, State.MERGED)
    actor.must(merges.STEPS[step].permission)
    if actor.account_id != proposal.made_by_id:
        raise NotYourProposal(pair=pair.pk)
    merges.move(pair, step, target, actor=actor, at=at)
    _answer(proposal, Outcome.WITHDRAWN, actor, at, "")
    audit.record(
        events.MERGE_ANSWERED,
        actor=actor,
        at=at,
        subject=f"pair:{pair.pk}",
        data={"proposal": proposal.pk, "kind": proposal.kind, "outcome": Outcome.WITHDRAWN.value},
    )


@transaction.atomic
def open_notice(*, pair: DuplicatePair, actor: Actor, at: datetime) -> queries.MergeNotice:
    """Open the decision for printing (in quyết định gộp): for the person, and for each employer.

    :raises OutOfReach: there is no standing merge of this pair, or it is not of the actor's areas
    """
    permission = merges.STEPS[Step.PROPOSE].permission
    actor.must(permission)
    found = queries.merge_notice(pair)
    if found is None or not any(actor.may(permission, area=one.area_id) for one in (pair.first, pair.second)):
        raise OutOfReach
    audit.record(
        events.MERGE_NOTICE_PRINTED,
        actor=actor,
        at=at,
        subject=f"pair:{pair.pk}",
        data={"merge": found.merge.pk},
    )
    return found


def _sides(pair: DuplicatePair, kept: int) -> tuple[Person, Person]:
    if kept == pair.first_id:
        return pair.first, pair.second
    if kept == pair.second_id:
        return pair.second, pair.first
    raise OutOfReach


def _must_be_settled(kept: Person, absorbed: Person, offer: MergeOffer, at: datetime) -> None:
    found = register.conflicts_between(kept, absorbed, at.astimezone(VIETNAM).date())
    if any(conflict.blocks for conflict in found):
        raise ConflictsStand(
            "Hai mã số còn điểm trùng phải xử lý trước nên chưa đề xuất gộp được. Hãy xem các mục ghi “phải xử lý "
            "trước” trên trang này, xử lý ở hồ sơ tương ứng rồi đề xuất lại."
        )
    codes = {conflict.code for conflict in found}
    if codes != set(offer.choices) or not {kept.pk, absorbed.pk} >= set(offer.choices.values()):
        raise ConflictsStand(
            "Hãy chọn mã số nào được tính cho từng khoảng thời gian trùng; phần của mã số kia sẽ chuyển kế toán xem "
            "xét hoàn trả."
        )


def _waiting(pair: DuplicatePair) -> MergeProposal:
    # The pair is locked first, as every step locks it: whoever comes second sees what the first has done.
    DuplicatePair.objects.select_for_update().get(pk=pair.pk)
    found = MergeProposal.objects.filter(pair=pair, decided_at=None).select_related("kept").first()
    if found is None:
        raise merges.PairMovedOn(pair=pair.pk)
    return found


def _must_be_second(proposal: MergeProposal, actor: Actor) -> None:
    permission = merges.STEPS[Step.APPROVE].permission
    actor.must(permission, area=proposal.approve_area_id)
    if actor.account_id is None or actor.account_id == proposal.made_by_id:
        raise FourEyesNeeded


def _merge(proposal: MergeProposal, pair: DuplicatePair, actor: Actor, at: datetime) -> PersonMerge:
    kept, absorbed = _sides(pair, proposal.kept_id)
    order = MergeOrder(
        kept=kept.pk,
        absorbed=absorbed.pk,
        ground=proposal.ground,
        effective_date=at.astimezone(VIETNAM).date(),
        made_by=proposal.made_by_id,
        made_at=proposal.made_at,
        choices=dict(proposal.choices.values_list("code", "counts")),
    )
    return merge_persons(order=order, actor=actor, at=at)


def _undo(proposal: MergeProposal, actor: Actor, at: datetime) -> PersonMerge:
    order = UndoOrder(merge=proposal.merge_id or 0, reason=proposal.ground, made_by=proposal.made_by_id)
    return undo_merge(order=order, actor=actor, at=at)


def _answer(proposal: MergeProposal, outcome: MergeProposal.Outcome, actor: Actor, at: datetime, reason: str) -> None:
    MergeProposal.objects.filter(pk=proposal.pk).update(
        outcome=outcome, decided_by=actor.account_id, decided_at=at, reason=nfc(reason)
    )
