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
from ansinh.identity.queries.duplicates import Numbered, PairPage, Question, pair_page
from ansinh.identity.queries.findings import ComparisonUnreadable, claims, found_by_comparison, found_by_run
from ansinh.identity.queries.pairs import MINE, Notice, PairList, PairRow, notice, pair_list
from ansinh.identity.queries.people import PeoplePage, PersonRow, left_over, people_page
from ansinh.identity.queries.provinces import ProvinceRow, Standing, areas_in_reach, confirmed, confirmed_of, standing
from ansinh.identity.queries.runs import INSURED, Outcome, count_run, insured_rows, outcome, people_of, runs_page

__all__ = [
    "INSURED",
    "KINDS",
    "MINE",
    "Case",
    "ComparisonUnreadable",
    "Decided",
    "Filter",
    "Notice",
    "Numbered",
    "Outcome",
    "PairList",
    "PairPage",
    "PairRow",
    "PeoplePage",
    "PersonRow",
    "ProvinceRow",
    "Question",
    "QueuePage",
    "Standing",
    "areas_in_reach",
    "case", "claims", "confirmed", "confirmed_of",
    "count_run",
    "count_waiting",
    "decided",
    "found_by_comparison",
    "found_by_run",
    "insured_rows",
    "left_over",
    "next_case",
    "notice",
    "outcome",
    "pair_list",
    "pair_page",
    "people_of",
    "people_page",
    "queue_page",
    "runs_page",
    "standing",
]  # fmt: skip
