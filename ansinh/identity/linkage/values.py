"""Values (giá trị): a name word, date, sex or place, as a clerk wrote it, turned into integers that compare equal.

Each distinct value of a file passes here once (`columns` joins the integers back), so that spelling habits cost
nothing per record. Hashes are of the text itself: the same in every run, on every machine, in every row order.
"""

import re
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from ansinh.core import strict_yaml
from ansinh.core.birth import EARLIEST_YEAR, BirthDate, BirthDateError
from ansinh.core.text import comparison_key, fold, nfc
from ansinh.identity.linkage.keyboard import decode

NO_BIRTH = (0, 0, 0)
MALE, FEMALE, SEX_UNKNOWN = 1, 2, 0

_SEPARATORS = re.compile(r"[^\w'’ʼ]+|_")
_QUOTES = str.maketrans("", "", "'’ʼ")
# «Ng.» can be no other surname; «Tr.» may be Trần or Trương and stays an initial.
_ABBREVIATIONS = {"ng": "nguyễn", "nguyen~": "nguyễn"}
_CONSONANTS = frozenset("bcdghklmnpqrstvx")
_SEXES = {"m": MALE, "nam": MALE, "1": MALE, "f": FEMALE, "nu": FEMALE, "0": FEMALE}
_DAY_FIRST = re.compile(r"\D*(\d{1,2})\D+(\d{1,2})\D+(\d{4})\D*", re.ASCII)
# Most of a file: a whole date up to the 28th, which every month has; the year is checked like any other.
_DAYS = {f"{day:02}": day for day in range(1, 29)}
_MONTHS = {f"{month:02}": month for month in range(1, 13)}
_DATE_LENGTH = len("dd/mm/yyyy")
_YEARS = {str(year): year for year in range(EARLIEST_YEAR, 2100)}
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)", re.ASCII)
_PLACE_KINDS = frozenset(
    [("tinh",), ("quan",), ("huyen",), ("phuong",), ("xa",), ("tp",), ("tx",), ("tt",), ("t",), ("q",), ("h",), ("p",),
     ("x",), ("thanh", "pho"), ("thi", "xa"), ("thi", "tran"), ("dac", "khu")]
)  # fmt: skip
_NOT_PLACE = re.compile(r"[^a-z0-9]+")
_MASK = (1 << 63) - 1


class Syllable(NamedTuple):
    """Name word (tiếng): hashes with and without tones and marks, its folded text, and whether it is a mere initial."""

    toned: int
    folded: int
    text: str
    initial: bool


def syllables(raw: str) -> tuple[Syllable, ...]:
    """Words of a name (các tiếng) in what stood between two spaces: usually one, more for «Ng.Văn», none for «-»."""
    words = (word.translate(_QUOTES) for word in _SEPARATORS.split(nfc(raw)))
    return tuple(_syllable(word.casefold()) for word in words if word)


@lru_cache(maxsize=1 << 16)
def _syllable(word: str) -> Syllable:
    spelt = comparison_key(decode(word))
    spelt = _ABBREVIATIONS.get(spelt, spelt)
    # i and y are one letter where the sound is one, also in a name typed without marks: «My», «Mĩ».
    folded = fold(spelt) or spelt
    return Syllable(hash63(spelt), hash63(folded), folded, folded in _CONSONANTS)


def birth(raw: str) -> tuple[int, int, int]:
    """Date of birth (ngày sinh) as year, month, day; 0 for what is not known, all 0 when nothing can be read.

    A month above 12 beside a day of 12 or less is read as month first. A day that no calendar holds (31/02) leaves the
    month and year.
    """
    plain = _plain_date(raw)
    if plain:
        return plain
    text = raw.strip().split(" ")[0].split("T")[0]
    try:
        read = BirthDate.parse(text)
        found = (read.year, read.month, read.day)
    except BirthDateError:
        found = _birth_repaired(text)
    return found if found[0] >= EARLIEST_YEAR else NO_BIRTH


def _plain_date(raw: str) -> tuple[int, int, int] | None:
    try:
        if raw[2:6:3] == "//" and len(raw) == _DATE_LENGTH:
            return _YEARS[raw[6:]], _MONTHS[raw[3:5]], _DAYS[raw[:2]]
        if raw[4:8:3] == "--" and len(raw) == _DATE_LENGTH:
            return _YEARS[raw[:4]], _MONTHS[raw[5:7]], _DAYS[raw[8:]]
    except KeyError:
        pass
    return None


def _birth_repaired(text: str) -> tuple[int, int, int]:
    parts = _DAY_FIRST.fullmatch(text)
    if parts is None:
        year = _YEAR.search(text)
        return (int(year[1]), 0, 0) if year else NO_BIRTH
    day, month, year_number = int(parts[1]), int(parts[2]), int(parts[3])
    for written in ((year_number, day, month), (year_number, month, 0)):
        try:
            BirthDate(*written)
        except BirthDateError:
            continue
        return written
    return (year_number, 0, 0)


def sex(raw: str) -> int:
    """Sex (giới tính): 1 male, 2 female, 0 not known. Reads M, F, Nam, Nữ in any case or form."""
    return _SEXES.get(fold(raw), SEX_UNKNOWN)


def province(raw: str) -> int:
    """Province (tỉnh) as a number; 0 for an empty text. Former and short names give the number of today's province."""
    name = _place_name(raw)
    return _number(_provinces().get(name, name))


def place(raw: str) -> int:
    """District or commune (huyện, xã) as a number, without its kind («Xã», «TT.»); 0 for an empty text."""
    return _number(_place_name(raw))


def hash63(text: str) -> int:
    """Hash (băm) of a text in 63 bits, never 0."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") & _MASK or 1


def _number(name: str) -> int:
    return (crc32(name.encode()) & 0x7FFFFFFF or 1) if name else 0


def _place_name(raw: str) -> str:
    words: list[str] = []
    for word in raw.split():
        words += _place_words(word)
    for size in (1, 2):
        if len(words) > size and tuple(words[:size]) in _PLACE_KINDS:
            return " ".join(words[size:])
    return " ".join(words)


@lru_cache(maxsize=1 << 16)
def _place_words(word: str) -> tuple[str, ...]:
    """Words of a place in what stood between two spaces: two for «P.Hoa»; a number without the zeros before it."""
    return tuple(part.lstrip("0") or "0" for part in _NOT_PLACE.sub(" ", fold(word)).split())


@lru_cache(maxsize=1)
def _provinces() -> dict[str, str]:
    """Folded former and short names of provinces to the folded name of the province they belong to today."""
    groups = strict_yaml.read(Path(__file__).with_name("places.yaml")).fields(["successors", "aliases"])
    successors = {
        fold(old.text()): fold(new.text()) for new, olds in groups["successors"].pairs() for old in olds.items()
    }
    aliases = {
        fold(short.text()): fold(full.text()) for full, shorts in groups["aliases"].pairs() for short in shorts.items()
    }
    return successors | {short: successors.get(full, full) for short, full in aliases.items()}
