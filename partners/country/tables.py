"""The typed-in tables of the country: provinces and names. Approximate shares, normalised; no census is claimed."""

import csv
from dataclasses import dataclass
from pathlib import Path

_DATA = Path(__file__).parent / "data"
KINH = "Kinh"


@dataclass(frozen=True)
class Province:
    """Province (tỉnh): its people in thousands, its pull on those who move, and who lives there."""

    thousands: float
    pull: float
    cmnd: int
    """First two digits of the old nine-digit numbers issued there."""
    peoples: dict[str, float]
    """Shares of the ethnic groups other than Kinh."""


@dataclass(frozen=True)
class Weighted:
    """Words and their weights, one list for each era of birth (one list when the era does not matter)."""

    words: tuple[str, ...]
    weights: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class NameTables:
    """Name tables (bảng họ, đệm, tên), keyed by ethnic group and, where it matters, by sex (``M``, ``F``)."""

    surnames: dict[str, Weighted]
    middles: dict[tuple[str, str], Weighted]
    givens: dict[tuple[str, str], Weighted]


def _rows(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _notes(text: str) -> dict[str, float]:
    """Read ``Tày:.34 Ê Đê:.2``: a note ends where its weight ends, so that names may hold spaces."""
    found: dict[str, float] = {}
    words: list[str] = []
    for part in text.split(" "):
        name, colon, weight = part.rpartition(":")
        words.append(name if colon else part)
        if colon:
            found[" ".join(words)] = float(weight)
            words = []
    return found


def provinces() -> dict[str, Province]:
    """Read the provinces of 2024 by their two-digit code."""
    return {
        row["code"]: Province(float(row["thousands"]), float(row["pull"]), int(row["cmnd"]), _notes(row["peoples"]))
        for row in _rows("provinces.csv")
    }


def _eras(name: str) -> dict[tuple[str, str], Weighted]:
    found = {}
    for sex in ("M", "F"):
        rows = [row for row in _rows(name) if row["sex"] == sex]
        eras = [key for key in rows[0] if key.startswith("born_")]
        weights = tuple(tuple(float(row[era]) for row in rows) for era in eras)
        found[KINH, sex] = Weighted(tuple(row["name"] for row in rows), weights)
    return found


def name_tables() -> NameTables:
    """Read the name tables; a group without given names of its own takes Kinh middle and given names."""
    surnames: dict[str, dict[str, float]] = {}
    for row in _rows("surnames.csv"):
        surnames.setdefault(row["people"], {})[row["surname"]] = float(row["weight"])
    middles, givens = _eras("middle.csv"), _eras("given.csv")
    for row in _rows("peoples.csv"):
        for sex in ("M", "F"):
            key = row["people"], sex
            if not row["sex"]:
                middles[key], givens[key] = middles[KINH, sex], givens[KINH, sex]
            elif row["sex"] == sex:
                own = _notes(row["middles"])
                words = tuple(row["givens"].split(" "))
                middles[key] = Weighted(tuple(own), (tuple(own.values()),))
                givens[key] = Weighted(words, ((1.0,) * len(words),))
    tables = {people: Weighted(tuple(own), (tuple(own.values()),)) for people, own in surnames.items()}
    return NameTables(tables, middles, givens)
