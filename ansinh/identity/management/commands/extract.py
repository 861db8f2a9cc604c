"""``ansinh extract``: receive a population extract."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ansinh.core import clock
from ansinh.core.errors import Refusal
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import receive_extract


class Command(BaseCommand):
    """Take note of an extract; the file stays where it is."""

    help = "Tiếp nhận một bản trích cơ sở dữ liệu dân cư (Parquet hoặc CSV)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="Tệp bản trích; tệp được giữ nguyên tại chỗ.")
        parser.add_argument(
            "--cut-off", type=date.fromisoformat, required=True, help="Ngày chốt số liệu, dạng 2024-06-01."
        )

    def handle(self, **options: Any) -> None:
        try:
            extract = receive_extract(
                path=options["path"], cut_off_date=options["cut_off"], actor=SYSTEM, at=clock.now()
            )
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(f"Đã tiếp nhận bản trích {extract}: {extract.rows} người, SHA-256 {extract.digest}.")
