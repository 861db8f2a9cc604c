"""Who must look twice: the review policy, the grounds for a second person, the lot of cases read twice."""

import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Self

from ansinh.core import strict_yaml

FOLDER = Path(__file__).resolve().parents[1] / "review"
GROUNDS = {
    "REPLACES": "Thay một số định danh đã xác minh",
    "MONEY": "Đang hưởng chế độ hằng tháng",
    "OBSTACLE": "Có vướng mắc khi máy ghi nhận",
    "NAME": "Họ tên khác nhau nhiều",
    "UNLIKELY": "Khả năng đúng người thấp",
    "RIVAL": "Có công dân khác giống gần bằng",
}
"""Why one person's answer is not enough."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the grounds are found from; ``lead``: bits to the second candidate, ``None`` without one."""

    replaces_confirmed: bool
    is_paid_monthly: bool
    schemes: frozenset[str]
    obstacle: str
    name: str
    probability: float
    lead: float | None


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """Review policy (chính sách xét duyệt), whole and checked."""

    version: str
    since: date
    approver: str | None
    source: str
    verified_by: str | None
    obstacles: frozenset[str]
    names: frozenset[str]
    schemes: frozenset[str]
    probability: float
    margin: float
    different_obstacles: frozenset[str]
    read_twice: float
    lot: int
    confidence: float
    half_width: float
    per_stratum: int

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a policy; raises ``InvalidFile`` naming the line for anything unknown, missing or not a number."""
        names = (
            "version", "since", "approver", "source", "verified_by", "same", "different", "read_twice", "lot", "sample",
        )  # fmt: skip
        parts = strict_yaml.read(path).fields(names)
        same = parts["same"].fields(("obstacles", "names", "schemes", "probability", "margin"))
        different = parts["different"].fields(("obstacles",))
        sample = parts["sample"].fields(("confidence", "half_width", "per_stratum"))
        return cls(
            version=parts["version"].text(),
            since=parts["since"].iso_date(),
            approver=parts["approver"].optional_text(),
            source=parts["source"].text(),
            verified_by=parts["verified_by"].optional_text(),
            obstacles=_codes(same["obstacles"]),
            names=_codes(same["names"]),
            schemes=_codes(same["schemes"]),
            probability=float(same["probability"].number()),
            margin=float(same["margin"].number()),
            different_obstacles=_codes(different["obstacles"]),
            read_twice=float(parts["read_twice"].number()),
            lot=parts["lot"].integer(),
            confidence=float(sample["confidence"].number()),
            half_width=float(sample["half_width"].number()),
            per_stratum=sample["per_stratum"].integer(),
        )


def _codes(entry: strict_yaml.Entry) -> frozenset[str]:
    return frozenset(item.text() for item in entry.items())


@cache
def _policies() -> tuple[ReviewPolicy, ...]:
    return tuple(sorted(map(ReviewPolicy.load, FOLDER.glob("*.yaml")), key=lambda one: one.since))


def policy_at(day: date) -> ReviewPolicy:
    """Return the review policy in force on a day; before the first, the first."""
    begun = [one for one in _policies() if one.since <= day]
    return begun[-1] if begun else _policies()[0]


def grounds_for(verdict: str, facts: Facts, policy: ReviewPolicy) -> tuple[str, ...]:
    """Return why an answer needs a second person (codes of ``GROUNDS``); empty when one is enough."""
    if verdict == "DIFFERENT":
        return ("OBSTACLE",) if facts.obstacle in policy.different_obstacles else ()
    if verdict != "SAME":
        return ()
    found = {
        "REPLACES": facts.replaces_confirmed,
        "MONEY": facts.is_paid_monthly or bool(facts.schemes & policy.schemes),
        "OBSTACLE": facts.obstacle in policy.obstacles,
        "NAME": facts.name in policy.names,
        "UNLIKELY": facts.probability < policy.probability,
        "RIVAL": facts.lead is not None and facts.lead < policy.margin,
    }
    return tuple(code for code, holds in found.items() if holds)


def is_read_twice(key: str, policy: ReviewPolicy) -> bool:
    """Tell whether a case falls into the lot that is read twice whatever the first answer; ``key`` names the case.

    A digest draws the lot, so that the same case falls the same way wherever and whenever it is asked.
    """
    drawn = hashlib.sha256(f"{policy.lot}:{key}".encode()).digest()
    return int.from_bytes(drawn[:8]) < policy.read_twice * 2**64
