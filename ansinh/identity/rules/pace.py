"""How fast a step of a run goes, and how long something takes, in words."""

from dataclasses import dataclass
from datetime import timedelta

_SOON, _TOO_FEW = timedelta(seconds=3), 0.01


@dataclass(frozen=True, slots=True)
class Pace:
    """Pace (nhịp độ) of a step: rows a second and time left; ``None`` as long as they would be a guess."""

    rate: float | None
    left: timedelta | None


def pace_of(*, done: int, left: int, spent: timedelta) -> Pace:
    """Reckon a pace from what a step has done since it began; not before three seconds and a hundredth of the way."""
    if spent < _SOON or done <= 0:
        return Pace(None, None)
    rate = done / spent.total_seconds()
    if left < 0 or done < _TOO_FEW * (done + left):
        return Pace(rate, None)
    return Pace(rate, timedelta(seconds=round(left / rate)))


def duration(time: timedelta) -> str:
    """Write how long something takes, in the two widest units: 45 giây, 3 phút 20 giây, 2 giờ 5 phút, 3 ngày 4 giờ."""
    seconds = max(int(time.total_seconds()), 0)
    for unit, name, part, part_name in (
        (86_400, "ngày", 3600, "giờ"),
        (3600, "giờ", 60, "phút"),
        (60, "phút", 1, "giây"),
    ):
        if seconds >= unit:
            rest = seconds % unit // part
            return f"{seconds // unit} {name}" + (f" {rest} {part_name}" if rest else "")
    return f"{seconds} giây"
