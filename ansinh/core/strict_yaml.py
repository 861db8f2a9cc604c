"""Strict YAML: reading a file of facts that a lawyer or an officer keeps, and refusing what it does not understand.

Every refusal names the file and the line. Nothing is guessed: an unknown or repeated key, a number with a decimal
point (it would arrive as a binary fraction) and a date not written YYYY-MM-DD are errors.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NoReturn
from unicodedata import is_normalized

import yaml

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*(_[0-9]{3})*)")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FLOAT = "tag:yaml.org,2002:float"
_NULL = "tag:yaml.org,2002:null"
_TEXT = "tag:yaml.org,2002:str"


class InvalidFile(ValueError):
    """A file of facts that cannot be read; the message is Vietnamese and opens with ``file:line``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in a file: a value, a list or a mapping, and where it stands."""

    file: Path
    node: yaml.Node

    def refuse(self, reason: str) -> NoReturn:
        """Raise ``InvalidFile`` for this place."""
        raise InvalidFile(f"{self.file}:{self.node.start_mark.line + 1}: {reason}")

    def pairs(self) -> list[tuple["Entry", "Entry"]]:
        """Return the keys and values of a mapping in the order written; a key may stand once."""
        if not isinstance(self.node, yaml.MappingNode):
            self.refuse("Chỗ này cần các dòng dạng «tên: giá trị».")
        found = [(Entry(self.file, key), Entry(self.file, value)) for key, value in self.node.value]
        seen: set[str] = set()
        for key, _ in found:
            name = key.scalar()
            if name in seen:
                key.refuse(f"«{name}» được ghi hai lần; chỉ giữ lại một dòng.")
            seen.add(name)
        return found

    def fields(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, "Entry"]:
        """Return a mapping's values by name: all of ``required``, none outside ``required`` and ``optional``."""
        found: dict[str, Entry] = {}
        for key, value in self.pairs():
            name = key.scalar()
            if name not in required and name not in optional:
                key.refuse(f"Không hiểu «{name}». Được dùng: {', '.join([*required, *optional])}.")
            found[name] = value
        for name in required:
            if name not in found:
                self.refuse(f"Thiếu «{name}».")
        return found

    def items(self) -> list["Entry"]:
        """Return the places of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.refuse("Chỗ này cần một danh sách.")
        return [Entry(self.file, node) for node in self.node.value]

    def scalar(self) -> str:
        """Return a single value exactly as it is written."""
        if not isinstance(self.node, yaml.ScalarNode):
            self.refuse("Chỗ này cần một giá trị đơn.")
        return str(self.node.value)

    def is_null(self) -> bool:
        """Say whether the value is ``null``."""
        return bool(self.node.tag == _NULL)

    def text(self) -> str:
        """Return a text: not empty, and NFC."""
        written = self.scalar().strip()
        if self.node.tag != _TEXT or not written:
            self.refuse("Chỗ này cần một đoạn chữ, không được để trống.")
        if not is_normalized("NFC", written):
            self.refuse("Chữ ở dạng tổ hợp (NFD); hãy lưu lại tệp ở dạng dựng sẵn (NFC).")
        return written

    def optional_text(self) -> str | None:
        """Return a text, or ``None`` when ``null`` is written."""
        return None if self.is_null() else self.text()

    def choice(self, *allowed: str) -> str:
        """Return a value that is one of ``allowed``."""
        written = self.scalar()
        if written not in allowed:
            self.refuse(f"Không dùng được «{written}». Được dùng: {', '.join(allowed)}.")
        return written

    def iso_date(self) -> date:
        """Return a date written YYYY-MM-DD."""
        written = self.scalar()
        if not _ISO_DATE.fullmatch(written):
            self.refuse(f"«{written}» không phải ngày dạng năm-tháng-ngày, ví dụ 2024-07-01.")
        try:
            return date.fromisoformat(written)
        except ValueError:
            self.refuse(f"«{written}» không có trong lịch.")

    def integer(self) -> int:
        """Return a whole number; thousands may be set apart: ``2_340_000``."""
        written = self.scalar()
        if self.node.tag == _TEXT or not _INTEGER.fullmatch(written):
            self.refuse(f"«{written}» không phải số nguyên, ví dụ 2_340_000.")
        return int(written)

    def number(self) -> int | Decimal:
        """Return a whole number, or an exact decimal written between quotes: ``"0.175"``."""
        if self.node.tag == _FLOAT:
            self.refuse(f'Số lẻ phải đặt trong dấu nháy để giữ chính xác: "{self.scalar()}".')
        if self.node.tag != _TEXT:
            return self.integer()
        if not _DECIMAL.fullmatch(self.scalar()):
            self.refuse(f'«{self.scalar()}» không phải số thập phân, ví dụ "0.175".')
        return Decimal(self.scalar())


def read(file: Path) -> Entry:
    """Read a UTF-8 YAML file; raises ``InvalidFile`` for one that is empty, not UTF-8 or not YAML."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except UnicodeDecodeError as error:
        raise InvalidFile(f"{file}:1: Tệp không phải UTF-8; hãy lưu lại bằng UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidFile(f"{file}:{line}: Tệp không đúng cú pháp YAML ({error.problem}).") from error
    if node is None:
        raise InvalidFile(f"{file}:1: Tệp trống.")
    return Entry(file, node)
