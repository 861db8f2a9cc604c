"""Numbers (các số định danh): personal, old nine-digit, insurance and household numbers, each given out once.

The personal number (facts D.1): three digits for the province of birth registration, one for century and sex, two for
the year of birth, six that look random. Insurance and household numbers: two digits for the province and eight more.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.country.dice import Bools, Ints, Tally, scatter

LAST_CMND_YEAR = 2002
"""Nine-digit numbers ended before those born later turned 14."""
_MILLION, _PERSONAL, _OLD, _EIGHT = 10**6, (1000, 1000), (2500, 4000), (10**4, 10**4)
_PRIME, _STEP = 2_147_483_647, 48_271


@dataclass
class Issuer:
    """All numbers of one country, over all its chunks; one seed, one country."""

    seed: int

    def __post_init__(self) -> None:
        """Start with nothing given out."""
        self._personal = Tally(_MILLION)
        self._old, self._insurance, self._household = Tally(100), Tally(100), Tally(100)

    def personal(self, province: Ints, sex: Ints, year: Ints) -> Ints:
        """Give 12-digit personal numbers (số định danh cá nhân); ``sex`` 0 male, 1 female."""
        cell = (province * 10 + (year // 100 - 19) * 2 + sex) * 100 + year % 100
        return cell * _MILLION + scatter(self._personal.take(cell), cell, _PERSONAL, self.seed)

    def old(self, prefix: Ints, holders: Bools) -> Ints:
        """Give 9-digit numbers (số CMND) to holders, -1 to the others; ``prefix`` two digits."""
        numbers = np.full(prefix.size, -1, dtype=np.int64)
        cell = prefix[holders]
        numbers[holders] = cell * 10**7 + scatter(self._old.take(cell), cell, _OLD, self.seed + 1)
        return numbers

    def insurance(self, province: Ints) -> Ints:
        """Give 10-digit insurance numbers (mã số BHXH)."""
        serial = scatter(self._insurance.take(province), province, _EIGHT, self.seed + 2)
        return province * 10**8 + serial

    def household(self, province: Ints) -> Ints:
        """Give 10-digit household codes (mã hộ gia đình)."""
        serial = scatter(self._household.take(province), province, _EIGHT, self.seed + 3)
        return province * 10**8 + serial

    def person_ids(self, first: int, count: int) -> Ints:
        """Give the extract's own row numbers: unique below 2^31 - 1 people, and telling nothing about the order."""
        return (np.arange(first, first + count, dtype=np.int64) + 1) * _STEP % _PRIME


def digits(numbers: Ints, width: int) -> pa.Array:
    """Write numbers with leading zeros; a negative number is null."""
    return pc.utf8_lpad(pa.array(numbers, mask=numbers < 0).cast(pa.string()), width, "0")
