"""Names (họ tên): a column of names as typed turned into hashes that compare equal and into packed letters.

Python sees each distinct word once; compiled loops put the words of a name together.
"""

import threading

import numpy as np
import pyarrow as pa

from ansinh.core.text import repair_mojibake
from ansinh.identity.linkage import letters, values
from ansinh.identity.linkage.compiled import Array
from ansinh.identity.linkage.lexicon import Lexicon, letters_of

FIELDS = ("toned", "folded", "bag", "surname", "given", "middle")
"""Hashes of a name, 32 bits each, 0 when there is none."""

_WORDS_HASHED = 32
_FACTORS = np.array([values.hash63(f"place {place}") | 1 for place in range(_WORDS_HASHED)], dtype=np.uint64)
_LEARNT_AT_ONCE = 1 << 14
_OTHER = 27  # any sign that is no letter
_LETTERS = {letter: place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz", 1)}


class Names:
    """Reader of names (bộ đọc họ tên): remembers each distinct word; counts the rows whose code page was repaired.

    Safe to use from several threads.
    """

    def __init__(self) -> None:
        """Start knowing no word."""
        self.repaired = 0
        self._lock = threading.Lock()
        self._words = Lexicon(self._word, (0, 0, 0))
        self._syllables = np.zeros((1 << 14, len(letters.SYLLABLE)), np.uint64)
        self._known = 0

    def columns(self, texts: pa.Array) -> dict[str, Array]:
        """Return the hashes ``FIELDS`` and ``text`` (three words of packed letters a row) of a column of names."""
        data, offsets = letters_of(texts)
        made, text = np.zeros((len(FIELDS), len(texts)), np.uint32), np.zeros((len(texts), 3), np.uint64)
        repaired = np.zeros(len(texts), np.uint8)
        unknown, spans = np.empty(_LEARNT_AT_ONCE, np.uint64), np.empty(2 * _LEARNT_AT_ONCE, np.int64)
        rows = np.arange(len(texts))
        while len(rows):
            left, missing = letters.read_names(
                data, offsets, rows, *self._words.known(), self._syllables, _FACTORS, made, text, repaired,
                unknown, spans,
            )  # fmt: skip
            rows = rows[:left]
            self._words.slots(unknown[:missing], lambda place: bytes(data[spans[2 * place] : spans[2 * place + 1]]))
        with self._lock:
            self.repaired += int(repaired.sum())
        return dict(zip(FIELDS, made, strict=True)) | {"text": text}

    def _word(self, text: str) -> tuple[int, int, int]:
        """Read a word: where its syllables stand in the table, how many they are, whether it had to be repaired.

        Called by one thread at a time.
        """
        repair = repair_mojibake(text)
        said = values.syllables(repair.text if repair else text)
        start, self._known = self._known, self._known + len(said)
        if self._known > len(self._syllables):
            self._syllables = np.concatenate([self._syllables, np.zeros_like(self._syllables)])
        for place, one in enumerate(said, start):
            length = min(len(one.text), letters.LETTERS)
            self._syllables[place] = one.toned, one.folded, _packed(one.text), length, one.initial
        return start, len(said), int(repair is not None)


def _packed(text: str) -> int:
    """First twelve letters in five bits each."""
    bits = 0
    for place, letter in enumerate(text[: letters.LETTERS]):
        bits |= _LETTERS.get(letter, _OTHER) << (5 * place)
    return bits
