"""Settings from the environment: read once, typed, and documented where they are declared.

Each declaration adds a row to ``docs/generated/settings.md``; a test fails when the page and the code differ.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing an operator may set, with its default and what it is for."""

    name: str
    default: str
    about: str


SETTINGS: dict[str, Setting] = {}


def text(name: str, default: str, about: str) -> str:
    """Return the environment's value of ``name``, or its default.

    ``NAME_FILE`` may point to a file that holds the value, as container secrets do.
    """
    SETTINGS[name] = Setting(name, default, about)
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def flag(name: str, default: str, about: str) -> bool:
    """Return a yes/no setting.

    :raises ImproperlyConfigured: when the value is neither; a typo must not switch protection off silently.
    """
    value = text(name, default, about).lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be one of {sorted(TRUE | FALSE)}, not {value!r}.")


def secret(name: str, keep_in: Path, about: str) -> str:
    """Return a secret from the environment, else one made once and kept in ``keep_in`` (mode 0600)."""
    if value := text(name, "", about):
        return value
    if not keep_in.exists():
        keep_in.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(keep_in, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(os.urandom(48).hex())
    return keep_in.read_text(encoding="ascii")
