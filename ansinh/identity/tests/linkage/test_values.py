"""Values turned into integers: names, keystrokes, dates, sexes, places."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansinh.core.text import VIETNAMESE_LETTERS
from ansinh.identity.linkage import values
from ansinh.identity.linkage.keyboard import decode

_NAMES = st.text(alphabet=[*sorted(VIETNAMESE_LETTERS), *"abcdeghiklmnopqrstuvxy -'"], max_size=30)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Nguyeenx", "nguyễn"),
        ("nguyexen", "nguyễn"),
        ("Nguye6n4", "nguyễn"),
        ("Truwowngf", "trường"),
        ("D9ie6n5", "điện"),
        ("Ddieenj", "điện"),
        ("Hoaf", "hòa"),
        ("quys", "quý"),
        ("Hoa", "Hoa"),
        ("Ksor", "Ksor"),
        ("Smith", "Smith"),
        ("Nguyễn", "Nguyễn"),
    ],
)
def test_keystrokes_become_the_word_meant_and_words_stay(typed: str, meant: str) -> None:
    assert decode(typed) == meant


@given(_NAMES)
def test_a_name_compares_equal_in_every_normal_form_and_case(name: str) -> None:
    assert values.syllables(unicodedata.normalize("NFD", name)) == values.syllables(name)
    assert values.syllables(name.upper()) == values.syllables(name)


@given(st.text(max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    year, month, day = values.birth(text)
    assert year == 0 or 1890 <= year <= 9999
    assert 0 <= month <= 12
    assert 0 <= day <= 31
    assert values.sex(text) in {0, 1, 2}
    assert min(values.place(text), values.province(text)) >= 0
    assert all(word.text for word in values.syllables(text))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("07/03/1985", (1985, 3, 7)),
        ("7-3-1985", (1985, 3, 7)),
        ("1985-03-07", (1985, 3, 7)),
        ("1985-03-07 00:00:00", (1985, 3, 7)),
        ("03/1985", (1985, 3, 0)),
        ("1985", (1985, 0, 0)),
        ("00/00/1985", (1985, 0, 0)),
        ("12/25/1985", (1985, 12, 25)),
        ("31/02/1985", (1985, 2, 0)),
        ("99/99/1985", (1985, 0, 0)),
        ("07/03/85", (0, 0, 0)),
        ("không rõ", (0, 0, 0)),
    ],
)
def test_a_date_keeps_the_precision_it_has(typed: str, read: tuple[int, int, int]) -> None:
    assert values.birth(typed) == read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TP.HCM", "Thành phố Hồ Chí Minh"),
        ("T. BR-VT", "Tỉnh Bà Rịa - Vũng Tàu"),
        ("Tỉnh Thừa Thiên Huế", "Thành phố Huế"),
        ("T. Nam Định", "Ninh Bình"),
        ("Thanh Hóa", "Tỉnh Thanh Hoá"),
        ("Tỉnh Đắc Lắc", "Đắk Lắk"),
    ],
)
def test_a_province_has_one_number_under_all_its_names(one: str, other: str) -> None:
    assert values.province(one) == values.province(other) > 0


def test_a_place_is_known_without_its_kind() -> None:
    assert values.place("P. 08") == values.place("Phường 8")
    assert values.place("X.Diễn Phúc") == values.place("Xã Diễn Phúc") == values.place("Diễn Phúc")
    assert values.place("Xã Hòa Bình") != values.place("Xã Hòa An")
    assert values.place("") == 0
