"""The insurance database: ``facts`` about people, and the ``imports`` that bring them in bulk."""

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
    "Participation",
    "Person",
    "PersonQuerySet",
    "Relation",
    "Scheme",
]
