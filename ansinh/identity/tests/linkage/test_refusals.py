"""What the linkage engine refuses, what it bounds, and that a refusal leaves nothing behind."""

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ansinh.identity.linkage import DEFAULT_POLICY, LinkageRefused, Policy, link, report_folder
from ansinh.identity.tests.linkage.cast import HUONG, NOWHERE, Row, citizen, link_rows, record, write


def _link(folder: Path, insured: Path | str, population: Path | str, memory: str = "500MB") -> Path:
    out = folder / "result" / "decisions.parquet"
    link(insured, population, out, policy=Policy.load(DEFAULT_POLICY), threads=1, memory=memory)
    return out


def _refused(folder: Path, insured: Path | str, population: Path | str, memory: str = "500MB") -> str:
    with pytest.raises(LinkageRefused) as refused:
        _link(folder, insured, population, memory)
    assert not list((folder / "result").iterdir()), "a refusal leaves nothing at the place of the result"
    return str(refused.value)


@pytest.fixture
def population(tmp_path: Path) -> Path:
    """One citizen."""
    return write(tmp_path / "population.parquet", [HUONG])


def test_it_names_the_missing_columns(tmp_path: Path, population: Path) -> None:
    half = {name: value for name, value in record().items() if name not in ("dob", "id_no")}
    assert "thiếu cột: dob, id_no" in _refused(tmp_path, write(tmp_path / "i.parquet", [half]), population)


def test_it_names_a_column_of_the_wrong_type(tmp_path: Path, population: Path) -> None:
    table = pq.read_table(write(tmp_path / "i.parquet", [record()]))
    place = table.schema.get_field_index("full_name")
    pq.write_table(table.set_column(place, "full_name", pa.array([["Nguyễn", "Hương"]])), tmp_path / "i.parquet")
    assert "full_name" in _refused(tmp_path, tmp_path / "i.parquet", population)


def test_it_refuses_an_identifier_that_is_no_number(tmp_path: Path, population: Path) -> None:
    table = pq.read_table(write(tmp_path / "i.parquet", [record()]))
    pq.write_table(table.set_column(0, "record_id", pa.array(["A-17"])), tmp_path / "i.parquet")
    assert "1 dòng có record_id trống hoặc không phải số nguyên" in _refused(
        tmp_path, tmp_path / "i.parquet", population
    )


def test_it_refuses_a_repeated_record(tmp_path: Path, population: Path) -> None:
    insured = write(tmp_path / "i.parquet", [record(), record(), record(record_id=7)])
    message = _refused(tmp_path, insured, population)
    assert "record_id bị lặp (1 dòng thừa)" in message
    assert "100" in message


def test_it_refuses_a_repeated_citizen(tmp_path: Path) -> None:
    citizens = write(tmp_path / "p.parquet", [HUONG, HUONG])
    assert "person_id bị lặp" in _refused(tmp_path, write(tmp_path / "i.parquet", [record()]), citizens)


def test_it_refuses_a_file_without_rows(tmp_path: Path, population: Path) -> None:
    insured = write(tmp_path / "i.parquet", [record()])
    pq.write_table(pq.read_table(insured).slice(0, 0), insured)
    assert "không có dòng nào" in _refused(tmp_path, insured, population)


def test_it_refuses_a_file_of_no_bytes(tmp_path: Path, population: Path) -> None:
    (tmp_path / "i.parquet").touch()
    assert "0 byte" in _refused(tmp_path, tmp_path / "i.parquet", population)


def test_it_refuses_a_truncated_file(tmp_path: Path, population: Path) -> None:
    insured = write(tmp_path / "i.parquet", [record()])
    insured.write_bytes(insured.read_bytes()[:-200])
    assert "không đọc được" in _refused(tmp_path, insured, population)


def test_it_refuses_a_file_that_is_not_there(tmp_path: Path, population: Path) -> None:
    assert "không thấy tệp" in _refused(tmp_path, tmp_path / "absent.parquet", population)


def test_it_refuses_a_limit_it_cannot_read(tmp_path: Path, population: Path) -> None:
    insured = write(tmp_path / "i.parquet", [record()])
    assert "«nhiều»" in _refused(tmp_path, insured, population, memory="nhiều")


def test_it_refuses_too_little_memory(tmp_path: Path) -> None:
    people = [citizen(number, f"Trần Thị {number}", "1985-03-07", f"04018{number:07d}") for number in range(60_000)]
    insured = write(tmp_path / "i.parquet", [record(record_id=number) for number in range(60_000)])
    assert "--memory" in _refused(tmp_path, insured, write(tmp_path / "p.parquet", people), memory="3MB")


def test_a_refused_run_leaves_the_result_before_it_untouched(tmp_path: Path, population: Path) -> None:
    out = _link(tmp_path, write(tmp_path / "i.parquet", [record()]), population)
    before = out.read_bytes()
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    with pytest.raises(LinkageRefused):
        _link(tmp_path, tmp_path / "broken.parquet", population)
    assert out.read_bytes() == before


def test_it_reads_csv_a_folder_and_a_pattern(tmp_path: Path, population: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    for number in (1, 2):
        with (folder / f"part{number}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(record()))
            writer.writeheader()
            writer.writerow(record(record_id=number))
    for source in (folder, str(folder / "*.csv")):
        found = pq.read_table(_link(tmp_path, source, population)).to_pylist()
        assert [(row["record_id"], row["person_id"]) for row in found] == [(1, 1), (2, 1)]


def test_it_reports_beside_the_decisions(tmp_path: Path, population: Path) -> None:
    out = _link(tmp_path, write(tmp_path / "i.parquet", [record()]), population)
    report = json.loads((report_folder(out) / "report.json").read_text(encoding="utf-8"))
    assert report["decisions"] == {"VERIFIED": 1, "CORRECTED": 0, "REVIEW": 0, "NOT_FOUND": 0}
    assert "Báo cáo đối khớp" in (report_folder(out) / "index.html").read_text(encoding="utf-8")
    assert (report_folder(out) / "policy.yaml").read_text(encoding="utf-8") == DEFAULT_POLICY.read_text(
        encoding="utf-8"
    )


def test_a_number_shared_by_many_is_no_evidence_and_is_said(tmp_path: Path) -> None:
    owner: Row = {"id_no": HUONG["id12"]}
    many = [
        record(record_id=number, full_name=f"Tạ Văn {number}", dob=None, **owner, **NOWHERE)
        for number in range(1, 3000)
    ]
    linked = link_rows(tmp_path, [record(record_id=9000), *many], [HUONG])
    assert [(row.key, row.values, row.records) for row in linked.report.bounded] == [("number", 1, 3000)]
    assert linked.decisions[9000]["agree_number"] == "SHARED"
    assert linked.decisions[9000]["decision"] == "CORRECTED"
    assert linked.report.decisions["NOT_FOUND"] == 2999


def test_a_crowd_under_one_key_is_left_out_and_said(tmp_path: Path) -> None:
    crowd = [HUONG | {"person_id": 500 + number, "id12": f"04018500{number:04d}", "id9": None} for number in range(200)]
    linked = link_rows(tmp_path, [record(id_no=None)], crowd)
    assert "name_date" in {row.key for row in linked.report.bounded}
    assert linked.decisions[100]["decision"] == "NOT_FOUND"
