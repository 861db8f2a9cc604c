"""Doubtful cases: the queue, the next one, and two records side by side."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet

from ansinh.core.birth import BirthDate
from ansinh.core.permissions import Actor
from ansinh.identity import linkage, rules
from ansinh.identity.extracts import Citizen, ExtractGone, Place
from ansinh.identity.models import Review, Verification
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
    rows = Verification.objects.visible_to(actor).current().filter(state=chosen.state)
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


def next_case(actor: Actor, chosen: Filter, after: Verification | None) -> int | None:
    """Return the key of the case that follows one in the list's order, going round once; ``None`` when none is left."""
    rows = _cases(actor, chosen).order_by(*_ORDER)
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
        differences=_levels(row).differences,
        obstacle=Verification.Obstacle(row.obstacle).label if row.obstacle else "",
        shares_citizen=row.same_person_group is not None,
        likelihood=rules.likelihood(row.probability),
    )


def _levels(row: Verification) -> rules.Levels:
    return rules.Levels(row.agree_name, row.agree_dob, row.agree_sex, row.agree_number, row.agree_places)


@dataclass(frozen=True, slots=True)
class Past:
    """What somebody decided before, about this person."""

    verdict: str
    reviewer: str
    reason: str
    at: datetime
    undone_at: datetime | None
    is_this_case: bool


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
    died_on: str
    has_citizen: bool
    run: int
    extract: str
    answered: bool
    gone: str

    @property
    def is_waiting(self) -> bool:
        """Tell whether it may be decided now."""
        return self.state == Verification.State.WAITING

    @property
    def may_be_same(self) -> bool:
        """Tell whether “the same person” can be recorded: the citizen lives, and the number is nobody else's."""
        return self.has_citizen and not self.died_on and not any(other.is_confirmed for other in self.others)

    @property
    def standing(self) -> Past | None:
        """Return the decision that stands on this case."""
        return next((past for past in self.history if past.is_this_case and not past.undone_at), None)


def case(row: Verification, citizen: Citizen | None) -> Case:
    """Lay one case out; ``citizen`` comes from the extract, ``None`` when it holds no candidate."""
    person = row.person
    participations = Participation.objects.filter(person=person, to_date=None).order_by("scheme")
    return Case(
        key=row.pk,
        person=person.pk,
        si_no=person.si_no,
        full_name=person.full_name,
        area=person.area.name,
        schemes=tuple(dict.fromkeys(str(one.get_scheme_display()) for one in participations)),
        state=row.state,
        state_label=row.get_state_display(),
        obstacle=row.obstacle,
        likelihood=rules.likelihood(row.probability),
        differences=_levels(row).differences,
        pairs=_pairs(person, citizen),
        evidence=_evidence(row),
        others=_others(row, citizen),
        history=_history(row),
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


def _pairs(person: Person, citizen: Citizen | None) -> tuple[rules.FieldPair, ...]:
    numbers = _open_numbers(person)
    places = {row.kind: row for row in Address.objects.filter(person=person, to_date=None)}
    kind = Identifier.Kind
    ours = numbers.get(kind.PERSONAL_ID, ""), numbers.get(kind.OLD_ID, "")
    unread = numbers.get(kind.UNREADABLE, "")
    theirs = citizen or Citizen(0, "", "", "", "", "", Place("", "", ""), Place("", "", ""), "")
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


def _open_numbers(person: Person) -> dict[str, str]:
    """Return the numbers in force by kind; what was declared rather than confirmed, since that is what is in doubt."""
    rows = Identifier.objects.filter(person=person, to_date=None).order_by("standing", "pk")
    return {row.kind: row.value for row in rows}


def _birth(iso: str) -> str:
    return BirthDate.from_iso(iso).text if iso else ""


def _sex(code: str) -> str:
    return str(Person.Sex(code).label) if code in Person.Sex.values else code


@cache
def _policy(version: str) -> linkage.Policy:
    return linkage.Policy.load(linkage.DEFAULT_POLICY.with_name(f"{version}.yaml"))


def _evidence(row: Verification) -> tuple[str, ...]:
    levels = _levels(row)
    if row.request_id:
        return rules.said_of_answer(levels)
    if not row.agree_name:
        return ()
    agreement = linkage.Agreement(levels.name, levels.dob, levels.sex, levels.number, levels.places)
    said = linkage.explain(
        agreement,
        row.weight or 0.0,
        row.probability or 0.0,
        _policy(row.run.policy),
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


def _history(row: Verification) -> tuple[Past, ...]:
    reviews = (
        Review.objects.filter(verification__person=row.person_id).select_related("reviewer").order_by("-at", "-pk")
    )
    return tuple(
        Past(
            verdict=str(one.get_verdict_display()),
            reviewer=str(one.reviewer or "Hệ thống"),
            reason=one.reason,
            at=one.at,
            undone_at=one.undone_at,
            is_this_case=one.verification_id == row.pk,
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


def decided(actor: Actor, key: int) -> Decided | None:
    """Return the standing decision on a case, if there is one within somebody's reach."""
    cases = Verification.objects.visible_to(actor)
    reviews = Review.objects.filter(verification=key, undone_at=None, verification__in=cases.filter(pk=key))
    found = reviews.select_related("verification__person").first()
    if found is None:
        return None
    person = found.verification.person
    return Decided(key, person.si_no, person.full_name, str(found.get_verdict_display()))
