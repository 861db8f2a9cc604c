"""Money (tiền): reading, writing, rounding and saying whole đồng."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansinh.core.money import InvalidAmount, Rounding, format_vnd, in_words, parse_vnd, round_vnd

AMOUNTS = st.integers(min_value=-(10**18) + 1, max_value=10**18 - 1)
DIGITS = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6}
DIGITS |= {"bảy": 7, "tám": 8, "chín": 9}
SCALES = {"nghìn": 10**3, "triệu": 10**6}


def below_billion(words: list[str]) -> int:
    total = group = digit = 0
    for word in words:
        if word in DIGITS:
            digit = DIGITS[word]
        elif word == "trăm":
            group, digit = digit * 100, 0
        elif word == "mươi":
            group, digit = group + digit * 10, 0
        elif word == "mười":
            group += 10
        elif word in SCALES:
            total, group, digit = total + (group + digit) * SCALES[word], 0, 0
        else:
            assert word == "linh", word
    return total + group + digit


def heard(words: str) -> int:
    """Say which number a reader hears: written apart from the code under test."""
    sign = -1 if words.startswith("âm ") else 1
    parts = words.removeprefix("âm ").removesuffix(" đồng").split("tỷ")
    number = 0
    for part in parts:
        number = number * 10**9 + below_billion(part.split())
    return sign * number


@pytest.mark.parametrize(
    ("amount", "written"),
    [(0, "0 đ"), (999, "999 đ"), (1000, "1.000 đ"), (1_234_567, "1.234.567 đ"), (-2_340_000, "-2.340.000 đ")],
)
def test_it_writes_thousands_with_points(amount: int, written: str) -> None:
    assert format_vnd(amount) == written


SAME = ["1.234.567 đ", "1234567", "1 234 567 VND", "1\u00a0234\u00a0567 đồng", "1,234,567đ", "1.234.567 VNĐ"]


@pytest.mark.parametrize("text", SAME)
def test_it_reads_an_amount_however_people_write_it(text: str) -> None:
    assert parse_vnd(text) == 1_234_567


def test_it_reads_a_unit_typed_in_decomposed_letters() -> None:
    assert parse_vnd("5.000 đo\u0302\u0300ng") == 5000


@pytest.mark.parametrize(
    "text", ["", "đ", "1,234", "1.234,5", "0.123", "1.23", "12.34.567", "1e6", "١٢٣", "--5", "9" * 19, "một triệu"]
)
def test_it_refuses_a_text_that_is_not_surely_whole_dong(text: str) -> None:
    with pytest.raises(InvalidAmount, match="ví dụ"):
        parse_vnd(text)


@given(AMOUNTS)
def test_it_reads_back_what_it_writes(amount: int) -> None:
    assert parse_vnd(format_vnd(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "rule", "multiple", "rounded"),
    [
        (Decimal("1250.5"), Rounding.HALF_UP, 1, 1251),
        (Decimal("1250.49"), Rounding.HALF_UP, 1, 1250),
        (Decimal("1250.01"), Rounding.UP, 1, 1251),
        (Decimal("1250.99"), Rounding.DOWN, 1, 1250),
        (Fraction(10, 3), Rounding.HALF_UP, 1, 3),
        (1_234_500, Rounding.HALF_UP, 1000, 1_235_000),
        (1_234_001, Rounding.UP, 1000, 1_235_000),
        (1_234_999, Rounding.DOWN, 1000, 1_234_000),
        (Decimal("-0.5"), Rounding.HALF_UP, 1, -1),
        (Decimal("-1.01"), Rounding.UP, 1, -2),
        (Decimal("-1.99"), Rounding.DOWN, 1, -1),
    ],
)
def test_it_rounds_by_the_named_rule(amount: Decimal | Fraction, rule: Rounding, multiple: int, rounded: int) -> None:
    assert round_vnd(amount, rule, multiple=multiple) == rounded


@given(
    st.fractions(min_value=-(10**12), max_value=10**12),
    st.sampled_from(Rounding),
    st.sampled_from([1, 10, 100, 1000]),
)
def test_it_rounds_to_a_neighbouring_multiple(amount: Fraction, rule: Rounding, multiple: int) -> None:
    rounded = round_vnd(amount, rule, multiple=multiple)
    assert rounded % multiple == 0
    assert abs(rounded - amount) < multiple
    assert abs(rounded - amount) * (2 if rule is Rounding.HALF_UP else 1) <= multiple


@pytest.mark.parametrize("wrong", [1.5, True, "1000", None])
def test_it_refuses_what_is_not_exact(wrong: object) -> None:
    with pytest.raises(TypeError):
        round_vnd(wrong, Rounding.HALF_UP)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        format_vnd(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        in_words(wrong)  # type: ignore[arg-type]


def test_it_refuses_a_multiple_below_one_dong() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        round_vnd(Decimal(5), Rounding.UP, multiple=0)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "không đồng"),
        (5, "năm đồng"),
        (10, "mười đồng"),
        (11, "mười một đồng"),
        (14, "mười bốn đồng"),
        (15, "mười lăm đồng"),
        (20, "hai mươi đồng"),
        (21, "hai mươi mốt đồng"),
        (24, "hai mươi tư đồng"),
        (55, "năm mươi lăm đồng"),
        (100, "một trăm đồng"),
        (105, "một trăm linh năm đồng"),
        (111, "một trăm mười một đồng"),
        (1_001, "một nghìn không trăm linh một đồng"),
        (1_000_000, "một triệu đồng"),
        (1_000_005, "một triệu không trăm linh năm đồng"),
        (1_234_567, "một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy đồng"),
        (2_340_000, "hai triệu ba trăm bốn mươi nghìn đồng"),
        (1_000_000_000, "một tỷ đồng"),
        (1_050_000_000, "một tỷ không trăm năm mươi triệu đồng"),
        (12_000_000_000_000, "mười hai nghìn tỷ đồng"),
        (-21_000, "âm hai mươi mốt nghìn đồng"),
    ],
)
def test_it_says_an_amount_in_words(amount: int, words: str) -> None:
    assert in_words(amount) == words


@given(AMOUNTS)
def test_it_says_words_that_are_heard_as_the_same_amount(amount: int) -> None:
    assert heard(in_words(amount)) == amount
