"""Asking the population service about some people, and recording what it answered."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from ansinh.core import audit
from ansinh.core.permissions import Actor
from ansinh.identity import events, queries, rules
from ansinh.identity.actions.decisions import RunTakenOver
from ansinh.identity.actions.runs import POPULATION
from ansinh.identity.models import (
    IdentityCase,
    ServicePace,
    Touch,
    Verification,
    VerificationRun,
    VerificationRunQuerySet,
)
from ansinh.identity.ports import Answer
from ansinh.registry.actions import ConfirmedIdentity, confirm_identities

State, Obstacle = Verification.State, Verification.Obstacle


@transaction.atomic
def ask_population(*, run: VerificationRun, people: Sequence[int], rate: float, actor: Actor, at: datetime) -> datetime:
    """Take a turn at the service (lượt hỏi) for some people, and say before it is done who asks about whom.

    Returns the instant from which the questions may go out, one every ``1 / rate`` seconds: the pace is kept for all
    workers together.

    :raises RunTakenOver: another worker holds the run
    """
    if not _mine(run).exists():
        raise RunTakenOver(run=run.pk)
    pace = ServicePace.objects.select_for_update().get(service=POPULATION)
    begins = pace.turn(len(people), rate=rate, at=at)
    pace.save(update_fields=["free_at"])
    audit.record(
        events.POPULATION_ASKED,
        actor=actor,
        at=at,
        subject=f"run:{run.pk}",
        data={
            "officer": run.asked_by.username if run.asked_by else "",
            "unit": run.unit,
            "people": len(people),
            "first": people[0],
            "last": people[-1],
        },
    )
    return begins


@transaction.atomic
def record_answers(
    *,
    run: VerificationRun,
    rows: Sequence[queries.AskedRow],
    answers: Mapping[int, Answer],
    actor: Actor,
    at: datetime,
) -> None:
    """Record answers about people, ascending, and move the run's position; who has no answer was not asked about.

    Kept are: which fields agree, the request that was answered, and when. All agree: confirmed. Something differs: it
    waits for a person. No such number, or nothing to ask with: not found. A case that a person may decide with a
    candidate before them is replaced by a confirmation only.

    :raises RunTakenOver: the run's position is no longer the one this worker knows
    """
    last = rows[-1].person
    if not _mine(run).update(position=last, attempts=0, problem=""):
        raise RunTakenOver(run=run.pk)
    made = [_verification(run, row, answers.get(row.person), at) for row in rows]
    _confirm(run, rows, made, actor, at)
    outranked = _outranked(rows)
    for one in made:
        if one.state != State.CONFIRMED and one.person_id in outranked:
            one.state = State.SUPERSEDED
    current = [one.person_id for one in made if one.state != State.SUPERSEDED]
    earlier = Verification.objects.filter(person__in=current).exclude(state=State.SUPERSEDED)
    earlier.update(state=State.SUPERSEDED, state_at=at)
    Verification.objects.bulk_create(made)
    Touch.objects.leave((row.person for row in rows), at)
    run.position, run.attempts = last, 0
    audit.record(
        events.ANSWERS_RECORDED,
        actor=actor,
        at=at,
        subject=f"run:{run.pk}",
        data={"people": len(rows), "last": last, **Counter(str(one.state) for one in made)},
    )


def _mine(run: VerificationRun) -> VerificationRunQuerySet:
    return VerificationRun.objects.filter(pk=run.pk, position=run.position, claimed_by=run.claimed_by)


def _verification(run: VerificationRun, row: queries.AskedRow, answer: Answer | None, at: datetime) -> Verification:
    verdict = rules.verdict_of(answer, has_personal_id=bool(row.personal_id))
    return Verification(
        run=run,
        person_id=row.person,
        decision=verdict.decision,
        state=verdict.state,
        agree_number=verdict.number,
        agree_name=verdict.name,
        agree_dob=verdict.dob,
        agree_sex=verdict.sex,
        request_id=answer.request_id if answer else "",
        state_at=at,
    )


def _outranked(rows: Sequence[queries.AskedRow]) -> set[int]:
    """Return the people who have a case with a candidate of an extract, or a case that the agency is asked about.

    Only a confirmation tells more than that.
    """
    in_hand = Q(citizen__isnull=False) | Exists(IdentityCase.objects.open().filter(verification=OuterRef("pk")))
    cases = Verification.objects.filter(in_hand, person__in=[row.person for row in rows])
    standing = cases.exclude(state__in=[State.SUPERSEDED, State.NOT_FOUND])
    return set(standing.values_list("person", flat=True))


def _confirm(
    run: VerificationRun, rows: Sequence[queries.AskedRow], made: Sequence[Verification], actor: Actor, at: datetime
) -> None:
    """Let the register confirm the numbers that agree; what it refuses waits for a person."""
    source = f"Dịch vụ xác thực dân cư, đợt {run.pk}"
    items = [
        ConfirmedIdentity(person_id=row.person, personal_id=row.personal_id or "", source=source)
        for row, one in zip(rows, made, strict=True)
        if one.state == State.CONFIRMED
    ]
    if not items:
        return
    refused = [one.person_id for one in confirm_identities(items=items, actor=actor, at=at)]
    changed = queries.confirmed_of(refused)
    for one in made:
        if one.person_id in refused:
            one.state = State.WAITING
            one.obstacle = Obstacle.CHANGED if one.person_id in changed else Obstacle.TAKEN
