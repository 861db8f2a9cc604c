"""Recording verified numbers, and taking one back."""

from datetime import date, datetime

import pytest

from ansinh.core import audit
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import NotPermitted, OutOfReach
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import NOBODY, SYSTEM, Actor
from ansinh.registry import events
from ansinh.registry.actions import ConfirmedIdentity, NotConfirmed, confirm_identities, withdraw_confirmation
from ansinh.registry.models import Identifier, Person
from ansinh.registry.tests.conftest import AT, DAY, PERSON, Import, numbered

LATER = datetime(2024, 4, 1, 9, tzinfo=VIETNAM)
APRIL, MAY = date(2024, 4, 1), date(2024, 5, 1)


def item(person: Person, personal_id: str) -> ConfirmedIdentity:
    return ConfirmedIdentity(person_id=person.pk, personal_id=personal_id, source="thử")


def history(person: Person) -> list[tuple[str, str, date, date | None]]:
    """Return the person's numbers in order: value, standing, from, to."""
    rows = Identifier.objects.filter(person=person, kind="ID12").order_by("pk")
    return list(rows.values_list("value", "standing", "from_date", "to_date"))


@pytest.fixture
def people(bring_in: Import) -> list[Person]:
    """Give three people of Hà Nội; the first two declared a number."""
    rows = numbered(3, id_no="")
    rows[0]["id_no"], rows[1]["id_no"] = "001180000001", "001180000002"
    bring_in(rows)
    return list(Person.objects.order_by("si_no"))


def test_it_closes_what_was_declared_and_adds_what_is_confirmed(people: list[Person]) -> None:
    first, second, third = people
    items = [item(first, "001180000001"), item(second, "001180000009"), item(third, "001180000003")]
    assert confirm_identities(items=items, actor=SYSTEM, at=LATER) == []
    assert history(first) == [
        ("001180000001", "DECLARED", DAY, APRIL),
        ("001180000001", "CONFIRMED", APRIL, None),
    ]
    assert history(second) == [
        ("001180000002", "DECLARED", DAY, APRIL),
        ("001180000009", "CONFIRMED", APRIL, None),
    ]
    assert history(third) == [("001180000003", "CONFIRMED", APRIL, None)]


def test_a_number_declared_the_same_day_ends_the_day_after(people: list[Person]) -> None:
    confirm_identities(items=[item(people[0], "001180000001")], actor=SYSTEM, at=AT)
    assert history(people[0])[0][2:] == (DAY, date(2024, 3, 2))


def test_it_leaves_one_audit_entry_for_all(people: list[Person]) -> None:
    items = [item(person, f"00118000000{place}") for place, person in enumerate(people)]
    confirm_identities(items=items, actor=SYSTEM, at=LATER)
    entry = AuditEntry.objects.filter(event=events.IDENTITY_CONFIRMED.name).get()
    assert entry.data == {"asked": 3, "confirmed": 3, "refused": 0, "people": [people[0].pk, people[2].pk]}
    assert not list(audit.verify())


def test_it_returns_a_number_confirmed_for_somebody_else(people: list[Person]) -> None:
    confirm_identities(items=[item(people[0], "001180000001")], actor=SYSTEM, at=AT)
    items = [item(people[1], "001180000001"), item(people[2], "001180000003")]
    [refused] = confirm_identities(items=items, actor=SYSTEM, at=LATER)
    assert (refused.person_id, refused.personal_id) == (people[1].pk, "001180000001")
    assert "cho người khác" in refused.reason
    assert history(people[1]) == [("001180000002", "DECLARED", DAY, None)]
    assert len(history(people[2])) == 1


def test_it_returns_all_claims_on_one_number(people: list[Person]) -> None:
    items = [item(people[0], "001180000007"), item(people[1], "001180000007")]
    refused = confirm_identities(items=items, actor=SYSTEM, at=LATER)
    assert [one.person_id for one in refused] == [people[0].pk, people[1].pk]


def test_it_returns_two_numbers_of_one_person(people: list[Person]) -> None:
    items = [item(people[0], "001180000001"), item(people[0], "001180000007")]
    assert len(confirm_identities(items=items, actor=SYSTEM, at=LATER)) == 2
    assert len(history(people[0])) == 1


def test_it_returns_another_number_for_who_is_confirmed(people: list[Person]) -> None:
    confirm_identities(items=[item(people[0], "001180000001")], actor=SYSTEM, at=AT)
    [refused] = confirm_identities(items=[item(people[0], "001180000008")], actor=SYSTEM, at=LATER)
    assert "rút lại xác nhận cũ" in refused.reason


@pytest.mark.parametrize("personal_id", ["", "00118000001", "00118000000A", "0011800000012"])
def test_it_returns_what_is_no_personal_number(people: list[Person], personal_id: str) -> None:
    [refused] = confirm_identities(items=[item(people[0], personal_id)], actor=SYSTEM, at=LATER)
    assert "12 chữ số" in refused.reason


def test_it_returns_people_it_does_not_know(people: list[Person]) -> None:
    unknown = ConfirmedIdentity(person_id=people[-1].pk + 1, personal_id="001180000001", source="thử")
    [refused] = confirm_identities(items=[unknown], actor=SYSTEM, at=LATER)
    assert "không có trong cơ sở dữ liệu" in refused.reason


def test_confirming_again_changes_nothing(people: list[Person]) -> None:
    for at in (AT, LATER):
        assert confirm_identities(items=[item(people[2], "001180000003")] * 2, actor=SYSTEM, at=at) == []
    assert history(people[2]) == [("001180000003", "CONFIRMED", DAY, None)]


def test_it_takes_an_empty_list(areas: object) -> None:
    assert confirm_identities(items=[], actor=SYSTEM, at=AT) == []


def test_people_of_another_province_are_out_of_reach(bring_in: Import, steward: Actor) -> None:
    bring_in([{**PERSON, "res_province": "Cao Bằng"}])
    person = Person.objects.get()
    [refused] = confirm_identities(items=[item(person, "001180000001")], actor=steward, at=LATER)
    assert "ngoài địa bàn" in refused.reason
    with pytest.raises(OutOfReach):
        withdraw_confirmation(person_id=person.pk, actor=steward, at=LATER, reason="nhầm")


def test_it_refuses_who_may_not(people: list[Person]) -> None:
    with pytest.raises(NotPermitted):
        confirm_identities(items=[], actor=NOBODY, at=AT)
    with pytest.raises(NotPermitted):
        withdraw_confirmation(person_id=people[0].pk, actor=NOBODY, at=AT, reason="nhầm")


def test_withdrawing_lets_the_declared_number_hold_again(people: list[Person]) -> None:
    person = people[1]
    confirm_identities(items=[item(person, "001180000009")], actor=SYSTEM, at=LATER)
    withdraw_confirmation(
        person_id=person.pk, actor=SYSTEM, at=datetime(2024, 5, 1, tzinfo=VIETNAM), reason="nhầm người"
    )
    assert history(person)[1:] == [
        ("001180000009", "CONFIRMED", APRIL, MAY),
        ("001180000002", "DECLARED", MAY, None),
    ]
    assert confirm_identities(items=[item(people[0], "001180000009")], actor=SYSTEM, at=LATER) == []
    assert AuditEntry.objects.get(event=events.CONFIRMATION_WITHDRAWN.name).reason == "nhầm người"


def test_withdrawing_without_a_declared_number_leaves_none(people: list[Person]) -> None:
    confirm_identities(items=[item(people[2], "001180000003")], actor=SYSTEM, at=LATER)
    withdraw_confirmation(person_id=people[2].pk, actor=SYSTEM, at=LATER, reason="nhầm")
    assert not Identifier.objects.filter(person=people[2], to_date=None).exists()


def test_it_refuses_to_withdraw_what_is_not_confirmed(people: list[Person]) -> None:
    with pytest.raises(NotConfirmed):
        withdraw_confirmation(person_id=people[0].pk, actor=SYSTEM, at=LATER, reason="nhầm")
