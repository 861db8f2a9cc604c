"""The floor: one hash join on the 12-digit number and the equal lower-cased name, pairs written out.

python -m bench.linkage.plain_join INSURED POPULATION OUT
"""

import sys

import duckdb


def main() -> None:
    """Join the two files."""
    insured, population, out = sys.argv[1:]
    database = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    database.execute(
        f"""
        COPY (
            SELECT i.record_id, p.person_id
            FROM read_parquet('{insured}') i JOIN read_parquet('{population}') p
            ON try_cast(i.id_no AS BIGINT) = try_cast(p.id12 AS BIGINT) AND lower(i.full_name) = lower(p.full_name)
        ) TO '{out}' (FORMAT parquet)
        """
    )


if __name__ == "__main__":
    main()
