"""Reference files of this room (areas and units), read and checked; pure, no database.

``areas/*.csv`` and ``units.yaml`` are kept by people: every refusal names the file, the line and what is expected.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from unicodedata import is_normalized

from ansinh.core.strict_yaml import Entry, InvalidFile, read

FOLDER = Path(__file__).parent
LEVELS = {"PROVINCE": "provinces.csv", "DISTRICT": "districts.csv", "COMMUNE": "communes.csv"}
_PARENT_LEVEL = {0: None, 2: "PROVINCE", 3: "DISTRICT"}
_AREA_COLUMNS = ("code", "name", "kind", "parent", "from_date", "to_date", "document")
_SUCCESSION_COLUMNS = ("level", "predecessor", "predecessor_from", "successor", "successor_from", "whole")
_UNIT_FIELDS = ("code", "name", "abbreviation", "kind", "from_date", "to_date", "document")

Key = tuple[str, str, date]
"""Level, code and first day: what names an area for ever."""


@dataclass(frozen=True, slots=True)
class AreaRow:
    """Area (địa bàn) as a file tells it; ``parent`` is the level and code in force on ``from_date``."""

    level: str
    code: str
    name: str
    kind: str
    parent: tuple[str, str] | None
    from_date: date
    to_date: date | None
    document: str

    @property
    def key(self) -> Key:
        """Return what names this row for ever."""
        return self.level, self.code, self.from_date


@dataclass(frozen=True, slots=True)
class SuccessionRow:
    """Succession (kế thừa địa bàn) as a file tells it; ``whole`` when nothing went elsewhere."""

    predecessor: Key
    successor: Key
    whole: bool


@dataclass(frozen=True, slots=True)
class UnitRow:
    """Unit (đơn vị) as the file tells it; ``area`` is set for a provincial one."""

    code: str
    name: str
    abbreviation: str
    kind: str
    area: Key | None
    from_date: date
    to_date: date | None
    document: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Reference data (danh mục dùng chung): areas parents first, the links between them, units."""

    areas: Sequence[AreaRow]
    successions: Sequence[SuccessionRow]
    units: Sequence[UnitRow]

    def of_provinces(self) -> "Reference":
        """Return the same without districts and communes: enough for work that never goes below a province."""
        return Reference(
            [row for row in self.areas if row.level == "PROVINCE"],
            [row for row in self.successions if row.successor[0] == "PROVINCE"],
            self.units,
        )


@cache
def shipped() -> Reference:
    """Return the reference data that comes with An Sinh.

    :raises InvalidFile: a file does not hold what it should; the message names file and line
    """
    return read_reference(FOLDER / "areas", FOLDER / "units.yaml")


def read_reference(areas_folder: Path, units_file: Path) -> Reference:
    """Read reference files from anywhere.

    :raises InvalidFile: a file does not hold what it should; the message names file and line
    """
    areas = [row for level, name in LEVELS.items() for row in _areas(areas_folder / name, level)]
    successions = list(_successions(areas_folder / "successions.csv"))
    return Reference(areas, successions, list(_units(units_file, areas)))


def _rows(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream, strict=True)
        if tuple(next(rows, ())) != columns:
            raise InvalidFile(f"{file}:1: Dòng đầu phải là {','.join(columns)}.")
        for cells in rows:
            if len(cells) != len(columns):
                raise InvalidFile(f"{file}:{rows.line_num}: Có {len(cells)} ô, cần {len(columns)} ô.")
            yield rows.line_num, dict(zip(columns, cells, strict=True))


def _areas(file: Path, level: str) -> Iterator[AreaRow]:
    for line, row in _rows(file, _AREA_COLUMNS):
        if len(row["parent"]) not in _PARENT_LEVEL or not row["name"] or not row["document"]:
            raise InvalidFile(f"{file}:{line}: Cần có tên, văn bản, và mã cấp trên 2 hoặc 3 chữ số.")
        if not is_normalized("NFC", row["name"]):
            raise InvalidFile(f"{file}:{line}: Tên ở dạng tổ hợp (NFD); hãy lưu lại tệp ở dạng dựng sẵn (NFC).")
        parent_level = _PARENT_LEVEL[len(row["parent"])]
        yield AreaRow(
            level=level,
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            parent=(parent_level, row["parent"]) if parent_level else None,
            from_date=_day(row["from_date"], file, line, "from_date"),
            to_date=_day(row["to_date"], file, line, "to_date") if row["to_date"] else None,
            document=row["document"],
        )


def _successions(file: Path) -> Iterator[SuccessionRow]:
    for line, row in _rows(file, _SUCCESSION_COLUMNS):
        if row["whole"] not in {"0", "1"}:
            raise InvalidFile(f"{file}:{line}: Cột whole phải là 1 (trọn vẹn) hoặc 0 (một phần).")
        yield SuccessionRow(
            (row["level"], row["predecessor"], _day(row["predecessor_from"], file, line, "predecessor_from")),
            (row["level"], row["successor"], _day(row["successor_from"], file, line, "successor_from")),
            whole=row["whole"] == "1",
        )


@cache
def _iso(written: str) -> date:
    return date.fromisoformat(written)


def _day(written: str, file: Path, line: int, column: str) -> date:
    try:
        return _iso(written)
    except ValueError:
        raise InvalidFile(f"{file}:{line}: Cột {column} cần ngày dạng 2025-07-01, đang ghi «{written}».") from None


def _units(file: Path, areas: Sequence[AreaRow]) -> Iterator[UnitRow]:
    root = read(file).fields(("decree_2020", "decision_2025", "units", "departments", "provincial"))
    for entry in root["units"].items():
        yield _unit(entry.fields(_UNIT_FIELDS))
    departments = root["departments"].fields(("from_date", "to_date", "document", "units"))
    for entry in departments["units"].items():
        yield _unit({**departments, **entry.fields(("code", "name", "abbreviation"))}, kind="DEPARTMENT")
    for entry in root["provincial"].items():
        period = entry.fields(("provinces_of", "from_date", "to_date", "document"))
        day = period["provinces_of"].iso_date()
        for area in areas:
            if area.level == "PROVINCE" and area.from_date <= day and (area.to_date is None or day < area.to_date):
                yield _provincial(period, area)


def _unit(fields: dict[str, Entry], kind: str | None = None) -> UnitRow:
    return UnitRow(
        code=fields["code"].text(),
        name=fields["name"].text(),
        abbreviation=fields["abbreviation"].scalar(),
        kind=kind or fields["kind"].choice("CENTRE", "TASK_FORCE"),
        area=None,
        from_date=fields["from_date"].iso_date(),
        to_date=_end(fields["to_date"]),
        document=fields["document"].text(),
    )


def _provincial(period: dict[str, Entry], area: AreaRow) -> UnitRow:
    return UnitRow(
        code=f"BHXH-{area.code}",
        name=f"BHXH {area.name[0].lower()}{area.name[1:]}",
        abbreviation="",
        kind="PROVINCE",
        area=area.key,
        from_date=period["from_date"].iso_date(),
        to_date=_end(period["to_date"]),
        document=period["document"].text(),
    )


def _end(entry: Entry) -> date | None:
    return None if entry.is_null() else entry.iso_date()
