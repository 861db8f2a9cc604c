"""The index of citizens: made whole or not at all, replaced at once, unreadable, gone with its extract."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import delete_extract, index_citizens
from ansinh.identity.extracts import ExtractGone
from ansinh.identity.models import CitizenIndex, PopulationExtract
from ansinh.identity.queries import NoIndex, Sought, current_index, look_up
from ansinh.identity.tests.conftest import World, citizen, personal_id, strangers
from tests.cast import NOW

pytestmark = pytest.mark.django_db
AN = Sought(full_name="Nguyễn Thị An", dob="05/02/1980", id_no=personal_id(1))


def unheard(_step: str, _done: int, _total: int) -> None:
    """Hear progress and keep still."""


def received(world: World, *citizens: dict[str, str | int | None]) -> PopulationExtract:
    """Receive citizens among strangers."""
    return world.extract(*citizens, *strangers())


def index(extract: PopulationExtract) -> CitizenIndex:
    """Index an extract."""
    return index_citizens(extract=extract, hear=unheard, actor=SYSTEM, at=NOW)


def tables() -> list[str]:
    """Return the tables of indexes there are."""
    return [name for name in connection.introspection.table_names() if name.startswith("identity_citizens_")]


def test_it_finds_the_citizen_by_whatever_is_known(world: World) -> None:
    index(received(world, citizen(1), citizen(2, full_name="Lê Văn Bình", dob="1950-01-01", id9="012345678")))
    assert look_up(AN).matches[0].citizen == 1
    assert look_up(AN).decision == "VERIFIED"
    assert look_up(Sought(full_name="le van binh", dob="1950", id_no="012345678")).matches[0].citizen == 2


def test_it_tells_progress(world: World) -> None:
    heard: list[tuple[str, int, int]] = []
    extract = received(world, citizen(1), citizen(2))
    index_citizens(extract=extract, hear=lambda *told: heard.append(told), actor=SYSTEM, at=NOW)
    assert heard[0][1:] == (302, 302)
    assert AuditEntry.objects.get(event="identity.citizens_indexed").data["citizens"] == 302


def test_a_newer_index_takes_the_place_of_the_older(world: World) -> None:
    first = index(received(world, citizen(1)))
    second = index(received(world, citizen(2)))
    assert tables() == [second.table]
    assert not CitizenIndex.objects.filter(pk=first.pk).exists()
    assert look_up(AN).decision != "VERIFIED"


def test_an_index_that_breaks_off_leaves_the_older_as_it_was(world: World) -> None:
    first, broken = index(received(world, citizen(1))), received(world, citizen(2), citizen(3))

    def breaking(_step: str, _done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index_citizens(extract=broken, hear=breaking, actor=SYSTEM, at=NOW)
    assert tables() == [first.table]
    assert look_up(AN).decision == "VERIFIED"


def test_nothing_of_a_citizen_can_be_read_in_the_table(world: World) -> None:
    made = index(received(world, citizen(1, home_commune="Xã Diễn Phúc")))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {made.table} WHERE citizen = 1")  # noqa: S608 - a name of our own
        (row,) = cursor.fetchall()
    number = int(personal_id(1))
    assert number not in row
    assert number.to_bytes(8, "little") not in bytes(row[-1])
    assert b"\x00\x00\x00" not in bytes(row[-1])


def test_it_goes_with_its_extract(world: World) -> None:
    extract = received(world, citizen(1))
    index(extract)
    delete_extract(extract=extract, actor=SYSTEM, at=NOW)
    assert tables() == []
    assert not CitizenIndex.objects.exists()
    with pytest.raises(NoIndex):
        look_up(AN)
    extract.refresh_from_db()
    with pytest.raises(ExtractGone):
        index(extract)


def test_the_command_indexes_the_latest_extract(world: World) -> None:
    with pytest.raises(CommandError, match="extract receive"):
        call_command("citizens", "index")
    received(world, citizen(1))
    latest = received(world, citizen(2))
    said = StringIO()
    call_command("citizens", "index", stdout=said)
    assert current_index().extract == latest
    assert "Đã lập chỉ mục 301 công dân" in said.getvalue()
