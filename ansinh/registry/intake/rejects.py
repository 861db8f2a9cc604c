"""Rejected rows (dòng bị từ chối) as a file a spreadsheet opens, built so that a crash neither loses nor repeats one.

Each chunk writes a part of its own, under another name first, before its transaction commits; a chunk that is done
again writes the same part again. The whole file is put together from the parts of committed chunks.
"""

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from ansinh.registry.intake.checking import Rejection
from ansinh.registry.intake.columns import ADDED

NAME = "tu-choi.csv"
_PARTS = "tu-choi.d"


def write_part(folder: Path, first_row: int, rejections: Iterable[Rejection], width: int) -> None:
    """Write one chunk's rejected rows, ``width`` original cells each; no file when there are none."""
    part = folder / _PARTS / f"{first_row:012d}.csv"
    rows = [_cells(rejection, width) for rejection in rejections]
    if not rows:
        part.unlink(missing_ok=True)
        return
    part.parent.mkdir(parents=True, exist_ok=True)
    with _Whole(part) as file:
        csv.writer(file).writerows(rows)


def join_parts(folder: Path, headings: Sequence[str], first_rows: Sequence[int]) -> Path | None:
    """Put the file together from the parts of these chunks, in order; ``None`` when nothing was rejected."""
    parts = [part for first in sorted(first_rows) if (part := folder / _PARTS / f"{first:012d}.csv").exists()]
    if not parts:
        return None
    target = folder / NAME
    # Excel takes a CSV for UTF-8 only with the mark in front.
    with _Whole(target) as file:
        file.write("\ufeff")
        csv.writer(file).writerow([*headings, *ADDED])
        for part in parts:
            file.write(part.read_text(encoding="utf-8"))
    return target


def _cells(rejection: Rejection, width: int) -> list[str | int]:
    cells, surplus = list(rejection.cells[:width]), rejection.cells[width:]
    reason = rejection.reason + (f" Các ô thừa: {' | '.join(surplus)}" if surplus else "")
    return [*cells, *[""] * (width - len(cells)), rejection.row, rejection.columns, reason]


class _Whole:
    """A text file that appears under its name only when it is whole and on the disk."""

    def __init__(self, path: Path) -> None:
        self._path, self._partial = path, path.with_suffix(".partial")

    def __enter__(self) -> TextIO:
        self._file = self._partial.open("w", encoding="utf-8", newline="")
        return self._file

    def __exit__(self, failure: object, *_: object) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if failure is None:
            self._partial.replace(self._path)
