"""Deduplication: who is one person with several records, and who only resembles another."""

import json
from io import StringIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from ansinh.identity.linkage import DEFAULT_POLICY, DoublesReport, LinkageRefused, Policy, dedupe, report_folder
from ansinh.identity.tests.linkage.cast import AWAY, NOWHERE, Row, record, strangers, write


def _bystanders() -> list[Row]:
    """Records of the strangers, each once: a register in which a common name is common."""
    return [
        record(
            record_id=one["person_id"], full_name=one["full_name"], dob=one["dob"], sex=one["sex"], id_no=one["id12"],
            **AWAY,
        )
        for one in strangers()
    ]  # fmt: skip


def _dedupe(folder: Path, *rows: Row) -> tuple[DoublesReport, list[Row]]:
    out = folder / "pairs.parquet"
    insured = write(folder / "insured.parquet", [*rows, *_bystanders()])
    report = dedupe(insured, out, policy=Policy.load(DEFAULT_POLICY), memory="500MB", threads=2)
    asked = {row["record_id"] for row in rows}
    return report, [row for row in pq.read_table(out).to_pylist() if {row["record_id"], row["other_id"]} <= asked]


def _decision(folder: Path, *others: Row) -> str | None:
    """Decision on HUONG's record and another of it with some fields typed otherwise."""
    _, found = _dedupe(folder, record(record_id=1), *(record(record_id=2 + n, **row) for n, row in enumerate(others)))
    return next((str(row["decision"]) for row in found if (row["record_id"], row["other_id"]) == (1, 2)), None)


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"full_name": "NGUYEN THI THU HUONG"},
        {"dob": "1985"},
        {"dob": "17/03/1985"},
        {"id_no": "40185001234"},
        {"id_no": None},
    ],
)
def test_two_records_of_one_person_need_no_other_eye(tmp_path: Path, typed: Row) -> None:
    assert _decision(tmp_path, typed) == "SAME"


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ({"full_name": "Nguyễn Thị Thanh Hương", "id_no": "040185001235"}, "twin, the next number"),
        ({"full_name": "Nguyễn Thị Thu Hường"}, "twin whose record bears this one's number"),
        ({"full_name": "Nguyễn Thị Thu Hươnh"}, "the same, a letter apart"),
        ({"full_name": "Nguyễn Thị Hoa Hương"}, "the same, another middle name"),
        ({"id_no": "040185001235"}, "the next number: two children, or a slip"),
        ({"dob": "07/03/1960"}, "mother of one name, her number on the daughter's record"),
        ({"sex": "Nam"}, "brother of one name"),
        ({"id_no": None, **NOWHERE}, "namesake of the same day from nobody knows where"),
        ({"full_name": "Trần Văn Bình", "dob": "12/12/1972", "sex": "Nam"}, "father whose number was typed"),
        ({"id_no": "096190009876"}, "namesake of the same day and place with another number"),
    ],
)
def test_whoever_may_be_a_relative_is_not_merged_by_a_machine(tmp_path: Path, typed: Row, who: str) -> None:
    assert _decision(tmp_path, typed) != "SAME", who


def test_three_are_one_only_when_each_two_agree(tmp_path: Path) -> None:
    without: Row = {"id_no": None}
    assert _decision(tmp_path, {}, without) == "SAME"
    namesake: Row = {"id_no": "096185009876"}
    report, found = _dedupe(
        tmp_path, record(record_id=1), record(record_id=2, **without), record(record_id=3, **namesake)
    )
    assert {row["decision"] for row in found} == {"REVIEW"}, "2 may be either, and 1 and 3 are two"
    assert report.decisions["SAME"] == 0


def test_the_file_of_pairs_is_in_order_and_says_why(tmp_path: Path) -> None:
    rows = [record(record_id=number) for number in (9, 4, 7)]
    report, found = _dedupe(tmp_path, *rows)
    assert [(row["record_id"], row["other_id"]) for row in found] == [(4, 7), (4, 9), (7, 9)]
    assert {row["same_person_group"] for row in found} == {4}
    assert list(found[0]) == [
        "record_id", "other_id", "decision", "weight", "probability", "agree_name", "agree_dob", "agree_sex",
        "agree_number", "agree_places", "same_person_group", "policy",
    ]  # fmt: skip
    assert (found[0]["agree_number"], found[0]["policy"]) == ("EQUAL", "2024-1")
    assert (report.decisions["SAME"], report.same_person_groups) == (3, 1)
    folder = report_folder(tmp_path / "pairs.parquet")
    assert json.loads((folder / "report.json").read_text(encoding="utf-8"))["decisions"] == report.decisions
    assert "Báo cáo tìm trùng" in (folder / "index.html").read_text(encoding="utf-8")


def test_rows_in_any_order_give_the_same_pairs(tmp_path: Path) -> None:
    rows = [record(record_id=number, id_no=None, dob=f"{number % 7 + 1:02d}/03/1985") for number in range(1, 40)]
    assert _dedupe(tmp_path, *rows)[1] == _dedupe(tmp_path, *reversed(rows))[1]


def test_numbers_of_two_kinds_say_nothing_of_each_other(tmp_path: Path) -> None:
    _, [found] = _dedupe(tmp_path, record(record_id=1), record(record_id=2, id_no="186123456"))
    assert found["agree_number"] == "MISSING"


def test_crowds_are_bounded_and_said(tmp_path: Path) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    crowd = [
        record(
            record_id=1 + number,
            full_name=f"Lê {letters[number // 26 % 26]}a {letters[number % 26]}i",
            dob=f"{1930 + number // 26}",
        )
        for number in range(2000)
    ]
    report, found = _dedupe(tmp_path, *crowd)
    assert {one.key: one.records for one in report.bounded}["number"] == len(crowd)
    assert report.pairs_compared < 100_000
    assert not [row for row in found if row["decision"] == "SAME"]


def test_all_births_equal_are_bounded_and_said(tmp_path: Path) -> None:
    born = [record(record_id=number, dob="01/01/1980", id_no=None) for number in range(1, 3000)]
    report, found = _dedupe(tmp_path, *born)
    assert {one.key for one in report.bounded} >= {"name_date", "date_home", "name_home"}
    assert report.pairs_compared < 100_000
    assert not found


def test_a_file_without_a_column_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    half = {name: value for name, value in record().items() if name != "dob"}
    out = tmp_path / "result" / "pairs.parquet"
    with pytest.raises(LinkageRefused, match="thiếu cột: dob"):
        dedupe(write(tmp_path / "i.parquet", [half]), out, policy=Policy.load(DEFAULT_POLICY))
    assert not list(out.parent.iterdir())


def test_the_command_says_what_was_found(tmp_path: Path) -> None:
    insured = write(tmp_path / "i.parquet", [record(), record(record_id=7), *_bystanders()])
    said = StringIO()
    call_command("dedupe", str(insured), "--out", str(tmp_path / "d.parquet"), stdout=said)
    assert "1 người có từ hai bản ghi trở lên" in said.getvalue()
    assert (tmp_path / "d.parquet.report" / "index.html").exists()
    with pytest.raises(CommandError, match="không thấy tệp"):
        call_command("dedupe", str(tmp_path / "none.csv"), "--out", str(tmp_path / "d.parquet"))
