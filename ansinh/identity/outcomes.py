"""Answers to the register's port: whoever changes there is counted again here."""

from collections.abc import Iterable
from datetime import datetime

from ansinh.identity.models import Touch
from ansinh.registry import ports
from ansinh.registry.queries import merged_with


def renew_counts(people: Iterable[int], at: datetime) -> None:
    """Leave a touch of who has changed, and of those merged with them: a number counts where it was held each day."""
    Touch.objects.leave(merged_with(people), at)


ports.WATCHERS.append(renew_counts)
