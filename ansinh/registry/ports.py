"""What rooms above ask of the register: to be told, inside the transaction, whose facts an act has changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol


class Watcher(Protocol):
    """Somebody above who keeps something ready that depends on people's facts."""

    def __call__(self, people: Iterable[int], at: datetime) -> None:
        """Hear, by their keys, which people have changed; what is written is part of the act's transaction."""


WATCHERS: list[Watcher] = []
"""Rooms above put themselves here in their ``outcomes.py``."""


def tell(people: Iterable[int], at: datetime) -> None:
    """Tell every watcher; acts call it last but for their audit entry."""
    changed = list(people)
    for watcher in WATCHERS:
        watcher(changed, at)
