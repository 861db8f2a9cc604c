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

from ansinh.identity.linkage.columns import Columns
from ansinh.identity.linkage.compiled import Array, Ints, Words, count_into
from ansinh.identity.linkage.deciding import CORRECTED, Claims, best_of, claims, judge
from ansinh.identity.linkage.keys import KEY_COLUMNS, ROUNDS, Key
from ansinh.identity.linkage.levels import Side, closed
from ansinh.identity.linkage.loading import Loaded, Loading, boundaries
from ansinh.identity.linkage.matching import Candidates, compare, match, together
from ansinh.identity.linkage.pairs import Bounded, Sieve
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.report import Report, summarise
from ansinh.identity.linkage.scoring import Census, Scale
from ansinh.identity.linkage.searching import HIGH, LOW, Hashed, hashed, pair_up, passing
from ansinh.identity.linkage.store import Parts, Store, chosen, joined, nobody, rows_bearing
from ansinh.identity.linkage.writing import Tally, Writer, decided, undecided

_STEPS = (("Đọc hai tệp", 0.0), ("Ghép theo số", 0.5), ("Tìm và so sánh", 0.65), ("Quyết định", 0.9), ("", 0.99))
_WEIGHED_AT_ONCE = 1 << 18


@dataclass(frozen=True, slots=True)
class Kept:
    """Kept (phần giữ lại) of a run, beside the stores in its area: census, open records, bounds of the parts."""

    census: Census
    open_columns: Columns
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

    def add(self, columns: Columns) -> None:
        """Take some decided records."""


def run(  # noqa: PLR0913 - as `link`, which calls it
    insured: Path | str,
    population: Path | str,
    area: Path,
    *,
    policy: Policy,
    memory: str,
    threads: int,
    hear: Callable[[str, float], None],
    census: Census | None = None,
    keep: Callable[[Kept], None] | None = None,
) -> Report:
    """Link two files in a work area, where ``decisions.parquet`` is left; raises `LinkageRefused`.

    ``census`` is the one to weigh by, that of the population file where none is given; ``keep`` is given what a later
    run can take up.
    """

    def step(number: int) -> Callable[[float], None]:
        (title, start), (_, end) = _STEPS[number], _STEPS[number + 1]
        return lambda share: hear(title, start + (end - start) * share)

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
        keep(Kept(census, left.columns, results.bounds, records.store.parts))
    return summarise(
        policy, tally, work.bounded, rows=(records.rows, people.rows), repaired=loading.normaliser.names.repaired
    )


class _Decided:
    """Decided records, dealt out on disk by identifier, with the claims on every citizen counted."""

    def __init__(self, area: Path, records: Loaded, people: Loaded) -> None:
        self._store = Store(area / "decided", records.store.parts)
        self.bounds = boundaries(records, records.store.parts)
        self._lock = threading.Lock()
        self._claimed = np.zeros(people.rows, np.int32)

    def add(self, columns: Columns) -> None:
        self._store.append(columns, np.searchsorted(self.bounds, columns["id"], side="right").astype(np.uint8))
        with self._lock:
            count_into(columns["row"][columns["decision"] <= CORRECTED], self._claimed)

    def write(self, path: Path, policy: Policy, progress: Callable[[float], None]) -> Tally:
        self._store.seal()
        writer = Writer(path, policy.version, self._claims(policy))
        for part in range(self._store.parts):
            if columns := self._store.load(part):
                writer.write(columns)
            progress((part + 1) / self._store.parts)
        return writer.close()

    def _claims(self, policy: Policy) -> Claims:
        """Claims on citizens whom several records claim by machine."""
        found = [columns for part in range(self._store.parts) if (columns := self._several(part))]
        several = joined(found) or {"id": np.zeros(0, np.int64), "row": np.zeros(0, np.int64), "net": np.zeros(0)}
        return claims(several["id"], several["row"], several["net"], policy.claims.stands_alone)

    def _several(self, part: int) -> Columns:
        columns = self._store.load(part, ("id", "row", "net", "decision"))
        if not columns:
            return {}
        automatic = np.flatnonzero(columns["decision"] <= CORRECTED)
        return chosen(columns, automatic[self._claimed[columns["row"][automatic]] > 1])


@dataclass(slots=True)
class Open:
    """Open records (bản ghi còn mở): those that no number settled, the candidates found so far, who is sought."""

    columns: Columns
    found: list[Candidates]
    sought: Array


class Run:
    """One run on this machine: both files loaded, records decided as soon as they can be."""

    def __init__(
        self,
        policy: Policy,
        scale: Scale,
        people: Parts,
        pool: ThreadPoolExecutor,
        decided: Sink,
        known: Known | None = None,
    ) -> None:
        """Prepare to link records to ``people``, whose part holds the numbers of the same part of the records."""
        self._policy, self._scale, self._pool, self._decided = policy, scale, pool, decided
        self._people, self._known = people, known
        self._starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(people.sizes)])
        self._taken = np.zeros(int(self._starts[-1]), np.bool_)
        self.bounded: list[Bounded] = []

    def match(self, records: Parts, progress: Callable[[float], None]) -> Open:
        """Decide the records whose number settles them; return the others."""
        opened: list[Open] = []
        crowds = np.zeros(2, np.int64)
        work = self._pool.map(lambda part: self._match_part(records, part), range(records.parts))
        start = 0
        for part, (some, crowd) in enumerate(work):
            if some.columns:
                rows = np.arange(start, start + len(some.sought))
                opened.append(Open(some.columns, [one.renamed(rows) for one in some.found], some.sought))
                start += len(rows)
            crowds += crowd
            progress((part + 1) / records.parts)
        columns = joined(some.columns for some in opened)
        if columns:
            crowds += self._share_old(columns)
        if crowds[0]:
            self.bounded.append(Bounded("number", int(crowds[0]), int(crowds[1])))
        return Open(columns, [one for some in opened for one in some.found], np.ones(start, np.bool_))

    def _match_part(self, records: Parts, part: int) -> tuple[Open, Ints]:
        columns = records.load(part)
        if not columns:
            return Open({}, [], np.zeros(0, np.bool_)), np.zeros(2, np.int64)
        if self._known:  # few of the citizens of a part are asked for
            own = rows_bearing(self._people, part, {"number": columns["number"][columns["number"] > 0]})
            people = self._people.taken(part, own) if len(own) else nobody()
        else:
            own, people = np.arange(self._people.sizes[part]), self._people.load(part) or nobody()
        own += self._starts[part]
        found = match(columns, people, self._policy, self._scale, self._known.numbers if self._known else None)
        sure = found.sure
        judged = judge(
            sure, np.full(len(sure.ids), np.nan), np.zeros(len(sure.ids), np.bool_), self._policy, self._scale.chance
        )
        people_rows = own[sure.people]
        self._taken[people_rows] = True
        self._decided.add(decided(columns["id"][sure.records], people_rows, sure, judged))
        flagged = columns | {"shared": found.shared, "owned": found.owned}
        place = np.zeros(len(found.shared), np.int64)
        place[found.open_rows] = np.arange(len(found.open_rows))
        doubtful = found.doubtful.renamed(place, own)
        opened = Open(chosen(flagged, found.open_rows), [doubtful], np.ones(len(found.open_rows), np.bool_))
        return opened, np.array(found.crowds)

    def _share_old(self, columns: Columns) -> Ints:
        """Mark the records whose old number too many bear; they are all open, since only a new number settles."""
        numbers, place, times = np.unique(columns["old"], return_inverse=True, return_counts=True)
        too_many = np.isin(numbers, self._known.olds) if self._known else times > self._policy.limits.per_number
        crowded = too_many & (numbers > 0)
        columns["shared"] |= crowded[place]
        return np.array([crowded.sum(), times[crowded].sum()])

    def search(self, left: Open, progress: Callable[[float], None]) -> None:
        """Look for candidates of open records, round by round, and decide them."""
        if not left.columns:
            return
        for number, keys in enumerate(ROUNDS):
            self._search_round(keys, left)
            progress((number + 1) / (len(ROUNDS) + 1))
        self._decide(left)
        progress(1.0)

    def _search_round(self, keys: tuple[Key, ...], left: Open) -> None:
        rows = np.flatnonzero(left.sought)
        wanted = hashed(keys, chosen({name: left.columns[name] for name in KEY_COLUMNS}, rows), rows)
        sieve = Sieve(wanted.hashes)
        found = list(self._pool.map(lambda part: self._passing(keys, part, sieve), range(self._people.parts)))
        pairs, bounded = pair_up(wanted, found, self._policy.limits.per_key, self._pool)
        self.bounded += bounded
        ends = np.searchsorted(pairs >> HIGH, self._starts.astype(np.uint64))
        work = self._pool.map(
            lambda part: self._compare(left.columns, pairs[ends[part] : ends[part + 1]], part),
            range(self._people.parts),
        )
        for some in work:
            for one in some:
                left.sought[one.records[closed(one.graded)]] = False
                left.found.append(one)

    def _passing(self, keys: tuple[Key, ...], part: int, sieve: Sieve) -> Hashed:
        columns = self._people.load(part, KEY_COLUMNS) or nobody()
        return passing(keys, columns, np.arange(self._starts[part], self._starts[part + 1]), sieve)

    def _compare(self, columns: Columns, pairs: Words, part: int) -> list[Candidates]:
        if not len(pairs):
            return []
        own, theirs = np.unique((pairs >> HIGH).astype(np.int64), return_inverse=True)
        people = self._people.taken(part, own - self._starts[part])
        made = []
        for place in range(0, len(pairs), _WEIGHED_AT_ONCE):
            some = slice(place, place + _WEIGHED_AT_ONCE)
            ours = (pairs[some] & LOW).astype(np.int64)
            found = compare(Side(columns, ours), Side(people, theirs[some]), self._scale)
            made.append(Candidates(found.records, own[found.people], found.ids, found.weight, found.graded))
        return made

    def _decide(self, left: Open) -> None:
        found = together(left.found)
        taken = self._taken[found.people]
        if self._known:
            taken |= np.isin(found.ids, self._known.taken)
        found.weight[taken] -= self._policy.claims.taken
        identifiers = left.columns["id"]
        best, second, contested = best_of(found, len(identifiers))
        has = best >= 0
        winners = found.only(best[has])
        judged = judge(winners, second[has], contested[has], self._policy, self._scale.chance)
        self._decided.add(decided(identifiers[has], winners.people, winners, judged))
        self._decided.add(undecided(identifiers[~has]))
