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
from ansinh.identity.queries.disputes import candidate_of
from ansinh.identity.queries.dossier import Dossier
from ansinh.identity.queries.identity_cases import CasesPage, CaseView, agency_letter, case_view, cases_page
from ansinh.identity.queries.lookup import Candidate, LookUp, Match, NoIndex, Sought, candidates, current_index, look_up
from ansinh.identity.queries.notices import (
    AgencyWork,
    NoticeFilter,
    NoticesPage,
    agency_work,
    chosen_notices,
    notices_page,
)
from ansinh.identity.queries.people import PeoplePage, PersonRow, left_over, people_page
from ansinh.identity.queries.preview import Preview, held_extracts, preview
from ansinh.identity.queries.progress import Progress, progress
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
from ansinh.identity.queries.scopes import Scope, parts_of, people_in, scope_of
from ansinh.identity.queries.service import AskedRow, asked_rows, run_in_the_way, unit_of
from ansinh.identity.queries.standings import StandingCount, count_standings, standings_of
from ansinh.identity.queries.verified_person import PersonView, person_view

__all__ = [
    "INSURED", "KINDS", "AgencyWork", "AskedRow", "Candidate", "Case", "CaseView", "CasesPage", "ClerkRow", "Decided",
    "Dossier", "Filter", "KindRow", "LookUp", "Match", "NoIndex", "NoticeFilter", "NoticesPage", "Outcome",
    "PeoplePage", "PersonRow", "PersonView", "Preview", "Progress", "ProvinceRow", "Quality", "QueuePage",
    "ReadingQuality", "Scope", "Sought", "Standing", "StandingCount", "agency_letter", "agency_work",
    "areas_in_reach", "asked_rows", "automatic_rows", "automatic_strata", "by_policy", "candidate_of", "candidates",
    "case", "case_view", "cases_page", "chosen_notices", "confirmed", "confirmed_of", "count_items", "count_run",
    "count_standings", "count_waiting", "current_index", "decided", "facts", "held_extracts", "insured_rows",
    "left_over", "look_up", "lot_key", "next_case", "next_item", "notices_page", "outcome", "parts_of", "people_in",
    "people_of", "people_page", "person_view", "preview", "progress", "promised_error", "qualities", "queue_page",
    "reading_quality", "run_in_the_way", "runs_page", "scope_of", "standing", "standings_of", "unit_of",
]  # fmt: skip
