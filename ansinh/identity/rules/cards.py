"""Cards (thẻ căn cước): what a scanner reads from one, and numbers shown only in part."""

import re
from dataclasses import dataclass

from ansinh.core.text import nfc


def masked(number: str) -> str:
    """Write a number with only its last three digits: enough to compare with a card, not to take away."""
    return "•" * max(len(number) - _LEFT_OPEN, 0) + number[-_LEFT_OPEN:] if number else ""


_LEFT_OPEN = 3


@dataclass(frozen=True, slots=True)
class CardText:
    """Text of the QR code on an identity card (mã QR của thẻ căn cước), as far as a look-up asks for it."""

    id_no: str
    full_name: str
    dob: str
    sex: str
    place: tuple[str, str, str]


_CARD_TEXT = re.compile(
    r"(?P<id>\d{12})\|(?P<old>\d{9})?\|(?P<name>[^|]+)\|(?P<day>\d{2})(?P<month>\d{2})(?P<year>\d{4})"
    r"\|(?P<sex>[^|]*)\|(?P<place>[^|]*)(\|.*)?",
    re.ASCII,
)


def card_text(scanned: str) -> CardText | None:
    """Read what a scanner types from the QR code of a card: number|old number|name|ddmmyyyy|sex|residence|issued.

    The residence is written narrow to wide; its last three parts are commune, district and province, the place is given
    wide to narrow. ``None`` when it is something else.
    """
    found = _CARD_TEXT.fullmatch(nfc(scanned))
    if found is None:
        return None
    wide = [part.strip() for part in reversed(found["place"].split(","))]
    province, district, commune = (*wide[:3], "", "", "")[:3]
    born = f"{found['day']}/{found['month']}/{found['year']}"
    return CardText(found["id"], found["name"].strip(), born, found["sex"].strip(), (province, district, commune))
