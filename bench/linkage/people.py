"""Invented people (người dân) in families: who they are, as the state would know them if it made no mistakes.

A family is a father, a mother and up to five children over two or three generations of the country: they share
surname, home and neighbouring numbers, some brothers share the middle name, twins the day, a few sons the whole name
of the father. Everything is drawn by columns.
"""

from dataclasses import dataclass, fields

import numpy as np

from bench.linkage import dates
from bench.linkage.chance import Draw, Ints, Rng, happens
from bench.linkage.names import KINH, name_book
from bench.linkage.numbers import Register
from bench.linkage.places import gazetteer

CHILDREN = 5
THIS_YEAR = 2024
# Births of fathers in decades from 1915, as shares that make the ages of their families those of the country.
DECADES = np.array([0.8, 1.8, 3.0, 5.0, 8.0, 11.0, 14.0, 17.0, 13.0])


@dataclass(frozen=True, slots=True)
class People:
    """One row a person; ``family`` and ``row`` make it possible to find a relative's row."""

    family: Ints
    people: Ints
    parts: Ints
    female: Ints
    birth: Ints
    home: Ints
    residence: Ints
    former: Ints
    number: Ints
    old_number: Ints

    def __len__(self) -> int:
        return len(self.family)

    def take(self, rows: Ints) -> "People":
        """Return the people of some rows."""
        return People(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})


class Country:
    """Makes people by the ten thousand; keeps only what must not repeat."""

    def __init__(self, *, year: int | None = None) -> None:
        self.year = year
        self.names = name_book()
        self.places = gazetteer()
        self.register = Register()
        self._peoples = self._peoples_of_provinces()

    def people(self, rng: Rng, count: int) -> People:
        """Return ``count`` people in whole families (the last may be cut)."""
        families = count // 3 + 50
        years, twins, present = self._years(rng, families)
        family, member = np.nonzero(present)
        family, member = family[:count], member[:count]
        if len(family) < count:
            raise ValueError("families turned out too small for the people asked for")
        year = years[family, member]
        female = np.where(member < 2, member, rng.integers(0, 2, count))  # noqa: PLR2004 - 0 father, 1 mother
        birth = dates.born(rng, year)
        twin = twins[family, member] & np.r_[False, family[1:] == family[:-1]]
        birth = np.where(twin, np.roll(birth, 1), birth)
        home = self._homes(rng, family, member)
        people = self._peoples(rng, self.places.province[home])
        people = np.where(member == 1, people, people[np.searchsorted(family, family)])
        parts = self._name(rng, family, member, (people, female, dates.split(birth)[0], twin))
        residence, former = self._residences(rng, family, member, home)
        known = dates.known(rng, birth)
        known = np.where(twin, np.roll(known, 1), known)
        registered = np.where(happens(rng, 0.8, count), home, residence)
        number = self.register.personal(self.places.code[self.places.province[registered]], female, known // 416)
        old = self.register.old(self.places.cmnd[self.places.province[registered]])
        holds = (known // 416 < 2004) & happens(rng, 0.93, count)  # noqa: PLR2004 - old cards stopped before they were 14
        return People(family, people, parts, female, known, home, residence, former, number, np.where(holds, old, 0))

    def _years(self, rng: Rng, families: int) -> tuple[Ints, np.ndarray, np.ndarray]:
        """Return years of birth, who is the twin of the one before, and who there is, by family and member."""
        decade = np.searchsorted(np.cumsum(DECADES) / DECADES.sum(), rng.random(families))
        father = 1915 + decade * 10 + rng.integers(0, 10, families)
        mother = father + np.rint(rng.normal(3, 3.5, families)).astype(np.int64)
        first = mother + np.clip(np.rint(rng.normal(24.5, 4, families)), 17, 40).astype(np.int64)
        gaps = 1 + np.minimum(rng.geometric(0.38, (families, CHILDREN)), 9)
        twins = rng.random((families, CHILDREN)) < 0.012  # noqa: PLR2004 - one birth in about eighty
        twins[:, 0] = False
        gaps[twins] = 0
        gaps[:, 0] = 0
        children = first[:, None] + np.cumsum(gaps, axis=1)
        wanted = rng.poisson(np.clip(3.6 - (father - 1930) * 0.028, 1.7, 4.2))[:, None]
        born = (np.arange(CHILDREN) < wanted) & (children <= np.minimum(THIS_YEAR, mother + 45)[:, None])
        alive = rng.random((families, 2)) < np.clip((father - 1900) / 45, 0.1, 0.97)[:, None]
        years = np.column_stack([father, mother, children])
        if self.year is not None:
            years[:] = self.year
        return years, np.column_stack([np.zeros((families, 2), dtype=bool), twins]), np.column_stack([alive, born])

    def _homes(self, rng: Rng, family: Ints, member: Ints) -> Ints:
        """Return places of origin: the father's for his children, the mother's own, near or far."""
        of_family = self.places.homes(rng, int(family[-1]) + 1)[family]
        own = np.where(
            happens(rng, 0.6, len(family)), self.places.near(rng, of_family), self.places.homes(rng, len(family))
        )
        return np.where(member == 1, own, of_family)

    def _residences(self, rng: Rng, family: Ints, member: Ints, home: Ints) -> tuple[Ints, Ints]:
        """Return where each lives, and where each lived before."""
        count, families = len(family), int(family[-1]) + 1
        first = np.searchsorted(family, family)
        roll = rng.random(families)[family]
        away = self.places.workplaces(rng, families)[family]
        near = self.places.near(rng, home)[first]
        together = np.where(roll < 0.66, home[first], np.where(roll < 0.8, near, away))  # noqa: PLR2004 - stayed, near, far
        leaves = (member >= 2) & happens(rng, 0.22, count)  # noqa: PLR2004 - a child
        own = np.where(happens(rng, 0.4, count), self.places.near(rng, together), self.places.workplaces(rng, count))
        residence = np.where(leaves, own, together)
        before = np.where(happens(rng, 0.6, count), home, self.places.near(rng, residence))
        return residence, before

    def _name(self, rng: Rng, family: Ints, member: Ints, who: tuple[Ints, Ints, Ints, np.ndarray]) -> Ints:
        people, female, year, twin = who
        count = len(family)
        first = np.searchsorted(family, family)
        own = self.names.surnames(rng, people)
        surname = np.where((member == 1) | happens(rng, 0.01, count), own, own[first])
        middle, second = self.names.middles(rng, people, female, year)
        given = self.names.given(rng, people, female, year)
        brother = np.r_[False, (family[1:] == family[:-1]) & (female[1:] == female[:-1])] & (member > 2)  # noqa: PLR2004
        shared = brother & happens(rng, 0.45, count)
        middle = np.where(shared, np.roll(middle, 1), middle)
        second = np.where(shared, np.where(np.roll(second, 1) == given, 0, np.roll(second, 1)), second)
        given = np.where(given == middle, self.names.given(rng, people, female, year), given)
        parts = np.column_stack([surname, middle, second, given])
        namesake = (female == 0) & (member >= 2) & (member[first] == 0) & happens(rng, 0.004, count) & ~twin  # noqa: PLR2004
        parts[namesake] = parts[first[namesake]]
        return self.names.in_order(people, parts)

    def _peoples_of_provinces(self) -> Draw:
        """Return the draw of a people by province; who is not listed there is Kinh."""
        tables = []
        for listed in self.places.peoples:
            shares = _joined(listed)
            table = {self.names.people(name): share for name, share in shares.items() if name in self.names.peoples}
            table[self.names.people(KINH)] = 1 - sum(table.values())
            tables.append((list(table), list(table.values())))
        return Draw(tables)


def _joined(listed: str) -> dict[str, float]:
    """Read ``Ê Đê:.19 Nùng:.04``: names may hold a space."""
    shares, name = {}, ""
    for part in listed.split():
        name = f"{name} {part}".strip()
        if ":" in name:
            label, share = name.rsplit(":", 1)
            shares[label], name = float(share), ""
    return shares
