"""The two files and the truth between them, made chunk by chunk from one seed.

python -m bench.linkage.files --out FOLDER [--insured 1000000] [--population 1030000] [--seed 2024]
                              [--one-birth-year 1980] [--shared-number 100000]
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from bench.linkage import dates, rates, slips
from bench.linkage.chance import Bools, Ints, Rng, happens
from bench.linkage.numbers import digits
from bench.linkage.people import Country, People
from bench.linkage.places import STYLES
from bench.linkage.slips import Slips

CHUNK = 400_000
PLACES = [f"{kind}_{level}" for kind in ("home", "res") for level in ("province", "district", "commune")]
DICTIONARIES = {"dob", "sex", *PLACES}  # names and numbers seldom repeat and are written faster without


@dataclass(frozen=True, slots=True)
class Asked:
    """What to make."""

    insured: int = 1_000_000
    population: int = 1_030_000
    seed: int = 2024
    year: int | None = None
    shared: int = 0
    chunk: int = CHUNK


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of the three files."""

    insured: pa.Table
    population: pa.Table
    truth: pa.Table


class Generator:
    """Makes the chunks in order; the same ``Asked`` gives the same rows."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._country = Country(year=asked.year)
        self._iso, self._vn = dates.date_text(iso=True), dates.date_text(iso=False)
        self._records = self._persons = 0

    def chunks(self) -> Iterator[Chunk]:
        """Yield the files piece by piece."""
        asked = self._asked
        pieces = max(1, -(-asked.population // asked.chunk))
        for piece in range(pieces):
            insured, population, shared = (
                _piece(total, piece, pieces) for total in (asked.insured, asked.population, asked.shared)
            )
            rng = np.random.Generator(np.random.SFC64([asked.seed, piece]))
            yield self._chunk(rng, insured, population, shared)

    def _chunk(self, rng: Rng, insured: int, population: int, shared: int) -> Chunk:
        absent = round(insured * rates.NO_COUNTERPART)
        people = self._country.people(rng, population + absent)
        order = rng.permutation(len(people))
        here, gone = order[:population], order[population:]
        people = self._lookalikes(rng, people, here, gone)
        records = _records(rng, here, gone, insured)
        first, first_record = self._persons + 1, self._records + 1
        self._persons, self._records = self._persons + population, self._records + insured
        person = np.zeros(len(people), dtype=np.int64)
        person[here] = np.arange(first, first + population)
        record = pa.array(np.arange(first_record, first_record + insured))
        truth = pa.array(person[records], mask=person[records] == 0)
        columns = self._insured(rng, people, records, shared)
        return Chunk(
            pa.table({"record_id": record} | columns),
            pa.table({"person_id": pa.array(person[here])} | self._population(rng, people.take(here))),
            pa.table({"record_id": record, "person_id": truth}),
        )

    def _lookalikes(self, rng: Rng, people: People, here: Ints, gone: Ints) -> People:
        """Give some who are absent the name, sex and nearly the date of somebody who is present."""
        some = gone[happens(rng, rates.LOOKALIKE, len(gone))]
        model = here[rng.integers(0, len(here), len(some))]
        near = dates.shifted(people.birth[model], rng.integers(-40, 41, len(some)))
        year = near // 416
        if self._asked.year is not None:
            near, year = near + (self._asked.year - year) * 416, np.full(len(some), self._asked.year)
        birth, parts, female, home, residence, number = (
            one.copy()
            for one in (people.birth, people.parts, people.female, people.home, people.residence, people.number)
        )
        birth[some], parts[some], female[some] = near, people.parts[model], people.female[model]
        villagers = happens(rng, 0.3, len(some))
        home[some[villagers]], residence[some[villagers]] = (
            people.home[model[villagers]],
            people.residence[model[villagers]],
        )
        places = self._country.places
        number[some] = self._country.register.personal(places.code[places.province[home[some]]], female[some], year)
        return replace(people, birth=birth, parts=parts, female=female, home=home, residence=residence, number=number)

    def _population(self, rng: Rng, people: People) -> dict[str, pa.Array]:
        """Return the columns of the population file, which has a few mistakes of its own."""
        count, names = len(people), self._country.names
        parts = people.parts.copy()
        other = happens(rng, rates.STATE["other_tone"], count)
        parts[other] += names.block["tone_placement"] * names.size
        wrong = np.flatnonzero(happens(rng, rates.STATE["name"], count) & ~other)
        start, variants = names.variants("marked")
        there = parts[wrong, 3] > 0
        parts[wrong[there], 3] += (start + rng.integers(0, variants, there.sum())) * names.size
        birth = np.where(
            happens(rng, rates.STATE["date"], count),
            dates.shifted(people.birth, rng.integers(-400, 400, count)),
            people.birth,
        )
        female = people.female ^ happens(rng, rates.STATE["sex"], count)
        merged = happens(rng, rates.STATE["merged"], count)
        style = np.where(merged, STYLES.index("merged"), STYLES.index("full"))
        none = np.zeros(count, dtype=bool)
        places = [
            column
            for commune in (people.home, people.residence)
            for column in self._country.places.text(commune, style, (none, none, none))
        ]
        unknown = (people.old_number == 0) | happens(rng, rates.STATE["no_old_number"], count)
        return {
            "full_name": names.spell(parts),
            "dob": self._iso(birth),
            "sex": _words(female.astype(np.int64), ["M", "F"]),
            "id12": digits(people.number, 12),
            "id9": _null(digits(people.old_number, 9), unknown),
        } | dict(zip(PLACES, places, strict=True))

    def _insured(self, rng: Rng, people: People, records: Ints, shared: int) -> dict[str, pa.Array]:
        """Return the columns of the register, copied by hand."""
        count, names, places = len(records), self._country.names, self._country.places
        careless = slips.careless(rng, count)
        who = people.take(records)
        relative = _relatives(rng, people.family, records)
        office = places.province[who.residence] * 8 + rng.integers(0, 8, count)
        parts = who.parts.copy()
        first = Slips(rng, rates.NAME, careless)
        slips.spoil_parts(rng, names, parts, first, people.parts[relative])
        upper = np.random.default_rng(7).random(64 * 8) < rates.UPPER_OFFICES
        full_name = slips.spoil_text(names.spell(parts), upper[office], first)
        wrong_date = Slips(rng, rates.DATE, careless)
        written = slips.spoil_dates(rng, who.birth, wrong_date, people.birth[relative])
        wrong_sex = Slips(rng, rates.SEX, careless)
        sex = who.female.copy()
        sex[wrong_sex["wrong"]] ^= 1
        sex += 2 * (office % 5 < 3)  # noqa: PLR2004 - three offices in five write Nam and Nữ
        number = slips.number_column(
            rng,
            (who.number, who.old_number),
            (people.number[relative], rng.permutation(who.number), self._cancelled(rng, who)),
            Slips(rng, rates.NUMBER, careless),
            rng.permutation(count) < shared if shared else None,
        )
        return {
            "si_no": digits(self._country.register.insurance(places.code[places.province[who.former]]), 10),
            "full_name": full_name,
            "dob": slips.date_column(self._vn(written, _mask(count, wrong_date["missing"])), written, wrong_date),
            "sex": _words(sex, ["M", "F", "Nam", "Nữ"], _mask(count, wrong_sex["missing"])),
            "id_no": number,
        } | self._written_places(rng, who, careless, office)

    def _cancelled(self, rng: Rng, who: People) -> Ints:
        """Return the number that each would have had before the sex or the year in it was corrected."""
        wrong_sex = happens(rng, 0.3, len(who))
        year = who.birth // 416 + np.where(wrong_sex, 0, rng.integers(-3, 4, len(who)))
        province = who.number // 10**9
        return (
            (province * 10 + (year // 100 - 19) * 2 + (who.female ^ wrong_sex)) * 10**8
            + year % 100 * 10**6
            + (who.number * 7_919 + 104_729) % 10**6
        )

    def _written_places(self, rng: Rng, who: People, careless: np.ndarray, office: Ints) -> dict[str, pa.Array]:
        count, places = len(who), self._country.places
        wrong = Slips(rng, rates.PLACES, careless)
        home, residence = who.home.copy(), who.residence.copy()
        residence[wrong["former"]] = who.former[wrong["former"]]
        rows = wrong["neighbour"]
        residence[rows] = places.near(rng, residence[rows])
        rows = wrong["exchanged"]
        home[rows], residence[rows] = who.residence[rows], who.home[rows]
        home[wrong["same"]] = residence[wrong["same"]]
        residence[wrong["elsewhere"]] = places.workplaces(rng, len(wrong["elsewhere"]))
        usual = np.random.default_rng(8).choice(len(STYLES), 64 * 8, p=[rates.PLACE_STYLES[one] for one in STYLES])
        chosen = rng.choice(len(STYLES), count, p=[rates.PLACE_STYLES[one] for one in STYLES])
        style = np.where(happens(rng, 0.3, count), chosen, usual[office])
        every = _mask(count, wrong["all_missing"])
        missing = (
            every,
            every | _mask(count, wrong["district_missing"]),
            every | _mask(count, wrong["commune_missing"]),
        )
        columns = [*places.text(home, style, missing), *places.text(residence, style, missing)]
        return dict(zip(PLACES, columns, strict=True))


def _piece(total: int, piece: int, pieces: int) -> int:
    return total * (piece + 1) // pieces - total * piece // pieces


def _mask(count: int, rows: Ints) -> Bools:
    mask = np.zeros(count, dtype=bool)
    mask[rows] = True
    return mask


def _null(column: pa.Array, missing: Bools) -> pa.Array:
    return pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), column)


def _words(which: Ints, words: list[str], missing: Bools | None = None) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(which.astype(np.int32), mask=missing), pa.array(words))


def _records(rng: Rng, here: Ints, gone: Ints, insured: int) -> Ints:
    """Return the person of each record in no order: the absent, and of the present some twice or three times."""
    second = round(insured * rates.SECOND_RECORD)
    third = round(insured * rates.THIRD_RECORD)
    once = insured - len(gone) - second - 2 * third
    if once > len(here):
        raise ValueError("the population is too small for so many insured people: it must hold about 97 % of them")
    chosen = here[rng.permutation(len(here))[:once]]
    again = np.concatenate([chosen[:second], np.repeat(chosen[second : second + third], 2)])
    return rng.permutation(np.concatenate([chosen, gone, again]))


def _relatives(rng: Rng, family: Ints, records: Ints) -> Ints:
    """Return the row of another member of each record's family, or the neighbour where there is none."""
    first, last = np.searchsorted(family, family), np.searchsorted(family, family, side="right")
    size = (last - first)[records]
    step = 1 + (rng.random(len(records)) * np.maximum(size - 1, 1)).astype(np.int64)
    inside = first[records] + (records - first[records] + step) % size
    return np.where(size > 1, inside, np.maximum(records - 1, 0))


def write(asked: Asked, folder: Path) -> None:
    """Write the three files; nothing half-written keeps its name."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("insured", "population", "truth")
    writers: dict[str, pq.ParquetWriter] = {}
    for chunk in Generator(asked).chunks():
        for name in names:
            table = getattr(chunk, name)
            if name not in writers:
                # Without the Arrow schema readers see plain text, not the dictionaries that make writing quick.
                writers[name] = pq.ParquetWriter(
                    folder / f"{name}.part",
                    table.schema,
                    compression="zstd",
                    store_schema=False,
                    use_dictionary=[one for one in table.column_names if one in DICTIONARIES],
                    dictionary_pagesize_limit=8 << 20,
                )
            writers[name].write_table(table, row_group_size=len(table))
    for name, writer in writers.items():
        writer.close()
        (folder / f"{name}.part").replace(folder / f"{name}.parquet")


def main() -> None:
    """Make files from the command line."""
    usual = Asked()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--insured", type=int, default=usual.insured)
    parser.add_argument("--population", type=int, default=usual.population)
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--one-birth-year", type=int, dest="year")
    parser.add_argument("--shared-number", type=int, default=0, dest="shared", help="records that carry one number")
    asked = parser.parse_args()
    write(Asked(asked.insured, asked.population, asked.seed, asked.year, asked.shared), asked.out)


if __name__ == "__main__":
    main()
