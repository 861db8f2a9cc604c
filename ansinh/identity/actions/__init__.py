"""Acts of verification, by subject; each is one transaction and leaves one audit entry."""

from ansinh.identity.actions.decisions import DecisionRow, record_decisions
from ansinh.identity.actions.duplicates import collect_compared, collect_duplicates, open_pair, refuse_pair, reopen_pair
from ansinh.identity.actions.extracts import ExtractKnown, receive_extract
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
    NobodyToVerify,
    RunNotOpen,
    cancel_run,
    finish_run,
    start_run,
)

__all__ = [
    "AreaBeingVerified", "CaseAlreadyDecided", "CitizenDeceased", "CountrywideOnly", "DecisionRow", "ExtractKnown",
    "MergeOffer", "NobodyToVerify", "NotYourProposal", "NothingToUndo", "NumberMovedOn", "NumberTaken", "PeopleScope",
    "RunNotOpen", "approve_proposal", "cancel_run", "collect_compared", "collect_duplicates", "decide_review",
    "export_people", "finish_run", "list_people", "open_case", "open_notice", "open_pair", "propose_merge",
    "propose_undo", "receive_extract", "record_decisions", "refuse_pair", "reopen_pair", "return_proposal", "start_run",
    "undo_review", "withdraw_proposal",
]  # fmt: skip
