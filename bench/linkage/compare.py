"""One size compared: files made once, three engines measured, one table, results kept for the curve."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.linkage import curve, engines
from bench.linkage.engines import FLOOR, OURS, SPLINK, Line
from bench.linkage.files import Asked, write
from bench.linkage.measure import Cost
from bench.linkage.quality import Quality

FOLDER = Path("var/bench/linkage")
PICTURE = Path("docs/pictures/linkage-curve.svg")
SEED = 2024


@dataclass(frozen=True, slots=True)
class Size:
    """A pair of files and how often each engine runs on it."""

    name: str
    insured: int
    population: int
    repeats: int = 1
    year: int | None = None

    def asked(self) -> Asked:
        """Return what the generator is asked for."""
        return Asked(self.insured, self.population, SEED, self.year)


SIZES = {
    one.name: one
    for one in (
        Size("100k", 100_000, 103_000),
        Size("1m", 1_000_000, 1_030_000, repeats=3),
        Size("density", 1_500_000, 1_550_000, year=1980),
        Size("10m", 10_000_000, 10_300_000),
        Size("93m", 93_000_000, 96_000_000),
    )
}
ALL = ("1m", "density", "10m", "93m")


def run(size: Size, *, memory: str = "4GB", repeats: int | None = None) -> None:
    """Measure all engines on one size, print the table, keep the results."""
    lines = measure(size, memory=memory, repeats=repeats)
    show(size, lines)
    keep(size, lines)


def measure(size: Size, *, memory: str = "4GB", repeats: int | None = None, peer: bool = True) -> list[Line]:
    """Make the files where they are not there yet and let the engines run, one after the other."""
    folder = made(size)
    times = repeats or size.repeats
    lines = [engines.floor(folder, size.insured, times), engines.ours(folder, size.insured, times, memory)]
    if peer:
        lines.append(engines.splink(folder, size.insured, times))
    return lines


def made(size: Size) -> Path:
    """Folder of the files of a size, made where they are not there yet."""
    folder = FOLDER / size.name
    if not (folder / "truth.parquet").exists():
        print(f"Making {size.insured:,} × {size.population:,} people in {folder} …", flush=True)
        write(size.asked(), folder)
    return folder


def show(size: Size, lines: list[Line]) -> None:
    """Print one table: cost beside the floor and the peer, quality beside the truth."""
    title = f"{size.insured:,} × {size.population:,}, " + ("one birth year" if size.year else "all ages")
    seconds = {line.engine: line.cost.seconds for line in lines if line.cost}
    print(f"\nLinkage, {title} ({os.cpu_count()} cores)")
    print(
        f"  {'engine':<12}{'seconds':>9}{'memory':>9}{'rows/s':>11}{'× floor':>9}{'Splink ÷':>10}"
        f"{'precision':>11}{'recall':>9}{'F1':>9}{'best F1':>9}{'recall at precision ≥ 0.9999':>30}"
    )
    for line in sorted(lines, key=lambda one: (OURS, SPLINK, FLOOR).index(one.engine)):
        if line.cost is None or line.quality is None:
            print(f"  {line.engine:<12}skipped: {line.skipped}")
            continue
        spent, right = line.cost, line.quality
        splink = f"{seconds[SPLINK] / spent.seconds:.1f}" if SPLINK in seconds else "–"
        print(
            f"  {line.engine:<12}{spent.seconds:>9.1f}{spent.memory / 1e9:>6.2f} GB{line.rows / spent.seconds:>11,.0f}"
            f"{spent.seconds / seconds[FLOOR]:>9.1f}{splink:>10}{right.precision:>11.5f}{right.recall:>9.4f}"
            f"{right.f1:>9.4f}{right.best_f1:>9.4f}{right.certain:>30.4f}"
        )


def keep(size: Size, lines: list[Line]) -> None:
    """Write the results as JSON and draw the curve of all that is kept."""
    folder = FOLDER / "results"
    folder.mkdir(parents=True, exist_ok=True)
    content = {"size": asdict(size), "cores": os.cpu_count(), "lines": [asdict(line) for line in lines]}
    (folder / f"{size.name}.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
    curve.draw(kept(), PICTURE)


def kept() -> dict[str, list[Line]]:
    """Return the results kept so far, by size, smallest first."""
    found: dict[str, list[Line]] = {}
    for name in SIZES:
        path = FOLDER / "results" / f"{name}.json"
        if path.exists():
            found[name] = [_line(one) for one in json.loads(path.read_text(encoding="utf-8"))["lines"]]
    return found


def growth() -> None:
    """Print what a row costs at each size of all ages, relative to a row among a million."""
    results = kept()
    costs = {
        engine: {
            name: line.cost.seconds / line.rows
            for name in ("1m", "10m", "93m")
            for line in results.get(name, [])
            if line.engine == engine and line.cost
        }
        for engine in (OURS, SPLINK, FLOOR)
    }
    print("\nCost of a row relative to 1 million")
    for engine, per_row in costs.items():
        if "1m" in per_row:
            print(f"  {engine:<12}" + "".join(f"{name:>6} {one / per_row['1m']:.2f}" for name, one in per_row.items()))


def _line(stored: dict[str, object]) -> Line:
    spent, right = stored["cost"], stored["quality"]
    return Line(
        engine=str(stored["engine"]),
        rows=int(str(stored["rows"])),
        cost=Cost(**spent) if isinstance(spent, dict) else None,
        quality=Quality(**right) if isinstance(right, dict) else None,
        skipped=str(stored["skipped"]),
    )
