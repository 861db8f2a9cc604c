"""Linkage engine (đối khớp định danh): insured people against the population, files in, file out.

`link` reads two files and writes one decision per record; `relink` takes up what has changed since; `dedupe` compares
the records with each other; `Policy` holds every weight and threshold; `explain` says a decision in words. No Django,
no clock, no network.
"""

from pathlib import Path

from ansinh.identity.linkage.doubles import DOUBLES, DoublesReport
from ansinh.identity.linkage.engine import dedupe, link, relink, report_folder
from ansinh.identity.linkage.explain import Agreement, explain
from ansinh.identity.linkage.pairs import Bounded
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.refusal import LinkageRefused
from ansinh.identity.linkage.relinking import Changes, Relinked
from ansinh.identity.linkage.report import DECISIONS, Report

DEFAULT_POLICY = Path(__file__).parent.parent / "policies" / "2024-1.yaml"
"""Policy file used when none is named."""

__all__ = [
    "DECISIONS",
    "DEFAULT_POLICY",
    "DOUBLES",
    "Agreement",
    "Bounded",
    "Changes",
    "DoublesReport",
    "LinkageRefused",
    "Policy",
    "Relinked",
    "Report",
    "dedupe",
    "explain",
    "link",
    "relink",
    "report_folder",
]
