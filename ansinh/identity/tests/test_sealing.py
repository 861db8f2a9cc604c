"""Extracts at rest: nothing in plain, readable in place, lost with the key."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest
from pytest_django.fixtures import Settings

from ansinh.core.permissions import SYSTEM
from ansinh.identity import extracts
from ansinh.identity.actions import receive_extract
from ansinh.identity.extracts import ExtractChanged, ExtractGone, citizens, sealing
from ansinh.identity.models import PopulationExtract
from ansinh.identity.tests.conftest import World, citizen
from tests.cast import DAY, NOW


@pytest.fixture
def extract(world: World) -> PopulationExtract:
    """Receive three citizens, out of order."""
    return world.extract(*[citizen(number, full_name=f"Lê Văn Niêm {number}") for number in (3, 1, 2)])


def test_the_copy_holds_nothing_in_plain(extract: PopulationExtract) -> None:
    kept = extract.file.read_bytes()
    assert kept[:4] == b"PARE"  # Parquet with an encrypted footer
    for secret in ("Niêm", "full_name", "001180000001"):
        assert secret.encode() not in kept
    with pytest.raises(duckdb.Error):
        duckdb.read_parquet(str(extract.file)).fetchall()


def test_neither_file_nor_folder_is_for_others(extract: PopulationExtract) -> None:
    assert extract.file.stat().st_mode & 0o077 == 0
    assert extract.file.parent.stat().st_mode & 0o077 == 0
    assert [path.name for path in extract.file.parent.iterdir()] == [extract.file.name]


def test_the_key_in_the_database_is_of_no_use_without_the_agencys(
    extract: PopulationExtract, settings: Settings
) -> None:
    settings.EXTRACT_KEY = "another"
    with pytest.raises(ExtractChanged, match="EXTRACT_KEY"):
        citizens(extract, [1])


def test_one_extracts_key_opens_no_other(extract: PopulationExtract, world: World) -> None:
    other = world.extract(citizen(9))
    other.sealed_key = extract.sealed_key
    with pytest.raises(ExtractChanged):
        citizens(other, [9])


def test_a_byte_changed_is_seen(extract: PopulationExtract) -> None:
    content = bytearray(extract.file.read_bytes())
    content[40] ^= 1
    extract.file.write_bytes(content)
    with pytest.raises(ExtractChanged):
        citizens(extract, [1])
    with pytest.raises(ExtractChanged):
        extracts.require_whole(extract)


def test_a_copy_that_is_lost_is_told_apart_from_one_that_was_deleted(extract: PopulationExtract) -> None:
    extract.file.unlink()
    with pytest.raises(ExtractChanged):
        citizens(extract, [1])
    extract.sealed_key, extract.deleted_at = "", NOW
    with pytest.raises(ExtractGone, match="28/06/2024"):
        citizens(extract, [1])


def test_columns_that_are_not_compared_are_not_kept(world: World) -> None:
    path = world.folder / "more.parquet"
    pq.write_table(pa.Table.from_pylist([citizen(1) | {"religion": "không"}]), path)
    extract = receive_extract(path=path, cut_off_date=DAY, actor=SYSTEM, at=NOW)
    assert "religion" not in extracts.dataset(extract).schema.names


def test_citizens_are_kept_in_order_whatever_order_they_came_in(extract: PopulationExtract) -> None:
    assert extracts.dataset(extract).to_table()["person_id"].to_pylist() == [1, 2, 3]


def test_one_citizen_is_read_without_opening_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "ROW_GROUP", 10)
    extract = world.extract(*[citizen(number) for number in range(1, 101)])
    (fragment,) = extracts.dataset(extract).get_fragments()
    assert fragment.num_row_groups == 10
    sought = pads.field("person_id").isin([42])
    assert [group.id for group in fragment.split_by_row_group(sought)[0].row_groups] == [4]
    assert set(citizens(extract, [42])) == {42}


def test_the_engines_plain_copy_is_gone_whatever_happens(extract: PopulationExtract, world: World) -> None:
    folder = world.folder / "private"
    folder.mkdir()
    (folder / "left by a killed worker").write_text("x", encoding="utf-8")

    def use(path: Path) -> None:
        assert [one.name for one in folder.iterdir()] == [path.name]
        assert folder.stat().st_mode & 0o077 == 0
        assert pq.read_table(path).num_rows == 3
        raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        extracts.unseal(extract, folder, lambda done: None) as path,
    ):
        use(path)
    assert not folder.exists()


def test_a_citizen_without_a_number_is_refused_and_nothing_is_kept(world: World) -> None:
    with pytest.raises(extracts.ExtractUnreadable, match="person_id"):
        world.extract(citizen(1), citizen(2, person_id=None))
    assert not PopulationExtract.objects.exists()
    assert list((world.folder / "extracts").iterdir()) == []
