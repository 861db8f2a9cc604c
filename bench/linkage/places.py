"""Places (nơi): communes drawn by how many live there, and every way in which forms write them.

A place is the number of a commune of 30/6/2024 (tables of ``ansinh/offices/areas``). Each of the three columns has one
dictionary of texts, a block a style, so writing a place is an addition. ``old`` names the province as it was before
the divisions of 1989 to 2008, ``merged`` names the units of 01/7/2025, which have no district.
"""

from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from bench.linkage.chance import Bools, Floats, Ints, Rng, drawn
from bench.linkage.names import COUNTRY, HERE, rows
from bench.linkage.spelling import folded

AREAS = Path(__file__).parents[2] / "ansinh" / "offices" / "areas"
DAY = "2024-06-30"
STYLES = ("full", "bare", "short", "tight", "folded", "upper", "old", "merged")
KINDS = (
    ("Thành phố", "TP.", "TP"), ("Tỉnh", "T.", ""), ("Quận", "Q.", "Q"), ("Huyện", "H.", "H"), ("Thị xã", "TX.", "TX"),
    ("Phường", "P.", "P"), ("Xã", "X.", "X"), ("Thị trấn", "TT.", "TT"),
)  # fmt: skip
TIGHT = {"Thành phố Hồ Chí Minh": "TP.HCM", "Tỉnh Bà Rịa - Vũng Tàu": "BR-VT", "Tỉnh Thừa Thiên Huế": "TT-Huế"}


def written(name: str, style: str) -> str:
    """Return the full name of a unit in a style."""
    if style in {"full", "old", "merged"}:
        return name
    if style == "folded":
        return folded(name)
    if style == "upper":
        return name.upper()
    if style == "tight" and name in TIGHT:
        return TIGHT[name]
    kind, dotted, bare = next((one for one in KINDS if name.startswith(one[0] + " ")), ("", "", ""))
    own = name[len(kind) :].strip()
    if style == "bare":
        return name if own.isdigit() else own
    return f"{dotted} {own}".strip() if style == "short" else f"{bare}.{own}" if bare else own


class _Column:
    """The texts of one level: unit and style to text, each text once."""

    def __init__(self, names: dict[str, list[str]]) -> None:
        texts = [written(name, style) for style in STYLES for name in names[style]]
        distinct, self._of = np.unique(np.array(texts, dtype=object), return_inverse=True)
        self._units = len(names["full"])
        self._texts = pa.array(distinct, pa.string())
        self._empty = distinct == ""

    def __call__(self, unit: Ints, style: Ints, missing: Bools) -> pa.DictionaryArray:
        code = self._of[style * self._units + unit]
        return pa.DictionaryArray.from_arrays(
            pa.array(code.astype(np.int32), mask=missing | self._empty[code]), self._texts
        )


@cache
def gazetteer() -> "Gazetteer":
    """Return the one gazetteer."""
    return Gazetteer()


class Gazetteer:
    """Communes, districts and provinces, and who lives where."""

    def __init__(self) -> None:
        provinces, districts, communes = (self._today(one) for one in ("provinces", "districts", "communes"))
        place = {row["code"]: at for at, row in enumerate(districts)}
        census = {row["code"]: row for row in rows(COUNTRY / "provinces.csv")}
        self.provinces = [row["code"] for row in provinces]
        order = {code: at for at, code in enumerate(self.provinces)}
        communes = [row for row in communes if row["parent"] in place]
        self.district: Ints = np.array([place[row["parent"]] for row in communes])
        self.province: Ints = np.array([order[districts[at]["parent"]] for at in self.district])
        self.code = np.array([int(one) for one in self.provinces])
        self.cmnd = np.array([int(census[one]["cmnd"]) for one in self.provinces])
        self.peoples = [census[one]["peoples"] for one in self.provinces]
        living = np.array([float(census[one]["thousands"]) for one in self.provinces])
        pull = np.array([float(census[one]["pull"]) for one in self.provinces])
        # Communes differ in size about threefold; the same sizes in every country, whatever its seed.
        size = np.random.default_rng(63).lognormal(0, 0.6, len(communes))
        size /= np.bincount(self.province, size)[self.province]
        self._home: Floats = np.cumsum(size * living[self.province])
        self._work: Floats = np.cumsum(size * (living * pull)[self.province])
        self._first, self._count = self._spans(self.district)
        self._columns = self._texts(provinces, districts, communes)

    def homes(self, rng: Rng, count: int) -> Ints:
        """Return communes drawn by how many live there."""
        return drawn(rng, self._home, count)

    def workplaces(self, rng: Rng, count: int) -> Ints:
        """Return communes drawn by how many people move there."""
        return drawn(rng, self._work, count)

    def near(self, rng: Rng, commune: Ints) -> Ints:
        """Return a commune of the same district, sometimes the same."""
        district = self.district[commune]
        return self._first[district] + (rng.random(len(commune)) * self._count[district]).astype(np.int64)

    def text(self, commune: Ints, style: Ints, missing: tuple[Bools, Bools, Bools]) -> list[pa.DictionaryArray]:
        """Return province, district and commune as text, null where missing."""
        units = (self.district[commune], self.district[commune], commune)
        return [column(unit, style, none) for column, unit, none in zip(self._columns, units, missing, strict=True)]

    def _today(self, table: str) -> list[dict[str, str]]:
        found = [
            row
            for row in rows(AREAS / f"{table}.csv")
            if row["from_date"] <= DAY and (not row["to_date"] or row["to_date"] > DAY)
        ]
        return sorted(found, key=lambda row: (row["parent"], row["code"]))

    def _spans(self, district: Ints) -> tuple[Ints, Ints]:
        """Communes are sorted by district: return where each begins and how many it has."""
        count = np.bincount(district)
        return np.cumsum(count) - count, count

    def _texts(
        self, provinces: list[dict[str, str]], districts: list[dict[str, str]], communes: list[dict[str, str]]
    ) -> list[_Column]:
        named = {row["code"]: row["name"] for row in provinces}
        merged = {row["code"]: row["name"] for row in rows(AREAS / "provinces.csv") if row["from_date"] == "2025-07-01"}
        follows = {
            row["predecessor"]: row["successor"]
            for row in rows(AREAS / "successions.csv")
            if row["level"] == "PROVINCE" and row["successor_from"] == "2025-07-01"
        }
        old: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
        for row in rows(HERE / "old_provinces.csv"):
            old[row["code"]].append((row["name"], row["districts"].split("|") if row["districts"] else []))

        def before(district: dict[str, str]) -> str:
            for name, only in old[district["parent"]]:
                if not only or any(district["name"].endswith(one) for one in only):
                    return f"Tỉnh {name}" if name != "Sài Gòn" else name
            return named[district["parent"]]

        province = {style: [named[row["parent"]] for row in districts] for style in STYLES}
        province["old"] = [before(row) for row in districts]
        province["merged"] = [merged[follows.get(row["parent"], row["parent"])] for row in districts]
        district = {style: [row["name"] for row in districts] for style in STYLES} | {"merged": [""] * len(districts)}
        commune = {style: [row["name"] for row in communes] for style in STYLES} | {"merged": self._merged(communes)}
        return [_Column(province), _Column(district), _Column(commune)]

    def _merged(self, communes: list[dict[str, str]]) -> list[str]:
        """Return the name of the commune that each became on 01/7/2025."""
        later = {row["code"]: row["name"] for row in rows(AREAS / "communes.csv") if row["from_date"] == "2025-07-01"}
        steps = {
            row["predecessor"]: row["successor"] for row in rows(AREAS / "successions.csv") if row["level"] == "COMMUNE"
        }

        def name(row: dict[str, str]) -> str:
            code = row["code"]
            for _ in range(4):
                if code in steps and steps[code] != code:
                    code = steps[code]
            return later.get(code, row["name"])

        return [name(row) for row in communes]
