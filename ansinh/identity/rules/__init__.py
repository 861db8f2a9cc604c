"""What is decided without the database: where a case stands, differences for the eye, who must look twice, samples."""

from ansinh.identity.rules.cases import (
    FieldPair,
    Levels,
    Piece,
    Side,
    State,
    evidence_of,
    graphemes,
    likelihood,
    mark_differences,
    mark_places,
    side_by_side,
    state_of,
)
from ansinh.identity.rules.readings import GROUNDS, Facts, ReviewPolicy, grounds_for, is_read_twice, policy_at
from ansinh.identity.rules.samples import allot, pace, pick

__all__ = [
    "GROUNDS",
    "Facts",
    "FieldPair",
    "Levels",
    "Piece",
    "ReviewPolicy",
    "Side",
    "State",
    "allot",
    "evidence_of",
    "graphemes",
    "grounds_for",
    "is_read_twice",
    "likelihood",
    "mark_differences",
    "mark_places",
    "pace",
    "pick",
    "policy_at",
    "side_by_side",
    "state_of",
]
