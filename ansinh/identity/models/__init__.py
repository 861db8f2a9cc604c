"""Verification: extracts received, runs, one decision per person and run, what people decided by eye, samples."""

from ansinh.identity.models.reviews import CaseLease, Review, ReviewQuerySet, held_by_others, open_to
from ansinh.identity.models.runs import PopulationExtract, VerificationRun, VerificationRunQuerySet
from ansinh.identity.models.samples import AuditSample, SampleItem, SampleItemQuerySet, SampleStratum
from ansinh.identity.models.verifications import Verification, VerificationQuerySet

__all__ = [
    "AuditSample",
    "CaseLease",
    "PopulationExtract",
    "Review",
    "ReviewQuerySet",
    "SampleItem",
    "SampleItemQuerySet",
    "SampleStratum",
    "Verification",
    "VerificationQuerySet",
    "VerificationRun",
    "VerificationRunQuerySet",
    "held_by_others",
    "open_to",
]
