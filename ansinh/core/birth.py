"""Date of birth (ngày sinh) as far as it is known: the day, the month, or only the year.

Older papers often carry the year alone. 1950 stays 1950 and is never widened to 1950-01-01: every question about such
a person (age, identity) is answered for all the days it may stand for.
"""

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from ansinh.core.text import nfc

EARLIEST_YEAR = 1890
"""Births before this year are taken for typing errors: nobody living was born earlier."""

_MONTHS = 12
_SHOWN = 40
_PEOPLE = re.compile(r"(?:(?:(?P<day>\d{1,2})\s*[/.-]\s*)?(?P<month>\d{1,2})\s*[/.-]\s*)?(?P<year>\d{4})", re.ASCII)
# No dot after the year: 1950.0 and 1950.5 are decimals of a spreadsheet, not months.
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?:[/-](?P<month>\d{1,2})(?:[/-](?P<day>\d{1,2}))?)?", re.ASCII)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", re.ASCII)
_HOW = "Hãy ghi ngày/tháng/năm (dd/mm/yyyy); không rõ ngày thì ghi tháng/năm, không rõ cả tháng thì chỉ ghi năm."


class BirthDateError(ValueError):
    """Refused date of birth (ngày sinh không hợp lệ); its text is the message for the person, in Vietnamese."""


class Precision(StrEnum):
    """Precision (mức chi tiết) of a date of birth."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, order=True, slots=True)
class BirthDate:
    """Date of birth (ngày sinh): year, then month and day where known; 0 stands for not known.

    Ordered as its ISO text is: a year stands before its months, a month before its days. Raises `BirthDateError` for
    what no calendar holds (31/02, a day without a month).
    """

    year: int
    month: int = 0
    day: int = 0

    def __post_init__(self) -> None:
        """Refuse what no calendar holds."""
        if not dt.MINYEAR <= self.year <= dt.MAXYEAR:
            raise BirthDateError(f"Năm sinh “{self.year}” không hợp lệ: năm phải có bốn chữ số. {_HOW}")
        if not 0 <= self.month <= _MONTHS:
            raise BirthDateError(f"Tháng sinh “{self.month}” không hợp lệ: tháng từ 1 đến 12. {_HOW}")
        if self.day and not self.month:
            raise BirthDateError(f"Ngày sinh có ngày {self.day} nhưng thiếu tháng. {_HOW}")
        days = self._days_in_month
        if not 0 <= self.day <= days:
            raise BirthDateError(
                f"Ngày sinh {self.day:02d}/{self.month:02d}/{self.year:04d} không có trong lịch: "
                f"tháng {self.month} năm {self.year} chỉ có {days} ngày. {_HOW}"
            )

    @property
    def _days_in_month(self) -> int:
        return calendar.monthrange(self.year, self.month)[1] if self.month else 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Date as people and systems write it: dd/mm/yyyy, mm/yyyy, yyyy, yyyy-mm-dd, yyyy-mm, yyyymmdd.

        Single digits and other separators are taken too; 00 in place of the day or month means not known. Years of two
        digits are refused: 50 may be 1950 or 2050. Raises `BirthDateError`.
        """
        plain = nfc(text)
        found = _COMPACT.fullmatch(plain) or _YEAR_FIRST.fullmatch(plain) or _PEOPLE.fullmatch(plain)
        if found is None:
            shown = plain[:_SHOWN] + ("…" if len(plain) > _SHOWN else "")
            raise BirthDateError(
                f"Không đọc được ngày sinh “{shown}”. {_HOW}" if plain else f"Chưa có ngày sinh. {_HOW}"
            )
        return cls(int(found["year"]), int(found["month"] or 0), int(found["day"] or 0))

    @classmethod
    def from_iso(cls, iso: str) -> Self:
        """Date from its stored form, exactly as `iso` gives it; anything else raises `BirthDateError`."""
        found = _YEAR_FIRST.fullmatch(iso)
        made = cls(int(found["year"]), int(found["month"] or 0), int(found["day"] or 0)) if found else None
        if made is None or made.iso != iso:
            raise BirthDateError(f"Ngày sinh lưu trữ “{iso[:_SHOWN]}” không đúng dạng yyyy, yyyy-mm hoặc yyyy-mm-dd.")
        return made

    @property
    def precision(self) -> Precision:
        """How much of the date is known."""
        if self.day:
            return Precision.DAY
        return Precision.MONTH if self.month else Precision.YEAR

    @property
    def text(self) -> str:
        """Date for people: dd/mm/yyyy, mm/yyyy or yyyy."""
        return "/".join(reversed(self.iso.split("-")))

    @property
    def iso(self) -> str:
        """Stored form: yyyy, yyyy-mm or yyyy-mm-dd; sorts as text in the order of the dates."""
        month = f"-{self.month:02d}" if self.month else ""
        day = f"-{self.day:02d}" if self.day else ""
        return f"{self.year:04d}{month}{day}"

    @property
    def earliest(self) -> dt.date:
        """First day this date may stand for."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> dt.date:
        """Last day this date may stand for."""
        month = self.month or _MONTHS
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    def could_be(self, other: "BirthDate") -> bool:
        """Whether both may be the same day: equal as far as both are known."""
        months_agree = self.month == other.month or not (self.month and other.month)
        days_agree = self.day == other.day or not (self.day and other.day)
        return self.year == other.year and months_agree and days_agree

    def age_on(self, on: dt.date) -> tuple[int, int]:
        """Age (tuổi) in full years on a day: the least and the greatest it may be; equal when the day is known.

        A person born on 29/02 turns a year older on 01/03 of a common year. Raises `BirthDateError` when `on` is
        before every day the date may stand for.
        """
        if on < self.earliest:
            raise BirthDateError(f"Ngày sinh {self.text} sau ngày {on:%d/%m/%Y}, không tính được tuổi.")
        return max(_full_years(self.latest, on), 0), _full_years(self.earliest, on)

    def check(self, on: dt.date) -> None:
        """Plausibility (tính hợp lý): raise `BirthDateError` for a year before 1890 or a birth after `on`."""
        if self.year < EARLIEST_YEAR:
            raise BirthDateError(f"Năm sinh {self.year:04d} quá xa (trước {EARLIEST_YEAR}). Hãy xem lại năm sinh.")
        if self.earliest > on:
            raise BirthDateError(f"Ngày sinh {self.text} sau ngày {on:%d/%m/%Y}. Hãy xem lại ngày sinh.")


def _full_years(born: dt.date, on: dt.date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
