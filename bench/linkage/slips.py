"""Slips of the pen made on whole columns: which row gets which, and what it then says."""

import unicodedata
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench.linkage import dates, rates
from bench.linkage.chance import Bools, Floats, Ints, Rng
from bench.linkage.names import NameBook
from bench.linkage.numbers import FILLERS, digits
from bench.linkage.spelling import garbled

Change = Callable[[str], str]
BLOCKS = frozenset({"tone_placement", "i_for_y", "stroke_lost", "folded", "telex", "vni"})
SHARED = "079000000001"  # the number of an employer's form
POWERS: Ints = np.array([10**at for at in range(12)])


class Slips:
    """Which slip each row of one field has."""

    def __init__(self, rng: Rng, shares: dict[str, float], careless: Floats) -> None:
        steps = np.cumsum([0.0, *shares.values()])
        roll = rng.random(len(careless)) / careless
        self._kind = np.searchsorted(steps, roll, side="right") - 1
        self._names = {name: at for at, name in enumerate(shares)}

    def __getitem__(self, name: str) -> Ints:
        """Return the rows with this slip."""
        return np.flatnonzero(self._kind == self._names[name])

    def rows(self) -> Ints:
        """Return the rows with any slip of this field."""
        return np.flatnonzero(self._kind < len(self._names))


def careless(rng: Rng, rows: int) -> Floats:
    """Return how careless each row was written; the mean is 1."""
    shares, factors = zip(*rates.CARELESSNESS, strict=True)
    return np.array(factors)[np.searchsorted(np.cumsum(shares)[:-1], rng.random(rows), side="right")]


def spoil_parts(rng: Rng, book: NameBook, parts: Ints, slips: Slips, relatives: Ints) -> None:
    """Spoil names as rows of four word numbers, in place; ``relatives`` are the names of somebody of the family."""
    for name in BLOCKS:
        rows = slips[name]
        parts[rows] += book.block[name] * book.size
    for name in ("marked", "mistyped", "scanned"):
        first, count = book.variants(name)
        _one_word(rng, parts, slips[name], (first + rng.integers(0, count, len(slips[name]))) * book.size)
    parts[slips["cluster"], 0] += book.block["cluster"] * book.size
    parts[slips["letter"], :3] += book.block["letter"] * book.size
    parts[slips["middle_letter"], 1:3] += book.block["letter"] * book.size
    parts[slips["middle_missing"], 1:3] = 0
    rows = slips["middle_other"]
    parts[rows, 1] = rng.permutation(parts[:, 1])[rows] % book.size
    rows = slips["other_given"]
    parts[rows, 3] = rng.permutation(parts[:, 3])[rows] % book.size
    rows = slips["swapped"]
    parts[rows] = parts[rows][:, [3, 0, 1, 2]]
    rows = slips["relative"]
    parts[rows] = relatives[rows]


def _one_word(rng: Rng, parts: Ints, rows: Ints, blocks: Ints) -> None:
    """Move one word of each row, surnames least often, to a block; words that are not there stay away."""
    column = np.searchsorted([0.2, 0.5, 0.6], rng.random(len(rows)))
    column = np.where(parts[rows, column] == 0, 3, column)
    there = parts[rows, column] != 0
    parts[rows[there], column[there]] += blocks[there]


def spoil_text(names: pa.Array, upper: Bools, slips: Slips) -> pa.Array:
    """Spoil names as text: capitals by office, spaces, decomposition, garbling, a field too short."""
    names = pc.if_else(pa.array(upper), pc.utf8_upper(names), names)
    changes: dict[str, Change] = {
        "spaces": lambda text: ("  " if len(text) % 2 else " ").join(text.split(" ")) + " " * (len(text) % 3),
        "joined": lambda text: text.replace(" ", "", 1),
        "decomposed": lambda text: unicodedata.normalize("NFD", text),
        "garbled": garbled,
        "cut": lambda text: text[:15],
    }
    for name, change in changes.items():
        rows = slips[name]
        mask = np.zeros(len(names), dtype=bool)
        mask[rows] = True
        spoilt = pa.array([change(text) for text in names.take(pa.array(rows)).to_pylist()], pa.string())
        names = pc.replace_with_mask(names, pa.array(mask), spoilt)
    return names


def spoil_dates(rng: Rng, known: Ints, slips: Slips, relatives: Ints) -> Ints:
    """Return dates as a clerk wrote them; those known in part only suffer what can happen to them."""
    year, month, day = dates.split(known)
    out = known.copy()
    filled = (month == 0) & (rng.random(len(known)) < rates.FILLED_FOR_YEAR)
    out[filled] = dates.number(year, month + 1, day + 1)[filled]
    whole = day > 0

    def put(name: str, new: Ints) -> None:
        rows = slips[name]
        rows = rows[whole[rows]]
        out[rows] = new[rows]

    put("year_only", dates.number(year, month * 0, day * 0))
    put("month_only", known - day)
    put("new_year", dates.number(year, month * 0 + 1, day * 0 + 1))
    swap = day <= 12  # noqa: PLR2004 - only a day that can be a month
    put("swapped", np.where(swap, dates.number(year, day, month), known))
    put("digit", _digit(rng, year, month, day))
    sign = rng.integers(0, 2, len(known)) * 2 - 1
    put("year_near", known + 416 * sign)
    put("decade", known + 4160 * sign)
    put("day_near", dates.shifted(known, sign * rng.integers(1, 4, len(known))))
    put("moon", dates.shifted(known, -rng.integers(19, 51, len(known))))
    put("relative", relatives)
    put("century", dates.number(np.where(year < 1950, year + 100, year - 100), month, day))  # noqa: PLR2004 - two digits
    return out


def _digit(rng: Rng, year: Ints, month: Ints, day: Ints) -> Ints:
    """Return dates with one digit of day, month or year another; the day may then not exist."""
    which = rng.integers(0, 4, len(year))
    other = rng.integers(1, 9, len(year))
    day = np.where(which == 0, np.maximum(day // 10 * 10 + (day % 10 + other) % 10, 1), day)
    day = np.where(which == 1, np.maximum((day + 10) % 40, 1), day)
    month = np.where(which == 2, np.minimum(np.maximum(month // 10 * 10 + (month % 10 + other) % 10, 1), 12), month)  # noqa: PLR2004 - a choice of four
    year = np.where(which == 3, year // 10 * 10 + (year % 10 + other) % 10, year)  # noqa: PLR2004
    return dates.number(year, month, np.minimum(day, 31))


def date_column(text: pa.DictionaryArray, known: Ints, slips: Slips) -> pa.Array:
    """Return the column of dates, some of them in a short style that no form asks for."""
    rows = slips["short"]
    year, month, day = (one[rows] for one in dates.split(known))
    rows, year, month, day = (one[day > 0] for one in (rows, year, month, day))
    if not len(rows):
        return text
    short = [
        f"{d}/{m}/{y % 100:02}" if at % 2 else f"{d:02}-{m:02}-{y}"
        for at, (y, m, d) in enumerate(zip(year.tolist(), month.tolist(), day.tolist(), strict=True))
    ]
    mask = np.zeros(len(known), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(text.dictionary_decode(), pa.array(mask), pa.array(short))


def number_column(
    rng: Rng, mine: tuple[Ints, Ints], others: tuple[Ints, Ints, Ints], slips: Slips, shared: Bools | None = None
) -> pa.Array:
    """Return the column of numbers as typed.

    ``mine`` is the number and the old number (0: none); ``others`` the number of somebody of the family, of a
    stranger, and one of the person's own that was cancelled; ``shared`` rows all carry one number.
    """
    number, old = mine
    out = number.copy()
    for name, other in zip(("relative", "stranger", "cancelled"), others, strict=True):
        out[slips[name]] = other[slips[name]]
    rows = slips["digit"]
    out[rows] = _other_digit(rng, number[rows], 12)
    rows = slips["exchanged"]
    out[rows] = _exchanged(rng, number[rows])
    out[slips["filler"]] = FILLERS[rng.integers(0, len(FILLERS), len(slips["filler"]))]
    text = digits(out, 12)
    rows = np.concatenate([slips["old"], slips["old_mistyped"]])
    spoilt = old.copy()
    wrong = slips["old_mistyped"]
    spoilt[wrong] = _other_digit(rng, old[wrong], 9)
    holders = rows[old[rows] > 0]
    text = _put(text, holders, digits(spoilt[holders], 9))
    text = _restyle(text, slips)
    missing = np.zeros(len(number), dtype=bool)
    missing[slips["missing"]] = True
    text = pc.if_else(pa.array(missing), pa.scalar(None, pa.string()), text)
    return text if shared is None else pc.if_else(pa.array(shared), SHARED, text)


def _put(text: pa.Array, rows: Ints, new: pa.Array) -> pa.Array:
    """Return the column with some rows replaced."""
    mask = np.zeros(len(text), dtype=bool)
    mask[rows] = True
    order = np.argsort(rows, kind="stable")
    return pc.replace_with_mask(text, pa.array(mask), new.take(pa.array(order)))


def _restyle(text: pa.Array, slips: Slips) -> pa.Array:
    """Return numbers with zeros lost, digits grouped, cut short or one typed twice."""
    styles: dict[str, Change] = {
        "zero_lost": lambda one: one.lstrip("0"),
        "grouped": lambda one: (
            " ".join((one[:3], one[3:6], one[6:]))
            if int(one[-1]) % 2
            else ".".join((one[:3], one[3:6], one[6:9], one[9:]))
        ),
        "cut": lambda one: one[:-1] if int(one[-2]) % 2 else one[:-2],
        "doubled": lambda one: one[:5] + one[4:],
    }
    for name, style in styles.items():
        rows = slips[name]
        text = _put(text, rows, pa.array([style(one) for one in text.take(pa.array(rows)).to_pylist()], pa.string()))
    return text


def _other_digit(rng: Rng, numbers: Ints, width: int) -> Ints:
    power = POWERS[rng.integers(0, width, len(numbers))]
    digit = numbers // power % 10
    change = (digit + rng.integers(1, 10, len(numbers))) % 10 - digit
    return np.add(numbers, change * power, dtype=np.int64)


def _exchanged(rng: Rng, numbers: Ints) -> Ints:
    """Return numbers with two neighbouring digits exchanged, of the last nine."""
    power = POWERS[rng.integers(0, 9, len(numbers))]
    change = numbers // (power * 10) % 10 - numbers // power % 10
    return np.subtract(numbers, change * power * 9, dtype=np.int64)
