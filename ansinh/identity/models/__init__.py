"""Verification: extracts received, runs, one decision per person and run, what people decided by eye, and counts."""

from ansinh.identity.models.disposals import ExtractDisposal
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
    "ExtractDisposal",
    "PoliceAnswer",
    "PopulationExtract",
    "Reason",
    "Review",
    "ServicePace",
    "Touch",
    "Verification",
    "VerificationQuerySet",
    "VerificationRun",
    "VerificationRunQuerySet",
]
