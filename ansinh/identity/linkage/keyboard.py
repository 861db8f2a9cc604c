"""Typing artefacts (lỗi bộ gõ): words left as raw Telex or VNI keystrokes, turned into the letters meant.

A word is taken for keystrokes only when it cannot be a Vietnamese syllable as it stands and is one once decoded:
«Nguyeenx» and «Nguye64n» become «nguyễn»; «Hoa», «Ksor» and «Smith» stay.
"""

import re
import unicodedata

from ansinh.core.text import fold, unify_tones

_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx])?"
    r"(?:uye|uya|uyu|ieu|yeu|oai|oay|oeo|uay|uoi|uou|[aeiouy]|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|ua|ue|ui|uo|uu|uy|ye)"
    r"(?:ch|ng|nh|[cmnpt])?"
)
_QUALITIES = {"aa": "â", "ee": "ê", "oo": "ô", "aw": "ă", "dd": "đ", "uow": "ươ", "ow": "ơ", "uw": "ư", "w": "ư"}
_TELEX_QUALITY = re.compile("|".join(_QUALITIES))
_TELEX_TONE = re.compile(r"(?<=[aăâeêioôơuưy])(\w*?)([sfrxj])")
_TONES = dict(zip("sfrxj12345", "\u0301\u0300\u0309\u0303\u0323" * 2, strict=True))
_VNI_QUALITIES = {"6": "\u0302", "7": "\u031b", "8": "\u0306"}
_VNI = re.compile(r"[a-z]+[1-9][a-z1-9]*")
_VOWEL = re.compile(r"[aăâeêioôơuưy]")


def decode(word: str) -> str:
    """Word (từ) with raw keystrokes decoded, NFC and lower case; any other word is returned untouched."""
    plain = word.lower()
    if not plain.isascii() or _SYLLABLE.fullmatch(plain):
        return word
    meant = _from_vni(plain) if _VNI.fullmatch(plain) else _from_telex(plain)
    return meant if _SYLLABLE.fullmatch(fold(meant)) else word


def _from_telex(plain: str) -> str:
    marked = _TELEX_QUALITY.sub(lambda found: _QUALITIES[found[0]], plain)
    tone = _TELEX_TONE.search(marked)
    if tone is None:
        return marked
    bare = marked[: tone.start(2)] + marked[tone.end(2) :]
    # The quality may be typed after the tone: «nguyexen» is «nguyễn» as well.
    bare = _TELEX_QUALITY.sub(lambda found: _QUALITIES[found[0]], bare)
    return _with_tone(bare, _TONES[tone[2]])


def _from_vni(plain: str) -> str:
    letters: list[str] = []
    tone = ""
    for letter in plain:
        if letter == "9":
            letters = ["đ" if place == 0 and kept == "d" else kept for place, kept in enumerate(letters)]
        elif letter in _TONES:
            tone = _TONES[letter]
        elif letter in _VNI_QUALITIES:
            letters = _with_quality(letters, _VNI_QUALITIES[letter])
        else:
            letters.append(letter)
    return _with_tone("".join(letters), tone)


def _with_quality(letters: list[str], mark: str) -> list[str]:
    wanted = {"\u0302": "aeo", "\u031b": "ou", "\u0306": "a"}[mark]
    for place in range(len(letters) - 1, -1, -1):
        if letters[place] in wanted:
            made = unicodedata.normalize("NFC", letters[place] + mark)
            before = ["ư"] if made == "ơ" and letters[place - 1 : place] == ["u"] else letters[place - 1 : place]
            return [*letters[: max(place - 1, 0)], *before, made, *letters[place + 1 :]]
    return letters


def _with_tone(bare: str, tone: str) -> str:
    vowel = _VOWEL.search(bare)
    return unify_tones(bare[: vowel.end()] + tone + bare[vowel.end() :]) if vowel else bare
