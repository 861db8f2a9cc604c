"""One machine (một máy): both files in parts on disk, parts in memory a few at a time, threads side by side.

Memory grows with the records that their number has not settled, and by five bytes a citizen; all else is bounded by the
size of a part. Every row is read and normalised once; citizens pass by once a round.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from ansinh.identity.linkage.compiled import Array, Ints, Words, count_into
from ansinh.identity.linkage.deciding import CORRECTED, Claims, claims
from ansinh.identity.linkage.keys import KEY_COLUMNS, ROUNDS, Key
from ansinh.identity.linkage.levels import closed
from ansinh.identity.linkage.loading import Loaded, Loading
from ansinh.identity.linkage.matching import Candidates, together
from ansinh.identity.linkage.pairs import Bounded, Sieve, among
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.progress import Hear, stepped
from ansinh.identity.linkage.report import Report, summarise
from ansinh.identity.linkage.rows import Rows, chosen, columns_of
from ansinh.identity.linkage.scoring import Census, Scale
from ansinh.identity.linkage.searching import HIGH, LOW, Hashed, hashed, pair_up, passing
from ansinh.identity.linkage.steps import conclude, crowded, settle, weigh
from ansinh.identity.linkage.store import Store, part_by_identifier
from ansinh.identity.linkage.writing import DECIDED, Tally, Writer

_STEPS = (("Đọc hai tệp", 0.0), ("Ghép theo số", 0.5), ("Tìm và so sánh", 0.65), ("Quyết định", 0.9), ("", 0.99))


@dataclass(frozen=True, slots=True)
class Kept:
    """Kept (phần giữ lại) of a run, beside the stores in its area: census, open records, bounds of the parts."""

    census: Census
    opened: Rows
    bounds: Ints
    parts: int


@dataclass(frozen=True, slots=True)
class Known:
    """Known (đã biết) of the records that a run leaves as they are, when it takes up only some of a register.

    ``numbers`` and ``olds`` are those that too many bear, ``taken`` the citizens whom a number's record claims.
    """

    numbers: Words
    olds: Words
    taken: Ints


class Sink(Protocol):
    """Sink (nơi nhận) of decided records."""

    def add(self, rows: Rows) -> None:
        """Take some decided records, as ``DECIDED``."""


def run(  # noqa: PLR0913 - as `link`, which calls it
    insured: Path | str,
    population: Path | str,
    area: Path,
    *,
    policy: Policy,
    memory: str,
    threads: int,
    hear: Hear,
    census: Census | None = None,
    keep: Callable[[Kept], None] | None = None,
) -> Report:
    """Link two files in a work area, where ``decisions.parquet`` is left; raises `LinkageRefused`.

    ``census`` is the one to weigh by, that of the population file where none is given; ``keep`` is given what a later
    run can take up.
    """
    step = stepped(hear, _STEPS)
    loading = Loading(area, memory=memory, threads=threads, progress=step(0))
    records, people = loading.load(insured, population)
    results = _Decided(area, records, people)
    census = census or loading.census
    with ThreadPoolExecutor(threads) as pool:
        work = Run(policy, Scale(policy, census), people.store, pool, results)
        left = work.match(records.store, step(1))
        work.search(left, step(2))
    tally = results.write(area / "decisions.parquet", policy, step(3))
    if keep:
        keep(Kept(census, left.rows, results.bounds, records.store.parts))
    return summarise(
        policy, tally, work.bounded, rows=(records.rows, people.rows), repaired=loading.normaliser.names.repaired
    )


class _Decided:
    """Decided records, dealt out on disk by identifier, with the claims on every citizen counted."""

    def __init__(self, area: Path, records: Loaded, people: Loaded) -> None:
        self._store = Store(area / "decided", records.store.parts, DECIDED)
        self.bounds = records.identifiers.boundaries(records.store.parts)
        self._lock = threading.Lock()
        self._claimed = np.zeros(people.rows, np.int32)

    def add(self, rows: Rows) -> None:
        self._store.append(rows, part_by_identifier(rows["id"], self.bounds))
        with self._lock:
            count_into(rows["row"][rows["decision"] <= CORRECTED], self._claimed)

    def write(self, path: Path, policy: Policy, progress: Callable[[float], None]) -> Tally:
        writer = Writer(path, policy.version, self._claims(policy))
        for part in range(self._store.parts):
            writer.write(self._store.load(part))
            progress((part + 1) / self._store.parts)
        return writer.close()

    def _claims(self, policy: Policy) -> Claims:
        """Claims on citizens whom several records claim by machine."""
        several = np.concatenate([self._several(part) for part in range(self._store.parts)])
        return claims(several["id"], several["row"], several["net"], policy.claims.stands_alone)

    def _several(self, part: int) -> Rows:
        rows = self._store.load(part)
        automatic = np.flatnonzero(rows["decision"] <= CORRECTED)
        return chosen(rows, automatic[self._claimed[rows["row"][automatic]] > 1])


@dataclass(slots=True)
class Open:
    """Open records (bản ghi còn mở): those that no number settled, the candidates found so far, who is sought."""

    rows: Rows
    found: list[Candidates]
    sought: Array


class Run:
    """One run on this machine: both files loaded, records decided as soon as they can be."""

    def __init__(
        self, policy: Policy, scale: Scale, people: Store, pool: ThreadPoolExecutor, decided: Sink,
        known: Known | None = None,
    ) -> None:  # fmt: skip
        """Prepare to link records to ``people``, whose part holds the numbers of the same part of the records."""
        self._policy, self._scale, self._pool, self._decided = policy, scale, pool, decided
        self._people, self._known = people, known
        self._starts = people.starts
        self._taken = np.zeros(self._starts[-1], np.bool_)
        self.bounded: list[Bounded] = []

    def match(self, records: Store, progress: Callable[[float], None]) -> Open:
        """Decide the records whose number settles them; return the others."""
        opened: list[Open] = []
        crowds = np.zeros(2, np.int64)
        work = self._pool.map(lambda part: self._match_part(records, part), range(records.parts))
        start = 0
        for part, (some, crowd) in enumerate(work):
            place = np.arange(start, start + len(some.rows))
            opened.append(Open(some.rows, [one.renamed(place, 0) for one in some.found], some.sought))
            start += len(place)
            crowds += crowd
            progress((part + 1) / records.parts)
        rows = np.concatenate([some.rows for some in opened])
        crowds += self._share_old(rows)
        if crowds[0]:
            self.bounded.append(Bounded("number", int(crowds[0]), int(crowds[1])))
        return Open(rows, [one for some in opened for one in some.found], np.ones(start, np.bool_))

    def _match_part(self, records: Store, part: int) -> tuple[Open, Ints]:
        rows, people = records.load(part), self._people.load(part)
        settled = settle(rows, people, self._policy, self._scale, self._known.numbers if self._known else None)
        start, left = int(self._starts[part]), settled.left
        self._taken[start + settled.taken] = True
        settled.decided["row"] += start
        self._decided.add(settled.decided)
        doubtful = settled.doubtful.renamed(np.arange(len(left)), start)
        return Open(left, [doubtful], np.ones(len(left), np.bool_)), settled.crowds

    def _share_old(self, rows: Rows) -> Ints:
        """Mark the records whose old number too many bear; they are all open, since only a new number settles."""
        limit, known = self._policy.limits.per_number, self._known
        numbers, times = crowded(rows["old"], limit, known.olds if known else None)
        rows["shared"] |= among(rows["old"], numbers)
        return np.array([len(numbers), times.sum()])

    def search(self, left: Open, progress: Callable[[float], None]) -> None:
        """Look for candidates of open records, round by round, and decide them."""
        if not len(left.rows):
            return
        for number, keys in enumerate(ROUNDS):
            self._search_round(keys, left)
            progress((number + 1) / (len(ROUNDS) + 1))
        self._decide(left)
        progress(1.0)

    def _search_round(self, keys: tuple[Key, ...], left: Open) -> None:
        rows = np.flatnonzero(left.sought)
        wanted = hashed(keys, columns_of(chosen(left.rows, rows), KEY_COLUMNS), rows)
        sieve = Sieve(wanted.hashes)
        found = list(self._pool.map(lambda part: self._passing(keys, part, sieve), range(self._people.parts)))
        pairs, bounded = pair_up(wanted, found, self._policy.limits.per_key, self._pool)
        self.bounded += bounded
        ends = np.searchsorted(pairs >> HIGH, self._starts.astype(np.uint64))
        work = self._pool.map(
            lambda part: self._compare(left.rows, pairs[ends[part] : ends[part + 1]], part),
            range(self._people.parts),
        )
        for some in work:
            for one in some:
                left.sought[one.records[closed(one.graded)]] = False
                left.found.append(one)

    def _passing(self, keys: tuple[Key, ...], part: int, sieve: Sieve) -> Hashed:
        columns = columns_of(self._people.load(part), KEY_COLUMNS)
        return passing(keys, columns, np.arange(self._starts[part], self._starts[part + 1]), sieve)

    def _compare(self, records: Rows, pairs: Words, part: int) -> list[Candidates]:
        if not len(pairs):
            return []
        people, start = self._people.load(part), int(self._starts[part])
        ours, theirs = (pairs & LOW).astype(np.int64), (pairs >> HIGH).astype(np.int64) - start
        found = weigh(records, ours, people, theirs, self._scale)
        return [Candidates(one.records, one.people + start, one.ids, one.weight, one.graded) for one in found]

    def _decide(self, left: Open) -> None:
        found = together(left.found)
        taken = self._taken[found.people]
        if self._known:
            taken |= among(found.ids, self._known.taken)
        self._decided.add(conclude(found, taken, left.rows["id"], self._policy, self._scale))
