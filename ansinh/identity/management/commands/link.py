"""``ansinh link INSURED POPULATION --out DECISIONS``: link two files from the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from ansinh.identity.linkage import DECISIONS, ENGINES, Policy, link, report_folder
from ansinh.identity.linkage.report import number
from ansinh.identity.management.linkage import LinkageCommand


class Command(LinkageCommand):
    """Link a file of insured people to a file of citizens."""

    help = "Đối khớp tệp người tham gia với tệp dân cư: mỗi bản ghi một kết luận, kèm báo cáo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "insured", help="Tệp người tham gia: Parquet hoặc CSV; một tệp, một mẫu tên hoặc một thư mục."
        )
        parser.add_argument("population", help="Tệp dân cư, như trên.")
        parser.add_argument("--out", type=Path, required=True, help="Tệp kết luận (Parquet) sẽ được ghi.")
        parser.add_argument("--keep", type=Path, help="Kho giữ lại để lượt sau chỉ chạy phần thay đổi (relink).")
        parser.add_argument(
            "--engine", choices=ENGINES, default=ENGINES[0], help="duckdb: trên máy này; spark: trên cụm Spark."
        )
        parser.add_argument("--master", help="Cụm Spark, ví dụ spark://may-chu:7077; bỏ trống khi dùng spark-submit.")
        super().add_arguments(parser)

    def handle(self, **options: Any) -> None:
        out: Path = options["out"]
        report = link(
            options["insured"],
            options["population"],
            out,
            policy=Policy.load(options["policy"]),
            memory=options["memory"],
            threads=options["threads"],
            engine=options["engine"],
            master=options["master"],
            progress=self.hear(),
            keep=options["keep"],
        )
        for code, words in DECISIONS.items():
            self.say(words, report.decisions[code], report.records)
        self.say_bounded(report.bounded)
        self.stdout.write(
            f"Xong {number(report.records)} bản ghi với {number(report.citizens)} công dân "
            f"trong {report.seconds:.1f} giây. "
            f"Kết luận: {out}. Báo cáo: {report_folder(out) / 'index.html'}"
        )
