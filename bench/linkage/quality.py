"""How right the answers are: pairs of record and person against the truth, as decided and at every threshold."""

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt

from bench.linkage.chance import Bools

CERTAIN = 0.9999


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares of pairs: right of decided, right of existing, and both; as decided, and at the threshold of the best F1.

    ``certain`` is the largest recall of any threshold whose precision is at least ``CERTAIN``: the automatic band.
    """

    precision: float
    recall: float
    f1: float
    best_precision: float
    best_recall: float
    best_f1: float
    certain: float

    def decided_at_best(self) -> "Quality":
        """Return the quality of one who decides at the threshold of the best F1."""
        return replace(self, precision=self.best_precision, recall=self.best_recall, f1=self.best_f1)


def quality(pairs: str, truth: Path) -> Quality:
    """Judge ``pairs``, SQL with the columns record_id, person_id, probability, weight, decided."""
    database = duckdb.connect()
    exist = database.execute("SELECT count(person_id) FROM read_parquet(?)", [str(truth)]).fetchall()[0][0]
    found = database.execute(
        f"""
        SELECT coalesce(p.probability, 0)::DOUBLE AS probability, coalesce(p.weight, 0)::DOUBLE AS weight,
               coalesce(p.person_id = t.person_id, false) AS correct, p.decided AS decided
        FROM ({pairs}) p JOIN read_parquet(?) t USING (record_id) WHERE p.person_id IS NOT NULL
        """,
        [str(truth)],
    ).fetchnumpy()
    scores = np.column_stack([found["probability"], found["weight"]])
    return judged(np.asarray(found["correct"], dtype=bool), np.asarray(found["decided"], dtype=bool), scores, exist)


def judged(correct: Bools, decided: Bools, scores: npt.NDArray[np.float64], exist: int) -> Quality:
    """Return the quality of pairs, one row each; pairs of equal ``scores`` stand or fall together."""
    order = np.lexsort(-scores.T[::-1])
    last: Bools = np.ones(len(order), dtype=bool)
    last[:-1] = np.any(np.diff(scores[order], axis=0) != 0, axis=1)
    right = np.cumsum(correct[order])[last]
    taken = np.flatnonzero(last) + 1
    best = int(np.argmax(right / (taken + exist))) if len(taken) else None
    hits, made = int((correct & decided).sum()), int(decided.sum())
    return Quality(
        precision=hits / made if made else 0.0,
        recall=hits / exist,
        f1=2 * hits / (made + exist),
        best_precision=float(right[best] / taken[best]) if best is not None else 0.0,
        best_recall=float(right[best] / exist) if best is not None else 0.0,
        best_f1=float(2 * right[best] / (taken[best] + exist)) if best is not None else 0.0,
        certain=float(right[right >= CERTAIN * taken].max(initial=0) / exist),
    )
