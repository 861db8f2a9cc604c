"""``ansinh document``: write the reference pages of ``docs/generated`` from the code they describe."""

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ansinh.core import audit, config, measures, permissions, work
from ansinh.law.document import as_markdown as law_page
from ansinh.offices.rules import roles

FOLDER = Path(__file__).resolve().parents[4] / "docs" / "generated"


def table(title: str, about: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown page with one table."""
    lines = [f"| {' | '.join(cell.replace('|', '·') for cell in row)} |" for row in [head, ["---"] * len(head), *rows]]
    return "\n".join([f"# {title}", "", about, "", *lines, ""])


def settings_page() -> str:
    """Return the page of environment settings."""
    rows = [[f"`{s.name}`", f"`{relative(s.default)}`" if s.default else "", s.about] for s in config.SETTINGS.values()]
    about = "Read from the environment when An Sinh starts; `NAME_FILE` may point to a file that holds the value."
    return table("Settings", about, ["name", "default", "what for"], rows)


def relative(default: str) -> str:
    """Return a default with the folder of this installation left open."""
    return default.replace(str(settings.VAR), "ANSINH_VAR")


def permissions_page() -> str:
    """Return the page of permissions and of the roles that hold them."""
    rows = [
        [f"`{p.name}`", p.label, ", ".join(role.label for role in roles().values() if p.name in role.permissions)]
        for p in sorted(permissions.DECLARED.values())
    ]
    return table(
        "Permissions", "What may be done, and which roles may do it.", ["permission", "được phép", "vai trò"], rows
    )


def events_page() -> str:
    """Return the complete list of audit events."""
    rows = [[f"`{event.name}`", event.label] for event in sorted(audit.DECLARED.values(), key=lambda e: e.name)]
    return table("Audit events", "Every kind of entry in the audit chain.", ["event", "what happened"], rows)


def measures_page() -> str:
    """Return the definitions of all measures."""
    rows = [[f"`{m.name}`", m.label, m.numerator, m.denominator, m.completeness] for m in measures.REGISTERED.values()]
    head = ["measure", "tên", "tử số", "mẫu số", "chưa gồm"]
    return table("Measures", "Every figure the house can be asked for.", head, sorted(rows))


def queues_page() -> str:
    """Return the list of queues the worker drains."""
    rows = [[f"`{q.name}`", q.label, f"`{q.model.__module__}.{q.model.__name__}`"] for q in work.QUEUES.values()]
    return table("Queues", "Rows that `ansinh work` carries out.", ["queue", "tên", "row"], sorted(rows))


PAGES: dict[str, Callable[[], str]] = {
    "audit-events.md": events_page,
    "law.md": law_page,
    "measures.md": measures_page,
    "permissions.md": permissions_page,
    "queues.md": queues_page,
    "settings.md": settings_page,
}


class Command(BaseCommand):
    """Write or check the generated pages."""

    help = "Viết lại các trang tra cứu trong docs/generated từ mã nguồn."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Chỉ so sánh, không viết.")

    def handle(self, **options: Any) -> None:
        stale = [
            name
            for name, page in PAGES.items()
            if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != page()
        ]
        if options["check"] and stale:
            raise CommandError(f"Các trang đã cũ: {', '.join(stale)}. Chạy `make docs`.")
        for name in stale:
            (FOLDER / name).write_text(PAGES[name](), encoding="utf-8")
            self.stdout.write(f"Đã viết {name}")
