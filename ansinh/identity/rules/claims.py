"""Two numbers of one person: which is kept, why, and which pairs of a group are looked at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Claim:
    """What speaks for keeping one of several numbers: an identity confirmed, a longer history, an earlier issue."""

    person: int
    is_confirmed: bool
    months: int
    since: date

    @property
    def rank(self) -> tuple[bool, int, date, int]:
        """Return what orders claims, the best first."""
        return (not self.is_confirmed, -self.months, self.since, self.person)


def months_of(periods: Iterable[tuple[date, date | None]], on: date) -> int:
    """Count the calendar months that periods touch up to a day, each once."""
    touched: set[int] = set()
    for begins, ends in periods:
        last = min(ends - timedelta(days=1) if ends else on, on)
        touched.update(range(begins.year * 12 + begins.month, last.year * 12 + last.month + 1))
    return len(touched)


def why_kept(kept: Claim, other: Claim) -> str:
    """Say in a sentence why one number is proposed to be kept rather than another."""
    if kept.is_confirmed != other.is_confirmed:
        return (
            "Số định danh đã xác minh ở mã số này."
            if kept.is_confirmed
            else "Lưu ý: số định danh đã xác minh ở mã số kia."
        )
    if kept.months != other.months:
        side = "dài hơn" if kept.months > other.months else "ngắn hơn"
        return f"Quá trình tham gia {side}: {kept.months} tháng so với {other.months} tháng."
    if kept.since != other.since:
        return f"Có {'trước' if kept.since < other.since else 'sau'}: từ {kept.since:%d/%m/%Y}."
    return "Hai mã số ngang nhau về xác minh và quá trình; lấy hồ sơ có trước trong cơ sở dữ liệu."


def pairs_of(members: Sequence[int], ruled_out: frozenset[tuple[int, int]]) -> list[tuple[int, int]]:
    """Pair each member with the first better one that nobody has told apart from it; lower key first in a pair.

    ``members`` stand in the order of their claims. One pair a member at most, so a group of any size stays small.
    """
    pairs = []
    for place, member in enumerate(members):
        both = [(min(better, member), max(better, member)) for better in members[:place]]
        pairs += [pair for pair in both if pair not in ruled_out][:1]
    return pairs
