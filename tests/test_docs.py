"""Docs are tested like code: generated pages are current, every module speaks, the plan's table is whole."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    path
    for folder in ("ansinh", "partners", "bench")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts and path.stat().st_size
)


def test_generated_pages_are_current() -> None:
    call_command("document", check=True)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", ["README.md", "README.vi.md"])
def test_the_readme_places_all_27_tasks(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert [int(n) for n in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)] == list(range(1, 28))


def test_every_room_is_in_the_page_of_rooms() -> None:
    text = (ROOT / "docs" / "rooms.md").read_text(encoding="utf-8")
    for path in (ROOT / "ansinh").glob("*/__init__.py"):
        assert f"`{path.parent.name}`" in text


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("0*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("path", sorted(ROOT.glob("**/*.md")), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    if {".venv", "var", "node_modules"} & set(path.parts):
        return
    for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
        if "://" not in target and not target.startswith("mailto:"):
            assert (path.parent / target).exists(), target
