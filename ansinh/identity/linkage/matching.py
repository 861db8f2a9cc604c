"""Matching by number (ghép theo số): the pairs of one part whose number is the same, and what they already settle."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ansinh.identity.linkage.columns import Columns
from ansinh.identity.linkage.compiled import Array, Ints, Words
from ansinh.identity.linkage.levels import FIELDS, Graded, Side, settled
from ansinh.identity.linkage.pairs import Chained
from ansinh.identity.linkage.policy import Policy
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

    def renamed(self, records: Ints, people: Ints | None = None) -> "Candidates":
        """Return the same pairs with other rows, a record's by a table and a citizen's by another."""
        citizens = self.people if people is None else people[self.people]
        return Candidates(records[self.records], citizens, self.ids, self.weight, self.graded)


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

    ``shared`` and ``owned`` tell of every record of the part that too many bear its number, that a citizen bears it;
    ``crowds`` counts the numbers that too many bear, and the records under them.
    """

    sure: Candidates
    doubtful: Candidates
    open_rows: Ints
    shared: Array
    owned: Array
    crowds: tuple[int, int]


def match(
    records: Columns, people: Columns, policy: Policy, scale: Scale, crowded_numbers: Words | None = None
) -> Matched:
    """Match the records of a part with its citizens by their number of twelve digits.

    Which numbers too many bear is counted here, unless it is known: records may be some of those of a register.
    """
    bearing = np.flatnonzero(records["number"] > 0)
    chained = Chained(records["number"][bearing])
    slots = chained.slots(people["number"])
    crowded = (
        chained.rows > policy.limits.per_number if crowded_numbers is None else np.isin(chained.table, crowded_numbers)
    )
    lefts, rights = chained.pairs(slots, ~crowded)
    own = chained.slots(records["number"][bearing])
    shared, owned = np.zeros(len(records["id"]), np.bool_), np.zeros(len(records["id"]), np.bool_)
    shared[bearing] = crowded[own]
    owned[bearing] = (chained.hits(slots) > 0)[own]
    rows = bearing[lefts]
    flagged = records | {"shared": shared, "owned": owned}
    found = compare(Side(flagged, rows), Side(people, rights), scale)
    sure = settled(found.graded)
    times = np.bincount(found.records[sure], minlength=len(shared))
    once = sure & (times == 1)[found.records]
    open_row = np.ones(len(shared), np.bool_)
    open_row[found.records[once]] = False
    return Matched(
        sure=found.only(np.flatnonzero(once)),
        doubtful=found.only(np.flatnonzero(open_row[found.records])),
        open_rows=np.flatnonzero(open_row),
        shared=shared,
        owned=owned,
        crowds=(int(crowded.sum()), int(chained.rows[crowded].sum())),
    )
