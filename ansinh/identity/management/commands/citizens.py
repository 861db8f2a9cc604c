"""``ansinh citizens index``: make the index by which one person is looked up, from the latest extract held."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ansinh.core import clock
from ansinh.core.errors import Refusal
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import index_citizens
from ansinh.identity.models import CitizenIndex
from ansinh.identity.queries import held_extracts


class Command(BaseCommand):
    """Make the index; killed half-way it has not begun."""

    help = "Lập chỉ mục công dân từ bản trích mới nhất còn giữ, để tra cứu từng người tại quầy."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["index"])

    def handle(self, **_options: Any) -> None:
        extracts = held_extracts()
        if not extracts:
            raise CommandError(
                "Chưa có bản trích dân cư nào để lập chỉ mục. Hãy tiếp nhận: ansinh extract receive TỆP --cut-off NGÀY."
            )
        started = time.monotonic()
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        with Progress(*columns) as progress:
            task = progress.add_task("Mở bản trích", total=None)

            def hear(step: str, done: int, total: int) -> None:
                progress.update(task, description=step, completed=done, total=total)

            try:
                index = index_citizens(extract=extracts[0], hear=hear, actor=SYSTEM, at=clock.now())
            except Refusal as refusal:
                raise CommandError(refusal.message) from refusal
        self._tell(index, time.monotonic() - started)

    def _tell(self, index: CitizenIndex, seconds: float) -> None:
        citizens = f"{index.citizens:,}".replace(",", ".")
        self.stdout.write(
            f"Đã lập chỉ mục {citizens} công dân của bản trích chốt {index.extract} trong {seconds:.0f} giây; "
            f"được xóa cùng bản trích ngày {index.extract.delete_on:%d/%m/%Y}."
        )
