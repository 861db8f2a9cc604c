"""Verification: extracts, runs, one decision per person and run, what people decided by eye, duplicates found."""

from ansinh.identity.models.duplicates import (
    DuplicateGroup,
    DuplicatePair,
    DuplicatePairQuerySet,
    DuplicateStep,
    MergeProposal,
    ProposalChoice,
)
from ansinh.identity.models.runs import PopulationExtract, VerificationRun, VerificationRunQuerySet
from ansinh.identity.models.verifications import Review, Verification, VerificationQuerySet

__all__ = [
    "DuplicateGroup",
    "DuplicatePair",
    "DuplicatePairQuerySet",
    "DuplicateStep",
    "MergeProposal",
    "PopulationExtract",
    "ProposalChoice",
    "Review",
    "Verification",
    "VerificationQuerySet",
    "VerificationRun",
    "VerificationRunQuerySet",
]
