"""Citizen index (chỉ mục công dân): a table of its own in the database, by which one record finds its candidates.

A row is what a comparison needs of a citizen, the normalised columns, enciphered; beside it stand the values it is
found by, each a keyed hash with an index. Both keys are derived from the extract's own: the day it is erased, the table
tells nothing any more in any copy. The database works on hashes alone and never meets a name, a date or a number.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import psycopg
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, models

from ansinh.core.errors import Refusal
from ansinh.identity.extracts.sealing import ROW_GROUP, dataset, keys_for
from ansinh.identity.linkage.columns import POPULATION, READ, Columns, Normaliser
from ansinh.identity.linkage.compiled import Array, Bytes, Ints, Words
from ansinh.identity.linkage.rows import ROW, Rows, rows_of
from ansinh.identity.linkage.scoring import Census
from ansinh.identity.linkage.single import SEARCHED, Met, search_values
from ansinh.identity.models import CitizenIndex

MEMORY = "512MB"
"""Memory of the database server for sorting one index while the table is built."""

_BLOCK = 16  # bytes that AES enciphers at a time
# What a comparison reads of a citizen; the rest of a row tells of records alone.
_HELD = np.dtype(
    [(name, ROW[name]) for name in ROW.names or () if name not in {"id", "digits", "length", "shared", "owned"}]
)
_BLOCKS = -(-_HELD.itemsize // _BLOCK)
CONTENT = _BLOCKS * _BLOCK
"""Bytes of a citizen's enciphered columns."""

_SEARCH_TYPE, _COUNT_TYPE = np.dtype(">i8"), np.dtype(">i4")
_COPIED = np.dtype(
    [("fields", ">i2"), ("citizen_size", _COUNT_TYPE), ("citizen", _SEARCH_TYPE)]
    + [part for name in SEARCHED for part in ((f"{name}_size", _COUNT_TYPE), (name, _SEARCH_TYPE))]
    + [("content_size", _COUNT_TYPE), ("content", np.uint8, (CONTENT,))]
)
_COPY_HEAD, _COPY_TAIL = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_NO_BITS = bytes(12)
_NOBODYS = -1


class IndexReplaced(Refusal):
    """The table went while it was asked: a newer index has taken its place."""

    message = "Chỉ mục công dân vừa được thay bằng bản mới hơn trong lúc tra. Hãy bấm tra lại."


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of an index (khóa của chỉ mục): one for what is searched, one for what is held."""

    search: bytes
    content: bytes

    @classmethod
    def of(cls, index: CitizenIndex) -> "Keys":
        """Derive them from the extract's own key.

        :raises ExtractGone: the extract is not kept any more
        """
        return cls(*keys_for(index.extract, *(f"citizen index {index.pk}, {part}" for part in ("search", "content"))))

    def searched(self, values: Words, places: Sequence[int]) -> Words:
        """Return keyed hashes of search values, a column a place; nothing (0) stays nothing.

        One block of AES with the place in it: a value tells nothing of another, nor of itself at another place.
        """
        blocks = np.zeros((*values.shape, 2), "<u8")
        blocks[..., 0], blocks[..., 1] = values, places
        enciphered: Words = np.frombuffer(_aes(self.search, blocks), "<u8").reshape(blocks.shape)[..., 0]
        return np.where(values > 0, np.maximum(enciphered, 1), 0)

    def ciphered(self, ids: Ints, content: Bytes) -> Bytes:
        """Encipher or decipher what is held of citizens, a row each: AES, counter mode, the citizen in the counter."""
        counters = np.zeros((len(ids), _BLOCKS, 2), "<u8")
        counters[..., 0], counters[..., 1] = ids[:, None], np.arange(_BLOCKS)
        stream = np.frombuffer(_aes(self.content, counters), np.uint8).reshape(len(ids), CONTENT)
        return content ^ stream

    def census(self, sealed: bytes) -> bytes:
        """Open what `sealed_census` closed."""
        return zlib.decompress(AESGCM(self.content).decrypt(_NO_BITS, sealed, None))

    def sealed_census(self, counted: bytes) -> bytes:
        """Close the counts of a census; the key closes nothing else in this mode, so the nonce may be constant."""
        return AESGCM(self.content).encrypt(_NO_BITS, zlib.compress(counted, 1), None)


def _aes(key: bytes, blocks: Array) -> bytes:
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(blocks.tobytes())  # noqa: S305 - single blocks and counters


def build(index: CitizenIndex, hear: Callable[[str, int, int], None]) -> Census:
    """Make the table of an index from its extract, inside the caller's transaction; ``hear`` is told progress.

    Memory does not grow with the extract. Returns the census of all who are in it.

    :raises ExtractGone: the extract is not kept any more
    :raises ExtractChanged: its sealed copy cannot be read
    """
    table, kind = _named(index.table), models.BinaryField().db_type(connection)
    columns = ", ".join(f"{name} bigint NOT NULL" for name in SEARCHED)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {table} (citizen bigint PRIMARY KEY, {columns}, content {kind} NOT NULL)")
    census = _fill(index, hear)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET LOCAL maintenance_work_mem = '{MEMORY}'")
        for done, name in enumerate(SEARCHED):
            hear("Lập chỉ mục theo khóa tìm", done, len(SEARCHED))
            cursor.execute(f"CREATE INDEX {_named(f'{index.table}_{done}')} ON {table} ({name}) WHERE {name} <> 0")
        cursor.execute(f"ANALYZE {table}")
    return census


def drop(index: CitizenIndex) -> None:
    """Remove the table of an index."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {_named(index.table)}")


def _named(name: str) -> str:
    return connection.ops.quote_name(name)


def _fill(index: CitizenIndex, hear: Callable[[str, int, int], None]) -> Census:
    census, keys, normaliser, done = Census(), Keys.of(index), Normaliser(), 0

    def rows() -> Iterator[Array]:
        nonlocal done
        source = dataset(index.extract)
        for batch in source.to_batches(columns=list(READ[POPULATION.identifier]), batch_size=ROW_GROUP):
            if not batch.num_rows:
                continue
            columns = normaliser.columns(POPULATION, batch)
            census.count(columns)
            yield _copied(columns, keys)
            done += batch.num_rows
            hear("Chuẩn hóa và nạp công dân", done, index.extract.rows)

    if connection.vendor == "postgresql":
        _copy(index.table, rows())
    else:
        _insert(index.table, rows())
    return census


def _copied(columns: Columns, keys: Keys) -> Array:
    """Rows of the table, as PostgreSQL reads them in its binary COPY."""
    ids = columns["id"]
    made = np.zeros(len(ids), _COPIED)
    made["fields"], made["citizen_size"], made["citizen"] = 2 + len(SEARCHED), _SEARCH_TYPE.itemsize, ids
    searched = keys.searched(search_values(columns, range(len(SEARCHED)), of_record=False), range(len(SEARCHED)))
    for place, name in enumerate(SEARCHED):
        made[f"{name}_size"], made[name] = _SEARCH_TYPE.itemsize, searched[:, place].view(np.int64)
    held = rows_of({name: columns[name] for name in _HELD.names or ()}, _HELD)
    content = np.zeros((len(ids), CONTENT), np.uint8)
    content[:, : _HELD.itemsize] = held.view(np.uint8).reshape(len(ids), _HELD.itemsize)
    made["content_size"], made["content"] = CONTENT, keys.ciphered(ids, content)
    return made


def _copy(table: str, rows: Iterator[Array]) -> None:
    """COPY, frozen: rows of a table made in this very transaction need no second look by the database."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {_named(table)} FROM STDIN (FORMAT binary, FREEZE)") as copy:
        copy.write(_COPY_HEAD)
        for some in rows:
            copy.write(some.tobytes())
        copy.write(_COPY_TAIL)


def _insert(table: str, rows: Iterator[Array]) -> None:
    values = ", ".join(["%s"] * (2 + len(SEARCHED)))
    with connection.cursor() as cursor:
        for some in rows:
            columns = [some[name].tolist() for name in ("citizen", *SEARCHED)]
            content = [row.tobytes() for row in some["content"]]
            statement = f"INSERT INTO {_named(table)} VALUES ({values})"  # noqa: S608 - a name of our own, and %s
            cursor.executemany(statement, list(zip(*columns, content, strict=True)))


@dataclass(frozen=True, slots=True)
class Shelf:
    """Shelf (giá tra): an index opened for look-ups."""

    table: str
    keys: Keys

    @classmethod
    def of(cls, index: CitizenIndex) -> "Shelf":
        """Open an index.

        :raises ExtractGone: its extract is not kept any more
        """
        return cls(index.table, Keys.of(index))

    def __call__(self, values: Words, places: Sequence[int], most: int) -> Met:
        """Find the citizens under some of a record's search values, in one question to the database."""
        asked = self.keys.searched(values, places).view(np.int64).tolist()
        # One statement a stage: a connection plans it five times and then no more. A value that a record lacks is asked
        # for as nobody's; NULL would be planned anew each time, and 0, which stands in many rows, by reading them all.
        found = ask(_statement(self.table, tuple(places), most), [value or _NOBODYS for value in asked])
        under = np.array([row[0] for row in found], np.int64)
        times = np.bincount(under, minlength=len(SEARCHED))
        crowded = [place for place in places if times[place] > most]
        kept = np.flatnonzero(times[under] <= most)
        ids, first, row = np.unique(
            np.array([found[at][1] for at in kept], np.int64), return_index=True, return_inverse=True
        )
        content = np.frombuffer(b"".join(found[kept[at]][2] for at in first), np.uint8).reshape(len(ids), CONTENT)
        rows = _rows(ids, self.keys.ciphered(ids, content))
        return Met(rows, {place: row[under[kept] == place] for place in places if times[place]}, crowded)


@lru_cache(maxsize=1 << 10)
def _statement(table: str, places: tuple[int, ...], most: int) -> str:
    """Write the question for the citizens under some search values, of each one more than ``most`` and no more."""
    named = _named(table)
    return " UNION ALL ".join(
        f"SELECT {place}, citizen, content FROM (SELECT citizen, content FROM {named} "  # noqa: S608 - names of our own
        f"WHERE {SEARCHED[place]} = %s AND {SEARCHED[place]} <> 0 LIMIT {most + 1}) AS b{place}"
        for place in places
    )


def ask(statement: str, values: Sequence[int | str | None]) -> list[tuple[Any, ...]]:
    """Ask the database; PostgreSQL plans the statement once a connection, which costs more than carrying it out.

    :raises IndexReplaced: the table is not there any more
    """
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        opened: psycopg.Connection[Any] = connection.connection
        before, opened.prepare_threshold = opened.prepare_threshold, 0  # Django's own statements stay as they are
        try:
            with psycopg.Cursor(opened) as cursor:
                return cursor.execute(statement, values, prepare=True, binary=True).fetchall()
        except psycopg.errors.UndefinedTable as error:
            raise IndexReplaced from error
        finally:
            opened.prepare_threshold = before
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def standing() -> tuple[int, str] | None:
    """Return the key of the index there is and its extract's sealed key; one is held at a time, or none."""
    found = ask(_STANDING, [])
    return (int(found[0][0]), str(found[0][1])) if found else None


_STANDING = (
    "SELECT i.id, e.sealed_key FROM identity_citizenindex i JOIN identity_populationextract e ON e.id = i.extract_id "
    "WHERE e.sealed_key <> '' ORDER BY i.id DESC LIMIT 1"
)


def _rows(ids: Ints, content: Bytes) -> Rows:
    held = np.ascontiguousarray(content[:, : _HELD.itemsize]).view(_HELD).reshape(len(ids))
    made = np.zeros(len(ids), ROW)
    for name in _HELD.names or ():
        made[name] = held[name]
    made["id"] = ids
    return made
