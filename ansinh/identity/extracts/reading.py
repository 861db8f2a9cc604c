"""Reading of extracts: the file that came, checked and laid in order; the sealed copy, a few citizens at a time.

CSV is taken as well as Parquet. The copy is sorted by ``person_id``, so that only one row group is read for a citizen.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.dataset as pads

from ansinh.core.errors import Refusal
from ansinh.identity.extracts.sealing import OWNER_ONLY, ROW_GROUP, ExtractChanged, Seal, dataset, remove, seal
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


def sealed(path: Path, digest: str, file: Path) -> Seal:
    """Seal the columns that are compared, and no others, of a file that came; in order of ``person_id``.

    Batch by batch: memory does not grow with the file. Only a file that is out of order is sorted, and spills into a
    folder of its own that only this account may enter.

    :raises ExtractUnreadable: a citizen has no number, or the file breaks off
    """
    spill = file.parent / f"{digest}.spill"
    file.parent.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
    remove(spill)
    spill.mkdir(mode=OWNER_ONLY)
    try:
        with database(memory="1GB", spill=spill) as con:
            relation = citizens_in(con, path)
            kept = [column for column in (*POPULATION.columns[1:], DIED_ON) if column in relation.columns]
            texts = ", ".join(f"CAST({column} AS VARCHAR) AS {column}" for column in kept)
            rows = relation.project(f"TRY_CAST(person_id AS BIGINT) AS person_id, {texts}")
            if not _is_ascending(rows):
                rows = rows.order("person_id")
            reader = rows.to_arrow_reader(ROW_GROUP)
            return seal(reader, reader.schema, digest, file)
    except duckdb.Error as error:
        raise ExtractUnreadable(detail=str(error).splitlines()[0]) from error
    finally:
        remove(spill)


def _is_ascending(rows: duckdb.DuckDBPyRelation) -> bool:
    """Tell whether the citizens come in order of their numbers already.

    :raises ExtractUnreadable: somebody has no number
    """
    last, ascending = -1, True
    for batch in rows.project("person_id").to_arrow_reader(1_000_000):
        column = batch.column(0)
        if column.null_count:
            raise ExtractUnreadable(
                "Bản trích có dòng mà person_id trống hoặc không phải số nguyên. "
                "Hãy đề nghị nơi gửi đánh số lại từng công dân."
            )
        keys = column.to_numpy()
        ascending = ascending and bool(keys.size == 0 or (keys[0] > last and (np.diff(keys) > 0).all()))
        last = int(keys[-1]) if keys.size else last
    return ascending


def citizens(extract: PopulationExtract, ids: Sequence[int]) -> dict[int, Citizen]:
    """Read some citizens by their key in the extract; a key that is not there is left out.

    :raises ExtractGone: the extract is not kept any more
    :raises ExtractChanged: the sealed copy cannot be read
    """
    if not ids:
        return {}
    try:
        source = dataset(extract)
        found = source.to_table(filter=pads.field("person_id").isin([int(key) for key in ids]))
    except (OSError, pa.ArrowException) as error:
        raise ExtractChanged(extract=extract.pk) from error
    wanted = (*POPULATION.columns[1:6], *(f"{kind}_{role}" for kind in ("home", "res") for role in _ROLES), DIED_ON)
    return {
        int(row["person_id"]): _citizen(int(row["person_id"]), [row.get(name) or "" for name in wanted])
        for row in found.to_pylist()
    }


def _citizen(key: int, texts: list[str]) -> Citizen:
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
