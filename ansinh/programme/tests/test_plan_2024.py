"""The 2024 plan as data: whole, in order, worded and dated as decided."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from ansinh.core.measures import REGISTERED
from ansinh.offices import intake
from ansinh.offices.drawing import positions
from ansinh.programme.rules import PLANS, DeadlineKind, PlanFileError, read_plan

PLAN = read_plan(PLANS / "2024.yaml")
TASK = {task.number: task for task in PLAN.tasks}


def test_it_has_27_tasks_under_nine_headings() -> None:
    assert [task.number for task in PLAN.tasks] == list(range(1, 28))
    assert len({task.section for task in PLAN.tasks}) == 9


def test_numbers_stand_where_the_product_states_one() -> None:
    targets = {task.number: task.target_percent for task in PLAN.tasks if task.target_percent is not None}
    assert targets == {8: 100, 13: 100, 14: 100, 15: 100, 16: 68, 17: 100, 21: 100}
    for number, percent in targets.items():
        assert str(percent) in TASK[number].product


def test_deadlines_are_of_five_kinds() -> None:
    kinds = Counter(task.deadline_kind for task in PLAN.tasks)
    assert kinds == {
        DeadlineKind.MONTH: 5,
        DeadlineKind.YEAR: 10,
        DeadlineKind.YEARS: 8,
        DeadlineKind.REGULAR: 3,
        DeadlineKind.ROADMAP: 1,
    }


@pytest.mark.parametrize(
    ("number", "due"),
    [
        (1, date(2024, 2, 29)),
        (5, date(2024, 1, 31)),
        (19, date(2024, 4, 30)),
        (20, date(2024, 3, 31)),
        (22, date(2024, 6, 30)),
        (7, date(2024, 12, 31)),
    ],
)
def test_a_month_or_a_year_ends_on_its_last_day(number: int, due: date) -> None:
    assert TASK[number].due_date == due


def test_every_lead_that_is_one_body_is_a_unit_of_2024() -> None:
    units = {unit.code for unit in intake.shipped().units}
    named = {task.lead_unit for task in PLAN.tasks if task.lead_unit}
    assert named <= units
    assert {task.number for task in PLAN.tasks if not task.lead_unit} == {9, 21}


def test_every_task_is_measured_or_says_why_not() -> None:
    for task in PLAN.tasks:
        assert (task.measure in REGISTERED) if task.measure else len(task.unmeasured) > 20


@pytest.mark.parametrize("vintage", [2024, 2025])
def test_every_province_has_its_own_tile(vintage: int) -> None:
    day = date(2024, 6, 28) if vintage == 2024 else date(2025, 12, 31)
    codes = {
        row.code
        for row in intake.shipped().areas
        if row.level == "PROVINCE" and row.from_date <= day and (row.to_date is None or day < row.to_date)
    }
    tiles = positions(vintage)
    assert tiles.keys() == codes
    assert len({(column, row) for column, row, _ in tiles.values()}) == len(tiles)


def broken(tmp_path: Path, **changes: object) -> Path:
    """Write a one-task plan with some fields changed."""
    source = yaml.safe_load((PLANS / "2024.yaml").read_text(encoding="utf-8"))
    source["sections"] = [{**source["sections"][0], "tasks": [{**source["sections"][0]["tasks"][0], **changes}]}]
    path = tmp_path / "ke-hoach.yaml"
    path.write_text(yaml.safe_dump(source, allow_unicode=True), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"unmeasured": ""}, "measure"),
        ({"deadline": {"kind": "month", "text": "Tháng 2"}}, "due"),
        ({"deadline": {"kind": "someday", "text": "Tháng 2"}}, "someday"),
        ({"colour": "đỏ"}, "colour"),
        ({"number": 3}, "liên tục"),
        ({"deadline": "Tháng 2"}, "deadline"),
    ],
)
def test_it_refuses_a_plan_that_is_not_whole(tmp_path: Path, changes: dict[str, object], word: str) -> None:
    with pytest.raises(PlanFileError, match=word):
        read_plan(broken(tmp_path, **changes))
