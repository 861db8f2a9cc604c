"""``ansinh extract``: receive a population extract, list those held, delete those whose day has come."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ansinh.core import clock, work
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import Refusal
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import receive_extract
from ansinh.identity.models import ExtractDisposal, PopulationExtract


class Command(BaseCommand):
    """Receive, list and delete extracts."""

    help = "Tiếp nhận, liệt kê và xóa theo lịch các bản trích cơ sở dữ liệu dân cư."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="receive|list|delete-due")
        receive = acts.add_parser("receive", help="Niêm phong một bản trích (Parquet hoặc CSV) vào kho của cơ quan.")
        receive.add_argument("path", type=Path, help="Tệp bản trích.")
        receive.add_argument(
            "--cut-off", type=date.fromisoformat, required=True, help="Ngày chốt số liệu, dạng 2024-06-01."
        )
        receive.add_argument("--remove", action="store_true", help="Xóa tệp gốc sau khi đã niêm phong.")
        acts.add_parser("list", help="Các bản trích đã tiếp nhận: còn giữ đến ngày nào, hoặc đã xóa ngày nào.")
        acts.add_parser("delete-due", help="Xóa ngay các bản trích đã đến hạn, không chờ tiến trình xử lý nền.")

    def handle(self, **options: Any) -> None:
        if options["act"] == "receive":
            self.receive(options["path"], options["cut_off"], remove=options["remove"])
        elif options["act"] == "list":
            self.list_extracts()
        else:
            self.delete_due()

    def receive(self, path: Path, cut_off: date, *, remove: bool) -> None:
        """Seal one file; without ``--remove`` say that it still lies there in plain."""
        try:
            extract = receive_extract(path=path, cut_off_date=cut_off, actor=SYSTEM, at=clock.now())
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"Đã tiếp nhận bản trích {extract}: {extract.rows} người, SHA-256 {extract.digest}.")
        self.stdout.write(f"Bản niêm phong: {extract.file}, giữ đến {extract.delete_on:%d/%m/%Y}.")
        if remove:
            path.unlink()
            self.stdout.write("Đã xóa tệp gốc.")
        else:
            self.stdout.write(f"Tệp gốc {path} vẫn còn và chưa mã hóa; hãy xóa khi không cần nữa (--remove).")

    def list_extracts(self) -> None:
        """Tell of every extract what is kept of it."""
        extracts = PopulationExtract.objects.order_by("received_at", "pk")
        for extract in extracts:
            self.stdout.write(
                f"{extract.pk:>4}  chốt {extract}  {extract.rows:>12,} người  ".replace(",", ".")
                + f"nhận {extract.received_at.astimezone(VIETNAM):%d/%m/%Y}  {self.standing(extract)}  "
                + extract.digest[:12]
            )
        if not extracts:
            self.stdout.write("Chưa tiếp nhận bản trích nào.")

    def standing(self, extract: PopulationExtract) -> str:
        """Say until when an extract is held, or since when it is not."""
        if extract.deleted_at:
            return f"đã xóa {extract.deleted_at.astimezone(VIETNAM):%d/%m/%Y}"
        return f"giữ đến {extract.delete_on:%d/%m/%Y}" if extract.is_held else "chưa niêm phong, cần tiếp nhận lại"

    def delete_due(self) -> None:
        """Carry out the disposals that are due; one that cannot be yet says why."""
        queue, worker = work.QUEUES["identity.disposal"], "extract delete-due"
        done = 0
        while row := work.claim(queue, worker=worker, at=clock.now()):
            work.carry_out(queue, row, clock=clock.now)
            row = ExtractDisposal.objects.select_related("extract").get(pk=row.pk)
            if row.status == row.Status.DONE:
                done += 1
            else:
                self.stderr.write(f"{row}: {row.problem}")
        self.stdout.write(f"Đã xóa {done} bản trích đến hạn.")
