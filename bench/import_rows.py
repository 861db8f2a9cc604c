"""Import of the demo country into PostgreSQL beside its floor: plain COPY of the same file into one flat table."""

import os
from pathlib import Path

import psycopg
from psycopg import sql

from bench.timing import REPEATS, median, show

SERVER = os.environ.get("BENCH_SERVER", "postgres://root@127.0.0.1:5432")
NAME = "ansinh_import_bench"
EFFECTIVE = "01/03/2024"


def fresh_database(name: str = NAME, *, keep: bool = False) -> None:
    """Make an empty database with all tables and the map of Vietnam, and point Django at it; or keep what is there."""
    if not keep:
        with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    os.environ |= {
        "DATABASE_URL": f"{SERVER}/{name}",
        "ANSINH_VAR": "var/bench/home",
        "DJANGO_SETTINGS_MODULE": "ansinh.settings",
    }
    import django  # noqa: PLC0415 - settings read the environment set above

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("offices", "load")


def empty_register() -> None:
    """Forget all people and imports."""
    from django.db import connection  # noqa: PLC0415 - after settings

    tables = "registry_person, registry_household, registry_employer, registry_importbatch"
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")


def import_file(path: Path) -> None:
    """Bring the file in as an operator would."""
    from django.core.management import call_command  # noqa: PLC0415 - after settings

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        call_command("registry", "import", str(path), "--effective", EFFECTIVE, stdout=nowhere)


def copy_flat(path: Path) -> None:
    """Copy the file as it is into one table of text columns without any index."""
    with path.open("rb") as file, psycopg.connect(f"{SERVER}/{NAME}") as database:
        columns = [sql.Identifier(name) for name in file.readline().decode().strip().split(",")]
        database.execute("DROP TABLE IF EXISTS flat")
        database.execute(
            sql.SQL("CREATE TABLE flat ({})").format(
                sql.SQL(", ").join(sql.SQL("{} text").format(one) for one in columns)
            )
        )
        with database.cursor().copy("COPY flat FROM STDIN (FORMAT csv)") as copy:
            while block := file.read(1 << 20):
                copy.write(block)


def run(path: Path) -> None:
    """Measure with the file at ``path`` and print the table."""
    fresh_database()
    with path.open("rb") as file:
        rows = sum(1 for _ in file) - 1
    floor = median("floor: COPY into one flat table", rows, lambda: copy_flat(path))
    works = []
    for _ in range(REPEATS):
        empty_register()
        works.append(median("import: checked, dealt out, indexed, referenced", rows, lambda: import_file(path), 1))
    works.sort(key=lambda line: line.seconds)
    show(f"Import into PostgreSQL, {rows:,} people", floor, [works[REPEATS // 2]])
