"""Verification: extracts received, runs, decisions, what people decided by eye, counts, and duplicates found."""

from ansinh.identity.models.disposals import ExtractDisposal
from ansinh.identity.models.duplicates import (
    DuplicateGroup,
    DuplicatePair,
    DuplicatePairQuerySet,
    DuplicateStep,
    MergeProposal,
    ProposalChoice,
)
from ansinh.identity.models.pace import ServicePace
from ansinh.identity.models.police import AnswerFile, AnswerFileQuerySet, PoliceAnswer
from ansinh.identity.models.rollups import SPAN, Block, BlockCount, Cell, CellKey, DayCount, DayKey, Reason, Touch
from ansinh.identity.models.runs import PopulationExtract, VerificationRun, VerificationRunQuerySet
from ansinh.identity.models.verifications import Review, Verification, VerificationQuerySet

__all__ = [
    "SPAN",
    "AnswerFile",
    "AnswerFileQuerySet",
    "Block",
    "BlockCount",
    "Cell",
    "CellKey",
    "DayCount",
    "DayKey",
    "DuplicateGroup",
    "DuplicatePair",
    "DuplicatePairQuerySet",
    "DuplicateStep",
    "ExtractDisposal",
    "MergeProposal",
    "PoliceAnswer",
    "PopulationExtract",
    "ProposalChoice",
    "Reason",
    "Review",
    "ServicePace",
    "Touch",
    "Verification",
    "VerificationQuerySet",
    "VerificationRun",
    "VerificationRunQuerySet",
]
