"""What the law's files may say, and that a refusal names file and line."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ansinh.core.strict_yaml import InvalidFile
from ansinh.law.reading import read_parameters

GOOD = """\
title: Tỷ lệ thử
title_en: trial rate
unit: phần
values:
  2020-01-01:
    value: "0.175"
    source: Luật thử 1/2020, Điều 2
    verified_by: null
  2021-01-01:
    value: 3
    source: Luật thử 1/2021, Điều 2
    verified_by: Trần Thị Mẫu, 05/01/2021
    note: tăng
"""


def written(folder: Path, text: str, name: str = "trial/rate") -> Path:
    file = folder / f"{name}.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return folder


def test_it_reads_exact_numbers_with_their_citations(tmp_path: Path) -> None:
    rate = read_parameters(written(tmp_path, GOOD))["trial.rate"]
    assert [value.value for value in rate.values] == [Decimal("0.175"), 3]
    assert rate.at(date(2020, 12, 31)).source == "Luật thử 1/2020, Điều 2"
    assert rate.at(date(2021, 1, 1)).verified
    assert rate.values[1].note == "tăng"


def test_a_fraction_does_not_pass_for_a_whole_number(tmp_path: Path) -> None:
    rate = read_parameters(written(tmp_path, GOOD))["trial.rate"]
    with pytest.raises(TypeError, match="whole"):
        int(rate.values[0])


@pytest.mark.parametrize(
    ("good", "bad", "reason"),
    [
        ("    source: Luật thử 1/2020, Điều 2\n", "", "6: Thiếu «source»"),
        ("Luật thử 1/2020, Điều 2", '""', "7:.*không được để trống"),
        ("2021-01-01", "2019-01-01", "9:.*tăng dần"),
        ("2021-01-01", "2020-01-01", "9:.*hai lần"),
        ("2021-01-01", "01/01/2021", "9:.*năm-tháng-ngày"),
        ("2021-01-01", "2021-02-30", "9:.*không có trong lịch"),
        ('"0.175"', "0.175", "6:.*dấu nháy"),
        ('"0.175"', "1e3", "6:.*không phải số"),
        ('"0.175"', "null", "6:.*không phải số nguyên"),
        ('"0.175"', '"0,175"', "6:.*không phải số thập phân"),
        ("note: tăng", "nots: tăng", "13: Không hiểu «nots»"),
        ("unit: phần\n", "unit: phần\nphạm_vi: cả nước\n", "4: Không hiểu"),
        ("unit: phần", "unit: đồng", "6:.*không phải số nguyên"),
        ("title_en: trial rate\n", "", "1: Thiếu «title_en»"),
        ("verified_by: null", "", "8:|6: Thiếu"),
        ("values:\n", "values: [\n", r"\d+: Tệp không đúng cú pháp"),
        ("Tỷ lệ thử", "Ty\u0309 le\u0323\u0302 thư\u0309", "1:.*NFC"),
    ],
)
def test_it_refuses_with_file_and_line(tmp_path: Path, good: str, bad: str, reason: str) -> None:
    assert good in GOOD
    with pytest.raises(InvalidFile, match=rf"rate\.yaml:({reason})"):
        read_parameters(written(tmp_path, GOOD.replace(good, bad, 1)))


def test_it_refuses_an_empty_file_and_a_series_without_values(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="Tệp trống"):
        read_parameters(written(tmp_path / "empty", ""))
    with pytest.raises(InvalidFile, match="ít nhất một giá trị"):
        read_parameters(written(tmp_path / "none", GOOD.partition("values:")[0] + "values: {}\n"))


def test_it_refuses_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD) / "trial" / "rate.yaml"
    file.write_bytes("title: Tỷ lệ".encode("utf-16"))
    with pytest.raises(InvalidFile, match="UTF-8"):
        read_parameters(tmp_path)


def test_it_refuses_a_name_that_is_not_an_identifier(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="không dấu"):
        read_parameters(written(tmp_path, GOOD, "trial/Tỷ-lệ"))
