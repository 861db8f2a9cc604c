"""Verification: extracts, runs, decisions, reviews, samples, agency cases, notices, counts, duplicates."""

from ansinh.identity.models.disposals import ExtractDisposal
from ansinh.identity.models.duplicates import (
    DuplicateGroup,
    DuplicatePair,
    DuplicatePairQuerySet,
    DuplicateStep,
    MergeProposal,
    ProposalChoice,
)
from ansinh.identity.models.identity_cases import (
    AgencyRequest,
    CaseField,
    CaseReason,
    CaseStep,
    DisputedField,
    IdentityCase,
    IdentityCaseQuerySet,
    Reason,
)
from ansinh.identity.models.indexes import CitizenIndex
from ansinh.identity.models.notices import Notice, NoticeItem, NoticeQuerySet
from ansinh.identity.models.pace import ServicePace
from ansinh.identity.models.police import AnswerFile, AnswerFileQuerySet, PoliceAnswer
from ansinh.identity.models.reviews import CaseLease, Review, ReviewQuerySet, held_by_others, open_to
from ansinh.identity.models.rollups import (
    SPAN,
    Block,
    BlockCount,
    Cell,
    CellKey,
    DayCount,
    DayKey,
    Touch,
    UnverifiedReason,
)
from ansinh.identity.models.runs import PopulationExtract, VerificationRun, VerificationRunQuerySet
from ansinh.identity.models.samples import AuditSample, SampleItem, SampleItemQuerySet, SampleStratum
from ansinh.identity.models.verifications import WAITS, Verification, VerificationQuerySet

__all__ = [
    "SPAN", "WAITS", "AgencyRequest", "AnswerFile", "AnswerFileQuerySet", "AuditSample", "Block", "BlockCount",
    "CaseField", "CaseLease", "CaseReason", "CaseStep", "Cell", "CellKey", "CitizenIndex", "DayCount", "DayKey",
    "DisputedField", "DuplicateGroup", "DuplicatePair", "DuplicatePairQuerySet", "DuplicateStep", "ExtractDisposal",
    "IdentityCase", "IdentityCaseQuerySet", "MergeProposal", "Notice", "NoticeItem", "NoticeQuerySet", "PoliceAnswer",
    "PopulationExtract", "ProposalChoice", "Reason", "Review", "ReviewQuerySet", "SampleItem", "SampleItemQuerySet",
    "SampleStratum", "ServicePace", "Touch", "UnverifiedReason", "Verification", "VerificationQuerySet",
    "VerificationRun", "VerificationRunQuerySet", "held_by_others", "open_to",
]  # fmt: skip
