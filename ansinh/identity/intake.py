"""Answer files of the communes' police read into values: a line is an answer or a reason in Vietnamese."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ansinh.core.numbers import NumberError, PersonalId
from ansinh.core.text import fold, nfc

NUMBER, NAME, VERDICT, RIGHT_NUMBER, NOTE = "Mã số BHXH", "Họ và tên", "Kết quả", "Số đúng", "Ghi chú"
NEEDED = (NUMBER, NAME, VERDICT)
VERDICTS = {
    "dung": "RIGHT", "dung so": "RIGHT", "1": "RIGHT",
    "so khac": "NUMBER", "sua so": "NUMBER", "sai so": "NUMBER", "2": "NUMBER",
    "khong co": "ABSENT", "khong co nguoi nay": "ABSENT", "khong cu tru": "ABSENT", "3": "ABSENT",
    "da chet": "DEAD", "da mat": "DEAD", "chet": "DEAD", "4": "DEAD",
}  # fmt: skip
MOST_BYTES, MOST_LINES, LONGEST = 10_000_000, 20_000, 300
_SI_DIGITS, _ID_DIGITS = 10, 12


class FileUnreadable(ValueError):
    """The file as a whole cannot be read; its text tells the person what to do, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as written: who, what, and the corrected number where one was given."""

    si_no: str
    name: str
    verdict: str
    personal_id: str
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: its number as a spreadsheet shows it, its cells, and an answer or a reason against it."""

    number: int
    cells: tuple[str, ...]
    answer: Answer | None
    reason: str = ""


def read(data: bytes) -> tuple[tuple[str, ...], list[Line]]:
    """Return heading and lines; empty lines and lines without an answer are left out, since nobody has answered them.

    :raises FileUnreadable: not UTF-8 text, too large, or a needed column is missing
    """
    rows = _rows(data)
    heading = tuple(nfc(cell) for cell in next(rows, (0, []))[1])
    places = {name: _place(heading, name) for name in (*NEEDED, RIGHT_NUMBER, NOTE)}
    missing = [name for name in NEEDED if places[name] is None]
    if missing:
        raise FileUnreadable(
            f"Tệp thiếu cột {', '.join(f'“{name}”' for name in missing)}. "
            "Hãy dùng đúng tệp đã tải về từ trang này và giữ nguyên dòng tiêu đề."
        )
    lines = []
    for number, row in rows:
        cells = tuple(_plain(cell) for cell in row)
        if _cell(cells, places[VERDICT]):
            lines.append(_line(number, cells, places))
        if len(lines) > MOST_LINES:
            raise FileUnreadable(f"Tệp có hơn {MOST_LINES:,} dòng trả lời. Hãy tách theo xã.".replace(",", "."))
    return heading, lines


def _rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    if len(data) > MOST_BYTES:
        raise FileUnreadable("Tệp lớn hơn 10 MB. Hãy tách theo xã rồi gửi từng tệp.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileUnreadable(
            "Không đọc được chữ trong tệp. Trong Excel hãy lưu lại bằng kiểu “CSV UTF-8 (phân cách bằng dấu phẩy)”."
        ) from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1)
    except csv.Error:
        raise FileUnreadable("Tệp không phải bảng CSV còn nguyên vẹn. Hãy lưu lại từ bảng tính rồi gửi lại.") from None


def _place(heading: Sequence[str], name: str) -> int | None:
    wanted = fold(name)
    return next((place for place, cell in enumerate(heading) if fold(_plain(cell)) == wanted), None)


def _plain(cell: str) -> str:
    """Return a cell without the apostrophe that guards it against being carried out as a formula."""
    return nfc(cell).removeprefix("'").strip()


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""


def _line(number: int, cells: tuple[str, ...], places: dict[str, int | None]) -> Line:
    said = {name: _cell(cells, place) for name, place in places.items()}
    # A spreadsheet drops leading zeros of what it takes for a number.
    si_no = said[NUMBER].zfill(_SI_DIGITS) if said[NUMBER].isdigit() else said[NUMBER]
    verdict = VERDICTS.get(fold(said[VERDICT]).strip(" ."), "")
    try:
        personal_id = _personal_id(said[RIGHT_NUMBER])
    except NumberError as error:
        return Line(number, cells, None, str(error))
    reasons = (
        (len(si_no) != _SI_DIGITS or not si_no.isdigit(), "Mã số BHXH gồm đúng 10 chữ số."),
        (not verdict, "Kết quả ghi một trong bốn: Đúng số, Số khác, Không có, Đã chết."),
        (verdict == "NUMBER" and not personal_id, "Kết quả là “Số khác” thì ghi số 12 chữ số vào cột “Số đúng”."),
        (
            bool(verdict) and verdict != "NUMBER" and bool(personal_id),
            "Đã ghi “Số đúng” thì kết quả phải là “Số khác”.",
        ),
        (len(said[NOTE]) > LONGEST, f"Ghi chú dài quá {LONGEST} ký tự."),
    )
    if reason := next((text for is_so, text in reasons if is_so), ""):
        return Line(number, cells, None, reason)
    return Line(number, cells, Answer(si_no, said[NAME], verdict, personal_id, said[NOTE]))


def _personal_id(text: str) -> str:
    if not text:
        return ""
    padded = text.zfill(_ID_DIGITS) if text.isdigit() and len(text) == _ID_DIGITS - 1 else text
    return PersonalId.parse(padded).value
