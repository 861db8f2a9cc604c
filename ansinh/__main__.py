"""The command ``ansinh``: every act of operation, from ``ansinh demo`` to ``ansinh audit verify``."""

import os
import sys
from importlib import import_module

from django.core.management import execute_from_command_line

# Files in, files out: the rooms of the house, which these do without, take longer to open than a small run takes.
PURE = {name: f"ansinh.identity.management.commands.{name}" for name in ("link", "relink", "dedupe")}


def main() -> None:
    """Run one management command, named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ansinh.settings")
    if sys.argv[1:2] and sys.argv[1] in PURE:
        import_module(PURE[sys.argv[1]]).Command().run_from_argv(["ansinh", *sys.argv[1:]])
        return
    execute_from_command_line(["ansinh", *sys.argv[1:]])


if __name__ == "__main__":
    main()
