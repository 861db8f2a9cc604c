"""The synthetic country: the same each time, its numbers in order, its errors as often as the table says."""

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.country import dates, generate, spelling
from partners.country.dice import scatter
from partners.country.errors import RATES
from partners.country.insurance import LEVELS
from partners.country.numbering import Issuer

AREAS = Path(__file__).parents[2] / "ansinh" / "offices" / "areas"
CITIZENS, INSURED = 60_000, 50_000
FILES = ("population.parquet", "insured.csv", "linkage_insured.parquet", "truth.parquet")


def figure(country: duckdb.DuckDBPyConnection, what: str, of: str, where: str = "true") -> float:
    row = country.execute(f"SELECT {what} FROM {of} WHERE {where}").fetchone()  # noqa: S608
    assert row is not None
    return float(row[0])


def count(country: duckdb.DuckDBPyConnection, of: str, where: str = "true") -> float:
    return figure(country, "count(*)", of, where)


def marked(country: duckdb.DuckDBPyConnection, kind: str) -> float:
    return count(country, "t", f"list_contains(string_split(errors, ' '), '{kind}')")


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """Generate a country once and open its files as p, i, l and t, and as r: the register beside the truth."""
    folder = tmp_path_factory.mktemp("country")
    generate(folder, citizens=CITIZENS, insured=INSURED, areas=AREAS)
    database = duckdb.connect()
    for name, file in zip("pilt", FILES, strict=True):
        source = f"read_csv('{folder / file}', all_varchar=true)" if file.endswith("csv") else f"'{folder / file}'"
        database.execute(f"CREATE TABLE {name} AS FROM {source}")
    database.execute(
        "CREATE TABLE r AS SELECT l.*, t.person_id, coalesce(t.errors, '') AS errors, p.full_name AS true_name,"
        " p.dob AS true_dob, p.sex AS true_sex, p.id12, p.id9, p.died_on"
        " FROM l JOIN t USING (record_id) LEFT JOIN p USING (person_id)"
    )
    return database


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / name, citizens=3000, insured=2500, areas=AREAS)
    for file in FILES:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_another_seed_gives_another_country(tmp_path: Path) -> None:
    for seed in (1, 2):
        generate(tmp_path / str(seed), citizens=500, insured=400, seed=seed, areas=AREAS)
    assert (tmp_path / "1" / "insured.csv").read_bytes() != (tmp_path / "2" / "insured.csv").read_bytes()


def test_it_writes_as_many_rows_as_asked(country: duckdb.DuckDBPyConnection) -> None:
    assert count(country, "p") == CITIZENS
    assert [count(country, table) for table in "ilt"] == [INSURED] * 3


def test_no_number_is_given_twice(country: duckdb.DuckDBPyConnection) -> None:
    for table, column in (("p", "person_id"), ("p", "id12"), ("p", "id9"), ("i", "si_no"), ("i", "card_code")):
        assert figure(country, f"count({column}) - count(DISTINCT {column})", table) == 0


def test_no_number_is_given_twice_over_chunks() -> None:
    issuer = Issuer(seed=1)
    one_cell = np.full(700, 79), np.zeros(700, dtype=np.int64), np.full(700, 1985)
    numbers = np.concatenate([issuer.personal(*one_cell) for _ in range(3)])
    assert np.unique(numbers).size == 2100


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 10**6), st.integers(0, 2**40))
def test_scattering_sends_a_range_one_to_one_onto_itself(left: int, right: int, cell: int, key: int) -> None:
    serials = np.arange(left * right)
    sent = scatter(serials, np.full_like(serials, cell), (left, right), key)
    assert np.array_equal(np.sort(sent), serials)


def test_a_used_up_range_of_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="Quá nhiều người"):
        scatter(np.array([6]), np.array([0]), (2, 3), 1)


def test_the_personal_number_tells_sex_and_year_of_birth(country: duckdb.DuckDBPyConnection) -> None:
    wrong = (
        "substr(id12, 4, 1)::INT <> (left(dob, 2)::INT - 19) * 2 + (sex = 'F')::INT OR substr(id12, 5, 2) <> dob[3:4]"
    )
    assert count(country, "p", wrong) == 0
    assert count(country, "p", "NOT regexp_full_match(id12, '0[0-9]{11}')") == 0
    assert count(country, "p", "NOT regexp_full_match(id9, '[0-3][0-9]{8}')") == 0


def test_those_born_after_2002_have_no_old_number(country: duckdb.DuckDBPyConnection) -> None:
    assert count(country, "p", "id9 IS NOT NULL AND left(dob, 4)::INT > 2002") == 0
    assert 0.4 < figure(country, "avg((id9 IS NULL)::INT)", "p") < 0.6


def test_the_card_code_holds_object_level_province_and_number(country: duckdb.DuckDBPyConnection) -> None:
    cards = country.execute("SELECT DISTINCT card_code[1:3], object_code FROM i WHERE card_code IS NOT NULL").fetchall()
    assert {code for code, _ in cards} == {f"{code}{LEVELS[code]}" for _, code in cards}
    assert count(country, "i", "card_code[6:15] <> si_no OR length(card_code) <> 15") == 0
    assert count(country, "i", "card_code[4:5] <> facility_code[1:2]") == 0


def test_ages_fit_the_schemes(country: duckdb.DuckDBPyConnection) -> None:
    age = "2024 - left(true_dob, 4)::INT"
    ages = country.execute(
        f"SELECT scheme, min({age}), max({age}) FROM r JOIN i USING (si_no) WHERE true_dob IS NOT NULL GROUP BY scheme"  # noqa: S608
    ).fetchall()
    limits = {
        "HI_CHILD": (0, 6), "HI_STUDENT": (5, 23), "SI_COMPULSORY": (18, 61), "SI_VOLUNTARY": (18, 61),
        "PENSIONER": (56, 105), "BENEFICIARY": (23, 105), "HI_HOUSEHOLD": (18, 105), "HI_SUPPORTED": (5, 105),
    }  # fmt: skip
    assert {scheme for scheme, _, _ in ages} == limits.keys()
    assert [row for row in ages if not limits[row[0]][0] <= row[1] <= row[2] <= limits[row[0]][1]] == []


def test_about_three_and_a_half_percent_draw_a_monthly_benefit(country: duckdb.DuckDBPyConnection) -> None:
    assert 0.03 < figure(country, "count(benefit_kind) / count(*)", "i") < 0.04
    together = "(benefit_kind IS NULL) <> (payment_method IS NULL) OR (benefit_kind IS NULL) <> (benefit_from IS NULL)"
    assert count(country, "i", together) == 0
    assert figure(country, "min(benefit_monthly_vnd::INT)", "i") > 0


def test_only_workers_have_an_employer_and_a_code_has_one_name(country: duckdb.DuckDBPyConnection) -> None:
    assert count(country, "i", "(scheme = 'SI_COMPULSORY') <> (employer_code IS NOT NULL)") == 0
    names = "(SELECT count(DISTINCT employer_name) AS n FROM i WHERE employer_code IS NOT NULL GROUP BY employer_code)"
    assert figure(country, "min(n) + max(n)", names) == 2


def test_no_household_has_two_heads(country: duckdb.DuckDBPyConnection) -> None:
    heads = (
        "(SELECT count(DISTINCT person_id) AS n FROM i JOIN t USING (si_no)"
        " WHERE household_role = 'Chủ hộ' GROUP BY household_code)"
    )
    assert figure(country, "max(n)", heads) == 1


def test_dates_of_the_register_are_in_order(country: duckdb.DuckDBPyConnection) -> None:
    for first, last in (("from_date", "to_date"), ("card_from", "card_to")):
        later = f"strptime({first}, '%d/%m/%Y') > strptime({last}, '%d/%m/%Y')"
        assert count(country, "i", later) == 0


def test_people_are_as_vietnam_knows_them(country: duckdb.DuckDBPyConnection) -> None:
    assert 0.30 < figure(country, "avg((full_name LIKE 'Nguyễn %')::INT)", "p") < 0.38
    assert 0.19 < figure(country, "avg((2024 - left(dob, 4)::INT < 15)::INT)", "p") < 0.26
    assert 0.11 < figure(country, "avg((2024 - left(dob, 4)::INT >= 60)::INT)", "p") < 0.18
    assert 0.005 < figure(country, "avg((length(dob) < 10)::INT)", "p") < 0.03
    assert count(country, "(SELECT 1 FROM p GROUP BY full_name, dob HAVING count(*) > 1)") > 0


@pytest.mark.parametrize("kind", RATES)
def test_each_error_is_as_frequent_as_its_rate(country: duckdb.DuckDBPyConnection, kind: str) -> None:
    rate = RATES[kind]
    assert abs(marked(country, kind) / INSURED - rate) < 5 * (rate * (1 - rate) / INSURED) ** 0.5


def test_four_rows_in_five_can_be_matched_by_number_name_and_date(country: duckdb.DuckDBPyConnection) -> None:
    same_name = (
        "replace(lower(strip_accents(full_name)), 'đ', 'd') = replace(lower(strip_accents(true_name)), 'đ', 'd')"
    )
    number = "regexp_replace(id_no, '[ .-]', '', 'g') IN (id12, coalesce(id9, ''))"
    same_date = "dob = coalesce(strftime(try_cast(true_dob AS DATE), '%d/%m/%Y'), true_dob)"
    share = figure(country, f"avg(coalesce({number} AND {same_name} AND {same_date}, false)::INT)", "r")
    assert 0.77 < share < 0.85


@pytest.mark.parametrize(
    ("mark", "as_in_the_extract"),
    [
        ("number_", "id_no = id12"),
        ("name_", "full_name = true_name"),
        ("dob_", "length(true_dob) < 10 OR dob = strftime(try_cast(true_dob AS DATE), '%d/%m/%Y')"),
        ("sex_", "sex IN (true_sex, if(true_sex = 'M', 'Nam', 'Nữ'))"),
    ],
)
def test_a_field_is_wrong_exactly_where_it_is_marked(
    country: duckdb.DuckDBPyConnection, mark: str, as_in_the_extract: str
) -> None:
    unmarked = f"(errors NOT LIKE '{mark}%' AND errors NOT LIKE '% {mark}%')"
    agree = f"coalesce({as_in_the_extract}, false)"
    assert count(country, "r", f"person_id IS NOT NULL AND {unmarked} <> {agree}") == 0


def test_the_truth_names_everybody_in_the_extract(country: duckdb.DuckDBPyConnection) -> None:
    assert count(country, "t", "person_id NOT IN (SELECT person_id FROM p)") == 0
    assert count(country, "t", "(person_id IS NULL) <> coalesce(errors LIKE '%not_in_extract%', false)") == 0
    assert figure(country, "count(person_id) - count(DISTINCT person_id)", "t") == marked(country, "second_number") > 0
    assert count(country, "r", "person_id IS NOT NULL AND (died_on IS NOT NULL) <> (errors LIKE '%died%')") == 0


def test_record_ids_are_the_row_numbers_of_the_legacy_file(country: duckdb.DuckDBPyConnection) -> None:
    same = "l.si_no = n.si_no AND l.full_name = n.full_name AND l.id_no IS NOT DISTINCT FROM n.id_no"
    numbered = "(SELECT row_number() OVER () AS record_id, * FROM i)"
    assert count(country, f"{numbered} n JOIN l USING (record_id)", same) == INSURED
    assert count(country, "l JOIN t USING (record_id, si_no)") == INSURED


def test_text_is_composed_except_where_marked(country: duckdb.DuckDBPyConnection) -> None:
    names = country.execute("SELECT full_name, errors FROM r").fetchall()
    assert all(
        unicodedata.is_normalized("NFC", name) != ("name_nfd" in errors) for name, errors in names if not name.isascii()
    )
    assert all(
        unicodedata.is_normalized("NFC", name) for (name,) in country.execute("SELECT full_name FROM p").fetchall()
    )


def test_one_birth_year_makes_everybody_of_one_age(tmp_path: Path) -> None:
    generate(tmp_path, citizens=4000, insured=3000, areas=AREAS, one_birth_year=1985)
    population = f"'{tmp_path}/population.parquet'"
    with duckdb.connect() as database:
        assert count(database, population) == count(database, population, "dob LIKE '1985%'") == 4000


@pytest.mark.parametrize(
    ("citizens", "insured", "areas", "words"),
    [(100, 101, AREAS, "Số người tham gia"), (100, 90, Path("nowhere"), "Không thấy")],
)
def test_it_refuses_in_words_and_leaves_nothing_behind(
    tmp_path: Path, citizens: int, insured: int, areas: Path, words: str
) -> None:
    with pytest.raises((ValueError, FileNotFoundError), match=words):
        generate(tmp_path / "out", citizens=citizens, insured=insured, areas=areas)
    assert list(tmp_path.rglob("*")) == []


def test_a_failure_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(_step: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path, citizens=100, insured=90, areas=AREAS, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_progress_ends_at_the_end(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    generate(tmp_path, citizens=100, insured=90, areas=AREAS, progress=lambda *step: told.append(step))
    assert told[-1][1:] == (90, 90)


@pytest.mark.parametrize(
    ("slip", "right", "wrong"),
    [
        (spelling.plain, "Đỗ Thị Hường", "Do Thi Huong"),
        (spelling.telex, "Hương", "Huwowng"),
        (spelling.telex, "Đặng", "Ddawngj"),
        (spelling.vni, "Hương", "Hu7o7ng"),
        (spelling.vni, "Đặng", "D9a8ng5"),
        (spelling.other_tone_place, "Nguyễn Thị Hòa", "Nguyễn Thị Hoà"),
        (spelling.other_tone_place, "Trần Thuý Quý", "Trần Thúy Quý"),
        (spelling.other_i_y, "Lý Thị Mỹ", "Lí Thị Mĩ"),
        (spelling.swapped, "Lê Văn Hùng", "Lê Hùng Văn"),
        (spelling.without_middle, "Lê Văn Hùng", "Lê Hùng"),
        (spelling.other_d, "Đoan", "Doan"),
        (spelling.spaced, "001085123456", "0010 8512 3456"),
    ],
)
def test_slips_are_those_of_real_clerks(slip: Callable[[str, int], str], right: str, wrong: str) -> None:
    assert slip(right, 0) == wrong


@given(st.from_regex(r"\A0[0-9]{11}\Z"), st.integers(0, 2**31))
def test_slips_of_digits_keep_the_length(number: str, chance: int) -> None:
    assert sum(a != b for a, b in zip(number, spelling.one_digit_wrong(number, chance), strict=True)) == 1
    assert sum(a != b for a, b in zip(number, spelling.two_digits_wrong(number, chance), strict=True)) == 2
    assert sorted(spelling.transposed(number, chance)) == sorted(number)


@given(st.dates(min_value=date(1901, 1, 1), max_value=date(2030, 12, 31)))
def test_dates_are_written_with_their_precision(day: date) -> None:
    codes = np.array([dates.code(day)])
    assert dates.text(codes, day_first=True).to_pylist() == [f"{day:%d/%m/%Y}"]
    assert dates.text(dates.only_month(codes), day_first=False).to_pylist() == [f"{day:%Y-%m}"]
    assert dates.text(dates.only_year(codes), day_first=False).to_pylist() == [f"{day:%Y}"]
    assert dates.first_day(dates.only_month(codes)).tolist() == [dates.code(day.replace(day=1))]
    if day.day <= 12:
        assert dates.swapped(codes).tolist() == [dates.code(day.replace(month=day.day, day=day.month))]
