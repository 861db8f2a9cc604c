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
from ansinh.identity.queries.dossier import Dossier
from ansinh.identity.queries.people import PeoplePage, PersonRow, left_over, people_page
from ansinh.identity.queries.provinces import ProvinceRow, Standing, areas_in_reach, confirmed, confirmed_of, standing
from ansinh.identity.queries.quality import ClerkRow, KindRow, ReadingQuality, reading_quality
from ansinh.identity.queries.readings import facts, lot_key
from ansinh.identity.queries.runs import INSURED, Outcome, count_run, insured_rows, outcome, people_of, runs_page
from ansinh.identity.queries.samples import (
    Quality,
    automatic_rows,
    automatic_strata,
    by_policy,
    count_items,
    next_item,
    promised_error,
    qualities,
)

__all__ = [
    "INSURED",
    "KINDS",
    "Case",
    "ClerkRow",
    "Decided",
    "Dossier",
    "Filter",
    "KindRow",
    "Outcome",
    "PeoplePage",
    "PersonRow",
    "ProvinceRow",
    "Quality",
    "QueuePage",
    "ReadingQuality",
    "Standing",
    "areas_in_reach", "automatic_rows", "automatic_strata",
    "by_policy",
    "case", "confirmed", "confirmed_of",
    "count_items", "count_run",
    "count_waiting",
    "decided",
    "facts",
    "insured_rows",
    "left_over",
    "lot_key",
    "next_case", "next_item",
    "outcome",
    "people_of",
    "people_page",
    "promised_error",
    "qualities",
    "queue_page",
    "reading_quality",
    "runs_page",
    "standing",
]  # fmt: skip
