"""``ansinh programme load``: bring the plans of ``programme/plans`` into the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ansinh.core import clock
from ansinh.core.permissions import SYSTEM
from ansinh.programme import actions
from ansinh.programme.rules import PLANS, PlanFileError


class Command(BaseCommand):
    """Load plans; safe to run again."""

    help = "Nạp các kế hoạch (mặc định: mọi tệp trong programme/plans)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["load"])
        parser.add_argument("files", nargs="*", type=Path)

    def handle(self, **options: Any) -> None:
        for path in options["files"] or sorted(PLANS.glob("*.yaml")):
            try:
                plan = actions.load_plan(path=path, actor=SYSTEM, at=clock.now())
            except (PlanFileError, OSError) as error:
                raise CommandError(f"Không nạp được kế hoạch: {error}") from error
            self.stdout.write(f"Đã nạp {plan.title}: {plan.tasks.count()} nhiệm vụ.")
