"""Workbooks (.xlsx) as text columns; at most 1,048,576 rows, so a sheet is held whole."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import python_calamine

from ansinh.registry.intake.faults import FileUnreadable

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def read_sheet(path: Path) -> tuple[list[str], list[pa.Array]]:
    """Return the headings and text columns of a workbook's only filled sheet.

    :raises FileUnreadable: broken, empty, or several sheets hold data
    """
    try:
        with python_calamine.load_workbook(path) as book:
            rows = _only_filled(book)
    except (python_calamine.CalamineError, OSError):
        raise FileUnreadable(
            "Không đọc được tệp Excel: tệp bị cắt cụt, hỏng hoặc có mật khẩu. Chưa nạp dòng nào. "
            "Hãy mở tệp bằng Excel, lưu lại dạng .xlsx rồi nhập lại."
        ) from None
    headings = [_text(cell) or "" for cell in rows[0]]
    while headings and not headings[-1]:
        headings.pop()
    width = len(headings)
    beyond = next((number for number, row in enumerate(rows, 1) if any(cell != "" for cell in row[width:])), None)
    if beyond:
        raise FileUnreadable(
            f"Dòng {beyond} có dữ liệu ở cột không có tên. Hãy đặt tên cột ở hàng đầu hoặc xoá ô thừa."
        )
    columns = list(zip(*rows[1:], strict=True)) if len(rows) > 1 else [()] * width
    return headings, [pa.array(map(_text, column), pa.string()) for column in columns[:width]]


def _only_filled(book: python_calamine.CalamineWorkbook) -> Sequence[Sequence[Cell]]:
    filled = []
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        if rows:
            filled.append((name, rows))
    if not filled:
        raise FileUnreadable("Tệp trống: không có hàng tên cột và không có dữ liệu nào.")
    if len(filled) > 1:
        names = ", ".join(f"“{name}”" for name, _ in filled)
        raise FileUnreadable(
            f"Tệp có nhiều trang tính chứa dữ liệu: {names}. Hãy để mỗi tệp một trang tính rồi nhập lại."
        )
    return filled[0][1]


def _text(cell: Cell) -> str | None:
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, dt.date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
