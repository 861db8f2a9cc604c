"""One record looked up is decided as a run decides it: the same citizens, weights, levels and decisions."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pytest_django.fixtures import Settings

from ansinh.core.permissions import SYSTEM
from ansinh.identity import linkage
from ansinh.identity.actions import index_citizens, receive_extract
from ansinh.identity.queries import LookUp, Sought, look_up
from bench.linkage.files import Asked, write
from tests.cast import DAY, NOW

RECORDS = 600
POLICY = linkage.Policy.load(linkage.DEFAULT_POLICY)
LEVELS = ("name", "dob", "sex", "number", "places")


@pytest.fixture
def country(db: None, settings: Settings, tmp_path: Path) -> Path:
    """Invent a small crowded country, received and indexed; return the folder of its files."""
    settings.VAR = tmp_path / "var"
    write(Asked(RECORDS, 2000, seed=7, year=1980, shared=40), tmp_path)
    extract = receive_extract(path=tmp_path / "population.parquet", cut_off_date=DAY, actor=SYSTEM, at=NOW)
    index_citizens(extract=extract, hear=lambda *_: None, actor=SYSTEM, at=NOW)
    return tmp_path


def linked(folder: Path, records: list[dict[str, Any]], policy: linkage.Policy = POLICY) -> dict[int, dict[str, Any]]:
    """Decide records in one run."""
    table = pq.read_table(folder / "insured.parquet")
    wanted = {row["record_id"] for row in records}
    kept = [place for place, key in enumerate(table["record_id"].to_pylist()) if key in wanted]
    pq.write_table(table.take(kept), folder / "some.parquet")
    linkage.link(folder / "some.parquet", folder / "population.parquet", folder / "out.parquet", policy=policy)
    return {row["record_id"]: row for row in pq.read_table(folder / "out.parquet").to_pylist()}


def told(found: LookUp) -> tuple[object, ...]:
    """Return what a look-up tells, as a run's file would."""
    best = found.matches[0] if found.matches else None
    if best is None:
        return found.decision, None, None, 0.0, None, *[None] * len(LEVELS)
    citizen = None if found.decision == "NOT_FOUND" else best.citizen
    return found.decision, citizen, best.weight, best.probability, found.second, *asdict(best.levels).values()


def decided(row: dict[str, Any]) -> tuple[object, ...]:
    """Return what a run tells of a record."""
    names = ("decision", "person_id", "weight", "probability", "second_best_weight")
    return *(row[name] for name in names), *(row[f"agree_{name}"] for name in LEVELS)


def sought(row: dict[str, Any]) -> Sought:
    """Return a record of the file as somebody would type it."""
    return Sought(**{name: row[name] or "" for name in Sought.__dataclass_fields__})


def test_it_decides_as_a_run_and_where_it_does_not_as_a_run_over_that_record_alone(country: Path) -> None:
    rows = pq.read_table(country / "insured.parquet").to_pylist()
    together = linked(country, rows)
    found = {row["record_id"]: told(look_up(sought(row))) for row in rows}
    others = [row for row in rows if found[row["record_id"]] != decided(together[row["record_id"]])]
    # Records touch one another: a number that many bear, a citizen whom another claims.
    assert 0 < len(others) < RECORDS / 5
    assert len({one[0] for one in found.values()}) == 4
    for row in others[:25]:
        alone = linked(country, [row])
        assert found[row["record_id"]] == decided(alone[row["record_id"]]), row


def test_a_key_that_too_many_share_is_left_out_and_told(country: Path) -> None:
    found = look_up(Sought(full_name="Nguyễn Thị Hương", dob="1980"))
    assert len(found.matches) <= 5
    crowd = look_up(Sought(full_name="Nguyễn Thị Hương", dob="1980", sex="Nữ", res_province="Thành phố Hà Nội"))
    assert set(crowd.left_out) <= {key.name for keys in linkage_rounds() for key in keys}


def linkage_rounds() -> tuple[tuple[Any, ...], ...]:
    """Return the rounds of keys."""
    from ansinh.identity.linkage.keys import ROUNDS  # noqa: PLC0415 - only this test asks

    return ROUNDS
