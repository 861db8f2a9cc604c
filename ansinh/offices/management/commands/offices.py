"""``ansinh offices load``: bring areas and units up to the files shipped with this version."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ansinh.core import clock
from ansinh.core.errors import Refusal
from ansinh.core.permissions import SYSTEM
from ansinh.core.strict_yaml import InvalidFile
from ansinh.offices.actions import load_reference


class Command(BaseCommand):
    """Load the organisation's reference data; safe to run again."""

    help = "Nạp danh mục địa bàn và đơn vị; chạy lại không làm thay đổi gì."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["load"])

    def handle(self, **_: Any) -> None:
        try:
            loaded = load_reference(actor=SYSTEM, at=clock.now())
        except (InvalidFile, Refusal) as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"Đã thêm {loaded.areas} địa bàn, {loaded.successions} quan hệ kế thừa, {loaded.units} đơn vị; "
            f"cập nhật {loaded.changed} dòng."
        )
