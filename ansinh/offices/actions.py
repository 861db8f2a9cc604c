"""Acts on the organisation: reference data, accounts, roles."""

from datetime import date, datetime

from django.db import transaction

from ansinh.core import audit
from ansinh.core.errors import Refusal
from ansinh.core.permissions import Actor
from ansinh.core.text import nfc
from ansinh.offices import events, permissions
from ansinh.offices.models import Account, Area, RoleGrant, Unit
from ansinh.offices.rules import roles


class UsernameTaken(Refusal):
    """Somebody already signs in with this name."""

    message = "Tên đăng nhập này đã có người dùng. Hãy chọn tên khác."


class RoleDoesNotFit(Refusal):
    """The role is unknown, or is granted countrywide and an area was named (or the other way round)."""

    status = 422
    message = "Vai trò này không giao được theo cách đã chọn. Hãy kiểm tra vai trò và địa bàn."


@transaction.atomic
def open_account(  # noqa: PLR0913 - an account has this many facts, all by name
    *, username: str, full_name: str, password: str, unit: Unit | None, actor: Actor, at: datetime
) -> Account:
    """Open a personal account.

    :raises UsernameTaken: when the name is in use
    """
    actor.must(permissions.MANAGE_ACCOUNTS, area=unit.area_id if unit else None)
    if Account.objects.filter(username=username).exists():
        raise UsernameTaken(username=username)
    account = Account.objects.create_user(
        username=username, full_name=nfc(full_name), password=password, unit=unit, date_joined=at
    )
    audit.record(events.ACCOUNT_OPENED, actor=actor, at=at, subject=f"account:{account.pk}")
    return account


@transaction.atomic
def grant_role(
    *, account: Account, role: str, area: Area | None, from_date: date, actor: Actor, at: datetime
) -> RoleGrant:
    """Give an account a role over an area; nobody grants to themselves (a database constraint).

    :raises RoleDoesNotFit: unknown role, or an area given to a countrywide one
    """
    actor.must(permissions.MANAGE_ACCOUNTS, area=area.pk if area else None)
    if role not in roles() or (roles()[role].countrywide and area is not None):
        raise RoleDoesNotFit(role=role)
    grant = RoleGrant.objects.create(
        account=account, role=role, area=area, from_date=from_date, granted_by_id=actor.account_id
    )
    audit.record(
        events.ROLE_GRANTED,
        actor=actor,
        at=at,
        subject=f"account:{account.pk}",
        data={"role": role, "area": area.code if area else None},
    )
    return grant


@transaction.atomic
def revoke_role(*, grant: RoleGrant, on: date, actor: Actor, at: datetime) -> None:
    """End a grant on a day; the row stays as history."""
    actor.must(permissions.MANAGE_ACCOUNTS, area=grant.area_id)
    RoleGrant.objects.filter(pk=grant.pk, to_date=None).update(to_date=on)
    audit.record(
        events.ROLE_REVOKED, actor=actor, at=at, subject=f"account:{grant.account_id}", data={"role": grant.role}
    )
