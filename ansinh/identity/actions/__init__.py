"""Acts of verification, by subject; each is one transaction and leaves one audit entry."""

from ansinh.identity.actions.decisions import DecisionRow, record_decisions
from ansinh.identity.actions.extracts import ExtractKnown, receive_extract
from ansinh.identity.actions.people import PeopleScope, export_people, list_people
from ansinh.identity.actions.reviews import (
    CaseAlreadyDecided,
    CaseHeld,
    CitizenDeceased,
    NothingToUndo,
    NotYoursToUndo,
    NumberTaken,
    SecondByAnother,
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
from ansinh.identity.actions.samples import (
    RunStillOpen,
    SampleKnown,
    WidthOutOfRange,
    draw_sample,
    judge_item,
    open_item,
)

__all__ = [
    "AreaBeingVerified", "CaseAlreadyDecided", "CaseHeld", "CitizenDeceased", "CountrywideOnly", "DecisionRow",
    "ExtractKnown", "NobodyToVerify", "NotYoursToUndo", "NothingToUndo", "NumberTaken", "PeopleScope", "RunNotOpen",
    "RunStillOpen", "SampleKnown", "SecondByAnother", "WidthOutOfRange", "cancel_run", "decide_review", "draw_sample",
    "export_people", "finish_run", "judge_item", "list_people", "open_case", "open_item", "receive_extract",
    "record_decisions", "start_run", "undo_review",
]  # fmt: skip
