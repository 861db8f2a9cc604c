"""The parameters of the law in use, and what a value can do."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansinh import law
from ansinh.law.document import as_markdown


def test_every_value_names_its_source_and_is_exact() -> None:
    for parameter in law.parameters().values():
        for value in parameter.values:
            assert value.source, parameter.name
            assert type(value.value) in (int, Decimal), parameter.name


def test_every_series_begins_and_goes_forward_in_time() -> None:
    for parameter in law.parameters().values():
        starts = [value.since for value in parameter.values]
        assert starts, parameter.name
        assert starts == sorted(set(starts)), parameter.name


def test_it_reports_the_values_no_one_has_checked() -> None:
    waiting = law.unverified()
    every = [value for parameter in law.parameters().values() for value in parameter.values]
    assert [value.verified for value in waiting] == [False] * len(waiting)
    assert len(waiting) == len([value for value in every if value.verified_by is None])


def test_the_reference_level_is_the_base_salary_while_there_is_one() -> None:
    reference, base = law.parameters()["wages.reference_level"], law.parameters()["wages.base_salary"]
    first = reference.values[0].since
    for day in {value.since for value in (*reference.values, *base.values)}:
        if day >= first:
            assert reference.at(day) == base.at(day), day


@given(st.dates(date(2013, 7, 1), date(2030, 12, 31)))
def test_a_value_holds_from_its_start_until_the_next(day: date) -> None:
    parameter = law.parameters()["wages.base_salary"]
    in_force = parameter.at(day)
    later = [value.since for value in parameter.values if value.since > in_force.since]
    assert in_force.since <= day
    assert all(day < start for start in later)


def test_it_carries_its_citation() -> None:
    value = law.at(date(2025, 8, 1)).wages.base_salary
    assert value.value == 2_340_000
    assert value.since == date(2024, 7, 1)
    assert "73/2024/NĐ-CP" in value.source
    assert value.unit == "đồng/tháng"
    assert not value.verified


def test_it_counts_as_its_number() -> None:
    base = law.at(date(2024, 7, 1)).wages.base_salary
    before = law.at(date(2024, 7, 1) - timedelta(days=1)).wages.base_salary
    assert 10 * base == 23_400_000
    assert base * Decimal("0.7") == Decimal(1_638_000)
    assert base - before == 540_000
    assert 3_000_000 - base == 660_000
    assert sum([base, before]) == 4_140_000
    assert before < base <= 2_340_000
    assert int(base) == 2_340_000
    assert hash(base) == hash(2_340_000)


def test_it_refuses_to_stand_beside_a_float() -> None:
    base = law.at(date(2024, 7, 1)).wages.base_salary
    with pytest.raises(TypeError):
        base * 0.7  # type: ignore[operator]
    with pytest.raises(TypeError):
        0.7 * base  # type: ignore[operator]
    with pytest.raises(TypeError):
        base < 0.7  # type: ignore[operator]  # noqa: B015 - the refusal under test


def test_it_says_which_parameter_has_no_value_and_from_when_it_has() -> None:
    with pytest.raises(law.NotInForce, match=r"Mức tham chiếu .*30/06/2025.*từ 01/07/2025.*Hãy") as refused:
        _ = law.at(date(2025, 6, 30)).wages.reference_level
    assert refused.value.parameter.name == "wages.reference_level"
    assert refused.value.day == date(2025, 6, 30)


def test_it_refuses_a_name_no_file_has() -> None:
    with pytest.raises(AttributeError, match=r"wages\.minimum.*wages\.base_salary"):
        _ = law.at(date(2025, 6, 30)).wages.minimum


def test_it_refuses_an_instant_where_a_day_is_meant() -> None:
    with pytest.raises(TypeError, match="date"):
        _ = law.at(datetime(2024, 6, 30, 18, tzinfo=UTC)).wages.base_salary


def test_the_page_shows_every_value_and_who_checked_it() -> None:
    page = as_markdown()
    for parameter in law.parameters().values():
        assert f"`{parameter.name}`" in page
        assert all(value.source in page for value in parameter.values)
    assert page.count("| Chưa |") == len(law.unverified())
