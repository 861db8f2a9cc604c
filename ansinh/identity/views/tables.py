"""Tables to take away: lines for a spreadsheet, and many tables in one archive, both written while they are sent."""

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from django.http import StreamingHttpResponse

from ansinh.core.text import fold
from ansinh.identity.queries import CHECK_HEAD, PersonToCheck

BOM = "\ufeff"
"""The mark by which spreadsheets know UTF-8."""
_STRANGE = re.compile(r"[^a-z0-9]+")


class _Line:
    """What ``csv.writer`` writes to: gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield a table line by line, guarded: a cell that opens like a formula would be carried out by a spreadsheet."""
    writer = csv.writer(_Line())
    yield BOM + writer.writerow(head)
    for row in rows:
        yield writer.writerow([f"'{cell}" if cell[:1] in {*"=+-@\t\r\n"} else cell for cell in row])


def table(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> StreamingHttpResponse:
    """Answer with a table to keep under a file name."""
    return StreamingHttpResponse(
        lines(head, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def by_commune(people: Iterable[PersonToCheck], *, moment: tuple[int, int, int, int, int, int]) -> Iterator[bytes]:
    """Yield an archive with a folder a district and a table a commune, from people who come in that order.

    One commune is held at a time. Names in the archive are ASCII; places of one name are told apart by a number.
    """
    pipe, used = _Pipe(), set[str]()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for (district, commune), some in groupby(people, key=lambda one: (one.district, one.commune)):
            name = _unused(f"{_ascii(district, 'chua-ro-huyen')}/{_ascii(commune, 'chua-ro-xa')}", used)
            info = zipfile.ZipInfo(f"{name}.csv", moment)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, "".join(lines(CHECK_HEAD, (one.cells for one in some))).encode())
            yield pipe.take()
    yield pipe.take()


class _Pipe:
    """A file that can only be written to, and hands over what was written."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing was opened."""

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def _ascii(text: str, unknown: str) -> str:
    return _STRANGE.sub("-", fold(text)).strip("-") or unknown


def _unused(name: str, used: set[str]) -> str:
    found, number = name, 1
    while found in used:
        number += 1
        found = f"{name}-{number}"
    used.add(found)
    return found
