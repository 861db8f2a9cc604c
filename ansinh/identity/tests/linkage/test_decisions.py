"""Decisions of the linkage engine, one kind of error at a time."""

import unicodedata
from pathlib import Path

import pytest

from ansinh.identity.tests.linkage.cast import AWAY, HOME, HUONG, NOWHERE, Row, citizen, link_rows, record


def _decided(folder: Path, typed: Row, *others: Row) -> dict[str, object]:
    return link_rows(folder, [typed], [HUONG, *others]).decisions[100]


def test_it_verifies_a_record_without_errors(tmp_path: Path) -> None:
    found = _decided(tmp_path, record())
    assert (found["decision"], found["person_id"]) == ("VERIFIED", 1)
    agreed = {name: found[f"agree_{name}"] for name in ("name", "dob", "sex", "number", "places")}
    assert agreed == {"name": "EQUAL", "dob": "EQUAL", "sex": "EQUAL", "number": "EQUAL", "places": "COMMUNE"}
    assert found["policy"] == "2024-1"


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        ({"full_name": "NGUYỄN THỊ THU HƯƠNG"}, "upper case"),
        ({"full_name": unicodedata.normalize("NFD", "Nguyễn Thị Thu Hương")}, "decomposed letters"),
        ({"full_name": "  Nguyễn  Thị Thu   Hương "}, "spaces"),
        ({"full_name": "Nguyeenx Thij Thu Huwowng"}, "raw Telex"),
        ({"full_name": "Nguye64n Thi5 Thu Hu7o7ng"}, "raw VNI"),
        ({"id_no": "040 185 001 234"}, "spaces in the number"),
        ({"id_no": "O4O185OO1234"}, "letters for zeros"),
        ({"id_no": "40185001234"}, "the leading zero lost in a spreadsheet"),
        ({"sex": None, **NOWHERE}, "only number, name and date"),
        (
            {"sex": "F", "home_province": "Nghệ An", "home_district": "H. Diễn Châu", "home_commune": "X.Diễn Phúc"},
            "short",
        ),
    ],
)
def test_it_is_not_misled_by_spelling_habits(tmp_path: Path, typed: Row, because: str) -> None:
    found = _decided(tmp_path, record(**typed))
    assert (found["decision"], found["person_id"]) == ("VERIFIED", 1), because


def test_it_repairs_a_code_page_misread_and_says_so(tmp_path: Path) -> None:
    linked = link_rows(tmp_path, [record(full_name="Nguyễn Thị Thu Hương".encode().decode("cp1252"))], [HUONG])
    assert linked.decisions[100]["agree_name"] == "EQUAL"
    assert linked.report.repaired_names == 1


def test_it_reads_tone_placement_and_short_i_as_habits(tmp_path: Path) -> None:
    thuy = citizen(2, "Lý Thúy Hòa", "1990-05-20", "040190004321")
    typed = record(full_name="Lí Thuý Hoà", dob="20/05/1990", id_no="040190004321")
    found = _decided(tmp_path, typed, thuy)
    assert (found["decision"], found["agree_name"]) == ("VERIFIED", "EQUAL")


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"id_no": "040185001284"}, "number", "NEAR"),
        ({"id_no": "04018501234"}, "number", "NEAR"),
        ({"id_no": "040185002134"}, "number", "TWO_EDITS"),
        ({"id_no": "186123456"}, "number", "OLD"),
        ({"id_no": None}, "number", "MISSING"),
        ({"id_no": "000000000000"}, "number", "MISSING"),
        ({"dob": "03/07/1985"}, "dob", "SWAPPED"),
        ({"dob": "1985"}, "dob", "YEAR_ONLY"),
        ({"dob": "03/1985"}, "dob", "MONTH_ONLY"),
        ({"dob": "01/01/1985"}, "dob", "HEAPED"),
        ({"dob": "07/03/1986"}, "dob", "YEAR_OFF"),
        ({"dob": "17/03/1985"}, "dob", "NEAR"),
        ({"dob": None}, "dob", "MISSING"),
        ({"full_name": "Nguyễn Hương"}, "name", "MIDDLE_MISSING"),
        ({"full_name": "Nguyễn T. Hương"}, "name", "MIDDLE_MISSING"),
        ({"full_name": "Nguyễn Thị Hoa Hương"}, "name", "MIDDLE_DIFFERENT"),
        ({"full_name": "NGUYEN THI THU HUONG"}, "name", "UNMARKED"),
        ({"full_name": "Nguyễn Thị Thư Hường"}, "name", "MARKS"),
        ({"full_name": "Thu Hương Nguyễn Thị"}, "name", "ORDER"),
        ({"full_name": "Nguyễn Thị Thu Hưong Lan"}, "name", "DIFFERENT"),
        ({"full_name": "Nguyễn Thị Thu Hươnh"}, "name", "NEAR"),
        ({"sex": "Nam"}, "sex", "DIFFERENT"),
    ],
)
def test_it_finds_the_person_behind_one_slip(tmp_path: Path, typed: Row, field: str, code: str) -> None:
    found = _decided(tmp_path, record(**typed))
    assert (found["person_id"], found[f"agree_{field}"]) == (1, code)
    assert found["decision"] == ("REVIEW" if code == "DIFFERENT" and field == "name" else "CORRECTED")


@pytest.mark.parametrize(
    "typed",
    [
        {"id_no": None, "dob": "1985"},
        {"id_no": "040185001243", "dob": "03/07/1985"},
        {"id_no": None, "full_name": "Nguyen Huong"},
        {"id_no": None, "dob": "08/03/1985", "full_name": "NGUYEN THI THU HUONG"},
        {"id_no": "186123456", "dob": "1985", **NOWHERE},
        {"id_no": "040185001284", "full_name": "Nguyễn Thị Thu Hươnh"},
    ],
)
def test_it_proposes_the_person_behind_two_slips(tmp_path: Path, typed: Row) -> None:
    found = _decided(tmp_path, record(**typed))
    assert found["person_id"] == 1
    assert found["decision"] in {"CORRECTED", "REVIEW"}


def test_it_verifies_a_year_of_birth_that_both_sides_know_no_better(tmp_path: Path) -> None:
    elder = citizen(2, "Trần Thị Hoa", "1940", "040140000777")
    found = _decided(tmp_path, record(full_name="Trần Thị Hoa", dob="1940", id_no="040140000777"), elder)
    assert (found["decision"], found["person_id"], found["agree_dob"]) == ("VERIFIED", 2, "SAME_YEAR_KNOWN")


def test_it_tells_twins_apart_by_their_own_numbers(tmp_path: Path) -> None:
    lan = citizen(2, "Phạm Thị Lan", "2001-09-09", "040301000111", sex="F")
    lien = citizen(3, "Phạm Thị Liên", "2001-09-09", "040301000112", sex="F")
    rows = [
        record(record_id=1, full_name="Phạm Thị Lan", dob="09/09/2001", id_no="040301000111"),
        record(record_id=2, full_name="Phạm Thị Liên", dob="09/09/2001", id_no=None),
    ]
    found = link_rows(tmp_path, rows, [HUONG, lan, lien]).decisions
    assert [found[number]["person_id"] for number in (1, 2)] == [2, 3]
    assert all(found[number]["decision"] != "REVIEW" for number in (1, 2))


def test_it_sends_a_twin_with_the_other_twins_number_to_review(tmp_path: Path) -> None:
    anh = citizen(2, "Phạm Văn Anh", "2001-09-09", "040201000111", sex="M")
    an = citizen(3, "Phạm Văn An", "2001-09-09", "040201000998", sex="M")
    typed = record(full_name="Phạm Văn An", dob="09/09/2001", sex="M", id_no="040201000111")
    assert _decided(tmp_path, typed, anh, an)["decision"] == "REVIEW"


def test_it_does_not_choose_between_namesakes_born_the_same_day(tmp_path: Path) -> None:
    namesake = HUONG | {"person_id": 2, "id12": "040185009999", "id9": None}
    found = _decided(tmp_path, record(id_no=None), namesake)
    assert (found["decision"], found["agree_number"]) == ("REVIEW", "MISSING")
    assert found["second_best_weight"] == found["weight"]


def test_it_tells_namesakes_born_the_same_day_apart_by_place(tmp_path: Path) -> None:
    namesake = HUONG | {"person_id": 2, "id12": "096185009999", "id9": None} | AWAY
    found = _decided(tmp_path, record(id_no=None, **AWAY), namesake)
    assert (found["decision"], found["person_id"]) == ("CORRECTED", 2)


def test_it_leaves_a_namesake_to_the_record_that_bears_the_number(tmp_path: Path) -> None:
    namesake = HUONG | {"person_id": 2, "id12": "040185009999", "id9": None}
    rows = [record(record_id=1), record(record_id=2, id_no=None)]
    found = link_rows(tmp_path, rows, [HUONG, namesake]).decisions
    assert (found[1]["decision"], found[1]["person_id"]) == ("VERIFIED", 1)
    assert (found[2]["decision"], found[2]["person_id"]) == ("REVIEW", 2)


def test_it_sends_a_number_and_a_date_that_both_slip_to_review(tmp_path: Path) -> None:
    found = _decided(tmp_path, record(id_no="040185001284", dob="17/03/1985", **NOWHERE))
    assert (found["person_id"], found["decision"]) == (1, "REVIEW")


def test_it_takes_a_given_name_for_enough_only_beside_number_and_date(tmp_path: Path) -> None:
    assert _decided(tmp_path, record(full_name="Phạm Ngọc Hương"))["decision"] == "CORRECTED"
    assert _decided(tmp_path, record(full_name="Phạm Ngọc Hương", dob="1985"))["decision"] == "REVIEW"


def test_it_does_not_follow_somebody_elses_number(tmp_path: Path) -> None:
    father = citizen(2, "Trịnh Văn Bảo", "1955-11-30", "040055000042", sex="M")
    found = _decided(tmp_path, record(id_no="040055000042"), father)
    assert (found["person_id"], found["agree_number"]) == (1, "OTHERS")
    assert found["decision"] == "CORRECTED"


def test_it_finds_nobody_for_a_number_whose_owner_is_a_stranger(tmp_path: Path) -> None:
    found = _decided(tmp_path, record(full_name="Tạ Quang Bửu", dob="12/12/1972", sex="Nam", **AWAY))
    assert (found["decision"], found["person_id"]) == ("NOT_FOUND", None)


def test_it_groups_two_records_of_one_person(tmp_path: Path) -> None:
    rows = [record(record_id=8), record(record_id=5, id_no="186123456"), record(record_id=9, id_no=None, dob="1985")]
    found = link_rows(tmp_path, rows, [HUONG]).decisions
    assert {row["person_id"] for row in found.values()} == {1}
    assert [found[number]["same_person_group"] for number in (8, 5)] == [5, 5]
    assert [found[number]["decision"] for number in (8, 5, 9)] == ["VERIFIED", "CORRECTED", "REVIEW"]


def test_it_links_across_the_merger_of_provinces(tmp_path: Path) -> None:
    moved = citizen(2, "Đỗ Thị Sen", "1979-02-03", "036179000321", home_province="Tỉnh Ninh Bình", home_district=None,
                    home_commune="Xã Hải Nam", res_province=None, res_district=None, res_commune=None)  # fmt: skip
    typed = record(full_name="Đỗ Thị Sen", dob="03/02/1979", id_no=None, **NOWHERE) | {
        "home_province": "T. Nam Định", "home_district": "H. Hải Hậu", "home_commune": "X. Hải Nam",
    }  # fmt: skip
    found = _decided(tmp_path, typed, moved)
    assert (found["person_id"], found["agree_places"]) == (2, "COMMUNE")


def test_it_gives_one_decision_for_every_record_even_an_empty_one(tmp_path: Path) -> None:
    empty = dict.fromkeys(record()) | {"record_id": 7}
    found = link_rows(tmp_path, [record(), empty], [HUONG]).decisions
    assert set(found) == {7, 100}
    assert (found[7]["decision"], found[7]["probability"], found[7]["person_id"]) == ("NOT_FOUND", 0, None)


def test_it_gives_the_same_decisions_for_rows_in_any_order(tmp_path: Path) -> None:
    rows = [record(record_id=number, id_no=None, dob=f"{number:02d}/03/1985") for number in range(1, 20)]
    people = [HUONG | {"person_id": number, "id12": f"0401850{number:05d}", "id9": None} for number in range(1, 9)]
    (tmp_path / "there").mkdir()
    (tmp_path / "back").mkdir()
    there = link_rows(tmp_path / "there", rows, people).decisions
    back = link_rows(tmp_path / "back", reversed(rows), reversed(people)).decisions
    assert there == back


def test_it_reads_a_name_of_three_hundred_letters(tmp_path: Path) -> None:
    found = _decided(tmp_path, record(full_name="Nguyễn " + "Thị " * 70 + "Hương", id_no="040185001243"))
    assert (found["person_id"], found["agree_name"]) == (1, "MIDDLE_DIFFERENT")


def test_home_and_residence_may_stand_in_each_others_place(tmp_path: Path) -> None:
    crossed = {column: HOME[column.replace("res_", "home_")] if "res_" in column else None for column in HOME}
    found = _decided(tmp_path, record(id_no=None, **crossed))
    assert (found["person_id"], found["agree_places"]) == (1, "CROSSED")
