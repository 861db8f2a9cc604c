"""Acts on the register: bulk import, correction of one person, confirmation of identities, merge of numbers."""

from ansinh.registry.actions.corrections import NothingToCorrect, NumberAbsorbed, correct_person
from ansinh.registry.actions.identities import (
    ConfirmedIdentity,
    NotConfirmed,
    RefusedIdentity,
    confirm_identities,
    withdraw_confirmation,
)
from ansinh.registry.actions.imports import ImportRefused, load_chunk, request_import
from ansinh.registry.actions.merges import (
    AlreadyMerged,
    ConflictsStand,
    FourEyesNeeded,
    LaterMergeStands,
    MergeOrder,
    NotMerged,
    UndoOrder,
    merge_persons,
    undo_merge,
)

__all__ = [
    "AlreadyMerged",
    "ConfirmedIdentity",
    "ConflictsStand",
    "FourEyesNeeded",
    "ImportRefused",
    "LaterMergeStands",
    "MergeOrder",
    "NotConfirmed",
    "NotMerged",
    "NothingToCorrect",
    "NumberAbsorbed",
    "RefusedIdentity",
    "UndoOrder",
    "confirm_identities",
    "correct_person",
    "load_chunk",
    "merge_persons",
    "request_import",
    "undo_merge",
    "withdraw_confirmation",
]
