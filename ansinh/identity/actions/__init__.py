"""Acts of verification, by subject; each is one transaction and leaves one audit entry."""

from ansinh.identity.actions.decisions import DecisionRow, record_decisions
from ansinh.identity.actions.extracts import ExtractInUse, ExtractKnown, delete_extract, index_citizens, receive_extract
from ansinh.identity.actions.lookups import Purpose, Shown, TooManyLookUps, look_up_citizen
from ansinh.identity.actions.people import PeopleScope, export_people, list_people
from ansinh.identity.actions.reviews import (
    CaseAlreadyDecided,
    CitizenDeceased,
    NothingToUndo,
    NumberTaken,
    decide_review,
    open_case,
    undo_review,
)
from ansinh.identity.actions.runs import (
    AreaBeingVerified,
    CountrywideOnly,
    NewerRunExists,
    NobodyToVerify,
    OfficerUnknown,
    Part,
    RunNotOpen,
    RunNotStopped,
    cancel_run,
    finish_run,
    resume_run,
    start_run,
)
from ansinh.identity.actions.service import ask_population, record_answers

__all__ = [
    "AreaBeingVerified", "CaseAlreadyDecided", "CitizenDeceased", "CountrywideOnly", "DecisionRow", "ExtractInUse",
    "ExtractKnown", "NewerRunExists", "NobodyToVerify", "NothingToUndo", "NumberTaken", "OfficerUnknown", "Part",
    "PeopleScope", "Purpose", "RunNotOpen", "RunNotStopped", "Shown", "TooManyLookUps", "ask_population",
    "cancel_run", "decide_review", "delete_extract", "export_people", "finish_run", "index_citizens", "list_people",
    "look_up_citizen", "open_case", "receive_extract", "record_answers", "record_decisions", "resume_run",
    "start_run", "undo_review",
]  # fmt: skip
