"""How every benchmark measures: the same repeats for the work and for its floor, medians, one table."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

REPEATS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One measured thing: median seconds of its repeats, and how many rows it handled."""

    name: str
    rows: int
    seconds: float

    @property
    def rows_a_second(self) -> int:
        """Return the throughput."""
        return round(self.rows / self.seconds)


def median(name: str, rows: int, work: Callable[[], object], repeats: int = REPEATS) -> Line:
    """Run ``work`` some times and return the line with its median time."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return Line(name, rows, statistics.median(times))


def show(title: str, floor: Line, lines: list[Line]) -> None:
    """Print a table: each line beside the floor of the same run."""
    print(f"\n{title}")
    print(f"  {'work':<52}{'rows':>12}{'seconds':>10}{'rows/s':>12}{'x floor':>9}")
    for line in [*lines, floor]:
        ratio = line.seconds / line.rows / (floor.seconds / floor.rows)
        print(f"  {line.name:<52}{line.rows:>12,}{line.seconds:>10.2f}{line.rows_a_second:>12,}{ratio:>9.1f}")
