"""Progress (tiến độ) of a run as one share from 0 to 1, out of the shares of its steps."""

from collections.abc import Callable, Sequence

Hear = Callable[[str, float], None]
"""Hears the title of a step, and the share of the run that is done."""


def stepped(hear: Hear, steps: Sequence[tuple[str, float]]) -> Callable[[int], Callable[[float], None]]:
    """Return what gives each step, by its number, a hearer for its own share from 0 to 1.

    ``steps`` are titles and the shares at which they begin; the last has no title and tells where the one before ends.
    """

    def step(number: int) -> Callable[[float], None]:
        (title, start), (_, end) = steps[number], steps[number + 1]
        return lambda share: hear(title, start + (end - start) * share)

    return step
