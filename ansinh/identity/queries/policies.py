"""Linkage policies by version, read once."""

from functools import cache

from ansinh.identity import linkage


@cache
def linkage_policy(version: str) -> linkage.Policy:
    """Return the linkage policy that a run was decided under."""
    return linkage.Policy.load(linkage.DEFAULT_POLICY.with_name(f"{version}.yaml"))
