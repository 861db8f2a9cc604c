"""Compiled loops (vòng lặp biên dịch): what runs once per letter, per row or per pair, as machine code by Numba.

Plain functions over NumPy arrays: the same on one machine and inside a Spark executor. Code is compiled when first
called and kept beside this file; `make setup` calls it once. Nothing here knows what a column means.
"""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
from numba import njit

Ints: TypeAlias = npt.NDArray[np.signedinteger[Any]]
Words: TypeAlias = npt.NDArray[np.uint64]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Array: TypeAlias = npt.NDArray[Any]
_Function = TypeVar("_Function", bound=Callable[..., Any])

LETTERS = 12
"""Letters of five bits in one word of packed text; a name has three such words."""
TEXT_WORDS = 3
NO_ROW = -1
SYLLABLE = ("toned", "folded", "packed", "length", "initial")
"""Columns of a table of syllables: two hashes, the letters and how many, whether it is a mere initial."""
_PACKED, _LENGTH, _INITIAL = 2, 3, 4

_SEED, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)  # FNV-1a, 64 bits
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)
_SPACE = 32
_LETTER_BITS = np.uint64(5)
_TEXT_MASK = np.uint64((1 << 60) - 1)
_ONE, _ZERO = np.uint64(1), np.uint64(0)
_SIXTY_THREE, _SIX, _EIGHT = np.uint64(63), np.uint64(6), np.uint64(8)
_LONGEST_NUMBER = 19  # digits that fit 63 bits
_MOST_WORDS = 1024
_TOO_FAR = 3


def compiled(function: _Function) -> _Function:
    """Compile a function when it is first called; it runs beside other threads."""
    made: Any = njit(cache=True, nogil=True)(function)
    return made  # type: ignore[no-any-return]  # the same function, compiled


@compiled
def split_words(data: Bytes, offsets: Ints, hashes: Words, spans: Ints, counts: Ints) -> int:
    """Words between blanks of every text: a hash and a span in ``data`` each, how many a text has; gives their total.

    ``hashes`` and ``spans`` (two a word) must be long enough: half the letters, plus one a text.
    """
    found = 0
    for row in range(len(offsets) - 1):
        before = found
        start, end = offsets[row], offsets[row + 1]
        value = _SEED
        for place in range(start, end + 1):
            if place == end or data[place] <= _SPACE:
                if place > start:
                    hashes[found] = (value ^ (value >> _SHIFT)) | _ONE
                    spans[2 * found] = start
                    spans[2 * found + 1] = place
                    found += 1
                start = place + 1
                value = _SEED
            else:
                value = (value ^ np.uint64(data[place])) * _PRIME
        counts[row] = found - before
    return found


@compiled
def hash_texts(data: Bytes, offsets: Ints, hashes: Words) -> None:
    """Hash of every text, 0 where it is empty."""
    for row in range(len(offsets) - 1):
        value = _SEED
        for place in range(offsets[row], offsets[row + 1]):
            value = (value ^ np.uint64(data[place])) * _PRIME
        hashes[row] = (value ^ (value >> _SHIFT)) | _ONE if offsets[row] < offsets[row + 1] else _ZERO


@compiled
def look_up(hashes: Words, keys: Words, values: Ints, slots: Ints) -> int:
    """Value of every hash in an open table, -1 where it has none, 0 of hash 0; gives how many are missing."""
    mask = np.uint64(len(keys) - 1)
    missing = 0
    for place in range(len(hashes)):
        slot = hashes[place] & mask
        if hashes[place] == _ZERO:
            slots[place] = 0
            continue
        while keys[slot] != _ZERO and keys[slot] != hashes[place]:
            slot = (slot + _ONE) & mask
        if keys[slot] == _ZERO:
            slots[place] = NO_ROW
            missing += 1
        else:
            slots[place] = values[slot]
    return missing


@compiled
def insert(hashes: Words, given: Ints, keys: Words, values: Ints) -> None:
    """Put hashes with their values into an open table with room for them."""
    mask = np.uint64(len(keys) - 1)
    for place in range(len(hashes)):
        slot = hashes[place] & mask
        while keys[slot] != _ZERO:
            slot = (slot + _ONE) & mask
        values[slot] = given[place]
        keys[slot] = hashes[place]


@compiled
def gather_syllables(words: Ints, meanings: Words, syllables: Words, kept: Ints) -> int:
    """Syllables of one name in ``kept``; a lone initial between surname and given name is left out; gives how many."""
    found = 0
    for word in words:
        first = np.int64(meanings[word, 0])
        for syllable in range(first, first + np.int64(meanings[word, 1])):
            if found < _MOST_WORDS:
                kept[found] = syllable
                found += 1
    written = 0
    for place in range(found):
        if not (syllables[kept[place], _INITIAL] and 0 < place < found - 1):
            kept[written] = kept[place]
            written += 1
    return written


@compiled
def pack(kept: Ints, many: int, syllables: Words, text: Words) -> None:
    """Append the letters of syllables, a blank between two, to the packed text of a name."""
    place = 0
    for number in range(many):
        letters = syllables[kept[number], _PACKED]
        word, shift = place // LETTERS, np.uint64(place % LETTERS) * _LETTER_BITS
        if word < TEXT_WORDS:
            text[word] |= (letters << shift) & _TEXT_MASK
            if shift and word + 1 < TEXT_WORDS:
                text[word + 1] |= letters >> (np.uint64(LETTERS) * _LETTER_BITS - shift)
        place += int(syllables[kept[number], _LENGTH]) + 1
        # A blank is 31: letters are 1 to 26, so that nothing is 0.
        if number + 1 < many and (place - 1) // LETTERS < TEXT_WORDS:
            text[(place - 1) // LETTERS] |= np.uint64(31) << (np.uint64((place - 1) % LETTERS) * _LETTER_BITS)


@compiled
def name_columns(  # noqa: PLR0913, PLR0917 - two tables in, two tables out
    words: Ints, counts: Ints, meanings: Words, syllables: Words, factors: Words, hashes: Words, text: Words
) -> None:
    """Hashes of every name: toned, folded, bag, surname, given, middle (rows of ``hashes``), and its packed letters.

    ``meanings`` tells of a word where its syllables begin and how many; ``syllables`` has columns ``SYLLABLE``.
    """
    kept = np.empty(_MOST_WORDS, np.int64)
    start = 0
    for row in range(len(counts)):
        found = gather_syllables(words[start : start + counts[row]], meanings, syllables, kept)
        start += counts[row]
        for place in range(found):
            toned, folded = syllables[kept[place], 0], syllables[kept[place], 1]
            factor = factors[min(place, len(factors) - 1)]
            hashes[0, row] += toned * factor
            hashes[1, row] += folded * factor
            hashes[2, row] += folded * (folded | _ONE)
            if 0 < place < found - 1:
                hashes[5, row] += folded * factor
        if found > 1:
            hashes[3, row] = syllables[kept[0], 1]
        if found > 0:
            hashes[4, row] = syllables[kept[found - 1], 1]
        pack(kept, found, syllables, text[row])


@compiled
def read_digits(data: Bytes, offsets: Ints, digits: Words, lengths: Bytes) -> None:
    """Digits of every text as a number and how many there are; letters put for digits (O, Q, I, L) are read as such.

    All else is passed over. More than 19 digits count as 20 and keep the first 19.
    """
    for row in range(len(offsets) - 1):
        found, value = 0, _ZERO
        for place in range(offsets[row], offsets[row + 1]):
            letter = data[place]
            if letter in (79, 111, 81, 113):  # O o Q q
                letter = 48
            elif letter in (73, 105, 76, 108):  # I i L l
                letter = 49
            if 48 <= letter <= 57 and found <= _LONGEST_NUMBER:  # noqa: PLR2004 - the digits of ASCII
                if found < _LONGEST_NUMBER:
                    value = value * np.uint64(10) + np.uint64(letter - 48)
                found += 1
        digits[row] = value
        lengths[row] = found


@compiled
def edits(left: Bytes, right: Bytes) -> int:
    """Levenshtein distance of two short texts (zeros end them), 3 when it is more than 2."""
    longest = len(left)
    here, there = 0, 0
    while here < longest and left[here]:
        here += 1
    while there < longest and right[there]:
        there += 1
    if abs(here - there) >= _TOO_FAR:
        return _TOO_FAR
    before = np.arange(longest + 1)
    after = np.empty(longest + 1, np.int64)
    for row in range(here):
        after[0] = row + 1
        least = row + 1
        for column in range(there):
            change = before[column] + (left[row] != right[column])
            after[column + 1] = min(change, before[column + 1] + 1, after[column] + 1)
            least = min(least, after[column + 1])
        if least >= _TOO_FAR:
            return _TOO_FAR
        before, after = after, before
    return min(int(before[there]), _TOO_FAR)


@compiled
def text_edits(left: Words, right: Words, found: Bytes) -> None:
    """Distance of packed texts, pair by pair (rows of three words)."""
    here = np.zeros(LETTERS * TEXT_WORDS, np.uint8)
    there = np.zeros(LETTERS * TEXT_WORDS, np.uint8)
    for row in range(len(left)):
        for place in range(LETTERS * TEXT_WORDS):
            shift = np.uint64(place % LETTERS) * _LETTER_BITS
            here[place] = (left[row, place // LETTERS] >> shift) & np.uint64(31)
            there[place] = (right[row, place // LETTERS] >> shift) & np.uint64(31)
        found[row] = edits(here, there)


@compiled
def spell(value: np.uint64, length: int, digits: Bytes) -> None:
    """Digits of a number, leading zeros kept; each is one more than itself so that nothing is 0."""
    digits[:] = 0
    for place in range(length - 1, -1, -1):
        digits[place] = value % np.uint64(10) + np.uint64(1)
        value = value // np.uint64(10)


@compiled
def number_edits(left: Words, lengths: Bytes, right: Words, length: int, found: Bytes) -> None:
    """Distance of numbers as they were typed from numbers of ``length`` digits, pair by pair."""
    here, there = np.zeros(20, np.uint8), np.zeros(20, np.uint8)
    for row in range(len(left)):
        spell(left[row], min(lengths[row], 20), here)
        spell(right[row], length, there)
        found[row] = edits(here, there)


@compiled
def chain(keys: Words, heads: Ints, following: Ints, table: Words) -> None:
    """Fill an open table of keys: the last row of each key in ``heads``, the one before it in ``following``."""
    mask = np.uint64(len(table) - 1)
    for row in range(len(keys)):
        slot = ((keys[row] * _MIX) >> _SHIFT) & mask
        while table[slot] != _ZERO and table[slot] != keys[row]:
            slot = (slot + _ONE) & mask
        table[slot] = keys[row]
        following[row] = heads[slot]
        heads[slot] = row


@compiled
def probe(keys: Words, table: Words, slots: Ints) -> None:
    """Slot of every key in an open table, -1 where it is not there."""
    mask = np.uint64(len(table) - 1)
    for row in range(len(keys)):
        slot = ((keys[row] * _MIX) >> _SHIFT) & mask
        while table[slot] != _ZERO and table[slot] != keys[row]:
            slot = (slot + _ONE) & mask
        slots[row] = np.int64(slot) if table[slot] == keys[row] else NO_ROW


@compiled
def count_chain(heads: Ints, following: Ints, counts: Ints) -> None:
    """How many rows hang on each slot."""
    for slot in range(len(heads)):
        row = heads[slot]
        while row != NO_ROW:
            counts[slot] += 1
            row = following[row]


@compiled
def count_hits(slots: Ints, hits: Ints) -> None:
    """How many probing rows fell on each slot."""
    for slot in slots:
        if slot != NO_ROW:
            hits[slot] += 1


@compiled
def emit(slots: Ints, allowed: Array, heads: Ints, following: Ints, lefts: Ints, rights: Ints) -> int:
    """Pairs of a hanging row and a probing row, for the slots allowed; gives how many."""
    found = 0
    for right in range(len(slots)):
        if slots[right] != NO_ROW and allowed[slots[right]]:
            row = heads[slots[right]]
            while row != NO_ROW:
                lefts[found] = row
                rights[found] = right
                found += 1
                row = following[row]
    return found


@compiled
def fold_in(column: Array, hashes: Words) -> None:
    """Mix a column of whole numbers into the hashes of its rows; no hash becomes 0."""
    for row in range(len(hashes)):
        value = (hashes[row] ^ np.uint64(column[row])) * _MIX
        hashes[row] = value ^ (value >> _SHIFT) | _ONE


@compiled
def mark(hashes: Words, bits: Words) -> None:
    """Set the bit of every hash."""
    mask = np.uint64(len(bits) * 64 - 1)
    for place in range(len(hashes)):
        bit = (hashes[place] >> _EIGHT) & mask
        bits[bit >> _SIX] |= _ONE << (bit & _SIXTY_THREE)


@compiled
def mark_again(hashes: Words, asked: Array, bits: Words, again: Words) -> None:
    """Set the bit of every hash asked about in ``bits``, and in ``again`` when it was set before."""
    mask = np.uint64(len(bits) * 64 - 1)
    for place in range(len(hashes)):
        if asked[place]:
            bit = (hashes[place] >> _EIGHT) & mask
            one = _ONE << (bit & _SIXTY_THREE)
            again[bit >> _SIX] |= bits[bit >> _SIX] & one
            bits[bit >> _SIX] |= one


@compiled
def marked(hashes: Words, asked: Array, bits: Words, kept: Ints) -> int:
    """Places of the hashes asked about whose bit is set; gives how many."""
    mask = np.uint64(len(bits) * 64 - 1)
    found = 0
    for place in range(len(hashes)):
        bit = (hashes[place] >> _EIGHT) & mask
        if asked[place] and bits[bit >> _SIX] >> (bit & _SIXTY_THREE) & _ONE:
            kept[found] = place
            found += 1
    return found


@compiled
def keep_best(  # noqa: PLR0913, PLR0917 - the pairs, and the two best of each record so far
    lefts: Ints, rights: Ints, weights: Array, people: Ints, best: Ints, second: Ints, best_weight: Array,
    second_weight: Array,
) -> None:  # fmt: skip
    """Keep the two best candidates of every record (place of the pair in ``best``), the smaller person at a tie.

    A pair met twice counts once.
    """
    for pair in range(len(lefts)):
        row = lefts[pair]
        rival = best[row]
        if rival != NO_ROW and rights[rival] == rights[pair]:
            continue
        weight = weights[pair]
        ahead = rival == NO_ROW or weight > best_weight[row]
        if ahead or (weight == best_weight[row] and people[pair] < people[rival]):
            second[row], second_weight[row] = rival, best_weight[row]
            best[row], best_weight[row] = pair, weight
        elif second[row] == NO_ROW or weight > second_weight[row]:
            second[row], second_weight[row] = pair, weight


@compiled
def count_into(places: Ints, counts: Ints) -> None:
    """Add one at every place."""
    for place in places:
        counts[place] += 1
