"""``ansinh link INSURED POPULATION --out DECISIONS``: link two files from the command line."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ansinh.core.strict_yaml import InvalidFile
from ansinh.identity.linkage import DECISIONS, DEFAULT_POLICY, ENGINES, LinkageRefused, Policy, link, report_folder


class Command(BaseCommand):
    """Link a file of insured people to a file of citizens; touches no database of the house."""

    help = "Đối khớp tệp người tham gia với tệp dân cư: mỗi bản ghi một kết luận, kèm báo cáo."
    requires_system_checks = ()  # needs neither the database nor the catalogues

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "insured", help="Tệp người tham gia: Parquet hoặc CSV; một tệp, một mẫu tên hoặc một thư mục."
        )
        parser.add_argument("population", help="Tệp dân cư, như trên.")
        parser.add_argument("--out", type=Path, required=True, help="Tệp kết luận (Parquet) sẽ được ghi.")
        parser.add_argument("--policy", type=Path, default=DEFAULT_POLICY, help="Tệp chính sách đối khớp (YAML).")
        parser.add_argument(
            "--engine", choices=ENGINES, default=ENGINES[0], help="duckdb: trên máy này; spark: trên cụm Spark."
        )
        parser.add_argument("--master", help="Cụm Spark, ví dụ spark://may-chu:7077; bỏ trống khi dùng spark-submit.")
        parser.add_argument("--memory", default="4GB", help="Bộ nhớ tối đa cho cơ sở dữ liệu tạm, ví dụ 4GB.")
        parser.add_argument("--threads", type=int, default=2, help="Số luồng.")

    def handle(self, **options: Any) -> None:
        out: Path = options["out"]
        try:
            report = link(
                options["insured"],
                options["population"],
                out,
                policy=Policy.load(options["policy"]),
                memory=options["memory"],
                threads=options["threads"],
                engine=options["engine"],
                master=options["master"],
                progress=self._hear(),
            )
        except (LinkageRefused, InvalidFile) as refused:
            raise CommandError(str(refused)) from refused
        except FileNotFoundError as missing:
            raise CommandError(f"Không thấy tệp «{missing.filename}». Hãy kiểm tra đường dẫn.") from missing
        for code, words in DECISIONS.items():
            records = report.decisions[code]
            self.stdout.write(f"  {words:<45}{_number(records):>14}  {100 * records / report.records:6.2f} %")
        for bounded in report.bounded:
            self.stdout.write(
                f"  Bỏ khóa tìm «{bounded.key}»: {_number(bounded.values)} giá trị có quá nhiều dòng dùng chung "
                f"({_number(bounded.records)} bản ghi)."
            )
        self.stdout.write(
            f"Xong {_number(report.records)} bản ghi với {_number(report.citizens)} công dân "
            f"trong {report.seconds:.1f} giây. "
            f"Kết luận: {out}. Báo cáo: {report_folder(out) / 'index.html'}"
        )

    def _hear(self) -> Callable[[str, float], None]:
        """Print each tenth of the way once."""
        heard = -1

        def hear(step: str, share: float) -> None:
            nonlocal heard
            tenth = int(share * 10)
            if tenth > heard:
                heard = tenth
                self.stdout.write(f"{tenth * 10:>3} %  {step}")

        return hear


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")
