"""The insurance database: ``facts`` about people, ``merges`` of numbers, ``imports`` that bring people in bulk."""

from ansinh.registry.models.facts import (
    Address,
    Benefit,
    Contact,
    Contribution,
    Correction,
    Employer,
    HealthCard,
    Household,
    Identifier,
    Membership,
    Participation,
    Person,
    PersonQuerySet,
    Relation,
    Scheme,
)
from ansinh.registry.models.imports import ImportBatch, ImportChunk
from ansinh.registry.models.merges import MergeConflict, MovedFact, PersonMerge

__all__ = [
    "Address",
    "Benefit",
    "Contact",
    "Contribution",
    "Correction",
    "Employer",
    "HealthCard",
    "Household",
    "Identifier",
    "ImportBatch",
    "ImportChunk",
    "Membership",
    "MergeConflict",
    "MovedFact",
    "Participation",
    "Person",
    "PersonMerge",
    "PersonQuerySet",
    "Relation",
    "Scheme",
]
