"""``python -m bench.lookup``: one record looked up in PostgreSQL beside two bare SELECTs of the same table.

python -m bench.lookup [--size 100k --size 1m --size 10m] [--files FOLDER]

Each size has a database of its own, made once and kept. What a look-up takes is told twice: as the clock tells it, and
as processor time of Python and of its server process, which other programs of the machine do not lengthen.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import psycopg
import pyarrow.parquet as pq

from bench.import_rows import SERVER, fresh_database
from bench.linkage.compare import FOLDER, SIZES
from bench.linkage.files import write

if TYPE_CHECKING:  # settings read the environment that the bench sets first
    from ansinh.identity.queries import LookUp, Sought

T = TypeVar("T")
ASKED = 200
"""Records of each kind."""
_WARM = 30
_CUT_OFF = "2024-06-01"


@dataclass(frozen=True, slots=True)
class Case:
    """A record to look up, and the citizen it is."""

    sought: "Sought"
    citizen: int


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of each repeat: by the clock, and of processors."""

    clock: list[float]
    processor: list[float]

    def __str__(self) -> str:
        """Write median, 95 and 99 % of both."""
        return "  ".join(
            "".join(f"{part:>8.2f}" for part in np.percentile(some, [50, 95, 99]))
            for some in (self.clock, self.processor)
        )


def main() -> None:
    """Measure the sizes asked for and print how a look-up grows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=["100k", "1m", "10m"], required=True)
    parser.add_argument("--files", type=Path, help="folder of files that the generator has made before")
    asked = parser.parse_args()
    folder = asked.files or FOLDER / asked.size
    if not (folder / "truth.parquet").exists():
        write(SIZES[asked.size].asked(), folder)
    prepare(f"ansinh_lookup_{asked.size}", folder / "population.parquet")
    measure(asked.size, folder / "population.parquet")


def prepare(name: str, population: Path) -> None:
    """Receive and index the citizens as an operator would, unless it was done before."""
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
        made = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    fresh_database(name, keep=bool(made))
    from django.core.management import call_command  # noqa: PLC0415 - after settings

    from ansinh.identity.models import CitizenIndex, PopulationExtract  # noqa: PLC0415

    if not PopulationExtract.objects.exists():
        call_command("extract", "receive", str(population), "--cut-off", _CUT_OFF)
    if not CitizenIndex.objects.exists():
        call_command("citizens", "index")


def measure(size: str, population: Path) -> None:
    """Look records of every kind up, then the floors, and print one table."""
    from ansinh.identity.queries import current_index, look_up  # noqa: PLC0415 - after settings

    index = current_index()
    heap, indexes = _sizes(index.table)
    print(f"\nLook-up among {index.citizens:,} citizens: table {heap / 1e9:.2f} GB, indexes {indexes / 1e9:.2f} GB")
    print(f"  {'':<34}{'by the clock, ms':>24}  {'of processors, ms':>24}")
    print(f"  {size:<34}" + "  ".join(f"{'p50':>8}{'p95':>8}{'p99':>8}" for _ in range(2)) + "   found first")
    every = Times([], [])
    kinds = cases(population, random.Random(6))
    for kind, some in kinds.items():
        for case in some[:_WARM]:
            look_up(case.sought)
        found: list[LookUp] = []
        times = timed(partial(_look_up_into, found), some)
        first = sum(
            bool(one.matches) and one.matches[0].citizen == case.citizen for one, case in zip(found, some, strict=True)
        )
        print(f"  {kind:<34}{times}{100 * first / len(some):>12.1f} %")
        every.clock.extend(times.clock)
        every.processor.extend(times.processor)
    print(f"  {'all kinds together':<34}{every}")
    print(f"  {'first of a new connection':<34}{_unprepared([some[0] for some in kinds.values()])}")
    for name, times in floors(index.table):
        print(f"  {name:<34}{times}")


def _look_up_into(found: "list[LookUp]", case: Case) -> None:
    from ansinh.identity.queries import look_up  # noqa: PLC0415 - after settings

    found.append(look_up(case.sought))


def cases(population: Path, chance: random.Random) -> dict[str, list[Case]]:
    """Return what people at a counter bring: citizens with their facts as they are, and with what goes wrong."""
    rows = _sample(population, 5 * ASKED, chance)
    turns: dict[str, Callable[[Sought], Sought]] = {
        "right number": lambda one: one,
        "one wrong digit": lambda one: replace(one, id_no=_slip(one.id_no, "0123456789", chance)),
        "no number": lambda one: replace(one, id_no=""),
        "no number, year of birth only": lambda one: replace(one, id_no="", dob=one.dob[:4]),
        "no number, a letter of the name": lambda one: replace(
            one, id_no="", full_name=_slip(one.full_name, "aeghinotu", chance)
        ),
    }  # fmt: skip
    return {
        kind: [replace(case, sought=turn(case.sought)) for case in rows[place::5]]
        for place, (kind, turn) in enumerate(turns.items())
    }


def _sample(population: Path, count: int, chance: random.Random) -> list[Case]:
    from ansinh.identity.queries import Sought  # noqa: PLC0415 - after settings

    file = pq.ParquetFile(population)
    group = file.read_row_group(chance.randrange(file.num_row_groups))
    rows = group.take(sorted(chance.sample(range(len(group)), count))).to_pylist()
    places = [name for name in Sought.__dataclass_fields__ if name.startswith(("home_", "res_"))]
    return [
        Case(
            Sought(
                full_name=row["full_name"] or "", dob=row["dob"] or "", sex=row["sex"] or "", id_no=row["id12"] or "",
                **{name: row[name] or "" for name in places},
            ),
            row["person_id"],
        )
        for row in rows
    ]  # fmt: skip


def _slip(text: str, signs: str, chance: random.Random) -> str:
    """Exchange one sign that is no blank."""
    if not text:
        return text
    place = chance.choice([place for place, sign in enumerate(text) if sign != " "])
    return text[:place] + chance.choice([sign for sign in signs if sign != text[place]]) + text[place + 1 :]


def floors(table: str) -> Iterator[tuple[str, Times]]:
    """Measure what the database alone takes for one row, asked in the same way through the same connection."""
    from ansinh.identity.extracts.indexing import ask  # noqa: PLC0415 - after settings

    rows = ask(f"SELECT citizen, number FROM {table} TABLESAMPLE SYSTEM (0.1) LIMIT 3000", [])
    chosen = random.Random(6).sample(rows, min(ASKED * 2, len(rows)))
    for name, column, place in (
        ("floor: SELECT by primary key", "citizen", 0),
        ("floor: SELECT by number", "number", 1),
    ):
        statement = f"SELECT citizen, content FROM {table} WHERE {column} = %s AND {column} <> 0"
        for row in chosen[:_WARM]:
            ask(statement, [row[place]])
        yield name, timed(partial(ask, statement), [[row[place]] for row in chosen])


def timed(work: Callable[[T], object], some: Sequence[T]) -> Times:
    """Time a work over some things, one after the other."""
    from django.db import connection  # noqa: PLC0415 - after settings

    connection.ensure_connection()
    served = Path("/proc", str(connection.connection.info.backend_pid), "schedstat")
    times = Times([], [])
    for one in some:
        clock, own, theirs = time.perf_counter(), time.thread_time(), _nanoseconds(served)
        work(one)
        times.clock.append((time.perf_counter() - clock) * 1e3)
        times.processor.append((time.thread_time() - own) * 1e3 + (_nanoseconds(served) - theirs) / 1e6)
    return times


def _nanoseconds(schedule: Path) -> int:
    """Return the processor time of a server process on this machine; 0 where the server is elsewhere."""
    return int(schedule.read_text().split()[0]) if schedule.exists() else 0


def _unprepared(some: list[Case]) -> Times:
    """Look up on new connections: the server reads its catalogue and plans; making the connection is not counted."""
    from django.db import connection  # noqa: PLC0415 - after settings

    from ansinh.identity.queries import look_up  # noqa: PLC0415

    times = Times([], [])
    for case in some * 4:
        connection.close()
        once = timed(look_up, [case.sought])
        times.clock.extend(once.clock)
        times.processor.extend(once.processor)
    return times


def _sizes(table: str) -> tuple[int, int]:
    from ansinh.identity.extracts.indexing import ask  # noqa: PLC0415 - after settings

    heap, indexes = ask("SELECT pg_table_size(%s::regclass), pg_indexes_size(%s::regclass)", [table, table])[0]
    return int(heap), int(indexes)


if __name__ == "__main__":
    main()
