"""Steps (bước): what becomes of the rows of one part, whichever engine brings them and carries on with the answer."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ansinh.identity.linkage.compiled import Array, Ints, Words
from ansinh.identity.linkage.deciding import best_of, judge
from ansinh.identity.linkage.levels import Side
from ansinh.identity.linkage.matching import Candidates, compare, match
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.rows import Rows, chosen
from ansinh.identity.linkage.scoring import Scale
from ansinh.identity.linkage.writing import decided, undecided

_WEIGHED_AT_ONCE = 1 << 18


@dataclass(frozen=True, slots=True)
class Settled:
    """Part after matching by number: decided records, the citizens taken, and the open records with their doubts.

    ``left`` are the rows of open records; ``doubtful`` pairs count them.
    ``crowds`` are the numbers that too many bear, and the records under them.
    """

    decided: Rows
    taken: Ints
    left: Rows
    doubtful: Candidates
    crowds: Ints


def settle(records: Rows, people: Rows, policy: Policy, scale: Scale, too_many: Words | None = None) -> Settled:
    """Decide the records of a part whose number settles them; citizens are counted from the first of the part.

    ``too_many`` are the numbers that too many bear, where the records are only some of a register; else it is counted.
    """
    found = match(records, people, policy, scale, too_many)
    sure = found.sure
    alone = np.full(len(sure.ids), np.nan)
    judged = judge(sure, alone, np.zeros(len(sure.ids), np.bool_), policy, scale.chance)
    place = np.zeros(len(records), np.int64)
    place[found.open_rows] = np.arange(len(found.open_rows))
    return Settled(
        decided=decided(records["id"][sure.records], sure.people, sure, judged),
        taken=sure.people,
        left=chosen(records, found.open_rows),
        doubtful=found.doubtful.renamed(place, 0),
        crowds=np.array(found.crowds),
    )


def crowded(old: Words, per_number: int, too_many: Words | None = None) -> tuple[Words, Ints]:
    """Old numbers that more than ``per_number`` open records bear, and how many; only a new number settles.

    ``too_many`` as in `settle`.
    """
    numbers, times = np.unique(old, return_counts=True)
    many = (times > per_number if too_many is None else np.isin(numbers, too_many)) & (numbers > 0)
    return numbers[many], times[many]


def weigh(records: Rows, lefts: Ints, people: Rows, rights: Ints, scale: Scale) -> Iterator[Candidates]:
    """Candidates among pairs of a record's row and a citizen's row, a bounded number at a time."""
    for start in range(0, len(lefts), _WEIGHED_AT_ONCE):
        some = slice(start, start + _WEIGHED_AT_ONCE)
        yield compare(Side(records, lefts[some]), Side(people, rights[some]), scale)


def conclude(found: Candidates, taken: Array, identifiers: Ints, policy: Policy, scale: Scale) -> Rows:
    """Decide open records between all their candidates; ``taken`` tells of each whether a settled record claims it."""
    found.weight[taken] -= policy.claims.taken
    best, second, contested = best_of(found, len(identifiers))
    has = best >= 0
    winners = found.only(best[has])
    judged = judge(winners, second[has], contested[has], policy, scale.chance)
    return np.concatenate([decided(identifiers[has], winners.people, winners, judged), undecided(identifiers[~has])])
