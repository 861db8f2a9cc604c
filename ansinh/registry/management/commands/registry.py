"""``ansinh registry import FILE``: bring a file of insured people into the register."""

import dataclasses
import os
import socket
import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ansinh.core import clock, work
from ansinh.core.errors import Refusal
from ansinh.core.models import QueueRow
from ansinh.core.permissions import SYSTEM
from ansinh.registry.actions import ImportRefused, request_import
from ansinh.registry.intake.faults import ValueUnreadable
from ansinh.registry.intake.readers import read_day
from ansinh.registry.intake.rejects import NAME
from ansinh.registry.models import ImportBatch


class Command(BaseCommand):
    """Ask for an import and carry it out; the same file again goes on where a killed import stopped."""

    help = "Nhập một tệp dữ liệu người tham gia (CSV, XLSX hoặc Parquet) vào cơ sở dữ liệu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["import"])
        parser.add_argument("file", type=Path, help="Tệp CSV (UTF-8), XLSX hoặc Parquet; hàng đầu là tên cột.")
        parser.add_argument("--effective", default="", help="Ngày dữ liệu có hiệu lực, dd/mm/yyyy; mặc định hôm nay.")

    def handle(self, **options: Any) -> None:
        try:
            effective = read_day(options["effective"]) if options["effective"] else clock.today()
            batch = self._batch(options["file"], effective)
        except ValueUnreadable as fault:
            raise CommandError(str(fault)) from None
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        started = time.monotonic()
        with Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        ) as progress:
            self._follow(batch, progress)
        self._tell_end(batch, time.monotonic() - started)

    def _batch(self, path: Path, effective: date) -> ImportBatch:
        try:
            return request_import(
                path=path, file_name=path.name, effective_date=effective, actor=SYSTEM, at=clock.now()
            )
        except ImportRefused as refusal:
            earlier = ImportBatch.objects.filter(pk=str(refusal.data.get("batch") or 0)).first()
            if earlier is None or not earlier.is_open:
                raise
            self.stdout.write(f"Tiếp tục lô {earlier.pk} đang dở.")
            return earlier

    def _follow(self, batch: ImportBatch, progress: Progress) -> None:
        """Carry the batch out here, or watch while another worker does; a killed one's batch frees after a minute."""
        task = progress.add_task("Đang chờ", total=None)
        queue = work.QUEUES["registry.import"]

        class Shown(work.Beat):
            """A beat that is also drawn."""

            def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
                super().__call__(step, done, total)
                progress.update(task, description=step, completed=done, total=total or None)

        shown = dataclasses.replace(queue, carry_out=lambda row, beat: queue.carry_out(row, Shown(row, beat.clock)))
        while batch.is_open:
            claimed = work.claim(shown, worker=f"{socket.gethostname()}:{os.getpid()}", at=clock.now())
            if claimed:
                work.carry_out(shown, claimed, clock=clock.now)
            else:
                time.sleep(1)
            batch.refresh_from_db()
            progress.update(task, description=batch.step or "Đang chờ", completed=batch.done, total=batch.total or None)

    def _tell_end(self, batch: ImportBatch, seconds: float) -> None:
        if batch.status != QueueRow.Status.DONE:
            raise CommandError(f"Lô {batch.pk}: {batch.get_status_display().lower()}. {batch.problem}")
        rows = batch.loaded + batch.rejected
        speed = f"{rows / seconds:,.0f}".replace(",", ".")
        self.stdout.write(
            f"Lô {batch.pk}: {_number(rows)} dòng, đã nạp {_number(batch.loaded)} người, "
            f"từ chối {_number(batch.rejected)} dòng ({speed} dòng/giây)."
        )
        if batch.rejected:
            self.stdout.write(f"Dòng bị từ chối kèm lý do: {batch.folder / NAME}")


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
