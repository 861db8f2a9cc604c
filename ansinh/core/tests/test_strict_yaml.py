"""Strict YAML: what a file of facts may say, and the line a refusal names."""

from datetime import date
from pathlib import Path

import pytest

from ansinh.core.strict_yaml import Entry, InvalidFile, read


def entry(folder: Path, text: str) -> Entry:
    file = folder / "facts.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file)


def test_it_reads_each_kind_of_fact(tmp_path: Path) -> None:
    text = 'name: Sổ\nfrom: 2024-07-01\ncount: -2_000\nrate: "0.50"\nkind: a\nby: null\nlist: [1]\n'
    fields = entry(tmp_path, text).fields(("name", "from", "count", "rate", "kind", "by", "list"), ("note",))
    assert fields["name"].text() == "Sổ"
    assert fields["from"].iso_date() == date(2024, 7, 1)
    assert fields["count"].number() == fields["count"].integer() == -2000
    assert str(fields["rate"].number()) == "0.50"
    assert fields["kind"].choice("a", "b") == "a"
    assert fields["by"].is_null()
    assert fields["by"].optional_text() is None
    assert [place.integer() for place in fields["list"].items()] == [1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: 1\na: 2\n", "2:.*«a» được ghi hai lần"),
        ("a: 1\n\nb: 2\n", "3: Không hiểu «b»"),
        ("- a\n", "1: .*tên: giá trị"),
        ("a: [\n", "2: .*YAML"),
        ("# trống\n", "1: Tệp trống"),
    ],
)
def test_it_refuses_a_mapping_it_does_not_understand(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InvalidFile, match=rf"facts\.yaml:{reason}"):
        entry(tmp_path, text).fields(("a",))


@pytest.mark.parametrize("written", ["1.5", "0x1F", "010", "1e3", "yes", '"12"', "12:30", "1__0", "~", "[1]"])
def test_it_refuses_what_is_not_surely_a_whole_number(tmp_path: Path, written: str) -> None:
    with pytest.raises(InvalidFile, match=r"facts\.yaml:2:"):
        entry(tmp_path, f"\na: {written}\n").fields(("a",))["a"].integer()


@pytest.mark.parametrize("written", ["NaN", "Infinity", "1e3", "0,5", ".5", "1.", "01.5", "١.٥"])
def test_it_refuses_a_decimal_written_any_other_way(tmp_path: Path, written: str) -> None:
    with pytest.raises(InvalidFile, match=r"facts\.yaml:1:"):
        entry(tmp_path, f'a: "{written}"\n').fields(("a",))["a"].number()


def test_it_refuses_one_kind_of_place_where_another_is_meant(tmp_path: Path) -> None:
    place = entry(tmp_path, "a: {b: c}\n").fields(("a",))["a"]
    with pytest.raises(InvalidFile, match="danh sách"):
        place.items()
    with pytest.raises(InvalidFile, match="giá trị đơn"):
        place.text()
    with pytest.raises(InvalidFile, match="Được dùng: x, y"):
        place.fields(("b",))["b"].choice("x", "y")
