"""Reading the law's files: ``<domain>/<name>.yaml``, one parameter each, strict to the line."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ansinh.core.strict_yaml import Entry, InvalidFile, read
from ansinh.law.parameter import Parameter, Value

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


@cache
def parameters() -> Mapping[str, Parameter]:
    """Return every parameter of the law by its full name ``<domain>.<name>``, in alphabetical order; read once."""
    return read_parameters(Path(__file__).parent)


def read_parameters(folder: Path) -> Mapping[str, Parameter]:
    """Read the parameters under a folder; raises ``InvalidFile``, in Vietnamese, naming the file and the line."""
    found = [_parameter(file) for file in sorted(folder.glob("*/*.yaml"))]
    return MappingProxyType({parameter.name: parameter for parameter in found})


def _parameter(file: Path) -> Parameter:
    domain, name = file.parent.name, file.stem
    if not (_NAME.fullmatch(domain) and _NAME.fullmatch(name)):
        raise InvalidFile(f"{file}:1: Tên thư mục và tên tệp chỉ dùng chữ thường không dấu, số và dấu gạch dưới.")
    fields = read(file).fields(("title", "title_en", "unit", "values"))
    title, unit = fields["title"].text(), fields["unit"].text()
    values: list[Value] = []
    for key, entry in fields["values"].pairs():
        since = key.iso_date()
        if values and since <= values[-1].since:
            key.refuse(f"Các ngày bắt đầu phải tăng dần: {since} đứng sau {values[-1].since}.")
        values.append(_value(f"{domain}.{name}", title, unit, since, entry))
    if not values:
        fields["values"].refuse("Cần ít nhất một giá trị.")
    return Parameter(f"{domain}.{name}", title, fields["title_en"].text(), unit, tuple(values))


def _value(parameter: str, title: str, unit: str, since: date, entry: Entry) -> Value:
    fields = entry.fields(("value", "source", "verified_by"), ("note",))
    is_money = unit.startswith("đồng")
    return Value(
        parameter=parameter,
        title=title,
        unit=unit,
        value=fields["value"].integer() if is_money else fields["value"].number(),
        since=since,
        source=fields["source"].text(),
        verified_by=fields["verified_by"].optional_text(),
        note=fields["note"].text() if "note" in fields else None,
    )
