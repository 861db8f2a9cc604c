"""The country as a whole: its people, the extract of the population, and the register's copy of the insured."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from partners.country import areas as territory
from partners.country import dates, errors, insurance, people, tables
from partners.country.areas import BARE, FULL, REFERENCE, SHORT, Areas
from partners.country.dice import Bools, Floats, Ints, stream
from partners.country.files import Files
from partners.country.names import Book
from partners.country.numbering import LAST_CMND_YEAR, Issuer, digits

Progress = Callable[[str, int, int], None]
"""Called with a step's name, how many rows are done and how many there are."""

CHUNK = 200_000
"""People made at once; memory depends on it, not on the size of the country."""
_HAD_CMND, _CMND_IN_EXTRACT, _DEATH_YEARS, _WORKERS_SHARE = 0.93, 0.8, 3, 0.17
_NUMBER_FROM_HOME, _SEX_BY_LETTER = 0.2, 0.1
_ROLES = ("Chủ hộ", "Vợ", "Bố", "Mẹ", "Con", "Con", "Con", "Con")


@dataclass(frozen=True)
class Plan:
    """How many of everybody: rows of the extract, rows of the register, and what the country is drawn from."""

    citizens: int
    insured: int
    seed: int
    year: int | None

    def __post_init__(self) -> None:
        """Refuse sizes that cannot be."""
        if not 1 <= self.insured <= self.citizens:
            raise ValueError(
                f"Số người tham gia ({self.insured:,}) phải từ 1 đến số công dân ({self.citizens:,}). "
                "Hãy chỉnh --insured hoặc --citizens."
            )
        if self.year is not None and not people.OLDEST_YEAR <= self.year < REFERENCE.year:
            raise ValueError(
                f"Năm sinh {self.year} phải từ {people.OLDEST_YEAR} đến {REFERENCE.year - 1}. "
                "Hãy chỉnh --one-birth-year."
            )

    @property
    def strangers(self) -> int:
        """Insured people who are not in the extract."""
        return round(self.insured * errors.RATES["not_in_extract"])

    @property
    def doubles(self) -> int:
        """Rows of people who have a second insurance number."""
        return round(self.insured * errors.RATES["second_number"])

    @property
    def people(self) -> int:
        """Everybody, in the extract or not."""
        return self.citizens + self.strangers

    def chunks(self) -> int:
        """How many chunks the country takes."""
        return -(-self.people // CHUNK)

    def part(self, total: int, chunk: int) -> tuple[int, int]:
        """Where a chunk's part of a total begins, and how large it is."""
        first = total * chunk // self.chunks()
        return first, total * (chunk + 1) // self.chunks() - first


@dataclass(frozen=True)
class Chunk:
    """Some people with all that is true of them."""

    roster: people.Roster
    places: people.Places
    words: npt.NDArray[np.int32]
    personal: Ints
    cmnd: Ints
    household: Ints
    person_id: Ints
    """-1 for those who are not in the extract."""
    died: Ints
    """Date code, -1 for the living."""


def generate(  # noqa: PLR0913  the signature is the command's
    out: Path | str,
    *,
    citizens: int = 210_000,
    insured: int = 185_000,
    seed: int = 6,
    areas: Path | str = "ansinh/offices/areas",
    one_birth_year: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Write the four files of a synthetic country into the folder ``out``; the same arguments give the same content.

    Raises ValueError or FileNotFoundError, in words for the person, when sizes or area tables cannot be used.
    """
    plan = Plan(citizens, insured, seed, one_birth_year)
    country = Country(plan, Path(areas))
    tell = progress or (lambda _step, _done, _total: None)
    with Files(Path(out)) as files:
        for index in range(plan.chunks()):
            first, size = plan.part(plan.people, index)
            chunk = country.people(index)
            tell("Người dân", first + size, plan.people)
            columns, truth = country.register(index, chunk)
            files.write(country.extract(index, chunk), columns, truth)
            tell("Người tham gia", sum(plan.part(plan.insured, index)), plan.insured)


class Country:
    """One country in the making: its tables and the numbers it has given out so far. Chunks are made in order."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        provinces = tables.provinces()
        self._plan = plan
        self._areas: Areas = territory.load(folder, provinces)
        self._groups = [tables.KINH, *sorted({group for p in provinces.values() for group in p.peoples})]
        here = [provinces[f"{code:02}"] for code in self._areas.codes.tolist()]
        self._cmnd = np.array([province.cmnd for province in here], dtype=np.int64)
        shares = np.array([[province.peoples.get(group, 0.0) for group in self._groups[1:]] for province in here])
        self._minorities: Floats = shares[:, ::-1].cumsum(axis=1)[:, ::-1]
        self._book = Book(tables.name_tables(), self._groups)
        self._issuer = Issuer(plan.seed)

    def _dice(self, step: str, index: int) -> np.random.Generator:
        return stream(self._plan.seed, step, index)

    def people(self, index: int) -> Chunk:
        """Make the people of a chunk."""
        plan, areas = self._plan, self._areas
        first, size = plan.part(plan.people, index)
        roster = people.gather(size, plan.year, areas, self._minorities, self._dice("people", index))
        places = people.settle(roster, areas, self._dice("places", index))
        years = dates.year(roster.birth)
        dice = self._dice("numbers", index)
        holders = (years <= LAST_CMND_YEAR) & (dice.random(size) < _HAD_CMND)
        households = np.unique(roster.house, return_index=True)[1]
        codes = self._issuer.household(areas.province_code(places.residence[households]))
        ids = self._issuer.person_ids(first, size)
        ids[dice.choice(size, plan.part(plan.strangers, index)[1], replace=False)] = -1
        return Chunk(
            roster=roster,
            places=places,
            words=self._book.draw(roster, years, self._dice("names", index)),
            personal=self._issuer.personal(places.birth_province, roster.sex, years),
            cmnd=self._issuer.old(self._cmnd[areas.province[places.home]], holders),
            household=codes[roster.house],
            person_id=ids,
            died=_deaths(roster.birth, dice),
        )

    def extract(self, index: int, chunk: Chunk) -> dict[str, pa.Array]:
        """Write the rows of the population extract, in no order that tells of households."""
        dice = self._dice("extract", index)
        rows = dice.permutation(np.flatnonzero(chunk.person_id >= 0))
        listed = (chunk.cmnd[rows] >= 0) & (dice.random(rows.size) < _CMND_IN_EXTRACT)
        return {
            "person_id": pa.array(chunk.person_id[rows]),
            "full_name": self._book.text(chunk.words[:, rows]),
            "dob": dates.text(chunk.roster.birth[rows], day_first=False),
            "sex": pa.array(["M", "F"]).take(pa.array(chunk.roster.sex[rows])),
            "id12": digits(chunk.personal[rows], 12),
            "id9": digits(np.where(listed, chunk.cmnd[rows], -1), 9),
            **_written(self._areas, "home", chunk.places.home[rows], np.full(rows.size, FULL)),
            **_written(self._areas, "res", chunk.places.residence[rows], np.full(rows.size, FULL)),
            "died_on": dates.text(chunk.died[rows], day_first=False),
        }

    def register(self, index: int, chunk: Chunk) -> tuple[dict[str, pa.Array], dict[str, pa.Array]]:
        """Write the register's rows with their errors, and the truth about them."""
        plan = self._plan
        dice = self._dice("register", index)
        first, size = plan.part(plan.insured, index)
        rows, second = self._choose(chunk, size, plan.part(plan.doubles, index)[1], dice)
        marks = errors.Marks.draw(size, self._dice("errors", index))
        marks.set("second_number", second)
        marks.set("not_in_extract", chunk.person_id[rows] < 0)
        marks.set("died", chunk.died[rows] >= 0)
        si_no = self._issuer.insurance(self._issued_at(chunk, rows, dice))
        truth = {"record_id": pa.array(np.arange(first + 1, first + size + 1)), "si_no": digits(si_no, 10)}
        roster = chunk.roster
        born = dates.first_day(roster.birth[rows])
        facts = insurance.Insured(
            si_no=si_no,
            age=(dates.code(REFERENCE) - born) / 365.2425,
            born=born,
            residence=chunk.places.residence[rows],
            poor=roster.house_poor[roster.house[rows]],
            people=roster.house_people[roster.house[rows]],
        )
        workers = int(plan.insured * _WORKERS_SHARE)
        columns = {
            **truth,
            **self._copied(chunk, rows, marks),
            "ethnicity": pa.array(self._groups).take(pa.array(facts.people)),
            "household_code": digits(chunk.household[rows], 10),
            "household_role": pa.array(_ROLES).take(pa.array(_roles(roster)[rows])),
            **insurance.columns(facts, self._areas, self._dice("insurance", index), workers),
        }
        person = chunk.person_id[rows]
        return columns, {**truth, "person_id": pa.array(person, mask=person < 0), "errors": marks.text()}

    def _choose(self, chunk: Chunk, size: int, doubles: int, dice: np.random.Generator) -> tuple[Ints, Bools]:
        """Choose who is insured: all who are not in the extract, and others until the chunk has ``size`` rows."""
        outside = np.flatnonzero(chunk.person_id < 0)
        inside = dice.permutation(np.flatnonzero(chunk.person_id >= 0))[: size - doubles - outside.size]
        once = np.concatenate([outside, inside])
        rows = np.concatenate([once, inside[:doubles]])
        order = dice.permutation(size)
        return rows[order], order >= once.size

    def _issued_at(self, chunk: Chunk, rows: Ints, dice: np.random.Generator) -> Ints:
        """Give the province whose office issued each insurance number: of the residence, or of the home."""
        at_home = dice.random(rows.size) < _NUMBER_FROM_HOME
        return self._areas.province_code(np.where(at_home, chunk.places.home[rows], chunk.places.residence[rows]))

    def _copied(self, chunk: Chunk, rows: Ints, marks: errors.Marks) -> dict[str, pa.Array]:
        """Write name, date, sex, number and places as the register holds them."""
        dice = marks.dice
        numbers = errors.Numbers(
            personal=chunk.personal[rows],
            cmnd=chunk.cmnd[rows],
            family=_relative(chunk, dice)[rows],
            stranger=chunk.personal[dice.integers(0, chunk.personal.size, rows.size)],
        )
        return {
            "full_name": errors.spoil_names(self._book.text(chunk.words[:, rows]), marks),
            "dob": dates.text(
                errors.spoil_births(chunk.roster.birth[rows], marks, dates.code(REFERENCE)), day_first=True
            ),
            "sex": _sexes(chunk.roster.sex[rows], marks),
            "id_no": errors.spoil_numbers(numbers, marks),
            **_places(self._areas, chunk.places, rows, marks),
        }


def _roles(roster: people.Roster) -> Ints:
    """Give everybody's role: the husband heads the household, or the woman who has none."""
    first = np.diff(roster.house, prepend=-1) > 0
    return np.where(first, people.HUSBAND, roster.slot)


def _deaths(birth: Ints, dice: np.random.Generator) -> Ints:
    """Let as many have died in the last years as the table of errors says, the old far more often."""
    age = REFERENCE.year - dates.year(birth)
    hazard = np.exp(age / 12.0)
    hazard *= errors.RATES["died"] / hazard.mean()
    today = dates.code(REFERENCE)
    day = today - 1 - (dice.random(birth.size) * _DEATH_YEARS * 365).astype(np.int64)
    day = np.maximum(day, dates.first_day(birth))
    return np.where(dice.random(birth.size) < hazard, day, -1)


def _relative(chunk: Chunk, dice: np.random.Generator) -> Ints:
    """Give everybody the personal number of another member of the household, -1 to those who live alone."""
    house = chunk.roster.house
    start = np.searchsorted(house, house, side="left")
    members = np.searchsorted(house, house, side="right") - start
    step = 1 + (dice.random(house.size) * (members - 1)).astype(np.int64)
    other = start + (np.arange(house.size) - start + step) % members
    return np.where(members > 1, chunk.personal[other], -1)


def _sexes(sex: Ints, marks: errors.Marks) -> pa.Array:
    """Write sexes as offices do: mostly Nam and Nữ, some M and F."""
    marks.choose(["sex_wrong", "sex_missing"])
    sex = np.where(marks.has("sex_wrong"), 1 - sex, sex)
    letters = marks.dice.random(sex.size) < _SEX_BY_LETTER
    return pa.array(["Nam", "Nữ", "M", "F"]).take(pa.array(sex + 2 * letters, mask=marks.has("sex_missing")))


def _places(areas: Areas, places: people.Places, rows: Ints, marks: errors.Marks) -> dict[str, pa.Array]:
    """Write home and residence with their errors."""
    for names in (["place_short", "place_bare"], ["commune_old_name"], ["residence_stale"], ["home_missing"]):
        marks.choose(names)
    style = np.where(marks.has("place_short"), SHORT, np.where(marks.has("place_bare"), BARE, FULL))
    old = marks.has("commune_old_name")
    home = np.where(old, areas.neighbour[places.home[rows]], places.home[rows])
    residence = np.where(marks.has("residence_stale"), places.former[rows], places.residence[rows])
    residence = np.where(old, areas.neighbour[residence], residence)
    return {
        **_written(areas, "home", np.where(marks.has("home_missing"), -1, home), style),
        **_written(areas, "res", residence, style),
    }


def _written(areas: Areas, kind: str, place: Ints, style: Ints) -> dict[str, pa.Array]:
    """Write places as three columns; a negative place is null."""
    count = areas.province.size
    index = pa.array(place + style * count, mask=place < 0)
    columns = {}
    for tier, name in enumerate(("province", "district", "commune")):
        columns[f"{kind}_{name}"] = pa.concat_arrays([names[tier] for names in areas.names]).take(index)
    return columns
