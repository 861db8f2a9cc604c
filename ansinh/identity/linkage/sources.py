"""Sources (nguồn): Parquet or CSV, one file, a glob or a folder, checked and cut into batches that threads can share.

A file that is not whole, lacks a column or repeats an identifier is refused: a linkage over half a register would look
like a result.
"""

import glob
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ansinh.identity.linkage.columns import READ, Source
from ansinh.identity.linkage.compiled import Ints
from ansinh.identity.linkage.refusal import LinkageRefused

SILENT = "SET enable_progress_bar = false"
"""Said on every connection: progress is told to the caller, nothing is printed."""

BATCH = 250_000
_NAMED = 5
_TEXT = re.compile(r'VARCHAR|DATE|TIMESTAMP.*|ENUM\(.*\)|BIGINT|INTEGER|"NULL"')
_FEW_VALUES = ("dob", "sex", "home_province", "home_district", "home_commune",
               "res_province", "res_district", "res_commune")  # fmt: skip

Batches = Callable[[], Iterator[pa.RecordBatch]]


@dataclass(frozen=True, slots=True)
class Opened:
    """Opened source (nguồn đã mở): its rows, and pieces that different threads may read at the same time."""

    source: Source
    rows: int
    pieces: tuple[Batches, ...]
    relation: duckdb.DuckDBPyRelation
    connection: duckdb.DuckDBPyConnection


def open_source(source: Source, path: Path | str, *, memory: str, threads: int, spill: Path) -> Opened:
    """Open a source without reading its rows; raises `LinkageRefused`."""
    with readable(source, path):
        con = database(memory, threads, spill)
        files = _files(source, path)
        relation = _relation(con, files)
        _require_columns(source, relation)
        rows = _counted(source, relation)
        wanted = READ[source.identifier]
        pieces = _parquet_pieces(files, wanted) if files[0].endswith(".parquet") else ()
        return Opened(source, rows, pieces or (partial(_rows, relation, wanted),), relation, con)


def database(memory: str, threads: int, spill: Path) -> duckdb.DuckDBPyConnection:
    """Open a database for reading, within limits; raises `LinkageRefused` for limits that cannot be read."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "threads": threads,
        "temp_directory": str(spill),
    }
    try:
        con = duckdb.connect(":memory:", config=settings)
    except (duckdb.Error, ValueError) as error:
        raise LinkageRefused(
            f"Giới hạn máy không hợp lệ: bộ nhớ «{memory}», {threads} luồng. Ví dụ đúng: 4GB và 2."
        ) from error
    con.execute(SILENT)
    return con


@contextmanager
def readable(source: Source, path: Path | str) -> Iterator[None]:
    """Say in Vietnamese that a file cannot be read; raises `LinkageRefused`."""
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError):
        raise
    except (duckdb.Error, pa.ArrowInvalid, OSError, UnicodeDecodeError) as error:
        if getattr(error, "errno", None) is not None:
            raise
        reason = str(error).split("\n", 1)[0]
        raise LinkageRefused(
            f"{source.title} «{path}» không đọc được: tệp hỏng, bị cắt ngang hoặc không đúng định dạng Parquet/CSV. "
            f"Hãy xuất lại tệp rồi chạy lại. Chi tiết kỹ thuật: {reason}"
        ) from error


def require_distinct(opened: Opened) -> None:
    """Refuse a source in which an identifier stands twice; raises `LinkageRefused`."""
    label = opened.source.identifier
    identifiers = opened.relation.project(f"CAST({label} AS BIGINT) AS id")
    repeated = identifiers.aggregate("id, count(*) AS times", "id").filter("times > 1")
    (extra,) = repeated.aggregate("coalesce(sum(times - 1), 0)").fetchall()[0]
    if extra:
        named = ", ".join(str(row[0]) for row in repeated.order("id").limit(_NAMED).fetchall())
        raise LinkageRefused(
            f"{opened.source.title}: {label} bị lặp ({int(extra)} dòng thừa), ví dụ: {named}. "
            f"Hãy loại dòng lặp rồi chạy lại."
        )


def identifiers(source: Source, path: Path | str, spill: Path) -> Ints:
    """Identifiers of a file that need hold nothing else, ascending, each once; raises `LinkageRefused`."""
    with readable(source, path):
        relation = _relation(database("1GB", 1, spill), _files(source, path))
        if source.identifier not in relation.columns:
            raise LinkageRefused(f"{source.title} «{path}» thiếu cột: {source.identifier}.")
        _counted(source, relation)
        read = relation.project(f"CAST({source.identifier} AS BIGINT) AS id").fetchnumpy()["id"]
    found: Ints = np.unique(np.asarray(read, np.int64))
    return found


def _files(source: Source, path: Path | str) -> list[str]:
    files = _found(path)
    if not files:
        raise LinkageRefused(f"{source.title}: không thấy tệp Parquet hoặc CSV nào ở «{path}». Hãy kiểm tra đường dẫn.")
    if any(Path(file).stat().st_size == 0 for file in files):
        raise LinkageRefused(f"{source.title} «{path}» có tệp trống (0 byte). Hãy xuất lại tệp rồi chạy lại.")
    if len({file.endswith(".parquet") for file in files}) > 1:
        raise LinkageRefused(f"{source.title} «{path}» lẫn cả Parquet và CSV. Hãy để mỗi loại một thư mục.")
    return files


def _found(path: Path | str) -> list[str]:
    place = Path(path)
    if place.is_file():
        return [str(place)]
    if place.is_dir():
        return sorted(str(file) for kind in ("*.parquet", "*.csv", "*.csv.gz") for file in place.glob(kind))
    return sorted(glob.glob(str(path)))  # noqa: PTH207 - the pattern may be absolute, which Path.glob refuses


def _relation(con: duckdb.DuckDBPyConnection, files: list[str]) -> duckdb.DuckDBPyRelation:
    if files[0].endswith(".parquet"):
        return con.read_parquet(files, union_by_name=True)
    return con.read_csv(files, header=True, all_varchar=True, null_padding=False, strict_mode=True)  # type: ignore[arg-type]  # the stub forgets lists


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


def _counted(source: Source, raw: duckdb.DuckDBPyRelation) -> int:
    label = source.identifier
    identifiers = raw.project(f"TRY_CAST({label} AS BIGINT) AS id")
    rows, valid = (int(value) for value in identifiers.aggregate("count(*), count(id)").fetchall()[0])
    if rows == 0:
        raise LinkageRefused(f"{source.title} không có dòng nào. Hãy kiểm tra lại việc xuất dữ liệu.")
    if valid < rows:
        raise LinkageRefused(
            f"{source.title}: {rows - valid} dòng có {label} trống hoặc không phải số nguyên. Mỗi dòng cần một {label}."
        )
    return rows


def _parquet_pieces(files: list[str], wanted: tuple[str, ...]) -> tuple[Batches, ...]:
    """Pieces of Parquet files: every row group; none when a column is not what Arrow can read as it stands."""
    pieces = []
    for file in files:
        schema = pq.read_schema(file)
        plain = all(_is_plain(schema.field(name).type) for name in wanted[1:]) and pa.types.is_integer(
            schema.field(wanted[0]).type
        )
        if not plain:
            return ()
        groups = pq.read_metadata(file).num_row_groups
        pieces += [partial(_row_group, file, group, wanted) for group in range(groups)]
    return tuple(pieces)


def _is_plain(kind: pa.DataType) -> bool:
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain))


def _row_group(file: str, group: int, wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    few = [name for name in _FEW_VALUES if name in wanted]
    with pq.ParquetFile(file, read_dictionary=few, pre_buffer=False, buffer_size=1 << 20) as parquet:
        yield from parquet.iter_batches(BATCH, row_groups=[group], columns=list(wanted), use_threads=False)


def _rows(relation: duckdb.DuckDBPyRelation, wanted: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    texts = [f"CAST({column} AS VARCHAR) AS {column}" for column in wanted[1:]]
    return iter(
        relation.project(", ".join([f"CAST({wanted[0]} AS BIGINT) AS {wanted[0]}", *texts])).to_arrow_reader(BATCH)
    )
