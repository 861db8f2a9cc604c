"""Recording what the engine decided, one chunk of people at a time."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import pyarrow as pa
from django.db import connection, transaction

from ansinh.core import audit
from ansinh.core.errors import Refusal
from ansinh.core.permissions import Actor
from ansinh.identity import events, queries, rules
from ansinh.identity.models import Touch, Verification, VerificationRun
from ansinh.registry.actions import ConfirmedIdentity, confirm_identities
from ansinh.registry.intake import copying

State, Obstacle = Verification.State, Verification.Obstacle
LEVELS = ("name", "dob", "sex", "number", "places")


class RunTakenOver(Refusal):
    """Another worker has recorded this chunk already: this one was thought dead."""

    message = "Đợt xác minh này đang do một tiến trình khác ghi kết quả."


class DecisionRow(NamedTuple):
    """One row of the decisions file, with what the extract says of the candidate; ``record`` is the person's key."""

    record: int
    decision: str
    citizen: int | None
    probability: float | None
    weight: float | None
    second_best_weight: float | None
    name: str | None
    dob: str | None
    sex: str | None
    number: str | None
    places: str | None
    same_person_group: int | None
    personal_id: str | None
    died_on: str | None


@transaction.atomic
def record_decisions(*, run: VerificationRun, rows: Sequence[DecisionRow], actor: Actor, at: datetime) -> None:
    """Record one chunk, ascending by record: confirm the certain ones, queue the doubtful, move the run's position.

    A pair that somebody has rejected on the same extract stays rejected. A number that the register refuses, and a
    citizen who has died, wait for a person to look.

    :raises RunTakenOver: the run's position is no longer the one this worker knows
    """
    last = rows[-1].record
    moved = VerificationRun.objects.filter(pk=run.pk, position=run.position, claimed_by=run.claimed_by)
    if not moved.update(position=last):
        raise RunTakenOver(run=run.pk)
    obstacles = [Obstacle.DECEASED if row.died_on and row.citizen is not None else Obstacle.NONE for row in rows]
    states = _states(run, rows, obstacles)
    refused = _confirm(run, rows, states, actor, at)
    for place, row in enumerate(rows):
        if row.record in refused:
            states[place], obstacles[place] = State.WAITING.value, refused[row.record]
    _write(run, rows, states, obstacles, at)
    recorded = Verification.objects.filter(run=run, person__gt=run.position, person__lte=last)
    earlier = Verification.objects.filter(person__in=recorded.values("person")).exclude(run=run)
    earlier.exclude(state=State.SUPERSEDED).update(state=State.SUPERSEDED, state_at=at)
    run.position = last
    Touch.objects.leave((row.record for row in rows), at)
    audit.record(
        events.DECISIONS_RECORDED,
        actor=actor,
        at=at,
        subject=f"run:{run.pk}",
        data={"people": len(rows), "last": last, **Counter(states)},
    )


def _states(run: VerificationRun, rows: Sequence[DecisionRow], obstacles: Sequence[str]) -> list[str]:
    first, last = rows[0].record, rows[-1].record
    rejected = set(
        Verification.objects.filter(
            person__gte=first, person__lte=last, state=State.REJECTED, run__extract=run.extract_id
        ).values_list("person", "citizen")
    )
    doubtful = [row.record for row in rows if row.decision == Verification.Decision.REVIEW]
    confirmed = set(queries.confirmed_of(doubtful).items())
    return [
        rules.state_of(
            row.decision,
            stands=(row.record, row.personal_id) in confirmed,
            rejected=(row.record, row.citizen) in rejected,
            obstacle=obstacle,
        )
        for row, obstacle in zip(rows, obstacles, strict=True)
    ]


def _confirm(
    run: VerificationRun, rows: Sequence[DecisionRow], states: Sequence[str], actor: Actor, at: datetime
) -> dict[int, Verification.Obstacle]:
    """Let the register confirm the numbers of those decided; return the people it refuses, and why."""
    source = f"Đối khớp tự động, đợt {run.pk}"
    items = [
        ConfirmedIdentity(person_id=row.record, personal_id=row.personal_id, source=source)
        for row, state in zip(rows, states, strict=True)
        if state == State.CONFIRMED and row.personal_id
    ]
    refused = [one.person_id for one in confirm_identities(items=items, actor=actor, at=at)]
    changed = queries.confirmed_of(refused)
    return {person: Obstacle.CHANGED if person in changed else Obstacle.TAKEN for person in refused}


def _write(
    run: VerificationRun, rows: Sequence[DecisionRow], states: Sequence[str], obstacles: Sequence[str], at: datetime
) -> None:
    columns = dict(zip(DecisionRow._fields, zip(*rows, strict=True), strict=True))
    levels = {f"agree_{field}": [code or "" for code in columns[field]] for field in LEVELS}
    same = {"run_id": run.pk, "state_at": str(connection.ops.adapt_datetimefield_value(at))}
    table = pa.table(
        {
            "person_id": columns["record"],
            "decision": columns["decision"],
            "state": states,
            "obstacle": [str(obstacle) for obstacle in obstacles],
            "citizen": pa.array(columns["citizen"], pa.int64()),
            "probability": pa.array(columns["probability"], pa.float64()),
            "weight": pa.array(columns["weight"], pa.float64()),
            "second_best_weight": pa.array(columns["second_best_weight"], pa.float64()),
            **levels,
            "same_person_group": pa.array(columns["same_person_group"], pa.int64()),
            **{name: [value] * len(rows) for name, value in same.items()},
        }
    )
    with connection.cursor() as cursor:
        copying.copy_in(cursor, connection.vendor, Verification._meta.db_table, table)  # noqa: SLF001 - as documented
