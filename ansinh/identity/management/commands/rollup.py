"""``ansinh rollup``: show that the sums equal a count of everybody, or have all of them counted anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ansinh.core import clock
from ansinh.identity import queries
from ansinh.identity.models import Touch


class Command(BaseCommand):
    """Check the sums behind the pages, or rebuild them."""

    help = "Kiểm tra số tổng hợp xác minh so với đếm lại toàn bộ, hoặc yêu cầu đếm lại mọi khối."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("do", choices=("check", "rebuild"), help="check: so với đếm lại; rebuild: đếm lại tất cả.")

    def handle(self, **options: Any) -> None:
        if options["do"] == "rebuild":
            blocks = Touch.objects.leave_everywhere(clock.now())
            self.stdout.write(f"Đã yêu cầu đếm lại {blocks} khối; tiến trình nền sẽ làm ngay.")
            return
        found = queries.drift()
        for line in found[:20]:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{len(found)} ô lệch so với đếm lại. Hãy chạy `ansinh rollup rebuild`.")
        self.stdout.write("Số tổng hợp bằng đúng kết quả đếm lại toàn bộ.")
