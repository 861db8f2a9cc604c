"""Deduping (tìm trùng): the register compared with itself, for people who bear several insurance numbers.

Names, keys, levels and weights are those of `link`; rarity is counted among the records. A machine takes two records
for one person only when nothing in them speaks of a relative, and more than two only when each two of them agree.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ansinh.identity.linkage.columns import INSURED, Columns
from ansinh.identity.linkage.compiled import Array, Bytes, Ints
from ansinh.identity.linkage.deciding import likelihood
from ansinh.identity.linkage.levels import FIELDS, Graded, Side, malformed, namesakes
from ansinh.identity.linkage.loading import Loading
from ansinh.identity.linkage.matching import Candidates, compare, together
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.scoring import Scale
from ansinh.identity.linkage.searching import HIGH, LOW
from ansinh.identity.linkage.store import Store, chosen
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
    hear: Callable[[str, float], None],
) -> Compared:
    """Compare the records of a file with each other in a work area; raises `LinkageRefused`."""

    def step(number: int) -> Callable[[float], None]:
        (title, start), (_, end) = _STEPS[number], _STEPS[number + 1]
        return lambda share: hear(title, start + (end - start) * share)

    loading = Loading(area, memory=memory, threads=threads, progress=step(0))
    [records] = loading.load_all([(INSURED, insured)])
    scale = Scale(policy, loading.census)
    with ThreadPoolExecutor(threads) as pool:
        found = shared(records.store, policy.limits, pool, step(1))
        partners = _partners(records.store, found, area / "partners", pool)
        done = []
        for part, some in enumerate(
            pool.map(lambda part: _weigh_part(records.store, partners, part, policy, scale), range(partners.parts))
        ):
            done.append(some)
            step(2)((part + 1) / partners.parts)
    doubles = _judged(together(done), policy, scale.chance) if done else _judged(_none(), policy, scale.chance)
    return Compared(records.rows, len(found.pairs), doubles, found, loading.normaliser.names.repaired)


def _partners(store: Store, found: Shared, folder: Path, pool: ThreadPoolExecutor) -> Store:
    """Lay the columns of the smaller row of every pair where the part of the greater will meet them."""
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(store.sizes)])
    greater, smaller = (found.pairs >> HIGH).astype(np.int64), (found.pairs & LOW).astype(np.int64)
    order = np.argsort(smaller, kind="stable")
    ends = np.searchsorted(smaller[order], starts)
    made = Store(folder, store.parts)

    def lay(part: int) -> None:
        pairs = order[ends[part] : ends[part + 1]]
        if len(pairs):
            rows = _flagged(store, part, starts, found.crowded)
            for place in range(0, len(pairs), _AT_ONCE):
                some = pairs[place : place + _AT_ONCE]
                partner = chosen(rows, smaller[some] - starts[part])
                target = np.searchsorted(starts, greater[some], side="right") - 1
                made.append(partner | {"met": greater[some] - starts[target]}, target.astype(np.uint8))

    list(pool.map(lay, range(store.parts)))
    made.seal()
    return made


def _flagged(store: Store, part: int, starts: Ints, crowded: Array) -> Columns:
    """Columns of a part with what the levels ask besides; nobody is known to own another's number."""
    rows = store.load(part)
    shared_number = crowded[starts[part] : starts[part + 1]]
    return rows | {"shared": shared_number.view(np.int8), "owned": np.zeros(len(shared_number), np.int8)}


def _weigh_part(store: Store, partners: Store, part: int, policy: Policy, scale: Scale) -> Candidates:
    """Pairs whose greater row lies in a part, weighed, those below the review limit left out; rows are identifiers."""
    lesser = partners.load(part)
    if not lesser:
        return _none()
    greater = store.load(part)
    done = []
    for place in range(0, len(lesser["id"]), _AT_ONCE):
        some = chosen(lesser, np.arange(place, min(place + _AT_ONCE, len(lesser["id"]))))
        met = chosen(greater, some.pop("met"))
        met |= {name: np.zeros(len(met["id"]), np.bool_) for name in ("shared", "owned")}
        done.append(_weigh(some, met, scale, policy))
    return together(done)


def _weigh(some: Columns, met: Columns, scale: Scale, policy: Policy) -> Candidates:
    """Weigh pairs of rows: in each, the one with the better number stands for the citizen, whose number is right."""
    ahead, behind = _quality(some), _quality(met)
    swap = (ahead > behind) | ((ahead == behind) & (some["id"] < met["id"]))
    r = {name: _either(swap, met[name], column) for name, column in some.items()}
    p = {name: _either(swap, column, met[name]) for name, column in some.items()}
    flags = {"shared": r["shared"] | p["shared"], "owned": np.zeros(len(swap), np.bool_)}
    comparable = (r["length"] > 0) & ((p["number"] > 0) | ((p["old"] > 0) & (r["number"] == 0)))
    silent = {"length": np.zeros(len(swap), np.uint8)}  # numbers of two kinds say nothing about each other
    found = []
    for columns, which in ((r | flags, comparable), (r | flags | silent, ~comparable)):
        rows = np.flatnonzero(which)
        found.append(compare(Side(columns, rows), Side(p, rows), scale))
    pairs = together(found)
    likely = likelihood(pairs.weight - scale.chance - policy.dedupe.second_record, policy.calibration)
    kept = pairs.only(np.flatnonzero(likely >= policy.dedupe.review))
    return Candidates(r["id"][kept.records], p["id"][kept.people], kept.ids, kept.weight, kept.graded)


def _quality(rows: Columns) -> Bytes:
    """How good a number is: 3 whole and fitting its bearer, 2 whole, 1 an old one, 0 neither."""
    whole = rows["number"] > 0
    quality = np.where(whole, 2 + ~malformed(rows), rows["old"] > 0)
    return quality.astype(np.uint8)


def _either(which: Array, yes: Array, no: Array) -> Array:
    found: Array = np.where(which[:, None] if yes.ndim > 1 else which, yes, no)
    return found


def _none() -> Candidates:
    nobody, nothing = np.zeros(0, np.int64), np.zeros(0, np.uint8)
    return Candidates(nobody, nobody, nobody, np.zeros(0), Graded(dict.fromkeys(FIELDS, nothing)))


def _judged(pairs: Candidates, policy: Policy, chance: float) -> Doubles:
    """Decide what needs no person, and put the pairs in order."""
    first, other = np.minimum(pairs.records, pairs.people), np.maximum(pairs.records, pairs.people)
    order = np.lexsort((other, first))
    first, other, pairs = first[order], other[order], pairs.only(order)
    net = pairs.weight - chance - policy.dedupe.second_record
    probability = likelihood(net, policy.calibration)
    graded = pairs.graded
    akin = _akin(graded)
    same = akin & (probability >= policy.dedupe.automatic)
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
