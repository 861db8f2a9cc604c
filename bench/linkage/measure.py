"""What a command costs as its user sees it: wall time of the whole process, and peak memory of it and its children.

The command is started by a small process of its own (this file as a script). The kernel counts into a process's peak
what the memory of its starter was, so a bench that has just made ten million people must not start it itself.
"""

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

LOG = Path("var/bench/linkage/last.log")
SAMPLE_SECONDS = 0.2


class CommandFailed(RuntimeError):
    """A measured command ended with an error; the message holds the end of what it said."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Median seconds, largest memory in bytes and median seconds of all cores over the repeats."""

    seconds: float
    memory: int
    cpu: float = 0


def cost(command: list[str], repeats: int, environment: dict[str, str]) -> Cost:
    """Run the command ``repeats`` times, each in a new process."""
    runs = [_once(command, environment) for _ in range(repeats)]
    return Cost(
        statistics.median(one.seconds for one in runs),
        max(one.memory for one in runs),
        statistics.median(one.cpu for one in runs),
    )


def _once(command: list[str], environment: dict[str, str]) -> Cost:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    # -P: the modules beside this file must not stand in for those of the standard library that have their names.
    starter = [sys.executable, "-P", str(Path(__file__).resolve()), str(LOG), *command]
    answer = subprocess.run(starter, env=os.environ | environment, stdout=subprocess.PIPE, check=True).stdout
    code, seconds, memory, cpu = json.loads(answer)
    if code:
        raise CommandFailed(f"{' '.join(command)} ended with {code}:\n{LOG.read_text(encoding='utf-8')[-2000:]}")
    return Cost(seconds, memory, cpu)


def start(log: str, *command: str) -> None:
    """Run the command, what it says going to ``log``, and print code, seconds, peak bytes, seconds of cores."""
    with Path(log).open("w", encoding="utf-8") as said:
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=said)
        watch = _Watch(process.pid)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        watch.stop()
    process.returncode = os.waitstatus_to_exitcode(status)
    # The kernel's figure is exact for the largest single process; the samples see processes side by side.
    cpu = usage.ru_utime + usage.ru_stime
    print(json.dumps([process.returncode, seconds, max(usage.ru_maxrss * 1024, watch.peak), cpu]))


class _Watch(threading.Thread):
    """Samples the resident memory of a process and all below it."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._pid = pid
        self._over = threading.Event()

    def stop(self) -> None:
        """Stop sampling."""
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, _resident(self._pid))


def _resident(pid: int) -> int:
    """Return the resident bytes of a process and its descendants; 0 for one that has just ended."""
    folder = Path("/proc", str(pid))
    try:
        pages = int((folder / "statm").read_text().split()[1])
        children = [int(one) for task in (folder / "task").iterdir() for one in (task / "children").read_text().split()]
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(_resident(one) for one in children)


if __name__ == "__main__":
    start(*sys.argv[1:])
