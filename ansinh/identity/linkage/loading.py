"""Loading (nạp): both files read by several threads at a time, normalised, and dealt out to parts on disk."""

import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np

from ansinh.identity.linkage.columns import INSURED, POPULATION, Columns, Normaliser, Source
from ansinh.identity.linkage.compiled import Ints
from ansinh.identity.linkage.rows import rows_of
from ansinh.identity.linkage.scoring import Census
from ansinh.identity.linkage.sources import Batches, Opened, open_source, readable, require_distinct
from ansinh.identity.linkage.store import Store, part_by_number

_ROWS_A_PART = 250_000
_MOST_PARTS = 128
_SAMPLED = 499
_TOLD_EVERY = 0.5  # seconds
_ROW, _OPEN = 150, 25  # bytes a row of a part, and a record of the file: about one in six stays open
_COMPARED = 80  # bytes a record of a file compared with itself
_SIZE = re.compile(r"(?P<amount>\d+(\.\d+)?)\s*(?P<unit>[KMGTkmgt])i?[Bb]")
_UNITS = {"K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


@dataclass(slots=True)
class Loaded:
    """Loaded file (tệp đã nạp): its rows in parts, and what is known of its identifiers.

    ``spans`` are the first and last identifier of each batch that ascends; ``ascending`` tells whether all do.
    """

    rows: int
    store: Store
    sample: list[Ints] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    ascending: bool = True

    def note(self, identifiers: Ints) -> None:
        """Take note of the identifiers of a batch."""
        self.sample.append(identifiers[::_SAMPLED].copy())
        self.spans.append((int(identifiers[0]), int(identifiers[-1])))
        self.ascending = self.ascending and bool((identifiers[1:] > identifiers[:-1]).all())

    def is_surely_distinct(self) -> bool:
        """Tell whether every identifier is greater than all before it, batches put in order."""
        spans = sorted(self.spans)
        return self.ascending and all(before[1] < after[0] for before, after in pairwise(spans))


_Piece: TypeAlias = tuple[Opened, Loaded, Path | str, Batches]


class Loading:
    """Loading (nạp) of the two files of a run; the census of citizens is taken on the way."""

    def __init__(self, area: Path, *, memory: str, threads: int, progress: Callable[[float], None]) -> None:
        """Load into ``area`` with so many threads; ``progress`` hears the share of all rows."""
        self._area, self._memory, self._threads, self._progress = area, memory, threads, progress
        self.census, self.normaliser = Census(), Normaliser()
        self._lock = threading.Lock()
        self._done, self._rows = 0, 0
        self._counted: Source | None = None

    def load(self, insured: Path | str, population: Path | str) -> tuple[Loaded, Loaded]:
        """Load both files; raises `LinkageRefused`."""
        records, people = self.load_all(((INSURED, insured), (POPULATION, population)))
        return records, people

    def load_all(self, asked: Sequence[tuple[Source, Path | str]], parts: int = 0) -> list[Loaded]:
        """Load one file or two, into so many parts if said; else with a census of the last. Raises `LinkageRefused`."""
        self._counted = None if parts else asked[-1][0]
        opened = [
            open_source(source, path, memory=self._memory, threads=self._threads, spill=self._area / "spill")
            for source, path in asked
        ]
        self._rows = sum(file.rows for file in opened)
        parts = parts or min(_MOST_PARTS, max(file.rows for file in opened) // _ROWS_A_PART + 1)
        _require_memory(opened, parts, self._memory, self._threads)
        loaded = [Loaded(file.rows, Store(self._area / file.source.identifier, parts)) for file in opened]
        pieces = [
            (file, into, path, piece)
            for file, into, (_, path) in zip(opened, loaded, asked, strict=True)
            for piece in file.pieces
        ]
        self._take_all(pieces)
        for file, into in zip(opened, loaded, strict=True):
            if not into.is_surely_distinct():
                require_distinct(file)
            file.connection.close()
        return loaded

    def _take_all(self, pieces: list[_Piece]) -> None:
        """Take all pieces in threads; progress is told by this thread alone: whoever hears it may hold a database."""
        pool = ThreadPoolExecutor(self._threads)
        try:
            waiting = {pool.submit(self._take, *piece) for piece in _mixed(pieces)}
            while waiting:
                done, waiting = wait(waiting, timeout=_TOLD_EVERY, return_when=FIRST_COMPLETED)
                for one in done:
                    one.result()
                self._progress(self._done / self._rows)
        finally:
            pool.shutdown(cancel_futures=True)

    def _take(self, file: Opened, into: Loaded, path: Path | str, piece: Batches) -> None:
        with readable(file.source, path):
            for batch in piece():
                if batch.num_rows:
                    self._keep(file.source, into, self.normaliser.columns(file.source, batch))

    def _keep(self, source: Source, into: Loaded, columns: Columns) -> None:
        into.store.append(rows_of(columns), part_by_number(columns, into.store.parts))
        with self._lock:
            if source is self._counted:
                self.census.count(columns)
            into.note(columns["id"])
            self._done += len(columns["id"])


def _require_memory(opened: Sequence[Opened], parts: int, memory: str, threads: int) -> None:
    """Refuse a limit below what the run is known to need; raises `MemoryError`.

    A part of either file a thread, five bytes a citizen, and the records that their number leaves open; or the keys of
    all records, where one file is compared with itself.
    """
    found = _SIZE.fullmatch(memory)
    if found is None:
        return  # the database has read it, so it is a form of its own, such as 80 %
    allowed = float(found["amount"]) * _UNITS[found["unit"].upper()]
    insured, citizens = opened[0].rows, opened[-1].rows
    held = 5 * citizens + _OPEN * insured if len(opened) > 1 else _COMPARED * insured
    if threads * (insured + citizens) / parts * _ROW + held > allowed:
        raise MemoryError


def _mixed(pieces: list[_Piece]) -> list[_Piece]:
    """Pieces of both files in turn, so that threads share the work to the end."""
    ours = [piece for piece in pieces if piece[0].source is INSURED]
    theirs = [piece for piece in pieces if piece[0].source is POPULATION]
    share = len(theirs) / max(1, len(ours))
    placed = [((place + 0.5) * share, piece) for place, piece in enumerate(ours)]
    placed += [(float(place), piece) for place, piece in enumerate(theirs)]
    return [piece for _, piece in sorted(placed, key=lambda one: one[0])]


def boundaries(loaded: Loaded, parts: int) -> Ints:
    """Identifiers that cut a file into ``parts`` of about the same size, from a sample."""
    sample = np.sort(np.concatenate(loaded.sample))
    return sample[[len(sample) * place // parts for place in range(1, parts)]]
