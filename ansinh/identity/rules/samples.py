"""Samples of automatic decisions: how many of each stratum, and which; and how fast somebody decides."""

import random
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import TypeVar

_Key = TypeVar("_Key")
BREAK = 300
"""Seconds after which the next decision follows a pause, not a decision."""


def allot(people: Mapping[_Key, int], size: int, at_least: int) -> dict[_Key, int]:
    """Share a sample of ``size`` out over strata by their people, at least ``at_least`` of each, if it has them.

    The least of each comes on top, so the sum is ``size`` or somewhat more.
    """
    whole = sum(people.values())
    return {key: min(count, max(at_least, -(-size * count // whole))) for key, count in people.items() if count}


def pick(
    rows: Iterable[tuple[_Key, int]], people: Mapping[_Key, int], drawn: Mapping[_Key, int], seed: int
) -> list[tuple[_Key, int]]:
    """Pick from each stratum as many as are drawn, by lot; ``rows`` (stratum, key of the row) pass once, in one order.

    The same rows in the same order with the same seed give the same sample. The answer is shuffled, so that its order
    tells nothing of the strata.
    """
    chance = random.Random(seed)  # noqa: S311 - a lot to be drawn again, not a secret
    ranks = {key: frozenset(chance.sample(range(people[key]), drawn[key])) for key in drawn}
    seen = dict.fromkeys(drawn, 0)
    found = []
    for key, row in rows:
        if key not in seen:
            continue
        if seen[key] in ranks[key]:
            found.append((key, row))
        seen[key] += 1
    chance.shuffle(found)
    return found


def decisions_a_minute(gaps: Sequence[float]) -> float | None:
    """Return decisions a minute from the seconds between one decision and the next, pauses left out; the median."""
    worked = [gap for gap in gaps if 0 < gap <= BREAK]
    return 60 / median(worked) if worked else None
