"""``ansinh dedupe INSURED --out PAIRS``: compare the register with itself from the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from ansinh.identity.linkage import DOUBLES, Policy, dedupe, report_folder
from ansinh.identity.linkage.report import number
from ansinh.identity.management.linkage import LinkageCommand


class Command(LinkageCommand):
    """Find people who have several records in a file of insured people."""

    help = "Tìm người có nhiều mã số trong tệp người tham gia: mỗi cặp bản ghi một kết luận, kèm báo cáo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "insured", help="Tệp người tham gia: Parquet hoặc CSV; một tệp, một mẫu tên hoặc một thư mục."
        )
        parser.add_argument("--out", type=Path, required=True, help="Tệp các cặp (Parquet) sẽ được ghi.")
        super().add_arguments(parser)

    def handle(self, **options: Any) -> None:
        out: Path = options["out"]
        report = dedupe(
            options["insured"],
            out,
            policy=Policy.load(options["policy"]),
            memory=options["memory"],
            threads=options["threads"],
            progress=self.hear(),
        )
        for code, words in DOUBLES.items():
            self.say(words, report.decisions[code], sum(report.decisions.values()))
        self.say_bounded(report.bounded)
        self.stdout.write(
            f"Xong {number(report.records)} bản ghi trong {report.seconds:.1f} giây: "
            f"{number(report.same_person_groups)} người có từ hai bản ghi trở lên. "
            f"Các cặp: {out}. Báo cáo: {report_folder(out) / 'index.html'}"
        )
