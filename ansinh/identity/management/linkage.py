"""What the commands of the linkage engine share: limits, policy, progress on the terminal, refusals in words."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ansinh.core.strict_yaml import InvalidFile
from ansinh.identity.linkage import DEFAULT_POLICY, Bounded, LinkageRefused
from ansinh.identity.linkage.report import number


class LinkageCommand(BaseCommand):
    """Command of the linkage engine; touches no database of the house."""

    requires_system_checks = ()  # needs neither the database nor the catalogues

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add how to run: policy, memory, threads."""
        parser.add_argument("--policy", type=Path, default=DEFAULT_POLICY, help="Tệp chính sách đối khớp (YAML).")
        self.add_limits(parser)

    def add_limits(self, parser: ArgumentParser) -> None:
        """Add memory and threads."""
        parser.add_argument("--memory", default="4GB", help="Bộ nhớ tối đa cho cơ sở dữ liệu tạm, ví dụ 4GB.")
        parser.add_argument("--threads", type=int, default=2, help="Số luồng.")

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run the command, and say a refusal in a sentence."""
        with _in_words():
            return super().execute(*args, **options)

    def hear(self) -> Callable[[str, float], None]:
        """Print each tenth of the way once."""
        heard = -1

        def hear(step: str, share: float) -> None:
            nonlocal heard
            tenth = int(share * 10)
            if tenth > heard:
                heard = tenth
                self.stdout.write(f"{tenth * 10:>3} %  {step}")

        return hear

    def say(self, words: str, many: int, of: int) -> None:
        """Print a line of the result: how many of how many."""
        self.stdout.write(f"  {words:<45}{number(many):>14}  {100 * many / max(of, 1):6.2f} %")

    def say_bounded(self, left_out: Iterable[Bounded]) -> None:
        """Print the search keys that were left out."""
        for one in left_out:
            self.stdout.write(
                f"  Bỏ khóa tìm «{one.key}»: {number(one.values)} giá trị có quá nhiều dòng dùng chung "
                f"({number(one.records)} bản ghi)."
            )


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (LinkageRefused, InvalidFile) as refused:
        raise CommandError(str(refused)) from refused
    except FileNotFoundError as missing:
        raise CommandError(f"Không thấy tệp «{missing.filename}». Hãy kiểm tra đường dẫn.") from missing
