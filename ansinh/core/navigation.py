"""The main menu: each room adds its own entry, shown to those who may open it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from ansinh.core.permissions import Actor, Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """One place in the menu; ``url`` is a URL name."""

    label: str
    url: str
    permission: Permission
    order: int


ENTRIES: dict[str, Entry] = {}


def add(label: str, url: str, permission: Permission, *, order: int) -> None:
    """Put a page in the menu; adding it again replaces it."""
    ENTRIES[url] = Entry(label, url, permission, order)


def visible_to(actor: Actor) -> list[Entry]:
    """Return the entries this person may open, in order."""
    return sorted((entry for entry in ENTRIES.values() if actor.may(entry.permission)), key=lambda entry: entry.order)


def current(entries: Sequence[Entry], path: str) -> Entry | None:
    """Return the entry a page belongs to: the one whose address is the longest beginning of ``path``."""
    inside = [entry for entry in entries if path.startswith(reverse(entry.url))]
    return max(inside, key=lambda entry: len(reverse(entry.url)), default=None)
