"""The committed tables of areas: counts, parents, periods, successions."""

import csv
import unicodedata
from collections import defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

AREAS = Path(__file__).parent.parent / "areas"
LEVELS = {"PROVINCE": "provinces", "DISTRICT": "districts", "COMMUNE": "communes"}
DIGITS = {"PROVINCE": 2, "DISTRICT": 3, "COMMUNE": 5}
KINDS = {
    "PROVINCE": {"tinh", "thanh_pho_tw"},
    "DISTRICT": {"quan", "huyen", "thi_xa", "thanh_pho"},
    "COMMUNE": {"xa", "phuong", "thi_tran", "dac_khu"},
}
MERGER = "2025-07-01"
REUSED = {"15", "24", "44", "52", "80", "82", "91"}
WITHOUT_HEIR = {"10774", "13339", "20239", "28825"}
WITHOUT_ORIGIN = {"03980", "03983", "03984"} | {"11948", "19742", "20333", "21548", "26732"}

Row = dict[str, str]


def read(name: str) -> list[Row]:
    with (AREAS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


TABLES = {level: read(name) for level, name in LEVELS.items()}
SUCCESSIONS = read("successions")


def on(level: str, day: str) -> list[Row]:
    return [row for row in TABLES[level] if row["from_date"] <= day and (not row["to_date"] or day < row["to_date"])]


def keys(level: str) -> set[tuple[str, str, str]]:
    return {(level, row["code"], row["from_date"]) for row in TABLES[level]}


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        ("2024-06-30", (63, 705, 10596)),
        ("2025-01-01", (63, 696, 10035)),
        ("2025-06-30", (63, 696, 10035)),
        ("2025-07-01", (34, 0, 3321)),
        ("2026-04-30", (34, 0, 3321)),
    ],
)
def test_each_structure_has_its_number_of_areas(day: str, counts: tuple[int, int, int]) -> None:
    assert tuple(len(on(level, day)) for level in LEVELS) == counts


def test_no_area_begins_twice_on_a_day() -> None:
    assert all(len(keys(level)) == len(TABLES[level]) for level in LEVELS)


@pytest.mark.parametrize("level", LEVELS)
def test_periods_are_days_in_order_that_never_overlap(level: str) -> None:
    periods = defaultdict(list)
    for row in TABLES[level]:
        first = date.fromisoformat(row["from_date"])
        last = date.fromisoformat(row["to_date"]) if row["to_date"] else date.max
        assert first < last, row
        periods[row["code"]].append((first, last))
    for code, rows in periods.items():
        assert all(one[1] <= two[0] for one, two in pairwise(sorted(rows))), code


def test_one_row_of_the_parent_covers_every_row() -> None:
    parents = defaultdict(list)
    for row in TABLES["PROVINCE"] + TABLES["DISTRICT"]:
        parents[row["code"]].append((row["from_date"], row["to_date"] or "9999"))
    for row in TABLES["DISTRICT"] + TABLES["COMMUNE"]:
        start, end = row["from_date"], row["to_date"] or "9999"
        assert sum(first <= start and end <= last for first, last in parents[row["parent"]]) == 1, row
    assert not any(row["parent"] for row in TABLES["PROVINCE"])


def test_a_commune_belongs_to_a_district_until_the_merger_and_to_a_province_after() -> None:
    assert all(len(row["parent"]) == (3 if row["from_date"] < MERGER else 2) for row in TABLES["COMMUNE"])


@pytest.mark.parametrize("level", LEVELS)
def test_names_kinds_and_codes_are_well_formed(level: str) -> None:
    for row in TABLES[level]:
        assert row["name"] == unicodedata.normalize("NFC", " ".join(row["name"].split())), row
        assert row["kind"] in KINDS[level], row
        assert row["code"].isdigit(), row
        assert len(row["code"]) == DIGITS[level], row
        assert row["document"], row


def test_a_ward_is_not_called_a_commune() -> None:
    prefixes = {"Xã": "xa", "Phường": "phuong", "Thị trấn": "thi_tran", "Đặc khu": "dac_khu"}
    for row in TABLES["COMMUNE"]:
        assert row["kind"] == next(kind for word, kind in prefixes.items() if row["name"].startswith(word + " ")), row


def test_seven_province_codes_name_another_province_after_the_merger() -> None:
    before = {row["code"]: row["name"] for row in on("PROVINCE", "2025-06-30")}
    after = {row["code"]: row["name"] for row in on("PROVINCE", MERGER)}
    assert {code for code in after if before[code] != after[code]} == REUSED


def test_hue_and_dong_nai_become_cities_under_the_centre() -> None:
    def kind(code: str, day: str) -> str:
        return next(row["kind"] for row in on("PROVINCE", day) if row["code"] == code)

    assert (kind("46", "2024-12-31"), kind("46", "2025-01-01")) == ("tinh", "thanh_pho_tw")
    assert (kind("75", "2026-04-29"), kind("75", "2026-04-30")) == ("tinh", "thanh_pho_tw")


def test_an_heir_is_in_force_when_its_predecessor_ends_or_begins_inside_its_life() -> None:
    ends = {
        (level, row["code"], row["from_date"]): row["to_date"] or "9999" for level in LEVELS for row in TABLES[level]
    }
    links = [tuple(row.values())[:5] for row in SUCCESSIONS]
    assert len(set(links)) == len(links)
    for level, before, before_from, after, after_from in links:
        end, after_end = ends[level, before, before_from], ends[level, after, after_from]
        assert after_from <= end < after_end or before_from < after_from < end, (level, before, after)


def test_every_province_and_commune_that_ends_has_an_heir() -> None:
    heirs = {(row["level"], row["predecessor"], row["predecessor_from"]) for row in SUCCESSIONS}
    for level in ("PROVINCE", "COMMUNE"):
        ended = {(level, row["code"], row["from_date"]) for row in TABLES[level] if row["to_date"]}
        assert {code for _, code, _ in ended - heirs} == (WITHOUT_HEIR if level == "COMMUNE" else set())


def test_every_new_province_and_commune_has_an_origin() -> None:
    origins = {(row["level"], row["successor"], row["successor_from"]) for row in SUCCESSIONS}
    for level in ("PROVINCE", "COMMUNE"):
        begun = {(level, row["code"], row["from_date"]) for row in TABLES[level] if row["from_date"] > "2021-07-01"}
        assert {code for _, code, _ in begun - origins} == (WITHOUT_ORIGIN if level == "COMMUNE" else set())


def test_a_commune_divided_by_the_merger_is_whole_for_none_of_its_heirs() -> None:
    heirs = defaultdict(list)
    for row in SUCCESSIONS:
        if row["level"] == "COMMUNE" and row["successor_from"] == MERGER:
            heirs[row["predecessor"]].append(row["whole"])
    assert all(set(whole) == ({"1"} if len(whole) == 1 else {"0"}) for whole in heirs.values())
    assert (len(heirs), sum(len(whole) > 1 for whole in heirs.values())) == (10035, 471)


def test_a_commune_follows_its_province_through_the_merger() -> None:
    provinces = {
        row["predecessor"]: row["successor"]
        for row in SUCCESSIONS
        if row["level"] == "PROVINCE" and row["successor_from"] == MERGER
    }
    district = {row["code"]: row["parent"] for row in TABLES["DISTRICT"]}
    before = {row["code"]: district[row["parent"]] for row in on("COMMUNE", "2025-06-30")}
    after = {row["code"]: row["parent"] for row in on("COMMUNE", MERGER)}
    assert len(provinces) == 63
    assert set(provinces.values()) == set(after.values())
    for row in SUCCESSIONS:
        if row["level"] == "COMMUNE" and row["successor_from"] == MERGER:
            assert provinces[before[row["predecessor"]]] == after[row["successor"]], row
