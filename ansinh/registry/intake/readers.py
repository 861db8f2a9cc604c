"""Readers (quy tắc đọc từng cột): a written value in, its stored form out, or the reason why not.

A reader works on distinct values and remembers them; ``plain`` is a pattern of values that are already in stored form,
so that most of a column is judged without a call.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from ansinh.core.birth import EARLIEST_YEAR, BirthDate
from ansinh.core.money import parse_vnd
from ansinh.core.numbers import CardCode, InsuranceNumber, read_id
from ansinh.core.text import NAME_LIMIT, VIETNAMESE_LETTERS, fold, is_person_name, nfc
from ansinh.registry.intake.faults import ValueUnreadable

_REMEMBERED = 1 << 16
_LETTER = f"[A-Za-z{''.join(sorted(VIETNAMESE_LETTERS))}]"
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_PHONE_NOISE = re.compile(r"[\s().+-]+")
_SCHEMES = {
    "SI_COMPULSORY": ("BHXH bắt buộc",),
    "SI_VOLUNTARY": ("BHXH tự nguyện",),
    "HI_HOUSEHOLD": ("BHYT hộ gia đình",),
    "HI_CHILD": ("BHYT trẻ em dưới 6 tuổi", "BHYT trẻ em"),
    "HI_STUDENT": ("BHYT học sinh, sinh viên", "BHYT học sinh"),
    "HI_POOR": ("BHYT hộ nghèo, cận nghèo", "BHYT hộ nghèo"),
    "HI_OTHER": ("BHYT đối tượng khác", "HI_SUPPORTED"),
    "UI": ("Bảo hiểm thất nghiệp", "BHTN"),
    "PENSIONER": ("Hưởng lương hưu, trợ cấp hằng tháng", "BENEFICIARY"),
}
_SEXES = {"M": ("Nam", "Male"), "F": ("Nữ", "Female")}
_METHODS = {"CASH": ("Tiền mặt",), "ACCOUNT": ("Tài khoản cá nhân", "Tài khoản", "Chuyển khoản")}


@dataclass(frozen=True, slots=True)
class Reader:
    """How one column is read: ``read`` maps a value (``None`` for empty).

    ``plain`` matches, up to 100 letters, what is in stored form already.
    """

    read: Callable[[str], str | None]
    plain: str | None = None

    def remembered(self) -> Callable[[str], tuple[str | None, str | None]]:
        """Return a function from a value to its stored form or the reason, keeping the latest 65,536."""

        @lru_cache(maxsize=_REMEMBERED)
        def judge(text: str) -> tuple[str | None, str | None]:
            try:
                return self.read(text), None
            except ValueError as error:  # the number, birth and money readers of core tell their reasons so
                return None, str(error)

        return judge


def _text(limit: int) -> Reader:
    def read(text: str) -> str | None:
        written = nfc(text)
        if len(written) > limit:
            raise ValueUnreadable(f"“{written[:30]}…” dài {len(written)} ký tự, tối đa {limit}.")
        return written or None

    return Reader(read)


def _code(limit: int) -> Reader:
    return Reader(_text(limit).read, plain=f"^[A-Za-z0-9]{{1,{limit}}}$")


def _choice(choices: Mapping[str, tuple[str, ...]]) -> Reader:
    known = {fold(word): code for code, words in choices.items() for word in (code, *words)}
    offered = ", ".join(f"{code} ({words[0]})" for code, words in choices.items())

    def read(text: str) -> str:
        if fold(text) not in known:
            raise ValueUnreadable(f"“{text[:40]}” không có trong danh mục. Các giá trị nhận: {offered}.")
        return known[fold(text)]

    return Reader(read)


def _name(text: str) -> str | None:
    name = nfc(text)
    if any(letter.isdigit() for letter in name):
        raise ValueUnreadable(f"Họ tên “{name[:40]}” có chữ số.")
    if len(name) > NAME_LIMIT:
        raise ValueUnreadable(f"Họ tên dài {len(name)} ký tự, tối đa {NAME_LIMIT}.")
    if name and not is_person_name(name):
        raise ValueUnreadable(f"Họ tên “{name[:40]}” có ký tự không dùng trong họ tên, hoặc sai phông chữ.")
    return name or None


def _birth(text: str) -> str:
    birth = BirthDate.parse(text)
    if birth.year < EARLIEST_YEAR:
        raise ValueUnreadable(f"Năm sinh {birth.year} quá xa (trước {EARLIEST_YEAR}). Hãy kiểm tra lại năm sinh.")
    return birth.iso


def read_day(text: str) -> dt.date:
    """Return the day in ``dd/mm/yyyy`` (or ``yyyy-mm-dd``).

    :raises ValueUnreadable: another form, or a day no calendar holds
    """
    written = nfc(text)
    found, iso = _DAY.fullmatch(written), _ISO_DAY.fullmatch(written)
    if not (found or iso):
        raise ValueUnreadable(f"Không đọc được ngày “{written[:40]}”. Hãy ghi ngày/tháng/năm (dd/mm/yyyy).")
    year, month, day = map(int, iso.groups() if iso else reversed(found.groups() if found else ()))
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise ValueUnreadable(f"Ngày {written} không có trong lịch. Hãy ghi ngày/tháng/năm (dd/mm/yyyy).") from None


def _last_day(text: str) -> str:
    """Day after the written one: people write the last day of a term, the register keeps the first day beyond it."""
    return (read_day(text) + dt.timedelta(days=1)).isoformat()


def _id(text: str) -> str | None:
    found = read_id(text)
    return found.value if found else _text(20).read(text)


def _phone(text: str) -> str | None:
    digits = _PHONE_NOISE.sub("", text)
    if digits.startswith("84"):
        digits = "0" + digits[2:]
    return digits if re.fullmatch(r"0\d{9,10}", digits, re.ASCII) else _text(120).read(text)


def _object(text: str) -> str:
    code = nfc(text).upper()
    if not re.fullmatch(r"[A-Z]{2}", code):
        raise ValueUnreadable(f"Mã đối tượng “{code[:20]}” phải là hai chữ cái, ví dụ GD, TE, HT.")
    return code


@cache
def _card_head(head: str) -> str | None:
    """Reason against the first five characters of a card code; all cards share few of them."""
    try:
        CardCode.parse(f"{head}0000000000")
    except ValueError as error:
        return str(error)
    return None


def card_head_fault(head: str) -> str | None:
    """Return the reason against a card code's first five characters (object, level, province), if any."""
    return _card_head(head)


def _facility(text: str) -> str:
    code = re.sub(r"[\s.-]", "", text)
    if not re.fullmatch(r"\d{5}", code, re.ASCII):
        raise ValueUnreadable(f"Mã nơi khám chữa bệnh ban đầu “{text[:20]}” phải gồm 5 chữ số.")
    return code


def _money(text: str) -> str:
    amount = parse_vnd(text)
    if amount < 0:
        raise ValueUnreadable(f"Số tiền {text} âm. Mức hưởng hằng tháng không thể nhỏ hơn 0.")
    return str(amount)


_PLACE = _text(80)
READERS: Mapping[str, Reader] = {
    "si_no": Reader(lambda text: InsuranceNumber.parse(text).value, plain="^[0-9]{10}$"),
    "full_name": Reader(_name, plain=f"^{_LETTER}+( {_LETTER}+)*$"),
    "dob": Reader(_birth),
    "sex": _choice(_SEXES),
    "id_no": Reader(_id, plain="^([0-9]{12}|[0-9]{9})$"),
    **{f"{kind}_{tier}": _PLACE for kind in ("home", "res") for tier in ("province", "district", "commune")},
    "ethnicity": _text(30),
    "phone": Reader(_phone, plain="^0[0-9]{9,10}$"),
    "household_code": _code(20),
    "household_role": _text(30),
    "employer_code": _code(20),
    "employer_name": _text(200),
    "scheme": _choice(_SCHEMES),
    "object_code": Reader(_object),
    "from_date": Reader(lambda text: read_day(text).isoformat()),
    "to_date": Reader(_last_day),
    "card_code": Reader(lambda text: str(CardCode.parse(text)), plain="^[A-Z]{2}[0-9]{13}$"),
    "facility_code": Reader(_facility, plain="^[0-9]{5}$"),
    "card_from": Reader(lambda text: read_day(text).isoformat()),
    "card_to": Reader(_last_day),
    "benefit_kind": _text(40),
    "benefit_from": Reader(lambda text: read_day(text).isoformat()),
    "benefit_monthly_vnd": Reader(_money, plain="^[0-9]{1,12}$"),
    "payment_method": _choice(_METHODS),
}
