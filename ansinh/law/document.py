"""The page ``docs/generated/law.md``: every number of the law the system uses, for a lawyer to read and to check."""

from decimal import Decimal

from ansinh.law.parameter import Parameter, Value
from ansinh.law.reading import parameters

_HEADING = """# Các tham số pháp luật (numbers of the law)

Trang này được sinh ra từ các tệp `ansinh/law/<lĩnh vực>/<tên>.yaml`; sửa ở tệp, không sửa ở đây. Mỗi giá trị áp dụng
từ ngày ghi bên cạnh cho tới ngày bắt đầu của giá trị kế tiếp. "Chưa" nghĩa là chưa ai đối chiếu với văn bản gốc.

Generated from `ansinh/law/<domain>/<name>.yaml`; edit there. A value holds from its date until the next one begins.
"""

_TABLE = "| Từ ngày | Giá trị | Căn cứ | Đã đối chiếu | Ghi chú |\n|---|---:|---|---|---|"


def as_markdown() -> str:
    """Return the page: a table of dates, values, citations and who checked them for every parameter."""
    all_parameters = list(parameters().values())
    values = [value for parameter in all_parameters for value in parameter.values]
    waiting = sum(not value.verified for value in values)
    count = f"{len(all_parameters)} tham số, {len(values)} giá trị, {waiting} giá trị chưa đối chiếu với văn bản gốc."
    return "\n".join([_HEADING, count, *(_section(parameter) for parameter in all_parameters), ""])


def _section(parameter: Parameter) -> str:
    lines = [
        f"\n## {parameter.title} ({parameter.title_en})\n",
        f"`{parameter.name}`, {parameter.unit}\n",
        _TABLE,
        *(_row(value) for value in parameter.values),
    ]
    return "\n".join(lines)


def _row(value: Value) -> str:
    number = f"{value.value:,}".replace(",", ".") if isinstance(value.value, int) else _decimal(value.value)
    cells = (f"{value.since:%d/%m/%Y}", number, value.source, value.verified_by or "Chưa", value.note or "")
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _decimal(number: Decimal) -> str:
    return format(number, "f").replace(".", ",")
