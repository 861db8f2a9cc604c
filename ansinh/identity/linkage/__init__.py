"""Linkage engine (đối khớp định danh): insured people against the population, files in, file out.

`link` reads two files and writes one decision per record; `Policy` holds every weight and threshold; `explain` says a
decision in words. No Django, no clock, no network.
"""

from pathlib import Path

from ansinh.identity.linkage.engine import ENGINES, link, report_folder
from ansinh.identity.linkage.explain import Agreement, explain
from ansinh.identity.linkage.policy import Policy
from ansinh.identity.linkage.refusal import LinkageRefused
from ansinh.identity.linkage.report import DECISIONS, Report

DEFAULT_POLICY = Path(__file__).parent.parent / "policies" / "2024-1.yaml"
"""Policy file used when none is named."""

__all__ = [
    "DECISIONS",
    "DEFAULT_POLICY",
    "ENGINES",
    "Agreement",
    "LinkageRefused",
    "Policy",
    "Report",
    "explain",
    "link",
    "report_folder",
]
