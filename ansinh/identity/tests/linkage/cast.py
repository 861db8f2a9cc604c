"""Invented people for the linkage tests: a small population, a record of each kind, and one call that links them."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from ansinh.identity.linkage import DEFAULT_POLICY, Policy, Report, link

Row: TypeAlias = dict[str, object]

HOME: Row = {
    "home_province": "Tỉnh Nghệ An",
    "home_district": "Huyện Diễn Châu",
    "home_commune": "Xã Diễn Phúc",
    "res_province": "Thành phố Hà Nội",
    "res_district": "Quận Đống Đa",
    "res_commune": "Phường Láng Hạ",
}
AWAY: Row = {
    "home_province": "Tỉnh Cà Mau",
    "home_district": "Huyện Năm Căn",
    "home_commune": "Xã Hàng Vịnh",
    "res_province": "Tỉnh Cà Mau",
    "res_district": "Huyện Năm Căn",
    "res_commune": "Xã Hàm Rồng",
}
NOWHERE: Row = dict.fromkeys(HOME)
_INTEGERS = ("record_id", "person_id")

HUONG: Row = {
    "person_id": 1, "full_name": "Nguyễn Thị Thu Hương", "dob": "1985-03-07", "sex": "F",
    "id12": "040185001234", "id9": "186123456", **HOME,
}  # fmt: skip


def citizen(person_id: int, full_name: str, dob: str, id12: str, **other: object) -> Row:
    """Citizen (công dân) of the population file, at HUONG's places unless told otherwise."""
    return HUONG | {"person_id": person_id, "full_name": full_name, "dob": dob, "id12": id12, "id9": None} | other


def record(**other: object) -> Row:
    """Record (bản ghi) of the insured file: HUONG without an error, unless told otherwise."""
    whole: dict[str, object] = {
        "record_id": 100, "si_no": "0100000001", "full_name": "Nguyễn Thị Thu Hương", "dob": "07/03/1985", "sex": "Nữ",
        "id_no": "040185001234", **HOME,
    }  # fmt: skip
    return whole | other


@cache
def strangers(count: int = 1000) -> tuple[Row, ...]:
    """Citizens nobody asks about: a population in which a common name is common and a number means something."""
    chance = random.Random(21)
    surnames, middles = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ"), ("Văn", "Thị", "Đức", "Ngọc", "Minh")
    given = ("An", "Bình", "Cường", "Dung", "Hà", "Hoa", "Hùng", "Lan", "Mai", "Nam", "Phúc", "Quân", "Sơn", "Tâm")
    return tuple(
        citizen(
            10_000 + number,
            f"{chance.choice(surnames)} {chance.choice(middles)} {chance.choice(given)}",
            f"{chance.randint(1940, 2015)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
            f"0{chance.randint(10, 96)}{chance.randint(0, 10**9 - 1):09d}",
            sex=chance.choice("MF"),
            **AWAY,
        )
        for number in range(count)
    )


def write(path: Path, rows: Iterable[Row]) -> Path:
    """Write rows as Parquet with the column types of the agreed files."""
    listed = list(rows)
    columns = {
        name: pa.array([row[name] for row in listed], pa.int64() if name in _INTEGERS else pa.string())
        for name in listed[0]
    }
    pq.write_table(pa.table(columns), path)
    return path


@dataclass(frozen=True)
class Outcome:
    """What one linkage gave: the decisions by record_id, and the report."""

    decisions: dict[int, dict[str, object]]
    report: Report


def link_rows(folder: Path, records: Iterable[Row], citizens: Iterable[Row], policy: Policy | None = None) -> Outcome:
    """Link records to citizens standing among the strangers."""
    out = folder / "decisions.parquet"
    report = link(
        write(folder / "insured.parquet", records),
        write(folder / "population.parquet", [*citizens, *strangers()]),
        out,
        policy=policy or Policy.load(DEFAULT_POLICY),
        memory="500MB",
        threads=1,
    )
    return Outcome({row["record_id"]: row for row in pq.read_table(out).to_pylist()}, report)
