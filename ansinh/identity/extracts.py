"""Population extracts as files: counted when received, read a few citizens at a time, never copied into the database.

CSV is taken as well as Parquet; a Parquet file sorted by ``person_id`` answers fastest, its row groups being skipped.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ansinh.core.errors import Refusal
from ansinh.identity.linkage.columns import POPULATION
from ansinh.identity.models import PopulationExtract

DIED_ON = "died_on"
_ROLES = ("province", "district", "commune")


class ExtractUnreadable(Refusal):
    """The file is not there, empty, cut off, or neither Parquet nor CSV."""

    status = 422
    message = (
        "Không đọc được tệp này. Bản trích phải là tệp Parquet hoặc CSV (UTF-8) còn nguyên vẹn; "
        "hãy chép lại tệp từ nơi gửi."
    )


class ColumnsMissing(Refusal):
    """The file lacks columns that a comparison needs."""

    status = 422


class ExtractChanged(Refusal):
    """The file is gone or is no longer the one that was received."""

    message = (
        "Tệp bản trích đã bị chuyển đi hoặc không còn giống lúc tiếp nhận. "
        "Hãy đưa tệp gốc về đúng chỗ, hoặc tiếp nhận bản trích mới rồi chạy lại."
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A place as three texts, from wide to narrow."""

    province: str
    district: str
    commune: str

    def __str__(self) -> str:
        """Write it as an address: narrow to wide."""
        return ", ".join(part for part in (self.commune, self.district, self.province) if part)


@dataclass(frozen=True, slots=True)
class Citizen:
    """Citizen (công dân): one record of the population database, in memory while somebody looks at it."""

    key: int
    full_name: str
    birth: str
    sex: str
    personal_id: str
    old_id: str
    home: Place
    residence: Place
    died_on: str


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def count_rows(path: Path) -> int:
    """Count the citizens in a file.

    :raises ExtractUnreadable: no such file, or it is broken
    :raises ColumnsMissing: it lacks a column
    """
    with database() as con:
        relation = citizens_in(con, path)
        missing = [column for column in POPULATION.columns if column not in relation.columns]
        if missing:
            raise ColumnsMissing(
                f"Bản trích thiếu cột: {', '.join(missing)}. Hãy đề nghị nơi gửi bổ sung đủ các cột: "
                f"{', '.join(POPULATION.columns)}.",
                missing=", ".join(missing),
            )
        try:
            rows = relation.shape[0]
        except duckdb.Error as error:
            raise ExtractUnreadable(detail=str(error).splitlines()[0]) from error
    if not rows:
        raise ExtractUnreadable("Bản trích không có dòng nào. Hãy kiểm tra lại tệp với nơi gửi.")
    return rows


def require_unchanged(extract: PopulationExtract) -> None:
    """Refuse to work on a file other than the one received.

    :raises ExtractChanged: it is gone or differs
    """
    path = Path(extract.path)
    if not path.is_file() or digest_of(path) != extract.digest:
        raise ExtractChanged(extract=extract.pk)


def citizens(extract: PopulationExtract, ids: Sequence[int]) -> dict[int, Citizen]:
    """Read some citizens by their key in the extract; a key that is not there is left out.

    :raises ExtractUnreadable: the file cannot be read any more
    """
    if not ids:
        return {}
    with database() as con:
        relation = citizens_in(con, Path(extract.path))
        died = f"coalesce(CAST({DIED_ON} AS VARCHAR), '')" if DIED_ON in relation.columns else "''"
        wanted = (*POPULATION.columns[1:6], *(f"{kind}_{role}" for kind in ("home", "res") for role in _ROLES))
        texts = ", ".join(f"coalesce(CAST({column} AS VARCHAR), '')" for column in wanted)
        keys = ", ".join(str(int(key)) for key in ids)
        found = relation.filter(f"CAST(person_id AS BIGINT) IN ({keys})")
        rows = found.project(f"CAST(person_id AS BIGINT), {texts}, {died}").fetchall()
    return {row[0]: _citizen(row) for row in rows}


def _citizen(row: tuple[int, ...]) -> Citizen:
    key, texts = row[0], [str(text) for text in row[1:]]
    name, birth, sex, personal_id, old_id = texts[:5]
    return Citizen(key, name, birth, sex, personal_id, old_id, Place(*texts[5:8]), Place(*texts[8:11]), texts[11])


@contextmanager
def database(*, memory: str = "512MB", spill: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database for one reading; nothing of it stays. ``spill`` is where it may write what memory cannot hold.

    Half a gigabyte unless told: a clerk's look at one record must not take the machine from the others.
    """
    limits: dict[str, str | bool | int | float | list[str]] = {
        "threads": 2,
        "memory_limit": memory,
        "temp_directory": str(spill or ""),
    }
    con = duckdb.connect(":memory:", config=limits)
    try:
        yield con
    finally:
        con.close()


def citizens_in(con: duckdb.DuckDBPyConnection, path: Path) -> duckdb.DuckDBPyRelation:
    """Open an extract's file as a relation.

    :raises ExtractUnreadable: no such file, or it is neither Parquet nor CSV
    """
    if not path.is_file() or not path.stat().st_size:
        raise ExtractUnreadable
    try:
        if path.suffix == ".parquet":
            return con.read_parquet(str(path))
        return con.read_csv(str(path), header=True, all_varchar=True)
    except duckdb.Error as error:
        raise ExtractUnreadable(detail=str(error).splitlines()[0]) from error
