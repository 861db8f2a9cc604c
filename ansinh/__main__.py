"""The command ``ansinh``: every act of operation, from ``ansinh demo`` to ``ansinh audit verify``."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run one management command, named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ansinh.settings")
    execute_from_command_line(["ansinh", *sys.argv[1:]])


if __name__ == "__main__":
    main()
