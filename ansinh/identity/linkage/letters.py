"""Letters (chữ): names and numbers as they lie in a file, read by compiled loops, packed and compared letter by letter.

A text of up to 36 letters is packed in three words, five bits a letter, so that two people are compared without a copy.
"""

from typing import TypeAlias

import numpy as np

from ansinh.identity.linkage.compiled import (
    NO_ROW,
    ONE,
    PRIME,
    SEED,
    SHIFT,
    ZERO,
    Array,
    Bytes,
    Ints,
    Words,
    compiled,
    find,
)  # fmt: skip

Text: TypeAlias = tuple[np.uint64, np.uint64, np.uint64]

LETTERS = 12
"""Letters of five bits in one word of packed text; a name has three such words."""
TEXT_WORDS = 3
SYLLABLE = ("toned", "folded", "packed", "length", "initial")
"""Columns of a table of syllables: two hashes, the letters and how many, whether it is a mere initial."""
_PACKED, _LENGTH, _INITIAL = 2, 3, 4

_SPACE = 32
_LETTER_BITS = np.uint64(5)
_TEXT_MASK = np.uint64((1 << 60) - 1)
_TEN, _LETTER = np.uint64(10), np.uint64(31)
_LONGEST_NUMBER = 19  # digits that fit 63 bits
_LEAST_COUNTED = 9  # digits: a shorter one is no number of a person anyway
_MOST_WORDS = 1024
_TOO_FAR = 3


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
        value = SEED
        for place in range(start, end + 1):
            if place < end and data[place] > _SPACE:
                value = (value ^ np.uint64(data[place])) * PRIME
                continue
            if place > start:
                value = (value ^ (value >> SHIFT)) | ONE
                word = find(value, keys, values)
                if word == NO_ROW:
                    complete = False
                    if missing < len(unknown):
                        unknown[missing], spans[2 * missing], spans[2 * missing + 1] = value, start, place
                        missing += 1
                else:
                    repaired[row] |= np.uint8(meanings[word, 2])
                    many = keep_syllables(meanings[word], kept, many)
            start, value = place + 1, SEED
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
    toned, folded, bag, middle = ZERO, ZERO, ZERO, ZERO
    for place in range(many):
        here = syllables[kept[place], 1]
        factor = factors[min(place, len(factors) - 1)]
        toned += syllables[kept[place], 0] * factor
        folded += here * factor
        bag += here * (here | ONE)
        if 0 < place < many - 1:
            middle += here * factor
    hashes[0, row], hashes[1, row], hashes[2, row] = toned >> SHIFT, folded >> SHIFT, bag >> SHIFT
    hashes[3, row] = syllables[kept[0], 1] >> SHIFT if many > 1 else ZERO
    hashes[4, row] = syllables[kept[many - 1], 1] >> SHIFT if many > 0 else ZERO
    hashes[5, row] = middle >> SHIFT


@compiled
def read_digits(data: Bytes, offsets: Ints, digits: Words, lengths: Bytes) -> None:
    """Digits of every text as a number and how many there are; letters put for digits (O, Q, I, L) are read as such.

    All else is passed over. More than 19 digits count as 20 and keep the first 19. What is typed to get past a form
    that insists on a number is none: one digit repeated, or counting up from 1.
    """
    for row in range(len(offsets) - 1):
        found, value = 0, ZERO
        first, repeated, counting = ZERO, True, True
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
            found, value = 0, ZERO
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
    first, second = ZERO, ZERO
    for place in range(length - 1, -1, -1):
        digit = (value % _TEN + ONE) << (np.uint64(place % LETTERS) * _LETTER_BITS)
        value = value // _TEN
        if place < LETTERS:
            first |= digit
        else:
            second |= digit
    return first, second, ZERO


@compiled
def number_edits(digits: np.uint64, length: int, number: np.uint64, full: int) -> int:
    """Distance of a number as it was typed from a number of ``full`` digits."""
    if abs(np.int64(length) - full) >= _TOO_FAR:
        return _TOO_FAR
    return edits(spell(digits, int(length)), spell(number, full))
