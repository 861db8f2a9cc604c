"""Writing (ghi): decided records, kept in parts by identifier, into one file in order, counted on the way."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ansinh.identity.linkage.columns import Columns
from ansinh.identity.linkage.compiled import Array, Ints
from ansinh.identity.linkage.deciding import CORRECTED, DECISIONS, NOT_FOUND, REVIEW, Claims, Judged
from ansinh.identity.linkage.levels import FIELDS, codes
from ansinh.identity.linkage.matching import Candidates
from ansinh.identity.linkage.rows import Rows, chosen, columns_of, rows_of

BANDS = 20
_NOBODY = -1
_CODES = {field: (*codes(field), "") for field in FIELDS}

SCHEMA = pa.schema(
    [
        ("record_id", pa.int64()),
        ("decision", pa.dictionary(pa.int8(), pa.string())),
        ("person_id", pa.int64()),
        ("probability", pa.float64()),
        ("weight", pa.float64()),
        *((f"agree_{name}", pa.dictionary(pa.int8(), pa.string())) for name in FIELDS),
        ("second_best_weight", pa.float64()),
        ("same_person_group", pa.int64()),
        ("policy", pa.dictionary(pa.int8(), pa.string())),
    ]
)
"""Decisions file (tệp kết luận), column by column."""


DECIDED = np.dtype(
    [
        *((name, np.int64) for name in ("id", "row", "person_id")),
        *((name, np.float64) for name in ("net", "probability", "second")),
        ("decision", np.uint8),
        *((f"agree_{name}", np.uint8) for name in FIELDS),
    ],
    align=True,
)
"""Decided record: which citizen (row and identifier, -1: nobody), how sure, and the levels."""


def decided(identifiers: Ints, people: Ints, winners: Candidates, judged: Judged) -> Rows:
    """Rows of decided records, as ``DECIDED``; ``people`` are the rows of the winners."""
    return rows_of(
        {
            "id": identifiers,
            "row": people,
            "person_id": winners.ids,
            "net": judged.net,
            "probability": judged.probability,
            "second": judged.second,
            "decision": judged.decision,
            **{f"agree_{name}": level for name, level in winners.graded.levels.items()},
        },
        DECIDED,
    )


def undecided(identifiers: Ints) -> Rows:
    """Rows of records for which nobody was found at all, as ``DECIDED``."""
    made = np.zeros(len(identifiers), DECIDED)
    made["id"], made["row"], made["person_id"] = identifiers, _NOBODY, _NOBODY
    made["net"], made["second"], made["decision"] = np.nan, np.nan, NOT_FOUND
    for name in FIELDS:
        made[f"agree_{name}"] = len(_CODES[name]) - 1
    return made


@dataclass(slots=True)
class Tally:
    """Tally (bảng đếm) of what was written: by decision, by band of probability, by pattern of levels."""

    decisions: Ints = field(default_factory=lambda: np.zeros(len(DECISIONS), np.int64))
    expected_wrong: float = 0.0
    groups: int = 0
    bands: Ints = field(default_factory=lambda: np.zeros(BANDS, np.int64))
    expected_right: Array = field(default_factory=lambda: np.zeros(BANDS))
    patterns: Counter[int] = field(default_factory=Counter)

    def count(self, columns: Columns, decision: Array) -> None:
        """Count some decided records; ``decision`` is the last word on each."""
        self.decisions += np.bincount(decision, minlength=len(DECISIONS))
        probability = columns["probability"]
        self.expected_wrong += float((1 - probability[decision <= CORRECTED]).sum())
        named = decision != NOT_FOUND
        band = np.minimum((probability[named] * BANDS).astype(np.int64), BANDS - 1)
        self.bands += np.bincount(band, minlength=BANDS)
        self.expected_right += np.bincount(band, probability[named], BANDS)
        pattern = np.zeros(int(named.sum()), np.int64)
        for name in FIELDS:
            pattern = pattern * 16 + columns[f"agree_{name}"][named]
        self.patterns.update(
            dict(zip(*(part.tolist() for part in np.unique(pattern, return_counts=True)), strict=True))
        )

    def common(self, most: int) -> list[tuple[str, int]]:
        """Return the most common patterns, in words of the decisions file."""
        ordered = sorted(self.patterns.items(), key=lambda one: (-one[1], one[0]))[:most]
        places = range(len(FIELDS) - 1, -1, -1)
        return [
            (
                " · ".join(_CODES[name][pattern >> 4 * place & 15] for name, place in zip(FIELDS, places, strict=True)),
                rows,
            )
            for pattern, rows in ordered
        ]


class Writer:
    """Writer (bộ ghi) of the decisions file: takes decided records in ascending parts."""

    def __init__(self, path: Path, version: str, claimed: Claims) -> None:
        """Open the file; ``claimed`` corrects the decisions of records that claim a citizen together."""
        self.tally = Tally()
        words = [field.name for field in SCHEMA if pa.types.is_dictionary(field.type)]
        self._file = pq.ParquetWriter(
            path, SCHEMA, compression="lz4", use_dictionary=words, write_statistics=["record_id"]
        )
        self._version, self._claimed = version, claimed

    def write(self, rows: Rows) -> None:
        """Write some records, put in order; counts them too."""
        columns = columns_of(chosen(rows, np.argsort(rows["id"], kind="stable")), rows.dtype.names or ())
        decision, group = self._last_word(columns)
        self.tally.count(columns, decision)
        if len(decision):
            self._file.write_table(self._table(columns, decision, group))

    def close(self) -> Tally:
        """Finish the file and return what was counted."""
        self.tally.groups = len(np.unique(self._claimed.groups))
        self._file.close()
        return self.tally

    def _last_word(self, columns: Columns) -> tuple[Array, Array]:
        """Decision and same-person group of every record (-1: none), once all claims are known."""
        decision, group = columns["decision"].copy(), np.full(len(columns["id"]), _NOBODY, np.int64)
        claimed = self._claimed
        if len(claimed.records):
            place = np.minimum(np.searchsorted(claimed.records, columns["id"]), len(claimed.records) - 1)
            claims = claimed.records[place] == columns["id"]
            group[claims] = claimed.groups[place[claims]]
            decision[claims & claimed.weaker[place]] = REVIEW
        return decision, group

    def _table(self, columns: Columns, decision: Array, group: Array) -> pa.Table:
        nobody = columns["row"] == _NOBODY
        return pa.table(
            {
                "record_id": columns["id"],
                "decision": _coded(decision, DECISIONS),
                "person_id": pa.array(columns["person_id"], mask=nobody | (columns["decision"] == NOT_FOUND)),
                "probability": columns["probability"],
                "weight": pa.array(columns["net"], mask=nobody),
                **{f"agree_{name}": _coded(columns[f"agree_{name}"], _CODES[name], nobody) for name in FIELDS},
                "second_best_weight": pa.array(columns["second"], mask=np.isnan(columns["second"])),
                "same_person_group": pa.array(group, mask=group == _NOBODY),
                "policy": _coded(np.zeros(len(decision), np.uint8), (self._version,)),
            },
            schema=SCHEMA,
        )


def _coded(numbers: Array, words: tuple[str, ...], missing: Array | None = None) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(numbers.astype(np.int8), mask=missing), pa.array(words))
