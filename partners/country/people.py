"""People (nhân dân): households of up to three generations, when and where they were born and where they live."""

from dataclasses import dataclass

import numpy as np

from partners.country import dates
from partners.country.areas import REFERENCE, Areas
from partners.country.dice import Bools, Floats, Ints, ladder, pick

MALE, FEMALE = 0, 1
HUSBAND, WIFE, FATHER, MOTHER, CHILD = 0, 1, 2, 3, 4
_CHILDREN = 4
_SLOTS = CHILD + _CHILDREN
_AGES = np.array([19, 22, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 92, 99])
_AGE_LADDER = ladder([3, 5, 11, 13, 12, 10.5, 9.5, 9, 8, 7, 4.6, 2.6, 1.8, 1.1, 0.6, 0.2])
"""Ages of the couple at the head of a household, from the first bound to the next."""
_FATHER_HERE, _MOTHER_HERE = 0.55, 0.85
"""Of the households shared with the husband's parents, those where each of them still lives."""
_OLDEST, _LAST_BIRTH, _WIDOWHOOD = 98, 46, 60
_BOYS, _TWINS = 0.522, 0.011
_POOR, _POOR_MINORITY = 0.07, 0.55
_MOVED, _MOVED_NEAR = 0.13, 0.16
"""Households that left their province, and those that moved inside it."""
_WIFE_FROM_ELSEWHERE, _WIFE_FROM_FAR = 0.85, 0.2
_REGISTERED_WHERE_LIVING, _REGISTERED_FAR = 0.85, 0.06
_YOUNG = 30
OLDEST_YEAR = 1920
"""No country of one birth year is older."""


@dataclass(frozen=True)
class Roster:
    """Who lives with whom: one row a person, households one after the other."""

    house: Ints
    slot: Ints
    sex: Ints
    birth: Ints
    """Date codes of ``dates``, with their precision."""
    twin: Bools
    """Born with the person of the row before."""
    own_line: Bools
    """Bears a surname of another line than the household's: wives and mothers."""
    house_home: Ints
    """Where every household's family is from: a commune."""
    house_people: Ints
    """Ethnic group of every household."""
    house_poor: Bools


@dataclass(frozen=True)
class Places:
    """Where a person comes from, lives, lived before, and was registered at birth (communes; the last a province)."""

    home: Ints
    residence: Ints
    former: Ints
    birth_province: Ints


def _draw_ages(count: int, dice: np.random.Generator) -> tuple[Bools, Floats, Bools]:
    """Draw presence and age for every slot of ``count`` households, and which children are twins of the one before."""
    band = pick(_AGE_LADDER, dice.random(count))
    wife = _AGES[band] + (_AGES[band + 1] - _AGES[band]) * dice.random(count)
    age = np.zeros((count, _SLOTS))
    age[:, WIFE] = wife
    age[:, HUSBAND] = np.clip(wife + dice.normal(2.0, 3.0, count), 19, _OLDEST)
    alone = dice.random(count) < np.interp(wife, [20, 26, 32, 60, 70, 85], [0.7, 0.3, 0.1, 0.13, 0.3, 0.7])
    widow = dice.random(count) < np.interp(wife, [20, 50, 70, 85], [0.48, 0.6, 0.75, 0.85])
    here = np.zeros((count, _SLOTS), dtype=bool)
    here[:, WIFE] = ~alone | widow
    here[:, HUSBAND] = ~alone | ~widow
    age[:, FATHER] = age[:, HUSBAND] + np.clip(dice.normal(27, 5, count), 18, 50)
    age[:, MOTHER] = age[:, FATHER] - dice.normal(2.4, 3.0, count)
    shared = here[:, HUSBAND] & (dice.random(count) < np.interp(wife, [22, 35, 55, 62], [0.2, 0.24, 0.12, 0]))
    here[:, FATHER] = shared & (dice.random(count) < _FATHER_HERE) & (age[:, FATHER] < _OLDEST)
    here[:, MOTHER] = shared & (dice.random(count) < _MOTHER_HERE) & (age[:, MOTHER] < _OLDEST)
    twins = _add_children(here, age, alone, dice)
    return here, age, twins


def _add_children(here: Bools, age: Floats, alone: Bools, dice: np.random.Generator) -> Bools:
    """Give the households their children still at home; children of one mother are 1.2 to 5 years apart."""
    count = age.shape[0]
    wife = age[:, WIFE]
    wanted = np.interp(wife, [19, 45, 55, 65, 78], [2.4, 2.3, 2.4, 2.9, 3.8])
    wanted = np.where(alone & (wife < _WIDOWHOOD), wanted * 0.25, wanted)
    born = dice.binomial(_CHILDREN, wanted / _CHILDREN)
    at = np.clip(dice.normal(24.0, 3.6, count), 17.5, 38)
    twins = np.zeros((count, _SLOTS), dtype=bool)
    for child in range(_CHILDREN):
        slot = CHILD + child
        twin = (dice.random(count) < _TWINS) & here[:, slot - 1] & ~twins[:, slot - 1] & (child > 0)
        at = np.where(twin, at, at + (dice.uniform(1.2, 5.2, count) if child else 0))
        age[:, slot] = wife - at
        stays = np.interp(age[:, slot], [0, 17, 20, 25, 32, 45], [0.98, 0.97, 0.74, 0.5, 0.2, 0.06])
        here[:, slot] = (child < born) & (age[:, slot] > 0) & (at < _LAST_BIRTH) & (dice.random(count) < stays)
        twins[:, slot] = twin & (age[:, slot] > 0)
        here[:, slot] |= twins[:, slot]
    return twins


def _families(size: int, dice: np.random.Generator) -> tuple[Ints, Ints, Floats, Bools]:
    """Draw households until ``size`` people live in them; give house, slot, age and twins of each person."""
    here, age, twins = _draw_ages(int(size / 2.6) + 60, dice)
    flat = np.flatnonzero(here)[:size]
    return flat // _SLOTS, flat % _SLOTS, age.ravel()[flat], twins.ravel()[flat]


def _one_year(size: int, year: int, dice: np.random.Generator) -> tuple[Ints, Ints, Floats, Bools]:
    """Draw people all born in one year; only twins share a household."""
    twin = dice.random(size) < _TWINS / 2
    twin[0] = False
    twin[1:] &= ~twin[:-1]
    house = np.cumsum(~twin) - 1
    slot = dice.integers(HUSBAND, WIFE + 1, size)
    past = (np.datetime64(REFERENCE) - np.datetime64(f"{year}-12-31")).astype(np.int64)
    return house, np.where(twin, CHILD, slot), (past + 365 * dice.random(size)) / 365.2425, twin


def _births(age: Floats, twin: Bools, dice: np.random.Generator) -> Ints:
    """Turn ages into dates of birth: heaped on 1 January and on round days, some known by month or year only."""
    codes = dates.code(REFERENCE) - (age * 365.2425).astype(np.int64)
    years = dates.year(codes)
    chance = dice.random((3, age.size))
    new_year = chance[0] < np.interp(years, [1940, 1965, 1985, 2000], [0.08, 0.04, 0.012, 0.003])
    codes = np.where(new_year, dates.first_of_year(years), codes)
    round_day = np.array([1, 2, 5, 10, 10, 12, 15, 20, 20, 25])[(chance[1] * 10).astype(np.int64)]
    heaped = ~new_year & (dice.random(age.size) < np.interp(years, [1940, 1970, 1990, 2005], [0.25, 0.15, 0.05, 0.01]))
    codes = np.where(heaped, dates.with_day(codes, round_day), codes)
    codes = np.minimum(codes, dates.code(REFERENCE))
    year_only = chance[2] < np.interp(years, [1935, 1955, 1970, 1985], [0.14, 0.06, 0.01, 0.0004])
    month_only = ~year_only & (chance[2] > 1 - np.interp(years, [1940, 1960, 1980], [0.006, 0.003, 0]))
    codes = np.where(year_only, dates.only_year(codes), np.where(month_only, dates.only_month(codes), codes))
    codes[twin] = codes[np.flatnonzero(twin) - 1]
    return codes


def gather(size: int, year: int | None, areas: Areas, minorities: Floats, dice: np.random.Generator) -> Roster:
    """Draw ``size`` people in households, or all born in ``year``.

    ``minorities`` (provinces, groups) holds, for each province, the falling chance of group 1 or later, 2 or later …
    """
    house, slot, age, twin = _one_year(size, year, dice) if year else _families(size, dice)
    homes = areas.anywhere(dice.random(int(house[-1]) + 1))
    people = (dice.random(homes.size)[:, None] < minorities[areas.province[homes]]).sum(axis=1)
    poor = dice.random(homes.size) < np.where(people > 0, _POOR_MINORITY, _POOR)
    child_sex = np.where(dice.random(size) < _BOYS, MALE, FEMALE)
    return Roster(
        house=house,
        slot=slot,
        sex=np.where(slot >= CHILD, child_sex, slot % 2),
        birth=_births(age, twin, dice),
        twin=twin,
        own_line=(slot == WIFE) | (slot == MOTHER),
        house_home=homes,
        house_people=people,
        house_poor=poor,
    )


def settle(roster: Roster, areas: Areas, dice: np.random.Generator) -> Places:
    """Place people: the household lives where the husband's family is from, or moved within or out of the province."""
    homes = roster.house_home
    chance = dice.random((3, homes.size))
    moved = np.where(chance[0] > 1 - _MOVED_NEAR, areas.within(homes, chance[1]), homes)
    residence = np.where(chance[0] < _MOVED, pick(areas.pulled, chance[2]), moved)
    home, lives = homes[roster.house], residence[roster.house]
    own = dice.random((4, home.size))
    away = np.where(own[0] < _WIFE_FROM_FAR, areas.anywhere(own[1]), areas.within(home, own[1]))
    home = np.where(roster.own_line & (own[0] < _WIFE_FROM_ELSEWHERE), away, home)
    former = np.where(home == lives, areas.within(lives, own[2]), home)
    child = (roster.slot >= CHILD) & (dates.year(roster.birth) > REFERENCE.year - _YOUNG)
    elsewhere = np.where(own[3] > 1 - _REGISTERED_FAR, areas.anywhere(own[1]), home)
    born_at = np.where(child & (own[3] < _REGISTERED_WHERE_LIVING), lives, elsewhere)
    return Places(home, lives, former, areas.province_code(born_at))
