"""Matching by number (ghép theo số): the pairs of one part whose number is the same, and what they already settle."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ansinh.identity.linkage.compiled import Array, Ints, Words
from ansinh.identity.linkage.levels import FIELDS, Graded, Side, settled
from ansinh.identity.linkage.pairs import Chained
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.rows import Rows
from ansinh.identity.linkage.scoring import Scale


@dataclass(frozen=True, slots=True)
class Candidates:
    """Candidates (ứng viên): scored pairs of a record's row and a citizen's row; the vetoed are left out.

    ``ids`` are the citizens' identifiers.
    """

    records: Ints
    people: Ints
    ids: Ints
    weight: Array
    graded: Graded

    def only(self, pairs: Ints) -> "Candidates":
        """Return some of the pairs."""
        levels = {field: level[pairs] for field, level in self.graded.levels.items()}
        return Candidates(self.records[pairs], self.people[pairs], self.ids[pairs], self.weight[pairs], Graded(levels))

    def renamed(self, records: Ints, people: int) -> "Candidates":
        """Return the same pairs with other rows: a record's by a table, a citizen's by adding ``people``."""
        return Candidates(records[self.records], self.people + people, self.ids, self.weight, self.graded)


def compare(r: Side, p: Side, scale: Scale) -> Candidates:
    """Candidates among pairs of two sides."""
    scored = scale.weigh(r, p)
    made = Candidates(r.rows, p.rows, p["id"], scored.weight, scored.graded)
    return made.only(np.flatnonzero(~scored.vetoed)) if scored.vetoed.any() else made


def together(some: Sequence[Candidates]) -> Candidates:
    """Candidates of several batches behind one another; there is at least one batch."""
    return Candidates(
        np.concatenate([one.records for one in some]),
        np.concatenate([one.people for one in some]),
        np.concatenate([one.ids for one in some]),
        np.concatenate([one.weight for one in some]),
        Graded({field: np.concatenate([one.graded.levels[field] for one in some]) for field in FIELDS}),
    )


@dataclass(frozen=True, slots=True)
class Matched:
    """What matching by number came to: pairs that settle a record, pairs of the others, and the rows left open.

    ``crowds`` counts the numbers that too many bear, and the records under them.
    """

    sure: Candidates
    doubtful: Candidates
    open_rows: Ints
    crowds: tuple[int, int]


def match(records: Rows, people: Rows, policy: Policy, scale: Scale, too_many: Words | None = None) -> Matched:
    """Match the records of a part with its citizens by their number of twelve digits; marks records shared, owned.

    ``too_many`` are the numbers that too many bear, where the records are only some of a register; else it is counted.
    """
    bearing = np.flatnonzero(records["number"] > 0)
    numbers = records["number"][bearing]
    chained = Chained(numbers)
    slots = chained.slots(np.ascontiguousarray(people["number"]))
    crowded = chained.rows > policy.limits.per_number if too_many is None else np.isin(chained.table, too_many)
    lefts, rights = chained.pairs(slots, ~crowded)
    own = chained.slots(numbers)
    records["shared"][bearing] = crowded[own]
    records["owned"][bearing] = (chained.hits(slots) > 0)[own]
    found = compare(Side(records, bearing[lefts]), Side(people, rights), scale)
    sure = settled(found.graded)
    times = np.bincount(found.records[sure], minlength=len(records))
    once = sure & (times == 1)[found.records]
    open_row = np.ones(len(records), np.bool_)
    open_row[found.records[once]] = False
    return Matched(
        sure=found.only(np.flatnonzero(once)),
        doubtful=found.only(np.flatnonzero(open_row[found.records])),
        open_rows=np.flatnonzero(open_row),
        crowds=(int(crowded.sum()), int(chained.rows[crowded].sum())),
    )
