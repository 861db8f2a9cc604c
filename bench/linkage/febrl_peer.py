"""Splink on FEBRL 4 in its own columns, with the comparisons its guide chooses for this file.

python -m bench.linkage.febrl_peer COPIES ORIGINALS OUT
"""

import logging
import sys

import duckdb
import splink.comparison_library as comparison
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from bench.linkage.splink_peer import BEST, SEED


def settings() -> SettingsCreator:
    """Return the model."""
    return SettingsCreator(
        link_type="link_only",
        comparisons=[
            comparison.NameComparison("given_name").configure(term_frequency_adjustments=True),
            comparison.NameComparison("surname").configure(term_frequency_adjustments=True),
            comparison.DateOfBirthComparison(
                "date_of_birth",
                input_is_string=True,
                datetime_format="%Y%m%d",
                datetime_metrics=["month", "year", "year"],
                datetime_thresholds=[1, 1, 10],
            ),
            comparison.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            comparison.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            comparison.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
            comparison.JaroWinklerAtThresholds("address_1", [0.9, 0.7]).configure(term_frequency_adjustments=True),
            comparison.JaroWinklerAtThresholds("suburb", [0.9, 0.7]).configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("soc_sec_id"),
            block_on("date_of_birth"),
            block_on("given_name", "surname"),
            block_on("surname", "given_name", "postcode"),
            block_on("given_name", "postcode"),
            block_on("surname", "postcode"),
            block_on("address_1", "street_number"),
            block_on("suburb", "surname"),
            block_on("substr(soc_sec_id, 1, 4)", "substr(date_of_birth, 1, 4)"),
            block_on("substr(soc_sec_id, 4)", "substr(surname, 1, 2)"),
        ],
        retain_matching_columns=False,
    )


def main() -> None:
    """Train, predict, write."""
    copies, originals, out = sys.argv[1:]
    database = duckdb.connect(config={"threads": 2})
    for table, path in (("copies", copies), ("originals", originals)):
        database.execute(f"CREATE TABLE {table} AS SELECT * FROM read_parquet('{path}')")
    api = DuckDBAPI(connection=database)
    tables = [api.register("copies", dataset_display_name="a"), api.register("originals", dataset_display_name="b")]
    linker = Linker(tables, settings(), log_level=logging.WARNING)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")], recall=0.9
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=SEED)
    for blocking in (block_on("date_of_birth"), block_on("given_name", "surname"), block_on("soc_sec_id")):
        linker.training.estimate_parameters_using_expectation_maximisation(blocking)
    pairs = linker.inference.predict(threshold_match_probability=0.001)
    database.execute(BEST.format(pairs=pairs.physical_name, out=out))


if __name__ == "__main__":
    main()
