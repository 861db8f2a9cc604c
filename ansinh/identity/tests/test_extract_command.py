"""``ansinh extract`` as an operator runs it."""

import io
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from ansinh.core import clock
from ansinh.identity.models import PopulationExtract
from ansinh.identity.tests.conftest import World, citizen, insured
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("june_2024")


def extract(*words: str) -> str:
    """Run the command; return what it says, errors included."""
    out = io.StringIO()
    call_command("extract", *words, stdout=out, stderr=out)
    return out.getvalue()


def population(world: World) -> Path:
    """Write a file of one citizen."""
    path = world.folder / "population.parquet"
    pq.write_table(pa.Table.from_pylist([citizen(1)]), path)
    return path


def later(settings: Settings, days: int) -> None:
    """Let the clock stand some days further on."""
    seconds = int((NOW + timedelta(days=days) - clock.now()).total_seconds() + clock.offset().total_seconds())
    Path(settings.CLOCK_FILE).write_text(str(seconds), encoding="ascii")
    clock.offset.cache_clear()


def test_it_seals_and_says_until_when_and_what_still_lies_open(world: World) -> None:
    path = population(world)
    said = extract("receive", str(path), "--cut-off", "2024-06-01")
    assert "1 người" in said
    assert "giữ đến 25/12/2024" in said
    assert f"{path} vẫn còn và chưa mã hóa" in said
    assert "chốt 01/06/2024" in extract("list")
    assert "giữ đến 25/12/2024" in extract("list")


def test_it_removes_the_file_that_came_when_told(world: World) -> None:
    path = population(world)
    assert "Đã xóa tệp gốc" in extract("receive", str(path), "--cut-off", "2024-06-01", "--remove")
    assert not path.exists()
    assert PopulationExtract.objects.get().file.exists()


def test_a_file_it_refuses_stays(world: World) -> None:
    path = world.folder / "population.parquet"
    path.write_bytes(b"not a file of citizens")
    with pytest.raises(CommandError, match="Không đọc được tệp"):
        extract("receive", str(path), "--cut-off", "2024-06-01", "--remove")
    assert path.exists()


def test_it_deletes_what_is_due_and_nothing_else(world: World, settings: Settings) -> None:
    extract("receive", str(population(world)), "--cut-off", "2024-06-01")
    assert "Đã xóa 0 bản trích" in extract("delete-due")
    later(settings, 181)
    assert "Đã xóa 1 bản trích" in extract("delete-due")
    assert "đã xóa" in extract("list")


def test_it_says_what_holds_a_deletion_up(world: World, settings: Settings) -> None:
    world.register(insured(1))
    world.run(world.extract(citizen(1)))
    later(settings, 181)
    assert "chưa kết thúc" in extract("delete-due")


def test_an_empty_store_says_so(world: World) -> None:
    assert "Chưa tiếp nhận" in extract("list")
