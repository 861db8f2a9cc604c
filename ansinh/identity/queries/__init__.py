"""What the pages of verification read, as frozen dataclasses; the number of queries never grows with the rows."""

from ansinh.identity.queries.cases import (
    KINDS,
    Case,
    Decided,
    Filter,
    QueuePage,
    case,
    count_waiting,
    decided,
    next_case,
    queue_page,
)
from ansinh.identity.queries.people import PeoplePage, PersonRow, left_over, people_page
from ansinh.identity.queries.provinces import ProvinceRow, Standing, areas_in_reach, confirmed, confirmed_of, standing
from ansinh.identity.queries.rollups import Rollup, count_live, drift, increments, rollup
from ansinh.identity.queries.runs import INSURED, Outcome, count_run, insured_rows, outcome, people_of, runs_page

__all__ = [
    "INSURED",
    "KINDS",
    "Case",
    "Decided",
    "Filter",
    "Outcome",
    "PeoplePage",
    "PersonRow",
    "ProvinceRow",
    "QueuePage",
    "Rollup",
    "Standing",
    "areas_in_reach",
    "case",
    "confirmed",
    "confirmed_of",
    "count_live",
    "count_run",
    "count_waiting",
    "decided",
    "drift",
    "increments",
    "insured_rows",
    "left_over",
    "next_case",
    "outcome",
    "people_of",
    "people_page",
    "queue_page",
    "rollup",
    "runs_page",
    "standing",
]  # fmt: skip
