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
Text: TypeAlias = tuple[np.uint64, np.uint64, np.uint64]
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
_TEN, _LETTER = np.uint64(10), np.uint64(31)
_LONGEST_NUMBER = 19  # digits that fit 63 bits
_LEAST_COUNTED = 9  # digits: a shorter one is no number of a person anyway
_MOST_WORDS = 1024
_TOO_FAR = 3


def compiled(function: _Function) -> _Function:
    """Compile a function when it is first called; it runs beside other threads."""
    made: Any = njit(cache=True, nogil=True)(function)
    return made  # type: ignore[no-any-return]  # the same function, compiled


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
def find(value: np.uint64, keys: Words, values: Ints) -> int:
    """Value of one hash in an open table, -1 where it has none."""
    mask = np.uint64(len(keys) - 1)
    slot = value & mask
    while keys[slot] != _ZERO and keys[slot] != value:
        slot = (slot + _ONE) & mask
    return NO_ROW if keys[slot] == _ZERO else int(values[slot])


@compiled
def keep_syllables(meaning: Words, kept: Ints, many: int) -> int:
    """Put the syllables of a word behind those kept; gives how many they are now."""
    first = np.int64(meaning[0])
    for syllable in range(first, first + np.int64(meaning[1])):
        if many < len(kept):
            kept[many] = syllable
            many += 1
    return many


@compiled
def read_names(  # noqa: PLR0913, PLR0917 - texts, tables of words and syllables, and what is found
    data: Bytes, offsets: Ints, rows: Ints, keys: Words, values: Ints, meanings: Words, syllables: Words,
    factors: Words, hashes: Array, text: Words, repaired: Bytes, unknown: Words, spans: Ints,
) -> tuple[int, int]:  # fmt: skip
    """Hashes of the names of some rows: toned, folded, bag, surname, given, middle (in ``hashes``), packed ``text``.

    ``meanings`` tells of a word where its syllables begin, how many, whether it was repaired; ``syllables`` has columns
    ``SYLLABLE``. A row with a word that is not in the table is put in ``rows`` again and the word in ``unknown`` and
    ``spans`` as far as there is room: gives how many rows are left, and how many words were put.
    """
    kept = np.empty(_MOST_WORDS, np.int64)
    left, missing = 0, 0
    for row in rows:
        many, complete = 0, True
        start, end = offsets[row], offsets[row + 1]
        value = _SEED
        for place in range(start, end + 1):
            if place < end and data[place] > _SPACE:
                value = (value ^ np.uint64(data[place])) * _PRIME
                continue
            if place > start:
                value = (value ^ (value >> _SHIFT)) | _ONE
                word = find(value, keys, values)
                if word == NO_ROW:
                    complete = False
                    if missing < len(unknown):
                        unknown[missing], spans[2 * missing], spans[2 * missing + 1] = value, start, place
                        missing += 1
                else:
                    repaired[row] |= np.uint8(meanings[word, 2])
                    many = keep_syllables(meanings[word], kept, many)
            start, value = place + 1, _SEED
        if complete:
            many = without_initials(kept, many, syllables)
            name_row(row, kept, many, syllables, factors, hashes)
            pack(kept, many, syllables, text[row])
        else:
            rows[left] = row
            left += 1
    return left, missing


@compiled
def without_initials(kept: Ints, many: int, syllables: Words) -> int:
    """Leave out what is a lone initial between surname and given name; gives how many syllables stay."""
    written = 0
    for place in range(many):
        if not (syllables[kept[place], _INITIAL] and 0 < place < many - 1):
            kept[written] = kept[place]
            written += 1
    return written


@compiled
def name_row(row: int, kept: Ints, many: int, syllables: Words, factors: Words, hashes: Array) -> None:
    """Hashes of one name, the upper half of 64 bits each."""
    toned, folded, bag, middle = _ZERO, _ZERO, _ZERO, _ZERO
    for place in range(many):
        here = syllables[kept[place], 1]
        factor = factors[min(place, len(factors) - 1)]
        toned += syllables[kept[place], 0] * factor
        folded += here * factor
        bag += here * (here | _ONE)
        if 0 < place < many - 1:
            middle += here * factor
    hashes[0, row], hashes[1, row], hashes[2, row] = toned >> _SHIFT, folded >> _SHIFT, bag >> _SHIFT
    hashes[3, row] = syllables[kept[0], 1] >> _SHIFT if many > 1 else _ZERO
    hashes[4, row] = syllables[kept[many - 1], 1] >> _SHIFT if many > 0 else _ZERO
    hashes[5, row] = middle >> _SHIFT


@compiled
def read_digits(data: Bytes, offsets: Ints, digits: Words, lengths: Bytes) -> None:
    """Digits of every text as a number and how many there are; letters put for digits (O, Q, I, L) are read as such.

    All else is passed over. More than 19 digits count as 20 and keep the first 19. What is typed to get past a form
    that insists on a number is none: one digit repeated, or counting up from 1.
    """
    for row in range(len(offsets) - 1):
        found, value = 0, _ZERO
        first, repeated, counting = _ZERO, True, True
        for place in range(offsets[row], offsets[row + 1]):
            sign = data[place]
            if sign in (79, 111, 81, 113):  # O o Q q
                sign = 48
            elif sign in (73, 105, 76, 108):  # I i L l
                sign = 49
            if 48 <= sign <= 57 and found <= _LONGEST_NUMBER:  # noqa: PLR2004 - the digits of ASCII
                digit = np.uint64(sign - 48)
                first = digit if found == 0 else first
                repeated = repeated and digit == first
                found += 1
                counting = counting and digit == np.uint64(found) % _TEN
                if found <= _LONGEST_NUMBER:
                    value = value * _TEN + digit
        if repeated or (counting and found >= _LEAST_COUNTED):
            found, value = 0, _ZERO
        digits[row] = value
        lengths[row] = found


@compiled
def letter(text: Text, place: int) -> int:
    """Letter of a packed text, 0 behind its end."""
    return int((text[place // LETTERS] >> (np.uint64(place % LETTERS) * _LETTER_BITS)) & _LETTER)


@compiled
def letters_in(text: Text) -> int:
    """How many letters a packed text has."""
    for place in range(LETTERS * TEXT_WORDS):
        if letter(text, place) == 0:
            return place
    return LETTERS * TEXT_WORDS


@compiled
def _cell(  # noqa: PLR0913, PLR0917 - a cell of the table of distances, and where it stands
    across: int, before: int, above: int, left: Text, right: Text, row: int, column: int, columns: int
) -> int:
    if column < 0 or column > columns:
        return _TOO_FAR
    if column == 0:
        return min(row, _TOO_FAR)
    change = across + (1 if letter(left, row - 1) != letter(right, column - 1) else 0)
    return min(change, before + 1, above + 1, _TOO_FAR)


@compiled
def edits(left: Text, right: Text) -> int:
    """Levenshtein distance of two packed texts, 3 when it is more than 2: only five diagonals of the table matter."""
    rows, columns = letters_in(left), letters_in(right)
    if abs(rows - columns) >= _TOO_FAR:
        return _TOO_FAR
    a, b, c, d, e = 3, 3, 0, 1, 2
    for row in range(1, rows + 1):
        a = _cell(a, _TOO_FAR, b, left, right, row, row - 2, columns)
        b = _cell(b, a, c, left, right, row, row - 1, columns)
        c = _cell(c, b, d, left, right, row, row, columns)
        d = _cell(d, c, e, left, right, row, row + 1, columns)
        e = _cell(e, d, _TOO_FAR, left, right, row, row + 2, columns)
        if min(a, b, c, d, e) >= _TOO_FAR:
            return _TOO_FAR
    apart = columns - rows
    return a if apart == -2 else b if apart == -1 else c if apart == 0 else d if apart == 1 else e  # noqa: PLR2004


@compiled
def text_edits(left: Words, right: Words) -> int:
    """Distance of the packed texts of two rows."""
    return edits((left[0], left[1], left[2]), (right[0], right[1], right[2]))


@compiled
def spell(value: np.uint64, length: int) -> Text:
    """Digits of a number as packed text, leading zeros kept; each is one more than itself so that nothing is 0."""
    first, second = _ZERO, _ZERO
    for place in range(length - 1, -1, -1):
        digit = (value % _TEN + _ONE) << (np.uint64(place % LETTERS) * _LETTER_BITS)
        value = value // _TEN
        if place < LETTERS:
            first |= digit
        else:
            second |= digit
    return first, second, _ZERO


@compiled
def number_edits(digits: np.uint64, length: int, number: np.uint64, full: int) -> int:
    """Distance of a number as it was typed from a number of ``full`` digits."""
    if abs(np.int64(length) - full) >= _TOO_FAR:
        return _TOO_FAR
    return edits(spell(digits, int(length)), spell(number, full))


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
