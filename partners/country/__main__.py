"""``python -m partners.country --out DIR``: write a synthetic country."""

import argparse
import sys
from pathlib import Path

from partners.country.generate import generate


def _tell(step: str, done: int, total: int) -> None:
    sys.stderr.write(f"{step}: {done:,}/{total:,} ({done * 100 // total} %)\n")


def main() -> int:
    """Read the command line, write the files, and say what cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m partners.country", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--citizens", type=int, default=210_000)
    parser.add_argument("--insured", type=int, default=185_000)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--areas", type=Path, default=Path("ansinh/offices/areas"))
    parser.add_argument("--one-birth-year", type=int, default=None, metavar="YEAR")
    asked = vars(parser.parse_args())
    try:
        generate(asked.pop("out"), progress=_tell, **asked)
    except (ValueError, FileNotFoundError) as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
