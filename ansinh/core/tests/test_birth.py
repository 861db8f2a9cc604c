"""Date of birth with its precision."""

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansinh.core.birth import BirthDate, BirthDateError, Precision


def _known(day: dt.date, precision: Precision) -> BirthDate:
    month = 0 if precision is Precision.YEAR else day.month
    return BirthDate(day.year, month, day.day if precision is Precision.DAY else 0)


births = st.builds(_known, st.dates(), st.sampled_from(Precision))


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("07/03/1950", "1950-03-07"),
        ("7/3/1950", "1950-03-07"),
        (" 7 / 3 / 1950 ", "1950-03-07"),
        ("7-3-1950", "1950-03-07"),
        ("07.03.1950", "1950-03-07"),
        ("07/03/1950\u200e", "1950-03-07"),
        ("1950-03-07", "1950-03-07"),
        ("1950/3/7", "1950-03-07"),
        ("19500307", "1950-03-07"),
        ("29/02/2000", "2000-02-29"),
        ("03/1950", "1950-03"),
        ("3/1950", "1950-03"),
        ("1950-03", "1950-03"),
        ("19500300", "1950-03"),
        ("1950", "1950"),
        ("00/00/1950", "1950"),
        ("19500000", "1950"),
    ],
)
def test_it_reads_dates_as_people_and_systems_write_them(typed: str, iso: str) -> None:
    assert BirthDate.parse(typed).iso == iso


@pytest.mark.parametrize(
    "typed",
    ["", "31/02/1950", "29/02/1900", "32/01/1950", "00/13/1950", "07/00/1950", "19500007", "7/3/50", "195003", "0000",
     "năm 1950", "1950-02-30", "19501301", "07031950", "١٩٥٠", "7/3/1950/1", "1950-", "1950.5", "x" * 1000],
)  # fmt: skip
def test_it_refuses_what_no_calendar_holds(typed: str) -> None:
    with pytest.raises(BirthDateError, match="Hãy ghi ngày/tháng/năm") as refused:
        BirthDate.parse(typed)
    assert len(str(refused.value)) < 300


def test_the_refusal_says_how_many_days_the_month_has() -> None:
    with pytest.raises(BirthDateError, match="31/02/1950 không có trong lịch: tháng 2 năm 1950 chỉ có 28 ngày"):
        BirthDate.parse("31/02/1950")


@given(st.text() | st.text(alphabet="0123456789/-. ", max_size=12))
def test_any_text_is_read_or_refused(typed: str) -> None:
    with contextlib.suppress(BirthDateError):
        birth = BirthDate.parse(typed)
        assert BirthDate.parse(birth.text) == birth


@given(births)
def test_every_form_reads_back_to_the_same_date(birth: BirthDate) -> None:
    assert BirthDate.parse(birth.text) == birth
    assert BirthDate.parse(birth.iso) == birth
    assert BirthDate.from_iso(birth.iso) == birth


@pytest.mark.parametrize(
    "stored", ["", "1950-3", "1950-03-7", "1950-00-00", "1950/03/07", "07/03/1950", "19500307", "1950-02-30"]
)
def test_it_refuses_a_stored_form_it_never_wrote(stored: str) -> None:
    with pytest.raises(BirthDateError):
        BirthDate.from_iso(stored)


@given(births, births)
def test_the_stored_form_sorts_as_the_dates(one: BirthDate, other: BirthDate) -> None:
    assert (one < other) == (one.iso < other.iso)


@pytest.mark.parametrize(
    ("birth", "text", "precision"),
    [
        (BirthDate(1950, 3, 7), "07/03/1950", Precision.DAY),
        (BirthDate(1950, 3), "03/1950", Precision.MONTH),
        (BirthDate(1950), "1950", Precision.YEAR),
    ],
)
def test_it_shows_no_more_than_is_known(birth: BirthDate, text: str, precision: Precision) -> None:
    assert birth.text == text
    assert birth.precision is precision


def test_a_year_is_not_its_first_of_january() -> None:
    assert BirthDate(1950) != BirthDate(1950, 1, 1)
    assert BirthDate(1950).could_be(BirthDate(1950, 1, 1))
    assert BirthDate(1950).could_be(BirthDate(1950, 12, 31))


@given(st.dates(), st.sampled_from(Precision), st.dates())
def test_a_date_could_be_any_day_it_stands_for_and_no_other(day: dt.date, precision: Precision, other: dt.date) -> None:
    birth = _known(day, precision)
    assert birth.earliest <= day <= birth.latest
    assert birth.could_be(_known(other, Precision.DAY)) == (birth.earliest <= other <= birth.latest)


@given(births, births)
def test_being_possibly_the_same_goes_both_ways(one: BirthDate, other: BirthDate) -> None:
    assert one.could_be(other) == other.could_be(one)


@pytest.mark.parametrize(
    ("iso", "on", "age"),
    [
        ("1964-05-20", dt.date(2024, 5, 19), (59, 59)),
        ("1964-05-20", dt.date(2024, 5, 20), (60, 60)),
        ("1964-05", dt.date(2024, 5, 20), (59, 60)),
        ("1964", dt.date(2024, 5, 20), (59, 60)),
        ("1964", dt.date(2024, 12, 31), (60, 60)),
        ("2000-02-29", dt.date(2023, 2, 28), (22, 22)),
        ("2000-02-29", dt.date(2023, 3, 1), (23, 23)),
        ("2024", dt.date(2024, 5, 20), (0, 0)),
    ],
)
def test_age_is_given_between_its_bounds(iso: str, on: dt.date, age: tuple[int, int]) -> None:
    assert BirthDate.from_iso(iso).age_on(on) == age


@given(st.dates(), st.sampled_from(Precision), st.dates())
def test_the_true_age_lies_between_the_bounds(day: dt.date, precision: Precision, on: dt.date) -> None:
    if on < day:
        return
    true = BirthDate(day.year, day.month, day.day).age_on(on)[0]
    least, greatest = _known(day, precision).age_on(on)
    assert least <= true <= greatest <= least + 1


def test_it_refuses_the_age_before_birth() -> None:
    with pytest.raises(BirthDateError, match="không tính được tuổi"):
        BirthDate(2024, 6).age_on(dt.date(2024, 5, 31))


@pytest.mark.parametrize(
    ("iso", "message"), [("1889", "quá xa"), ("2024-05-21", "sau ngày 20/05/2024"), ("2025", "sau ngày")]
)
def test_the_check_refuses_the_implausible(iso: str, message: str) -> None:
    with pytest.raises(BirthDateError, match=message):
        BirthDate.from_iso(iso).check(dt.date(2024, 5, 20))


@pytest.mark.parametrize("iso", ["1890", "2024-05-20", "2024", "2024-05"])
def test_the_check_accepts_what_may_be_true(iso: str) -> None:
    BirthDate.from_iso(iso).check(dt.date(2024, 5, 20))
