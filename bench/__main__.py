"""``python -m bench``: import of the demo country and linkage of files of its size, each beside its floor."""

import argparse
import subprocess
import sys
from pathlib import Path

from bench.linkage import compare
from bench.timing import REPEATS

FOLDER = Path("var/bench")


def main() -> None:
    """Make the files once, then measure; Splink runs beside linkage in ``python -m bench.linkage``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--citizens", type=int, default=210_000)
    parser.add_argument("--insured", type=int, default=185_000)
    asked = parser.parse_args()
    folder = FOLDER / f"{asked.insured}"
    if not (folder / "truth.parquet").exists():
        sizes = ["--citizens", str(asked.citizens), "--insured", str(asked.insured)]
        subprocess.run([sys.executable, "-m", "partners.country", "--out", str(folder), *sizes], check=True)
    from bench import import_rows  # noqa: PLC0415 - it reads Django settings and the files made above

    import_rows.run(folder / "insured.csv")
    size = compare.Size(f"{asked.insured}", asked.insured, asked.citizens, repeats=REPEATS)
    compare.show(size, compare.measure(size, peer=False))


if __name__ == "__main__":
    main()
