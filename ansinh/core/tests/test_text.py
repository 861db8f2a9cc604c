"""Vietnamese text: stored form, folding, spelling variants, names."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansinh.core import text

VOWELS = sorted(text.VIETNAMESE_LETTERS | set("aeiouyAEIOUY"))
CONSONANTS = "bcdghklmnpqrstvxđBCDGHKLMNPQRSTVXĐ"
vietnamese = st.text(alphabet=[*VOWELS, *CONSONANTS, *" '-"], max_size=60)

PLACEMENTS = [  # canonical, other habit or slip
    ("hòa", "hoà"),
    ("Hòa", "Hoà"),
    ("HÒA", "HOÀ"),
    ("thúy", "thuý"),
    ("Thủy", "Thuỷ"),
    ("khỏe", "khoẻ"),
    ("hóa", "hoá"),
    ("ngoạn", "ngọan"),
    ("toán", "tóan"),
    ("Huỳnh", "Hùynh"),
    ("ngoài", "ngòai"),
    ("khuỷu", "khủyu"),
    ("quý", "qúy"),
    ("quà", "qùa"),
    ("quả", "qủa"),
    ("Quỳnh", "Qùynh"),
    ("quốc", "qúôc"),
    ("già", "gìa"),
    ("giá", "gía"),
    ("giúp", "gíup"),
    ("giữ", "gĩư"),
    ("giếng", "gíêng"),
    ("Nguyễn", "Nguỹên"),
    ("được", "đựơc"),
    ("thuở", "thủơ"),
    ("hoặc", "họăc"),
    ("của", "cuả"),
    ("mía", "miá"),
    ("tiếu", "tíêu"),
    ("Thùy", "Thuỳ"),
    ("chị", "chị"),
    ("gì", "gì"),
    ("gìn", "gìn"),
    ("Ý", "Ý"),
    ("uống", "úông"),
    ("xoèo", "xòeo"),
]


def test_the_letters_of_vietnamese_are_134() -> None:
    assert len(text.VIETNAMESE_LETTERS) == 134


@given(st.text())
def test_the_stored_form_is_reached_in_one_step(typed: str) -> None:
    stored = text.nfc(typed)
    assert text.nfc(stored) == stored
    assert unicodedata.is_normalized("NFC", stored)
    assert stored == stored.strip()
    stored.encode("utf-8")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Trần\t\n Văn\u00a0An ", "Trần Văn An"),
        ("Tr\u200bần\ufeff\x00", "Trần"),
        ("La\u0302\u0301y", "Lấy"),
        ("Le\u0301\u0302", "Lế"),
        ("Mo\u031b\u0323", "Mợ"),
        ("\u00d0ặng", "Đặng"),
        ("\u0189ặng", "Đặng"),
        ("", ""),
    ],
)
def test_it_stores_one_form(typed: str, stored: str) -> None:
    assert text.nfc(typed) == stored


@given(st.text())
def test_folding_twice_changes_nothing_more(typed: str) -> None:
    folded = text.fold(typed)
    assert text.fold(folded) == folded
    assert folded.isascii()
    assert folded == folded.lower()


@given(st.text())
def test_folding_does_not_see_how_marks_are_composed(typed: str) -> None:
    assert text.fold(unicodedata.normalize("NFD", typed)) == text.fold(typed)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đặng Thị Ngọc Ánh", "dang thi ngoc anh"),
        ("NGUYỄN VĂN ĐỨC", "nguyen van duc"),
        ("H’Hen Niê", "h'hen nie"),
        ("Bà Rịa – Vũng Tàu", "ba ria - vung tau"),
        ("Ƀă Čư", "ba cu"),
        ("０１２", "012"),
    ],
)
def test_it_folds_for_search(typed: str, folded: str) -> None:
    assert text.fold(typed) == folded


@pytest.mark.parametrize("letter", sorted(text.VIETNAMESE_LETTERS))
def test_every_letter_folds_to_one_ascii_letter(letter: str) -> None:
    assert text.fold(letter) in set("aeiouyd")


@pytest.mark.parametrize(("canonical", "variant"), PLACEMENTS)
def test_it_puts_the_tone_where_it_belongs(canonical: str, variant: str) -> None:
    assert text.unify_tones(variant) == canonical
    assert text.unify_tones(canonical) == canonical
    assert text.unify_tones(unicodedata.normalize("NFD", variant)) == canonical


@pytest.mark.parametrize("foreign", ["Café", "Zoë", "Ngỵx", "Véáo", "Niê", "İzmir"])
def test_it_leaves_what_is_no_vietnamese_syllable(foreign: str) -> None:
    assert text.unify_tones(foreign) == foreign


@given(vietnamese)
def test_moving_tones_loses_no_letter(typed: str) -> None:
    moved = text.unify_tones(typed)
    stored = unicodedata.normalize("NFD", text.nfc(typed))
    assert sorted(unicodedata.normalize("NFD", moved)) == sorted(stored)
    assert text.unify_tones(moved) == moved


@pytest.mark.parametrize(
    ("typed", "unified"),
    [
        ("Mỹ", "Mĩ"),
        ("LÝ", "LÍ"),
        ("Kỳ", "Kì"),
        ("Vy", "Vi"),
        ("Quý", "Quí"),
        ("quýt", "quít"),
        ("Ngọc Quỵ", "Ngọc Quị"),
        ("Thúy", "Thúy"),
        ("Huy", "Huy"),
        ("Tây", "Tây"),
        ("Thay", "Thay"),
        ("Yến", "Yến"),
        ("Quyên", "Quyên"),
        ("Nguyễn", "Nguyễn"),
        ("Như Ý", "Như Ý"),
        ("Y Bih", "Y Bih"),
    ],
)
def test_it_writes_i_where_y_means_the_same(typed: str, unified: str) -> None:
    assert text.unify_iy(typed) == unified


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NGUYỄN THỊ THUÝ", "Nguyễn Thị Thúy"),
        ("Lý Mỹ Hoà", "Lí Mĩ Hòa"),
        ("Trần  Quý", "trần qúi"),
        ("H’Hen Niê", "H'HEN NIÊ"),
        ("Đỗ Kỳ", unicodedata.normalize("NFD", "đỗ kì")),
    ],
)
def test_spellings_of_one_name_compare_equal(one: str, other: str) -> None:
    assert text.comparison_key(one) == text.comparison_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Lan", "Lân"), ("Đung", "Dung"), ("Thúy", "Thúi"), ("Hai", "Hay"), ("Hòa", "Hóa")]
)
def test_different_names_compare_different(one: str, other: str) -> None:
    assert text.comparison_key(one) != text.comparison_key(other)


@given(vietnamese)
def test_the_comparison_key_sees_neither_case_nor_composition(typed: str) -> None:
    key = text.comparison_key(typed)
    assert text.comparison_key(key) == key
    assert text.comparison_key(typed.upper()) == key
    assert text.comparison_key(unicodedata.normalize("NFD", typed)) == key


@given(st.text(alphabet=VOWELS, min_size=1), st.sampled_from(["latin-1", "cp1252"]), st.integers(1, 2))
def test_it_undoes_misread_vietnamese(typed: str, encoding: str, rounds: int) -> None:
    stored = text.nfc(f"Đ{typed}")
    misread = stored
    for _ in range(rounds):
        misread = "".join(bytes([byte]).decode(encoding, "ignore") or chr(byte) for byte in misread.encode())
    assert text.repair_mojibake(misread) == text.Repair(stored, rounds)


@given(vietnamese)
def test_it_leaves_sound_vietnamese_alone(typed: str) -> None:
    assert text.repair_mojibake(typed) is None


@pytest.mark.parametrize("uncertain", ["", "Nguyen", "Nguyá»n", "Ã", "Ð\u009d", "Nguyá»…n Ạn"])
def test_it_repairs_nothing_uncertain(uncertain: str) -> None:
    assert text.repair_mojibake(uncertain) is None


@pytest.mark.parametrize(
    ("full_name", "parts"),
    [
        ("Nguyễn Thị Lan Anh", ("Nguyễn", "Thị Lan", "Anh")),
        ("Trần An", ("Trần", "", "An")),
        (" Tuấn ", ("", "", "Tuấn")),
        ("Y Bih Niê", ("Y", "Bih", "Niê")),
        ("", ("", "", "")),
    ],
)
def test_it_splits_a_name_in_vietnamese_order(full_name: str, parts: tuple[str, str, str]) -> None:
    assert text.split_name(full_name) == text.NameParts(*parts)


@given(vietnamese)
def test_splitting_a_name_loses_no_word(full_name: str) -> None:
    parts = text.split_name(full_name)
    assert " ".join(part for part in (parts.surname, parts.middle, parts.given) if part) == text.nfc(full_name)


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Văn An",
        "Y Bih Niê",
        "H'Hen Niê",
        "H’ Hen",
        "Y-Bih Mlô",
        "K. Tuyn",
        "Ƀrơi Čil",
        "Ksor Zu",
        "John Fisher",
        "Ô",
        "A" * 100,
    ],
)
def test_it_knows_a_persons_name(name: str) -> None:
    assert text.is_person_name(name)
    assert text.is_person_name(unicodedata.normalize("NFD", name))


@pytest.mark.parametrize(
    "not_a_name",
    [
        "",
        " ",
        "-",
        "'An",
        "Nguyễn Văn 2",
        "An@",
        "NguyÔn V¨n",
        "Nguyeãn Traàn Ñöùc",
        "Nguyá»…n",
        "An--Bình",
        "Trần �",
        "Иван",
        "A" * 101,
    ],
)
def test_it_refuses_what_is_no_name(not_a_name: str) -> None:
    assert not text.is_person_name(not_a_name)


@pytest.mark.parametrize(
    ("typed", "titled"),
    [
        ("NGUYỄN THỊ ÁNH", "Nguyễn Thị Ánh"),
        ("đỗ  ý nhi", "Đỗ Ý Nhi"),
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("y-bih mlô", "Y-Bih Mlô"),
        ("k’brơi", "K’Brơi"),
    ],
)
def test_it_gives_a_name_its_capitals(typed: str, titled: str) -> None:
    assert text.title_name(typed) == titled


@given(vietnamese)
def test_capitals_change_nothing_but_case(typed: str) -> None:
    titled = text.title_name(typed)
    assert titled.casefold() == text.nfc(typed).casefold()
    assert text.title_name(titled) == titled
