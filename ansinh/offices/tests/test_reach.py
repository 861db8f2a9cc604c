"""Who reaches what: areas through their successors, grants through time."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from ansinh.core.errors import NotPermitted, OutOfReach
from ansinh.core.permissions import DECLARED, NOBODY, SYSTEM
from ansinh.offices import permissions
from ansinh.offices.actions import close_account, grant_role, open_account, reset_sign_in, revoke_role
from ansinh.offices.actions.accounts import GrantEnded, OwnAccount, RoleAlreadyHeld, RoleDoesNotFit, UsernameTaken
from ansinh.offices.checks import misfits, roles_fit_permissions
from ansinh.offices.models import Account, RoleGrant
from ansinh.offices.queries import actor_for, covered_by
from tests.cast import DAY, NOW, PASSWORD, Cast, person, province, unit

AFTER = date(2025, 7, 1)
SEE_PERSON = DECLARED["registry:see_person"]


def test_a_province_of_2025_covers_what_it_took_over_whole(areas: None) -> None:
    bac_giang, bac_ninh = province("24"), province("27")
    merged = province("24", AFTER)
    assert merged.name == "Tỉnh Bắc Ninh"
    assert covered_by(merged) == {merged.pk, bac_giang.pk, bac_ninh.pk}


def test_the_same_code_before_the_merger_is_another_province(areas: None) -> None:
    bac_giang = province("24")
    assert bac_giang.name == "Tỉnh Bắc Giang"
    assert covered_by(bac_giang) == {bac_giang.pk}


def test_an_officer_of_2025_reaches_rows_of_both_provinces_of_2024(areas: None) -> None:
    officer = person("mai", "Ngô Thị Mai", "data_steward", area=province("24", AFTER))
    actor = actor_for(officer, AFTER)
    assert all(actor.may(SEE_PERSON, area=province(code).pk) for code in ("24", "27"))
    assert not actor.may(SEE_PERSON, area=province("01").pk)


def test_a_grant_counts_from_its_first_day_to_before_its_last(cast: Cast) -> None:
    grant = cast.hoa.role_grants.get()
    revoke_role(grant=grant, on=date(2024, 3, 1), actor=SYSTEM, at=NOW)
    may = {
        day: actor_for(cast.hoa, day).may(SEE_PERSON)
        for day in (date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2024, 3, 1))
    }
    assert list(may.values()) == [False, True, True, False]
    with pytest.raises(GrantEnded):
        revoke_role(grant=grant, on=DAY, actor=SYSTEM, at=NOW)


def test_a_closed_account_is_nobody_and_holds_nothing(cast: Cast) -> None:
    close_account(account=cast.hoa, on=DAY, actor=cast.actor(cast.yen), at=NOW)
    cast.hoa.refresh_from_db()
    assert actor_for(cast.hoa, DAY) == NOBODY
    assert not RoleGrant.objects.on(DAY).filter(account=cast.hoa).exists()


def test_nobody_grants_to_themselves_even_past_the_act(cast: Cast) -> None:
    with pytest.raises(OwnAccount):
        grant_role(account=cast.yen, role="leader", area=None, from_date=DAY, actor=cast.actor(cast.yen), at=NOW)
    with pytest.raises(IntegrityError, match="grant_maker_is_not_holder"), transaction.atomic():
        RoleGrant.objects.create(account=cast.yen, role="leader", from_date=DAY, granted_by=cast.yen)


def test_a_role_is_held_once_over_an_area(cast: Cast) -> None:
    with pytest.raises(RoleAlreadyHeld):
        grant_role(
            account=cast.hoa, role="data_steward", area=province("01"), from_date=DAY,
            actor=cast.actor(cast.yen), at=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("role", ["no_such_role", "verification_lead"])
def test_it_refuses_a_role_that_does_not_fit_the_area(cast: Cast, role: str) -> None:
    with pytest.raises(RoleDoesNotFit):
        grant_role(account=cast.lan, role=role, area=province("01"), from_date=DAY, actor=cast.actor(cast.yen), at=NOW)


def test_a_provincial_manager_gives_nothing_outside_the_province(areas: None) -> None:
    manager = person("kien", "Mai Trung Kiên", "account_manager", area=province("01"), at_unit=unit("BHXH-01"))
    other = person("tam", "Lý Thị Tâm", at_unit=unit("BHXH-48"))
    actor = actor_for(manager, DAY)
    for area in (province("48"), None):
        with pytest.raises(OutOfReach):
            grant_role(account=other, role="leader", area=area, from_date=DAY, actor=actor, at=NOW)
    for at_unit in (unit("BHXH-48"), unit("CNTT"), None):
        with pytest.raises(OutOfReach):
            open_account(username="x", full_name="Người Mới", password=None, unit=at_unit, actor=actor, at=NOW)
    with pytest.raises(OutOfReach):
        reset_sign_in(account=other, password=PASSWORD, actor=actor, at=NOW)
    assert set(Account.objects.visible_to(actor)) == {manager}


def test_a_provincial_manager_cannot_take_over_somebody_who_holds_more(areas: None) -> None:
    manager = person("kien", "Mai Trung Kiên", "account_manager", area=province("01"), at_unit=unit("BHXH-01"))
    lead = person("tam", "Lý Thị Tâm", "verification_lead", at_unit=unit("BHXH-01"))
    actor = actor_for(manager, DAY)
    with pytest.raises(OutOfReach):
        reset_sign_in(account=lead, password=PASSWORD, actor=actor, at=NOW)
    with pytest.raises(OutOfReach):
        close_account(account=lead, on=DAY, actor=actor, at=NOW)


def test_who_manages_no_accounts_is_refused(cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        grant_role(account=cast.lan, role="leader", area=None, from_date=DAY, actor=cast.actor(cast.minh), at=NOW)


def test_a_name_is_taken_whatever_its_letter_case(cast: Cast) -> None:
    with pytest.raises(UsernameTaken):
        open_account(username="HOA", full_name="Lê Hoa", password=None, unit=None, actor=SYSTEM, at=NOW)


def test_the_checks_find_a_permission_nobody_declares_and_one_nobody_holds() -> None:
    found = list(misfits({"clerk": frozenset({"a:see", "b:do"})}, {"a:see", "c:do"}))
    assert [error.id for error in found] == ["offices.E001", "offices.E002"]
    assert "b:do" in found[0].msg
    assert "c:do" in found[1].msg


def test_roles_and_permissions_of_the_house_fit() -> None:
    assert not roles_fit_permissions()
    assert permissions.SEE_ORGANISATION.name in DECLARED
