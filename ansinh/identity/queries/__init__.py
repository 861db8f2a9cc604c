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
from ansinh.identity.queries.preview import Preview, held_extracts, preview
from ansinh.identity.queries.progress import Progress, progress
from ansinh.identity.queries.provinces import ProvinceRow, Standing, areas_in_reach, confirmed, confirmed_of, standing
from ansinh.identity.queries.rollups import Rollup, count_live, drift, increments, rollup
from ansinh.identity.queries.runs import INSURED, Outcome, count_run, insured_rows, outcome, people_of, runs_page
from ansinh.identity.queries.scopes import Scope, parts_of, people_in, scope_of
from ansinh.identity.queries.service import AskedRow, asked_rows, run_in_the_way, unit_of

__all__ = [
    "INSURED",
    "KINDS",
    "AskedRow",
    "Case",
    "Decided",
    "Filter",
    "Outcome",
    "PeoplePage",
    "PersonRow",
    "Preview",
    "Progress",
    "ProvinceRow",
    "QueuePage",
    "Rollup",
    "Scope",
    "Standing",
    "areas_in_reach",
    "asked_rows",
    "case",
    "confirmed",
    "confirmed_of",
    "count_live",
    "count_run",
    "count_waiting",
    "decided",
    "drift",
    "held_extracts",
    "increments",
    "insured_rows",
    "left_over",
    "next_case",
    "outcome",
    "parts_of",
    "people_in",
    "people_of",
    "people_page",
    "preview",
    "progress",
    "queue_page",
    "rollup",
    "run_in_the_way",
    "runs_page",
    "scope_of",
    "standing",
    "unit_of",
]  # fmt: skip
