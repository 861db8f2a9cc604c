"""Checked numbers: personal id, old identity card, insurance number, card code. Every number here is invented."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansinh.core.birth import BirthDate
from ansinh.core.numbers import CardCode, InsuranceNumber, NumberError, OldIdNumber, PersonalId, read_id, tables

AnyNumber = type[PersonalId] | type[OldIdNumber] | type[InsuranceNumber]
NUMBERS: list[AnyNumber] = [PersonalId, OldIdNumber, InsuranceNumber]


def _digits(count: int) -> st.SearchStrategy[str]:
    return st.text(alphabet="0123456789", min_size=count, max_size=count)


def test_the_provinces_are_the_63_of_2024() -> None:
    provinces = tables().provinces
    assert len(provinces) == 63
    assert (provinces["01"], provinces["79"], provinces["96"]) == ("Hà Nội", "TP Hồ Chí Minh", "Cà Mau")


def test_every_object_code_has_one_level() -> None:
    levels = tables().card_levels
    assert len(levels) == 43
    assert all(str(code).isalpha() and len(str(code)) == 2 for code in levels)
    assert (levels["TE"], levels["HN"], levels["HT"], levels["NO"], levels["QN"]) == ("1", "2", "3", "4", "5")


@pytest.mark.parametrize(
    "typed",
    ["001301012345", " 001 301 012 345 ", "001.301.012.345", "001-301-012-345", "'001301012345", "001301012345\u200b"],
)
def test_it_reads_a_personal_id_however_it_is_spaced(typed: str) -> None:
    number = PersonalId.parse(typed)
    assert str(number) == "001301012345"
    assert (number.place, number.place_name, number.sex, number.birth_year) == ("001", "Hà Nội", "F", 2001)


@pytest.mark.parametrize(
    ("typed", "sex", "year"),
    [
        ("001050000001", "M", 1950),
        ("001150000001", "F", 1950),
        ("079224000001", "M", 2024),
        ("079302000001", "F", 2002),
        ("079400000001", "M", 2100),
    ],
)
def test_a_personal_id_tells_sex_and_year(typed: str, sex: str, year: int) -> None:
    number = PersonalId.parse(typed)
    assert (number.sex, number.birth_year) == (sex, year)


def test_a_country_code_is_accepted_without_a_name() -> None:
    number = PersonalId.parse("101095000001")
    assert number.is_foreign_born
    assert number.place_name is None
    assert number.warnings(BirthDate(1995), "M") == ()


@pytest.mark.parametrize(
    ("typed", "birth", "sex", "codes"),
    [
        ("001050000001", BirthDate(1950), "M", []),
        ("001050000001", BirthDate(1950, 3, 7), "M", []),
        ("001050000001", None, None, []),
        ("001050000001", None, "", []),
        ("001050000001", BirthDate(1950), "F", ["sex"]),
        ("001050000001", BirthDate(1951), "M", ["year"]),
        ("001050000001", BirthDate(2050), "M", ["century"]),
        ("003050000001", BirthDate(1951), "F", ["place", "year", "sex"]),
        ("000000000000", BirthDate(1900), "M", ["place"]),
    ],
)
def test_a_personal_id_warns_of_what_does_not_fit(
    typed: str, birth: BirthDate | None, sex: str | None, codes: list[str]
) -> None:
    warnings = PersonalId.parse(typed).warnings(birth, sex)
    assert [warning.code for warning in warnings] == codes
    assert all("đối chiếu" in warning.message for warning in warnings)


@pytest.mark.parametrize(
    ("kind", "typed", "message"),
    [
        (PersonalId, "", "Chưa có số"),
        (PersonalId, "1301012345", "gồm đúng 12 chữ số; số này có 10 chữ số.*số 0 ở đầu đã bị mất"),
        (PersonalId, "0013010123456", "gồm đúng 12 chữ số; số này có 13 chữ số"),
        (PersonalId, "O01301012345", "ký tự “O” không phải chữ số"),
        (PersonalId, "٠٠١٣٠١٠١٢٣٤٥", "không phải chữ số"),
        (OldIdNumber, "12345678", "Số chứng minh nhân dân gồm đúng 9 chữ số"),
        (InsuranceNumber, "012345678", "Mã số BHXH gồm đúng 10 chữ số"),
    ],
)
def test_it_refuses_a_number_and_says_what_is_expected(kind: AnyNumber, typed: str, message: str) -> None:
    with pytest.raises(NumberError, match=message):
        kind.parse(typed)


def test_no_wrong_number_can_be_made() -> None:
    with pytest.raises(NumberError):
        PersonalId("001 301 012 345")


def test_an_insurance_number_names_its_issuer() -> None:
    number = InsuranceNumber.parse("0123456789")
    assert (number.issuer, number.issuer_name, number.warnings()) == ("01", "Hà Nội", ())
    assert [warning.code for warning in InsuranceNumber.parse("0323456789").warnings()] == ["issuer"]


@pytest.mark.parametrize("typed", ["TE1010123456789", "te 1 01 0123456789", "TE-1-01-01234.56789"])
def test_it_reads_a_card_code(typed: str) -> None:
    card = CardCode.parse(typed)
    assert (card.object_code, card.level, card.province) == ("TE", "1", "01")
    assert card.number == InsuranceNumber("0123456789")
    assert str(card) == "TE1010123456789"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "gồm 15 ký tự"),
        ("TE101012345678", r"\(14 ký tự\) không đúng dạng"),
        ("1E1010123456789", "không đúng dạng"),
        ("TÉ1010123456789", "không đúng dạng"),
        ("ZZ1010123456789", "Mã đối tượng “ZZ”"),
        ("TE4010123456789", "đối tượng TE có mức hưởng 1"),
        ("TE1030123456789", "Mã tỉnh 03"),
    ],
)
def test_it_refuses_a_card_code_and_says_which_part(typed: str, message: str) -> None:
    with pytest.raises(NumberError, match=message):
        CardCode.parse(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("001 301 012 345", PersonalId("001301012345")),
        ("012.345.678", OldIdNumber("012345678")),
        ("0123456789", None),
        ("khong co", None),
        ("", None),
    ],
)
def test_it_tells_the_two_identity_numbers_apart(typed: str, number: PersonalId | OldIdNumber | None) -> None:
    assert read_id(typed) == number


@given(st.text() | st.text(alphabet="0123456789 .-O", max_size=20))
def test_any_text_is_a_number_or_none(typed: str) -> None:
    number = read_id(typed)
    assert number is None or read_id(str(number)) == number


@pytest.mark.parametrize("kind", [*NUMBERS, CardCode])
@given(typed=st.text() | st.text(alphabet="0123456789 .-TE", max_size=16))
def test_any_text_is_read_or_refused(kind: AnyNumber | type[CardCode], typed: str) -> None:
    with contextlib.suppress(NumberError):
        number = kind.parse(typed)
        assert kind.parse(str(number)) == number


@given(_digits(12), st.none() | st.builds(BirthDate, st.integers(1, 9999)), st.sampled_from(["M", "F", "", None]))
def test_twelve_digits_are_never_refused(typed: str, birth: BirthDate | None, sex: str | None) -> None:
    number = PersonalId.parse(typed)
    codes = {warning.code for warning in number.warnings(birth, sex)}
    assert ("sex" in codes) == (sex in ("M", "F") and sex != number.sex)
    assert bool(codes & {"year", "century"}) == (birth is not None and birth.year != number.birth_year)


@given(st.sampled_from(sorted(tables().card_levels)), st.sampled_from(sorted(tables().issuers)), _digits(10))
def test_every_code_of_the_tables_reads_back(object_code: str, province: str, number: str) -> None:
    code = f"{object_code}{tables().card_levels[object_code]}{province}{number}"
    assert str(CardCode.parse(code)) == code
