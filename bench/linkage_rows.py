"""Linkage of the demo country beside its floor: a plain hash join on number and equal lower-cased name."""

from pathlib import Path

import duckdb

from ansinh.identity.linkage import DEFAULT_POLICY, Policy, link
from bench.timing import median, show


def quality(decisions: Path, truth: Path) -> str:
    """Return precision, recall and F1 of decided pairs against the generator's truth."""
    row = duckdb.execute(
        """
        SELECT count(*) FILTER (decided AND d.person_id = t.person_id), count(*) FILTER (decided), count(t.person_id)
        FROM (SELECT *, decision IN ('VERIFIED', 'CORRECTED') AS decided FROM read_parquet(?)) d
        JOIN read_parquet(?) t USING (record_id)
        """,
        [str(decisions), str(truth)],
    ).fetchone()
    right, decided, exist = row or (0, 0, 0)
    return f"automatic band: precision {right / decided:.5f}, recall {right / exist:.4f} ({decided:,} of {exist:,})"


def run(folder: Path) -> None:
    """Link the country in ``folder`` and print the table."""
    insured, population = folder / "linkage_insured.parquet", folder / "population.parquet"
    out = folder / "decisions.parquet"
    database = duckdb.connect(config={"threads": 2})
    rows = database.execute("SELECT count(*) FROM read_parquet(?)", [str(insured)]).fetchall()[0][0]
    policy = Policy.load(DEFAULT_POLICY)

    def plain_join() -> object:
        return database.execute(
            """
            SELECT count(*) FROM read_parquet(?) i JOIN read_parquet(?) p
            ON try_cast(i.id_no AS BIGINT) = try_cast(p.id12 AS BIGINT) AND lower(i.full_name) = lower(p.full_name)
            """,
            [str(insured), str(population)],
        ).fetchall()

    floor = median("floor: plain hash join on number and name", rows, plain_join)
    work = median("linkage: decisions written", rows, lambda: link(insured, population, out, policy=policy, threads=2))
    show(f"Linkage, {rows:,} people", floor, [work])
    print(f"  {quality(out, folder / 'truth.parquet')}")
