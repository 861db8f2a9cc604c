"""``ansinh relink INDEX --out DECISIONS``: take up what has changed since the last run, from the command line."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from ansinh.identity.linkage import DECISIONS, Changes, LinkageRefused, relink, report_folder
from ansinh.identity.linkage.report import number
from ansinh.identity.management.linkage import LinkageCommand

_FILES = {
    "insured": "Bản ghi người tham gia mới hoặc đã sửa: cột như tệp đầy đủ.",
    "population": "Công dân mới hoặc đã sửa: cột như tệp đầy đủ.",
    "gone_insured": "Bản ghi không còn: tệp có cột record_id.",
    "gone_population": "Công dân không còn: tệp có cột person_id.",
}


class Command(LinkageCommand):
    """Decide again only what changes since the last run can touch."""

    help = "Đối khớp tiếp phần thay đổi từ lượt trước (ansinh link … --keep): kết quả như chạy lại toàn bộ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("index", type=Path, help="Kho mà lượt trước giữ lại (--keep).")
        for name, words in _FILES.items():
            parser.add_argument(f"--{name.replace('_', '-')}", help=words)
        parser.add_argument("--out", type=Path, required=True, help="Tệp kết luận (Parquet) đầy đủ sẽ được ghi.")
        self.add_limits(parser)

    def handle(self, **options: Any) -> None:
        out: Path = options["out"]
        changes = Changes(**{name: options[name] for name in _FILES})
        if changes == Changes():
            raise LinkageRefused("Chưa có thay đổi nào. Hãy thêm --insured, --population hoặc --gone-….")
        done = relink(
            options["index"],
            changes,
            out,
            memory=options["memory"],
            threads=options["threads"],
            progress=self.hear(),
        )
        for code, words in DECISIONS.items():
            self.say(words, done.report.decisions[code], done.report.records)
        self.stdout.write(
            f"Xong {number(done.report.records)} bản ghi với {number(done.report.citizens)} công dân trong "
            f"{done.report.seconds:.1f} giây; quyết định lại {number(done.decided_again)} bản ghi. "
            f"Kết luận: {out}. Báo cáo: {report_folder(out) / 'index.html'}"
        )
