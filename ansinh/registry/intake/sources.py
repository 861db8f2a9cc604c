"""Sources (tệp nguồn): CSV, XLSX and Parquet read as batches of text columns with the row each came from.

Rows are counted as a spreadsheet shows them: the heading is row 1, the first person row 2, empty lines count.
"""

import codecs
import csv
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from ansinh.registry.intake.columns import known
from ansinh.registry.intake.faults import FileUnreadable
from ansinh.registry.intake.sheets import read_sheet

BLOCK = 1 << 22
"""Bytes of CSV parsed at a time; also the longest row."""
_PARQUET_ROWS = 1 << 14
_PEEK = 1 << 16
_MISFITS = 100_000
"""Rows that do not fit the headings are held in memory; so many of them are one mistake of the whole file."""
_DELIMITERS = ",;\t|"
_NOT_UTF8 = (
    "Dòng {line} có ký tự không thuộc bảng mã UTF-8{guess}. Chưa nạp dòng nào. Hãy mở tệp bằng bảng tính và lưu lại "
    "dạng “CSV UTF-8” (nếu chữ đang hiện sai, chuyển phông TCVN3 hoặc VNI sang Unicode trước), rồi nhập lại."
)
_TOO_MANY_MISFITS = (
    "Hơn 100.000 dòng có số ô khác hàng tên cột, đầu tiên là dòng {row}. Chưa nạp dòng nào. "
    "Hãy kiểm tra dấu phân cách và dấu ngoặc kép của tệp rồi nhập lại."
)
_BROKEN = "Không đọc được {what}: tệp bị cắt cụt hoặc hỏng. Chưa nạp dòng nào. Hãy xuất hoặc chép lại tệp rồi nhập lại."


@dataclass(frozen=True, slots=True)
class Misfit:
    """A row whose cells do not fit the headings: too few, too many, or an open quotation mark."""

    row: int
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows: ``cells`` holds text columns (null where empty), ``numbers`` the row of each, ascending."""

    numbers: np.ndarray
    cells: pa.Table


class Source(ABC):
    """An opened file: its headings, and its rows as often as asked; ``misfits`` grows while rows are read."""

    headings: Sequence[str]

    def __init__(self) -> None:
        self.misfits: list[Misfit] = []

    @abstractmethod
    def batches(self, only: Sequence[int] | None = None) -> Iterator[Batch]:
        """Yield all rows in order, with all columns or those at the places ``only``.

        :raises FileUnreadable: the file is broken further on
        """


def open_source(path: Path, *, known_sound: bool = False) -> Source:
    """Open a file by what it holds, not by its name; ``known_sound`` spares reading all of it for its encoding again.

    :raises FileUnreadable: empty, broken, or of a kind that is not taken
    """
    with path.open("rb") as file:
        head = file.read(_PEEK)
    if not head.strip():
        raise FileUnreadable("Tệp trống: không có hàng tên cột và không có dữ liệu nào.")
    if head.startswith(b"PAR1"):
        return _Parquet(path)
    if head.startswith(b"PK\x03\x04"):
        return _Sheet(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileUnreadable(
            "Tệp Excel đời cũ (.xls) hoặc có mật khẩu. Hãy bỏ mật khẩu và lưu lại dạng .xlsx rồi nhập lại."
        )
    return _Csv(path, _encoding(head), known_sound=known_sound)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _encoding(head: bytes) -> str:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return name
    # A heading is mostly ASCII: in UTF-16 every other byte of it is zero.
    zeros = [head[side::2].count(0) * 4 > len(head) for side in (0, 1)]
    if any(zeros):
        return "utf-16-be" if zeros[0] else "utf-16-le"
    return "utf-8"


class _Csv(Source):
    def __init__(self, path: Path, encoding: str, *, known_sound: bool) -> None:
        super().__init__()
        self._path, self._encoding = path, encoding
        if not known_sound:
            self._check_encoding()
        with path.open(encoding=encoding, newline="") as file:
            readings = {}
            for delimiter in _DELIMITERS:
                file.seek(0)
                readings[delimiter] = next(csv.reader(file, delimiter=delimiter), [])
        self._delimiter = max(_DELIMITERS, key=lambda delimiter: known(readings[delimiter]))
        self.headings = readings[self._delimiter]

    def _check_encoding(self) -> None:
        decoder = codecs.getincrementaldecoder(self._encoding)()
        line = 1
        with self._path.open("rb") as file:
            while block := file.read(BLOCK):
                try:
                    decoder.decode(block, final=len(block) < BLOCK)
                except UnicodeDecodeError as error:
                    line += error.object.count(b"\n", 0, error.start)
                    raise FileUnreadable(_NOT_UTF8.format(line=line, guess=_guess(error.object))) from None
                line += block.count(b"\n")

    def batches(self, only: Sequence[int] | None = None) -> Iterator[Batch]:
        self.misfits.clear()
        names = [str(place) for place in range(len(self.headings))]
        chosen = [names[place] for place in only] if only is not None else names
        opened = self._open(names, chosen)
        following = 2
        while True:
            try:
                table = pa.Table.from_batches([opened.read_next_batch()])
            except StopIteration:
                table = None
            except pa.ArrowInvalid as error:
                raise FileUnreadable(self._broken(error, following)) from None
            if len(self.misfits) > _MISFITS:
                raise FileUnreadable(_TOO_MANY_MISFITS.format(row=self.misfits[0].row))
            if table is None:
                return
            numbers = self._numbers(following, table.num_rows)
            following = int(numbers[-1]) + 1 if len(numbers) else following
            yield Batch(numbers, table)

    def _open(self, names: Sequence[str], chosen: Sequence[str]) -> pa_csv.CSVStreamingReader:
        def misfit(row: pa_csv.InvalidRow) -> str:
            cells = tuple(next(csv.reader([row.text], delimiter=self._delimiter), ()))
            reason = f"Dòng có {row.actual_columns} ô, hàng tên cột có {row.expected_columns} ô."
            if "\n" in row.text or row.text.count('"') % 2:
                reason += " Có thể một dấu ngoặc kép chưa đóng đã gộp nhiều dòng vào dòng này."
            self.misfits.append(Misfit(row.number, cells, reason))
            return "skip"

        try:
            return pa_csv.open_csv(
                self._path if self._encoding.startswith("utf-8") else self._utf8(),
                pa_csv.ReadOptions(use_threads=False, block_size=BLOCK, column_names=names, skip_rows_after_names=1),
                pa_csv.ParseOptions(
                    delimiter=self._delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=misfit,
                ),
                pa_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), include_columns=chosen, null_values=[""],
                    strings_can_be_null=True, quoted_strings_can_be_null=True,
                ),
            )  # fmt: skip
        except pa.ArrowInvalid as error:
            raise FileUnreadable(self._broken(error, 2)) from None

    def _utf8(self) -> BytesIO:
        return BytesIO(self._path.read_bytes().decode(self._encoding).encode())

    def _numbers(self, following: int, rows: int) -> np.ndarray:
        """Rows that a batch came from: in order, less those that misfit among them."""
        odd = np.array([misfit.row for misfit in self.misfits if misfit.row >= following], dtype=np.int64)
        numbers = np.arange(following, following + rows + len(odd), dtype=np.int64)
        return np.setdiff1d(numbers, odd, assume_unique=True)[:rows]

    def _broken(self, error: Exception, row: int) -> str:
        if "straddling" in str(error) or "out of sync" in str(error):
            return (
                f"Từ dòng {row} trở đi có dấu ngoặc kép mở mà không đóng, hoặc một dòng dài bất thường. "
                "Chưa nạp dòng nào. Hãy sửa dấu ngoặc kép rồi nhập lại."
            )
        return _BROKEN.format(what=f"tệp CSV từ dòng {row}")


def _guess(data: bytes) -> str:
    """Name the encoding when only one fits: Vietnamese Windows-1258 composes vowels with its own tone bytes."""
    tones = sum(data.count(bytes([byte])) for byte in (0xCC, 0xEC, 0xDE, 0xD2, 0xF2))
    marked = sum(data.count(bytes([byte])) for byte in (0xC2, 0xE2, 0xC3, 0xE3, 0xD4, 0xF4, 0xD5, 0xF5, 0xDD, 0xFD))
    try:
        data.decode("cp1258")
    except UnicodeDecodeError:
        return ""
    return " (có vẻ là Windows-1258)" if tones and marked else ""


class _Parquet(Source):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        try:
            schema = pq.read_schema(path)
        except (pa.ArrowInvalid, OSError):
            raise FileUnreadable(_BROKEN.format(what="tệp Parquet")) from None
        self.headings = schema.names
        nested = [field.name for field in schema if pa.types.is_nested(field.type)]
        if nested:
            raise FileUnreadable(
                f"Cột {', '.join(nested)} chứa dữ liệu lồng nhau. Hãy xuất mỗi nội dung thành một cột chữ."
            )

    def batches(self, only: Sequence[int] | None = None) -> Iterator[Batch]:
        places = range(len(self.headings)) if only is None else only
        names = [self.headings[place] for place in places]
        following = 2
        try:
            with pq.ParquetFile(self._path) as file:
                for batch in file.iter_batches(_PARQUET_ROWS, columns=names):
                    table = pa.table([_as_text(batch.column(name)) for name in names], [str(place) for place in places])
                    yield Batch(np.arange(following, following + len(batch), dtype=np.int64), table)
                    following += len(batch)
        except (pa.ArrowException, OSError):
            raise FileUnreadable(_BROKEN.format(what=f"tệp Parquet từ dòng {following}")) from None


_AS_TEXT: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array], pa.Array]], ...] = (
    (pa.types.is_temporal, lambda column: pc.strftime(column.cast(pa.timestamp("s")), format="%d/%m/%Y")),
    (pa.types.is_floating, lambda column: pc.replace_substring_regex(column.cast(pa.string()), r"\.0+$", "")),
    (pa.types.is_decimal, lambda column: pc.replace_substring_regex(column.cast(pa.string()), r"\.0+$", "")),
)


def _as_text(column: pa.Array) -> pa.Array:
    """Return a typed column as a clerk would have written it."""
    for fits, convert in _AS_TEXT:
        if fits(column.type):
            return convert(column)
    return column.cast(pa.string())


class _Sheet(Source):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.headings, self._columns = read_sheet(path)

    def batches(self, only: Sequence[int] | None = None) -> Iterator[Batch]:
        places = range(len(self.headings)) if only is None else only
        table = pa.table([self._columns[place] for place in places], names=[str(place) for place in places])
        yield Batch(np.arange(2, 2 + table.num_rows, dtype=np.int64), table)
