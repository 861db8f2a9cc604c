"""Acts on the register: bulk import, correction of one person, confirmation of identities."""

from ansinh.registry.actions.corrections import NothingToCorrect, correct_person
from ansinh.registry.actions.identities import (
    ConfirmedIdentity,
    NotConfirmed,
    RefusedIdentity,
    confirm_identities,
    withdraw_confirmation,
)
from ansinh.registry.actions.imports import ImportRefused, load_chunk, request_import

__all__ = [
    "ConfirmedIdentity",
    "ImportRefused",
    "NotConfirmed",
    "NothingToCorrect",
    "RefusedIdentity",
    "confirm_identities",
    "correct_person",
    "load_chunk",
    "request_import",
    "withdraw_confirmation",
]
