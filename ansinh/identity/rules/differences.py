"""Two texts side by side with their differences marked, letter by letter."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest

from ansinh.core.text import comparison_key, nfc

_PLACE_KIND = re.compile(
    r"(?:(?:tỉnh|thành phố|quận|huyện|thị xã|thị trấn|phường|xã|đặc khu)\s+|(?:tp|tx|tt|[tqhpx])[.\s]+)?", re.IGNORECASE
)
_TOKEN = re.compile(r"[\s/,.]+|[^\s/,.]+")
_ALIKE, _SHORT = 0.6, 2
"""Words longer and less alike than this are marked whole: scattered common letters would only confuse the eye."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and whether it differs from what stands beside it."""

    text: str
    differs: bool


Side = tuple[Piece, ...]


def mark_differences(left: str, right: str) -> tuple[Side, Side]:
    """Return both texts cut into pieces, differing letters marked.

    Letter case and spelling habits (hòa, hoà) do not count. A missing text marks
    nothing: what is not known does not differ.
    """
    ours, theirs = _TOKEN.findall(nfc(left)), _TOKEN.findall(nfc(right))
    if not ours or not theirs:
        return _joined((word, False) for word in ours), _joined((word, False) for word in theirs)
    marked_left: list[tuple[str, bool]] = []
    marked_right: list[tuple[str, bool]] = []
    keys = [comparison_key(word) for word in ours], [comparison_key(word) for word in theirs]
    for tag, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if tag == "equal":
            marked_left += [(word, False) for word in ours[a:b]]
            marked_right += [(word, False) for word in theirs[c:d]]
            continue
        for mine, other in zip_longest(ours[a:b], theirs[c:d], fillvalue=""):
            ours_marked, theirs_marked = _word(mine, other)
            marked_left += ours_marked
            marked_right += theirs_marked
    return _joined(marked_left), _joined(marked_right)


def mark_places(left: Sequence[str], right: Sequence[str]) -> tuple[Side, Side]:
    """Return two places, given narrow to wide, with differing letters marked.

    What kind of place it is (xã, phường, huyện) does not count: clerks leave it out as often as not.
    """
    ours: list[tuple[str, bool]] = []
    theirs: list[tuple[str, bool]] = []
    for here, there in zip(left, right, strict=True):
        pairs = [
            (text[: kind.end()], text[kind.end() :]) for text in (here, there) if (kind := _PLACE_KIND.match(text))
        ]
        marked = mark_differences(pairs[0][1], pairs[1][1])
        for side, (kind_of_place, _), pieces in zip((ours, theirs), pairs, marked, strict=True):
            if pieces:
                side += [(", " if side else "", False), (kind_of_place, False)]
                side += [(piece.text, piece.differs) for piece in pieces]
    return _joined(ours), _joined(theirs)


def _word(left: str, right: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    if not left.strip() or not right.strip():
        return [(left, bool(left.strip()))], [(right, bool(right.strip()))]
    ours, theirs = graphemes(left), graphemes(right)
    if left.isdigit() and right.isdigit() and len(left) == len(right):
        # Digits are read place by place: 45 for 54 is two wrong digits, not one moved.
        wrong = [mine != other for mine, other in zip(ours, theirs, strict=True)]
        return list(zip(ours, wrong, strict=True)), list(zip(theirs, wrong, strict=True))
    plain = [letter.casefold() for letter in ours], [letter.casefold() for letter in theirs]
    matcher = SequenceMatcher(None, *plain, autojunk=False)
    if matcher.ratio() < _ALIKE and max(len(ours), len(theirs)) > _SHORT:
        return [(left, True)], [(right, True)]
    codes = matcher.get_opcodes()
    return (
        [("".join(ours[a:b]), tag != "equal") for tag, a, b, _, _ in codes if b > a],
        [("".join(theirs[c:d]), tag != "equal") for tag, _, _, c, d in codes if d > c],
    )


def graphemes(text: str) -> list[str]:
    """Return the letters as people see them: NFC, each with the marks that stand on it."""
    letters: list[str] = []
    for character in nfc(text):
        if unicodedata.combining(character) and letters:
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def _joined(marked: Iterable[tuple[str, bool]]) -> Side:
    grouped = groupby((piece for piece in marked if piece[0]), key=lambda piece: piece[1])
    return tuple(Piece("".join(text for text, _ in pieces), differs) for differs, pieces in grouped)


@dataclass(frozen=True, slots=True)
class FieldPair:
    """One field of two records side by side."""

    label: str
    ours: Side
    theirs: Side

    @property
    def differs(self) -> bool:
        """Tell whether both are known and not the same."""
        return any(piece.differs for piece in (*self.ours, *self.theirs))

    @property
    def is_open(self) -> bool:
        """Tell whether one side is not known."""
        return not self.ours or not self.theirs


def side_by_side(fields: Sequence[tuple[str, str, str]]) -> list[FieldPair]:
    """Lay (label, ours, theirs) out as pairs; fields empty on both sides are left out."""
    return [FieldPair(label, *mark_differences(ours, theirs)) for label, ours, theirs in fields if ours or theirs]
