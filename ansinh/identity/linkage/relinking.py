"""Relinking (đối khớp phần thay đổi): only the records that a change can touch are decided again, as a full run would.

What decides a record: who bears its number and how many records do; the citizens who share a search key with it, and
how many; which of them a number's record claims; and, at the end, who else claims its citizen. So these are decided
again: changed records; those under a number that a changed citizen bears or that a change makes crowded; then the open
ones that share a key with a changed citizen, or with one whose claim by number comes or goes. The census stays as it
was, so that no weight moves; claims are compared anew over all decisions.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from ansinh.identity.linkage.columns import INSURED, POPULATION, Source
from ansinh.identity.linkage.compiled import Array, Ints, Words
from ansinh.identity.linkage.deciding import CORRECTED, Claims, claims
from ansinh.identity.linkage.keys import KEY_COLUMNS, KEYS, NUMBER, hashes
from ansinh.identity.linkage.layers import DECIDED, OPEN, PEOPLE, RECORDS, Dropped, Index, Layers, Test
from ansinh.identity.linkage.loading import Loading
from ansinh.identity.linkage.local import Known, Run
from ansinh.identity.linkage.pairs import Bounded, Chained, Sieve, among
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.progress import Hear, stepped
from ansinh.identity.linkage.refusal import LinkageRefused
from ansinh.identity.linkage.report import Report, summarise
from ansinh.identity.linkage.rows import ROW, Rows, chosen, columns_of
from ansinh.identity.linkage.scoring import Scale
from ansinh.identity.linkage.sources import identifiers
from ansinh.identity.linkage.store import Store, part_by_identifier, part_by_number
from ansinh.identity.linkage.writing import DECIDED as WRITTEN
from ansinh.identity.linkage.writing import Tally, Writer

_STEPS = (("Đọc phần thay đổi", 0.0), ("Tìm bản ghi bị ảnh hưởng", 0.3), ("Đối khớp lại", 0.5), ("Quyết định", 0.8),
          ("", 0.99))  # fmt: skip
_NAMED = 5
_KEYS = (*KEYS, NUMBER)


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes (thay đổi) since an index was made: files of new and changed rows, files of identifiers that are gone."""

    insured: Path | str | None = None
    population: Path | str | None = None
    gone_insured: Path | str | None = None
    gone_population: Path | str | None = None


@dataclass(frozen=True, slots=True)
class Relinked:
    """Relinked (đối khớp tiếp): the report over all records, how many were decided again, the index as it is then."""

    report: Report
    policy: Policy
    decided_again: int
    index: Index

    def timed(self, seconds: float) -> Self:
        """Return the same with the time the run took, in seconds."""
        return replace(self, report=self.report.timed(seconds))


def take_up(
    index: Index,
    changes: Changes,
    area: Path,
    *,
    memory: str,
    threads: int,
    hear: Hear,
) -> Relinked:
    """Take up changes in a work area, where ``decisions.parquet`` is left; raises `LinkageRefused`."""
    step = stepped(hear, _STEPS)
    policy = index.policy()
    loading = Loading(area, memory=memory, threads=threads, progress=step(0))
    with ThreadPoolExecutor(threads) as pool:
        records, people = _changed(index, changes, loading, area)
        work = _Again(index, policy, records, people, pool, area)
        work.match_by_number()
        step(1)(1.0)
        work.search(step(2))
    layer = _layer(index, area, work)
    grown = index.extended(layer, Dropped(records.dropped, people.dropped, work.redone()))
    tally = _write(grown.layered(DECIDED), policy, area / "decisions.parquet", step(3))
    rows = records.after.rows, people.after.rows
    repaired = loading.normaliser.names.repaired
    report = summarise(policy, tally, work.bounded, rows=rows, repaired=repaired)
    return Relinked(report, policy, work.decided_again(), grown)


@dataclass(frozen=True, slots=True)
class _Side:
    """One file as it is after the changes: identifiers replaced or gone, their rows as they were, the new rows."""

    after: Layers
    dropped: Ints
    old: Rows
    new: Rows

    def numbers(self, name: str) -> Words:
        """Return the numbers that a change touches."""
        return _numbers(np.concatenate([self.old[name], self.new[name]]))


def _changed(index: Index, changes: Changes, loading: Loading, area: Path) -> tuple[_Side, _Side]:
    """Load the changes and lay them over the index; raises `LinkageRefused`."""
    asked = [(INSURED, changes.insured), (POPULATION, changes.population)]
    given = [(source, path) for source, path in asked if path is not None]
    if given:
        loading.load_all(given, index.parts)
    records = _side(index, RECORDS, INSURED, changes.gone_insured, area)
    return records, _side(index, PEOPLE, POPULATION, changes.gone_population, area)


def _side(index: Index, kind: str, source: Source, gone: Path | str | None, area: Path) -> _Side:
    folder = area / source.identifier
    made = Store(folder, index.parts, new=not folder.exists())
    new = np.concatenate([made.load(part) for part in range(made.parts)])
    left = identifiers(source, gone, area / "spill") if gone is not None else np.zeros(0, np.int64)
    dropped = np.union1d(new["id"], left)
    layers = index.layered(kind)
    old = layers.lay(made, dropped)
    _require_known(source, left, old["id"], new["id"])
    return _Side(layers, dropped, old, new)


def _require_known(source: Source, left: Ints, old: Ints, new: Ints) -> None:
    """Refuse to drop rows that are not there, or that are said to be changed as well; raises `LinkageRefused`."""
    unknown, both = np.setdiff1d(left, old), np.intersect1d(left, new)
    for wrong, why in ((both, "vừa bị bỏ vừa có trong tệp thay đổi"), (unknown, "không có trong kho")):
        if len(wrong):
            named = ", ".join(map(str, wrong[:_NAMED].tolist()))
            raise LinkageRefused(
                f"{source.title}: {len(wrong)} {source.identifier} {why}, ví dụ: {named}. Hãy sửa tệp rồi chạy lại."
            )


def _numbers(column: Words) -> Words:
    found: Words = np.unique(column)
    return found[found > 0]


def _bearing(**values: Array) -> Test:
    """Rows in which some field holds one of the values given for it."""

    def bearing(rows: Rows) -> Array:
        found = np.zeros(len(rows), np.bool_)
        for name, listed in values.items():
            if len(listed):
                found |= among(rows[name], listed)
        return found

    return bearing


def _meeting(some: Rows, *, of_record: bool) -> Test:
    """Rows of the other side that share their number or a search key with some; ``of_record`` tells whose those are."""
    columns = columns_of(some, KEY_COLUMNS)
    asked = [hashes(key, columns, of_record=of_record) for key in _KEYS]
    wanted = np.concatenate([value[has] for value, has in asked])
    sieve, chained = Sieve(wanted), Chained(wanted)

    def meeting(rows: Rows) -> Array:
        theirs, found = columns_of(rows, KEY_COLUMNS), np.zeros(len(rows), np.bool_)
        for key in _KEYS:
            value, has = hashes(key, theirs, of_record=not of_record)
            through = sieve.passing(value, has)
            found[through[chained.slots(value[through]) >= 0]] = True
        return found

    return meeting


class _Again:
    """What is decided again: first by number, then the open records by the keys of the rounds."""

    def __init__(
        self, index: Index, policy: Policy, records: _Side, people: _Side, pool: ThreadPoolExecutor, area: Path
    ) -> None:
        self._index, self._records, self._people, self._pool, self._area = index, records, people, pool, area
        self._policy = policy
        self._scale = Scale(self._policy, index.census())
        self._by_key = self._by_number = np.zeros(0, ROW)
        self._taken, self._crowds = np.zeros(0, np.int64), dict[str, Words]()
        self.opened = np.zeros(0, ROW)
        self.decided = [np.zeros(0, WRITTEN)]
        self.bounded: list[Bounded] = []

    def add(self, rows: Rows) -> None:
        """Take some decided records."""
        self.decided.append(rows)

    def decided_again(self) -> int:
        """How many records were decided again, new ones too."""
        return sum(map(len, self.decided))

    def redone(self) -> Ints:
        """Identifiers of records whose earlier decision no longer stands."""
        found: Ints = np.concatenate([self._records.dropped, *(rows["id"] for rows in self.decided)])
        return np.unique(found)

    def match_by_number(self) -> None:
        """Decide again what a number settles, and find the open records that a change touches."""
        self._by_number = self._touched_by_number()
        self._crowds = {name: self._crowded(name) for name in ("number", "old")}
        people = self._people.after.some(_bearing(number=_numbers(self._by_number["number"])), self._pool)
        run = self._run(people, "number", Known(self._crowds["number"], self._crowds["old"], self._taken))
        left = run.match(self._store(self._by_number, "numbered"), lambda _share: None)
        redone = np.union1d(self._records.dropped, self._by_number["id"])
        opened = self._index.layered(OPEN).load(0)
        came_or_went = self._claims_by_number(redone, opened["id"])
        turned = self._people.after.some(_bearing(id=came_or_went), self._pool)
        meeting = _meeting(np.concatenate([self._people.old, self._people.new, turned]), of_record=False)
        near = np.flatnonzero(meeting(opened) & ~among(opened["id"], redone))
        self._by_key = np.concatenate([left.rows, chosen(opened, near)])

    def search(self, progress: Callable[[float], None]) -> None:
        """Decide again the open records."""
        shared = self._by_key["shared"]
        numbers, olds = (
            np.union1d(known, _numbers(self._by_key[name][shared])) for name, known in self._crowds.items()
        )
        people = self._people.after.some(_meeting(self._by_key, of_record=True), self._pool)
        run = self._run(people, "met", Known(numbers, olds, self._taken))
        left = run.match(self._store(self._by_key, "opened"), lambda _share: None)
        run.search(left, progress)
        self.opened, self.bounded = left.rows, run.bounded

    def _run(self, people: Rows, name: str, known: Known) -> Run:
        return Run(self._policy, self._scale, self._store(people, name), self._pool, self, known)

    def _store(self, rows: Rows, name: str) -> Store:
        store = Store(self._area / name, self._index.parts)
        rows["shared"] = False
        store.append(rows, part_by_number(columns_of(rows, ("id", "number")), store.parts))
        return store

    def _touched_by_number(self) -> Rows:
        """Records that are changed, or whose number a changed citizen bears, or becomes crowded or ceases to be."""
        number = np.union1d(self._people.numbers("number"), self._turned("number"))
        asked = _bearing(id=self._records.dropped, number=number, old=self._turned("old"))
        return self._records.after.some(asked, self._pool)

    def _turned(self, name: str) -> Words:
        """Numbers that too many records bore before and not after, or the other way round."""
        values, most = self._records.numbers(name), self._policy.limits.per_number
        gone, come = (_times(values, rows[name]) for rows in (self._records.old, self._records.new))
        after = self._bearers(name, values)
        turned: Words = values[(after > most) != (after + gone - come > most)]
        return turned

    def _crowded(self, name: str) -> Words:
        values = _numbers(self._by_number[name])
        crowded: Words = values[self._bearers(name, values) > self._policy.limits.per_number]
        return crowded

    def _bearers(self, name: str, values: Words) -> Ints:
        """How many records bear each of some numbers."""
        layers, found = self._records.after, np.zeros(len(values), np.int64)
        for part in range(layers.parts):
            for rows, standing in layers.pieces(part):
                found += _times(values, rows[name][standing])
        return found

    def _claims_by_number(self, redone: Ints, opened: Ints) -> Ints:
        """Note the citizens whom a number's record claims, and return those whose claim came or went."""
        before = self._index.layered(DECIDED).every("id", "person_id")
        settled, again = ~among(before["id"], opened), among(before["id"], redone)
        stays, goes = before["person_id"][settled & ~again], before["person_id"][settled & again]
        comes = np.concatenate([rows["person_id"] for rows in self.decided])
        self._taken = np.concatenate([stays, comes])
        asked = np.union1d(goes, comes)
        was = among(asked, goes) | among(asked, stays)
        found: Ints = asked[was != among(asked, self._taken)]
        return found


def _times(values: Words, column: Words) -> Ints:
    """How often each of some numbers, which are distinct, stands in a column."""
    chained = Chained(values)
    found: Ints = chained.hits(chained.slots(np.ascontiguousarray(column)))[chained.slots(values)]
    return found


def _layer(index: Index, area: Path, work: _Again) -> Path:
    """Put together what the new layer holds."""
    layer = area / "layer"
    layer.mkdir()
    for kind, source in ((RECORDS, INSURED), (PEOPLE, POPULATION)):
        (area / source.identifier).rename(layer / kind)
    decided, opened = Store(layer / DECIDED, index.parts, WRITTEN), Store(layer / OPEN, 1)
    for rows in work.decided:
        decided.append(rows, part_by_identifier(rows["id"], index.bounds))
    opened.append(work.opened, np.zeros(len(work.opened), np.uint8))
    return layer


def _write(decided: Layers, policy: Policy, path: Path, progress: Callable[[float], None]) -> Tally:
    """Write all decisions, the claims compared anew."""
    writer = Writer(path, policy.version, _all_claims(decided, policy))
    for part in range(decided.parts):
        writer.write(decided.load(part))
        progress((part + 1) / decided.parts)
    return writer.close()


def _all_claims(decided: Layers, policy: Policy) -> Claims:
    """Claims on citizens whom several records claim by machine."""
    columns = decided.every("id", "person_id", "net", "decision")
    automatic = columns["decision"] <= CORRECTED
    identifiers, people, net = (columns[name][automatic] for name in ("id", "person_id", "net"))
    ordered = np.sort(people)
    several = among(people, np.unique(ordered[1:][ordered[1:] == ordered[:-1]]))
    return claims(identifiers[several], people[several], net[several], policy.claims.stands_alone)
