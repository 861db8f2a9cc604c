"""Plans as files, and the state of a task computed from dates, products and figures; never typed."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

import yaml

PLANS = Path(__file__).with_name("plans")
SOON = timedelta(days=30)
FIELDS = frozenset(
    (
        "number",
        "short",
        "content",
        "lead",
        "lead_unit",
        "coordinators",
        "deadline",
        "product",
        "target",
        "measure",
        "unmeasured",
    )
)


class PlanFileError(ValueError):
    """A plan file does not say what a plan must say; the message names file and task."""


class DeadlineKind(StrEnum):
    """The five ways the plan words a deadline."""

    MONTH = "month"
    YEAR = "year"
    YEARS = "years"
    REGULAR = "regular"
    ROADMAP = "roadmap"


@dataclass(frozen=True, slots=True)
class TaskText:
    """One row of the plan as decided, plus how it is measured."""

    section: str
    number: int
    short: str
    content: str
    lead: str
    lead_unit: str
    coordinators: str
    deadline_kind: DeadlineKind
    deadline_text: str
    due_date: date | None
    product: str
    target_percent: int | None
    measure: str
    unmeasured: str


@dataclass(frozen=True, slots=True)
class PlanText:
    """A plan as decided."""

    code: str
    title: str
    decision: str
    issuer: str
    from_date: date
    to_date: date
    tasks: tuple[TaskText, ...]


def read_plan(path: Path) -> PlanText:
    """Read a plan's YAML.

    :raises PlanFileError: on a missing or unknown field, a deadline without its date, or a task neither measured nor
        explained
    """
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        tasks = tuple(_task(section["title"], row, path) for section in data["sections"] for row in section["tasks"])
        plan = PlanText(
            data["code"], data["title"], data["decision"], data["issuer"], data["from_date"], data["to_date"], tasks
        )
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, PlanFileError):
            raise
        raise PlanFileError(f"{path.name}: thiếu hoặc sai {error}.") from error
    if [task.number for task in tasks] != list(range(1, len(tasks) + 1)):
        raise PlanFileError(f"{path.name}: số thứ tự nhiệm vụ phải liên tục từ 1.")
    return plan


def _task(section: str, row: dict[str, object], path: Path) -> TaskText:
    where = f"{path.name}, nhiệm vụ {row.get('number')}"
    if unknown := row.keys() - FIELDS:
        raise PlanFileError(f"{where}: không hiểu {sorted(unknown)}.")
    if bool(row.get("measure")) == bool(row.get("unmeasured")):
        raise PlanFileError(f"{where}: cần đúng một trong hai: measure, hoặc unmeasured nói rõ vì sao.")
    deadline, target = row["deadline"], row.get("target")
    if not isinstance(deadline, dict) or not isinstance(target, dict | None):
        raise PlanFileError(f"{where}: deadline và target phải là nhóm trường.")
    kind = DeadlineKind(deadline["kind"])
    if (kind in {DeadlineKind.MONTH, DeadlineKind.YEAR}) != ("due" in deadline):
        raise PlanFileError(f"{where}: hạn theo tháng hoặc năm (và chỉ loại đó) phải có ngày due.")
    return TaskText(
        section=section,
        number=int(str(row["number"])),
        short=str(row["short"]),
        content=str(row["content"]),
        lead=str(row["lead"]),
        lead_unit=str(row.get("lead_unit", "")),
        coordinators=str(row["coordinators"]),
        deadline_kind=kind,
        deadline_text=str(deadline["text"]),
        due_date=deadline.get("due"),
        product=str(row["product"]),
        target_percent=int(target["percent"]) if target else None,
        measure=str(row.get("measure", "")),
        unmeasured=str(row.get("unmeasured", "")),
    )


class State(StrEnum):
    """State of a task (trạng thái nhiệm vụ); computed by ``state_of``."""

    DONE = "done"
    DONE_LATE = "done_late"
    DOING = "doing"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    NO_RESULT = "no_result"
    UNMEASURED = "unmeasured"

    @property
    def label(self) -> str:
        """Return the state in Vietnamese."""
        return STATE_LABELS[self][0]

    @property
    def tone(self) -> str:
        """Return good, warn, bad or an empty word: how serious it looks."""
        return STATE_LABELS[self][1]


STATE_LABELS = {
    State.DONE: ("Hoàn thành", "good"),
    State.DONE_LATE: ("Hoàn thành muộn", "good"),
    State.DOING: ("Đang thực hiện", "doing"),
    State.DUE_SOON: ("Sắp đến hạn", "warn"),
    State.OVERDUE: ("Quá hạn", "bad"),
    State.NO_RESULT: ("Chưa có kết quả", ""),
    State.UNMEASURED: ("Chưa đo được", ""),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a task on a day: its first product, whether anything is measured, when the target was met."""

    first_product: date | None = None
    has_target: bool = False
    has_figure: bool = False
    reached_on: date | None = None


def state_of(due: date | None, evidence: Evidence, *, as_of: date) -> State:
    """Return a task's state on a day.

    A task with a number is done when the figure reaches it; without a live figure that cannot be known. A task without
    a number is done when its product is issued. Standing tasks are never "done" by a document: they go on.
    """
    if evidence.has_target and not evidence.has_figure:
        return State.UNMEASURED
    result_on = evidence.reached_on if evidence.has_target else evidence.first_product
    if due is None:
        return _standing_state(evidence, as_of)
    if result_on and result_on <= as_of:
        return State.DONE if result_on <= due else State.DONE_LATE
    if as_of > due:
        return State.OVERDUE
    if as_of >= due - SOON:
        return State.DUE_SOON
    return State.DOING if evidence.has_figure else State.NO_RESULT


def _standing_state(evidence: Evidence, as_of: date) -> State:
    if evidence.has_target and evidence.reached_on and evidence.reached_on <= as_of:
        return State.DONE
    known = evidence.has_figure or (evidence.first_product is not None and evidence.first_product <= as_of)
    return State.DOING if known else State.NO_RESULT


def month_ends(first: date, last: date) -> list[date]:
    """Return the last day of each month from ``first`` up to before ``last``; the days a trend is drawn at."""
    days, year, month = [], first.year, first.month
    while (end := date(year, month, calendar.monthrange(year, month)[1])) < last:
        days.append(end)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 - months of a year
    return days
