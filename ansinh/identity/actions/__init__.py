"""Acts of verification, by subject; each is one transaction and leaves one audit entry."""

from ansinh.identity.actions.case_steps import (
    AnswerFromFuture,
    DocumentMissing,
    NumberNotCorrectedHere,
    RequestSettled,
    ask_agency,
    ask_person,
    correct_by_case,
    read_agency_letter,
    record_answer,
    settle_request,
    take_case_step,
)
from ansinh.identity.actions.decisions import DecisionRow, record_decisions
from ansinh.identity.actions.duplicates import collect_compared, collect_duplicates, open_pair, refuse_pair, reopen_pair
from ansinh.identity.actions.extracts import ExtractInUse, ExtractKnown, delete_extract, index_citizens, receive_extract
from ansinh.identity.actions.identity_cases import (
    BulkOpening,
    CaseAlreadyOpen,
    CaseNotOpenable,
    MergeInstead,
    NothingDisputed,
    change_identity_case,
    open_identity_case,
    open_identity_cases,
    read_identity_case,
)
from ansinh.identity.actions.lookups import Purpose, Shown, TooManyLookUps, look_up_citizen
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
from ansinh.identity.actions.notices import (
    BulkNotices,
    NothingToTell,
    NoticeMoved,
    NoticeUnderWay,
    draft_notice,
    draft_notices,
    export_notice,
    list_notices,
    read_notices,
    take_notice_step,
)
from ansinh.identity.actions.people import export_people, list_people
from ansinh.identity.actions.police import AnswersKnown, AnswersUnreadable, take_answers, take_police_list
from ansinh.identity.actions.reviews import (
    CaseAlreadyDecided,
    CaseHeld,
    CitizenDeceased,
    NobodyToConfirm,
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
from ansinh.identity.actions.samples import (
    RunStillOpen,
    SampleKnown,
    WidthOutOfRange,
    draw_sample,
    judge_item,
    open_item,
)
from ansinh.identity.actions.service import ask_population, record_answers
from ansinh.identity.actions.verified_person import read_person

__all__ = [
    "AnswerFromFuture", "AnswersKnown", "AnswersUnreadable", "AreaBeingVerified", "BulkNotices", "BulkOpening",
    "CaseAlreadyDecided", "CaseAlreadyOpen", "CaseHeld", "CaseNotOpenable", "CitizenDeceased", "CountrywideOnly",
    "DecisionRow", "DocumentMissing", "ExtractInUse", "ExtractKnown", "MergeInstead", "MergeOffer", "NewerRunExists",
    "NobodyToConfirm", "NobodyToVerify", "NotYourProposal", "NotYoursToUndo", "NothingDisputed", "NothingToTell",
    "NothingToUndo", "NoticeMoved", "NoticeUnderWay", "NumberMovedOn", "NumberNotCorrectedHere", "NumberTaken",
    "OfficerUnknown", "Part", "Purpose", "RequestSettled", "RunNotOpen", "RunNotStopped", "RunStillOpen",
    "SampleKnown", "SecondByAnother", "Shown", "TooManyLookUps", "WidthOutOfRange", "approve_proposal", "ask_agency",
    "ask_person", "ask_population", "cancel_run", "change_identity_case", "collect_compared", "collect_duplicates",
    "correct_by_case", "decide_review", "delete_extract", "draft_notice", "draft_notices", "draw_sample",
    "export_notice", "export_people", "finish_run", "index_citizens", "judge_item", "list_notices", "list_people",
    "look_up_citizen", "open_case", "open_identity_case", "open_identity_cases", "open_item", "open_notice",
    "open_pair", "propose_merge", "propose_undo", "read_agency_letter", "read_identity_case", "read_notices",
    "read_person", "receive_extract", "record_answer", "record_answers", "record_decisions", "refuse_pair",
    "reopen_pair", "resume_run", "return_proposal", "settle_request", "start_run", "take_answers", "take_case_step",
    "take_notice_step", "take_police_list", "undo_review", "withdraw_proposal",
]  # fmt: skip
