"""The only place that reads the clock; views and commands ask here and pass ``at`` or a day downwards.

``CLOCK_FILE`` may hold a number of seconds to add: training and demo countries live on a day of their own, so that the
2024 plan can be seen in the middle of 2024. It is empty in production.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings

from ansinh.core.calendar import VIETNAM


@cache
def offset() -> timedelta:
    """Return how far this installation's clock stands from the real one; zero in production."""
    path = Path(settings.CLOCK_FILE) if settings.CLOCK_FILE else None
    return timedelta(seconds=int(path.read_text(encoding="ascii"))) if path and path.exists() else timedelta()


def now() -> datetime:
    """Return the present instant, aware, in Vietnam's time zone."""
    return datetime.now(UTC).astimezone(VIETNAM) + offset()  # noqa: TID251 - the one reader of the clock


def today() -> date:
    """Return the present day in Vietnam."""
    return now().date()
