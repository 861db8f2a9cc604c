"""The three that are compared: An Sinh, Splink and the plain join, each as a command and a way to read its pairs."""

import sys
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from bench.linkage.measure import Cost, cost
from bench.linkage.quality import Quality, quality

OURS, SPLINK, FLOOR = "An Sinh", "Splink", "plain join"
ENVIRONMENT = {"ANSINH_VAR": "var/bench/home"}
LARGEST_FOR_SPLINK = 20_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """What one engine did on one pair of files; ``skipped`` says why it did not."""

    engine: str
    rows: int
    cost: Cost | None = None
    quality: Quality | None = None
    skipped: str = ""


def ours(folder: Path, rows: int, repeats: int, memory: str) -> Line:
    """Measure ``ansinh link``."""
    out = folder / "decisions.parquet"
    command = [str(Path(sys.executable).parent / "ansinh"), "link", *_files(folder), "--out", str(out)]
    spent = cost([*command, "--memory", memory, "--threads", "2"], repeats, ENVIRONMENT)
    pairs = f"SELECT *, decision IN ('VERIFIED', 'CORRECTED') AS decided FROM read_parquet('{out}')"
    return Line(OURS, rows, spent, quality(pairs, folder / "truth.parquet"))


def floor(folder: Path, rows: int, repeats: int) -> Line:
    """Measure the plain join."""
    out = folder / "floor.parquet"
    spent = cost([sys.executable, "-m", "bench.linkage.plain_join", *_files(folder), str(out)], repeats, {})
    pairs = f"SELECT *, 1 AS probability, 0 AS weight, true AS decided FROM read_parquet('{out}')"
    return Line(FLOOR, rows, spent, quality(pairs, folder / "truth.parquet"))


def splink(folder: Path, rows: int, repeats: int) -> Line:
    """Measure Splink; every figure is the better of its best pairs and its mutually best pairs."""
    if rows > LARGEST_FOR_SPLINK:
        return Line(SPLINK, rows, skipped="needs more memory than the machine has: 17.8 GB already at 10 million")
    if find_spec("splink") is None:
        return Line(SPLINK, rows, skipped="not installed: uv sync --group bench")
    out = folder / "splink.parquet"
    spent = cost([sys.executable, "-m", "bench.linkage.splink_peer", *_files(folder), str(out)], repeats, {})
    return Line(SPLINK, rows, spent, splink_quality(out, folder / "truth.parquet"))


def splink_quality(out: Path, truth: Path) -> Quality:
    """Return the quality of what Splink wrote, deciding at its best threshold."""
    pairs = f"SELECT *, false AS decided FROM read_parquet('{out}')"
    each, mutual = (quality(pairs + only, truth) for only in ("", " WHERE mutual"))
    better = max(each, mutual, key=lambda one: one.best_f1)
    return replace(better.decided_at_best(), certain=max(each.certain, mutual.certain))


def _files(folder: Path) -> list[str]:
    return [str(folder / "insured.parquet"), str(folder / "population.parquet")]
