"""Money (tiền): whole đồng, held as ``int``. There is no smaller unit and no float.

Amounts computed by a rule stay exact (``Decimal`` or ``Fraction``) until the rule says how the final figure is rounded;
then ``round_vnd`` is called once, with that rule by name.
"""

import re
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from unicodedata import normalize

_UNIT = re.compile(r"(đồng|vnđ|vnd|đ|₫)\.?$", re.IGNORECASE)
_GROUPED = r"[1-9][0-9]{0,2}"  # "0.123" is a decimal fraction, not 123 đồng
_PLAIN = re.compile(
    rf"[0-9]{{1,18}}|{_GROUPED}(\.[0-9]{{3}}){{1,5}}|{_GROUPED}( [0-9]{{3}}){{1,5}}|{_GROUPED}(,[0-9]{{3}}){{2,5}}"
)

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ((1_000_000_000, "tỷ"), (1_000_000, "triệu"), (1_000, "nghìn"))


class Rounding(StrEnum):
    """How a rule rounds (cách làm tròn); each acts on the size of the amount, the sign is kept."""

    HALF_UP = "half_up"
    UP = "up"
    DOWN = "down"


class InvalidAmount(ValueError):
    """A text that is not an amount of money; the message is Vietnamese and shows how to write one."""


def _whole(amount: int) -> int:
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise TypeError(f"Money is a whole number of đồng (int), not {type(amount).__name__}.")
    return amount


def format_vnd(amount: int) -> str:
    """Return an amount in đồng as people read it: ``1.234.567 đ``. Anything but ``int`` is a ``TypeError``."""
    return f"{_whole(amount):,} đ".replace(",", ".")


def parse_vnd(text: str) -> int:
    """Return the đồng in a text such as ``1.234.567 đ``, ``1234567``, ``1 234 567 VND`` or ``1,234,567đ``.

    One comma is refused, since it may as well be a decimal comma: ``1,234``. Raises ``InvalidAmount``.
    """
    cleaned = " ".join(normalize("NFC", text).replace("\u2212", "-").split())
    bare = _UNIT.sub("", cleaned).strip()
    digits = bare.removeprefix("-").strip()
    if not _PLAIN.fullmatch(digits):
        raise InvalidAmount(
            f"«{cleaned}» không phải số tiền đọc được. Hãy ghi số đồng nguyên, không có phần lẻ, ví dụ 1.234.567."
        )
    amount = int(re.sub(r"[., ]", "", digits))
    return -amount if bare.startswith("-") else amount


def round_vnd(amount: Decimal | Fraction | int, rule: Rounding, *, multiple: int = 1) -> int:
    """Return an exact amount rounded by a named rule to whole đồng, or to a ``multiple`` of đồng such as 1000.

    Raises ``TypeError`` for a float, which has already lost đồng, and ``ValueError`` when ``multiple`` is below 1.
    """
    if isinstance(amount, bool) or not isinstance(amount, Decimal | Fraction | int):
        raise TypeError(f"Round money from Decimal, Fraction or int, not {type(amount).__name__}.")
    if _whole(multiple) < 1:
        raise ValueError(f"The multiple to round to is at least 1 đồng, not {multiple}.")
    size = abs(Fraction(amount)) / multiple
    steps = {Rounding.DOWN: size // 1, Rounding.UP: -(-size // 1), Rounding.HALF_UP: (size + Fraction(1, 2)) // 1}[rule]
    return (-steps if amount < 0 else steps) * multiple


def in_words(amount: int) -> str:
    """Return an amount in đồng in Vietnamese words (số tiền bằng chữ), as written on vouchers.

    ``1_234_567`` is "một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy đồng".
    """
    if _whole(amount) == 0:
        return "không đồng"
    sign = "âm " if amount < 0 else ""
    return f"{sign}{_read(abs(amount), inside=False)} đồng"


def _read(number: int, *, inside: bool) -> str:
    """Return a number above zero in words; ``inside`` a larger number the empty hundreds are said: "không trăm"."""
    for scale, name in _SCALES:
        head, rest = divmod(number, scale)
        if head:
            words = f"{_read(head, inside=inside)} {name}"
            return f"{words} {_read(rest, inside=True)}" if rest else words
    return _below_thousand(number, inside=inside)


def _below_thousand(number: int, *, inside: bool) -> str:
    hundreds, rest = divmod(number, 100)
    said = [f"{_DIGITS[hundreds]} trăm"] if hundreds or inside else []
    if said and rest in range(1, 10):
        said.append("linh")
    if rest:
        said.append(_below_hundred(rest))
    return " ".join(said)


def _below_hundred(number: int) -> str:
    """Return 1–99 in words: the unit changes its name after a ten (lăm), and after twenty also (mốt, tư)."""
    tens, unit = divmod(number, 10)
    if tens == 0:
        return _DIGITS[unit]
    words = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if unit == 0:
        return words
    after_ten = {5: "lăm"} if tens == 1 else {1: "mốt", 4: "tư", 5: "lăm"}
    return f"{words} {after_ten.get(unit, _DIGITS[unit])}"
