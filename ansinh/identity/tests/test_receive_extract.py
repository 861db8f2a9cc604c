"""Receiving a population extract."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ansinh.core.errors import NotPermitted
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import ExtractKnown, receive_extract
from ansinh.identity.extracts import ColumnsMissing, ExtractUnreadable, citizens, digest_of
from ansinh.identity.models import PopulationExtract
from ansinh.identity.tests.conftest import World, citizen, personal_id
from tests.cast import DAY, NOW


def receive(path: Path) -> PopulationExtract:
    """Receive a file as the system."""
    return receive_extract(path=path, cut_off_date=DAY, actor=SYSTEM, at=NOW)


def test_it_counts_the_citizens_and_names_the_file_by_its_digest(world: World) -> None:
    extract = world.extract(citizen(1), citizen(2))
    assert extract.rows == 2
    assert extract.digest == digest_of(world.folder / "population-0.parquet")
    assert AuditEntry.objects.get(event="identity.extract_received").data["rows"] == 2


def test_it_takes_a_csv_file(world: World) -> None:
    path = world.folder / "dân cư.csv"
    one = citizen(1, full_name="Lê Văn Tám")
    path.write_text(
        ",".join(one) + "\n" + ",".join(str(value or "") for value in one.values()) + "\n", encoding="utf-8"
    )
    extract = receive(path)
    assert extract.rows == 1
    assert citizens(extract, [1])[1].full_name == "Lê Văn Tám"


@pytest.mark.parametrize("content", [None, b"", b"PAR1 not really", "họ,tên\n".encode("utf-16")])
def test_it_refuses_what_it_cannot_read(world: World, content: bytes | None) -> None:
    path = world.folder / "extract.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ExtractUnreadable):
        receive(path)
    assert not PopulationExtract.objects.exists()


def test_it_refuses_a_file_cut_off_half_way(world: World) -> None:
    path = world.folder / "extract.parquet"
    pq.write_table(pa.Table.from_pylist([citizen(number) for number in range(1, 500)]), path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ExtractUnreadable):
        receive(path)


def test_it_refuses_a_file_without_rows(world: World) -> None:
    path = world.folder / "extract.parquet"
    pq.write_table(pa.Table.from_pylist([citizen(1)]).slice(0, 0), path)
    with pytest.raises(ExtractUnreadable, match="không có dòng nào"):
        receive(path)


def test_it_names_the_columns_that_are_missing(world: World) -> None:
    path = world.folder / "extract.parquet"
    pq.write_table(pa.Table.from_pylist([citizen(1)]).drop(["id9", "sex"]), path)
    with pytest.raises(ColumnsMissing, match="thiếu cột: sex, id9"):
        receive(path)


def test_it_refuses_the_same_content_twice(world: World) -> None:
    world.extract(citizen(1))
    copy = world.folder / "copy.parquet"
    copy.write_bytes((world.folder / "population-0.parquet").read_bytes())
    with pytest.raises(ExtractKnown):
        receive(copy)


def test_it_is_not_for_a_provincial_steward(world: World) -> None:
    with pytest.raises(NotPermitted):
        receive_extract(
            path=world.folder / "extract.parquet", cut_off_date=DAY, actor=world.actor(world.cast.hoa), at=NOW
        )


def test_citizens_are_read_by_their_key_and_nobody_else(world: World) -> None:
    extract = world.extract(citizen(1), citizen(2, died_on="2022-08-25", home_province="Tỉnh Cao Bằng"), citizen(3))
    found = citizens(extract, [2, 99])
    assert set(found) == {2}
    assert found[2].personal_id == personal_id(2)
    assert found[2].died_on == "2022-08-25"
    assert str(found[2].home) == "Tỉnh Cao Bằng"
    assert found[2].old_id == ""
    assert citizens(extract, []) == {}
