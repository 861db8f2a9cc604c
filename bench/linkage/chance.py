"""Seeded chance over whole columns: weighted draws from many tables at once, and the array types all modules share."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Rng = np.random.Generator


class Draw:
    """Weighted choice from one of several tables a row: a row says which table, chance says which value."""

    def __init__(self, tables: Sequence[tuple[Sequence[int], Sequence[float]]]) -> None:
        steps, values = [], []
        for number, (choices, weights) in enumerate(tables):
            cumulated = np.cumsum(np.asarray(weights, dtype=np.float64))
            # The last step is one below the next table's start, so that no draw can fall out of its own table.
            steps.append(number + np.minimum(cumulated / cumulated[-1], 1.0))
            values.append(np.asarray(choices, dtype=np.int64))
        self._steps = np.concatenate(steps)
        self._values = np.concatenate(values)

    def __call__(self, rng: Rng, table: Ints) -> Ints:
        """Return one value for each row from its ``table``."""
        place = np.searchsorted(self._steps, table + rng.random(len(table)), side="right")
        return self._values[np.minimum(place, len(self._values) - 1)]


def happens(rng: Rng, share: Floats | float, rows: int) -> Bools:
    """Return which of ``rows`` something with probability ``share`` happens to."""
    return rng.random(rows) < share


def drawn(rng: Rng, steps: Floats, rows: int) -> Ints:
    """Return ``rows`` choices among cumulated weights."""
    found: Ints = np.searchsorted(steps, rng.random(rows) * steps[-1])
    return found
