"""Verification: extracts received, runs, one decision per person and run, and what people decided by eye."""

from ansinh.identity.models.runs import PopulationExtract, VerificationRun, VerificationRunQuerySet
from ansinh.identity.models.verifications import Review, Verification, VerificationQuerySet

__all__ = [
    "PopulationExtract",
    "Review",
    "Verification",
    "VerificationQuerySet",
    "VerificationRun",
    "VerificationRunQuerySet",
]
