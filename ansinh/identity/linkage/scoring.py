"""Scoring (chấm điểm): the levels of every pair and their weight in bits, under one policy."""

from dataclasses import dataclass
from math import log2

import numpy as np

from ansinh.identity.linkage.columns import Columns
from ansinh.identity.linkage.compiled import Array, Ints, count_into
from ansinh.identity.linkage.levels import CAPPED, FIELDS, Graded, Side, codes, grade, slips, vetoed
from ansinh.identity.linkage.policy import Policy

_CELL_BITS = 24
_CELL = np.uint32(32 - _CELL_BITS)
_DAYS = 32 * 16
_YEARS = 300
_EARLIEST = 1880


class Census:
    """Census (thống kê dân cư): how many citizens bear a name, were born on a day, in a year; the base of rarity.

    Names are counted in 2²⁴ cells of their hash: rare names may share one, which changes nothing below the policy's
    limit of rarity.
    """

    def __init__(self) -> None:
        """Start with nobody counted."""
        self.people = 0
        self.names = np.zeros(1 << _CELL_BITS, np.int32)
        self.days = np.zeros(_YEARS * _DAYS, np.int32)

    @property
    def counts(self) -> Array:
        """Return all counts behind one another, to be kept; `of` takes them back."""
        return np.concatenate([self.names, self.days])

    @classmethod
    def of(cls, people: int, counts: Array) -> "Census":
        """Return a census from what was kept of it."""
        made = cls.__new__(cls)
        made.people, made.names, made.days = people, counts[: 1 << _CELL_BITS], counts[1 << _CELL_BITS :]
        return made

    def count(self, columns: Columns) -> None:
        """Count some citizens."""
        self.people += len(columns["id"])
        count_into((columns["folded"] >> _CELL).astype(np.int64), self.names)
        count_into(_day(columns["year"], columns["month"], columns["day"]), self.days)


def _day(year: Array, month: Array, day: Array) -> Ints:
    known = np.clip(year.astype(np.int64) - _EARLIEST, 0, _YEARS - 1)
    return known * _DAYS + month.astype(np.int64) * 32 + day.astype(np.int64)


@dataclass(frozen=True, slots=True)
class Scored:
    """Scored pairs (cặp đã chấm): levels by field, weight in bits before the number of citizens, vetoed or not."""

    graded: Graded
    weight: Array
    vetoed: Array


class Scale:
    """Scale (thang điểm): a policy's weights for one population, ready to weigh pairs."""

    def __init__(self, policy: Policy, census: Census) -> None:
        """Lay weights and rarities out as tables."""
        self.chance = log2(max(census.people, 1))
        limit = policy.rarity_limit
        self._names = _rarity(census.names, self.chance, limit)
        self._days = _rarity(census.days, self.chance, limit)
        self._years = _rarity(census.days.reshape(_YEARS, _DAYS).sum(axis=1), self.chance, limit)
        self._name = np.array([(policy.name[code].bits, policy.name[code].name) for code in codes("name")])
        self._dob = np.array([(row.bits, row.day, row.year) for row in (policy.dob[code] for code in codes("dob"))])
        weights = policy.weights
        number = {code: min(bits, self.chance) if code in CAPPED else bits for code, bits in weights["number"].items()}
        self._number = np.array([number[code] for code in codes("number")])
        self._sex = np.array([weights["sex"][code] for code in codes("sex")])
        self._places = np.array([weights["places"][code] for code in codes("places")])
        self._share = policy.second_place_share
        self._slips = policy.two_slips

    def weigh(self, r: Side, p: Side) -> Scored:
        """Weigh pairs of a record (with ``shared`` and ``owned``) and a citizen."""
        levels = grade(r, p)
        home, res = levels.pop("home"), levels.pop("res")
        missing = codes("places").index("MISSING")
        first = (res == missing) | ((home != missing) & (self._places[home] >= self._places[res]))
        levels["places"] = np.where(first, home, res)
        name, dob = self._name[levels["name"]], self._dob[levels["dob"]]
        day = _day(p["year"], p["month"], p["day"])
        weight = (
            name[:, 0]
            + name[:, 1] * self._names[p["folded"] >> _CELL]
            + dob[:, 0]
            + dob[:, 1] * self._days[day]
            + dob[:, 2] * self._years[day // _DAYS]
            + self._sex[levels["sex"]]
            + self._number[levels["number"]]
            + self._places[levels["places"]]
            + self._share * self._places[np.where(first, res, home)]
        )
        graded = Graded({field: levels[field] for field in FIELDS})
        weight -= self._slips.dob * slips(graded, "dob") + self._slips.name * slips(graded, "name")
        return Scored(graded, np.round(weight, 2), vetoed(graded))


def _rarity(counts: Array, chance: float, limit: float) -> Array:
    bits = np.full(counts.shape, limit, np.float32)
    common = np.flatnonzero(counts > 2 ** (chance - limit))
    bits[common] = np.minimum(limit, chance - np.log2(counts[common]))
    return bits
