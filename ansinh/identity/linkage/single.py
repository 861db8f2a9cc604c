"""One record (một bản ghi) looked up among citizens that somebody else holds, by the very rules of a run.

What a run does for a million records at once is done here for one: the citizens of its number, then those of each round
of keys, compared, weighed and judged by the same functions. Only what records do to one another is missing: nobody else
claims the citizen, and nobody else bears the number.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ansinh.identity.linkage.columns import Columns
from ansinh.identity.linkage.compiled import Array, Bytes, Ints, Words
from ansinh.identity.linkage.deciding import NOT_FOUND, best_of, judge
from ansinh.identity.linkage.keys import KEYS, ROUNDS, hashes
from ansinh.identity.linkage.levels import Side, closed, codes, settled
from ansinh.identity.linkage.matching import Candidates, compare, together
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.rows import Rows, rows_of
from ansinh.identity.linkage.scoring import Scale

SEARCHED = ("number", *(key.name for key in KEYS))
"""What a citizen is found by: the number, and the keys of all rounds."""
BY_NUMBER = 0
STAGES = ((BY_NUMBER, *range(1, len(ROUNDS[0]) + 1)), tuple(range(len(ROUNDS[0]) + 1, len(SEARCHED))))
"""Places in ``SEARCHED`` that are asked for together: the number with the first round, then the second round."""
TOLD = 3
"""Candidates of a record that are told, the best first."""


def search_values(columns: Columns, places: Sequence[int], *, of_record: bool) -> Words:
    """Return what each row of one side is found by, a column for each of some places; 0 where a row lacks it."""
    found = np.zeros((len(columns["id"]), len(places)), np.uint64)
    for column, place in enumerate(places):
        if place == BY_NUMBER:
            found[:, column] = columns["number"]
            continue
        value, has = hashes(KEYS[place - 1], columns, of_record=of_record)
        np.copyto(found[:, column], value, where=has)
    return found


@dataclass(frozen=True, slots=True)
class Met:
    """Citizens met (công dân gặp được) under some search values: each once, which rows stand under which value.

    A value of ``crowded`` has more citizens than were asked for at most; none of them is here for its sake.
    """

    rows: Rows
    under: Mapping[int, Ints]
    crowded: Sequence[int]


Meet = Callable[[Words, Sequence[int], int], Met]
"""Finds citizens: by some search values of a record, what they are (places in ``SEARCHED``), how many each at most."""


@dataclass(frozen=True, slots=True)
class Found:
    """Outcome (kết quả tra) for one record: at most ``TOLD`` candidates, the best first, and the record's decision.

    ``second`` is the net weight of the second best as a run would tell it, NaN without one; ``left_out`` names the keys
    that too many citizens share.
    """

    ids: Ints
    levels: Mapping[str, Bytes]
    net: Array
    probability: Array
    decision: int
    second: float
    left_out: tuple[str, ...]

    def codes(self, place: int) -> dict[str, str]:
        """Return the level of every field of a candidate in the words of the decisions file."""
        return {field: codes(field)[levels[place]] for field, levels in self.levels.items()}


def look_up(record: Columns, meet: Meet, policy: Policy, scale: Scale) -> Found:
    """Decide about one record (tra một bản ghi) as a run over it alone would: the columns of one row, as normalised.

    ``meet`` is asked once for most records, twice for those that neither number nor name and date find.
    """
    most = policy.limits.per_key
    ours = rows_of(record)
    first = meet(search_values(record, STAGES[0], of_record=True)[0], STAGES[0], most)
    bearing = first.under.get(BY_NUMBER, np.zeros(0, np.int64))
    ours["owned"] = len(bearing) > 0 or BY_NUMBER in first.crowded
    found = _compared(ours, first.rows, scale, 0)
    met = np.zeros((2, len(first.rows)), np.bool_)  # by the number, and by a key of the first round
    met[0, bearing] = True
    for place in STAGES[0][1:]:
        met[1, first.under.get(place, [])] = True
    sure = np.flatnonzero(settled(found.graded) & met[0, found.people])
    if len(sure) == 1:
        return _judged(found.only(sure), policy, scale, ())
    crowded = [*first.crowded]
    if not (closed(found.graded) & met[1, found.people]).any():
        second = meet(search_values(record, STAGES[1], of_record=True)[0], STAGES[1], most)
        others = second.rows[~np.isin(second.rows["id"], first.rows["id"])]
        found = together([found, _compared(ours, others, scale, len(first.rows))])
        crowded += second.crowded
    return _judged(found, policy, scale, tuple(SEARCHED[place] for place in crowded))


def _compared(record: Rows, citizens: Rows, scale: Scale, start: int) -> Candidates:
    rows = np.arange(len(citizens))
    found = compare(Side(record, np.zeros(len(rows), np.int64)), Side(citizens, rows), scale)
    return replace(found, people=found.people + start)


def _judged(found: Candidates, policy: Policy, scale: Scale, left_out: tuple[str, ...]) -> Found:
    _, second, contested = best_of(found, 1)
    order = np.lexsort((found.ids, -found.weight))[:TOLD]
    ranked = found.only(order)
    ahead = np.full(len(order), second[0])
    ahead[1:] = ranked.weight[:1]
    judged = judge(ranked, ahead, np.repeat(contested, len(order)), policy, scale.chance)
    return Found(
        ids=ranked.ids,
        levels=ranked.graded.levels,
        net=judged.net,
        probability=judged.probability,
        decision=int(judged.decision[0]) if len(order) else NOT_FOUND,
        second=float(judged.second[0]) if len(order) else float("nan"),
        left_out=left_out,
    )
