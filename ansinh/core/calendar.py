"""Working calendar (lịch làm việc): which days are worked, and how limits in days and hours are counted.

Civil Code 91/2015/QH13 article 147: the first day of a period is the day after the event. Article 148: a limit that
ends on a weekend or holiday ends at the end of the next working day. Weeks begin on Monday; Monday to Friday are
worked unless the year's table says otherwise, and a Saturday named there as compensating work is worked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from ansinh.core import lunar
from ansinh.core.errors import Refusal
from ansinh.core.holidays import (
    DayKind,
    OfficeHours,
    SpecialDay,
    StatutoryHoliday,
    YearTable,
    is_weekend,
    propose,
    read_office_hours,
    read_statutory,
    read_year,
)

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_TABLES = Path(__file__).parent / "data" / "calendar"
_DAY = timedelta(days=1)


class CalendarUnknown(Refusal, LookupError):
    """The working days of a year are asked for and its table is not published; ``year`` says which."""

    def __init__(self, year: int) -> None:
        """Say, in Vietnamese, which year is missing and what to do about it."""
        self.year = year
        message = (
            f"Chưa có lịch làm việc năm {year}, nên chưa tính được hạn rơi vào năm này. Hãy công bố bảng ngày nghỉ "
            f"và ngày làm bù năm {year}: tệp core/data/calendar/{year}.yaml, mỗi ngày kèm văn bản làm căn cứ."
        )
        super().__init__(message, year=year)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Working calendar (lịch làm việc), immutable.

    ``tables`` holds the announced years. With ``statutory`` holidays given, a year without a table is proposed from
    them; without, it is unknown and every question about it raises ``CalendarUnknown``.
    """

    tables: Mapping[int, YearTable]
    office_hours: tuple[OfficeHours, ...]
    statutory: tuple[StatutoryHoliday, ...] = ()

    def special_days(self, year: int) -> YearTable:
        """Return the days of a year that are not what their weekday says."""
        if year in self.tables:
            return self.tables[year]
        if year not in lunar.YEARS or not any(holiday.days(year) for holiday in self.statutory):
            raise CalendarUnknown(year)
        return propose(year, self.statutory)

    def special_day(self, day: date) -> SpecialDay | None:
        """Return why a day is not what its weekday says, with its source; ``None`` for an ordinary day."""
        return self.special_days(day.year).get(_plain(day))

    def day_kind(self, day: date) -> DayKind:
        """Return what a day is; a holiday on a Sunday is a holiday."""
        special = self.special_day(day)
        if special is not None:
            return special.kind
        return DayKind.WEEKEND if is_weekend(day) else DayKind.WORKING

    def is_working_day(self, day: date) -> bool:
        """Say whether a day is worked."""
        return self.day_kind(day) in (DayKind.WORKING, DayKind.COMPENSATING_WORK)

    def next_working_day(self, day: date) -> date:
        """Return the day itself when it is worked, else the first working day after it (Civil Code article 148.5)."""
        while not self.is_working_day(day):
            day += _DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """Return the last day of a limit of ``count`` working days from an event on ``day``.

        The day of the event is not counted (Civil Code article 147.2). A limit of 0 days ends on the day itself, or
        on the next working day. Raises ``ValueError`` for a negative count.
        """
        _not_negative(count)
        end = self.next_working_day(day) if count == 0 else day
        for _ in range(count):
            end = self.next_working_day(end + _DAY)
        return end

    def add_days(self, day: date, count: int) -> date:
        """Return the last day of a limit of ``count`` calendar days from an event on ``day``.

        The day of the event is not counted, rest days in between are, and an end on a rest day moves to the next
        working day (Civil Code articles 147.2 and 148.5). Raises ``ValueError`` for a negative count.
        """
        _not_negative(count)
        return self.next_working_day(day + count * _DAY)

    def working_days_between(self, start: date, end: date) -> int:
        """Return how many working days lie after ``start`` up to and with ``end``; negative when ``end`` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + n * _DAY) for n in range(1, (end - start).days + 1))

    def add_working_hours(self, start: datetime, hours: int) -> datetime:
        """Return the instant when ``hours`` office hours have passed since ``start``, in Vietnam's time.

        Hours outside office hours do not count, so a dossier sent at night starts when the office opens. Raises
        ``ValueError`` for a naive ``start`` or negative ``hours``, ``LookupError`` for a day before the first hours.
        """
        _not_negative(hours)
        if start.tzinfo is None:
            raise ValueError("An instant needs its time zone: pass an aware datetime.")
        local, left = start.astimezone(VIETNAM), timedelta(hours=hours)
        day = local.date()
        while True:
            for opening, closing in self._open_spans(day):
                begins = max(local, opening)
                if begins <= closing and left <= closing - begins:
                    return begins + left
                left -= max(closing - begins, timedelta())
            day += _DAY

    def _open_spans(self, day: date) -> list[tuple[datetime, datetime]]:
        if not self.is_working_day(day):
            return []
        in_force = [hours for hours in self.office_hours if hours.since <= day]
        if not in_force:
            raise LookupError(f"Chưa có giờ làm việc áp dụng cho ngày {day:%d/%m/%Y}.")
        return [
            (datetime.combine(day, opening, VIETNAM), datetime.combine(day, closing, VIETNAM))
            for opening, closing in in_force[-1].spans
        ]


def _plain(day: date) -> date:
    if isinstance(day, datetime):
        raise TypeError("A calendar day is a date, not a datetime: which day it is depends on the time zone.")
    return day


def _not_negative(count: int) -> None:
    if count < 0:
        raise ValueError(f"A limit cannot be negative: {count}.")


@cache
def working_calendar(*, proposed: bool = False) -> WorkingCalendar:
    """Return the calendar of the published tables, read once.

    With ``proposed`` a year without a table is filled with the days the law fixes; tell whoever sees the result.
    """
    tables = {int(file.stem): read_year(file) for file in sorted(_TABLES.glob("[0-9]*.yaml"))}
    statutory = read_statutory(_TABLES / "statutory.yaml") if proposed else ()
    return WorkingCalendar(tables, read_office_hours(_TABLES / "office_hours.yaml"), statutory)
