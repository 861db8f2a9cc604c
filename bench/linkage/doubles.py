"""The register compared with itself: pairs of records of one person against the truth, and what they cost."""

import sys
from pathlib import Path

import duckdb

from bench.linkage.compare import Size, made
from bench.linkage.engines import ENVIRONMENT
from bench.linkage.measure import cost

_JUDGED = """
WITH found AS (
    SELECT p.decision, coalesce(a.person_id = b.person_id, false) AS correct
    FROM read_parquet($pairs) p JOIN read_parquet($truth) a USING (record_id)
    JOIN read_parquet($truth) b ON b.record_id = p.other_id
), exist AS (
    SELECT sum(n * (n - 1) // 2) AS pairs
    FROM (SELECT count(*) AS n FROM read_parquet($truth) WHERE person_id IS NOT NULL GROUP BY person_id)
)
SELECT (SELECT pairs FROM exist), count(*) FILTER (decision = 'SAME'), count(*) FILTER (decision = 'SAME' AND correct),
       count(*) FILTER (decision <> 'SAME'), count(*) FILTER (decision <> 'SAME' AND correct)
FROM found
"""


def run(size: Size, *, memory: str) -> None:
    """Measure ``ansinh dedupe`` on the insured file of one size and print its quality and cost."""
    folder = made(size)
    out = folder / "pairs.parquet"
    command = [str(Path(sys.executable).parent / "ansinh"), "dedupe", str(folder / "insured.parquet")]
    spent = cost([*command, "--out", str(out), "--memory", memory, "--threads", "2"], 1, ENVIRONMENT)
    files = {"pairs": str(out), "truth": str(folder / "truth.parquet")}
    [(exist, same, right, review, right_there)] = duckdb.execute(_JUDGED, files).fetchall()
    print(f"\nDeduplication, {size.insured:,} records, {exist:,} pairs of one person's records")
    print(f"  SAME    {same:>9,} pairs   precision {right / max(same, 1):.4f}   recall {right / max(exist, 1):.4f}")
    print(f"  REVIEW  {review:>9,} pairs   of one person {right_there:,}")
    print(f"  either            recall {(right + right_there) / max(exist, 1):.4f}")
    print(f"  {spent.cpu:.1f} seconds of all cores, {spent.seconds:.1f} of the clock, {spent.memory / 1e9:.2f} GB")
