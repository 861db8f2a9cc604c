"""Names (họ tên): drawn by ethnic group, sex and time of birth, as four words each."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from partners.country.dice import Bools, Floats, Ints, ladder, pick
from partners.country.people import Roster
from partners.country.tables import KINH, NameTables, Weighted

Words = npt.NDArray[np.int32]

_ERAS = np.array([1960, 1980, 2000])
_SECOND_MIDDLE = np.array([0.02, 0.05, 0.13, 0.27])
"""Share of four-word names by era: they are a habit of the young."""
_CLAN_LAST = ("Ê Đê",)
"""Groups that write the clan after the given name: Y Bhăm Niê."""


class Book:
    """All words of all names, each with a number; number 0 is no word at all."""

    def __init__(self, tables: NameTables, peoples: list[str]) -> None:
        self._tables, self._peoples = tables, peoples
        self._number: dict[str, int] = {"": 0}
        for kind in (tables.surnames, tables.middles, tables.givens):
            for table in kind.values():
                for word in table.words:
                    self._number.setdefault(word, len(self._number))
        self._words = pa.array([None, *list(self._number)[1:]])

    def _draw(self, table: Weighted, era: Ints, chance: Floats) -> Words:
        numbers = np.array([self._number[word] for word in table.words], dtype=np.int32)
        if len(table.weights) == 1:
            return numbers[pick(ladder(table.weights[0]), chance)]
        chosen = np.zeros(era.size, dtype=np.int64)
        for index, weights in enumerate(table.weights):
            rows = np.flatnonzero(era == index)
            chosen[rows] = pick(ladder(weights), chance[rows])
        return numbers[chosen]

    def draw(self, roster: Roster, years: Ints, dice: np.random.Generator) -> npt.NDArray[np.int32]:
        """Name everybody; shape (4, people): surname, middle, second middle, given name.

        Those of the father's line share his surname; twins share middle names and differ in the given name.
        """
        size = roster.sex.size
        line = dice.random(roster.house_people.size)[roster.house]
        chances = dice.random((5, size))
        chances[0] = np.where(roster.own_line, chances[0], line)
        twin = np.flatnonzero(roster.twin)
        chances[1:4, twin] = chances[1:4, twin - 1]
        era = np.searchsorted(_ERAS, years, side="right").astype(np.int64)
        words = np.zeros((4, size), dtype=np.int32)
        people = roster.house_people[roster.house]
        for group, name in enumerate(self._peoples):
            for code, sex in enumerate("MF"):
                rows = np.flatnonzero((people == group) & (roster.sex == code))
                if rows.size:
                    words[:, rows] = self._of_group((name, sex), era[rows], chances[:, rows])
        return words

    def _of_group(self, key: tuple[str, str], era: Ints, chances: Floats) -> Words:
        words = np.zeros((4, era.size), dtype=np.int32)
        surnames = self._tables.surnames.get(key[0])
        if surnames:
            words[0] = self._draw(surnames, era, chances[0])
        words[1] = self._draw(self._tables.middles[key], era, chances[1])
        words[3] = self._draw(self._tables.givens[key], era, chances[4])
        if self._tables.givens[key] is self._tables.givens[KINH, key[1]]:
            second = self._draw(self._tables.middles[KINH, key[1]], era, chances[2])
            marked = np.isin(second, [self._number["Thị"], self._number["Văn"]])
            wanted: Bools = (chances[3] < _SECOND_MIDDLE[era]) & ~marked & (second != words[1])
            words[2] = np.where(wanted & (second != words[3]), second, 0)
            words[1] = np.where(words[1] == words[3], self._number["Thị" if key[1] == "F" else "Văn"], words[1])
        if key[0] in _CLAN_LAST:
            words = words[[1, 2, 3, 0]]
        return words

    def text(self, words: npt.NDArray[np.int32]) -> pa.Array:
        """Write names out, words apart by one space."""
        parts = [self._words.take(pa.array(row)) for row in words]
        return pc.binary_join_element_wise(*parts, " ", null_handling="skip")
