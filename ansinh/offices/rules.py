"""Roles as data: ``roles.yaml`` read and checked once."""

import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("roles.yaml")
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and figures that look alike: a temporary password is read aloud or copied by hand."""


@dataclass(frozen=True, slots=True)
class Role:
    """Role (vai trò): a named set of permissions; ``countrywide`` when it is never granted over one area."""

    name: str
    label: str
    countrywide: bool
    permissions: frozenset[str]


@cache
def roles() -> dict[str, Role]:
    """Return every role by name.

    :raises KeyError: when the file lacks a field; the system check of this room names the file
    """
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {
        name: Role(name, row["label"], row["scope"] == "country", frozenset(row["permissions"]))
        for name, row in data.items()
    }


def changes_data(permissions: frozenset[str]) -> bool:
    """Tell whether these permissions let somebody change data: any act that is not merely seeing."""
    return any(not name.partition(":")[2].startswith("see") for name in permissions)


def temporary_password() -> str:
    """Make a password of three groups of five letters: about 74 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))
