"""``ansinh audit verify`` and ``ansinh audit anchor``: prove that the audit chain is whole."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ansinh.core import audit
from ansinh.core.models import AuditEntry, AuditLane


class Command(BaseCommand):
    """Verify the chain, or note its heads outside the database."""

    help = "Kiểm tra chuỗi nhật ký: tìm mọi dòng bị sửa, xoá hoặc chèn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["verify", "anchor"])
        parser.add_argument("--anchor", type=Path, help="Tệp mốc đã lưu trước đó, để phát hiện phần cuối bị cắt.")

    def handle(self, **options: Any) -> None:
        if options["act"] == "anchor":
            heads = {head.lane: [head.seq, head.seal] for head in AuditLane.objects.order_by("lane")}
            self.stdout.write(json.dumps(heads))
            return
        anchor = None
        if options["anchor"]:
            noted = json.loads(options["anchor"].read_text(encoding="utf-8"))
            anchor = {int(lane): (int(seq), str(seal)) for lane, (seq, seal) in noted.items()}
        findings = list(audit.verify(anchor))
        for finding in findings:
            self.stderr.write(f"Chuỗi {finding.lane}, số {finding.seq}: {finding.what}")
        if findings:
            raise CommandError(
                f"Nhật ký không toàn vẹn: {len(findings)} chỗ sai. Giữ nguyên cơ sở dữ liệu và báo ngay."
            )
        self.stdout.write(f"Nhật ký toàn vẹn: {AuditEntry.objects.count():,} dòng.".replace(",", "."))
