"""What is decided without the database: cases, differences for the eye, answers, pace, second readers, samples."""

from ansinh.identity.rules.answers import Compared, Verdict, request_id_of, said_of_answer, verdict_of
from ansinh.identity.rules.cards import CardText, card_text, masked
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
from ansinh.identity.rules.readings import GROUNDS, Facts, ReviewPolicy, grounds_for, is_read_twice, policy_at
from ansinh.identity.rules.samples import allot, decisions_a_minute, pick

__all__ = [
    "GROUNDS", "CardText", "Compared", "Facts", "FieldPair", "Levels", "Pace", "Piece", "ReviewPolicy", "Side",
    "State", "Verdict", "allot", "card_text", "decisions_a_minute", "duration", "evidence_of", "graphemes",
    "grounds_for", "is_read_twice", "likelihood", "mark_differences", "mark_places", "masked", "pace_of", "pick",
    "policy_at", "request_id_of", "said_of_answer", "side_by_side", "state_of", "verdict_of",
]  # fmt: skip
