"""Acts of verification, by subject; each is one transaction and leaves one audit entry."""

from ansinh.identity.actions.decisions import DecisionRow, record_decisions
from ansinh.identity.actions.duplicates import collect_compared, collect_duplicates, open_pair, refuse_pair, reopen_pair
from ansinh.identity.actions.extracts import ExtractInUse, ExtractKnown, delete_extract, receive_extract
from ansinh.identity.actions.merging import (
    MergeOffer,
    NotYourProposal,
    NumberMovedOn,
    approve_proposal,
    open_notice,
    propose_merge,
    propose_undo,
    return_proposal,
    withdraw_proposal,
)
from ansinh.identity.actions.people import export_people, list_people
from ansinh.identity.actions.police import AnswersKnown, AnswersUnreadable, take_answers, take_police_list
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
    "AnswersKnown", "AnswersUnreadable", "AreaBeingVerified", "CaseAlreadyDecided", "CitizenDeceased",
    "CountrywideOnly", "DecisionRow", "ExtractInUse", "ExtractKnown", "MergeOffer", "NewerRunExists",
    "NobodyToVerify", "NotYourProposal", "NothingToUndo", "NumberMovedOn", "NumberTaken", "OfficerUnknown", "Part",
    "RunNotOpen", "RunNotStopped", "approve_proposal", "ask_population", "cancel_run", "collect_compared",
    "collect_duplicates", "decide_review", "delete_extract", "export_people", "finish_run", "list_people",
    "open_case", "open_notice", "open_pair", "propose_merge", "propose_undo", "receive_extract", "record_answers",
    "record_decisions", "refuse_pair", "reopen_pair", "resume_run", "return_proposal", "start_run", "take_answers",
    "take_police_list", "undo_review", "withdraw_proposal",
]  # fmt: skip
