"""The peer: Splink on DuckDB with settings its own guide would lead a careful user to, trained on the data by EM.

    python -m bench.linkage.splink_peer INSURED POPULATION OUT

Writes each record's best person with probability and weight, and whether the person's best record is this one.
Cleaning (``cleaning.sql``) is part of the time. DuckDB may use what memory it likes.
"""

import logging
import sys
from pathlib import Path

import duckdb
import splink.comparison_level_library as level
import splink.comparison_library as comparison
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

SEED = 7
LEAST = 0.01  # pairs less probable than this are not written

BEST = """
    COPY (
        SELECT record_id, person_id, probability, weight,
            row_number() OVER (PARTITION BY person_id ORDER BY weight DESC, record_id) = 1 AS mutual
        FROM (
            SELECT unique_id_l AS record_id, unique_id_r AS person_id, match_probability AS probability,
                match_weight AS weight
            FROM {pairs}
            QUALIFY row_number() OVER (PARTITION BY unique_id_l ORDER BY match_weight DESC, unique_id_r) = 1
        )
    ) TO '{out}' (FORMAT parquet)
"""


def settings(citizens: int) -> SettingsCreator:
    """Return the model: six comparisons, nine blocking rules."""
    return SettingsCreator(
        link_type="link_only",
        comparisons=[_name(), _birth(), _number(citizens), comparison.ExactMatch("sex"), _place("res"), _place("home")],
        blocking_rules_to_generate_predictions=[
            block_on("id12"),
            block_on("id9"),
            block_on("name", "dob"),
            block_on("bag", "dob"),
            block_on("dob", "given", "res_province"),
            block_on("dob", "surname", "home_commune"),
            block_on("name", "birth_year", "res_commune"),
            block_on("name", "birth_year", "home_commune"),
            block_on("id_tail", "given"),
        ],
        retain_matching_columns=False,
    )  # fmt: skip


def _name() -> comparison.CustomComparison:
    return comparison.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            level.NullLevel("name"),
            level.ExactMatchLevel("name_toned", term_frequency_adjustments=True),
            level.ExactMatchLevel("name", term_frequency_adjustments=True),
            level.ExactMatchLevel("bag"),
            level.JaroWinklerLevel("name", 0.95),
            level.JaroWinklerLevel("name", 0.88),
            level.And(level.ExactMatchLevel("given"), level.ExactMatchLevel("surname")),
            level.ExactMatchLevel("given"),
            level.ElseLevel(),
        ],
    )


def _birth() -> comparison.CustomComparison:
    return comparison.CustomComparison(
        output_column_name="dob",
        comparison_levels=[
            level.NullLevel("birth_year"),
            level.ExactMatchLevel("dob"),
            level.CustomLevel(
                "substr(dob_l, 1, 4) = substr(dob_r, 1, 4) AND substr(dob_l, 5, 2) = substr(dob_r, 7, 2)"
                " AND substr(dob_l, 7, 2) = substr(dob_r, 5, 2)",
                "day and month exchanged",
            ),
            level.LevenshteinLevel("dob", 1),
            level.LevenshteinLevel("dob", 2),
            level.ExactMatchLevel("birth_year"),
            level.ElseLevel(),
        ],
    )


def _number(citizens: int) -> comparison.CustomComparison:
    """Compare new and old number as one: a record has one or the other. Chance agreement is known, not sampled."""
    return comparison.CustomComparison(
        output_column_name="number",
        comparison_levels=[
            level.CustomLevel(
                "(id12_l IS NULL OR id12_r IS NULL) AND (id9_l IS NULL OR id9_r IS NULL)", "no number"
            ).configure(is_null_level=True),
            level.ExactMatchLevel("id12").configure(u_probability=1 / citizens, fix_u_probability=True),
            level.ExactMatchLevel("id9").configure(u_probability=1 / citizens, fix_u_probability=True),
            level.DamerauLevenshteinLevel("id12", 1).configure(u_probability=100 / citizens, fix_u_probability=True),
            level.DamerauLevenshteinLevel("id12", 2),
            level.ElseLevel(),
        ],
    )


def _place(kind: str) -> comparison.CustomComparison:
    return comparison.CustomComparison(
        output_column_name=kind,
        comparison_levels=[
            level.NullLevel(f"{kind}_province"),
            level.And(level.ExactMatchLevel(f"{kind}_commune"), level.ExactMatchLevel(f"{kind}_province")),
            level.ExactMatchLevel(f"{kind}_province"),
            level.ElseLevel(),
        ],
    )


def main() -> None:
    """Clean, train, predict, write."""
    insured, population, out = sys.argv[1:]
    logging.getLogger("splink").setLevel(logging.WARNING)
    database = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    cleaning = (Path(__file__).parent / "cleaning.sql").read_text(encoding="utf-8")
    database.execute(cleaning.replace("{insured}", insured).replace("{population}", population))
    citizens = database.execute("SELECT count(*) FROM population").fetchall()[0][0]
    api = DuckDBAPI(connection=database)
    # Splink names the left side by alphabet: "a" is left, "b" is right.
    tables = [api.register("insured", dataset_display_name="a"), api.register("population", dataset_display_name="b")]
    linker = Linker(tables, settings(citizens), log_level=logging.WARNING)
    linker.training.estimate_probability_two_random_records_match([block_on("id12", "dob")], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=SEED, min_count_per_level=None, num_chunks=1)
    for blocking in (block_on("id12"), block_on("name", "dob")):
        linker.training.estimate_parameters_using_expectation_maximisation(
            blocking, max_pairs=1e6, record_sample_proportion=0.05
        )
    pairs = linker.inference.predict(threshold_match_probability=LEAST)
    database.execute(BEST.format(pairs=pairs.physical_name, out=out))


if __name__ == "__main__":
    main()
