"""Layers (các lớp): what a run keeps for those after it, as stores laid over one another; a later layer replaces rows.

An index is a folder: `manifest.json` names its layers, which never change. A new state is one more layer and another
manifest, put in place by one rename: whatever stops a run leaves the old state or the new. After some layers all are
laid together into one.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ansinh.identity.linkage.columns import INSURED, POPULATION, Columns
from ansinh.identity.linkage.compiled import Array, Ints
from ansinh.identity.linkage.local import Kept
from ansinh.identity.linkage.pairs import among
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.refusal import LinkageRefused
from ansinh.identity.linkage.rows import ROW, Rows, chosen, columns_of
from ansinh.identity.linkage.scoring import Census
from ansinh.identity.linkage.store import Store
from ansinh.identity.linkage.values import hash63
from ansinh.identity.linkage.writing import DECIDED as DECIDED_ROW

RECORDS, PEOPLE, OPEN, DECIDED = KINDS = ("records", "people", "open", "decided")
"""Stores of a layer: both files normalised, records that no number settled, decisions before claims are compared."""
_MOST_LAYERS = 8
_LAYER, _CENSUS, _POLICY = "layer-", "census.npz", "policy.yaml"
_FORMAT = hash63(f"1 {ROW} {DECIDED_ROW}")  # rows lie in an index as they lie in memory


Test = Callable[[Rows], Array]
"""Tells of every row whether it is asked for."""


class Layers:
    """Layers (các lớp) of one kind of rows: stores over one another; a row stands until a later layer drops it."""

    def __init__(self, stores: Sequence[Store], dropped: Sequence[Ints]) -> None:
        """Lay ``stores`` over one another; ``dropped`` are the identifiers that each takes from those before it."""
        self._stores = list(stores)
        self._standing = [[np.ones(size, np.bool_) for size in store.sizes] for store in stores]
        for place in range(len(stores) - 1):
            self._drop(place, np.concatenate(dropped[place + 1 :]))

    @property
    def parts(self) -> int:
        """Return how many parts there are."""
        return self._stores[0].parts

    @property
    def rows(self) -> int:
        """Return how many rows stand."""
        return sum(int(standing.sum()) for store in self._standing for standing in store)

    def lay(self, store: Store, dropped: Ints) -> Rows:
        """Lay one more store on top; returns the rows that it takes from those before it."""
        taken = [rows for place in range(len(self._stores)) for rows in self._drop(place, dropped)]
        self._stores.append(store)
        self._standing.append([np.ones(size, np.bool_) for size in store.sizes])
        return np.concatenate(taken)

    def pieces(self, part: int) -> Iterator[tuple[Rows, Array]]:
        """Give the rows of a part, mapped, store by store, and which of them stand."""
        for store, standing in zip(self._stores, self._standing, strict=True):
            yield store.load(part), standing[part]

    def load(self, part: int) -> Rows:
        """Return the rows of a part that stand."""
        return np.concatenate([chosen(rows, np.flatnonzero(standing)) for rows, standing in self.pieces(part)])

    def some(self, asked: Test, pool: ThreadPoolExecutor) -> Rows:
        """Return the rows of all parts that stand and pass a test."""

        def passing(part: int) -> list[Rows]:
            return [chosen(rows, np.flatnonzero(standing & asked(rows))) for rows, standing in self.pieces(part)]

        return np.concatenate([rows for found in pool.map(passing, range(self.parts)) for rows in found])

    def every(self, *names: str) -> Columns:
        """Return some fields of all rows that stand."""
        found = [
            {name: column[standing] for name, column in columns_of(rows, names).items()}
            for part in range(self.parts)
            for rows, standing in self.pieces(part)
        ]
        return {name: np.concatenate([columns[name] for columns in found]) for name in names}

    def _drop(self, place: int, dropped: Ints) -> list[Rows]:
        """Let rows of a store stand no longer; gives those of each part."""
        store, found = self._stores[place], [np.zeros(0, self._stores[place].kind)]
        for part, standing in enumerate(self._standing[place]):
            if len(dropped) and len(standing):
                rows = store.load(part)
                gone = np.flatnonzero(standing & among(rows["id"], dropped))
                standing[gone] = False
                found.append(chosen(rows, gone))
        return found


@dataclass(frozen=True, slots=True)
class Dropped:
    """Dropped (phần bỏ) by a layer: identifiers of records and of citizens replaced or gone, of records re-decided."""

    records: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    people: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    decided: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def of(self, kind: str) -> Ints:
        """Identifiers that a layer takes from those before it in one of its stores."""
        return {RECORDS: self.records, PEOPLE: self.people}.get(kind, self.decided)


@dataclass(frozen=True, slots=True)
class Index:
    """Index (kho giữ lại) of a run: its layers; policy and census lie in the first. ``bounds`` deal decisions out."""

    folder: Path
    parts: int
    bounds: Ints
    layers: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path) -> "Index":
        """Read an index; raises `LinkageRefused` for a folder that is none."""
        try:
            said = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise LinkageRefused(
                f"«{folder}» không phải kho giữ lại của một lượt đối khớp. Hãy chạy ansinh link với --keep trước."
            ) from error
        if said["format"] != _FORMAT:
            raise LinkageRefused(f"Kho «{folder}» do bản An Sinh khác ghi. Hãy chạy lại ansinh link … --keep.")
        return cls(folder, said["parts"], np.array(said["bounds"], np.int64), tuple(said["layers"]))

    def layered(self, kind: str) -> Layers:
        """Return the rows of one kind as they stand."""
        stores = [_store(self.folder / layer / kind, kind, self._parts(kind), new=False) for layer in self.layers]
        return Layers(stores, [self._dropped(layer).of(kind) for layer in self.layers])

    def census(self) -> Census:
        """Return the census by which the index was made."""
        census = Census()
        with np.load(self.folder / self.layers[0] / _CENSUS) as kept:
            census.people, census.days = int(kept["people"]), kept["days"]
            census.names[kept["cells"]] = kept["names"]
        return census

    def policy(self) -> Policy:
        """Return the policy by which the index was made."""
        return Policy.load(self.folder / self.layers[0] / _POLICY)

    def extended(self, made: Path, dropped: Dropped) -> "Index":
        """Return the index with a folder of stores on top as one more layer; `publish` puts it in place."""
        _write_dropped(made, dropped)
        layer = self._next()
        _move(made, self.folder / layer)
        grown = replace(self, layers=(*self.layers, layer))
        if len(grown.layers) > _MOST_LAYERS:
            return grown.together()
        return grown

    def tidy(self) -> None:
        """Take away what no state names: left by a run that was stopped, or laid together since."""
        for path in self.folder.iterdir():
            if path.is_dir() and path.name not in self.layers:
                shutil.rmtree(path, ignore_errors=True)

    def together(self) -> "Index":
        """Lay all layers together into one."""
        made = Path(tempfile.mkdtemp(prefix=".together.", dir=self.folder))
        for kind in KINDS:
            layered = self.layered(kind)
            store = _store(made / kind, kind, layered.parts)
            for part in range(layered.parts):
                rows = layered.load(part)
                store.append(rows, np.full(len(rows), part, np.uint8))
        _write_dropped(made, Dropped())
        for name in (_CENSUS, _POLICY):
            shutil.copyfile(self.folder / self.layers[0] / name, made / name)
        layer = self._next()
        made.rename(self.folder / layer)
        return replace(self, layers=(layer,))

    def _next(self) -> str:
        there = [int(path.name.removeprefix(_LAYER)) for path in self.folder.glob(f"{_LAYER}*")]
        return f"{_LAYER}{max(there, default=0) + 1}"

    def _parts(self, kind: str) -> int:
        return 1 if kind == OPEN else self.parts

    def _dropped(self, layer: str) -> Dropped:
        with np.load(self.folder / layer / "dropped.npz") as kept:
            return Dropped(kept["records"], kept["people"], kept["decided"])

    def publish(self) -> None:
        """Put this state in place of the one before, by one rename."""
        said = {"format": _FORMAT, "parts": self.parts, "bounds": self.bounds.tolist(), "layers": self.layers}
        draft = self.folder / "manifest.new"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(said, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / "manifest.json")


def begun(folder: Path, area: Path, policy: Policy, kept: Kept) -> Index:
    """Return the index of a whole run in its area; `publish` puts it in place of what was in the folder."""
    made = area / "layer"
    made.mkdir()
    for name, kind in ((INSURED.identifier, RECORDS), (POPULATION.identifier, PEOPLE), (DECIDED, DECIDED)):
        (area / name).rename(made / kind)
    _store(made / OPEN, OPEN, 1).append(kept.opened, np.zeros(len(kept.opened), np.uint8))
    census, cells = kept.census, np.flatnonzero(kept.census.names)
    np.savez(made / _CENSUS, people=census.people, days=census.days, cells=cells, names=census.names[cells])
    (made / _POLICY).write_text(policy.text, encoding="utf-8")
    return Index(folder, kept.parts, kept.bounds, ()).extended(made, Dropped())


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder of an index for one run; raises `LinkageRefused` while another holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise LinkageRefused(f"Kho «{folder}» đang được một lượt khác dùng. Hãy đợi lượt đó xong.") from busy
        yield


def _store(folder: Path, kind: str, parts: int, *, new: bool = True) -> Store:
    return Store(folder, parts, DECIDED_ROW if kind == DECIDED else ROW, new=new)


def _write_dropped(made: Path, dropped: Dropped) -> None:
    np.savez(made / "dropped.npz", records=dropped.records, people=dropped.people, decided=dropped.decided)


def _move(made: Path, place: Path) -> None:
    """Move a folder, from another disk too; it bears its name only when it is whole."""
    draft = place.with_name(f".{place.name}")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.move(made, draft)
    draft.rename(place)
