"""Checked numbers (các loại số, mã): personal id, old identity card number, insurance number, health card code.

None of them has a check digit. What can be checked is the length, the code tables (`data/numbers.yaml`) and the
agreement with the declared birth date and sex; the last is a warning, since both may have been corrected lawfully.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar, Self

from ansinh.core.birth import BirthDate
from ansinh.core.strict_yaml import Entry, read
from ansinh.core.text import nfc

_FILE = Path(__file__).parent / "data" / "numbers.yaml"
_FIELDS = ("source", "valid_from", "verified_by", "values")
_SEPARATORS = re.compile(r"[\s.'’‐‑–—-]+")
_DIGITS = re.compile(r"\d*", re.ASCII)
_NOT_DIGIT = re.compile(r"\D", re.ASCII)
_CARD = re.compile(r"([A-Z]{2})(\d)(\d{2})(\d{10})", re.ASCII)
_CARD_LENGTH = 15
_SHOWN = 40
_SEX = {"M": "nam", "F": "nữ"}


class NumberError(ValueError):
    """Refused number (số, mã không hợp lệ); its text tells the person, in Vietnamese, what is expected."""


@dataclass(frozen=True, slots=True)
class NumberWarning:
    """Warning about a number (cảnh báo): `code` for programs, `message` in Vietnamese for the person."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class NumberTables:
    """Code tables (bảng mã): province by two digits, other issuers, century and sex by digit, level by object code."""

    provinces: Mapping[str, str]
    issuers: Mapping[str, str]
    centuries: Mapping[str, tuple[int, str]]
    card_levels: Mapping[str, str]


@cache
def tables() -> NumberTables:
    """Code tables as read, once, from `data/numbers.yaml`."""
    read_tables = {name.scalar(): table.fields(_FIELDS)["values"].pairs() for name, table in read(_FILE).pairs()}
    provinces = {code.text(): name.text() for code, name in read_tables["provinces"]}
    return NumberTables(
        provinces=provinces,
        issuers=provinces | {code.text(): name.text() for code, name in read_tables["armed_forces"]},
        centuries={digit.text(): _century(entry) for digit, entry in read_tables["centuries"]},
        card_levels={
            code.text(): level.text() for level, codes in read_tables["card_levels"] for code in codes.items()
        },
    )


def _century(entry: Entry) -> tuple[int, str]:
    start, sex = entry.items()
    return start.integer(), sex.text()


def _compact(text: str) -> str:
    return _SEPARATORS.sub("", nfc(text))


@dataclass(frozen=True, order=True, slots=True)
class _Digits:
    """Number of a fixed count of digits; the subclass says how many, its name, and where a person finds it."""

    value: str

    LENGTH: ClassVar[int]
    NAME: ClassVar[str]
    FOUND_ON: ClassVar[str]

    def __post_init__(self) -> None:
        """Refuse anything but the right count of digits."""
        expected = f"{self.NAME} gồm đúng {self.LENGTH} chữ số"
        if not self.value:
            raise NumberError(f"Chưa có số. {expected}, ghi trên {self.FOUND_ON}.")
        strange = _NOT_DIGIT.search(self.value)
        if strange:
            raise NumberError(f"{expected}; ký tự “{strange[0]}” không phải chữ số. Hãy xem lại {self.FOUND_ON}.")
        count = len(self.value)
        if count != self.LENGTH:
            lost = " Nếu số lấy từ bảng tính, có thể các số 0 ở đầu đã bị mất." if count < self.LENGTH else ""
            raise NumberError(f"{expected}; số này có {count} chữ số. Hãy xem lại {self.FOUND_ON}.{lost}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Number as typed; spaces, dots, dashes and a spreadsheet's apostrophe are dropped. Raises `NumberError`."""
        return cls(_compact(text))

    def __str__(self) -> str:
        return self.value


class PersonalId(_Digits):
    """Personal identification number (số định danh cá nhân), 12 digits (Luật Căn cước 26/2023/QH15, Đ.12).

    Three digits for the province or country of birth registration, one for century and sex, two for the birth year,
    six at random. The province digits are those of 2024 and do not follow later mergers.
    """

    __slots__ = ()
    LENGTH = 12
    NAME = "Số định danh cá nhân"
    FOUND_ON = "thẻ căn cước hoặc ứng dụng VNeID"

    @property
    def place(self) -> str:
        """Three digits of the province (001-096) or country (100 and above) of birth registration."""
        return self.value[:3]

    @property
    def place_name(self) -> str | None:
        """Name of the province as of 2024; None for a country and for digits the table does not hold."""
        return None if self.is_foreign_born else tables().provinces.get(self.place[1:])

    @property
    def is_foreign_born(self) -> bool:
        """Whether the birth was registered abroad: country codes start at 100."""
        return self.place[0] != "0"

    @property
    def sex(self) -> str:
        """Sex in the number: "M" or "F"."""
        return tables().centuries[self.value[3]][1]

    @property
    def birth_year(self) -> int:
        """Birth year in the number, four digits."""
        return tables().centuries[self.value[3]][0] + int(self.value[4:6])

    def warnings(self, birth: BirthDate | None, sex: str | None) -> tuple[NumberWarning, ...]:
        """What does not fit: codes `place`, `century`, `year`, `sex`; empty when all fits.

        `sex` is "M" or "F"; any other value, and a missing birth date, are not compared. Never a refusal: birth date
        and sex may be corrected by law while the number stays.
        """
        found = (self._place_warning(), self._year_warning(birth), self._sex_warning(sex))
        return tuple(warning for warning in found if warning)

    def _place_warning(self) -> NumberWarning | None:
        if self.is_foreign_born or self.place_name:
            return None
        message = f"Ba số đầu {self.place} không có trong bảng mã tỉnh, thành phố. Hãy đối chiếu với {self.FOUND_ON}."
        return NumberWarning("place", message)

    def _year_warning(self, birth: BirthDate | None) -> NumberWarning | None:
        if birth is None or birth.year == self.birth_year:
            return None
        same_digits = birth.year % 100 == self.birth_year % 100
        message = (
            f"Số định danh ứng với năm sinh {self.birth_year}, hồ sơ ghi {birth.year}. "
            "Hãy đối chiếu giấy tờ; nếu năm sinh đã được cải chính thì giữ nguyên."
        )
        return NumberWarning("century" if same_digits else "year", message)

    def _sex_warning(self, sex: str | None) -> NumberWarning | None:
        if sex not in _SEX or sex == self.sex:
            return None
        message = (
            f"Số định danh ứng với giới tính {_SEX[self.sex]}, hồ sơ ghi {_SEX[sex]}. "
            "Hãy đối chiếu giấy tờ; nếu giới tính đã được cải chính thì giữ nguyên."
        )
        return NumberWarning("sex", message)


class OldIdNumber(_Digits):
    """Old identity card number (số chứng minh nhân dân), 9 digits; still found on the card's chip, QR and in VNeID."""

    __slots__ = ()
    LENGTH = 9
    NAME = "Số chứng minh nhân dân"
    FOUND_ON = "giấy chứng minh nhân dân cũ"


class InsuranceNumber(_Digits):
    """Insurance number (mã số BHXH), 10 digits, one per person for life; the first two name the issuing province."""

    __slots__ = ()
    LENGTH = 10
    NAME = "Mã số BHXH"
    FOUND_ON = "sổ bảo hiểm xã hội hoặc thẻ bảo hiểm y tế"

    @property
    def issuer(self) -> str:
        """Two digits of the issuing province or armed-forces office."""
        return self.value[:2]

    @property
    def issuer_name(self) -> str | None:
        """Name of the issuer as of 2024; None for digits the table does not hold."""
        return tables().issuers.get(self.issuer)

    def warnings(self) -> tuple[NumberWarning, ...]:
        """Code `issuer` when the first two digits are in no table; else empty."""
        if self.issuer_name:
            return ()
        message = f"Hai số đầu {self.issuer} không có trong bảng mã cơ quan cấp. Hãy đối chiếu với {self.FOUND_ON}."
        return (NumberWarning("issuer", message),)


@dataclass(frozen=True, order=True, slots=True)
class CardCode:
    """Health card code (mã thẻ BHYT), 15 characters: object, benefit level, province, insurance number.

    Raises `NumberError` for an object code not in the table, a level that is not the object's, an unknown province.
    """

    object_code: str
    level: str
    province: str
    number: InsuranceNumber

    def __post_init__(self) -> None:
        """Refuse what the code tables do not hold."""
        level = tables().card_levels.get(self.object_code)
        if level is None:
            raise NumberError(
                f"Mã đối tượng “{self.object_code}” (hai chữ đầu mã thẻ) không có trong bảng mã đối tượng."
            )
        if self.level != level:
            raise NumberError(
                f"Mức hưởng {self.level} (ký tự thứ ba) không đúng: đối tượng {self.object_code} có mức hưởng {level}."
            )
        if self.province not in tables().issuers:
            raise NumberError(f"Mã tỉnh {self.province} (ký tự thứ tư và thứ năm) không có trong bảng mã tỉnh.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Code as typed, in any letter case; spaces, dots and dashes are dropped. Raises `NumberError`."""
        plain = _compact(text).upper()
        parts = _CARD.fullmatch(plain)
        if parts is None:
            shown = plain[:_SHOWN] + ("…" if len(plain) > _SHOWN else "")
            raise NumberError(
                f"Mã thẻ BHYT gồm {_CARD_LENGTH} ký tự: 2 chữ đối tượng, 1 số mức hưởng, 2 số mã tỉnh, 10 số mã BHXH "
                f"(ví dụ TE1010123456789). Mã “{shown}” ({len(plain)} ký tự) không đúng dạng này."
            )
        return cls(parts[1], parts[2], parts[3], InsuranceNumber(parts[4]))

    def __str__(self) -> str:
        return f"{self.object_code}{self.level}{self.province}{self.number}"


def read_id(text: str) -> PersonalId | OldIdNumber | None:
    """Identity number as a clerk typed it: 12 digits, 9 digits, or None for anything else. Never raises."""
    plain = _compact(text)
    if not _DIGITS.fullmatch(plain):
        return None
    if len(plain) == PersonalId.LENGTH:
        return PersonalId(plain)
    return OldIdNumber(plain) if len(plain) == OldIdNumber.LENGTH else None
