"""Verification: extracts received, runs, one decision per person and run, and what people decided by eye."""

from ansinh.identity.models.disposals import ExtractDisposal
from ansinh.identity.models.indexes import CitizenIndex
from ansinh.identity.models.pace import ServicePace
from ansinh.identity.models.runs import PopulationExtract, VerificationRun, VerificationRunQuerySet
from ansinh.identity.models.verifications import Review, Verification, VerificationQuerySet

__all__ = [
    "CitizenIndex",
    "ExtractDisposal",
    "PopulationExtract",
    "Review",
    "ServicePace",
    "Verification",
    "VerificationQuerySet",
    "VerificationRun",
    "VerificationRunQuerySet",
]
