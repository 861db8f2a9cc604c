"""One word misspelt: the ways in which clerks, keyboards, scanners and conversions spoil a Vietnamese word.

Each function takes a word (a syllable, sometimes a name of two) and returns it spoilt, or unchanged where the slip
cannot happen to it. Chance is passed in, so the same seed spoils alike.
"""

import random
import unicodedata

TONES = {"\u0301": ("s", "1"), "\u0300": ("f", "2"), "\u0309": ("r", "3"), "\u0303": ("x", "4"), "\u0323": ("j", "5")}
SHAPES = {"\u0302": ("", "6"), "\u0306": ("w", "8"), "\u031b": ("w", "7")}
OLD_PLACE = {"òa": "oà", "óa": "oá", "ỏa": "oả", "õa": "oã", "ọa": "oạ", "òe": "oè", "óe": "oé", "ỏe": "oẻ"}
OLD_PLACE |= {"õe": "oẽ", "ọe": "oẹ", "ùy": "uỳ", "úy": "uý", "ủy": "uỷ", "ũy": "uỹ", "ụy": "uỵ"}
I_Y = {"y": "i", "ý": "í", "ỳ": "ì", "ỷ": "ỉ", "ỹ": "ĩ", "ỵ": "ị"}
NEIGHBOURS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl", "p": "o",
    "a": "qsz", "s": "adwx", "d": "sfec", "f": "dgrv", "g": "fhtb", "h": "gjyn", "j": "hkum", "k": "jli", "l": "ko",
    "z": "ax", "x": "zcs", "c": "xvd", "v": "cbf", "b": "vng", "n": "bmh", "m": "nj",
}  # fmt: skip
SCANNED = (("l", "i"), ("i", "l"), ("h", "b"), ("n", "u"), ("u", "n"), ("o", "c"), ("c", "e"), ("m", "rn"), ("g", "q"),
           ("H", "N"), ("D", "O"), ("B", "8"), ("o", "0"), ("ă", "ã"), ("ê", "è"), ("ị", "i"), ("ư", "u"))  # fmt: skip
CLUSTERS = ("Ngh", "Ng", "Nh", "Ph", "Th", "Tr", "Ch", "Kh", "Gi", "Qu")


def folded(word: str) -> str:
    """Return the word without any diacritic."""
    plain = "".join(one for one in unicodedata.normalize("NFD", word) if not unicodedata.combining(one))
    return plain.replace("đ", "d").replace("Đ", "D")


def tone_on_last_vowel(word: str) -> str:
    """Return the word with its tone where the other school puts it: hòa, hoà."""
    if len(word) > 1 and word[-2:] in OLD_PLACE and not word.lower().startswith("qu"):
        return word[:-2] + OLD_PLACE[word[-2:]]
    return word


def i_for_y(word: str) -> str:
    """Return the word with its final y written i, as half of the country does: Lý, Lí."""
    after = folded(word[-2:-1]).lower()
    if word[-1:] in I_Y and after and (after not in "aeou" or word.lower().startswith("qu")):
        return word[:-1] + I_Y[word[-1]]
    return word


def stroke_lost(word: str) -> str:
    """Return the word with d in place of đ."""
    return word.replace("Đ", "D").replace("đ", "d")


def keystrokes(word: str, *, vni: bool) -> str:
    """Return the word as typed with the Vietnamese keyboard off: ``Nguyeenx`` in Telex, ``Nguye6n4`` in VNI."""
    which, typed, tone = int(vni), [], ""
    for letter in word:
        if letter in "đĐ":
            typed.append(letter.translate({0x111: "d", 0x110: "D"}) + ("9" if vni else "d"))
            continue
        for mark in unicodedata.normalize("NFD", letter):
            if mark in TONES:
                tone = TONES[mark][which]
            elif mark == "\u0302":
                typed.append("6" if vni else typed[-1].lower())
            elif mark in SHAPES:
                typed.append(SHAPES[mark][which])
            else:
                typed.append(mark)
    return "".join(typed) + tone


def cut_to_cluster(word: str) -> str:
    """Return the opening consonants and a dot: ``Ng.``."""
    opening = next((one for one in CLUSTERS if word.startswith(one)), word[:1])
    return opening + "." if word else word


def cut_to_letter(word: str) -> str:
    """Return the first letter and a dot: ``N.``."""
    return word[:1] + "." if word else word


def mark_mistaken(word: str, chance: random.Random) -> str:
    """Return the word with one diacritic lost, added or taken for another."""
    places = [at for at, letter in enumerate(word) if folded(letter).lower() in "aeiouyd"]
    if not places:
        return word
    at = chance.choice(places)
    base = [one for one in unicodedata.normalize("NFD", word[at]) if one not in TONES]
    roll = chance.random()
    if word[at] in "đĐdD":
        letter = word[at].translate({0x111: "d", 0x110: "D", 0x64: "đ", 0x44: "Đ"})
    elif roll < 0.35:  # noqa: PLR2004 - a third loses or changes the shape, the rest the tone
        letter = base[0] + ("" if len(base) > 1 else chance.choice(["\u0302", "\u0302", ""]))
    else:
        letter = "".join(base) + chance.choice([*TONES, ""])
    return unicodedata.normalize("NFC", word[:at] + letter + word[at + 1 :])


def mistyped(word: str, chance: random.Random) -> str:
    """Return the word with one letter inserted, lost, replaced by a neighbouring key, or exchanged with the next."""
    if len(word) < 2:  # noqa: PLR2004 - one letter: nothing to mistype and still call it the same name
        return word
    at, roll = chance.randrange(1 if chance.random() < 0.9 else 0, len(word)), chance.random()  # noqa: PLR2004 - first letters are seen
    near = chance.choice(NEIGHBOURS.get(folded(word[at]).lower(), "aeinht"))
    if roll < 0.3:  # noqa: PLR2004 - the shares of four kinds of slip
        return word[:at] + word[at + 1 :]
    if roll < 0.55:  # noqa: PLR2004
        return word[:at] + chance.choice([word[at], near]) + word[at:]
    if roll < 0.8:  # noqa: PLR2004
        return word[:at] + near + word[at + 1 :]
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def misread(word: str, chance: random.Random) -> str:
    """Return the word as a scanner reads it."""
    possible = [pair for pair in SCANNED if pair[0] in word]
    if not possible:
        return word
    seen, read = chance.choice(possible)
    return word.replace(seen, read, 1)


def garbled(text: str) -> str:
    """Return the text whose UTF-8 bytes were read as Windows-1252, as browsers do it."""
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte)
        for byte in text.encode("utf-8")
    )
