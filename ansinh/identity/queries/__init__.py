"""What the pages of verification read, as frozen dataclasses; the number of queries never grows with the rows."""

from ansinh.identity.queries.board import Board, board, choices
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
from ansinh.identity.queries.daily import increments
from ansinh.identity.queries.disputes import candidate_of
from ansinh.identity.queries.dossier import Dossier
from ansinh.identity.queries.duplicates import Numbered, PairPage, Question, pair_page
from ansinh.identity.queries.findings import ComparisonUnreadable, claims, found_by_comparison, found_by_run
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
from ansinh.identity.queries.pairs import MINE, MergeNotice, PairList, PairRow, merge_notice, pair_list
from ansinh.identity.queries.people import (
    PeoplePage,
    PeopleScope,
    PersonRow,
    count_people,
    left_over,
    people_page,
    reason_label,
)
from ansinh.identity.queries.police import (
    CHECK_HEAD,
    AnswerAbout,
    PersonToCheck,
    answer_files,
    answers_about,
    judge_answers,
    to_check,
)
from ansinh.identity.queries.preview import Preview, held_extracts, preview
from ansinh.identity.queries.progress import Progress, progress
from ansinh.identity.queries.provinces import (
    Standing,
    StandingRow,
    areas_in_reach,
    confirmed,
    confirmed_of,
    standing,
    state_of,
)
from ansinh.identity.queries.quality import ClerkRow, KindRow, ReadingQuality, reading_quality
from ansinh.identity.queries.readings import facts, lot_key
from ansinh.identity.queries.rollups import Rollup, count_live, drift, rollup
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
    "CHECK_HEAD", "INSURED", "KINDS", "MINE", "AgencyWork", "AnswerAbout", "AskedRow", "Board", "Candidate", "Case",
    "CaseView", "CasesPage", "ClerkRow", "ComparisonUnreadable", "Decided", "Dossier", "Filter", "KindRow", "LookUp",
    "Match", "MergeNotice", "NoIndex", "NoticeFilter", "NoticesPage", "Numbered", "Outcome", "PairList", "PairPage",
    "PairRow", "PeoplePage", "PeopleScope", "PersonRow", "PersonToCheck", "PersonView", "Preview", "Progress",
    "Quality", "Question", "QueuePage", "ReadingQuality", "Rollup", "Scope", "Sought", "Standing", "StandingCount",
    "StandingRow", "agency_letter", "agency_work", "answer_files", "answers_about", "areas_in_reach", "asked_rows",
    "automatic_rows", "automatic_strata", "board", "by_policy", "candidate_of", "candidates", "case", "case_view",
    "cases_page", "choices", "chosen_notices", "claims", "confirmed", "confirmed_of", "count_items", "count_live",
    "count_people", "count_run", "count_standings", "count_waiting", "current_index", "decided", "drift", "facts",
    "found_by_comparison", "found_by_run", "held_extracts", "increments", "insured_rows", "judge_answers",
    "left_over", "look_up", "lot_key", "merge_notice", "next_case", "next_item", "notices_page", "outcome",
    "pair_list", "pair_page", "parts_of", "people_in", "people_of", "people_page", "person_view", "preview",
    "progress", "promised_error", "qualities", "queue_page", "reading_quality", "reason_label", "rollup",
    "run_in_the_way", "runs_page", "scope_of", "standing", "standings_of", "state_of", "to_check", "unit_of",
]  # fmt: skip
