"""Deduping (tìm trùng): the register compared with itself, for people who bear several insurance numbers.

Names, keys, levels and weights are those of `link`; rarity is counted among the records. A machine takes two records
for one person only when nothing in them speaks of a relative, and more than two only when each two of them agree.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ansinh.identity.linkage.columns import INSURED
from ansinh.identity.linkage.compiled import Array, Bytes, Ints, compiled
from ansinh.identity.linkage.deciding import likelihood
from ansinh.identity.linkage.levels import FIELDS, Graded, Side, malformed, namesakes
from ansinh.identity.linkage.loading import Loading
from ansinh.identity.linkage.matching import Candidates, compare, together
from ansinh.identity.linkage.policy import Calibration, Dedupe, Policy
from ansinh.identity.linkage.progress import Hear, stepped
from ansinh.identity.linkage.refusal import LinkageRefused
from ansinh.identity.linkage.rows import Rows
from ansinh.identity.linkage.scoring import Scale
from ansinh.identity.linkage.searching import HIGH, LOW
from ansinh.identity.linkage.store import Store
from ansinh.identity.linkage.within import Shared, shared

_AT_ONCE = 1 << 18
_STEPS = (("Đọc tệp", 0.0), ("Tìm bản ghi giống nhau", 0.5), ("So sánh", 0.8), ("", 0.99))

# What two records of one person never differ in by more than a slip, and relatives do: twins in the given or middle
# name, father and son in the date, brother and sister in the sex.
_ONE_NAME = ("EQUAL", "UNMARKED", "ORDER", "MIDDLE_MISSING")
_ONE_DATE = ("EQUAL", "SAME_YEAR_KNOWN", "MONTH_ONLY", "YEAR_ONLY", "SWAPPED", "HEAPED", "NEAR")
_ONE_NUMBER, _NO_NUMBER = ("EQUAL", "OLD"), ("MISSING", "SHARED")
_ONE_PLACE = ("COMMUNE", "DISTRICT")


@dataclass(frozen=True, slots=True)
class Doubles:
    """Doubles (bản ghi trùng): pairs of records at or above the review limit, by smaller and then greater identifier.

    ``same`` tells which need no person; ``group`` is the smallest record of all that are one person, 0 where none.
    """

    first: Ints
    other: Ints
    weight: Array
    probability: Array
    same: Array
    group: Ints
    graded: Graded


@dataclass(frozen=True, slots=True)
class Compared:
    """Compared file (tệp đã so sánh): its rows, what was found, and what the report tells besides."""

    records: int
    pairs: int
    doubles: Doubles
    shared: Shared
    repaired: int


def compare_within(
    insured: Path | str,
    area: Path,
    *,
    policy: Policy,
    memory: str,
    threads: int,
    hear: Hear,
) -> Compared:
    """Compare the records of a file with each other in a work area; raises `LinkageRefused`."""
    step = stepped(hear, _STEPS)
    asked = policy.dedupe
    if asked is None:
        raise LinkageRefused(f"Chính sách {policy.version} chưa có mục «dedupe». Hãy dùng chính sách mới hơn.")
    loading = Loading(area, memory=memory, threads=threads, progress=step(0))
    [records] = loading.load_all([(INSURED, insured)])
    scale = Scale(policy, loading.census)
    with ThreadPoolExecutor(threads) as pool:
        found = shared(records.store, policy.limits, pool, step(1))
        done = [_none()]
        places = range(0, len(found.pairs), _AT_ONCE)
        for some in pool.map(
            lambda start: _weigh(records.store, found, start, scale, policy.calibration, asked), places
        ):
            done.append(some)
            step(2)(len(done) / (len(places) + 1))
    doubles = _judged(together(done), policy.calibration, asked, scale.chance)
    return Compared(records.rows, len(found.pairs), doubles, found, loading.normaliser.names.repaired)


def _weigh(
    records: Store, found: Shared, start: int, scale: Scale, calibration: Calibration, asked: Dedupe
) -> Candidates:
    """Weigh some pairs; those below the review limit are left out, rows are identifiers.

    In each the record with the better number stands for the citizen, whose number is right.
    """
    pairs = found.pairs[start : start + _AT_ONCE]
    smaller, greater = (pairs & LOW).astype(np.int64), (pairs >> HIGH).astype(np.int64)
    # Each pair has both rows to itself: what is changed in them below is told of this pair alone.
    rows, first = np.concatenate([records.at(smaller), records.at(greater)]), np.arange(len(pairs))
    quality = np.empty(len(rows), np.uint8)
    _grade_numbers(rows, quality)
    ahead, behind = np.split(quality, 2)
    swap = (ahead > behind) | ((ahead == behind) & (rows["id"][: len(pairs)] < rows["id"][len(pairs) :]))
    r, p = Side(rows, np.where(swap, first + len(pairs), first)), Side(rows, np.where(swap, first, first + len(pairs)))
    rows["shared"] = np.tile(found.crowded[smaller] | found.crowded[greater], 2)
    comparable = (r["length"] > 0) & ((p["number"] > 0) | ((p["old"] > 0) & (r["number"] == 0)))
    rows["length"][r.rows[~comparable]] = 0  # numbers of two kinds say nothing about each other
    compared = compare(r, p, scale)
    likely = likelihood(compared.weight - scale.chance - asked.second_record, calibration)
    kept = compared.only(np.flatnonzero(likely >= asked.review))
    return Candidates(rows["id"][kept.records], kept.ids, kept.ids, kept.weight, kept.graded)


@compiled
def _grade_numbers(rows: Rows, found: Bytes) -> None:
    """How good every number is: 3 whole and fitting its bearer, 2 whole, 1 an old one, 0 neither."""
    for place in range(len(rows)):
        row = rows[place]
        if row.number > 0:
            found[place] = 2 if malformed(row) else 3
        else:
            found[place] = 1 if row.old > 0 else 0


def _none() -> Candidates:
    nobody, nothing = np.zeros(0, np.int64), np.zeros(0, np.uint8)
    return Candidates(nobody, nobody, nobody, np.zeros(0), Graded(dict.fromkeys(FIELDS, nothing)))


def _judged(pairs: Candidates, calibration: Calibration, asked: Dedupe, chance: float) -> Doubles:
    """Decide what needs no person, and put the pairs in order."""
    first, other = np.minimum(pairs.records, pairs.people), np.maximum(pairs.records, pairs.people)
    order = np.lexsort((other, first))
    first, other, pairs = first[order], other[order], pairs.only(order)
    net = pairs.weight - chance - asked.second_record
    probability = likelihood(net, calibration)
    graded = pairs.graded
    akin = _akin(graded)
    same = akin & (probability >= asked.automatic)
    records, ends = np.unique(np.concatenate([first, other]), return_inverse=True)
    left, right = ends[: len(first)], ends[len(first) :]
    group = _groups(len(records), left[same], right[same])
    inside = group[left] == group[right]
    members = np.bincount(group, minlength=len(records))
    agreed = np.bincount(group[left[akin & inside]], minlength=len(records))
    whole = agreed == members * (members - 1) // 2
    same &= whole[group[left]]
    return Doubles(first, other, np.round(net, 2), probability, same, np.where(same, records[group[left]], 0), graded)


def _akin(graded: Graded) -> Array:
    """Pairs that no relative explains: the number, with no more than a slip in name and date; or name, date and place.

    Numbers a digit apart are as often those of two children registered together, and are left to a person.
    """
    numbered = graded.among("number", _ONE_NUMBER) & graded.among("name", _ONE_NAME) & graded.among("dob", _ONE_DATE)
    told = graded.among("number", _NO_NUMBER) & namesakes(graded) & graded.among("places", _ONE_PLACE)
    return (numbered | told) & ~graded.among("sex", ("DIFFERENT",))


def _groups(records: int, left: Ints, right: Ints) -> Ints:
    """Smallest row of those that pairs connect, for every row."""
    group = np.arange(records)
    while True:
        least = np.minimum(group[left], group[right])
        nearer = group.copy()
        for end in (left, right):
            np.minimum.at(nearer, end, least)
            np.minimum.at(nearer, group[end], least)
        nearer = nearer[nearer]
        if np.array_equal(nearer, group):
            return group
        group = nearer
