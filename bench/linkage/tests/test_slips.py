"""Slips: each as often as its rate says, each doing what its name says."""

import random

import numpy as np
import pytest

from bench.linkage import dates, rates, slips, spelling
from bench.linkage.names import name_book
from bench.linkage.numbers import Register, digits


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.mark.parametrize(
    ("word", "telex", "vni"),
    [("Nguyễn", "Nguyeenx", "Nguye6n4"), ("Đường", "Dduwowngf", "D9u7o7ng2"), ("Hoa", "Hoa", "Hoa")],
)
def test_keystrokes_are_those_of_the_keyboard(word: str, telex: str, vni: str) -> None:
    assert spelling.keystrokes(word, vni=False) == telex
    assert spelling.keystrokes(word, vni=True) == vni


def test_words_are_spelt_otherwise() -> None:
    assert spelling.tone_on_last_vowel("Hòa") == "Hoà"
    assert spelling.tone_on_last_vowel("Quý") == "Quý"
    assert spelling.i_for_y("Lý") == "Lí"
    assert spelling.i_for_y("Quý") == "Quí"
    assert spelling.i_for_y("Thúy") == "Thúy"
    assert spelling.stroke_lost("Đỗ") == "Dỗ"
    assert spelling.cut_to_cluster("Nguyễn") == "Ng."
    assert spelling.cut_to_letter("Phạm") == "P."


def test_garbled_text_can_be_read_back() -> None:
    garbled = spelling.garbled("Nguyễn Đình Hòa")
    assert garbled != "Nguyễn Đình Hòa"
    back = b"".join(one.encode("cp1252") if ord(one) > 0x9F else bytes([ord(one)]) for one in garbled)
    assert back.decode() == "Nguyễn Đình Hòa"


def test_a_mistyped_word_is_one_slip_away() -> None:
    chance = random.Random(1)
    for word in ("Hương", "An", "Nguyễn") * 50:
        assert abs(len(spelling.mistyped(word, chance)) - len(word)) <= 1
        assert len(spelling.mark_mistaken(word, chance)) == len(word)


def test_slips_come_as_often_as_their_rates_say() -> None:
    careless = slips.careless(rng(), 400_000)
    assert careless.mean() == pytest.approx(1, abs=0.01)
    found = slips.Slips(np.random.default_rng(4), rates.NUMBER, careless)
    for name, share in rates.NUMBER.items():
        assert len(found[name]) / 400_000 == pytest.approx(share, rel=0.15, abs=0.0002)


def test_careless_rows_have_more_slips_of_every_field() -> None:
    careless = slips.careless(rng(), 100_000)
    name, date = (
        slips.Slips(np.random.default_rng(at), one, careless) for at, one in ((1, rates.NAME), (2, rates.DATE))
    )
    both = len(set(name.rows().tolist()) & set(date.rows().tolist()))
    assert both > 1.5 * len(name.rows()) * len(date.rows()) / 100_000


def test_names_spoilt_by_parts_read_as_names() -> None:
    book = name_book()
    parts = np.array([[book.number("Nguyễn"), book.number("Thị"), 0, book.number("Hòa")]])
    assert book.spell(parts).to_pylist() == ["Nguyễn Thị Hòa"]
    parts[0, 3] += book.block["tone_placement"] * book.size
    assert book.spell(parts).to_pylist() == ["Nguyễn Thị Hoà"]
    parts[0, 1] += book.block["letter"] * book.size
    assert book.spell(parts).to_pylist() == ["Nguyễn T. Hoà"]


def test_dates_are_written_in_both_styles_with_their_precision() -> None:
    known = np.array([dates.number(np.array(1957), np.array(m), np.array(d)) for m, d in ((3, 12), (3, 0), (0, 0))])
    assert dates.date_text(iso=True)(known).to_pylist() == ["1957-03-12", "1957-03", "1957"]
    assert dates.date_text(iso=False)(known).to_pylist() == ["12/03/1957", "03/1957", "1957"]


def test_a_date_moved_over_the_end_of_february_exists() -> None:
    moved = dates.shifted(dates.number(np.array([2023, 2024]), np.array([2, 2]), np.array([28, 28])), np.array([1, 1]))
    assert dates.date_text(iso=True)(moved).to_pylist() == ["2023-03-01", "2024-02-29"]


def test_a_register_gives_each_number_once_and_twins_neighbours() -> None:
    register = Register()
    place, women, year = np.full(100_000, 1), np.ones(100_000, dtype=np.int64), np.full(100_000, 1985)
    numbers = np.concatenate([register.personal(place, women, year) for _ in range(3)])
    assert len(np.unique(numbers)) == 300_000
    assert (np.diff(numbers) == 1).mean() > 0.9
    assert digits(numbers[:1], 12).to_pylist()[0].startswith("001185")
