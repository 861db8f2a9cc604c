"""Merging two numbers of one person, and taking it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import Malformed, NotPermitted, OutOfReach
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import NOBODY, SYSTEM, Actor
from ansinh.offices.actions import grant_role
from ansinh.offices.models import Account, Area
from ansinh.offices.queries import actor_for
from ansinh.registry import queries
from ansinh.registry.actions import (
    AlreadyMerged,
    ConfirmedIdentity,
    ConflictsStand,
    FourEyesNeeded,
    LaterMergeStands,
    MergeOrder,
    NotMerged,
    NumberAbsorbed,
    UndoOrder,
    confirm_identities,
    correct_person,
    merge_persons,
    undo_merge,
)
from ansinh.registry.actions.merges import TABLES
from ansinh.registry.models import (
    Address,
    Benefit,
    Contribution,
    HealthCard,
    Identifier,
    Membership,
    MergeConflict,
    Participation,
    Person,
    PersonMerge,
)
from ansinh.registry.tests.conftest import AT, DAY, FULL, Import

LATER = datetime(2024, 4, 1, 9, tzinfo=VIETNAM)
APRIL, MAY = date(2024, 4, 1), date(2024, 5, 1)


@dataclass(frozen=True, slots=True)
class Desk:
    """Two officers over the whole country, and how they merge."""

    maker: Account
    checker: Account

    def actor(self) -> Actor:
        """Return the one who approves."""
        return actor_for(self.checker, DAY)

    def order(self, kept: Person, absorbed: Person, **facts: Any) -> MergeOrder:
        """Propose; the kept number counts wherever both do."""
        made = MergeOrder(kept.pk, absorbed.pk, "Đơn TK1-TS", APRIL, self.maker.pk, AT, choices(kept, absorbed))
        return replace(made, **facts)

    def merge(self, kept: Person, absorbed: Person, at: datetime = LATER) -> PersonMerge:
        """Propose and approve on the same day."""
        order = self.order(kept, absorbed, effective_date=at.date())
        return merge_persons(order=order, actor=self.actor(), at=at)

    def undo(self, merge: PersonMerge, at: datetime = LATER + timedelta(days=30)) -> PersonMerge:
        """Propose and approve that it was wrong."""
        return undo_merge(order=UndoOrder(merge.pk, "Hai người", self.maker.pk), actor=self.actor(), at=at)


def choices(kept: Person, absorbed: Person) -> dict[str, int]:
    """Let the kept number count wherever both do."""
    return {found.code: kept.pk for found in queries.conflicts_between(kept, absorbed, APRIL)}


def lead(username: str) -> Account:
    account = Account.objects.create(username=username, full_name=username)
    grant_role(account=account, role="verification_lead", area=None, from_date=DAY, actor=SYSTEM, at=AT)
    return account


def snapshot() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of the register's facts, and of its people."""
    tables: list[type[models.Model]] = [Person, Contribution, *TABLES.values()]
    return {table.__name__: list(rows_of(table).order_by("pk").values_list()) for table in tables}


def rows_of(table: type[models.Model]) -> models.QuerySet[models.Model]:
    """Return a table's rows."""
    return table._default_manager.all()  # noqa: SLF001 - Django's name for it


@pytest.fixture
def desk(areas: dict[str, Area]) -> Desk:
    return Desk(lead("hai"), lead("ba"))


@pytest.fixture
def people(bring_in: Import) -> list[Person]:
    """Give three records of one woman: all facts in the first two, hardly any in the third; pensions apart."""
    no_benefit = dict.fromkeys(("benefit_kind", "benefit_from", "benefit_monthly_vnd", "payment_method"), "")
    rows = [
        {**FULL, **no_benefit},
        {**FULL, "si_no": "0110000002", "household_code": "0110000010", "card_code": "DN4010110000002",
         "employer_code": "DN01000002", "scheme": "HI_HOUSEHOLD", "benefit_kind": "ORPHAN"},
        {**FULL, "si_no": "0110000003", "id_no": "", "res_province": "Cao Bằng", "res_district": "", "res_commune": "",
         "household_code": "", "household_role": "", "card_code": "", "facility_code": "", "card_from": "",
         "card_to": "", **no_benefit, "scheme": "UI"},
    ]  # fmt: skip
    bring_in(rows)
    people = list(Person.objects.order_by("si_no"))
    assert len(people) == len(rows)
    return people


def confirm(person: Person, number: str, at: datetime = AT) -> None:
    item = ConfirmedIdentity(person_id=person.pk, personal_id=number, source="thử")
    assert not confirm_identities(items=[item], actor=SYSTEM, at=at)


def test_facts_move_to_the_kept_number(desk: Desk, people: list[Person]) -> None:
    kept, absorbed, _ = people
    merge = desk.merge(kept, absorbed)
    assert not [table for table in TABLES.values() if rows_of(table).filter(person=absorbed).exists()]
    assert Participation.objects.filter(person=kept).count() == 2
    assert Benefit.objects.get(person=kept).kind == "ORPHAN"
    absorbed_again = Person.objects.get(pk=absorbed.pk)
    assert absorbed_again.si_no == absorbed.si_no
    entry = AuditEntry.objects.get(event="registry.persons_merged")
    assert entry.data["made_by"] == desk.maker.pk
    assert entry.account_id == desk.checker.pk
    assert merge.moved.count() == entry.data["facts"]


def test_what_may_be_held_once_is_held_once(desk: Desk, people: list[Person]) -> None:
    kept, absorbed, _ = people
    own = HealthCard.objects.get(person=kept)
    desk.merge(kept, absorbed)
    cards = {card.code: card.to_date for card in HealthCard.objects.filter(person=kept)}
    assert cards == {"DN4010110000001": own.to_date, "DN4010110000002": APRIL}
    assert Membership.objects.filter(person=kept, to_date=None).get().household.code == "0110000009"
    assert Address.objects.filter(person=kept, kind="HOME", to_date=None).count() == 1


def test_a_fact_only_the_absorbed_number_had_stays_in_force(desk: Desk, people: list[Person]) -> None:
    _, absorbed, kept = people
    desk.merge(kept, absorbed)
    assert Membership.objects.get(person=kept).to_date is None


def test_the_confirmed_number_goes_along_and_ends_what_was_declared(desk: Desk, people: list[Person]) -> None:
    kept, absorbed, _ = people
    confirm(absorbed, "001180000007")
    desk.merge(kept, absorbed)
    numbers = Identifier.objects.filter(person=kept, kind="ID12", to_date=None)
    assert [(number.value, number.standing) for number in numbers] == [("001180000007", "CONFIRMED")]


def test_the_old_number_leads_to_the_kept_one(desk: Desk, people: list[Person]) -> None:
    first, second, third = people
    desk.merge(second, first)
    desk.merge(third, second)
    found = queries.person_by_number(first.si_no)
    assert found
    assert found.person == third
    assert [merge.absorbed.si_no for merge in found.merges] == [first.si_no, second.si_no]
    assert queries.person_by_number("0199999999") is None
    assert list(Person.objects.living()) == [third]


def test_the_absorbed_number_takes_no_new_facts(desk: Desk, people: list[Person]) -> None:
    kept, absorbed, _ = people
    desk.merge(kept, absorbed)
    item = ConfirmedIdentity(person_id=absorbed.pk, personal_id="001180000008", source="thử")
    [refused] = confirm_identities(items=[item], actor=SYSTEM, at=LATER)
    assert "đã gộp" in refused.reason
    with pytest.raises(NumberAbsorbed):
        correct_person(person=absorbed, values={"sex": "M"}, basis="thử", actor=SYSTEM, at=LATER)


def test_who_proposed_may_not_approve(desk: Desk, people: list[Person]) -> None:
    order = desk.order(people[0], people[1])
    for actor in (actor_for(desk.maker, DAY), SYSTEM):
        with pytest.raises(FourEyesNeeded):
            merge_persons(order=order, actor=actor, at=LATER)
    assert not PersonMerge.objects.exists()


def test_the_database_itself_asks_for_four_eyes(desk: Desk, people: list[Person]) -> None:
    merge = desk.merge(people[0], people[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonMerge.objects.filter(pk=merge.pk).update(approved_by=desk.maker)
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonMerge.objects.filter(pk=merge.pk).update(
            undone_at=LATER, undone_date=APRIL, undone_by=desk.maker, undo_made_by=desk.maker
        )


def test_two_confirmed_numbers_are_two_people_until_shown_otherwise(desk: Desk, people: list[Person]) -> None:
    confirm(people[0], "001180000007")
    confirm(people[1], "001180000008")
    with pytest.raises(ConflictsStand):
        desk.merge(people[0], people[1])


def test_two_pensions_of_a_kind_are_never_merged_silently(desk: Desk, people: list[Person], bring_in: Import) -> None:
    bring_in([{**FULL, "si_no": "0110000004"}, {**FULL, "si_no": "0110000005"}])
    one, other = Person.objects.filter(si_no__gte="0110000004").order_by("si_no")
    with pytest.raises(ConflictsStand, match="cùng đang hưởng"):
        desk.merge(one, other)


def test_months_under_both_need_a_choice_which_stays_on_record(desk: Desk, bring_in: Import) -> None:
    months = [date(2024, 1, 1), date(2024, 2, 1)]
    plain = {**FULL, **dict.fromkeys(("benefit_kind", "benefit_from", "benefit_monthly_vnd", "payment_method"), "")}
    bring_in([{**plain, "si_no": "0110000004"}, {**plain, "si_no": "0110000005"}])
    one, other = Person.objects.order_by("si_no")
    for person in (one, other):
        participation = Participation.objects.get(person=person)
        Contribution.objects.bulk_create(
            Contribution(participation=participation, month=month, salary_vnd=5_000_000, amount_vnd=1_600_000)
            for month in months
        )
    with pytest.raises(ConflictsStand, match="chưa chọn"):
        merge_persons(order=desk.order(one, other, choices={}), actor=desk.actor(), at=LATER)
    stranger = dict.fromkeys(choices(one, other), 0)
    with pytest.raises(ConflictsStand, match="chưa chọn"):
        merge_persons(order=desk.order(one, other, choices=stranger), actor=desk.actor(), at=LATER)
    desk.merge(one, other)
    settled = MergeConflict.objects.get()
    assert (settled.counts, settled.paid_months) == (one, 2)
    assert Contribution.objects.filter(participation__person=one).count() == 4


@pytest.mark.parametrize("day", [DAY - timedelta(days=1), APRIL + timedelta(days=1)])
def test_it_takes_effect_neither_before_the_registration_nor_later_than_today(
    desk: Desk, people: list[Person], day: date
) -> None:
    with pytest.raises(Malformed):
        merge_persons(order=desk.order(people[0], people[1], effective_date=day), actor=desk.actor(), at=LATER)


def test_it_needs_a_ground_and_two_people(desk: Desk, people: list[Person]) -> None:
    for order in (
        desk.order(people[0], people[1], ground=" "),
        desk.order(people[0], people[0]),
    ):
        with pytest.raises(Malformed):
            merge_persons(order=order, actor=desk.actor(), at=LATER)


def test_a_number_is_absorbed_once(desk: Desk, people: list[Person]) -> None:
    first, second, third = people
    desk.merge(first, second)
    for kept, absorbed in ((third, second), (second, third), (first, second)):
        with pytest.raises(AlreadyMerged):
            desk.merge(kept, absorbed)


def test_others_provinces_are_out_of_reach(
    desk: Desk, areas: dict[str, Area], people: list[Person], steward: Actor
) -> None:
    Person.objects.update(area=areas["caobang"])
    with pytest.raises(OutOfReach):
        merge_persons(order=desk.order(people[0], people[1]), actor=steward, at=LATER)
    with pytest.raises(NotPermitted):
        merge_persons(order=desk.order(people[0], people[1]), actor=NOBODY, at=LATER)
    missing = replace(desk.order(people[0], people[1]), absorbed=0)
    with pytest.raises(OutOfReach):
        merge_persons(order=missing, actor=desk.actor(), at=LATER)


def test_undoing_gives_back_the_very_rows(desk: Desk, people: list[Person]) -> None:
    confirm(people[1], "001180000007")
    before = snapshot()
    merge = desk.merge(people[0], people[1])
    assert snapshot() != before
    desk.undo(merge)
    assert snapshot() == before
    assert Person.objects.current().count() == 3
    found = queries.person_by_number(people[1].si_no)
    assert found
    assert found.person == people[1]


def test_undoing_needs_four_eyes_a_reason_and_a_standing_merge(desk: Desk, people: list[Person]) -> None:
    merge = desk.merge(people[0], people[1])
    with pytest.raises(FourEyesNeeded):
        undo_merge(order=UndoOrder(merge.pk, "nhầm", desk.checker.pk), actor=desk.actor(), at=LATER)
    with pytest.raises(Malformed):
        undo_merge(order=UndoOrder(merge.pk, "", desk.maker.pk), actor=desk.actor(), at=LATER)
    with pytest.raises(OutOfReach):
        undo_merge(order=UndoOrder(0, "nhầm", desk.maker.pk), actor=desk.actor(), at=LATER)
    desk.undo(merge)
    with pytest.raises(NotMerged):
        desk.undo(merge)


def test_a_chain_is_undone_from_its_end(desk: Desk, people: list[Person]) -> None:
    first, second, third = people
    before = snapshot()
    inner = desk.merge(second, first)
    between = snapshot()
    outer = desk.merge(third, second)
    with pytest.raises(LaterMergeStands):
        desk.undo(inner)
    desk.undo(outer)
    assert snapshot() == between
    desk.undo(inner)
    assert snapshot() == before


def test_what_came_after_the_merge_stays_with_the_kept_number(desk: Desk, people: list[Person]) -> None:
    kept, absorbed, _ = people
    card = HealthCard.objects.get(person=absorbed)
    merge = desk.merge(kept, absorbed)
    confirm(kept, "001180000007", LATER)
    HealthCard.objects.filter(pk=card.pk).update(to_date=DAY + timedelta(days=2))
    desk.undo(merge)
    card.refresh_from_db()
    assert (card.person, card.to_date) == (absorbed, DAY + timedelta(days=2))
    assert Identifier.objects.get(standing="CONFIRMED").person == kept


def test_merged_undone_and_merged_again(desk: Desk, people: list[Person]) -> None:
    before = snapshot()
    desk.undo(desk.merge(people[0], people[1]), at=LATER)
    desk.undo(desk.merge(people[1], people[0]), at=LATER)
    assert snapshot() == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_merges_undone_in_any_order_give_back_the_register(
    desk: Desk, people: list[Person], data: st.DataObject
) -> None:
    with undone_afterwards():
        if confirmed := data.draw(st.sampled_from([None, *people]), "confirmed"):
            confirm(confirmed, "001180000007")
        before, standing, at = snapshot(), list[PersonMerge](), LATER
        for is_merge in data.draw(st.lists(st.booleans(), max_size=8), "steps"):
            at += timedelta(days=data.draw(st.integers(0, 2), "days"))
            if is_merge:
                kept, absorbed = data.draw(st.permutations(people).map(lambda some: some[:2]), "pair")
                standing += merged(desk, kept, absorbed, at)
            elif standing:
                taken_back(desk, standing, data.draw(st.sampled_from(standing), "undone"), at)
            assert Person.objects.current().count() == len(people) - len(standing)
        while standing:
            for merge in list(standing):
                taken_back(desk, standing, merge, at)
        assert snapshot() == before


def merged(desk: Desk, kept: Person, absorbed: Person, at: datetime) -> list[PersonMerge]:
    """Merge, or show that one of the two was absorbed."""
    try:
        return [desk.merge(kept, absorbed, at)]
    except AlreadyMerged:
        assert {kept, absorbed} - set(Person.objects.current())
        return []


def taken_back(desk: Desk, standing: list[PersonMerge], merge: PersonMerge, at: datetime) -> None:
    """Undo, or show that the kept number was merged on."""
    try:
        desk.undo(merge, at)
        standing.remove(merge)
    except LaterMergeStands:
        assert merge.kept not in Person.objects.current()


@contextmanager
def undone_afterwards() -> Iterator[None]:
    """Roll back what an example did, so that the next one begins where this one began."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
