"""Which rows the import rejects, and what it says about each."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansinh.core.text import VIETNAMESE_LETTERS, fold
from ansinh.registry.intake import checking, columns, sources
from ansinh.registry.intake.checking import Checker, Chunk, Terms, survey
from ansinh.registry.intake.places import Gazetteer, Place, names_of
from ansinh.registry.tests.conftest import FULL, PERSON, Row, numbered, write_csv

VIETNAM, CAOBANG, BADINH, KIMMA, TANLAP_1, TANLAP_2 = 1, 2, 3, 4, 5, 6
MAP = Gazetteer(
    [
        Place(VIETNAM, "Thành phố Hà Nội", ()),
        Place(CAOBANG, "Tỉnh Cao Bằng", ()),
        Place(BADINH, "Quận Ba Đình", (VIETNAM,)),
        Place(KIMMA, "Phường 4", (BADINH, VIETNAM)),
        Place(TANLAP_1, "Xã Tân Lập", (BADINH, VIETNAM)),
        Place(TANLAP_2, "Thị trấn Tân Lập", (BADINH, VIETNAM)),
    ],
    former={"Tỉnh Hà Tây": VIETNAM},
    issuers={"01": VIETNAM, "04": CAOBANG},
)


def judged(rows: Sequence[Row], folder: Path, areas: frozenset[int] | None = None) -> list[Chunk]:
    """Return the chunks of a file with these rows."""
    path = folder / "rows.csv"
    names = list(dict.fromkeys(name for row in rows for name in row))
    write_csv(path, [{**dict.fromkeys(names, ""), **row} for row in rows], names)
    source = sources.open_source(path)
    places = columns.recognise(source.headings)
    _, first_rows = survey(source, places["si_no"])
    return list(Checker(places, first_rows, Terms(MAP, areas, date(2024, 3, 1))).chunks(source, frozenset()))


@pytest.mark.parametrize(
    ("column", "written", "said"),
    [
        ("si_no", "", "đang để trống"),
        ("si_no", "011000001", "số 0 ở đầu"),
        ("si_no", "01A0000001", "không phải chữ số"),
        ("full_name", "", "đang để trống"),
        ("full_name", "Nguyễn Văn 4n", "có chữ số"),
        ("full_name", "Nguyễn ÇVăn", "sai phông chữ"),
        ("full_name", "An " * 40, "tối đa 100"),
        ("dob", "31/02/1980", "không có trong lịch"),
        ("dob", "80", "Không đọc được ngày sinh"),
        ("dob", "01/01/1700", "quá xa"),
        ("dob", "02/03/2024", "sau ngày nhập (01/03/2024)"),
        ("sex", "X", "M (Nam), F (Nữ)"),
        ("id_no", "số CMND cũ đã mất từ lâu", "tối đa 20"),
        ("scheme", "BHXH tự do", "không có trong danh mục"),
        ("scheme", "", "cần có khi"),
        ("from_date", "", "cần có khi"),
        ("from_date", "31/02/2020", "không có trong lịch"),
        ("to_date", "31/01/2009", "Trước ngày bắt đầu"),
        ("object_code", "D1", "hai chữ cái"),
        ("card_code", "DN40101100000", "gồm 15 ký tự"),
        ("card_code", "DN1010110000001", "Mức hưởng 1"),
        ("card_from", "", "cần có khi"),
        ("facility_code", "0100", "5 chữ số"),
        ("benefit_monthly_vnd", "-1", "âm"),
        ("benefit_monthly_vnd", "1,5", "không phải số tiền"),
        ("payment_method", "séc", "CASH (Tiền mặt)"),
        ("employer_code", "", "cần có khi"),
        ("household_code", "", "cần có khi"),
        ("household_code", "0" * 21, "tối đa 20"),
    ],
)
def test_it_rejects_the_row_and_names_the_column(column: str, written: str, said: str, tmp_path: Path) -> None:
    [chunk] = judged([FULL, {**FULL, "si_no": "0110000002", column: written}], tmp_path)
    assert chunk.accepted["si_no"].to_pylist() == ["0110000001"]
    [rejection] = chunk.rejections
    assert rejection.row == 3
    assert columns.LABELS[column] in rejection.columns.split("; ")
    assert said in rejection.reason


def test_it_tells_all_that_is_wrong_with_a_row(tmp_path: Path) -> None:
    [chunk] = judged([{**FULL, "dob": "31/02/1980", "sex": "X"}], tmp_path)
    assert chunk.rejections[0].columns == "Ngày sinh; Giới tính"


def test_it_keeps_the_first_of_repeated_numbers(tmp_path: Path) -> None:
    rows = [*numbered(2), {**PERSON, "si_no": "01-1000-0001"}, {**PERSON, "si_no": "0110000001"}]
    rows[0]["si_no"] = "0110000001"
    [chunk] = judged(rows, tmp_path)
    assert chunk.accepted["row"].to_pylist() == [2, 3]
    assert [rejection.row for rejection in chunk.rejections] == [4, 5]
    assert "dòng 2 của tệp" in chunk.rejections[0].reason


def test_it_finds_repeats_in_other_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "CHUNK", 2)
    chunks = judged([*numbered(5), numbered(1)[0]], tmp_path)
    assert [(chunk.first_row, chunk.accepted.num_rows) for chunk in chunks] == [(2, 2), (4, 2), (6, 1)]
    assert "dòng 2 của tệp" in chunks[2].rejections[0].reason


def test_it_takes_values_as_people_write_them(tmp_path: Path) -> None:
    row = {
        **FULL,
        "si_no": "01 1000.0001",
        "full_name": "  nguyễn   thị AN ",
        "dob": "5/2/1980",
        "sex": "nu",
        "id_no": "001-180-000001",
        "phone": "+84 900 000 001",
        "card_code": "dn4 01 0110000001",
        "payment_method": "tài khoản",
        "scheme": "bhxh bắt buộc",
        "from_date": "1/2/2010",
    }
    [chunk] = judged([row], tmp_path)
    [taken] = chunk.accepted.to_pylist()
    assert {name: taken[name] for name in ("si_no", "full_name", "dob", "sex", "id_no", "phone")} == {
        "si_no": "0110000001",
        "full_name": "nguyễn thị AN",
        "dob": "1980-02-05",
        "sex": "F",
        "id_no": "001180000001",
        "phone": "0900000001",
    }
    assert (taken["card_code"], taken["payment_method"], taken["scheme"]) == (
        "DN4010110000001",
        "ACCOUNT",
        "SI_COMPULSORY",
    )
    assert (taken["from_date"], taken["benefit_monthly_vnd"]) == ("2010-02-01", "3500000")


def test_the_last_day_written_is_still_inside_the_period(tmp_path: Path) -> None:
    [chunk] = judged([{**FULL, "card_from": "31/12/2024", "card_to": "31/12/2024"}], tmp_path)
    assert chunk.accepted["card_to"].to_pylist() == ["2025-01-01"]


@pytest.mark.parametrize(
    ("written", "kind"), [("001180000001", "ID12"), ("011180001", "ID9"), ("00118O000001", "RAW"), ("", None)]
)
def test_it_keeps_unreadable_identity_numbers_as_they_are(written: str, kind: str | None, tmp_path: Path) -> None:
    [chunk] = judged([{**PERSON, "id_no": written}], tmp_path)
    assert chunk.accepted["id_kind"].to_pylist() == [kind]
    assert chunk.accepted["id_no"].to_pylist() == [written or None]


@pytest.mark.parametrize("written", ["1950", "02/1950", "05/02/1950"])
def test_a_birth_date_keeps_its_precision(written: str, tmp_path: Path) -> None:
    [chunk] = judged([{**PERSON, "dob": written}], tmp_path)
    assert chunk.accepted["dob"].to_pylist() == ["-".join(reversed(written.split("/")))]


@pytest.mark.parametrize(
    ("province", "si_no", "area"),
    [
        ("Cao Bằng", "0110000001", CAOBANG),
        ("T. Cao Bằng", "0110000001", CAOBANG),
        ("Hà Tây", "0410000001", VIETNAM),
        ("", "0410000001", CAOBANG),
        ("Hà Nội cũ", "0410000001", CAOBANG),
    ],
)
def test_the_managing_province_is_that_of_residence_else_of_the_number(
    province: str, si_no: str, area: int, tmp_path: Path
) -> None:
    [chunk] = judged([{**PERSON, "si_no": si_no, "res_province": province}], tmp_path)
    assert chunk.accepted["area"].to_pylist() == [area]


def test_it_rejects_a_row_of_no_known_province(tmp_path: Path) -> None:
    [chunk] = judged([{**PERSON, "si_no": "9910000001", "res_province": ""}], tmp_path)
    assert "Không xác định được tỉnh" in chunk.rejections[0].reason


def test_it_rejects_rows_outside_the_areas(tmp_path: Path) -> None:
    rows = [PERSON, {**PERSON, "si_no": "0410000001", "res_province": "Cao Bằng"}]
    [chunk] = judged(rows, tmp_path, frozenset({VIETNAM}))
    assert chunk.accepted["area"].to_pylist() == [VIETNAM]
    assert "ngoài địa bàn" in chunk.rejections[0].reason


@pytest.mark.parametrize(
    ("district", "commune", "found"),
    [
        ("Quận Ba Đình", "Phường 4", KIMMA),
        ("Q. Ba Đình", "P.04", KIMMA),
        ("ba dinh", "4", KIMMA),
        ("", "Phường 4", KIMMA),
        ("Quận Ba Đình", "Xã Tân Lập", TANLAP_1),
        ("Quận Ba Đình", "Tân Lập", None),
        ("Huyện Ba Đình", "Phường 4", None),
        ("Quận Tây Hồ", "Phường 4", None),
    ],
)
def test_only_a_certain_commune_is_found(district: str, commune: str, found: int | None) -> None:
    assert MAP.locate("TP. Hà Nội", district, commune) == (VIETNAM, found)


@pytest.mark.parametrize(
    ("written", "names"),
    [("Q.1", ("quan 1", "1")), ("TP Huế", ("thanh pho hue", "hue")), ("Thới Lai", ("thoi lai", "thoi lai"))],
)
def test_a_kind_is_told_from_a_name(written: str, names: tuple[str, str]) -> None:
    assert names_of(written) == names


def test_the_row_goes_back_as_it_was_written(tmp_path: Path) -> None:
    written = {**FULL, "full_name": ' "Tèo" 1 ', "res_commune": "=1+1"}
    [chunk] = judged([written], tmp_path)
    assert dict(zip(FULL, chunk.rejections[0].cells, strict=True)) == written


@given(st.lists(st.text(st.sampled_from(sorted(VIETNAMESE_LETTERS | set("abcXYZ ")))), min_size=1))
def test_names_fold_together_as_they_fold_alone(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    folder = tmp_path_factory.mktemp("names")
    chunks = judged([{**PERSON, "si_no": f"01{n:08d}", "full_name": name} for n, name in enumerate(names)], folder)
    for row in chunks[0].accepted.to_pylist():
        assert row["folded_name"] == fold(row["full_name"])


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=2), max_size=6))
def test_no_file_of_unicode_text_breaks_the_reader(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("any") / "rows.csv"
    with path.open("w", encoding="utf-8", newline="", errors="ignore") as file:
        csv.writer(file).writerows([["si_no", "full_name"], *rows])
    source = sources.open_source(path)
    places = columns.recognise(source.headings)
    last, first_rows = survey(source, places["si_no"])
    chunks = list(Checker(places, first_rows, Terms(MAP, None, date(2024, 3, 1))).chunks(source, frozenset()))
    assert all(rejection.reason for chunk in chunks for rejection in chunk.rejections)
    assert last <= len(rows) * 13 + 1
