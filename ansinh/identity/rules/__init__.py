"""What is decided without the database: where a case stands, differences for the eye, answers, pace, standings."""

from ansinh.identity.rules.answers import Compared, Verdict, request_id_of, said_of_answer, verdict_of
from ansinh.identity.rules.cases import Levels, State, evidence_of, likelihood, state_of
from ansinh.identity.rules.differences import (
    FieldPair,
    Piece,
    Side,
    graphemes,
    mark_differences,
    mark_places,
    side_by_side,
)
from ansinh.identity.rules.pace import Pace, duration, pace_of

__all__ = [
    "Compared", "FieldPair", "Levels", "Pace", "Piece", "Side", "State", "Verdict", "duration", "evidence_of",
    "graphemes", "likelihood", "mark_differences", "mark_places", "pace_of", "request_id_of", "said_of_answer",
    "side_by_side", "state_of", "verdict_of",
]  # fmt: skip
