"""Copying (chép hàng loạt) Arrow tables into database tables, through a cursor that is handed in."""

import json
from contextlib import AbstractContextManager
from io import BytesIO
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

_PLAIN = pa_csv.WriteOptions(include_header=False, quoting_style="needed")


class Copy(Protocol):
    """An open COPY."""

    def write(self, data: bytes | memoryview, /) -> None:
        """Send a part of the rows."""


class Cursor(Protocol):
    """A database cursor; ``copy`` is there on PostgreSQL (psycopg). Each driver adapts value types of its own."""

    def copy(self, statement: str, /) -> AbstractContextManager[Copy]:
        """Begin a COPY."""

    def execute(self, sql: str, params: Any = ..., /) -> object:
        """Run one statement."""

    def executemany(self, sql: str, param_list: Any, /) -> object:
        """Run one statement for many rows."""

    def fetchall(self) -> list[Any]:
        """Return the rows of the last statement."""


def copy_in(cursor: Cursor, vendor: str, table: str, rows: pa.Table) -> None:
    """Append rows to a table whose columns they are named for: COPY on PostgreSQL, one prepared INSERT elsewhere."""
    if not rows.num_rows:
        return
    columns = ", ".join(f'"{name}"' for name in rows.column_names)
    if vendor == "postgresql":
        text = BytesIO()
        # Combined first: for an empty chunk among others pyarrow writes what its buffer last held.
        pa_csv.write_csv(rows.combine_chunks(), text, _PLAIN)
        with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN (FORMAT csv)') as copy:
            copy.write(text.getbuffer())
        return
    _insert(cursor, "INSERT INTO", table, rows)


def codes_to_keys(cursor: Cursor, vendor: str, table: str, rows: pa.Table) -> dict[str, int]:
    """Return the key of each code, after adding the rows whose code the table lacks.

    On PostgreSQL the rows are locked against removal. They come sorted by code, so that two loads never wait for each
    other in a circle.
    """
    found = _keys(cursor, vendor, table, rows["code"].to_pylist())
    if len(found) < rows.num_rows:
        found |= _add(cursor, vendor, table, rows.filter(_lacking(rows, found)))
    if len(found) < rows.num_rows:
        found |= _keys(cursor, vendor, table, rows.filter(_lacking(rows, found))["code"].to_pylist())
    return found


def present(cursor: Cursor, vendor: str, column: str, table: str, values: list[str]) -> list[str]:
    """Return those of the values that a column of a table holds."""
    sql = f'SELECT "{column}" FROM "{table}" WHERE "{column}" {_AMONG[vendor]}'  # noqa: S608
    cursor.execute(sql, [json.dumps(values)])
    return [str(value) for (value,) in cursor.fetchall()]


# Table and column names here are those of models; every value is a parameter. A list travels as one JSON text: the
# driver would spend longer on quoting its elements than the database on finding them.
_AMONG = {
    "postgresql": "= ANY(ARRAY(SELECT json_array_elements_text(%s::json)))",
    "sqlite": "IN (SELECT value FROM json_each(%s))",
}


def _lacking(rows: pa.Table, found: dict[str, int]) -> pa.Array:
    return pc.invert(pc.is_in(rows["code"], pa.array(found, pa.string())))


def _keys(cursor: Cursor, vendor: str, table: str, codes: list[str]) -> dict[str, int]:
    lock = "FOR KEY SHARE" if vendor == "postgresql" else ""
    cursor.execute(f'SELECT code, id FROM "{table}" WHERE code {_AMONG[vendor]} {lock}', [json.dumps(codes)])  # noqa: S608
    return {str(code): int(key) for code, key in cursor.fetchall()}


def _add(cursor: Cursor, vendor: str, table: str, rows: pa.Table) -> dict[str, int]:
    """Append rows and return the keys of those that nobody else was adding meanwhile."""
    if vendor != "postgresql":
        _insert(cursor, "INSERT OR IGNORE INTO", table, rows)
        return {}
    names = ", ".join(f'"{name}"' for name in rows.column_names)
    types = ", ".join(
        f'"{field.name}" {"bigint" if pa.types.is_integer(field.type) else "text"}' for field in rows.schema
    )
    sql = (
        f'INSERT INTO "{table}" ({names}) SELECT {names} FROM json_to_recordset(%s::json) AS fresh ({types}) '  # noqa: S608
        "ON CONFLICT (code) DO NOTHING RETURNING code, id"
    )
    cursor.execute(sql, [json.dumps(rows.to_pylist())])
    return {str(code): int(key) for code, key in cursor.fetchall()}


def lock_all(cursor: Cursor, table: str, keys: list[int]) -> None:
    """Lock rows against removal until the transaction ends (PostgreSQL).

    :raises LookupError: one of them is not there
    """
    cursor.execute(f'SELECT id FROM "{table}" WHERE id = ANY(%s) FOR KEY SHARE', [keys])  # noqa: S608
    if len(cursor.fetchall()) != len(keys):
        raise LookupError(f"{table}: a referenced row is gone.")


def _insert(cursor: Cursor, verb: str, table: str, rows: pa.Table) -> None:
    columns = ", ".join(f'"{name}"' for name in rows.column_names)
    marks = ", ".join(["%s"] * rows.num_columns)
    values = zip(*(_values(column) for column in rows.columns), strict=True)
    cursor.executemany(f'{verb} "{table}" ({columns}) VALUES ({marks})', values)


def _values(column: pa.ChunkedArray) -> list[str | int | None]:
    """Return a column's values, days as the text SQLite keeps: its driver would turn each into text one by one."""
    values: list[str | int | None] = (column.cast(pa.string()) if pa.types.is_date(column.type) else column).to_pylist()
    return values


def new_keys(cursor: Cursor, vendor: str, table: str, count: int) -> list[int]:
    """Return fresh primary keys. On SQLite they are free only while the transaction holds the write lock."""
    if vendor == "postgresql":
        # The name is looked up once, in a query of its own, not for every key.
        sql = "SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass)) FROM generate_series(1, %s)"
        cursor.execute(sql, [table, count])
        return [int(key) for (key,) in cursor.fetchall()]
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    used = cursor.fetchall()
    first = int(used[0][0]) + 1 if used else 1
    return list(range(first, first + count))
