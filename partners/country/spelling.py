"""Slips of writing: each takes a text and a whole number to choose by, and returns the text written wrong."""

import re
import unicodedata
from functools import cache

MARKED, COMPOSED = "[^ -~]", "[^ -~Đđ]"
THREE_WORDS = "[^ ] [^ ]+ [^ ]"

_TONES = "\u0301\u0300\u0309\u0303\u0323"
_TELEX_TONE = dict(zip(_TONES, "sfrxj", strict=True))
_VNI_TONE = dict(zip(_TONES, "12345", strict=True))
_TELEX_MARK = {"\u0302": "", "\u0306": "w", "\u031b": "w", "đ": "d"}
_VNI_MARK = {"\u0302": "6", "\u0306": "8", "\u031b": "7", "đ": "9"}
_FIRST_TONED = "oà òa|oá óa|oả ỏa|oã õa|oạ ọa|oè òe|oé óe|oẻ ỏe|oẽ õe|oẹ ọe|uỳ ùy|uý úy|uỷ ủy|uỹ ũy|uỵ ụy"
_PLACES = {a: b for pair in _FIRST_TONED.split("|") for a, b in (pair.split(), pair.split()[::-1])}
TONE_PLACED = "[^qQ](?:" + "|".join(_PLACES) + ")(?: |$)"
_Y = "Lý Lí|Ly Li|Mỹ Mĩ|My Mi|Vy Vi|Vỹ Vĩ|Sỹ Sĩ|Quý Quí|Thy Thi|Kỳ Kì|Tý Tí|Hy Hi"
_SWAPS = {a: b for pair in _Y.split("|") for a, b in (pair.split(), pair.split()[::-1])}
I_OR_Y = "(?:^| )(?:" + "|".join(_SWAPS) + ")(?: |$)"
_MIDDLES = ["Thị", "Văn", "Ngọc", "Thanh", "Minh", "Hữu", "Kim", "Đức", "Thu", "Quang", "Xuân", "Hồng"]
_GIVENS = [
    "Hương",
    "Hùng",
    "Lan",
    "Dũng",
    "Hoa",
    "Tuấn",
    "Mai",
    "Nam",
    "Linh",
    "Minh",
    "Trang",
    "Anh",
    "Thảo",
    "Sơn",
    "Hà",
    "Long",
]
_CONFUSED = (
    "S X|X S|Tr Ch|Ch Tr|L N|N L|Gi D|D Gi|ng n|n ng|nh n|t c|c t|â ă|ơ ô|ê e|u ư|i y|ả ã|ã ả|ẻ ẽ|ể ễ|ễ ể|ổ ỗ|ủ ũ|ũ ủ"
)
_CONFUSIONS = [(a, b) for a, b in (pair.split() for pair in _CONFUSED.split("|"))]
_SHORT = 5
"""Names of fewer letters lose none."""
_LETTER = re.compile(r"[^\W\d_]")


def plain(text: str, _: int) -> str:
    """Write without diacritics: Nguyen Van Hung."""
    apart = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def upper(text: str, _: int) -> str:
    """Write in capitals."""
    return text.upper()


def decomposed(text: str, _: int) -> str:
    """Write letters and marks apart (NFD), as some scanners and telephones do."""
    return unicodedata.normalize("NFD", text)


@cache
def _tone_pattern() -> re.Pattern[str]:
    return re.compile("(?<![qQ])(" + "|".join(_PLACES) + ")(?= |$)", re.IGNORECASE)


def other_tone_place(text: str, _: int) -> str:
    """Put tone marks by the other of the two habits: Hòa, Hoà."""
    return _tone_pattern().sub(lambda found: _PLACES[found[0].lower()], text)


def other_i_y(text: str, _: int) -> str:
    """Exchange final i and y: Lý, Lí."""
    return " ".join(_SWAPS.get(word, word) for word in text.split(" "))


def without_middle(text: str, number: int) -> str:
    """Leave one middle name out."""
    words = text.split(" ")
    del words[1 + number % (len(words) - 2)]
    return " ".join(words)


def other_middle(text: str, number: int) -> str:
    """Write another middle name."""
    words = text.split(" ")
    place = 1 + number % (len(words) - 2)
    words[place] = _other(_MIDDLES, words[place], number)
    return " ".join(words)


def other_given(text: str, number: int) -> str:
    """Write another given name."""
    words = text.split(" ")
    words[-1] = _other(_GIVENS, words[-1], number)
    return " ".join(words)


def _other(words: list[str], word: str, number: int) -> str:
    left = [choice for choice in words if choice != word]
    return left[number // 7 % len(left)]


def swapped(text: str, _: int) -> str:
    """Write the given name before the last middle name."""
    words = text.split(" ")
    words[-1], words[-2] = words[-2], words[-1]
    return " ".join(words) if words[-1] != words[-2] else text


def other_d(text: str, number: int) -> str:
    """Write D for Đ, or Đ for D, once."""
    places = [place for place, letter in enumerate(text) if letter in "DdĐđ"]
    place = places[number % len(places)]
    return text[:place] + {"D": "Đ", "d": "đ", "Đ": "D", "đ": "d"}[text[place]] + text[place + 1 :]


def telex(text: str, number: int) -> str:
    """Leave the Telex keys of one word, now and then of all, as they were struck: Huwowng."""
    return _keys(text, number, _TELEX_TONE, _TELEX_MARK)


def vni(text: str, number: int) -> str:
    """Leave the VNI keys of one word, now and then of all, as they were struck: Hu7o7ng."""
    return _keys(text, number, _VNI_TONE, _VNI_MARK)


def _keys(text: str, number: int, tones: dict[str, str], marks: dict[str, str]) -> str:
    words = text.split(" ")
    marked = [place for place, word in enumerate(words) if not word.isascii()]
    for place in marked if number % 3 == 0 else [marked[number % len(marked)]]:
        words[place] = _struck(words[place], tones, marks)
    return " ".join(words)


def _struck(word: str, tones: dict[str, str], marks: dict[str, str]) -> str:
    keys, tone = "", ""
    for letter in unicodedata.normalize("NFD", word):
        if letter in tones:
            tone = tones[letter]
        elif letter in marks:
            keys += marks[letter] or keys[-1].lower()
        elif letter in "đĐ":
            keys += ("d" if letter == "đ" else "D") + marks["đ"]
        elif not unicodedata.combining(letter):
            keys += letter
    return keys + tone


def typo(text: str, number: int) -> str:
    """Slip once: a confused sound or tone, a letter lost, doubled, or exchanged with the next."""
    confusions = [(a, b) for a, b in _CONFUSIONS if a in text]
    if number % 2 and confusions:
        wrong, right = confusions[number // 2 % len(confusions)]
        return text.replace(wrong, right, 1)
    letters = [found.start() for found in _LETTER.finditer(text)]
    place = letters[number // 6 % len(letters)]
    before, here, after = text[:place], text[place], text[place + 1 :]
    if number % 3 == 0 and after[:1].islower() and here.islower() and after[0] != here:
        return before + after[0] + here + after[1:]
    return before + here + here.lower() + after if number % 3 == 1 or len(letters) < _SHORT else before + after


def one_digit_wrong(text: str, number: int) -> str:
    """Write one digit wrong."""
    place = number % len(text)
    digit = (int(text[place]) + 1 + number // 16 % 9) % 10
    return f"{text[:place]}{digit}{text[place + 1 :]}"


def two_digits_wrong(text: str, number: int) -> str:
    """Write two different digits wrong."""
    first = number % len(text)
    second = (first + 1 + number // 16 % (len(text) - 1)) % len(text)
    for place in (first, second):
        digit = (int(text[place]) + 1 + number // 256 % 9) % 10
        text = f"{text[:place]}{digit}{text[place + 1 :]}"
    return text


def transposed(text: str, number: int) -> str:
    """Exchange two neighbouring digits that differ."""
    places = [place for place in range(len(text) - 1) if text[place] != text[place + 1]]
    place = places[number % len(places)] if places else 0
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def spaced(text: str, number: int) -> str:
    """Put spaces or dots between the digits."""
    between = (" ", ".", "-")[number % 3]
    size = 3 if number % 2 else 4
    return between.join(text[start : start + size] for start in range(0, len(text), size))
