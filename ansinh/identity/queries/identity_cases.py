"""Cases with the identity agency: what differs, the list by state and day, one case laid out, its letter."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ansinh.core.birth import BirthDate, BirthDateError
from ansinh.core.calendar import working_calendar
from ansinh.core.permissions import Actor
from ansinh.identity import ports, rules
from ansinh.identity.models import (
    AgencyRequest,
    CaseField,
    CaseReason,
    CaseStep,
    DisputedField,
    IdentityCase,
    Reason,
    Verification,
)
from ansinh.identity.queries.disputes import numbers_of
from ansinh.identity.queries.provinces import confirmed
from ansinh.identity.rules import standings
from ansinh.offices.models import Area, Unit
from ansinh.offices.queries import covered_by
from ansinh.registry.models import Person

PAGE = 50
_ANY_WRONG = (
    Q(agree_name__in=standings.WRONG_LEVELS["name"])
    | Q(agree_dob__in=standings.WRONG_LEVELS["dob"])
    | Q(agree_sex__in=standings.WRONG_LEVELS["sex"])
)


def to_be_opened(area: Area | None, actor: Actor) -> QuerySet[Verification]:
    """Return the confirmed decisions whose data differ and about which there has been no case, by key.

    Without those whose extract is not kept any more: the next run finds them again.
    """
    rows = Verification.objects.visible_to(actor).current().filter(_ANY_WRONG, state=Verification.State.CONFIRMED)
    if area:
        rows = rows.filter(person__area__in=covered_by(area))
    open_case = IdentityCase.objects.open().filter(person=OuterRef("person"))
    about = IdentityCase.objects.filter(verification=OuterRef("pk"))
    rows = rows.filter(~Exists(open_case), ~Exists(about), person__died_on=None).exclude(run__extract__sealed_key="")
    return rows.select_related("person", "run__extract").order_by("pk")


STATES: dict[str, tuple[str, Q]] = {
    "mo": ("Đang mở", ~Q(state__in=IdentityCase.ENDED)),
    **{
        code: (str(IdentityCase.State(state).label), Q(state=state))
        for code, state in (
            ("moi", "OPENED"), ("hoi", "ASKED"), ("gui", "SENT"), ("tra-loi", "ANSWERED"), ("sua", "CORRECTED"),
            ("xong", "CLOSED"), ("huy", "CANCELLED"),
        )
    },
}  # fmt: skip
"""States the list may be narrowed to: address, word, condition."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of the list; ``days_left`` counts working days, below zero when late, ``None`` when ended."""

    key: int
    person: int
    si_no: str
    full_name: str
    area: str
    state: str
    state_label: str
    fields: tuple[str, ...]
    wrong_side: str
    due_date: date | None
    days_left: int | None


@dataclass(frozen=True, slots=True)
class CasesPage:
    """A page of cases, how many there are in each state, how many are late."""

    rows: tuple[CaseRow, ...]
    page: Page[IdentityCase]
    counts: Mapping[str, int]
    late: int


def cases_page(actor: Actor, area: Area | None, state: str, number: int, on: date) -> CasesPage:
    """Return one page of cases, the most urgent first."""
    every = IdentityCase.objects.visible_to(actor)
    if area:
        every = every.filter(person__area__in=covered_by(area))
    by_state = dict(every.values_list("state").annotate(Count("pk")).order_by())
    counts = {code: sum(by_state.get(one, 0) for one in _states(code)) for code in STATES}
    rows = every.filter(STATES[state][1]).select_related("person__area").prefetch_related("fields")
    page = Paginator(rows.order_by("due_date", "-pk"), PAGE).get_page(number)
    late = every.open().filter(due_date__lt=on).count()
    return CasesPage(tuple(_case_row(row, on) for row in page), page, counts, late)


def _states(code: str) -> list[str]:
    if code == "mo":
        return [one for one in IdentityCase.State.values if one not in IdentityCase.ENDED]
    return [one for one in IdentityCase.State.values if STATES[code][0] == IdentityCase.State(one).label]


def days_left(due: date | None, on: date) -> int | None:
    """Return the working days left until a day, below zero when it is past."""
    return None if due is None else working_calendar(proposed=True).working_days_between(on, due)


def _case_row(row: IdentityCase, on: date) -> CaseRow:
    return CaseRow(
        key=row.pk,
        person=row.person_id,
        si_no=row.person.si_no,
        full_name=row.person.full_name,
        area=row.person.area.name,
        state=row.state,
        state_label=str(row.get_state_display()),
        fields=tuple(str(one.get_field_display()) for one in row.fields.all()),
        wrong_side=row.wrong_side,
        due_date=row.due_date,
        days_left=days_left(row.due_date, on),
    )


@dataclass(frozen=True, slots=True)
class Disputed:
    """One disputed field: both sides with their differences marked, and the value a correction would begin with."""

    field: str
    pair: rules.FieldPair
    proposal: str


@dataclass(frozen=True, slots=True)
class TakenStep:
    """One line of a case's history."""

    label: str
    to_state: str
    by: str
    at: datetime
    document: str
    note: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case with its fields, reasons, history and requests."""

    case: IdentityCase
    fields: tuple[Disputed, ...]
    reasons: tuple[tuple[str, str], ...]
    history: tuple[TakenStep, ...]
    requests: tuple[AgencyRequest, ...]
    days_left: int | None
    is_duplicate: bool

    @property
    def has_theirs(self) -> bool:
        """Tell whether the agency's values are still held."""
        return any(one.pair.theirs for one in self.fields)

    @property
    def request(self) -> AgencyRequest | None:
        """Return the latest request."""
        return self.requests[0] if self.requests else None


def case_view(case: IdentityCase, on: date, labels: Mapping[str, str]) -> CaseView:
    """Lay a case out; ``labels`` are the words of the steps by code."""
    reasons = tuple(
        (code, str(Reason(code).label))
        for code in standings.REASONS
        if code in set(CaseReason.objects.filter(case=case).values_list("reason", flat=True))
    )
    codes = {code for code, _ in reasons}
    steps = CaseStep.objects.filter(case=case).select_related("taken_by").order_by("-pk")
    return CaseView(
        case=case,
        fields=tuple(_disputed(row) for row in CaseField.objects.filter(case=case).order_by("pk")),
        reasons=reasons,
        history=tuple(
            TakenStep(
                labels[one.step],
                str(IdentityCase.State(one.to_state).label),
                str(one.taken_by or "Hệ thống"),
                one.at,
                one.document,
                one.note,
            )
            for one in steps
        ),
        requests=tuple(AgencyRequest.objects.filter(case=case).order_by("-pk")),
        days_left=days_left(case.due_date, on),
        is_duplicate="TWO_SI_NUMBERS" in codes,
    )


def _disputed(row: CaseField) -> Disputed:
    ours, theirs = shown(row.field, row.ours), shown(row.field, row.theirs)
    pair = rules.FieldPair(str(row.get_field_display()), *rules.mark_differences(ours, theirs))
    proposal = (row.theirs or row.ours) if row.field == "sex" else (theirs or ours)
    return Disputed(row.field, pair, proposal)


def shown(field: str, value: str) -> str:
    """Write a stored value as people read it."""
    if field in {DisputedField.DOB, DisputedField.DIED} and value:
        try:
            return BirthDate.from_iso(value).text
        except BirthDateError:
            return value
    if field == DisputedField.SEX:
        return str(Person.Sex(value).label) if value in Person.Sex.values else value
    return value


def message(request: AgencyRequest) -> ports.CorrectionRequest:
    """Write what goes to the agency: who, and the disputed fields; nothing else of either register."""
    case = request.case
    fields = list(CaseField.objects.filter(case=case).order_by("pk"))
    theirs = next((row.theirs for row in fields if row.field == DisputedField.NUMBER and row.theirs), "")
    held = confirmed().filter(person=case.person_id).values_list("value", flat=True).first()
    return ports.CorrectionRequest(
        idempotency_key=request.idempotency_key,
        case=case.pk,
        si_no=case.person.si_no,
        personal_id=held or theirs or numbers_of([case.person_id]).get(case.person_id, ""),
        values=tuple(ports.DisputedValue(row.field, row.ours, row.theirs) for row in fields),
        believed_wrong=case.wrong_side,
        ground=case.ground,
    )


@dataclass(frozen=True, slots=True)
class AgencyLetter:
    """Letter (công văn) to the identity agency about one case."""

    case: IdentityCase
    request: AgencyRequest
    message: ports.CorrectionRequest
    fields: tuple[Disputed, ...]
    reasons: tuple[str, ...]
    unit: str
    area: str

    @property
    def place(self) -> str:
        """Return where it is dated, as papers name it."""
        return place_of(self.area)


def agency_letter(request: AgencyRequest, on: date) -> AgencyLetter:
    """Lay out the letter of a request."""
    case = request.case
    reasons = CaseReason.objects.filter(case=case).values_list("reason", flat=True)
    return AgencyLetter(
        case=case,
        request=request,
        message=message(request),
        fields=tuple(_disputed(row) for row in CaseField.objects.filter(case=case).order_by("pk")),
        reasons=tuple(str(Reason(code).label) for code in standings.REASONS if code in set(reasons)),
        unit=units_of([(case.person.area, on)])[case.person.area_id, on],
        area=case.person.area.name,
    )


def units_of(wanted: Iterable[tuple[Area, date]]) -> dict[tuple[int, date], str]:
    """Return the name of the social-insurance unit of each area on a day; the area's own name when none is known."""
    pairs = set(wanted)
    units = list(Unit.objects.filter(area__in={area.pk for area, _ in pairs}, kind=Unit.Kind.PROVINCE))
    found = {(area.pk, on): f"Bảo hiểm xã hội {area.name}" for area, on in pairs}
    for area, on in pairs:
        for unit in units:
            if unit.area_id == area.pk and unit.from_date <= on and (unit.to_date is None or on < unit.to_date):
                found[area.pk, on] = unit.name
    return found


def place_of(area: str) -> str:
    """Return a province as the dateline of a paper names it: Hà Nội, not Thành phố Hà Nội."""
    return area.removeprefix("Thành phố ").removeprefix("Tỉnh ")
