"""``load_reference``: the map and the units, once."""

import dataclasses
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Count

from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM, Actor
from ansinh.core.strict_yaml import InvalidFile
from ansinh.offices import intake
from ansinh.offices.actions import load_reference
from ansinh.offices.actions.reference import Loaded, ReferenceDoesNotHold
from ansinh.offices.models import Area, AreaSuccession, Unit
from ansinh.offices.queries import provinces
from tests.cast import NOW

NOTHING = Loaded(areas=0, successions=0, units=0, changed=0)


@pytest.mark.django_db
def test_it_loads_the_whole_country_and_a_second_time_changes_nothing() -> None:
    call_command("offices", "load")
    before = list(Area.objects.order_by("pk").values()), list(AreaSuccession.objects.order_by("pk").values())
    assert load_reference(actor=SYSTEM, at=NOW) == NOTHING
    assert before == (list(Area.objects.order_by("pk").values()), list(AreaSuccession.objects.order_by("pk").values()))
    assert AuditEntry.objects.filter(event="offices.reference_loaded").count() == 1
    assert len(provinces(date(2024, 6, 28))) == 63
    assert len(provinces(date(2025, 7, 1))) == 34
    communes = Area.objects.on(date(2025, 7, 1)).filter(level=Area.Level.COMMUNE)
    assert communes.count() == 3321
    assert communes.exclude(parent__level=Area.Level.PROVINCE).count() == 0
    assert not Area.objects.on(date(2025, 7, 1)).filter(level=Area.Level.DISTRICT).exists()


def test_every_province_of_2024_has_a_successor_and_no_name_stands_twice(areas: None) -> None:
    for area in provinces(date(2025, 6, 30)):
        assert area.successions.count() == 1, area
    on_a_day = Area.objects.on(date(2024, 6, 28)).values("level", "code").annotate(times=Count("pk"))
    assert not on_a_day.filter(times__gt=1).exists()


def test_it_brings_the_units_of_each_structure(areas: None) -> None:
    def count(kind: str, on: date) -> int:
        return Unit.objects.on(on).filter(kind=kind).count()

    plan_day, after = date(2024, 6, 28), date(2025, 7, 1)
    assert count(Unit.Kind.PROVINCE, plan_day) == 63
    assert count(Unit.Kind.DEPARTMENT, plan_day) == 22
    assert count(Unit.Kind.PROVINCE, date(2025, 3, 31)) == 63
    assert count(Unit.Kind.PROVINCE, date(2025, 4, 1)) == 0
    assert count(Unit.Kind.PROVINCE, after) == 34
    bac_ninh = Unit.objects.on(after).get(code="BHXH-24")
    assert bac_ninh.name == "BHXH tỉnh Bắc Ninh"
    assert bac_ninh.parent == Unit.objects.on(after).get(kind=Unit.Kind.CENTRE)


def test_a_newer_file_adds_its_rows_and_ends_the_old_ones(areas: None) -> None:
    data = intake.shipped().of_provinces()
    cut = date(2030, 1, 1)
    old = next(row for row in data.areas if row.code == "01" and row.to_date is None)
    ended = dataclasses.replace(old, to_date=cut)
    new = dataclasses.replace(old, name="Thủ đô Hà Nội", from_date=cut)
    rows = [ended if row is old else row for row in data.areas] + [new]
    newer = dataclasses.replace(data, areas=rows, successions=[intake.SuccessionRow(old.key, new.key, whole=True)])
    assert load_reference(actor=SYSTEM, at=NOW, data=newer) == Loaded(areas=1, successions=1, units=0, changed=1)
    assert Area.objects.get(level="PROVINCE", code="01", from_date=old.from_date).to_date == cut


def test_it_refuses_a_link_to_nowhere_and_loads_nothing(db: None) -> None:
    data = intake.shipped().of_provinces()
    nowhere = intake.SuccessionRow(data.areas[0].key, ("PROVINCE", "99", date(2030, 1, 1)), whole=True)
    broken = dataclasses.replace(data, successions=[nowhere])
    with pytest.raises(ReferenceDoesNotHold):
        load_reference(actor=SYSTEM, at=NOW, data=broken)
    assert not Area.objects.exists()


def test_it_refuses_who_may_not_load(db: None) -> None:
    with pytest.raises(Exception, match="chưa có quyền"):
        load_reference(actor=Actor(account_id=1, name="Lan"), at=NOW)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "provinces.csv:1: Dòng đầu phải là"),
        ("code,name\n01,Hà Nội\n", "provinces.csv:1: Dòng đầu phải là"),
        ("code,name,kind,parent,from_date,to_date,document\n01,Hà Nội\n", "provinces.csv:2: Có 2 ô"),
        ("code,name,kind,parent,from_date,to_date,document\n01,X,tinh,,31/02/2024,,NQ\n", "Cột from_date cần ngày"),
        ("code,name,kind,parent,from_date,to_date,document\n01,Ha\u0300,tinh,,2024-01-01,,NQ\n", "dạng tổ hợp"),
    ],
)
def test_it_names_file_and_line_of_a_bad_row(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "provinces.csv").write_text(content, encoding="utf-8")
    with pytest.raises(InvalidFile, match=said):
        intake.read_reference(tmp_path, tmp_path / "units.yaml")
