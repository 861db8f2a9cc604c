"""Verification: extracts, runs, one decision per person and run, reviews, cases with the identity agency, notices."""

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
from ansinh.identity.models.notices import Notice, NoticeItem, NoticeQuerySet
from ansinh.identity.models.pace import ServicePace
from ansinh.identity.models.runs import PopulationExtract, VerificationRun, VerificationRunQuerySet
from ansinh.identity.models.verifications import Review, Verification, VerificationQuerySet

__all__ = [
    "AgencyRequest", "CaseField", "CaseReason", "CaseStep", "DisputedField", "ExtractDisposal", "IdentityCase",
    "IdentityCaseQuerySet", "Notice", "NoticeItem", "NoticeQuerySet", "PopulationExtract", "Reason", "Review",
    "ServicePace", "Verification", "VerificationQuerySet", "VerificationRun", "VerificationRunQuerySet",
]  # fmt: skip
