"""Working calendar (lịch làm việc): the announced years, and the day counting of the Civil Code."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansinh.core import holidays
from ansinh.core.calendar import VIETNAM, CalendarUnknown, WorkingCalendar, working_calendar
from ansinh.core.holidays import DayKind
from ansinh.core.strict_yaml import InvalidFile

DAYS = st.dates(date(2024, 1, 1), date(2026, 6, 30))
COUNTS = st.integers(0, 60)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 30), timezones=st.just(VIETNAM))  # noqa: DTZ001 - hypothesis adds the zone


@pytest.fixture(scope="module")
def announced() -> WorkingCalendar:
    return working_calendar()


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2024, 1, 1), DayKind.HOLIDAY),
        (date(2024, 2, 7), DayKind.WORKING),
        (date(2024, 2, 8), DayKind.HOLIDAY),
        (date(2024, 2, 10), DayKind.HOLIDAY),
        (date(2024, 2, 14), DayKind.HOLIDAY),
        (date(2024, 2, 15), DayKind.WORKING),
        (date(2024, 4, 18), DayKind.HOLIDAY),
        (date(2024, 4, 28), DayKind.WEEKEND),
        (date(2024, 4, 29), DayKind.SWAPPED_OFF),
        (date(2024, 4, 30), DayKind.HOLIDAY),
        (date(2024, 5, 1), DayKind.HOLIDAY),
        (date(2024, 5, 4), DayKind.COMPENSATING_WORK),
        (date(2024, 9, 2), DayKind.HOLIDAY),
        (date(2024, 9, 3), DayKind.HOLIDAY),
        (date(2024, 9, 4), DayKind.WORKING),
    ],
)
def test_it_knows_what_each_day_of_2024_was(announced: WorkingCalendar, day: date, kind: DayKind) -> None:
    assert announced.day_kind(day) is kind


def test_it_tells_why_a_day_is_set_apart_and_on_whose_word(announced: WorkingCalendar) -> None:
    special = announced.special_day(date(2024, 4, 29))
    assert special is not None
    assert special.name == "Nghỉ hoán đổi dịp 30/4 và 01/5"
    assert "1570" in special.source
    assert announced.special_day(date(2024, 4, 17)) is None


@pytest.mark.parametrize(
    ("event", "count", "end"),
    [
        (date(2024, 3, 4), 5, date(2024, 3, 11)),
        (date(2024, 2, 7), 1, date(2024, 2, 15)),
        (date(2024, 2, 9), 8, date(2024, 2, 26)),
        (date(2024, 4, 26), 3, date(2024, 5, 4)),
        (date(2024, 8, 30), 1, date(2024, 9, 4)),
        (date(2024, 12, 31), 1, date(2025, 1, 2)),
        (date(2024, 3, 2), 0, date(2024, 3, 4)),
    ],
)
def test_it_counts_working_days_after_the_day_of_the_event(
    announced: WorkingCalendar, event: date, count: int, end: date
) -> None:
    assert announced.add_working_days(event, count) == end


@pytest.mark.parametrize(
    ("event", "count", "end"),
    [
        (date(2024, 3, 4), 10, date(2024, 3, 14)),
        (date(2024, 3, 4), 5, date(2024, 3, 11)),
        (date(2024, 1, 30), 10, date(2024, 2, 15)),
        (date(2024, 4, 24), 10, date(2024, 5, 4)),
    ],
)
def test_it_moves_the_end_of_a_limit_in_days_off_a_rest_day(
    announced: WorkingCalendar, event: date, count: int, end: date
) -> None:
    assert announced.add_days(event, count) == end


@given(DAYS, COUNTS)
def test_a_limit_always_ends_on_a_working_day(day: date, count: int) -> None:
    days = working_calendar()
    assert days.is_working_day(days.add_working_days(day, count))
    assert days.is_working_day(days.add_days(day, count))


@given(DAYS, st.integers(1, 60))
def test_a_limit_ends_after_the_day_of_the_event(day: date, count: int) -> None:
    days = working_calendar()
    assert days.add_working_days(day, count) > day
    assert days.add_days(day, count) >= day + timedelta(days=count)


@given(DAYS, DAYS, COUNTS, COUNTS)
def test_a_later_event_or_a_longer_limit_never_ends_earlier(one: date, other: date, short: int, long: int) -> None:
    days = working_calendar()
    early, late = sorted((one, other))
    short, long = sorted((short, long))
    assert days.add_working_days(early, short) <= days.add_working_days(late, long)
    assert days.add_days(early, short) <= days.add_days(late, long)


@given(DAYS, st.integers(1, 60))
def test_counting_undoes_adding(day: date, count: int) -> None:
    days = working_calendar()
    assert days.working_days_between(day, days.add_working_days(day, count)) == count


@given(DAYS, DAYS)
def test_adding_undoes_counting_between_working_days(start: date, end: date) -> None:
    days = working_calendar()
    start, end = sorted((days.next_working_day(start), days.next_working_day(end)))
    assert days.add_working_days(start, days.working_days_between(start, end)) == end
    assert days.working_days_between(end, start) == -days.working_days_between(start, end)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=VIETNAM)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("sent", "hours", "due"),
    [
        (at(2024, 3, 4, 7, 30), 8, at(2024, 3, 4, 17, 0)),
        (at(2024, 3, 4, 9, 0), 8, at(2024, 3, 5, 9, 0)),
        (at(2024, 3, 4, 12, 15), 1, at(2024, 3, 4, 14, 0)),
        (at(2024, 3, 4, 22, 40), 8, at(2024, 3, 5, 17, 0)),
        (at(2024, 3, 8, 16, 0), 8, at(2024, 3, 11, 16, 0)),
        (at(2024, 2, 7, 16, 0), 8, at(2024, 2, 15, 16, 0)),
        (at(2024, 5, 3, 17, 0), 4, at(2024, 5, 4, 11, 30)),
        (datetime(2024, 3, 4, 0, 30, tzinfo=UTC), 8, at(2024, 3, 4, 17, 0)),
    ],
)
def test_it_counts_office_hours_only(announced: WorkingCalendar, sent: datetime, hours: int, due: datetime) -> None:
    assert announced.add_working_hours(sent, hours) == due


@given(INSTANTS, INSTANTS, st.integers(0, 40))
def test_a_dossier_sent_later_is_never_due_earlier(one: datetime, other: datetime, hours: int) -> None:
    days = working_calendar()
    early, late = sorted((one, other))
    assert early <= days.add_working_hours(early, hours) <= days.add_working_hours(late, hours)


@given(INSTANTS, st.integers(1, 20), st.integers(1, 20))
def test_hours_counted_in_two_parts_are_the_hours_counted_at_once(sent: datetime, first: int, second: int) -> None:
    days = working_calendar()
    assert days.add_working_hours(days.add_working_hours(sent, first), second) == days.add_working_hours(
        sent, first + second
    )


def test_it_refuses_a_year_without_a_table_and_says_what_to_publish(announced: WorkingCalendar) -> None:
    with pytest.raises(CalendarUnknown, match=r"lịch làm việc năm 2099.*Hãy công bố.*2099\.yaml") as refused:
        announced.is_working_day(date(2099, 3, 2))
    assert refused.value.year == 2099


def test_it_refuses_to_run_into_a_year_without_a_table(announced: WorkingCalendar) -> None:
    last = max(announced.tables)
    with pytest.raises(CalendarUnknown, match=str(last + 1)):
        announced.add_working_days(date(last, 12, 31), 1)


def test_it_proposes_a_year_without_a_table_when_asked() -> None:
    days = working_calendar(proposed=True)
    assert 2030 not in days.tables
    assert days.day_kind(date(2030, 2, 2)) is DayKind.HOLIDAY, "Tết 2030 in Vietnam, a day before China's"
    assert days.day_kind(date(2030, 4, 12)) is DayKind.HOLIDAY, "Giỗ Tổ"
    assert days.day_kind(date(2030, 9, 2)) is DayKind.HOLIDAY
    assert days.day_kind(date(2028, 1, 3)) is DayKind.HOLIDAY, "in lieu of a Saturday 1 January"


@pytest.mark.parametrize("year", [2015, 2150])
def test_it_does_not_propose_a_year_the_law_or_the_astronomy_does_not_reach(year: int) -> None:
    with pytest.raises(CalendarUnknown):
        working_calendar(proposed=True).is_working_day(date(year, 3, 2))


def test_every_announced_year_gives_the_days_the_law_fixes() -> None:
    days = working_calendar(proposed=True)
    for year in days.tables:
        for holiday in days.statutory:
            if holiday.days(year):
                assert not days.is_working_day(holiday.main_day(year)), f"{holiday.name} {year}"


def test_every_announced_year_gives_five_days_of_tet_and_works_for_each_day_it_swaps() -> None:
    for year, table in working_calendar().tables.items():
        kinds = [special.kind for special in table.values()]
        assert kinds.count(DayKind.SWAPPED_OFF) == kinds.count(DayKind.COMPENSATING_WORK), year
        assert sum(special.name.startswith("Tết Nguyên đán") for special in table.values()) == 5, year


def test_every_announced_day_names_its_document() -> None:
    for table in working_calendar().tables.values():
        assert all(special.source and special.day == day for day, special in table.items())


def test_it_refuses_an_instant_without_a_zone_and_an_instant_for_a_day(announced: WorkingCalendar) -> None:
    with pytest.raises(ValueError, match="aware"):
        announced.add_working_hours(datetime(2024, 3, 4, 9), 8)  # noqa: DTZ001 - the refusal under test
    with pytest.raises(TypeError, match="date"):
        announced.is_working_day(at(2024, 3, 4, 9, 0))


def test_it_refuses_a_negative_limit(announced: WorkingCalendar) -> None:
    with pytest.raises(ValueError, match="negative"):
        announced.add_working_days(date(2024, 3, 4), -1)
    with pytest.raises(ValueError, match="negative"):
        announced.add_days(date(2024, 3, 4), -1)


GOOD = '2024-01-01: {type: holiday, name: Tết Dương lịch, source: "Điều 112", verified_by: null}\n'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GOOD + GOOD, "2:.*hai lần"),
        (GOOD.replace("2024-01-01", "2025-01-01"), "1:.*không thuộc năm 2024"),
        (GOOD.replace("2024-01-01", "01/01/2024"), "1:.*năm-tháng-ngày"),
        (GOOD.replace("2024-01-01", "2024-02-30"), "1:.*không có trong lịch"),
        (GOOD.replace("holiday", "weekend"), "1:.*swapped_off"),
        (GOOD.replace("holiday", "compensating_work"), "1:.*thứ Bảy"),
        (GOOD.replace("2024-01-01", "2024-01-06").replace("holiday", "swapped_off"), "1:.*ngày trong tuần"),
        (GOOD.replace('"Điều 112"', '""'), "1:.*không được để trống"),
        (GOOD.replace(", verified_by: null", ""), "1:.*Thiếu «verified_by»"),
    ],
)
def test_it_refuses_a_year_table_with_file_and_line(tmp_path: Path, text: str, reason: str) -> None:
    file = tmp_path / "2024.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFile, match=reason):
        holidays.read_year(file)


@pytest.mark.parametrize("spans", ['["11:30-07:30"]', '["07:30-11:30", "11:00-17:00"]', '["7h30-11h30"]', "[]"])
def test_it_refuses_office_hours_that_do_not_follow_each_other(tmp_path: Path, spans: str) -> None:
    file = tmp_path / "office_hours.yaml"
    file.write_text(f"2024-01-01: {{spans: {spans}, source: Nội quy, verified_by: null}}\n", encoding="utf-8")
    with pytest.raises(InvalidFile, match=r"1:.*[Kk]hoảng giờ"):
        holidays.read_office_hours(file)


def test_it_uses_the_office_hours_in_force_on_the_day(tmp_path: Path) -> None:
    file = tmp_path / "office_hours.yaml"
    file.write_text(
        '2021-01-01: {spans: ["07:30-11:30", "13:00-17:00"], source: Nội quy, verified_by: null}\n'
        '2025-01-01: {spans: ["08:00-12:00", "13:30-17:30"], source: Nội quy mới, verified_by: null}\n',
        encoding="utf-8",
    )
    days = WorkingCalendar(working_calendar().tables, holidays.read_office_hours(file))
    assert days.add_working_hours(at(2024, 12, 31, 7, 0), 8) == at(2024, 12, 31, 17, 0)
    assert days.add_working_hours(at(2025, 1, 2, 7, 0), 8) == at(2025, 1, 2, 17, 30)
