"""An incremental run beside a full one: one row in a hundred of both files is new, changed or gone."""

import shutil
import sys
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.linkage.chance import Rng
from bench.linkage.compare import Size, made
from bench.linkage.engines import ENVIRONMENT
from bench.linkage.measure import Cost, cost

SEED = 7
_FILES = (("insured", "record_id", "id_no"), ("population", "person_id", "id12"))


def run(size: Size, *, memory: str) -> None:
    """Measure ``ansinh relink`` beside ``ansinh link`` of the same rows, and print what each costs."""
    folder = made(size) / "changes"
    if not (folder / "population-after.parquet").exists():
        folder.mkdir(exist_ok=True)
        rng = np.random.default_rng(SEED)
        for name, key, number in _FILES:
            _split(rng, pq.read_table(folder.parent / f"{name}.parquet"), folder, (name, key, number))
    shutil.rmtree(folder / "index", ignore_errors=True)
    before, after = ([str(folder / f"{name}-{when}.parquet") for name, *_ in _FILES] for when in ("before", "after"))
    index, out = str(folder / "index"), str(folder / "decisions.parquet")
    first = _spent(["link", *before, "--keep", index, "--out", out], memory)
    changes = [
        word
        for name, *_ in _FILES
        for option, what in ((f"--{name}", "changed"), (f"--gone-{name}", "gone"))
        for word in (option, str(folder / f"{name}-{what}.parquet"))
    ]
    again = _spent(["relink", index, *changes, "--out", out], memory)
    whole = _spent(["link", *after, "--out", str(folder / "whole.parquet")], memory)
    print(f"\nChanges, {size.insured:,} × {size.population:,}, one row in a hundred (seconds of all cores)")
    for what, one in (("first run, kept", first), ("full run after", whole), ("relink", again)):
        print(f"  {what:<16}{one.cpu:>8.1f} s{one.memory / 1e9:>8.2f} GB")
    print(f"  full ÷ relink   {whole.cpu / again.cpu:>8.1f}")
    # Weights of the full run come from its own census, so some decisions near a limit differ.
    query = (
        "SELECT count(*) FILTER (a.decision = b.decision) / count(*) "
        "FROM read_parquet(?) a JOIN read_parquet(?) b USING (record_id)"
    )
    [(alike,)] = duckdb.execute(query, [out, str(folder / "whole.parquet")]).fetchall()
    print(f"  the same decision, each by its own census: {alike:.6f}")


def _split(rng: Rng, table: pa.Table, folder: Path, names: tuple[str, str, str]) -> None:
    """Write a file before and after, and what lies between: half new, a quarter changed, a quarter gone."""
    name, key, number = names
    order, share = rng.permutation(len(table)), len(table) // 400
    new, changed, gone, kept = np.split(order, [2 * share, 3 * share, 4 * share])
    other = table.take(pa.array(changed))
    for column in ("dob", number):
        place = other.schema.get_field_index(column)
        other = other.set_column(place, column, other[column].take(pa.array(rng.permutation(len(other)))))
    difference = pa.concat_tables([table.take(pa.array(new)), other])
    for what, rows in (
        ("before", table.take(pa.array(np.sort(order[2 * share :])))),
        ("changed", difference),
        ("gone", table.take(pa.array(gone)).select([key])),
        ("after", pa.concat_tables([table.take(pa.array(np.sort(kept))), difference])),
    ):
        pq.write_table(rows, folder / f"{name}-{what}.parquet", row_group_size=400_000)


def _spent(words: list[str], memory: str) -> Cost:
    command = [str(Path(sys.executable).parent / "ansinh"), *words, "--memory", memory, "--threads", "2"]
    return cost(command, 1, ENVIRONMENT)
