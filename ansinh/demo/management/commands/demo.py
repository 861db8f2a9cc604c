"""``ansinh demo``: a running An Sinh with an invented country; what is already told is not told again."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ansinh.core import clock
from ansinh.demo.people import PASSWORD, PLAYERS

TODAY = datetime(2024, 6, 28, 1, 0, tzinfo=UTC)


class Command(BaseCommand):
    """Set the demo up as far as needed and serve it."""

    help = "Dựng (hoặc mở lại) bản thử với một đất nước được tạo ra ngẫu nhiên, rồi chạy tại http://127.0.0.1:8000."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="Chỉ dựng dữ liệu, không chạy trang web.")
        parser.add_argument("--listen", default="127.0.0.1:8000")

    def handle(self, **options: Any) -> None:
        self.set_clock()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("offices", "load", stdout=self.stdout)
        call_command("programme", "load", stdout=self.stdout)
        self.tell_story()
        self.show_sign_ins(options["listen"])
        if not options["no_serve"]:
            call_command("serve", listen=options["listen"])

    def set_clock(self) -> None:
        """Put the demo in the middle of 2024, the year of its plan."""
        if not settings.CLOCK_FILE:
            raise CommandError("Bản thử cần CLOCK_FILE và ANSINH_VAR riêng; hãy chạy `make demo`.")
        file = Path(settings.CLOCK_FILE)
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(str(round((TODAY - clock.now()).total_seconds())), encoding="ascii")
            clock.offset.cache_clear()

    def tell_story(self) -> None:
        """Run the chapters that are not told yet, each with a progress bar."""
        from ansinh.demo.story import CHAPTERS  # noqa: PLC0415 - reads tables that migrate has just made

        columns = (TextColumn("{task.description:<34}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns) as progress:
            for chapter in CHAPTERS:
                if chapter.is_told():
                    continue
                bar = progress.add_task(chapter.title, total=None)

                def tell(step: str, done: int, total: int, bar: Any = bar) -> None:
                    progress.update(bar, description=step[:34], completed=done, total=total or None)

                chapter.tell(tell)
                total = progress.tasks[-1].total or 1
                progress.update(bar, description=chapter.title, completed=total, total=total)

    def show_sign_ins(self, listen: str) -> None:
        """Print who can sign in, and where to click."""
        table = Table(title=f"Đăng nhập tại http://{listen}, mật khẩu chung: {PASSWORD}")
        for head in ("Tên đăng nhập", "Người", "Vào đâu trước"):
            table.add_column(head)
        for one in PLAYERS:
            table.add_row(one.username, one.full_name, one.look_at)
        Console().print(table)
