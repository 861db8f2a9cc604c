"""Personal numbers (số định danh), old numbers (số CMND) and insurance numbers: each given out once, and their digits.

A register remembers how many numbers each province, sex and year of birth has had, so it stays small however many
people there are. Numbers go out in runs of 16: neighbours in the order of asking (twins, a village) get neighbouring
numbers, as happens where a whole commune is registered in one afternoon.
"""

import numpy as np
import pyarrow as pa

from bench.linkage.chance import Ints

RUN = 16
STEP, APART = 29_989, 104_729  # primes: every run is met once before any again, each group begins elsewhere
PERSONAL = 1_000_000
OLD = 10_000_000
FILLERS = np.array([0, 123_456_789_012, 111_111_111_111, 999_999_999_999, 1_000_000_000, 79_000_000_001])


class Register:
    """What has been given out so far."""

    def __init__(self) -> None:
        self._personal = np.zeros(100 * 10 * 100, dtype=np.int64)
        self._old = np.zeros(100, dtype=np.int64)
        self._insurance = np.zeros(100, dtype=np.int64)

    def personal(self, province: Ints, female: Ints, year: Ints) -> Ints:
        """Return a new 12-digit number each: province of registration, century and sex, year, six digits."""
        group = (province * 10 + (year // 100 - 19) * 2 + female) * 100 + year % 100
        taken = _next(self._personal, group)
        return group * PERSONAL + _scattered(taken, group, PERSONAL)

    def old(self, province: Ints) -> Ints:
        """Return a new 9-digit number each; ``province`` is the province's code on old identity cards."""
        return province * OLD + _scattered(_next(self._old, province), province, OLD)

    def insurance(self, province: Ints) -> Ints:
        """Return a new 10-digit insurance number each: province, then eight digits in the order of coming."""
        return province * 100_000_000 + 1_000_000 + _next(self._insurance, province)


def _next(counts: Ints, group: Ints) -> Ints:
    """Return the running count of each row in its group, and remember the counts."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    start = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(group) else np.zeros(0, dtype=np.int64)
    length = np.diff(np.r_[start, len(group)])
    taken = np.empty(len(group), dtype=np.int64)
    taken[order] = np.arange(len(group)) - np.repeat(start, length) + counts[ordered]
    counts[ordered[start]] += length
    return taken


def _scattered(taken: Ints, group: Ints, room: int) -> Ints:
    """Return counts as digits: runs of neighbours, the runs scattered over the room; wraps when it is full."""
    runs = room // RUN
    return (taken // RUN * STEP + group * APART) % runs * RUN + taken % RUN


def digits(numbers: Ints, width: int) -> pa.Array:
    """Return numbers as text of a fixed width with leading zeros."""
    letters = np.empty((len(numbers), width), dtype=np.uint8)
    rest = numbers.copy()
    for at in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        letters[:, at] = digit + ord("0")
    offsets = np.arange(0, (len(numbers) + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(letters))
