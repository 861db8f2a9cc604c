"""Names (họ, đệm, tên) as numbers of words: drawn by people, sex and time of birth, spoilt by moving to another block.

A name is four word numbers, 0 for none. The book holds every word many times over: block 0 as written, then one block
a kind of slip, so that spoiling a million names is an addition. Kinh surnames follow published counts (Nguyễn about
31.5 %); given and middle names are lists in order of popularity for births to 1955, to 1979, to 1999 and since, with
Zipf weights; names of other peoples are read from the plain tables of the invented country.
"""

import csv
import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench.linkage import spelling
from bench.linkage.chance import Draw, Ints, Rng

HERE = Path(__file__).parent / "data"
COUNTRY = Path(__file__).parents[2] / "partners" / "country" / "data"
ERAS = (1956, 1980, 2000)
KINH = "Kinh"
LIKE_KINH = frozenset({KINH, "Tày", "Nùng", "Thái", "Mường", "Dao", "Hoa"})
SURNAME_LAST = frozenset({"Ê Đê"})
NO_MIDDLE = (0.10, 0.07, 0.04, 0.02)
SECOND_MIDDLE = (0.03, 0.07, 0.17, 0.38)
MISTYPED, MARKED, SCANNED = 48, 10, 6

BLOCKS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("plain", str),
    ("tone_placement", spelling.tone_on_last_vowel),
    ("i_for_y", spelling.i_for_y),
    ("stroke_lost", spelling.stroke_lost),
    ("folded", spelling.folded),
    ("cluster", spelling.cut_to_cluster),
    ("letter", spelling.cut_to_letter),
    ("telex", lambda word: spelling.keystrokes(word, vni=False)),
    ("vni", lambda word: spelling.keystrokes(word, vni=True)),
)


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def name_book() -> "NameBook":
    """Return the one book of names."""
    return NameBook()


class NameBook:
    """All words of names and the chance of each; the same book for every seed."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {"": 0}
        self.peoples = [KINH, *(row["people"] for row in rows(COUNTRY / "peoples.csv"))]
        self.peoples = list(dict.fromkeys(self.peoples))
        self._surnames = Draw(self._surname_tables())
        givens, middles = self._tables()
        self._givens, self._middles = Draw(givens), Draw(middles)
        self._only_kinh_middles = np.array([one in LIKE_KINH for one in self.peoples])
        self._surname_last = np.array([one in SURNAME_LAST for one in self.peoples])
        self.size = len(self._number)
        self.block = {name: at for at, (name, _) in enumerate(BLOCKS)}
        self.words = self._blocks()

    def number(self, word: str) -> int:
        """Return the number of a word that is in the book."""
        return self._number[word]

    def people(self, name: str) -> int:
        """Return the number of a people by its name."""
        return self.peoples.index(name)

    def surnames(self, rng: Rng, people: Ints) -> Ints:
        """Return a surname for each person of ``people``."""
        return self._surnames(rng, people)

    def given(self, rng: Rng, people: Ints, female: Ints, year: Ints) -> Ints:
        """Return a given name for each."""
        return self._givens(rng, self._table(people, female, year))

    def middles(self, rng: Rng, people: Ints, female: Ints, year: Ints) -> tuple[Ints, Ints]:
        """Return the first and the second middle name of each; 0 where there is none."""
        table = self._table(people, female, year)
        first, second = self._middles(rng, table), self._middles(rng, table)
        share = np.array(SECOND_MIDDLE)[np.digitize(year, ERAS)]
        usual = (second == self._number["Văn"]) | (second == self._number["Thị"]) | (second == first)
        kept = (rng.random(len(year)) < share) & self._only_kinh_middles[people] & (first != 0) & ~usual
        return first, np.where(kept, second, 0)

    def in_order(self, people: Ints, parts: Ints) -> Ints:
        """Return (surname, middle, middle, given) in the order in which the people writes them."""
        last = self._surname_last[people]
        parts[last] = parts[last][:, [1, 2, 3, 0]]
        return parts

    def spell(self, parts: Ints) -> pa.Array:
        """Return the names of rows of four word numbers as text."""
        columns = [self.words.take(pa.array(parts[:, at])) for at in range(parts.shape[1])]
        return pc.binary_join_element_wise(*columns, " ", null_handling="skip")

    def variants(self, kind: str) -> tuple[int, int]:
        """Return the first block of a random kind of slip, and how many blocks it has."""
        fixed = len(BLOCKS)
        return {
            "mistyped": (fixed, MISTYPED),
            "marked": (fixed + MISTYPED, MARKED),
            "scanned": (fixed + MISTYPED + MARKED, SCANNED),
        }[kind]

    def _word(self, text: str) -> int:
        return self._number.setdefault(text, len(self._number))

    def _table(self, people: Ints, female: Ints, year: Ints) -> Ints:
        return (people * 2 + female) * (len(ERAS) + 1) + np.digitize(year, ERAS)

    def _surname_tables(self) -> list[tuple[list[int], list[float]]]:
        weights: dict[str, dict[str, float]] = {one: {} for one in self.peoples}
        weights[KINH] = {row["surname"]: float(row["weight"]) for row in rows(HERE / "surnames.csv")}
        for row in rows(COUNTRY / "surnames.csv"):
            if row["people"] in weights and row["people"] != KINH:
                weights[row["people"]][row["surname"]] = float(row["weight"])
        return [
            ([self._word(one) for one in table or [""]], list(table.values()) or [1.0]) for table in weights.values()
        ]

    def _tables(self) -> tuple[list[tuple[list[int], list[float]]], list[tuple[list[int], list[float]]]]:
        """Return given and middle names: a table for each people, sex and era, in that order."""
        own = {(row["people"], row["sex"]): row for row in rows(COUNTRY / "peoples.csv") if row["sex"]}
        given = {(row["era"], row["sex"]): row["given"].split() for row in rows(HERE / "given.csv")}
        middle = {(row["era"], row["sex"]): row["middles"] for row in rows(HERE / "middles.csv")}
        givens, middles = [], []
        for people in self.peoples:
            for sex in "MF":
                for era in "1234":
                    row = own.get((people, sex))
                    names = list(dict.fromkeys(row["givens"].split() if row else given[era, sex]))
                    flat = 12.0 if row else 7.0
                    givens.append(
                        ([self._word(one) for one in names], [1 / (rank + flat) for rank in range(len(names))])
                    )
                    found = re.findall(r"([^:]*):([\d.]+)\s?", row["middles"] if row else middle[era, sex])
                    table = {self._word(word): float(weight) for word, weight in found}
                    if not row:
                        none = NO_MIDDLE[int(era) - 1]
                        table[0] = sum(table.values()) * none / (1 - none)
                    middles.append((list(table), list(table.values())))
        return givens, middles

    def _blocks(self) -> pa.Array:
        """Return every word in every block; empty words are null, which joining skips."""
        chance = random.Random(20240630)
        words = list(self._number)
        spelt = [change(word) for _, change in BLOCKS for word in words]
        for slip, times in (
            (spelling.mistyped, MISTYPED),
            (spelling.mark_mistaken, MARKED),
            (spelling.misread, SCANNED),
        ):
            spelt += [slip(word, chance) for _ in range(times) for word in words]
        return pa.array([word or None for word in spelt], pa.string())
