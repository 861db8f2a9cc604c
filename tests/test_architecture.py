"""The house's rules that a linter of imports cannot see, checked by reading the code."""

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parents[1] / "ansinh"
ROOMS = sorted(path.parent.name for path in HOUSE.glob("*/__init__.py"))
WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
}  # fmt: skip
BANNED = {"utils.py", "helpers.py", "common.py", "misc.py", "base.py", "manager.py", "handler.py"}


def sources() -> list[Path]:
    """Return every product module, tests and migrations left out."""
    return [path for path in sorted(HOUSE.rglob("*.py")) if not {"tests", "migrations"} & set(path.parts)]


def act_modules() -> list[Path]:
    """Return the modules that hold acts."""
    return [path for path in sources() if path.name == "actions.py" or path.parent.name == "actions"]


def public_functions(path: Path) -> list[ast.FunctionDef]:
    """Return a module's public functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


ACTS = [
    pytest.param(act, id=f"{path.relative_to(HOUSE)}:{act.name}")
    for path in act_modules()
    for act in public_functions(path)
]


def calls(tree: ast.AST, dotted: str) -> int:
    """Count calls of ``dotted`` in a tree."""
    return sum(isinstance(node, ast.Call) and ast.unparse(node.func) == dotted for node in ast.walk(tree))


def test_there_are_acts_to_check() -> None:
    assert len(ACTS) >= 10


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_keyword_only_and_takes_actor_and_at(act: ast.FunctionDef) -> None:
    assert not act.args.args
    assert not act.args.posonlyargs
    assert {"actor", "at"} <= {argument.arg for argument in act.args.kwonlyargs}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_one_transaction(act: ast.FunctionDef) -> None:
    decorators = {ast.unparse(decorator) for decorator in act.decorator_list}
    assert "transaction.atomic" in decorators


@pytest.mark.parametrize("act", ACTS)
def test_an_act_leaves_one_audit_entry(act: ast.FunctionDef) -> None:
    assert calls(act, "audit.record") == 1


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_nobody_writes_another_rooms_rows(path: Path) -> None:
    room = path.relative_to(HOUSE).parts[0]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    foreign = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.endswith(".models")
        if node.module.startswith("ansinh.") and node.module.split(".")[1] not in {room, "core"}
        for alias in node.names
    }
    found = [
        ast.unparse(node)[:80]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES
        if ast.unparse(node.func).split(".")[0] in foreign
    ]
    assert not found


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_no_junk_drawer(path: Path) -> None:
    assert path.name not in BANNED


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(HOUSE)))
def test_nothing_below_the_views_reads_the_clock(path: Path) -> None:
    readers = {"views.py", "middleware.py", "clock.py", "api.py", "vietnamese.py"}
    if path.name in readers or {"management", "demo", "views"} & set(path.parts):
        return
    text = path.read_text(encoding="utf-8")
    assert "clock.now()" not in text
    assert "clock.today()" not in text


def test_every_room_says_what_it_is() -> None:
    for room in ROOMS:
        assert ast.get_docstring(ast.parse((HOUSE / room / "__init__.py").read_text(encoding="utf-8"))), room
