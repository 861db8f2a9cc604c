"""Vietnamese text (chữ tiếng Việt): one stored form, folding for search, spelling variants, names.

Text is stored as typed, in NFC (`nfc`). `fold` makes search keys, `comparison_key` answers whether two spellings are
the same word: tone placement (hòa, hoà) and i/y after a consonant (Mỹ, Mĩ) are matters of habit, not of identity.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

NAME_LIMIT = 100
"""Letters and spaces in a full name: the limit of the field Hoten in the D02 and TK1 declarations."""

_SYLLABLES = 1 << 15  # about 7,000 syllables exist, in three letter cases
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_QUALITIES = "\u0302\u0306\u031b"
_QUALITY = re.compile(f"[{_QUALITIES}]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
# Ð (eth) and Ɖ (African D) look exactly like Đ; old Vietnamese code pages leave them behind.
_FALSE_D = str.maketrans("\u00d0\u0189", "ĐĐ")
_PUNCTUATION = str.maketrans("‘’ʼ`´′‐‑‒–—−", "''''''------")
_UNDECOMPOSED = str.maketrans(
    {"đ": "d", "ð": "d", "ɖ": "d", "ƀ": "b", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe"}
)
_MARK_RUN = re.compile(f"[{_TONES}{_QUALITIES}]{{2,}}")
_LETTERS = re.compile(r"[^\W\d_]+")
_SYLLABLE = re.compile(
    r"(?P<onset>ngh|ng|nh|gh|gi(?=[aăâeêoôơuư])|qu(?=[aăâeêioôơy])|ch|kh|ph|th|tr|[bcdđghklmnprstvx])?"
    r"(?P<nucleus>[aăâeêioôơuưy]{1,3})(?P<coda>ch|ng|nh|[ckmnpt])?"
)
_NAME_LETTER = "[A-Za-zĐđɃƀ][\u0300-\u0303\u0306\u0309\u030c\u031b\u0323]*"
_NAME_WORD = f"{_NAME_LETTER}(?:['.-]?{_NAME_LETTER})*['.]?"
_NAME = re.compile(f"{_NAME_WORD}(?: {_NAME_WORD})*")
_NAME_START = re.compile(r"(?:^|(?<=[\s'.‘’ʼ‐‑–-]))[^\W\d_]")


def nfc(text: str) -> str:
    """Stored form (dạng lưu): NFC, no invisible or control characters, single spaces, none at the ends.

    A tone typed before the vowel's own mark (e + sắc + mũ) is put in order. Unpaired surrogates, which no UTF-8 file
    can hold, are dropped. Mojibake must go through `repair_mojibake` first: it lives in characters removed here.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    composed = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    if not composed.isascii():
        composed = composed.translate(_FALSE_D)
        if _QUALITY.search(composed):
            composed = _in_order(composed)
    return " ".join(composed.split())


def _in_order(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    return unicodedata.normalize(
        "NFC", _MARK_RUN.sub(lambda run: "".join(sorted(run[0], key=_TONES.__contains__)), apart)
    )


def fold(text: str) -> str:
    """Search key (khóa tìm kiếm): lower-case ASCII, no tones, no marks, đ as d; other scripts vanish. Idempotent."""
    folded = " ".join(_fold_word(word) for word in nfc(text).split(" "))
    return " ".join(folded.split())


@lru_cache(maxsize=_SYLLABLES)
def _fold_word(word: str) -> str:
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word).casefold()
    return apart.translate(_PUNCTUATION).translate(_UNDECOMPOSED).encode("ascii", "ignore").decode("ascii")


def unify_tones(text: str) -> str:
    """Tone placement (vị trí dấu thanh): every Vietnamese syllable in the traditional placement: hòa, thúy, quý, già.

    Takes both habits and plain slips (hoà, gìa, qúy). Letter case stays; whatever is no Vietnamese syllable stays.
    """
    return _LETTERS.sub(lambda word: _place_tone(word[0]), nfc(text))


@lru_cache(maxsize=_SYLLABLES)
def _place_tone(word: str) -> str:
    apart = unicodedata.normalize("NFD", word)
    tones = [letter for letter in apart if letter in _TONES]
    if len(tones) != 1:
        return word
    bare = unicodedata.normalize("NFC", apart.replace(tones[0], ""))
    syllable = _SYLLABLE.fullmatch(bare.lower())
    if syllable is None:
        return word
    after = syllable.start("nucleus") + _tone_seat(syllable["nucleus"], has_coda=bool(syllable["coda"])) + 1
    return unicodedata.normalize("NFC", bare[:after] + tones[0] + bare[after:])


def _tone_seat(nucleus: str, *, has_coda: bool) -> int:
    """Index of the vowel with the tone: the last marked one; if none, the last before a coda, else the last but one."""
    marked = [place for place, vowel in enumerate(nucleus) if vowel in "ăâêôơư"]
    if marked:
        return marked[-1]
    return len(nucleus) - 1 if has_coda else max(len(nucleus) - 2, 0)


def unify_iy(text: str) -> str:
    """Variants of i and y (i ngắn, y dài): y written i where both spell the same sound: Mỹ → Mĩ, Lý → Lí, Quý → Quí.

    That is where y is the only vowel of an open syllable with a consonant, and after qu. Y alone (ý, the name Y Bih),
    yê, uy, ay and ây mean something else with i (thúy, thúi) and stay.
    """
    return _LETTERS.sub(lambda word: _short_i(word[0]), nfc(text))


@lru_cache(maxsize=_SYLLABLES)
def _short_i(word: str) -> str:
    if "y" not in fold(word):
        return word
    apart = unicodedata.normalize("NFD", word)
    bare = unicodedata.normalize("NFC", "".join(letter for letter in apart if letter not in _TONES)).lower()
    syllable = _SYLLABLE.fullmatch(bare)
    if syllable is None or syllable["nucleus"] != "y" or not syllable["onset"]:
        return word
    if syllable["coda"] and syllable["onset"] != "qu":
        return word
    return unicodedata.normalize("NFC", apart.replace("y", "i").replace("Y", "I"))


def comparison_key(text: str) -> str:
    """Comparison key (khóa so sánh): equal when spellings differ only in case, tone placement, i/y or quotes.

    Tones, marks and đ still count: it tells Lan from Lân, where `fold` does not.
    """
    plain = nfc(nfc(text).translate(_PUNCTUATION).casefold())
    return _LETTERS.sub(lambda word: _short_i(_place_tone(word[0])), plain)


_VOWELS = "aăâeêioôơuưy"
_LOWER = {unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in ("", *_TONES)} | {"đ"}
VIETNAMESE_LETTERS = frozenset(letter for lower in _LOWER for letter in (lower, lower.upper()) if not letter.isascii())
"""The 134 letters of Vietnamese that are not ASCII, both cases, NFC."""

_BYTES = {bytes([byte]).decode("cp1252", "ignore") or chr(byte): byte for byte in range(256)}
_BYTES |= {chr(byte): byte for byte in range(256)}  # C1 controls: the same bytes read as Latin-1
_EXPECTED = VIETNAMESE_LETTERS | set("–—‘’“”…\u00a0")


@dataclass(frozen=True, slots=True)
class Repair:
    """Repaired text (văn bản đã sửa mã): the text in NFC, and how many times it had been misread."""

    text: str
    rounds: int


def repair_mojibake(text: str) -> Repair | None:
    """Mojibake (lỗi phông mã) undone: UTF-8 that was read as Windows-1252 or Latin-1, once or more; else None.

    Repairs only what is certain: every byte goes back, the bytes are valid UTF-8, and the result holds Vietnamese
    letters and no other foreign ones.
    """
    rounds = 0
    reread = _read_again(text)
    while reread is not None:
        text, rounds = reread, rounds + 1
        reread = _read_again(text)
    foreign = {letter for letter in text if not letter.isascii()}
    if rounds and foreign & VIETNAMESE_LETTERS and foreign <= _EXPECTED:
        return Repair(text, rounds)
    return None


def _read_again(text: str) -> str | None:
    if text.isascii() or not all(letter in _BYTES for letter in text):
        return None
    try:
        return unicodedata.normalize("NFC", bytes(_BYTES[letter] for letter in text).decode("utf-8"))
    except UnicodeDecodeError:
        return None


@dataclass(frozen=True, slots=True)
class NameParts:
    """Parts of a name (họ, chữ đệm, tên), in Vietnamese order; a missing part is an empty string."""

    surname: str
    middle: str
    given: str


def split_name(full_name: str) -> NameParts:
    """Name in parts (tách họ tên): first word, words between, last word, as the population database gives them.

    No compound surname is assumed (Tôn Nữ, Đặng Trần): nothing in the text tells it from a middle name. A name of one
    word is a given name. Ethnic-minority orders (Y Bih Niê, clan last) are cut in the same places.
    """
    words = nfc(full_name).split()
    if not words:
        return NameParts("", "", "")
    return NameParts(words[0] if len(words) > 1 else "", " ".join(words[1:-1]), words[-1])


def is_person_name(text: str) -> bool:
    """Person's name (họ tên người) in form: Vietnamese and ethnic-minority letters, f j w z, at most 100 characters.

    Hyphen, apostrophe and dot stand inside a word or end it (Y-Bih, H'Hen, K. Tuyn). Digits are refused, and so are
    ü, ç, å and their like: passports carry names without them, and here they betray text in a TCVN3 or VNI code page.
    """
    name = nfc(text)
    apart = unicodedata.normalize("NFD", name.translate(_PUNCTUATION))
    return len(name) <= NAME_LIMIT and _NAME.fullmatch(apart) is not None


def title_name(text: str) -> str:
    """Name with capitals (viết hoa họ tên): each word and each part after a hyphen, dot or apostrophe: H'Hen Niê."""
    lower = unicodedata.normalize("NFC", nfc(text).lower())
    return _NAME_START.sub(lambda first: first[0].upper(), lower)
