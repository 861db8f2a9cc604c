"""Notices: who is to be written to and about what, the list, and letters laid out for print."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ansinh.core.birth import BirthDate
from ansinh.core.calendar import VIETNAM
from ansinh.core.permissions import Actor
from ansinh.identity import permissions
from ansinh.identity.models import IdentityCase, Notice, NoticeItem, Verification
from ansinh.identity.queries.disputes import numbers_of
from ansinh.identity.queries.identity_cases import place_of, shown, units_of
from ansinh.identity.queries.runs import people_of
from ansinh.identity.queries.standings import COLUMNS, facts_of, is_minor, with_facts
from ansinh.identity.rules import standings
from ansinh.offices.models import Area
from ansinh.offices.queries import covered_by
from ansinh.registry.models import Address, Participation, Person

PAGE = 50
Needs = dict[int, tuple[tuple[str, str], ...]]
"""What each person must put right: reason, and what our record says now; people with nothing are left out."""


def needs_of(people: Sequence[Person], on: date, *, by_bulk: bool) -> Needs:
    """Return what some people are to be told, as it stands now; ``by_bulk`` leaves out whom a clerk must see first."""
    numbers, found = numbers_of([one.pk for one in people]), {}
    facts = facts_of(Person.objects.filter(pk__in=[one.pk for one in people]))
    for one in people:
        if by_bulk and not standings.may_be_written_to(facts[one.pk]):
            continue
        reasons = standings.reasons_left(facts[one.pk], is_minor=is_minor(one.birth, on))
        if reasons:
            found[one.pk] = tuple((reason, _ours(one, reason, numbers.get(one.pk, ""))) for reason in reasons)
    return found


def _ours(person: Person, reason: str, number: str) -> str:
    field = standings.field_of(reason)
    if field == "number":
        return number
    value = getattr(person, COLUMNS[field])
    return value.isoformat() if isinstance(value, date) else value or ""


def to_be_written_to(area: Area | None, actor: Actor, *, employed: bool) -> QuerySet[Person]:
    """Return the people who may need a notice, by key: a little wider than the rule, which has the last word.

    The employed are told through their employer, the others themselves; nobody while an open notice is about them.
    """
    people = with_facts(people_of(area))
    reach = actor.areas_for(permissions.REVIEW)
    if reach is not None:
        people = people.filter(area__in=reach)
    draft = Notice.objects.filter(
        employer=OuterRef("employer"), area=OuterRef("person__area"), state=Notice.State.DRAFTED
    )
    at_work = Participation.objects.filter(person=OuterRef("pk"), employer__isnull=False, to_date=None)
    # While an employer's letter is still a draft, newcomers wait for the next one.
    work = at_work.filter(~Exists(draft))
    told = NoticeItem.objects.filter(person=OuterRef("pk"), notice__state__in=["DRAFTED", "SENT"])
    state, decision = Verification.State, Verification.Decision
    needs = (
        Q(current__state=state.CONFIRMED) & ~Q(current__decision=decision.VERIFIED)
        | Q(current__state__in=[state.SENT_BACK, state.NOT_FOUND, state.REJECTED])
        | Q(current__state=None, has_number=False, has_declared=False)
    )
    return people.filter(needs, Exists(work) if employed else ~Exists(at_work), ~Exists(told))


def employers_of(people: Sequence[int]) -> dict[int, int]:
    """Return the employer of each person, the latest where there are several."""
    rows = Participation.objects.filter(person__in=people, employer__isnull=False, to_date=None)
    return dict(rows.order_by("from_date", "pk").values_list("person", "employer"))


def workers_among(people: QuerySet[Person], employers: Iterable[int]) -> QuerySet[Person, int]:
    """Return the keys of those people who work for some employers."""
    at_work = Participation.objects.filter(person=OuterRef("pk"), employer__in=list(employers), to_date=None)
    return people.filter(Exists(at_work)).order_by("pk").values_list("pk", flat=True)


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """Which notices: of an area or all in reach, by channel and state; empty is any."""

    area: Area | None = None
    channel: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice of the list; ``people`` counts those an employer's letter names."""

    key: int
    reader: str
    reader_code: str
    channel: str
    channel_label: str
    state: str
    state_label: str
    area: str
    people: int
    answer_by: date
    is_late: bool
    drafted_at: datetime


@dataclass(frozen=True, slots=True)
class NoticesPage:
    """A page of notices, and how many there are by state."""

    rows: tuple[NoticeRow, ...]
    page: Page[Any]
    counts: Mapping[str, int]


def chosen_notices(actor: Actor, chosen: NoticeFilter) -> QuerySet[Notice]:
    """Return the notices of a filter."""
    rows = Notice.objects.visible_to(actor)
    if chosen.area:
        rows = rows.filter(area__in=covered_by(chosen.area))
    if chosen.channel:
        rows = rows.filter(channel=chosen.channel)
    return rows.filter(state=chosen.state) if chosen.state else rows


def notices_page(actor: Actor, chosen: NoticeFilter, number: int, on: date) -> NoticesPage:
    """Return one page of notices, the newest first."""
    every = chosen_notices(actor, NoticeFilter(chosen.area, chosen.channel))
    rows = chosen_notices(actor, chosen).select_related("person", "employer", "area")
    rows = rows.annotate(people=Count("items__person", distinct=True)).order_by("-pk")
    page = Paginator(rows, PAGE).get_page(number)
    counts = dict(every.values_list("state").annotate(Count("pk")).order_by())
    return NoticesPage(tuple(_row(row, on) for row in page), page, counts)


def _row(row: Notice, on: date) -> NoticeRow:
    name = row.employer.name if row.employer else row.person.full_name if row.person else ""
    code = row.employer.code if row.employer else row.person.si_no if row.person else ""
    return NoticeRow(
        key=row.pk,
        reader=name,
        reader_code=code,
        channel=row.channel,
        channel_label=str(row.get_channel_display()),
        state=row.state,
        state_label=str(row.get_state_display()),
        area=row.area.name,
        people=getattr(row, "people", 0),
        answer_by=row.answer_by,
        is_late=row.state == Notice.State.SENT and row.answer_by < on,
        drafted_at=row.drafted_at,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One person of a letter, with what is to be put right: (field, what our record says, reason in words)."""

    si_no: str
    full_name: str
    birth: str
    items: tuple[tuple[str, str, str], ...]
    bring: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """Letter (thư, công văn): one notice laid out for print; nothing in it comes from the population database."""

    notice: Notice
    reader: str
    address: str
    unit: str
    area: str
    lines: tuple[Line, ...]

    @property
    def place(self) -> str:
        """Return where it is dated, as papers name it."""
        return place_of(self.area)

    @property
    def line(self) -> Line:
        """Return the only line of a letter to a person."""
        return self.lines[0]

    @property
    def is_about_death(self) -> bool:
        """Tell whether the letter goes to the family rather than to the person."""
        return any(standings.REASONS["DIED"] == reason for line in self.lines for _, _, reason in line.items)


def letters(found: Sequence[Notice]) -> list[Letter]:
    """Lay notices out, in their order; the number of queries does not grow with them."""
    items = NoticeItem.objects.filter(notice__in=found).select_related("person").order_by("notice", "person", "pk")
    by_notice = {key: list(rows) for key, rows in groupby(items, key=lambda item: item.notice_id)}
    homes = _addresses([notice.person_id for notice in found if notice.person_id])
    days = {notice.pk: notice.drafted_at.astimezone(VIETNAM).date() for notice in found}
    units = units_of((notice.area, days[notice.pk]) for notice in found)
    return [
        Letter(
            notice=notice,
            reader=notice.employer.name if notice.employer else notice.person.full_name if notice.person else "",
            address=homes.get(notice.person_id or 0, ""),
            unit=units[notice.area_id, days[notice.pk]],
            area=notice.area.name,
            lines=tuple(_lines(by_notice.get(notice.pk, []))),
        )
        for notice in found
    ]


def _addresses(people: Sequence[int]) -> dict[int, str]:
    rows = Address.objects.filter(person__in=people, kind=Address.Kind.RESIDENCE, to_date=None)
    return {
        row.person_id: ", ".join(part for part in (row.detail, row.commune, row.district, row.province) if part)
        for row in rows
    }


def _lines(items: Sequence[NoticeItem]) -> Iterator[Line]:
    for _, group in groupby(items, key=lambda item: item.person_id):
        some = list(group)
        person, codes = some[0].person, [item.reason for item in some]
        yield Line(
            si_no=person.si_no,
            full_name=person.full_name,
            birth=BirthDate.from_iso(person.birth).text if person.birth else "",
            items=tuple(
                (
                    standings.FIELDS[standings.field_of(item.reason)],
                    shown(standings.field_of(item.reason), item.ours),
                    standings.REASONS[item.reason],
                )
                for item in some
            ),
            bring=standings.papers_for(codes),
        )


@dataclass(frozen=True, slots=True)
class AgencyWork:
    """How much two-way work is under way: open cases, late ones, notices to send, notices to be answered."""

    open: int
    late: int
    drafted: int
    sent: int


def agency_work(actor: Actor, on: date) -> AgencyWork:
    """Count the two-way work of the areas somebody reviews; two queries."""
    cases = IdentityCase.objects.visible_to(actor).open()
    counted = cases.aggregate(open=Count("pk"), late=Count("pk", filter=Q(due_date__lt=on)))
    notices = Notice.objects.visible_to(actor).aggregate(
        drafted=Count("pk", filter=Q(state=Notice.State.DRAFTED)), sent=Count("pk", filter=Q(state=Notice.State.SENT))
    )
    return AgencyWork(**counted, **notices)
