"""Policy (chính sách đối khớp): the weights and thresholds of a run, from a dated YAML file with an approver."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

from ansinh.core import strict_yaml
from ansinh.core.strict_yaml import Entry
from ansinh.identity.linkage.levels import codes

_WEIGHED = ("sex", "number", "places")


@dataclass(frozen=True, slots=True)
class NameWeight:
    """Weight of a name level (trọng số họ tên): fixed bits, and the share of the name's rarity that is added."""

    bits: float
    name: float


@dataclass(frozen=True, slots=True)
class DateWeight:
    """Weight of a level of the date of birth: fixed bits, and shares of the rarity of the day and of the year."""

    bits: float
    day: float
    year: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Thresholds (ngưỡng): probabilities from which a pair is automatic or to be reviewed, and the lead in bits."""

    automatic: float
    margin: float
    review: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Measured band (khoảng đã đo) of probability: the mean that was said, records in it, how many were right."""

    probability: float
    records: int
    right: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Calibration (hiệu chuẩn): evidence in bits to probability, a logistic curve; how it did where truth is known."""

    intercept: float
    slope: float
    evidence_limit: float
    measured_on: str
    measured: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims (nhận cùng một người): bits lost by a citizen already claimed; bits with which a second claim stands."""

    taken: float
    stands_alone: float


@dataclass(frozen=True, slots=True)
class TwoSlips:
    """Two slips (hai chỗ sai): bits lost when a slip in the number meets another in the date, or in the name."""

    dob: float
    name: float


@dataclass(frozen=True, slots=True)
class Dedupe:
    """Dedupe (tìm trùng): probabilities as in `Decision`; bits by which a second record is rarer than a citizen's."""

    automatic: float
    review: float
    second_record: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits (giới hạn) that keep the number of pairs linear: rows that may share a key or a number."""

    per_key: int
    per_number: int


@dataclass(frozen=True, slots=True)
class Policy:
    """Policy (chính sách đối khớp), whole and checked; `text` is the file as it was read, to be kept with the run."""

    version: str
    since: date
    approver: str | None
    decision: Decision
    calibration: Calibration
    rarity_limit: float
    name: dict[str, NameWeight]
    dob: dict[str, DateWeight]
    weights: dict[str, dict[str, float]]
    second_place_share: float
    two_slips: TwoSlips
    claims: Claims
    dedupe: Dedupe | None
    limits: Limits
    text: str

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a policy; raises `InvalidFile` naming the line for anything unknown, missing or not a number."""
        parts = strict_yaml.read(path).fields(
            ["version", "since", "approver", "decision", "calibration", "rarity_limit", "name", "dob", "weights",
             "second_place_share", "two_slips", "claims", "limits"],
            optional=["dedupe"],  # not in policies from before the register was compared with itself
        )  # fmt: skip
        weights = parts["weights"].fields(_WEIGHED)
        return cls(
            version=parts["version"].text(),
            since=parts["since"].iso_date(),
            approver=parts["approver"].optional_text(),
            decision=Decision(**_numbers(parts["decision"], ("automatic", "margin", "review"))),
            calibration=_calibration(parts["calibration"]),
            rarity_limit=float(parts["rarity_limit"].number()),
            name={
                code: NameWeight(**_numbers(entry, ("bits", "name")))
                for code, entry in parts["name"].fields(codes("name")).items()
            },
            dob={
                code: DateWeight(**_numbers(entry, ("bits", "day", "year")))
                for code, entry in parts["dob"].fields(codes("dob")).items()
            },
            weights={field: _numbers(weights[field], codes(field)) for field in _WEIGHED},
            second_place_share=float(parts["second_place_share"].number()),
            two_slips=TwoSlips(**_numbers(parts["two_slips"], ("dob", "name"))),
            claims=Claims(**_numbers(parts["claims"], ("taken", "stands_alone"))),
            dedupe=_dedupe(parts["dedupe"]) if "dedupe" in parts else None,
            limits=_limits(parts["limits"]),
            text=path.read_text(encoding="utf-8"),
        )


def _numbers(entry: Entry, names: tuple[str, ...]) -> dict[str, float]:
    return {name: float(value.number()) for name, value in entry.fields(names).items()}


def _calibration(entry: Entry) -> Calibration:
    curve = ("intercept", "slope", "evidence_limit")
    parts = entry.fields([*curve, "measured_on", "measured"])
    bands = [band.fields(["probability", "records", "right"]) for band in parts["measured"].items()]
    return Calibration(
        **{name: float(parts[name].number()) for name in curve},
        measured_on=parts["measured_on"].text(),
        measured=tuple(
            Measured(float(band["probability"].number()), band["records"].integer(), band["right"].integer())
            for band in bands
        ),
    )


def _dedupe(entry: Entry) -> Dedupe:
    return Dedupe(**_numbers(entry, ("automatic", "review", "second_record")))


def _limits(entry: Entry) -> Limits:
    parts = entry.fields(["per_key", "per_number"])
    return Limits(parts["per_key"].integer(), parts["per_number"].integer())
