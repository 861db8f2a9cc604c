"""Reads of the programme: every figure evaluated from its measure, every state from its evidence."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from ansinh.core.measures import REGISTERED, Count, Figure, evaluate
from ansinh.offices.models import Area
from ansinh.offices.queries import covered_by_each, provinces
from ansinh.programme.models import Plan, Product, Task
from ansinh.programme.rules import Evidence, State, month_ends, state_of


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task on one day: the row of the plan, its state, its figure if there is one, its products."""

    task: Task
    state: State
    figure: Figure | None
    products: tuple[Product, ...]


@dataclass(frozen=True, slots=True)
class ProvinceLine:
    """A province with its own part of a figure."""

    area: Area
    count: Count


@dataclass(frozen=True, slots=True)
class Cockpit:
    """The page: a plan on a day."""

    plan: Plan
    as_of: date
    lines: tuple[TaskLine, ...]

    @property
    def sections(self) -> list[tuple[str, list[TaskLine]]]:
        """Return the tasks under their headings, in the plan's order."""
        grouped: dict[str, list[TaskLine]] = defaultdict(list)
        for line in self.lines:
            grouped[line.task.section].append(line)
        return list(grouped.items())

    @property
    def states(self) -> list[tuple[State, int]]:
        """Return how many tasks are in each state, gravest first, empty ones left out."""
        counts = Counter(line.state for line in self.lines)
        order = (
            State.OVERDUE,
            State.DUE_SOON,
            State.DOING,
            State.DONE,
            State.DONE_LATE,
            State.NO_RESULT,
            State.UNMEASURED,
        )
        return [(state, counts[state]) for state in order if counts[state]]

    @property
    def headline(self) -> TaskLine | None:
        """Return the first task with a live figure; its map and trend lead the page."""
        return next((line for line in self.lines if line.figure), None)


def current_plan(on: date) -> Plan | None:
    """Return the plan of a day; when none covers it, the latest one that had begun, else the first."""
    return (
        Plan.objects.filter(from_date__lte=on).order_by("-from_date").first()
        or Plan.objects.order_by("from_date").first()
    )


def cockpit(plan: Plan, *, as_of: date) -> Cockpit:
    """Return the whole plan on a day; three queries plus those of each measure, however many rows stand behind."""
    products: dict[int, list[Product]] = defaultdict(list)
    for product in Product.objects.filter(task__plan=plan, withdrawn_at=None, issued_date__lte=as_of).order_by(
        "issued_date"
    ):
        products[product.task_id].append(product)
    figures: dict[str, Figure] = {}
    lines = []
    for task in plan.tasks.order_by("number"):
        if task.measure and task.measure not in figures:
            figures[task.measure] = figure_of(task, plan, as_of=as_of)
        lines.append(_line(task, figures.get(task.measure), tuple(products[task.pk]), as_of))
    return Cockpit(plan, as_of, tuple(lines))


def task_line(task: Task, *, as_of: date) -> TaskLine:
    """Return one task on a day."""
    products = task.products.filter(withdrawn_at=None, issued_date__lte=as_of).order_by("issued_date")
    figure = figure_of(task, task.plan, as_of=as_of) if task.measure else None
    return _line(task, figure, tuple(products), as_of)


def figure_of(task: Task, plan: Plan, *, as_of: date) -> Figure:
    """Evaluate a task's measure on a day, with the month ends of the plan (and the task's due day) before it."""
    days = {*month_ends(plan.from_date, as_of), *([task.due_date] if task.due_date else [])}
    return evaluate(REGISTERED[task.measure], as_of=as_of, days=sorted(day for day in days if day < as_of))


def _line(task: Task, figure: Figure | None, products: tuple[Product, ...], as_of: date) -> TaskLine:
    reached = None
    if figure and task.target_percent:
        reached = next((day for day, count in figure.trend if count.reaches(task.target_percent)), None)
    evidence = Evidence(
        first_product=products[0].issued_date if products else None,
        has_target=task.target_percent is not None,
        has_figure=figure is not None,
        reached_on=reached,
    )
    state = state_of(task.due_date, evidence, as_of=as_of)
    return TaskLine(task, state, figure, products)


def by_province(figure: Figure) -> list[ProvinceLine]:
    """Return a figure province by province, on the map of the figure's own day; rows of merged provinces are summed.

    The sum over the lines is the whole figure as long as every area of its rows has a successor on that day.
    """
    today = provinces(figure.as_of)
    covered = covered_by_each(today)
    return [
        ProvinceLine(area, sum((figure.by_area.get(key, Count()) for key in covered[area.pk]), Count()))
        for area in today
    ]
