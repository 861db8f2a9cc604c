"""What kinds of file the import takes, and how it declines the others."""

import unicodedata
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ansinh.core.permissions import SYSTEM
from ansinh.registry.actions import ImportRefused, request_import
from ansinh.registry.intake import sources
from ansinh.registry.models import (
    Address,
    Benefit,
    Contact,
    HealthCard,
    Identifier,
    ImportBatch,
    Membership,
    Participation,
    Person,
)
from ansinh.registry.tests.conftest import AT, DAY, FULL, PERSON, Import, carry_out, numbered, write_csv


def everything() -> list[list[tuple[object, ...]]]:
    """Return all facts without keys."""
    return [
        list(Person.objects.order_by("si_no").values_list("si_no", "full_name", "folded_name", "birth", "sex", "area")),
        list(
            Identifier.objects.values_list("person__si_no", "kind", "value", "standing", "from_date").order_by("value")
        ),
        list(Address.objects.values_list("person__si_no", "kind", "province", "commune", "area").order_by("pk")),
        list(Contact.objects.values_list("person__si_no", "value").order_by("value")),
        list(Membership.objects.values_list("person__si_no", "household__code", "role").order_by("pk")),
        list(Participation.objects.values_list("scheme", "object_code", "employer__name", "from_date", "to_date")),
        list(HealthCard.objects.values_list("code", "facility_code", "from_date", "to_date")),
        list(Benefit.objects.values_list("kind", "monthly_vnd", "method", "from_date")),
    ]


def as_workbook(path: Path, rows: list[dict[str, str]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    book.save(path)
    return path


def as_parquet(path: Path, rows: list[dict[str, str]]) -> Path:
    pq.write_table(pa.Table.from_pylist(rows), path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ImportRefused) as caught:
        request_import(path=path, file_name=path.name, effective_date=DAY, actor=SYSTEM, at=AT)
    return caught.value.message


def test_it_loads_the_same_facts_from_csv_xlsx_and_parquet(bring_in: Import, tmp_path: Path) -> None:
    rows = [FULL, {**dict.fromkeys(FULL, ""), **PERSON, "si_no": "0110000002", "dob": "1950"}]
    found = []
    for path in (
        write_csv(tmp_path / "a.csv", rows),
        as_workbook(tmp_path / "a.xlsx", rows),
        as_parquet(tmp_path / "a.parquet", rows),
    ):
        assert bring_in(path).loaded == 2
        found.append(everything())
        for model in (Identifier, Address, Contact, Membership, Participation, HealthCard, Benefit, Person):
            model.objects.all().delete()
    assert found[0] == found[1] == found[2]
    assert [len(facts) for facts in found[0]] == [2, 1, 3, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_it_reads_every_unicode_form_a_spreadsheet_saves(bring_in: Import, tmp_path: Path, encoding: str) -> None:
    path = write_csv(tmp_path / "a.csv", [PERSON])
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert bring_in(path).loaded == 1
    assert Person.objects.get().full_name == "Nguyễn Thị An"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_it_finds_the_delimiter(bring_in: Import, tmp_path: Path, delimiter: str) -> None:
    path = write_csv(tmp_path / "a.csv", [PERSON])
    path.write_text(path.read_text(encoding="utf-8").replace(",", delimiter), encoding="utf-8")
    assert bring_in(path).loaded == 1


def test_it_finds_the_delimiter_though_a_heading_holds_a_comma(bring_in: Import, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Họ, chữ đệm và tên;Mã số BHXH\nNguyễn Thị An;0110000001\n", encoding="utf-8")
    assert bring_in(path).loaded == 1


def test_it_refuses_a_file_where_most_rows_fit_no_column(
    areas: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_MISFITS", 10)
    path = tmp_path / "a.csv"
    path.write_text("si_no,full_name\n" + "0110000001;An\n" * 11, encoding="utf-8")
    batch = request_import(path=path, file_name="a.csv", effective_date=DAY, actor=SYSTEM, at=AT)
    assert carry_out(batch).status == ImportBatch.Status.INCIDENT
    assert "đầu tiên là dòng 2" in batch.problem


def test_it_reads_typed_parquet_columns_as_a_clerk_would_write_them(bring_in: Import, tmp_path: Path) -> None:
    typed = {**FULL, "dob": date(1980, 2, 5), "benefit_monthly_vnd": 3500000.0, "facility_code": "01001"}
    pq.write_table(pa.Table.from_pylist([typed]), tmp_path / "a.parquet")
    assert bring_in(tmp_path / "a.parquet").loaded == 1
    assert Person.objects.get().birth == "1980-02-05"
    assert Benefit.objects.get().monthly_vnd == 3_500_000


def test_it_stores_decomposed_text_composed(bring_in: Import) -> None:
    decomposed = {name: unicodedata.normalize("NFD", text) for name, text in FULL.items()}
    assert bring_in([decomposed]).loaded == 1
    assert Person.objects.get().full_name == "Nguyễn Thị An"
    assert Address.objects.filter(area=None).count() == 0


def test_it_recognises_vietnamese_headings_in_any_order(bring_in: Import) -> None:
    row = {"HỌ VÀ TÊN": "Nguyễn Thị An", "Ngay sinh": "1950", "Mã số BHXH": "0110000001", "số cccd": "001150000001"}
    assert bring_in([row]).loaded == 1
    assert Person.objects.get().birth == "1950"
    assert Identifier.objects.get().kind == "ID12"


def test_it_names_unknown_columns_and_the_nearest_known(areas: object, tmp_path: Path) -> None:
    said = refusal(write_csv(tmp_path / "a.csv", [{**PERSON, "Họ tên đệm": "", "facility": ""}]))
    assert "“Họ tên đệm”" in said
    assert "“facility”" in said
    assert "facility_code" in said


def test_it_names_missing_and_repeated_columns(areas: object, tmp_path: Path) -> None:
    said = refusal(write_csv(tmp_path / "a.csv", [{"Họ tên": "An", "Họ và tên": "An"}]))
    assert "“Mã số BHXH” (si_no)" in said
    assert "“Họ tên”, “Họ và tên”" in said


def test_it_refuses_an_empty_file(areas: object, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"")
    assert refusal(path).startswith("Tệp trống")
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    assert refusal(tmp_path / "a.xlsx").startswith("Tệp trống")


def test_it_refuses_a_file_that_is_not_there(areas: object, tmp_path: Path) -> None:
    assert "Không mở được" in refusal(tmp_path / "không-có.csv")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_it_takes_a_file_with_headings_only(bring_in: Import, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    if ending == "csv":
        write_csv(path, [], list(PERSON))
    elif ending == "xlsx":
        as_workbook(path, [PERSON])
        book = openpyxl.load_workbook(path)
        book.active.delete_rows(2)  # type: ignore[union-attr]
        book.save(path)
    else:
        pq.write_table(pa.Table.from_pylist([PERSON]).slice(0, 0), path)
    batch = bring_in(path)
    assert (batch.status, batch.loaded, batch.rejected) == ("DONE", 0, 0)


def test_it_refuses_another_encoding_and_names_the_line(areas: object, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    composed = "si_no,full_name\n0110000001,An\n0110000002,Lê Thị Lan\n"
    path.write_bytes(composed.encode("cp1252", "replace"))
    said = refusal(path)
    assert said.startswith("Dòng 3 ")
    assert "UTF-8" in said


@pytest.mark.parametrize("cut", [0.5, 0.95])
@pytest.mark.parametrize("ending", ["xlsx", "parquet"])
def test_it_refuses_a_truncated_file(areas: object, tmp_path: Path, ending: str, cut: float) -> None:
    path = tmp_path / f"a.{ending}"
    (as_workbook if ending == "xlsx" else as_parquet)(path, numbered(200))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * cut)])
    assert "cắt cụt" in refusal(path)


def test_it_refuses_a_workbook_with_data_in_two_sheets(areas: object, tmp_path: Path) -> None:
    path = as_workbook(tmp_path / "a.xlsx", [PERSON])
    book = openpyxl.load_workbook(path)
    book.create_sheet("Tháng 2").append(["si_no"])
    book.save(path)
    assert "“Tháng 2”" in refusal(path)


def test_it_loads_nothing_when_the_file_has_changed_since(areas: object, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [PERSON])
    batch = request_import(path=path, file_name="a.csv", effective_date=DAY, actor=SYSTEM, at=AT)
    write_csv(path, numbered(2))
    carry_out(batch)
    assert batch.status == ImportBatch.Status.INCIDENT
    assert "đã thay đổi" in batch.problem
    assert not Person.objects.exists()


def test_it_keeps_counting_rows_as_a_spreadsheet_does(bring_in: Import, tmp_path: Path, var: Path) -> None:
    path = tmp_path / "a.csv"
    people = (
        "0110000001,An,Tày",
        "",
        "0110000002,Bình",
        '0110000003,Chi,"Kinh"',
        "011,Dũng,Kinh,thừa",
        "0110000004,Em,",
    )
    text = "\n".join(["si_no,full_name,ethnicity", *people, ""])
    path.write_text(text, encoding="utf-8")
    batch = bring_in(path)
    assert (batch.loaded, batch.rejected) == (3, 2)
    lines = (var / "imports" / str(batch.pk) / "tu-choi.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == [
        "si_no,full_name,ethnicity,dòng,cột,lý do",
        '0110000002,Bình,,4,,"Dòng có 2 ô, hàng tên cột có 3 ô."',
        '011,Dũng,Kinh,6,,"Dòng có 4 ô, hàng tên cột có 3 ô. Các ô thừa: thừa"',
    ]


def test_an_open_quotation_mark_loses_no_row(bring_in: Import, tmp_path: Path, var: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('si_no,full_name\n0110000001,An\n"0110000002,Bình\n0110000003,Chi\n', encoding="utf-8")
    batch = bring_in(path)
    assert (batch.loaded, batch.rejected) == (1, 1)
    written = (var / "imports" / str(batch.pk) / "tu-choi.csv").read_text(encoding="utf-8-sig")
    assert "0110000003,Chi" in written
    assert "dấu ngoặc kép chưa đóng" in written
