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

from ansinh.identity.linkage.columns import INSURED, POPULATION, Columns, Source
from ansinh.identity.linkage.compiled import Array, Ints, Words
from ansinh.identity.linkage.deciding import CORRECTED, Claims, claims
from ansinh.identity.linkage.keys import KEYS, hashes
from ansinh.identity.linkage.layers import DECIDED, OPEN, PEOPLE, RECORDS, Dropped, Index, Layers
from ansinh.identity.linkage.loading import Loading
from ansinh.identity.linkage.local import Known, Run
from ansinh.identity.linkage.pairs import Bounded, Chained
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.refusal import LinkageRefused
from ansinh.identity.linkage.report import Report, summarise
from ansinh.identity.linkage.scoring import Scale
from ansinh.identity.linkage.sources import identifiers
from ansinh.identity.linkage.store import Store, chosen, joined, nobody, part_by_number, rows_bearing
from ansinh.identity.linkage.writing import Tally, Writer

_STEPS = (("Đọc phần thay đổi", 0.0), ("Tìm bản ghi bị ảnh hưởng", 0.3), ("Đối khớp lại", 0.5), ("Quyết định", 0.8),
          ("", 0.99))  # fmt: skip
_NAMED = 5
_FLAGS = ("shared", "owned")


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
    hear: Callable[[str, float], None],
) -> Relinked:
    """Take up changes in a work area, where ``decisions.parquet`` is left; raises `LinkageRefused`."""

    def step(number: int) -> Callable[[float], None]:
        (title, start), (_, end) = _STEPS[number], _STEPS[number + 1]
        return lambda share: hear(title, start + (end - start) * share)

    policy = index.policy()
    loading = Loading(area, memory=memory, threads=threads, progress=step(0))
    records, people = _changed(index, changes, loading, area)
    with ThreadPoolExecutor(threads) as pool:
        work = _Again(index, policy, records, people, pool, area)
        work.match_by_number()
        step(1)(1.0)
        work.search(step(2))
    layer = _layer(index, area, work)
    grown = index.extended(layer, Dropped(records.dropped, people.dropped, work.redone()))
    tally = _write(grown.layered(DECIDED), policy, area / "decisions.parquet", step(3))
    rows = sum(records.after.sizes), sum(people.after.sizes)
    repaired = loading.normaliser.names.repaired
    report = summarise(policy, tally, work.bounded, rows=rows, repaired=repaired)
    return Relinked(report, policy, work.decided_again(), grown)


@dataclass(frozen=True, slots=True)
class _Side:
    """One file before and after: identifiers replaced or gone, and every version of a row that a change touches."""

    before: Layers
    after: Layers
    dropped: Ints
    touched: Columns


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
    if not folder.exists():
        Store(folder, index.parts).seal()
    made = Layers([Store.sealed(folder, index.parts)], [np.zeros(0, np.int64)])
    before, new = index.layered(kind), made.every() or nobody()
    left = identifiers(source, gone, area / "spill") if gone is not None else np.zeros(0, np.int64)
    dropped = np.union1d(new["id"], left)
    old = _rows_of(before, id=dropped)
    _require_known(source, left, old["id"], new["id"])
    after = Layers([before, made], [np.zeros(0, np.int64), dropped])
    return _Side(before, after, dropped, joined([old, new]))


def _require_known(source: Source, left: Ints, old: Ints, new: Ints) -> None:
    """Refuse to drop rows that are not there, or that are said to be changed as well; raises `LinkageRefused`."""
    unknown, both = np.setdiff1d(left, old), np.intersect1d(left, new)
    for wrong, why in ((both, "vừa bị bỏ vừa có trong tệp thay đổi"), (unknown, "không có trong kho")):
        if len(wrong):
            named = ", ".join(map(str, wrong[:_NAMED].tolist()))
            raise LinkageRefused(
                f"{source.title}: {len(wrong)} {source.identifier} {why}, ví dụ: {named}. Hãy sửa tệp rồi chạy lại."
            )


def _rows_of(layers: Layers, **values: Array) -> Columns:
    """Rows of layers in which some column holds one of the values given for it."""
    found = [
        layers.taken(part, rows) for part in range(layers.parts) if len(rows := rows_bearing(layers, part, values))
    ]
    return joined(found) or nobody()


def _bearers(layers: Layers, name: str, values: Words) -> Ints:
    """How many rows bear each of some numbers, which are distinct."""
    chained = Chained(values)
    hits = np.zeros(len(chained.table), np.int64)
    for part in range(layers.parts):
        if columns := layers.load(part, (name,)):
            hits += chained.hits(chained.slots(columns[name]))
    found: Ints = hits[chained.slots(values)]
    return found


def _numbers(columns: Columns, name: str) -> Words:
    found: Words = np.unique(columns[name])
    return found[found > 0]


class _Again:
    """What is decided again: first by number, then the open records by the keys of the rounds."""

    def __init__(
        self, index: Index, policy: Policy, records: _Side, people: _Side, pool: ThreadPoolExecutor, area: Path
    ) -> None:
        self._index, self._records, self._people, self._pool, self._area = index, records, people, pool, area
        self._policy = policy
        self._scale = Scale(self._policy, index.census())
        self._by_number: Columns = {}
        self._by_key: Columns = {}
        self._taken, self._crowds = np.zeros(0, np.int64), dict[str, Words]()
        self.open_columns: Columns = {}
        self.decided: list[Columns] = []
        self.bounded: list[Bounded] = []

    def add(self, columns: Columns) -> None:
        """Take some decided records."""
        self.decided.append(columns)

    def decided_again(self) -> int:
        """How many records were decided again, new ones too."""
        return sum(len(columns["id"]) for columns in self.decided)

    def redone(self) -> Ints:
        """Identifiers of records whose earlier decision no longer stands."""
        found: Ints = np.concatenate([self._records.dropped, *(columns["id"] for columns in self.decided)])
        return np.unique(found)

    def match_by_number(self) -> None:
        """Decide again what a number settles, and find the open records that a change touches."""
        self._by_number = self._touched_by_number()
        self._crowds = {name: self._crowded(name, self._by_number) for name in ("number", "old")}
        run = self._run(Known(self._crowds["number"], self._crowds["old"], self._taken))
        left = run.match(self._store(self._by_number, "numbered"), lambda _share: None)
        self._by_key = left.columns
        redone = np.union1d(self._records.dropped, self._by_number["id"])
        opened = self._index.layered(OPEN).every()
        came_or_went = self._claims_by_number(redone, opened)
        citizens = joined([self._people.touched, _rows_of(self._people.after, id=came_or_went)])
        if opened:
            opened = chosen(opened, np.flatnonzero(~np.isin(opened["id"], redone)))
            near = chosen(opened, np.flatnonzero(_share_a_key(citizens, opened)))
            self._by_key = joined(some for some in (self._by_key, near) if some)

    def search(self, progress: Callable[[float], None]) -> None:
        """Decide again the open records."""
        if not self._by_key:
            return
        crowded = chosen(self._by_key, np.flatnonzero(self._by_key["shared"]))
        numbers, olds = (np.union1d(known, _numbers(crowded, name)) for name, known in self._crowds.items())
        run = self._run(Known(numbers, olds, self._taken))
        left = run.match(self._store(self._by_key, "opened"), lambda _share: None)
        run.search(left, progress)
        self.open_columns, self.bounded = left.columns, run.bounded

    def _run(self, known: Known) -> Run:
        return Run(self._policy, self._scale, self._people.after, self._pool, self, known)

    def _store(self, columns: Columns, name: str) -> Store:
        store = Store(self._area / name, self._index.parts)
        plain = {name: column for name, column in columns.items() if name not in _FLAGS}
        store.append(plain, part_by_number(plain, store.parts))
        store.seal()
        return store

    def _touched_by_number(self) -> Columns:
        """Records that are changed, or whose number a changed citizen bears, or becomes crowded or ceases to be."""
        records = self._records
        number = np.union1d(_numbers(self._people.touched, "number"), self._turned("number"))
        return _rows_of(records.after, id=records.dropped, number=number, old=self._turned("old"))

    def _turned(self, name: str) -> Words:
        """Numbers that too many records bore before and not after, or the other way round."""
        values, most = _numbers(self._records.touched, name), self._policy.limits.per_number
        before, after = (_bearers(side, name, values) > most for side in (self._records.before, self._records.after))
        turned: Words = values[before != after]
        return turned

    def _crowded(self, name: str, columns: Columns) -> Words:
        values = _numbers(columns, name)
        crowded: Words = values[_bearers(self._records.after, name, values) > self._policy.limits.per_number]
        return crowded

    def _claims_by_number(self, redone: Ints, opened: Columns) -> Ints:
        """Note the citizens whom a number's record claims, and return those whose claim came or went."""
        before = self._index.layered(DECIDED).every(("id", "person_id"))
        settled = ~np.isin(before["id"], opened["id"]) if opened else np.ones(len(before["id"]), np.bool_)
        again = np.isin(before["id"], redone)
        stays, goes = before["person_id"][settled & ~again], before["person_id"][settled & again]
        comes = np.concatenate([np.zeros(0, np.int64), *(columns["person_id"] for columns in self.decided)])
        self._taken = np.concatenate([stays, comes])
        asked = np.union1d(goes, comes)
        was = np.isin(asked, goes) | np.isin(asked, stays)
        found: Ints = asked[was != np.isin(asked, self._taken)]
        return found


def _share_a_key(citizens: Columns, records: Columns) -> Array:
    """Tell of every record whether it shares its number or a search key with some citizen."""
    found = np.zeros(len(records["id"]), np.bool_)
    for key in KEYS:
        theirs, has = hashes(key, citizens, of_record=False)
        ours, asks = hashes(key, records, of_record=True)
        found |= asks & (Chained(theirs[has]).slots(ours) >= 0)
    return found


def _layer(index: Index, area: Path, work: _Again) -> Path:
    """Put together what the new layer holds."""
    layer = area / "layer"
    layer.mkdir()
    for kind, source in ((RECORDS, INSURED), (PEOPLE, POPULATION)):
        (area / source.identifier).rename(layer / kind)
    decided, opened = Store(layer / DECIDED, index.parts), Store(layer / OPEN, 1)
    for columns in work.decided:
        decided.append(columns, np.searchsorted(index.bounds, columns["id"], side="right").astype(np.uint8))
    if work.open_columns:
        opened.append(work.open_columns, np.zeros(len(work.open_columns["id"]), np.uint8))
    decided.seal()
    opened.seal()
    return layer


def _write(decided: Layers, policy: Policy, path: Path, progress: Callable[[float], None]) -> Tally:
    """Write all decisions, the claims compared anew."""
    writer = Writer(path, policy.version, _all_claims(decided, policy))
    for part in range(decided.parts):
        if columns := decided.load(part):
            writer.write(columns)
        progress((part + 1) / decided.parts)
    return writer.close()


def _all_claims(decided: Layers, policy: Policy) -> Claims:
    """Claims on citizens whom several records claim by machine."""
    columns = decided.every(("id", "person_id", "net", "decision"))
    columns = chosen(columns, np.flatnonzero(columns["decision"] <= CORRECTED))
    people = np.sort(columns["person_id"])
    several = chosen(columns, np.flatnonzero(np.isin(columns["person_id"], people[1:][people[1:] == people[:-1]])))
    return claims(several["id"], several["person_id"], several["net"], policy.claims.stands_alone)
