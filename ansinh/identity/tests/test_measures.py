"""The verified share equals a recount by hand, on every day."""

from datetime import date, datetime, timedelta

import pytest

from ansinh.core.calendar import VIETNAM
from ansinh.core.measures import REGISTERED, Count, evaluate
from ansinh.core.permissions import SYSTEM
from ansinh.identity import queries
from ansinh.identity.tests.conftest import DA_NANG, World, insured, personal_id
from ansinh.registry.actions import ConfirmedIdentity, confirm_identities, correct_person, withdraw_confirmation
from ansinh.registry.models import Identifier, Person
from tests.cast import DA_NANG_CODE, DAY, HANOI_CODE, NOW, province

MEASURE = REGISTERED["identity.verified_share"]


def day(offset: int) -> datetime:
    """Return an hour so many days after the cast's day."""
    return NOW + timedelta(days=offset)


def confirm(person: Person, number: int, offset: int) -> None:
    """Confirm a number on a day."""
    item = ConfirmedIdentity(person_id=person.pk, personal_id=personal_id(number), source="thử")
    assert confirm_identities(items=[item], actor=SYSTEM, at=day(offset)) == []


def die(person: Person, on: date) -> None:
    """Record a death."""
    correct_person(person=person, values={"died_on": f"{on:%d/%m/%Y}"}, basis="Trích lục khai tử", actor=SYSTEM, at=NOW)


@pytest.fixture
def people(world: World) -> list[Person]:
    """Seven people, to whom everything happens that may happen to a number."""
    people = world.register(*[insured(number) for number in range(1, 7)], insured(7, res_province=DA_NANG))
    confirm(people[0], 1, 0)
    confirm(people[1], 2, 3)
    confirm(people[2], 3, 1)
    withdraw_confirmation(person_id=people[2].pk, actor=SYSTEM, at=day(6))
    confirm(people[3], 4, 2)
    withdraw_confirmation(person_id=people[3].pk, actor=SYSTEM, at=day(2))
    confirm(people[3], 44, 2)
    confirm(people[4], 5, 1)
    die(people[4], day(5).date())
    die(people[5], day(4).date())
    confirm(people[6], 7, 4)
    return people


def recount(on: date, area: int | None = None) -> Count:
    """Count by hand who was alive and who held a confirmed number at the end of a day."""
    numerator = denominator = 0
    for person in Person.objects.all() if area is None else Person.objects.filter(area=area):
        if person.registered_on > on or (person.died_on and person.died_on <= on):
            continue
        denominator += 1
        numerator += any(
            number.from_date <= on and (number.to_date is None or number.to_date > on)
            for number in Identifier.objects.filter(person=person, kind="ID12", standing="CONFIRMED")
        )
    return Count(numerator, denominator)


@pytest.mark.parametrize("offset", range(-2, 9))
def test_it_equals_a_recount_on_every_day(people: list[Person], offset: int) -> None:
    on = day(offset).date()
    figure = evaluate(MEASURE, as_of=on)
    assert figure.total == recount(on)
    for code in (HANOI_CODE, DA_NANG_CODE):
        assert figure.by_area.get(province(code).pk, Count()) == recount(on, province(code).pk)


def test_the_page_of_today_says_the_same(people: list[Person]) -> None:
    on = datetime(2024, 12, 31, tzinfo=VIETNAM).date()
    assert queries.standing(SYSTEM, on).verified == evaluate(MEASURE, as_of=on).total == Count(4, 5)


def test_it_takes_no_more_queries_for_more_people(
    world: World, people: list[Person], django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(15):  # type: ignore[operator]  # pytest-django's own fixture
        evaluate(MEASURE, as_of=DAY)


def test_a_confirmation_withdrawn_within_a_day_never_counts(world: World) -> None:
    (person,) = world.register(insured(1))
    confirm(person, 1, 0)
    withdraw_confirmation(person_id=person.pk, actor=SYSTEM, at=NOW + timedelta(hours=1))
    assert [evaluate(MEASURE, as_of=day(offset).date()).total.numerator for offset in (0, 1, 2)] == [0, 0, 0]
