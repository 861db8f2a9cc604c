"""The generator: the same seed the same people, the truth true, every number once."""

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.linkage.files import Asked, Chunk, Generator, write
from bench.linkage.people import Country

SMALL = Asked(insured=2000, population=2060, seed=11, chunk=1030)
PLACES = [f"{kind}_{level}" for kind in ("home", "res") for level in ("province", "district", "commune")]
INSURED = ["record_id", "si_no", "full_name", "dob", "sex", "id_no", *PLACES]
POPULATION = ["person_id", "full_name", "dob", "sex", "id12", "id9", *PLACES]


def chunks(asked: Asked) -> list[Chunk]:
    return list(Generator(asked).chunks())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files")
    write(replace(SMALL, insured=20_000, population=20_600, chunk=10_300), path)
    return path


def ask(folder: Path, query: str) -> list[tuple[object, ...]]:
    database = duckdb.connect()
    for name in ("insured", "population", "truth"):
        database.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{folder / name}.parquet')")
    return database.execute(query).fetchall()


def test_the_same_seed_gives_the_same_rows_and_another_gives_others() -> None:
    first, again, other = (chunks(one) for one in (SMALL, SMALL, replace(SMALL, seed=12)))
    assert first == again
    assert first[0].population["full_name"] != other[0].population["full_name"]


def test_a_chunk_does_not_depend_on_what_comes_after_it() -> None:
    alone = chunks(replace(SMALL, insured=1000, population=1030))
    assert chunks(SMALL)[0] == alone[0]


def test_no_chunk_is_larger_than_asked_and_all_rows_come() -> None:
    found = chunks(replace(SMALL, insured=2501, population=2600))
    assert [len(one.population) for one in found] == [866, 867, 867]
    assert sum(len(one.insured) for one in found) == 2501
    assert sum(len(one.truth) for one in found) == 2501


def test_columns_are_those_that_linkage_reads(folder: Path) -> None:
    insured, population = (pq.read_schema(folder / f"{one}.parquet") for one in ("insured", "population"))
    assert insured.names == INSURED
    assert population.names == POPULATION
    for schema in (insured, population):
        assert schema.types == [pa.int64(), *[pa.string()] * (len(schema) - 1)]


def test_each_record_has_one_truth_and_each_truth_is_in_the_population(folder: Path) -> None:
    assert ask(folder, "SELECT count(*), count(DISTINCT record_id), min(record_id), max(record_id) FROM truth") == [
        (20_000, 20_000, 1, 20_000)
    ]
    assert ask(folder, "SELECT count(*) FROM truth ANTI JOIN insured USING (record_id)") == [(0,)]
    assert ask(folder, "SELECT count(person_id) FROM truth") == [(19_400,)]
    assert ask(folder, "SELECT count(person_id) FROM truth SEMI JOIN population USING (person_id)") == [(19_400,)]


def test_some_people_have_two_or_three_records(folder: Path) -> None:
    times = "SELECT n, count(*) FROM (SELECT count(*) n FROM truth WHERE person_id > 0 GROUP BY person_id) GROUP BY n"
    assert sorted(ask(folder, times)) == [(1, 19_222), (2, 80), (3, 6)]


def test_numbers_are_given_out_once_over_all_chunks(folder: Path) -> None:
    assert ask(folder, "SELECT count(DISTINCT id12), count(DISTINCT person_id) FROM population") == [(20_600, 20_600)]
    assert ask(folder, "SELECT count(id9) - count(DISTINCT id9) FROM population") == [(0,)]
    assert ask(folder, "SELECT count(DISTINCT si_no) FROM insured") == [(20_000,)]


def test_a_personal_number_says_sex_and_year_of_birth(folder: Path) -> None:
    agree = """
        SELECT avg((substr(id12, 5, 2) = substr(dob, 3, 2))::INT), avg((id12[4]::INT % 2 = (sex = 'F')::INT)::INT)
        FROM population WHERE length(id12) = 12
    """
    years, sexes = ask(folder, agree)[0]
    assert isinstance(years, float)
    assert isinstance(sexes, float)
    assert 0.99 < years <= 1
    assert 0.99 < sexes <= 1


def test_most_rows_are_clean_and_a_plain_join_finds_three_quarters(folder: Path) -> None:
    shares = """
        WITH pairs AS (
            SELECT i.full_name AS mine, p.full_name AS theirs, i.id_no, p.id12, i.dob AS written,
                array_to_string(list_reverse(string_split(p.dob, '-')), '/') AS known
            FROM insured i JOIN truth USING (record_id) JOIN population p USING (person_id)
        ), agreeing AS (
            SELECT coalesce(try_cast(id_no AS BIGINT) = id12::BIGINT, false) AS number,
                lower(mine) = lower(theirs) AS name,
                strip_accents(lower(nfc_normalize(mine))) = strip_accents(lower(theirs)) AS folded,
                coalesce(written = known, false) AS date
            FROM pairs
        )
        SELECT avg((number AND name)::INT), avg((number AND folded AND date)::INT) FROM agreeing
    """
    join, clean = ask(folder, shares)[0]
    assert isinstance(join, float)
    assert isinstance(clean, float)
    assert 0.75 < join < 0.81
    assert 0.76 < clean < 0.85


def test_one_birth_year_is_everybodys() -> None:
    for chunk in chunks(replace(SMALL, year=1980)):
        years = {one[:4] for one in chunk.population["dob"].to_pylist()}
        assert years <= {"1979", "1980", "1981"}
        births = chunk.population["dob"].to_pylist()
        assert sum(one.startswith("1980") for one in births) > 0.99 * len(births)


def test_one_number_is_shared_by_as_many_as_asked() -> None:
    numbers = [one for chunk in chunks(replace(SMALL, shared=300)) for one in chunk.insured["id_no"].to_pylist()]
    assert numbers.count("079000000001") >= 300


def test_families_share_surname_and_home() -> None:
    people = Country().people(np.random.default_rng(5), 2000)
    together = people.family[1:] == people.family[:-1]
    child = together[1:] & together[:-1]  # third in a family or later
    same_home = people.home[2:] == people.home[1:-1]
    same_surname = people.parts[2:, 0] == people.parts[1:-1, 0]
    assert same_home[child].mean() > 0.6
    assert same_surname[child].mean() > 0.6


def test_nothing_half_written_keeps_its_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too small"):
        write(replace(SMALL, insured=4000, population=2060), tmp_path)
    assert not list(tmp_path.glob("*.parquet"))
