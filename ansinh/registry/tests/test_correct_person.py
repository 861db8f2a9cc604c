"""Correcting basic facts of a person."""

from datetime import date

import pytest

from ansinh.core.errors import Malformed, NotPermitted, OutOfReach
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import NOBODY, SYSTEM, Actor
from ansinh.registry import events
from ansinh.registry.actions import NothingToCorrect, correct_person
from ansinh.registry.models import Correction, Person
from ansinh.registry.tests.conftest import AT, DAY, FULL, PERSON, Import


@pytest.fixture
def person(bring_in: Import) -> Person:
    """Give one person of Hà Nội."""
    bring_in([FULL])
    return Person.objects.get()


def test_it_writes_what_changed_from_what_to_what(person: Person) -> None:
    values = {"full_name": "Nguyễn Thị Ân", "birth": "05/1981", "sex": "F", "died_on": "01/02/2024"}
    correct_person(person=person, values=values, basis="Giấy khai sinh số 12", actor=SYSTEM, at=AT)
    assert (person.full_name, person.folded_name, person.birth) == ("Nguyễn Thị Ân", "nguyen thi an", "1981-05")
    assert person.died_on == date(2024, 2, 1)
    assert list(Correction.objects.order_by("field").values_list("field", "before", "after", "from_date", "basis")) == [
        ("birth", "1980-02-05", "1981-05", DAY, "Giấy khai sinh số 12"),
        ("died_on", "", "2024-02-01", DAY, "Giấy khai sinh số 12"),
        ("full_name", "Nguyễn Thị An", "Nguyễn Thị Ân", DAY, "Giấy khai sinh số 12"),
    ]
    entry = AuditEntry.objects.get(event=events.PERSON_CORRECTED.name)
    assert (entry.data, entry.reason) == ({"fields": ["birth", "died_on", "full_name"]}, "Giấy khai sinh số 12")


def test_a_recorded_death_can_be_taken_back(person: Person) -> None:
    for written in ("01/02/2024", ""):
        correct_person(person=person, values={"died_on": written}, basis="Quyết định", actor=SYSTEM, at=AT)
    assert person.died_on is None


@pytest.mark.parametrize(
    "values",
    [
        {"full_name": "An 2"},
        {"full_name": ""},
        {"birth": "31/02/1980"},
        {"sex": "X"},
        {"died_on": "2024"},
        {"ethnicity": "K" * 31},
        {"si_no": "0110000002"},
    ],
)
def test_it_refuses_values_that_do_not_fit(person: Person, values: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        correct_person(person=person, values=values, basis="Giấy khai sinh", actor=SYSTEM, at=AT)
    assert not Correction.objects.exists()


def test_it_refuses_without_a_ground(person: Person) -> None:
    with pytest.raises(Malformed, match="căn cứ"):
        correct_person(person=person, values={"sex": "M"}, basis=" ", actor=SYSTEM, at=AT)


def test_it_refuses_when_nothing_differs(person: Person) -> None:
    with pytest.raises(NothingToCorrect):
        correct_person(person=person, values={"sex": "F"}, basis="Giấy khai sinh", actor=SYSTEM, at=AT)


def test_it_refuses_who_may_not_and_hides_other_provinces(person: Person, bring_in: Import, steward: Actor) -> None:
    bring_in([{**PERSON, "si_no": "0410000001", "res_province": "Cao Bằng"}])
    other = Person.objects.get(si_no="0410000001")
    with pytest.raises(NotPermitted):
        correct_person(person=person, values={"sex": "M"}, basis="Giấy khai sinh", actor=NOBODY, at=AT)
    with pytest.raises(OutOfReach):
        correct_person(person=other, values={"sex": "M"}, basis="Giấy khai sinh", actor=steward, at=AT)
    assert len(correct_person(person=person, values={"sex": "M"}, basis="Giấy khai sinh", actor=steward, at=AT)) == 1
