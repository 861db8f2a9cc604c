"""Days that are not what their weekday says (ngày nghỉ lễ, hoán đổi, làm bù): one announced table a year.

The law names the holidays (Labour Code 45/2019/QH14 article 112), the Prime Minister settles each year's days and
swaps; so a year is data: ``data/calendar/<year>.yaml``. A year not yet announced can be *proposed* from the days the
law fixes, with the lunar ones computed; a proposal knows no swap, and the announcement may choose other days for Tết.
"""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from ansinh.core import lunar
from ansinh.core.strict_yaml import Entry, read

SATURDAY = 5  # date.weekday(): the week begins on Monday, 0

_MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
_SPAN = re.compile(r"((?:[01][0-9]|2[0-3]):[0-5][0-9])-((?:[01][0-9]|2[0-3]):[0-5][0-9])")


class DayKind(StrEnum):
    """What a day is (loại ngày) for counting working days."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SWAPPED_OFF = "swapped_off"
    COMPENSATING_WORK = "compensating_work"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day set apart by the law or by the year's announcement, with the document that says so."""

    day: date
    kind: DayKind
    name: str
    source: str
    verified_by: str | None


@dataclass(frozen=True, slots=True)
class StatutoryHoliday:
    """A holiday the law sets for every year: its day in the solar or lunar calendar, and the days off around it."""

    name: str
    is_lunar: bool
    month: int
    day: int
    days_before: int
    days_after: int
    in_lieu: bool
    since: date
    source: str
    verified_by: str | None

    def main_day(self, year: int) -> date:
        """Return the holiday itself in a solar year."""
        return lunar.solar_date(year, self.month, self.day) if self.is_lunar else date(year, self.month, self.day)

    def days(self, year: int) -> list[date]:
        """Return the days off it gives in a solar year, none before it is in force."""
        main = self.main_day(year)
        if main < self.since:
            return []
        return [main + timedelta(days=n) for n in range(-self.days_before, self.days_after + 1)]


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The hours of a working day (giờ làm việc) from a date on: spans from opening to closing, in order."""

    since: date
    spans: tuple[tuple[time, time], ...]
    source: str
    verified_by: str | None


YearTable = MappingProxyType[date, SpecialDay]


def is_weekend(day: date) -> bool:
    """Say whether a day is a Saturday or a Sunday."""
    return day.weekday() >= SATURDAY


def read_year(file: Path) -> YearTable:
    """Read one year's table, named ``<year>.yaml``; raises ``InvalidFile`` naming the line."""
    table: dict[date, SpecialDay] = {}
    for key, entry in read(file).pairs():
        day = key.iso_date()
        if str(day.year) != file.stem:
            key.refuse(f"Ngày {day:%d/%m/%Y} không thuộc năm {file.stem}.")
        fields = entry.fields(("type", "name", "source", "verified_by"))
        table[day] = SpecialDay(
            day=day,
            kind=_kind(fields["type"], day),
            name=fields["name"].text(),
            source=fields["source"].text(),
            verified_by=fields["verified_by"].optional_text(),
        )
    return MappingProxyType(table)


def _kind(entry: Entry, day: date) -> DayKind:
    kind = DayKind(entry.choice(DayKind.HOLIDAY, DayKind.SWAPPED_OFF, DayKind.COMPENSATING_WORK))
    if kind is DayKind.SWAPPED_OFF and is_weekend(day):
        entry.refuse("Ngày được hoán đổi để nghỉ phải là ngày trong tuần, từ thứ Hai đến thứ Sáu.")
    if kind is DayKind.COMPENSATING_WORK and not is_weekend(day):
        entry.refuse("Ngày làm bù phải là thứ Bảy hoặc Chủ nhật.")
    return kind


def read_statutory(file: Path) -> tuple[StatutoryHoliday, ...]:
    """Read the holidays the law sets for every year; raises ``InvalidFile`` naming the line."""
    return tuple(_statutory(entry) for entry in read(file).items())


def _statutory(entry: Entry) -> StatutoryHoliday:
    names = ("name", "calendar", "day", "days_before", "days_after", "in_lieu", "since", "source", "verified_by")
    fields = entry.fields(names)
    month_day = _MONTH_DAY.fullmatch(fields["day"].scalar())
    if month_day is None:
        fields["day"].refuse("Ngày ghi dạng tháng-ngày, ví dụ 04-30.")
    return StatutoryHoliday(
        name=fields["name"].text(),
        is_lunar=fields["calendar"].choice("lunar", "solar") == "lunar",
        month=int(month_day[1]),
        day=int(month_day[2]),
        days_before=fields["days_before"].integer(),
        days_after=fields["days_after"].integer(),
        in_lieu=fields["in_lieu"].choice("true", "false") == "true",
        since=fields["since"].iso_date(),
        source=fields["source"].text(),
        verified_by=fields["verified_by"].optional_text(),
    )


def read_office_hours(file: Path) -> tuple[OfficeHours, ...]:
    """Read the office hours by the date they begin to apply, earliest first; raises ``InvalidFile`` naming the line."""
    found: list[OfficeHours] = []
    for key, entry in read(file).pairs():
        fields = entry.fields(("spans", "source", "verified_by"))
        hours = OfficeHours(
            since=key.iso_date(),
            spans=tuple(_span(span) for span in fields["spans"].items()),
            source=fields["source"].text(),
            verified_by=fields["verified_by"].optional_text(),
        )
        edges = [edge for span in hours.spans for edge in span]
        if not edges or any(later <= earlier for earlier, later in pairwise(edges)):
            fields["spans"].refuse("Các khoảng giờ phải nối tiếp nhau, mở cửa trước đóng cửa.")
        if found and hours.since <= found[-1].since:
            key.refuse("Các ngày bắt đầu phải tăng dần.")
        found.append(hours)
    return tuple(found)


def _span(entry: Entry) -> tuple[time, time]:
    written = _SPAN.fullmatch(entry.scalar())
    if written is None:
        entry.refuse("Khoảng giờ ghi dạng giờ:phút-giờ:phút, ví dụ 07:30-11:30.")
    return time.fromisoformat(written[1]), time.fromisoformat(written[2])


@cache
def propose(year: int, statutory: tuple[StatutoryHoliday, ...]) -> YearTable:
    """Propose a year's table from the days the law fixes; a day in lieu is the next working day (article 111.3)."""
    table: dict[date, SpecialDay] = {}
    for holiday in statutory:
        for day in holiday.days(year):
            table[day] = SpecialDay(day, DayKind.HOLIDAY, holiday.name, holiday.source, holiday.verified_by)
    owed = [day for holiday in statutory if holiday.in_lieu for day in holiday.days(year) if is_weekend(day)]
    for day in sorted(owed):
        free = day
        while is_weekend(free) or free in table:
            free += timedelta(days=1)
        first = table[day]
        table[free] = SpecialDay(free, DayKind.HOLIDAY, f"Nghỉ bù {first.name}", first.source, first.verified_by)
    return MappingProxyType(dict(sorted(table.items())))
