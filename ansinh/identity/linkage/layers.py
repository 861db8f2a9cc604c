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
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ansinh.identity.linkage.columns import INSURED, POPULATION, Columns
from ansinh.identity.linkage.compiled import Ints
from ansinh.identity.linkage.local import Kept
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.refusal import LinkageRefused
from ansinh.identity.linkage.scoring import Census
from ansinh.identity.linkage.store import Parts, Store, chosen, joined

RECORDS, PEOPLE, OPEN, DECIDED = KINDS = ("records", "people", "open", "decided")
"""Stores of a layer: both files normalised, records that no number settled, decisions before claims are compared."""
_MOST_LAYERS = 8
_LAYER, _CENSUS, _POLICY = "layer-", "census.npz", "policy.yaml"
_FORMAT = 1


class Layers:
    """Layers (các lớp) of one kind of rows as one store: a row counts unless a later layer replaces or drops it."""

    def __init__(self, stores: Sequence[Parts], dropped: Sequence[Ints]) -> None:
        """Lay ``stores`` over one another; ``dropped`` are the identifiers that each takes from those before it."""
        self._stores = stores
        self._kept = [[self._left(place, part, dropped) for part in range(self.parts)] for place in range(len(stores))]
        self.sizes = [
            sum(store.sizes[part] if (rows := kept[part]) is None else len(rows) for store, kept in self._both())
            for part in range(self.parts)
        ]

    @property
    def parts(self) -> int:
        """Return how many parts there are."""
        return self._stores[0].parts

    def load(self, part: int, names: Sequence[str] | None = None) -> Columns:
        """Return the columns of a part, all or some; none at all when it holds no row."""
        found = []
        for store, kept in self._both():
            columns = store.load(part, names)
            rows = kept[part]
            if columns and (rows is None or len(rows)):
                found.append(columns if rows is None else chosen(columns, rows))
        return found[0] if len(found) == 1 else joined(found)

    def taken(self, part: int, rows: Ints) -> Columns:
        """Return some rows of a part that holds some, in the order asked for."""
        found, places, start = [], [], 0
        for store, kept in self._both():
            own = kept[part]
            size = store.sizes[part] if own is None else len(own)
            here = np.flatnonzero((rows >= start) & (rows < start + size))
            if len(here):
                inside = rows[here] - start
                found.append(store.taken(part, inside if own is None else own[inside]))
                places.append(here)
            start += size
        return chosen(joined(found), np.argsort(np.concatenate(places))) if len(found) > 1 else found[0]

    def every(self, names: Sequence[str] | None = None) -> Columns:
        """Return the columns of all parts; none at all when there is no row."""
        return joined(columns for part in range(self.parts) if (columns := self.load(part, names)))

    def _both(self) -> Iterator[tuple[Parts, list[Ints | None]]]:
        return zip(self._stores, self._kept, strict=True)

    def _left(self, place: int, part: int, dropped: Sequence[Ints]) -> Ints | None:
        """Rows of a part that no later layer drops; nothing where all are left."""
        later = [some for some in dropped[place + 1 :] if len(some)]
        columns = self._stores[place].load(part, ("id",)) if later else {}
        if not columns:
            return None
        gone = np.isin(columns["id"], np.concatenate(later))
        return np.flatnonzero(~gone) if gone.any() else None


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
        stores = [Store.sealed(self.folder / layer / kind, self._parts(kind)) for layer in self.layers]
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
            store = Store(made / kind, layered.parts)
            for part in range(layered.parts):
                if columns := layered.load(part):
                    store.append(columns, np.full(len(columns["id"]), part, np.uint8))
            store.seal()
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
    opened, columns = Store(made / OPEN, 1), kept.open_columns
    if columns:
        opened.append(columns, np.zeros(len(columns["id"]), np.uint8))
    opened.seal()
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


def _write_dropped(made: Path, dropped: Dropped) -> None:
    np.savez(made / "dropped.npz", records=dropped.records, people=dropped.people, decided=dropped.decided)


def _move(made: Path, place: Path) -> None:
    """Move a folder, from another disk too; it bears its name only when it is whole."""
    draft = place.with_name(f".{place.name}")
    shutil.rmtree(draft, ignore_errors=True)
    shutil.move(made, draft)
    draft.rename(place)
