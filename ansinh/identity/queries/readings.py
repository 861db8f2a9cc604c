"""What the rule of two people asks about one case, and what each of them may see and do."""

from dataclasses import dataclass
from datetime import datetime

from ansinh.core.permissions import Actor
from ansinh.identity import permissions, rules
from ansinh.identity.models import CaseLease, Review, Verification
from ansinh.identity.queries.provinces import confirmed_of
from ansinh.registry.models import Benefit, Participation


def facts(row: Verification, personal_id: str) -> rules.Facts:
    """Gather what the grounds are found from; ``personal_id`` is the candidate's, empty without one."""
    person = row.person_id
    held = confirmed_of([person]).get(person)
    rival = row.second_best_weight
    return rules.Facts(
        replaces_confirmed=bool(held and personal_id and held != personal_id),
        is_paid_monthly=Benefit.objects.filter(person=person, to_date=None).exists(),
        schemes=frozenset(Participation.objects.filter(person=person, to_date=None).values_list("scheme", flat=True)),
        obstacle=row.obstacle,
        name=row.agree_name,
        probability=row.probability or 0.0,
        lead=None if rival is None or row.weight is None else row.weight - rival,
    )


def lot_key(row: Verification) -> str:
    """Name a case for the lot that is read twice: the same wherever the same run is carried out again."""
    return f"{row.person.si_no}:{row.run.effective_date.isoformat()}"


@dataclass(frozen=True, slots=True)
class Look:
    """Look (cách nhìn) of one person at one case: the state they may know, what they may do, who else is at it."""

    state: str
    may_decide: bool
    may_undo: bool
    is_blind: bool
    held_by: str


def look_at(row: Verification, actor: Actor, at: datetime) -> Look:
    """Return what somebody may know of a case, and do with it."""
    state = Verification.State
    reviewers = list(
        Review.objects.standing().filter(verification=row).order_by("turn").values_list("reviewer", flat=True)
    )
    is_mine = actor.account_id in reviewers
    may_settle = actor.may(permissions.SETTLE, area=row.person.area_id)
    is_blind = row.state == state.SECOND and not is_mine
    lease = CaseLease.objects.filter(verification=row, until__gt=at).exclude(holder=actor.account_id)
    held = lease.select_related("holder").first()
    return Look(
        state=state.WAITING.value if is_blind else row.state,
        may_decide=row.state == state.WAITING
        or is_blind
        or (row.state == state.DISPUTED and may_settle and not is_mine),
        may_undo=bool(reviewers) and not is_blind and (may_settle or (is_mine and len(reviewers) == 1)),
        is_blind=is_blind,
        held_by=str(held.holder) if held else "",
    )
