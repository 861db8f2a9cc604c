"""The dashboard: what is verified, what is left and why, how it went, when it may be done; all from the sums."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ansinh.core.forecast import WEEK, Forecast, forecast, running
from ansinh.core.measures import Count
from ansinh.core.permissions import Actor
from ansinh.identity import permissions
from ansinh.identity.models import UnverifiedReason
from ansinh.identity.queries.people import reason_label
from ansinh.identity.queries.provinces import (
    StandingRow,
    areas_in_reach,
    grouped,
    province_rows,
    rows_of,
    share_of,
    state_of,
)
from ansinh.identity.queries.rollups import RANK, Rollup, rollup
from ansinh.offices.models import Area
from ansinh.offices.queries import covered_by_each
from ansinh.registry.models import Scheme

TREND_WEEKS = 26
NO_SCHEME, NO_BIRTH = "Chưa ghi loại hình", "Chưa ghi năm sinh"


@dataclass(frozen=True, slots=True)
class ReasonBar:
    """A reason for what is left: how many people, its length in percent of the longest bar, the state behind it."""

    code: str
    label: str
    people: int
    percent: float
    state: str


@dataclass(frozen=True, slots=True)
class GridRow:
    """A scheme against the cohorts, in the order of ``Board.cohorts``; nobody is a count of nothing."""

    code: str
    name: str
    cells: tuple[tuple[str, str, Count], ...]
    """Code and name of the cohort, and how many."""


@dataclass(frozen=True, slots=True)
class Board:
    """Dashboard (bảng theo dõi) of one province, or of all that somebody may see.

    ``fresh_at`` is the instant the figures are of, ``waiting`` how many blocks have changed since.
    """

    area: Area | None
    verified: Count
    reasons: tuple[ReasonBar, ...]
    provinces: tuple[StandingRow, ...]
    schemes: tuple[StandingRow, ...]
    cohorts: tuple[StandingRow, ...]
    grid: tuple[GridRow, ...]
    trend: tuple[tuple[date, Count], ...]
    forecast: Forecast
    fresh_at: datetime
    waiting: int


def board(area: Area | None, actor: Actor, *, on: date, at: datetime) -> Board:
    """Return the dashboard of a day; the number of queries does not grow with people, provinces or reasons."""
    now, reach = rollup(), [area] if area else areas_in_reach(actor, permissions.SEE, on)
    covered = covered_by_each(reach)
    everywhere = frozenset[int]().union(*covered.values())
    kinds = now.by("scheme", "cohort", "reason", areas=everywhere)
    whole: Counter[str] = sum(grouped(kinds).values(), Counter[str]())
    cohorts = rows_of(
        (code, cohort_label(code, on), reasons) for code, reasons in sorted(grouped(kinds, 1).items(), reverse=True)
    )
    trend, ahead = _history(now, everywhere, on)
    return Board(
        area=area,
        verified=share_of(whole),
        reasons=_reasons(whole),
        provinces=province_rows(reach, covered, now),
        schemes=rows_of(
            (code, scheme_label(code), reasons) for code, reasons in sorted(grouped(kinds).items(), key=_rank)
        ),
        cohorts=cohorts,
        grid=_grid(kinds, cohorts),
        trend=trend,
        forecast=ahead,
        fresh_at=now.as_of or at,
        waiting=now.waiting,
    )


def choices() -> dict[str, list[tuple[str, str]]]:
    """Return what lists of people may be narrowed by: schemes and reasons, code and label."""
    return {
        "schemes": [*((scheme.value, str(scheme.label)) for scheme in RANK), ("", NO_SCHEME)],
        "reasons": [
            (reason.value, reason_label(reason)) for reason in UnverifiedReason if reason != UnverifiedReason.VERIFIED
        ],
    }


def scheme_label(code: str) -> str:
    """Name a scheme; people without one have a name too."""
    return str(Scheme(code).label) if code in Scheme.values else NO_SCHEME


def cohort_label(code: str, on: date) -> str:
    """Name a cohort by its years and by the ages they reach in the year of a day: 1980–1989 (35–44 tuổi)."""
    if not code:
        return NO_BIRTH
    first = int(code) * 10
    last = min(first + 9, on.year)
    return f"{first}–{last} ({on.year - last}–{on.year - first} tuổi)"


def _rank(item: tuple[str, Any]) -> int:
    order = [scheme.value for scheme in RANK]
    return order.index(item[0]) if item[0] in order else len(order)


def _reasons(whole: Counter[str]) -> tuple[ReasonBar, ...]:
    left = [(people, code) for code, people in whole.items() if code != UnverifiedReason.VERIFIED and people > 0]
    most = max((people for people, _ in left), default=1)
    return tuple(
        ReasonBar(code, reason_label(code), people, 100 * people / most, state_of(code))
        for people, code in sorted(left, reverse=True)
    )


def _grid(kinds: Counter[tuple[Any, ...]], cohorts: Sequence[StandingRow]) -> tuple[GridRow, ...]:
    counts: Counter[tuple[str, str, bool]] = Counter()
    for (scheme, cohort, reason), people in kinds.items():
        counts[scheme, cohort, reason == UnverifiedReason.VERIFIED] += people
    schemes = sorted({(scheme, "") for scheme, _, _ in kinds}, key=_rank)
    return tuple(
        GridRow(
            scheme,
            scheme_label(scheme),
            tuple((row.code, row.name, _count(counts, scheme, row.code)) for row in cohorts),
        )
        for scheme, _ in schemes
    )


def _count(counts: Counter[tuple[str, str, bool]], scheme: str, cohort: str) -> Count:
    verified = counts[scheme, cohort, True]
    return Count(verified, verified + counts[scheme, cohort, False])


def _history(now: Rollup, areas: frozenset[int], on: date) -> tuple[tuple[tuple[date, Count], ...], Forecast]:
    count_on = running(now.by_day(areas))
    days = [on - WEEK * back for back in range(TREND_WEEKS, -1, -1)]
    known = tuple((day, count) for day in days if (count := count_on(day)).denominator)
    return known, forecast(count_on, as_of=on)
