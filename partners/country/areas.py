"""Areas (địa bàn): the provinces, districts and communes in force on the day the extract was taken."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from partners.country.dice import Bools, Floats, Ints, ladder, pick
from partners.country.tables import Province

REFERENCE = date(2024, 6, 30)
"""The day of the extract: two tiers of local areas still, no merger of 2024-2025 yet."""

FULL, SHORT, BARE = 0, 1, 2
"""How a clerk writes an area: ``Phường 5``, ``P. 5`` or ``5``."""

_SHORT_KIND = {
    "Thành phố": "TP.", "Tỉnh": "T.", "Quận": "Q.", "Huyện": "H.", "Thị xã": "TX.",
    "Phường": "P.", "Xã": "X.", "Thị trấn": "TT.",
}  # fmt: skip
_SHORT_NAME = {"Hồ Chí Minh": "HCM", "Thừa Thiên Huế": "TT Huế", "Bà Rịa - Vũng Tàu": "BR-VT"}
_URBAN = ("Quận", "Phường", "Thị trấn")
_PEOPLE_IN = {"Phường": 2.0, "Thị trấn": 1.4}


@dataclass(frozen=True)
class _Row:
    code: str
    kind: str
    bare: str
    parent: str

    def written(self, style: int) -> str:
        if style == FULL:
            return f"{self.kind} {self.bare}".strip()
        bare = str(int(self.bare)) if self.bare.isdigit() else self.bare
        return bare if style == BARE else f"{_SHORT_KIND.get(self.kind, '')} {_SHORT_NAME.get(bare, bare)}".strip()


@dataclass(frozen=True)
class Areas:
    """All communes, in order of province then district; a place of a person is an index into them."""

    province: Ints
    """Index of each commune's province in ``codes``."""
    codes: Ints
    """Two-digit codes of the provinces, as numbers."""
    bounds: Ints
    """Communes of province p are ``bounds[p]`` to ``bounds[p + 1] - 1``."""
    neighbour: Ints
    """Another commune of the same district."""
    urban: Bools
    settled: Floats
    """Thresholds that place people as the provinces are populated."""
    pulled: Floats
    """Thresholds that place those who leave their province."""
    names: tuple[tuple[pa.Array, pa.Array, pa.Array], ...]
    """Province, district and commune of every commune, for each style of writing."""

    def within(self, place: Ints, chance: Floats) -> Ints:
        """Choose another place of the same province."""
        start, end = self.bounds[self.province[place]], self.bounds[self.province[place] + 1]
        return (start + (end - start) * chance).astype(np.int64)

    def anywhere(self, chance: Floats) -> Ints:
        """Choose places as the country is populated."""
        return pick(self.settled, chance)

    def province_code(self, place: Ints) -> Ints:
        """Give the two-digit province codes of places."""
        return self.codes[self.province[place]]


def _read(path: Path) -> list[_Row]:
    day = REFERENCE.isoformat()
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [r for r in csv.DictReader(lines) if r["from_date"] <= day and not "" < r["to_date"] <= day]
    if not rows:
        raise ValueError(f"Tệp {path} không có địa bàn nào còn hiệu lực vào ngày {REFERENCE:%d/%m/%Y}.")
    return [_row(r) for r in rows]


def _row(cells: dict[str, str]) -> _Row:
    name = cells["name"]
    kind = next((kind for kind in _SHORT_KIND if name.startswith(f"{kind} ")), "")
    bare = name.removeprefix(kind).strip()
    return _Row(cells["code"], kind, bare, cells["parent"])


def load(folder: Path, provinces: dict[str, Province]) -> Areas:
    """Read ``provinces.csv``, ``districts.csv`` and ``communes.csv`` (code, name, kind, parent, from_date, to_date).

    Raises FileNotFoundError or ValueError, in words for the person, when there is nothing to read.
    """
    if not (folder / "communes.csv").exists():
        raise FileNotFoundError(f"Không thấy {folder / 'communes.csv'}. Hãy chỉ thư mục địa bàn bằng --areas.")
    tops = {row.code: row for row in _read(folder / "provinces.csv") if row.code in provinces}
    middles = {row.code: row for row in _read(folder / "districts.csv") if row.parent in tops}
    communes = [row for row in _read(folder / "communes.csv") if row.parent in middles]
    communes.sort(key=lambda row: (middles[row.parent].parent, row.parent, row.code))
    chains = [(tops[middles[row.parent].parent], middles[row.parent], row) for row in communes]
    codes = sorted({top.code for top, _, _ in chains})
    province = np.array([codes.index(top.code) for top, _, _ in chains], dtype=np.int64)
    crowd = np.array([_PEOPLE_IN.get(row.kind, 1.0) for row in communes])
    share = crowd / np.bincount(province, weights=crowd)[province]
    people = np.array([provinces[code].thousands for code in codes])
    pull = np.array([provinces[code].pull for code in codes])
    return Areas(
        province=province,
        codes=np.array([int(code) for code in codes], dtype=np.int64),
        bounds=np.searchsorted(province, np.arange(len(codes) + 1)).astype(np.int64),
        neighbour=_neighbours([row.parent for row in communes]),
        urban=np.array([middle.kind in _URBAN or row.kind in _URBAN for _, middle, row in chains]),
        settled=ladder(people[province] * share),
        pulled=ladder(pull[province] * share),
        names=tuple(_written(chains, style) for style in (FULL, SHORT, BARE)),
    )


def _written(chains: list[tuple[_Row, _Row, _Row]], style: int) -> tuple[pa.Array, pa.Array, pa.Array]:
    province, district, commune = (pa.array([row.written(style) for row in tier]) for tier in zip(*chains, strict=True))
    return province, district, commune


def _neighbours(districts: list[str]) -> Ints:
    """Pair each commune with the next of its district, the last with the first."""
    found = np.arange(len(districts), dtype=np.int64)
    start = 0
    for end in range(1, len(districts) + 1):
        if end == len(districts) or districts[end] != districts[start]:
            found[start:end] = np.roll(found[start:end], -1)
            start = end
    return found
