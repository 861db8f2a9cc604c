"""``python -m ansinh.identity.linkage``: compile the engine's loops once, by linking one invented person to oneself."""

import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ansinh.identity.linkage import DEFAULT_POLICY, Policy, link
from ansinh.identity.linkage.columns import PLACES


def main() -> None:
    """Link a record whose number has a slip, so that every step of the engine runs."""
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder, "insured.parquet"), Path(folder, "population.parquet")
        same = {"full_name": ["Lê Thử"], "dob": ["02/03/1990"], "sex": ["F"]} | {place: ["Thử"] for place in PLACES}
        numbers = {"si_no": ["0"], "id_no": ["001190000012"]}, {"id12": ["001190000021"], "id9": ["012345678"]}
        for path, identifier, own in zip(paths, ("record_id", "person_id"), numbers, strict=True):
            pq.write_table(pa.table({identifier: [1]} | own | same), path)
        link(*paths, Path(folder, "decisions.parquet"), policy=Policy.load(DEFAULT_POLICY))


if __name__ == "__main__":
    main()
