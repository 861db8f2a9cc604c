"""Sources (nguồn): Parquet or CSV, one file, a glob or a folder, checked and turned into tables of integers.

A file that is not whole, lacks a column or repeats an identifier is refused before any work: a linkage over half a
register would look like a result.
"""

import glob
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template

import duckdb
import pyarrow as pa

from ansinh.identity.linkage.columns import PLACES, Normaliser
from ansinh.identity.linkage.refusal import LinkageRefused

SILENT = "SET enable_progress_bar = false"
"""Said on every connection: progress is told to the caller, nothing is printed."""

_BATCH = 500_000
_NAMED = 5
_TEXT = re.compile(r'VARCHAR|DATE|TIMESTAMP.*|ENUM\(.*\)|BIGINT|INTEGER|"NULL"')

# Letters that clerks and scanners put for digits.
_DIGITS = Template(
    "CASE WHEN $column IS NULL OR regexp_full_match($column, '[0-9]+') THEN $column"
    " ELSE regexp_replace(translate(upper($column), 'OQIL', '0011'), '[^0-9]', '', 'g') END"
)
# What is typed to get past a form that insists on a number.
_FILLER = Template(
    "CASE WHEN replace($digits, $digits[1], '') <> ''"
    " AND $digits NOT IN ('123456789', '012345678901', '123456789012') THEN $digits END"
)
# Spreadsheets drop leading zeros, so 10 and 11 digits stand for 12, and 8 for 9, unless a zero still leads.
_NUMBER = Template(
    "CASE WHEN length($digits) = $long OR (length($digits) BETWEEN $short AND $long AND $digits[1] <> '0')"
    " THEN TRY_CAST($digits AS BIGINT) END"
)


@dataclass(frozen=True, slots=True)
class Source:
    """Source (nguồn): what a file is called in messages, its table in the work area, its identifier and columns.

    `number` and `old_number` name the columns of the 12 and 9 digits; `dropped` is text not needed once they are read.
    """

    title: str
    table: str
    identifier: str
    columns: tuple[str, ...]
    number: str
    old_number: str
    dropped: str


INSURED = Source(
    "Tệp người tham gia",
    "record",
    "record_id",
    ("record_id", "si_no", "full_name", "dob", "sex", "id_no", *PLACES),
    number="id_no",
    old_number="id_no",
    dropped="old_digits",
)
POPULATION = Source(
    "Tệp dân cư",
    "person",
    "person_id",
    ("person_id", "full_name", "dob", "sex", "id12", "id9", *PLACES),
    number="id12",
    old_number="id9",
    dropped="digits, old_digits",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Loaded file (tệp đã nạp): rows read, and names whose broken code page was repaired."""

    rows: int
    repaired: int


def load(con: duckdb.DuckDBPyConnection, source: Source, path: Path | str, progress: Callable[[float], None]) -> Loaded:
    """Read a source into its table, normalised; raises `LinkageRefused`. `progress` hears the share of rows read."""
    with _readable(source, path):
        raw = _open(con, source, path)
        _require_columns(source, raw)
        rows = _require_identifiers(con, source, raw)
        normaliser = Normaliser()
        writer = con.cursor()  # the reading cursor is held open by its unfinished result
        writer.execute(SILENT)
        done = 0
        for batch in _batches(source, raw):
            made = normaliser.columns(batch)
            writer.register("incoming", made)
            verb = Template("CREATE TABLE $table AS FROM incoming" if done == 0 else "INSERT INTO $table FROM incoming")
            writer.execute(verb.substitute(table=source.table))
            writer.unregister("incoming")
            done += made.num_rows
            progress(done / rows)
    return Loaded(rows, normaliser.repaired)


@contextmanager
def _readable(source: Source, path: Path | str) -> Iterator[None]:
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError):
        raise
    except (duckdb.Error, pa.ArrowInvalid, UnicodeDecodeError) as error:
        reason = str(error).split("\n", 1)[0]
        raise LinkageRefused(
            f"{source.title} «{path}» không đọc được: tệp hỏng, bị cắt ngang hoặc không đúng định dạng Parquet/CSV. "
            f"Hãy xuất lại tệp rồi chạy lại. Chi tiết kỹ thuật: {reason}"
        ) from error


def _open(con: duckdb.DuckDBPyConnection, source: Source, path: Path | str) -> duckdb.DuckDBPyRelation:
    files = _files(path)
    if not files:
        raise LinkageRefused(f"{source.title}: không thấy tệp Parquet hoặc CSV nào ở «{path}». Hãy kiểm tra đường dẫn.")
    if any(Path(file).stat().st_size == 0 for file in files):
        raise LinkageRefused(f"{source.title} «{path}» có tệp trống (0 byte). Hãy xuất lại tệp rồi chạy lại.")
    if all(file.endswith(".parquet") for file in files):
        return con.read_parquet(files, union_by_name=True)
    if any(file.endswith(".parquet") for file in files):
        raise LinkageRefused(f"{source.title} «{path}» lẫn cả Parquet và CSV. Hãy để mỗi loại một thư mục.")
    return con.read_csv(files, header=True, all_varchar=True, null_padding=False, strict_mode=True)  # type: ignore[arg-type]  # the stub forgets lists


def _files(path: Path | str) -> list[str]:
    place = Path(path)
    if place.is_file():
        return [str(place)]
    if place.is_dir():
        return sorted(str(file) for kind in ("*.parquet", "*.csv", "*.csv.gz") for file in place.glob(kind))
    return sorted(glob.glob(str(path)))  # noqa: PTH207 - the pattern may be absolute, which Path.glob refuses


def _require_columns(source: Source, raw: duckdb.DuckDBPyRelation) -> None:
    kinds = dict(zip(raw.columns, map(str, raw.types), strict=True))
    missing = [column for column in source.columns if column not in kinds]
    if missing:
        raise LinkageRefused(
            f"{source.title} thiếu cột: {', '.join(missing)}. Cần đủ các cột: {', '.join(source.columns)}."
        )
    wrong = [f"{column} ({kinds[column]})" for column in source.columns[1:] if not _TEXT.fullmatch(kinds[column])]
    if wrong:
        raise LinkageRefused(f"{source.title} có cột sai kiểu, cần kiểu chữ (text): {', '.join(wrong)}.")


def _require_identifiers(con: duckdb.DuckDBPyConnection, source: Source, raw: duckdb.DuckDBPyRelation) -> int:
    label = source.identifier
    raw.project(f"TRY_CAST({label} AS BIGINT) AS id").create_view("identifiers", replace=True)
    rows, valid, distinct = _counts(con, "SELECT count(*), count(id), count(DISTINCT id) FROM identifiers")
    if rows == 0:
        raise LinkageRefused(f"{source.title} không có dòng nào. Hãy kiểm tra lại việc xuất dữ liệu.")
    if valid < rows:
        raise LinkageRefused(
            f"{source.title}: {rows - valid} dòng có {label} trống hoặc không phải số nguyên. Mỗi dòng cần một {label}."
        )
    if distinct < rows:
        found = con.execute(
            "SELECT id FROM identifiers GROUP BY id HAVING count(*) > 1 ORDER BY id LIMIT ?", [_NAMED]
        ).fetchall()
        named = ", ".join(str(row[0]) for row in found)
        raise LinkageRefused(
            f"{source.title}: {label} bị lặp ({rows - distinct} dòng thừa), ví dụ: {named}. "
            f"Hãy loại dòng lặp rồi chạy lại."
        )
    return rows


def _counts(con: duckdb.DuckDBPyConnection, query: str) -> tuple[int, int, int]:
    rows, valid, distinct = con.execute(query).fetchall()[0]
    return int(rows), int(valid), int(distinct)


def _batches(source: Source, raw: duckdb.DuckDBPyRelation) -> Iterator[pa.RecordBatch]:
    text = [f"CAST({column} AS VARCHAR) AS {column}" for column in ("full_name", "dob", "sex", *PLACES)]
    written = {"digits": f"CAST({source.number} AS VARCHAR)", "old_digits": f"CAST({source.old_number} AS VARCHAR)"}
    digits = [f"{_DIGITS.substitute(column=column)} AS {name}" for name, column in written.items()]
    meant = [f"{_FILLER.substitute(digits=name)} AS {name}" for name in written]
    number = _NUMBER.substitute(digits="digits", short=10, long=12)
    old_number = _NUMBER.substitute(digits="old_digits", short=8, long=9)
    rows = (
        raw.project(", ".join([f"CAST({source.identifier} AS BIGINT) AS {source.identifier}", *text, *digits]))
        .project(f"* REPLACE ({', '.join(meant)})")
        .project(f"* EXCLUDE ({source.dropped}), {number} AS number, {old_number} AS old_number")
    )
    return iter(rows.to_arrow_reader(_BATCH))
