"""How far a run is: its steps, its rate, how long it has taken and has still to go; what is not known stays unsaid."""

from dataclasses import dataclass
from datetime import datetime

from ansinh.core.work import LEASE
from ansinh.identity import rules
from ansinh.identity.models import VerificationRun

CHECKING, UNSEALING, EXPORTING = "Kiểm tra bản trích dân cư", "Mở niêm phong bản trích", "Xuất hồ sơ người tham gia"
LINKING, RECORDING, ASKING = "Đối khớp", "Ghi kết quả", "Hỏi cơ sở dữ liệu dân cư"
COLLECTING = "Tìm mã số trùng"
STEPS = {
    VerificationRun.Source.EXTRACT.value: (CHECKING, UNSEALING, EXPORTING, LINKING, RECORDING, COLLECTING),
    VerificationRun.Source.SERVICE.value: (ASKING, COLLECTING),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: ``done``, ``now`` or ``later``."""

    label: str
    state: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress (tiến độ) of an open run; ``None`` and empty where it would be a guess."""

    steps: tuple[Step, ...]
    rate: int | None
    spent: str
    left: str
    silent_since: datetime | None


def progress(run: VerificationRun, at: datetime) -> Progress:
    """Tell how far a run is at an instant; the steps of the engine are one step here."""
    pace = run.pace(at)
    labels = STEPS[run.source]
    now = run.step if run.step in labels else LINKING if run.step else ""
    place = labels.index(now) if now in labels else -1
    steps = tuple(
        Step(label, "done" if number < place else "now" if number == place else "later")
        for number, label in enumerate(labels)
    )
    counts_people = now not in {LINKING, CHECKING, COLLECTING, ""}
    is_silent = run.status == run.Status.RUNNING and run.heartbeat_at and at - run.heartbeat_at > LEASE
    return Progress(
        steps=steps,
        rate=round(pace.rate) if pace.rate and counts_people else None,
        spent=rules.duration(at - run.started_at) if run.started_at else "",
        left=rules.duration(pace.left) if pace.left is not None else "",
        silent_since=run.heartbeat_at if is_silent else None,
    )
