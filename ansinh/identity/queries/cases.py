"""Doubtful cases: the queue, the next one, and two records side by side."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet

from ansinh.core.birth import BirthDate
from ansinh.core.permissions import Actor
from ansinh.identity import linkage, rules
from ansinh.identity.extracts import Citizen, ExtractGone, Place
from ansinh.identity.models import Review, Verification, held_by_others, open_to
from ansinh.identity.queries.disputes import NOT_TOLD, levels_of
from ansinh.identity.queries.dossier import Dossier, dossier
from ansinh.identity.queries.policies import linkage_policy
from ansinh.identity.queries.readings import look_at
from ansinh.offices.models import Area
from ansinh.offices.queries import covered_by
from ansinh.registry.models import Address, Identifier, Participation, Person

PAGE = 50
_ORDER = ("obstacle", F("probability").desc(nulls_last=True), "pk")
SAME_DAY = ("EQUAL", "SAME_YEAR_KNOWN")
KINDS: dict[str, tuple[str, Q]] = {
    "so": ("Số định danh", ~Q(agree_number="EQUAL")),
    "ho-ten": ("Họ tên", ~Q(agree_name="EQUAL")),
    "ngay-sinh": ("Ngày sinh", ~Q(agree_dob__in=SAME_DAY)),
    "gioi-tinh": ("Giới tính", Q(agree_sex="DIFFERENT")),
    "trung": ("Một công dân, nhiều mã số BHXH", Q(obstacle="TAKEN") | Q(same_person_group__isnull=False)),
    "da-mat": ("Dân cư ghi đã mất", Q(obstacle="DECEASED")),
}
"""Kinds of difference a clerk may work through one after another: label, and which cases."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases: of a province or of all in reach, of a kind or all, in which state."""

    area: Area | None = None
    kind: str = ""
    state: str = Verification.State.WAITING


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in the list."""

    key: int
    si_no: str
    full_name: str
    birth: str
    area: str
    differences: tuple[str, ...]
    obstacle: str
    shares_citizen: bool
    likelihood: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    """A page of cases, and the paginator's page for the links."""

    rows: tuple[QueueRow, ...]
    page: Page[Verification]


def _cases(actor: Actor, chosen: Filter) -> QuerySet[Verification]:
    rows = Verification.objects.visible_to(actor).current()
    rows = rows.filter(open_to(actor) if chosen.state == Verification.State.WAITING else Q(state=chosen.state))
    if chosen.area:
        rows = rows.filter(person__area__in=covered_by(chosen.area))
    return rows.filter(KINDS[chosen.kind][1]) if chosen.kind else rows


def count_waiting(actor: Actor, chosen: Filter) -> int:
    """Count the cases of a filter."""
    return _cases(actor, chosen).count()


def queue_page(actor: Actor, chosen: Filter, number: int) -> QueuePage:
    """Return one page of cases: plain doubts first, the most probable before the others, since those go fastest."""
    rows = _cases(actor, chosen).order_by(*_ORDER).select_related("person__area").only(*_LISTED)
    page = Paginator(rows, PAGE).get_page(number)
    return QueuePage(tuple(_queue_row(row) for row in page), page)


def next_case(actor: Actor, chosen: Filter, after: Verification | None, at: datetime) -> int | None:
    """Return the key of the case that follows one in the list's order, going round once; ``None`` when none is left.

    Cases that somebody else has before the eyes are passed over.
    """
    rows = _cases(actor, chosen).filter(~held_by_others(actor, at)).order_by(*_ORDER)
    if after is None:
        return rows.values_list("pk", flat=True).first()
    others = rows.exclude(pk=after.pk).values_list("pk", flat=True)
    beside = Q(probability=after.probability, pk__gt=after.pk)
    if after.probability is not None:
        beside |= Q(probability__lt=after.probability) | Q(probability=None)
    later = Q(obstacle__gt=after.obstacle) | (Q(obstacle=after.obstacle) & beside)
    return others.filter(later).first() or others.first()


_LISTED = (
    "obstacle", "probability", "same_person_group", "person__si_no", "person__full_name", "person__birth",
    "person__area__name", "agree_name", "agree_dob", "agree_sex", "agree_number", "agree_places",
)  # fmt: skip


def _queue_row(row: Verification) -> QueueRow:
    return QueueRow(
        key=row.pk,
        si_no=row.person.si_no,
        full_name=row.person.full_name,
        birth=row.person.birth,
        area=row.person.area.name,
        differences=levels_of(row).differences,
        obstacle=Verification.Obstacle(row.obstacle).label if row.obstacle else "",
        shares_citizen=row.same_person_group is not None,
        likelihood=rules.likelihood(row.probability),
    )


@dataclass(frozen=True, slots=True)
class Past:
    """What somebody decided before, about this person."""

    verdict: str
    reviewer: str
    reason: str
    at: datetime
    undone_at: datetime | None
    is_this_case: bool
    turn: str
    grounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """Another record of the register that claims the same citizen: number and province, no more."""

    si_no: str
    area: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Case:
    """Case (trường hợp cần xét): both records field by field, with the evidence in words."""

    key: int
    person: int
    si_no: str
    full_name: str
    area: str
    schemes: tuple[str, ...]
    state: str
    state_label: str
    obstacle: str
    likelihood: str
    differences: tuple[str, ...]
    pairs: tuple[rules.FieldPair, ...]
    evidence: tuple[str, ...]
    others: tuple[Other, ...]
    history: tuple[Past, ...]
    dossier: Dossier
    held_by: str
    is_waiting: bool
    may_undo: bool
    died_on: str
    has_citizen: bool
    run: int
    extract: str
    answered: bool
    gone: str

    @property
    def may_be_same(self) -> bool:
        """Tell whether “the same person” can be recorded: the citizen lives, and the number is nobody else's."""
        return self.has_citizen and not self.died_on and not any(other.is_confirmed for other in self.others)

    @property
    def standing(self) -> Past | None:
        """Return the decision that stands on this case."""
        return next((past for past in self.history if past.is_this_case and not past.undone_at), None)


def case(row: Verification, citizen: Citizen | None, *, actor: Actor, at: datetime) -> Case:
    """Lay one case out; ``citizen`` comes from the extract, ``None`` when it holds no candidate.

    Whoever may still give the second answer sees a case that waits, and nothing of the first answer.
    """
    person = row.person
    look = look_at(row, actor, at)
    before_run = _is_the_machines(row)
    participations = Participation.objects.filter(person=person, to_date=None).order_by("scheme")
    return Case(
        key=row.pk,
        person=person.pk,
        si_no=person.si_no,
        full_name=person.full_name,
        area=person.area.name,
        schemes=tuple(dict.fromkeys(str(one.get_scheme_display()) for one in participations)),
        state=look.state,
        state_label=str(Verification.State(look.state).label),
        obstacle=row.obstacle,
        likelihood=rules.likelihood(row.probability),
        differences=levels_of(row).differences,
        pairs=_pairs(person, citizen, declared_only=before_run),
        evidence=_evidence(row),
        others=_others(row, citizen),
        history=_history(row, hidden=look.is_blind),
        dossier=dossier(person, declared_only=before_run),
        held_by=look.held_by,
        is_waiting=look.may_decide,
        may_undo=look.may_undo,
        died_on=citizen.died_on if citizen else "",
        has_citizen=citizen is not None,
        run=row.run_id,
        extract=str(row.run.extract or ""),
        answered=bool(row.request_id),
        gone=_gone(row),
    )


def _gone(row: Verification) -> str:
    """Say that the extract is not kept any more, where a case has its candidate in it."""
    extract = row.run.extract
    if row.citizen is None or extract is None or extract.is_held:
        return ""
    return ExtractGone.of(extract).message


def _is_the_machines(row: Verification) -> bool:
    """Tell whether a number was confirmed by the very decision that is now looked into: it would prove itself."""
    state, decision = Verification.State, Verification.Decision
    return row.state in {state.CONFIRMED, state.DISPUTED} and row.decision in {decision.VERIFIED, decision.CORRECTED}


def _pairs(person: Person, citizen: Citizen | None, *, declared_only: bool) -> tuple[rules.FieldPair, ...]:
    numbers = _open_numbers(person, declared_only=declared_only)
    places = {row.kind: row for row in Address.objects.filter(person=person, to_date=None)}
    kind = Identifier.Kind
    ours = numbers.get(kind.PERSONAL_ID, ""), numbers.get(kind.OLD_ID, "")
    unread = numbers.get(kind.UNREADABLE, "")
    theirs = citizen or NOT_TOLD
    fields = [
        ("Họ và tên", person.full_name, theirs.full_name),
        ("Ngày sinh", _birth(person.birth), _birth(theirs.birth)),
        ("Giới tính", _sex(person.sex), _sex(theirs.sex)),
        ("Số định danh", ours[0] or ("" if ours[1] else unread), theirs.personal_id),
        ("Số CMND cũ", ours[1], theirs.old_id),
    ]
    nowhere = Place("", "", "")
    homes = [
        (label, rules.mark_places(_parts(places.get(kind_of_place, nowhere)), _parts(there)))
        for label, kind_of_place, there in (
            ("Quê quán", Address.Kind.HOME, theirs.home),
            ("Nơi cư trú", Address.Kind.RESIDENCE, theirs.residence),
        )
    ]
    return (
        *rules.side_by_side(fields),
        *(rules.FieldPair(label, *sides) for label, sides in homes if any(sides)),
        *rules.side_by_side([("Ngày mất", "", _birth(theirs.died_on))]),
    )


def _parts(place: Place | Address) -> tuple[str, str, str]:
    return place.commune, place.district, place.province


def _open_numbers(person: Person, *, declared_only: bool) -> dict[str, str]:
    """Return the numbers in force by kind; what was declared rather than confirmed, since that is what is in doubt."""
    if declared_only:
        declared = Identifier.objects.filter(person=person, standing=Identifier.Standing.DECLARED)
        return {row.kind: row.value for row in declared.order_by("from_date", "pk")}
    rows = Identifier.objects.filter(person=person, to_date=None).order_by("standing", "pk")
    return {row.kind: row.value for row in rows}


def _birth(iso: str) -> str:
    return BirthDate.from_iso(iso).text if iso else ""


def _sex(code: str) -> str:
    return str(Person.Sex(code).label) if code in Person.Sex.values else code


def _evidence(row: Verification) -> tuple[str, ...]:
    levels = levels_of(row)
    if row.request_id:
        return rules.said_of_answer(levels)
    if not row.agree_name:
        return ()
    agreement = linkage.Agreement(levels.name, levels.dob, levels.sex, levels.number, levels.places)
    said = linkage.explain(
        agreement,
        row.weight or 0.0,
        row.probability or 0.0,
        linkage_policy(row.run.policy),
        second_best_weight=row.second_best_weight,
        same_person=row.same_person_group is not None,
    )
    return tuple(said)


def _others(row: Verification, citizen: Citizen | None) -> tuple[Other, ...]:
    same_claim = Q(verifications__run=row.run_id, verifications__same_person_group=row.same_person_group)
    if citizen is None:
        return ()
    holds = Q(
        identifiers__kind=Identifier.Kind.PERSONAL_ID,
        identifiers__value=citizen.personal_id,
        identifiers__standing=Identifier.Standing.CONFIRMED,
        identifiers__to_date=None,
    )
    people = Person.objects.filter(holds | same_claim if row.same_person_group is not None else holds)
    holders = set(Person.objects.filter(holds).values_list("pk", flat=True))
    found = people.current().exclude(pk=row.person_id).select_related("area").distinct().order_by("si_no")
    return tuple(Other(one.si_no, one.area.name, one.pk in holders) for one in found)


def _history(row: Verification, *, hidden: bool) -> tuple[Past, ...]:
    reviews = (
        Review.objects.filter(verification__person=row.person_id).select_related("reviewer").order_by("-at", "-pk")
    )
    if hidden:
        reviews = reviews.exclude(verification=row)
    return tuple(
        Past(
            verdict=str(one.get_verdict_display()),
            reviewer=str(one.reviewer or "Hệ thống"),
            reason=one.reason,
            at=one.at,
            undone_at=one.undone_at,
            is_this_case=one.verification_id == row.pk,
            turn=str(one.get_turn_display()),
            grounds=tuple(rules.GROUNDS[code] for code in one.grounds.split()),
        )
        for one in reviews
    )


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision just made: what to undo if it was a slip."""

    key: int
    si_no: str
    full_name: str
    verdict: str
    may_undo: bool


def decided(actor: Actor, key: int) -> Decided | None:
    """Return the answer that somebody has just given about a case, and whether it can still be taken back alone."""
    cases = Verification.objects.visible_to(actor)
    standing = Review.objects.standing().filter(verification=key, verification__in=cases.filter(pk=key))
    reviews = standing.filter(reviewer=actor.account_id)
    found = reviews.select_related("verification__person").first()
    if found is None:
        return None
    person = found.verification.person
    alone = not standing.exclude(pk=found.pk).exists()
    return Decided(key, person.si_no, person.full_name, str(found.get_verdict_display()), alone)
