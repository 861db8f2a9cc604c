"""Deciding (quyết định): competition between candidates, probability, and one claim per citizen.

A record goes to the citizen of the greatest weight. A machine decides alone when the probability and the lead over the
second best are high enough and no other citizen explains name, date and place better; a person decides the rest.
"""

from dataclasses import dataclass

import numpy as np

from ansinh.identity.linkage import compiled
from ansinh.identity.linkage.compiled import Array, Bytes, Ints
from ansinh.identity.linkage.levels import doubted, namesakes, verified
from ansinh.identity.linkage.matching import Candidates
from ansinh.identity.linkage.policy import Calibration, Policy

DECISIONS = ("VERIFIED", "CORRECTED", "REVIEW", "NOT_FOUND")
"""Decisions (kết luận), numbered in this order."""
VERIFIED, CORRECTED, REVIEW, NOT_FOUND = range(4)


@dataclass(frozen=True, slots=True)
class Judged:
    """Judged candidates (ứng viên đã xét): net weight in bits, probability, decision and second best, one a record."""

    net: Array
    probability: Array
    decision: Bytes
    second: Array


def best_of(found: Candidates, records: int) -> tuple[Ints, Array, Array]:
    """Best candidate of each of ``records`` rows: its place among ``found`` (-1: none), second weight, contested.

    The second weight is NaN where there is no second. Contested: the best bears another name while somebody of the
    record's name, date and commune exists. At a tie the smaller identifier of a citizen wins.
    """
    best, second = np.full(records, compiled.NO_ROW, np.int64), np.full(records, compiled.NO_ROW, np.int64)
    best_weight, second_weight = np.zeros(records), np.full(records, np.nan)
    compiled.keep_best(found.records, found.people, found.weight, found.ids, best, second, best_weight, second_weight)
    second_weight[second == compiled.NO_ROW] = np.nan
    namesake = found.graded.among("name", ("EQUAL", "UNMARKED"))
    rival = namesakes(found.graded) & found.graded.among("places", ("COMMUNE",))
    contested = np.zeros(records, np.bool_)
    contested[found.records[rival]] = True
    has = best != compiled.NO_ROW
    contested[has] &= ~namesake[best[has]]
    return best, second_weight, contested


def judge(chosen: Candidates, second: Array, contested: Array, policy: Policy, chance: float) -> Judged:
    """Judge the best candidate of each record; ``chance`` is log2 of the number of citizens."""
    net = chosen.weight - chance
    ahead = chosen.weight - second
    alone = np.isnan(ahead)
    together = -np.logaddexp2(-net, -np.where(alone, np.inf, ahead))
    limits = policy.decision
    probability = likelihood(together, policy.calibration)
    automatic = (
        (probability >= limits.automatic) & (alone | (ahead >= limits.margin)) & ~contested & ~doubted(chosen.graded)
    )
    by_person = np.where(probability >= limits.review, REVIEW, NOT_FOUND)
    by_machine = np.where(verified(chosen.graded), VERIFIED, CORRECTED)
    return Judged(
        np.round(net, 2),
        probability,
        np.where(automatic, by_machine, by_person).astype(np.uint8),
        np.round(second - chance, 2),
    )


def likelihood(evidence: Array, calibration: Calibration) -> Array:
    """Probability of evidence in bits, by the policy's curve."""
    bits = np.clip(evidence, -calibration.evidence_limit, calibration.evidence_limit)
    probability: Array = np.round(1 / (1 + np.exp(-(calibration.intercept + calibration.slope * bits))), 6)
    return probability


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims (nhận cùng một công dân): records whose citizen others claim too, ascending; their group; the weaker."""

    records: Ints
    groups: Ints
    weaker: Array


def claims(records: Ints, people: Ints, net: Array, stands_alone: float) -> Claims:
    """Group records (by identifier) that claim one citizen; a weaker claim falls back to review.

    The strongest claim stands, and any other of at least ``stands_alone`` bits: two records of one person.
    """
    order = np.lexsort((records, -net, people))
    records, people, net = records[order], people[order], net[order]
    starts = np.flatnonzero(np.r_[True, people[1:] != people[:-1]]) if len(people) else np.empty(0, np.int64)
    groups = (
        np.repeat(np.minimum.reduceat(records, starts), np.diff(np.r_[starts, len(people)])) if len(people) else people
    )
    weaker = net < stands_alone
    weaker[starts] = False
    back = np.argsort(records)
    return Claims(records[back], groups[back], weaker[back])
