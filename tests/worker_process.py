"""A worker in a process of its own, to be killed: ``python -m tests.worker_process prepare|work FOLDER``."""

import sys
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - models need apps

from ansinh.core import clock, work  # noqa: E402
from ansinh.core.permissions import SYSTEM  # noqa: E402
from ansinh.identity.actions import receive_extract, start_run  # noqa: E402
from ansinh.identity.ports import is_connected  # noqa: E402
from ansinh.identity.queues import runs  # noqa: E402
from ansinh.offices import intake  # noqa: E402
from ansinh.offices.actions import load_reference  # noqa: E402
from ansinh.registry.actions import request_import  # noqa: E402
from tests.cast import DAY, NOW, open_cast  # noqa: E402

CHUNK = 25


def prepare(folder: Path) -> None:
    """Load a small country and put a countrywide run in line: by the service where one is set up, else by extract."""
    call_command("migrate", verbosity=0)
    load_reference(actor=SYSTEM, at=NOW, data=intake.shipped().of_provinces())
    binh = open_cast()
    request_import(path=folder / "insured.csv", file_name="insured.csv", effective_date=DAY, actor=SYSTEM, at=NOW)
    work.drain(worker="prepare", clock=clock.now)
    population = folder / "population.parquet"
    extract = None if is_connected() else receive_extract(path=population, cut_off_date=DAY, actor=SYSTEM, at=NOW)
    start_run(area=None, extract=extract, effective_date=DAY, actor=binh.actor(binh.binh), at=NOW)


if __name__ == "__main__":
    runs.CHUNK = CHUNK
    if sys.argv[1] == "prepare":
        prepare(Path(sys.argv[2]))
    else:
        call_command("work", "--once")
