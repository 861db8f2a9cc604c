"""What every test of the house may ask for."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from pytest_django.fixtures import Settings

from ansinh.core import clock
from ansinh.core.permissions import SYSTEM
from ansinh.offices import intake
from ansinh.offices.actions import load_reference
from tests.cast import NOW, Cast, open_cast


def pytest_configure() -> None:
    """Hash passwords fast: their strength is Django's to prove, not ours."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # No test is timed: a busy machine must not fail one.
    hypothesis.settings.register_profile("house", deadline=None)
    hypothesis.settings.load_profile("house")


@pytest.fixture(autouse=True)
def _no_memory() -> None:
    """Forget what rate limits remember between tests."""
    cache.clear()


@pytest.fixture
def areas(db: None) -> None:  # noqa: ARG001 - a fixture is asked for by name
    """Load all provinces of 2024 and their successors of 2025, with the units; no districts, no communes."""
    load_reference(actor=SYSTEM, at=NOW, data=intake.shipped().of_provinces())


@pytest.fixture
def cast(areas: None) -> Cast:  # noqa: ARG001 - a fixture is asked for by name
    """Open the cast."""
    return open_cast()


@pytest.fixture
def june_2024(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """Let views and commands live on 28/6/2024, the day of the cast."""
    file = tmp_path / "clock"
    clock.offset.cache_clear()
    file.write_text(str(int((NOW - clock.now()).total_seconds())), encoding="ascii")
    settings.CLOCK_FILE = str(file)
    clock.offset.cache_clear()
    yield
    clock.offset.cache_clear()
