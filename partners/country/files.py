"""Files of the country: written chunk by chunk under another name, renamed when all of them are whole."""

from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

_TEXT, _WHOLE = pa.string(), pa.int64()
_PLACES = tuple(f"{kind}_{tier}" for kind in ("home", "res") for tier in ("province", "district", "commune"))


def _schema(names: tuple[str, ...]) -> pa.Schema:
    return pa.schema([(name, _WHOLE if name in ("person_id", "record_id") else _TEXT) for name in names])


POPULATION = _schema(("person_id", "full_name", "dob", "sex", "id12", "id9", *_PLACES, "died_on"))
LINKAGE = _schema(("record_id", "si_no", "full_name", "dob", "sex", "id_no", *_PLACES))
TRUTH = _schema(("record_id", "si_no", "person_id", "errors"))
INSURED = _schema(
    (
        *("si_no", "full_name", "dob", "sex", "id_no", *_PLACES, "ethnicity", "phone"),
        *("household_code", "household_role", "employer_code", "employer_name", "scheme", "object_code"),
        *("from_date", "to_date", "card_code", "facility_code", "card_from", "card_to"),
        *("benefit_kind", "benefit_from", "benefit_monthly_vnd", "payment_method"),
    )
)
_PARQUET = {"population.parquet": POPULATION, "linkage_insured.parquet": LINKAGE, "truth.parquet": TRUTH}
_CSV = "insured.csv"


class Files:
    """The four files in one folder; leaving the block by an error leaves none of them behind."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._paths = {name: folder / f"{name}.partial" for name in (*_PARQUET, _CSV)}
        self._parquet = {
            name: pq.ParquetWriter(self._paths[name], schema, compression="zstd", compression_level=1)
            for name, schema in _PARQUET.items()
        }
        self._text = self._paths[_CSV].open("wb")
        self._text.write((",".join(INSURED.names) + "\n").encode())
        plain = pa_csv.WriteOptions(include_header=False, quoting_style="none")
        self._csv = pa_csv.CSVWriter(self._text, INSURED, write_options=plain)

    def write(self, population: dict[str, pa.Array], insured: dict[str, pa.Array], truth: dict[str, pa.Array]) -> None:
        """Append one chunk; ``insured`` holds the columns of the CSV, ``truth`` those of truth.parquet."""
        linkage = {**insured, "record_id": truth["record_id"]}
        chunks = {"population.parquet": population, "linkage_insured.parquet": linkage, "truth.parquet": truth}
        for name, columns in chunks.items():
            self._parquet[name].write_table(_table(columns, _PARQUET[name]))
        self._csv.write_table(_table(insured, INSURED))

    def __enter__(self) -> Self:
        """Open the block."""
        return self

    def __exit__(self, failure: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        """Give the files their names, or remove them after a failure."""
        for writer in (*self._parquet.values(), self._csv, self._text):
            writer.close()
        for path in self._paths.values():
            if failure:
                path.unlink(missing_ok=True)
            else:
                path.replace(path.with_suffix(""))


def _table(columns: dict[str, pa.Array], schema: pa.Schema) -> pa.Table:
    return pa.table([columns[name] for name in schema.names], schema=schema)
