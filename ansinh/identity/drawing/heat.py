"""Shares as shades of one colour, for cells of a grid."""

from ansinh.core.measures import Count

HEAT = ((50, 1), (80, 2), (90, 3), (98, 4))
"""Under so many percent, which shade."""


def heat(count: Count) -> int:
    """Return the shade of a share, 1 (under half) to 5 (from 98 %), 0 where nobody is counted."""
    if count.share is None:
        return 0
    return next((shade for under, shade in HEAT if count.share * 100 < under), 5)
