"""Population extracts as files: sealed when received, read a few citizens at a time, never copied into the database."""

from ansinh.identity.extracts.reading import (
    DIED_ON,
    Citizen,
    ColumnsMissing,
    ExtractUnreadable,
    Place,
    citizens,
    citizens_in,
    count_rows,
    database,
    digest_of,
    sealed,
)
from ansinh.identity.extracts.sealing import (
    OWNER_ONLY,
    ExtractChanged,
    ExtractGone,
    Seal,
    dataset,
    destroy,
    remove,
    require_whole,
    unseal,
)

__all__ = [
    "DIED_ON",
    "OWNER_ONLY",
    "Citizen",
    "ColumnsMissing",
    "ExtractChanged",
    "ExtractGone",
    "ExtractUnreadable",
    "Place",
    "Seal",
    "citizens",
    "citizens_in",
    "count_rows",
    "database",
    "dataset",
    "destroy",
    "digest_of",
    "remove",
    "require_whole",
    "sealed",
    "unseal",
]
