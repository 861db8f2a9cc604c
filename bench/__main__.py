"""``python -m bench``: every benchmark on the demo country, each beside its floor."""

import argparse
import subprocess
import sys
from pathlib import Path

FOLDER = Path("var/bench")


def main() -> None:
    """Make the country once, then measure import and linkage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--citizens", type=int, default=210_000)
    parser.add_argument("--insured", type=int, default=185_000)
    asked = parser.parse_args()
    folder = FOLDER / f"{asked.insured}"
    if not (folder / "truth.parquet").exists():
        sizes = ["--citizens", str(asked.citizens), "--insured", str(asked.insured)]
        subprocess.run([sys.executable, "-m", "partners.country", "--out", str(folder), *sizes], check=True)
    from bench import import_rows, linkage_rows  # noqa: PLC0415 - they read Django settings and the files made above

    import_rows.run(folder / "insured.csv")
    linkage_rows.run(folder)


if __name__ == "__main__":
    main()
