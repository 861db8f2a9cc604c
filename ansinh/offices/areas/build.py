"""Rebuild the tables of areas (đơn vị hành chính) in this folder from two packages under the MIT licence.

    pip download --no-deps vietnamadminunits==1.0.4
    npm pack @natpkg/vn-local@1.0.0
    python ansinh/offices/areas/build.py vietnamadminunits-1.0.4-py3-none-any.whl natpkg-vn-local-1.0.0.tgz

A tool, never imported at run time. README.md beside it says what the two lists are and what they lack.
"""

# ruff: noqa: INP001  (a folder of data, not a package)

import csv
import json
import re
import sqlite3
import sys
import tarfile
import unicodedata
import zipfile
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
OLD, CUT, OPEN = "2021-07-01", "2025-07-01", ""
LIST_2021 = "Danh mục TCTK bản 7/2021"
MERGER, COMMUNE_MERGER = "Nghị quyết 202/2025/QH15", "Nghị quyết của UBTVQH ngày 16/6/2025"
UNDATED = ("2025-01-01", "Đổi trong 11/2021-3/2025 (ngày quy ước)")
KINDS = {
    "Tỉnh": "tinh",
    "Quận": "quan",
    "Huyện": "huyen",
    "Thị xã": "thi_xa",
    "Thành phố": "thanh_pho",
    "Xã": "xa",
    "Phường": "phuong",
    "Thị trấn": "thi_tran",
    "Đặc khu": "dac_khu",
}
# Old province to new (Nghị quyết 202/2025/QH15, Article 1); the eleven not named here stay as they were.
MERGED = (
    "02-08 08-08 10-15 15-15 06-19 19-19 24-24 27-24 17-25 25-25 26-25 30-31 31-31 33-33 34-33 35-37 36-37 37-37 "
    "44-44 45-44 48-48 49-48 51-51 62-51 52-52 64-52 56-56 58-56 54-66 66-66 60-68 67-68 68-68 70-75 75-75 "
    "74-79 77-79 79-79 72-80 80-80 82-82 87-82 83-86 84-86 86-86 89-91 91-91 92-92 93-92 94-92 95-96 96-96"
)
# Day and resolution of the changes between the two lists: by commune, else by district, else by province.
RESOLUTIONS = {
    "2021-11-01 387/NQ-UBTVQH15": "261",
    "2022-04-10 469/NQ-UBTVQH15": "172",
    "2022-10-01 570/NQ-UBTVQH15": "697",
    "2023-04-10 721/NQ-UBTVQH15": "890 30373 30673",
    "2023-04-10 722/NQ-UBTVQH15": "01954",
    "2023-04-10 723/NQ-UBTVQH15": "259 262",
    "2023-04-10 724/NQ-UBTVQH15": "28861 28915 29179",
    "2023-04-10 725/NQ-UBTVQH15": "723",
    "2023-04-10 730/NQ-UBTVQH15": "08878 09043",
    "2024-02-01 938/NQ-UBTVQH15": "222",
    "2024-02-01 939/NQ-UBTVQH15": "15829",
    "2024-05-01 1012/NQ-UBTVQH15": "721",
    "2024-05-01 1013/NQ-UBTVQH15": "816",
    "2024-09-01 1104/NQ-UBTVQH15": "36",
    "2024-09-01 1105/NQ-UBTVQH15": "94",
    "2024-09-01 1106/NQ-UBTVQH15": "08",
    "2024-11-01 1192/NQ-UBTVQH15": "92",
    "2024-11-01 1194/NQ-UBTVQH15": "75",
    "2024-11-01 1195/NQ-UBTVQH15": "64",
    "2024-11-01 1196/NQ-UBTVQH15": "56",
    "2024-11-01 1197/NQ-UBTVQH15": "10",
    "2024-11-01 1199/NQ-UBTVQH15": "22",
    "2024-11-01 1200/NQ-UBTVQH15": "54",
    "2024-11-01 1202/NQ-UBTVQH15": "82",
    "2025-01-01 1277/NQ-UBTVQH15": "84",
    "2025-01-01 1283/NQ-UBTVQH15": "42",
    "2025-01-01 1284/NQ-UBTVQH15": "87",
    "2025-01-01 1285/NQ-UBTVQH15": "89",
    "2025-01-01 1314/NQ-UBTVQH15": "46",
    "2025-01-01 1318/NQ-UBTVQH15": "37",
    "2025-03-01 1365/NQ-UBTVQH15": "754",
}
CHANGED = {code: (key[:10], f"Nghị quyết {key[11:]}") for key, codes in RESOLUTIONS.items() for code in codes.split()}
# Communes whose two spellings differ by more than marks: the later list corrects the earlier, nothing was renamed.
RESPELT = (
    "00736 00829 01060 02836 03073 03177 03178 03223 03244 03391 03460 03565 03754 04136 04174 04486 04618 05245 07540 "
    "12664 20458 20494 20701 20710 23395 23404 23413 23458 23464 23644 24031 24274 24409 24727 26119 31729"
)


class Unit(NamedTuple):
    """One area as a list names it; ``parent`` is the code one level up."""

    name: str
    parent: str


class Span(NamedTuple):
    """One row: an area from a day until another, both ISO, half-open."""

    unit: Unit
    start: str
    end: str
    document: str


Table = dict[str, list[Span]]
Heirs = dict[str, set[str]]
Link = tuple[str, str, str, str, str, int]


class Lists(NamedTuple):
    """The package of 2025: lists of before and after the merger, former names of communes, and what became what."""

    provinces: dict[str, Unit]
    districts: dict[str, Unit]
    communes: dict[str, Unit]
    new_provinces: dict[str, Unit]
    new_communes: dict[str, Unit]
    former_names: dict[tuple[str, str], set[str]]
    merged: Heirs


def clean(name: str) -> str:
    """Return a name in NFC with single spaces, small letters in "thị trấn", and no zero before a ward's number."""
    name = re.sub(r"\s+", " ", unicodedata.normalize("NFC", name)).strip()
    name = re.sub(r"^(Thị|Thành) (Trấn|Xã|Phố)\b", lambda found: found[0].capitalize(), name)
    return re.sub(r"^Phường 0(?=\d)", "Phường ", re.sub(r" N\.?T ", " Nông trường ", name))


def fold(name: str) -> str:
    """Return the letters and digits of a name without marks, y written i, to compare spellings."""
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]", "", plain).replace("y", "i")


def kind(name: str, *, central: bool = False) -> str:
    """Return the kind that a name begins with."""
    found = next(kind for prefix, kind in KINDS.items() if name.startswith(prefix + " "))
    return "thanh_pho_tw" if central and found == "thanh_pho" else found


def read_2021(package: Path) -> tuple[dict[str, Unit], dict[str, Unit]]:
    """Return the districts and communes of the earlier list, from the npm package."""

    def units(name: str, parent: str) -> dict[str, Unit]:
        member = archive.extractfile(f"package/src/jsonFiles/{name}.json")
        return {row["code"]: Unit(clean(row["name"]), row[parent]) for row in json.load(member)} if member else {}

    with tarfile.open(package) as archive:
        return units("districts", "provinceCode"), units("wards", "districtCode")


def read_2025(package: Path) -> Lists:
    """Return the later lists, from the Python package's database and converter."""
    with zipfile.ZipFile(package) as archive:
        data = sqlite3.connect(":memory:")
        data.deserialize(archive.read("vietnamadminunits/data/dataset.db"))
        converter = json.loads(archive.read("vietnamadminunits/data/converter_2025.json"))

    def units(code: str, name: str, parent: str, table: str) -> dict[str, Unit]:
        rows = data.execute(f"SELECT DISTINCT {code}, {name}, {parent} FROM {table} WHERE {code} != ''")  # noqa: S608
        return {code: Unit(clean(name), parent) for code, name, parent in rows}

    former = defaultdict(set)
    for code, district, province, words in data.execute(
        "SELECT wardCode, districtCode, provinceCode, wardKeywords FROM admin_units_legacy WHERE wardCode != ''"
    ):
        for word in json.loads(words):
            former[district, fold(word)].add(code)
            former[province, fold(word)].add(code)
    return Lists(
        units("provinceCode", "province", "''", "admin_units_legacy"),
        units("districtCode", "district", "provinceCode", "admin_units_legacy"),
        units("wardCode", "ward", "districtCode", "admin_units_legacy"),
        units("provinceCode", "province", "''", "admin_units"),
        units("wardCode", "ward", "provinceCode", "admin_units"),
        former,
        merged_communes(data, converter),
    )


def merged_communes(data: sqlite3.Connection, converter: dict[str, dict[str, dict[str, list[Any]]]]) -> Heirs:
    """Return the new communes of each old one, from a converter that speaks in folded names."""
    old = {
        "_".join(names): code
        for code, *names in data.execute(
            "SELECT wardCode, provinceKey, districtKey, wardKey FROM admin_units_legacy WHERE wardCode != ''"
        )
    }
    new = {key: code for code, key in data.execute("SELECT wardCode, provinceKey || '/' || wardKey FROM admin_units")}
    heirs = defaultdict(set)
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for after, befores in wards.items():
            for before in befores:
                heirs[before].add(new[f"{province}/{after}"])
    for province, wards in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for before, afters in wards.items():
            heirs[before] |= {new[f"{province}/{after['newWardKey']}"] for after in afters}
    return {old[before]: codes for before, codes in heirs.items() if before in old}


def day_of_change(code: str, parents: tuple[str, ...]) -> tuple[str, str]:
    """Return the day and the document of a change: the nearest area that has one decides."""
    return next((CHANGED[key] for key in (code, *parents) if key in CHANGED), UNDATED)


def join(before: dict[str, Unit], after: dict[str, Unit], districts: dict[str, Unit]) -> Table:
    """Return the rows from the earlier list to the merger: one where both lists agree, two where they do not."""
    table: Table = {}
    for code in before.keys() | after.keys():
        old, new = before.get(code), after.get(code)
        same = old and new and old.parent == new.parent and kind(old.name) == kind(new.name)
        if old and new and same and (code in RESPELT or fold(old.name) == fold(new.name)):
            table[code] = [Span(new, OLD, CUT, LIST_2021)]
            continue
        above = tuple(unit.parent for unit in (old, new) if unit)
        day, document = day_of_change(code, above + tuple(districts[key].parent for key in above if key in districts))
        table[code] = [Span(old, OLD, day, LIST_2021)] if old else []
        table[code] += [Span(new, day, CUT, document)] if new else []
    return table


def split(table: Table, parents: Table) -> Table:
    """Cut each row where its parent's row ends, so that one row of the parent covers it."""
    return {
        code: [
            span._replace(
                start=max(span.start, parent.start),
                end=min(filter(None, (span.end, parent.end)), default=OPEN),
                document=span.document if parent.start <= span.start else parent.document,
            )
            for span in spans
            for parent in parents[span.unit.parent]
            if (not parent.end or span.start < parent.end) and (not span.end or parent.start < span.end)
        ]
        for code, spans in table.items()
    }


def province_table(lists: Lists) -> Table:
    """Return the rows of the provinces; Huế and Đồng Nai became cities under the centre."""
    table = {code: [Span(unit, OLD, CUT, LIST_2021)] for code, unit in lists.provinces.items()}
    hue, day = lists.provinces["46"], "2025-01-01"
    table["46"] = [Span(Unit("Tỉnh Thừa Thiên Huế", ""), OLD, day, LIST_2021)]
    table["46"] += [Span(hue, day, CUT, "Nghị quyết 175/2024/QH15")]
    for code, unit in lists.new_provinces.items():
        table[code].append(Span(unit, CUT, OPEN, MERGER))
    day = "2026-04-30"
    table["75"][-1] = table["75"][-1]._replace(end=day)
    table["75"].append(Span(Unit("Thành phố Đồng Nai", ""), day, OPEN, "Nghị quyết 30/2026/QH16"))
    return table


def later_communes(before: dict[str, Unit], districts: dict[str, Unit], lists: Lists) -> Heirs:
    """Return what each commune of the earlier list became: its own code, else the one that lists its former name."""
    heirs = {code: {code} for code in before.keys() & lists.communes.keys()}
    for code in before.keys() - lists.communes.keys():
        name, district = fold(before[code].name), before[code].parent
        found = lists.former_names.get((district, name)) or lists.former_names.get((districts[district].parent, name))
        if found and len(found) == 1:
            heirs[code] = found
    return heirs


def start_before(table: Table, code: str, day: str) -> str:
    """Return the first day of the last row of a code that began before a day."""
    return max(span.start for span in table[code] if span.start < day)


def links_before(level: str, table: Table, heirs: Heirs) -> set[Link]:
    """Return the links inside the old structure or the new: from a row to the next of its code, or to its heirs."""
    links = {
        (level, code, one.start, code, two.start, int(heirs.get(code, {code}) == {code}))
        for code, spans in table.items()
        for one, two in pairwise(spans)
        if two.start != CUT
    }
    for before, after in [(code, heir) for code, codes in heirs.items() for heir in codes - {code}]:
        day = min(max(span.end for span in table[before] if span.start < CUT), CUT)
        day = table[after][0].start if day == CUT else day
        if day > OLD:
            taken = max(span.start for span in table[after] if span.start <= day)
            whole = int(len(heirs[before]) == 1)
            links.add((level, before, start_before(table, before, day), after, taken, whole))
    return links


def links_at_merger(level: str, table: Table, heirs: Heirs) -> set[Link]:
    """Return the links over the merger; ``whole`` is 0 for an area divided among several."""
    return {
        (level, before, start_before(table, before, CUT), after, CUT, int(len(codes) == 1))
        for before, codes in heirs.items()
        for after in codes
    }


def write(name: str, header: str, rows: list[tuple[str | int, ...]]) -> None:
    """Write one CSV file beside this module."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header.split(","))
        out.writerows(rows)


def write_areas(name: str, table: Table) -> None:
    """Write one table of areas."""
    write(
        name,
        "code,name,kind,parent,from_date,to_date,document",
        [
            (code, unit.name, kind(unit.name, central=name == "provinces.csv"), unit.parent, *when)
            for code, spans in sorted(table.items())
            for unit, *when in spans
        ],
    )


def main(later_package: Path, earlier_package: Path) -> None:
    """Write the four tables."""
    lists = read_2025(later_package)
    districts, communes = read_2021(earlier_package)
    every_district = districts | lists.districts
    provinces = province_table(lists)
    district_table = split(join(districts, lists.districts, {}), provinces)
    joined = join(communes, lists.communes, every_district)
    for code, unit in lists.new_communes.items():
        joined.setdefault(code, []).append(Span(unit, CUT, OPEN, COMMUNE_MERGER))
    commune_table = split(joined, provinces | district_table)
    write_areas("provinces.csv", provinces)
    write_areas("districts.csv", district_table)
    write_areas("communes.csv", commune_table)

    commune_heirs = later_communes(communes, every_district, lists)
    district_heirs: Heirs = defaultdict(set)
    for code, codes in commune_heirs.items():
        district_heirs[communes[code].parent] |= {lists.communes[heir].parent for heir in codes}
    province_heirs = {code: {code} for code in lists.new_provinces} | {pair[:2]: {pair[3:]} for pair in MERGED.split()}
    links = links_before("PROVINCE", provinces, {}) | links_at_merger("PROVINCE", provinces, province_heirs)
    links |= links_before("DISTRICT", district_table, district_heirs)
    links |= links_before("COMMUNE", commune_table, commune_heirs)
    links |= links_at_merger("COMMUNE", commune_table, lists.merged)
    write("successions.csv", "level,predecessor,predecessor_from,successor,successor_from,whole", sorted(links))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
