"""Verification: extracts, runs, decisions, reviews and samples, cases with the identity agency, notices."""

from ansinh.identity.models.disposals import ExtractDisposal
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
from ansinh.identity.models.reviews import CaseLease, Review, ReviewQuerySet, held_by_others, open_to
from ansinh.identity.models.runs import PopulationExtract, VerificationRun, VerificationRunQuerySet
from ansinh.identity.models.samples import AuditSample, SampleItem, SampleItemQuerySet, SampleStratum
from ansinh.identity.models.verifications import Verification, VerificationQuerySet

__all__ = [
    "AgencyRequest", "AuditSample", "CaseField", "CaseLease", "CaseReason", "CaseStep", "CitizenIndex",
    "DisputedField", "ExtractDisposal", "IdentityCase", "IdentityCaseQuerySet", "Notice", "NoticeItem",
    "NoticeQuerySet", "PopulationExtract", "Reason", "Review", "ReviewQuerySet", "SampleItem", "SampleItemQuerySet",
    "SampleStratum", "ServicePace", "Verification", "VerificationQuerySet", "VerificationRun",
    "VerificationRunQuerySet", "held_by_others", "open_to",
]  # fmt: skip
