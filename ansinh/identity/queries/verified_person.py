"""One person's verification: where it stands, and everything that led there."""

from dataclasses import dataclass
from datetime import date, datetime

from ansinh.core.permissions import Actor
from ansinh.identity import permissions, rules
from ansinh.identity.models import IdentityCase, Notice, Review, Verification
from ansinh.identity.queries.disputes import levels_of
from ansinh.identity.queries.identity_cases import shown
from ansinh.identity.queries.standings import COLUMNS, facts_of
from ansinh.identity.rules import standings
from ansinh.registry.models import Correction, Employer, Identifier, Participation, Person

_FIELD_OF = {column: field for field, column in COLUMNS.items()}


@dataclass(frozen=True, slots=True)
class Number:
    """One number a person had, declared or confirmed, and for how long."""

    kind: str
    value: str
    standing: str
    is_confirmed: bool
    source: str
    from_date: date
    to_date: date | None


@dataclass(frozen=True, slots=True)
class PastReview:
    """What a clerk decided about a decision."""

    verdict: str
    reviewer: str
    reason: str
    at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class PastDecision:
    """What one run decided, in words, with the coded reasons and what clerks said to it."""

    key: int
    run: int
    run_label: str
    decision: str
    state: str
    state_code: str
    is_current: bool
    obstacle: str
    likelihood: str
    differences: tuple[str, ...]
    reasons: tuple[str, ...]
    at: datetime
    reviews: tuple[PastReview, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """One correction of the register."""

    label: str
    before: str
    after: str
    from_date: date
    basis: str


@dataclass(frozen=True, slots=True)
class PersonView:
    """Everything of one person's verification; ``channels``: by which ways a notice may be drafted now."""

    person: Person
    standing: standings.Standing
    channels: tuple[tuple[str, str], ...]
    employer: Employer | None
    schemes: tuple[str, ...]
    numbers: tuple[Number, ...]
    decisions: tuple[PastDecision, ...]
    corrections: tuple[Changed, ...]
    cases: tuple[IdentityCase, ...]
    notices: tuple[Notice, ...]
    may_review: bool

    @property
    def current(self) -> PastDecision | None:
        """Return the decision in force."""
        return next((one for one in self.decisions if one.is_current), None)

    @property
    def open_case(self) -> IdentityCase | None:
        """Return the case that is still open."""
        return next((one for one in self.cases if one.is_open), None)

    @property
    def may_open_case(self) -> bool:
        """Tell whether opening a case makes sense: a candidate, something that differs, no case yet."""
        settled = self.standing.code in {"WRONG", "DECEASED", "SUPPLEMENT"}
        now = self.current
        still_read = {Verification.State.WAITING, Verification.State.DISPUTED}
        is_decided = now is not None and (now.state_code not in still_read or bool(now.obstacle))
        return self.may_review and settled and is_decided and self.open_case is None


def person_view(person: Person, actor: Actor) -> PersonView:
    """Lay one person's verification out; a dozen queries, whatever the history."""
    facts = facts_of(Person.objects.filter(pk=person.pk))[person.pk]
    work = Participation.objects.filter(person=person, to_date=None).select_related("employer").order_by("-from_date")
    held = list(work)
    reach = actor.areas_for(permissions.REVIEW)
    may_review = reach is None or person.area_id in reach
    told = Notice.objects.filter(items__person=person).select_related("employer").distinct()
    notices = tuple(told.order_by("-pk"))
    return PersonView(
        person=person,
        standing=standings.standing_of(facts),
        channels=_channels(notices) if may_review and standings.reasons_left(facts, is_minor=False) else (),
        employer=next((one.employer for one in held if one.employer), None),
        schemes=tuple(dict.fromkeys(str(one.get_scheme_display()) for one in held)),
        numbers=tuple(_numbers(person)),
        decisions=tuple(_decisions(person)),
        corrections=tuple(_corrections(person)),
        cases=tuple(IdentityCase.objects.filter(person=person).prefetch_related("fields").order_by("-pk")),
        notices=notices,
        may_review=may_review,
    )


def _channels(notices: tuple[Notice, ...]) -> tuple[tuple[str, str], ...]:
    """Return by which ways a notice may be drafted now, and their words."""
    under_way = {one.channel for one in notices if one.state in {Notice.State.DRAFTED, Notice.State.SENT}}
    ways = (Notice.Channel.LETTER, Notice.Channel.APP)
    return tuple((way.value, str(way.label)) for way in ways if way not in under_way)


def _numbers(person: Person) -> list[Number]:
    rows = Identifier.objects.filter(person=person).order_by("-from_date", "standing", "-pk")
    return [
        Number(
            str(row.get_kind_display()), row.value, str(row.get_standing_display()),
            row.standing == Identifier.Standing.CONFIRMED, row.source, row.from_date, row.to_date,
        )
        for row in rows
    ]  # fmt: skip


def _decisions(person: Person) -> list[PastDecision]:
    """Return what runs decided; that one of two people has answered, and what, is told when both have."""
    rows = Verification.objects.filter(person=person).select_related("run__area").order_by("-pk")
    reviews: dict[int, list[PastReview]] = {}
    told = Review.objects.filter(verification__person=person).exclude(verification__state=Verification.State.SECOND)
    for one in told.select_related("reviewer").order_by("-at", "-pk"):
        past = PastReview(
            str(one.get_verdict_display()), str(one.reviewer or "Hệ thống"), one.reason, one.at, one.undone_at
        )
        reviews.setdefault(one.verification_id, []).append(past)
    return [_decision(row, tuple(reviews.get(row.pk, ()))) for row in rows]


def _decision(row: Verification, reviews: tuple[PastReview, ...]) -> PastDecision:
    levels, state = levels_of(row), Verification.State
    known = state.WAITING if row.state == state.SECOND else state(row.state)
    reasons = standings.reasons_of(
        levels, decision=row.decision, obstacle=row.obstacle, shares_citizen=row.same_person_group is not None
    )
    return PastDecision(
        key=row.pk,
        run=row.run_id,
        run_label=str(row.run),
        decision=str(row.get_decision_display()),
        state=str(known.label),
        state_code=known.value,
        is_current=row.state != Verification.State.SUPERSEDED,
        obstacle=str(row.get_obstacle_display()) if row.obstacle else "",
        likelihood=rules.likelihood(row.probability) if row.probability is not None else "",
        differences=levels.differences if row.decision != Verification.Decision.NOT_FOUND else (),
        reasons=tuple(standings.REASONS[reason] for reason in reasons),
        at=row.state_at,
        reviews=reviews,
    )


def _corrections(person: Person) -> list[Changed]:
    rows = Correction.objects.filter(person=person).order_by("-pk")
    return [
        Changed(
            label=standings.FIELDS.get(field := _FIELD_OF.get(row.field, ""), row.field),
            before=shown(field, row.before),
            after=shown(field, row.after),
            from_date=row.from_date,
            basis=row.basis,
        )
        for row in rows
    ]
