"""Steps of a duplicate pair (các bước xử lý cặp mã số nghi trùng): one table, one function that moves.

found ──► OPEN ──propose──► PROPOSED ──approve──► MERGED ──propose_undo──► UNDO_PROPOSED
│ ▲  ◄─withdraw/return─┘ │                ▲  └─approve_undo─► OPEN or DIFFERENT
│ └──reopen──┐          refuse            └──withdraw_undo/return_undo──┘
└──refuse──► DIFFERENT ◄─┘
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ansinh.core.errors import Refusal
from ansinh.core.permissions import Actor, Permission
from ansinh.core.text import nfc
from ansinh.identity.models import DuplicatePair, DuplicateStep
from ansinh.identity.permissions import PROPOSE_MERGE
from ansinh.registry.permissions import MERGE

State = DuplicatePair.State
Step = DuplicateStep.Step


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: whence, whither, by whose right."""

    sources: frozenset[str]
    targets: frozenset[str]
    permission: Permission


def _move(sources: set[State], targets: set[State], permission: Permission) -> Move:
    return Move(frozenset(sources), frozenset(targets), permission)


STEPS: Mapping[Step, Move] = {
    Step.PROPOSE: _move({State.OPEN}, {State.PROPOSED}, PROPOSE_MERGE),
    Step.WITHDRAW: _move({State.PROPOSED}, {State.OPEN}, PROPOSE_MERGE),
    Step.RETURN: _move({State.PROPOSED}, {State.OPEN}, MERGE),
    Step.APPROVE: _move({State.PROPOSED}, {State.MERGED}, MERGE),
    Step.REFUSE: _move({State.OPEN, State.PROPOSED}, {State.DIFFERENT}, PROPOSE_MERGE),
    Step.REOPEN: _move({State.DIFFERENT}, {State.OPEN}, PROPOSE_MERGE),
    Step.PROPOSE_UNDO: _move({State.MERGED}, {State.UNDO_PROPOSED}, PROPOSE_MERGE),
    Step.WITHDRAW_UNDO: _move({State.UNDO_PROPOSED}, {State.MERGED}, PROPOSE_MERGE),
    Step.RETURN_UNDO: _move({State.UNDO_PROPOSED}, {State.MERGED}, MERGE),
    Step.APPROVE_UNDO: _move({State.UNDO_PROPOSED}, {State.OPEN, State.DIFFERENT}, MERGE),
}


class PairMovedOn(Refusal):
    """Somebody was faster, or the pair is not where this step begins."""

    message = (
        "Cặp mã số này vừa được người khác xử lý hoặc không còn ở bước này. Việc bạn vừa làm chưa được ghi; "
        "hãy xem lại trạng thái mới nhất."
    )


def move(pair: DuplicatePair, step: Step, target: str, *, actor: Actor, at: datetime, reason: str = "") -> None:
    """Move a pair by one step and write the history; of two at once, one is refused.

    :raises PairMovedOn: the pair does not stand where the step begins
    :raises ValueError: the step does not lead there
    """
    row = STEPS[step]
    if target not in row.targets:
        raise ValueError(f"{step} does not lead to {target}.")
    before = DuplicatePair.objects.select_for_update().filter(pk=pair.pk, state__in=row.sources).first()
    if before is None:
        raise PairMovedOn(pair=pair.pk, step=step.value)
    DuplicatePair.objects.filter(pk=pair.pk).update(state=target, state_at=at)
    DuplicateStep.objects.create(
        pair=pair, step=step.value, from_state=before.state, to_state=target,
        account_id=actor.account_id, at=at, reason=nfc(reason),
    )  # fmt: skip
    pair.state, pair.state_at = target, at
