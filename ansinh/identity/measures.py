"""Figures of this room."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from ansinh.core.measures import Count, Increment, Measure, register
from ansinh.registry.models import Identifier, Person


def verified_share_increments() -> Iterator[Increment]:
    """Yield what each day added to and took from the verified and the registered, by managing province.

    A death takes a person out of both; the end of a confirmed number takes its holder out of the verified.
    A confirmation withdrawn within a day was a slip and never counts.
    """
    registered = Person.objects.filter(Q(died_on=None) | Q(died_on__gt=F("registered_on")))
    for day, area, people in _daily(registered, "registered_on", "area"):
        yield Increment(day, area, Count(0, people))
    for day, area, people in _daily(registered.exclude(died_on=None), "died_on", "area"):
        yield Increment(day, area, Count(0, -people))
    numbers = Identifier.objects.filter(
        Q(person__died_on=None) | Q(person__died_on__gt=F("from_date")),
        Q(to_date=None) | Q(to_date__gt=F("from_date") + timedelta(days=1)),
        kind=Identifier.Kind.PERSONAL_ID,
        standing=Identifier.Standing.CONFIRMED,
    )
    for day, area, people in _daily(numbers, "from_date", "person__area"):
        yield Increment(day, area, Count(people, 0))
    died_first = Q(to_date=None) | Q(to_date__gt=F("person__died_on"))
    dead = numbers.filter(died_first, person__in=Person.objects.exclude(died_on=None).values("pk"))
    for day, area, people in _daily(dead, "person__died_on", "person__area"):
        yield Increment(day, area, Count(-people, 0))
    ended = numbers.exclude(to_date=None).filter(Q(person__died_on=None) | Q(to_date__lte=F("person__died_on")))
    for day, area, people in _daily(ended, "to_date", "person__area"):
        yield Increment(day, area, Count(-people, 0))


def _daily(
    rows: models.QuerySet[Person] | models.QuerySet[Identifier], day: str, area: str
) -> Iterator[tuple[date, int, int]]:
    return iter(rows.values_list(day, area).annotate(people=models.Count("pk")).order_by())


register(
    Measure(
        name="identity.verified_share",
        label="Người tham gia, thụ hưởng đã xác minh với cơ sở dữ liệu quốc gia về dân cư",
        numerator="Người đang sống trong cơ sở dữ liệu bảo hiểm có số định danh cá nhân đã xác minh, còn hiệu lực",
        denominator="Người đang sống trong cơ sở dữ liệu bảo hiểm",
        completeness="Không gồm người do BHXH Bộ Quốc phòng và BHXH Công an nhân dân quản lý.",
        increments=verified_share_increments,
        rows="identity-people",
    )
)
