"""Citizens of the stand-in, by the number they are asked about."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq

_COLUMNS = ["full_name", "dob", "sex", "id12", "id9"]
_SEXES = {"M": "1", "F": "2"}


class Citizen(NamedTuple):
    """What is compared: name in capitals, birth as ``YYYYMMDD`` or shorter, sex as 1 or 2."""

    name: str
    birth: str
    sex: str


def key_of(name: str) -> str:
    """Return a name as it is compared: capitals, composed letters, single spaces; accents count."""
    return " ".join(unicodedata.normalize("NFC", name).upper().split())


def load(path: Path) -> Mapping[str, Citizen]:
    """Read ``population.parquet`` of a generated country; a citizen is found by either number."""
    found: dict[str, Citizen] = {}
    for batch in pq.ParquetFile(path).iter_batches(columns=_COLUMNS):
        for name, dob, sex, id12, id9 in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            citizen = Citizen(key_of(name), (dob or "").replace("-", ""), _SEXES.get(sex or "", ""))
            found.update({number: citizen for number in (id12, id9) if number})
    return found
