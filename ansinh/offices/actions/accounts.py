"""Acts on accounts and roles: who may sign in, and what they hold where."""

from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q

from ansinh.core import audit
from ansinh.core.errors import OutOfReach, Refusal
from ansinh.core.permissions import Actor
from ansinh.core.text import fold, nfc
from ansinh.offices import events, permissions
from ansinh.offices.models import Account, Area, RoleGrant, Unit
from ansinh.offices.rules import roles


class UsernameTaken(Refusal):
    """Somebody already signs in with this name."""

    message = "Tên đăng nhập này đã có người dùng. Hãy chọn tên khác."


class RoleDoesNotFit(Refusal):
    """The role is unknown, or is granted countrywide and an area was named."""

    status = 422
    message = "Vai trò này không giao được theo cách đã chọn. Hãy kiểm tra vai trò và địa bàn."


class RoleAlreadyHeld(Refusal):
    """The account holds this role over this area."""

    message = "Người này đang giữ vai trò đó trên địa bàn đã chọn."


class OwnAccount(Refusal):
    """Nobody manages their own account: two people always know of a right that is given."""

    message = "Không ai tự giao, thu hồi hay đặt lại cho chính mình. Hãy nhờ một quản trị tài khoản khác."


class NotOwnAccount(Refusal):
    """A password is chosen by the person alone."""

    status = 403
    message = "Mật khẩu chỉ do chính chủ tài khoản chọn."


class GrantEnded(Refusal):
    """The role was taken back before."""

    message = "Vai trò này đã được thu hồi trước đó."


@transaction.atomic
def open_account(  # noqa: PLR0913 - an account has this many facts, all by name
    *,
    username: str,
    full_name: str,
    password: str | None,
    unit: Unit | None,
    actor: Actor,
    at: datetime,
    password_is_temporary: bool = False,
) -> Account:
    """Open a personal account; without a password it can only be signed in to from outside (VNeID).

    :raises UsernameTaken: when the name is in use, whatever its letter case
    :raises OutOfReach: the unit stands outside the actor's areas
    """
    _must_manage(actor, unit.area_id if unit else None)
    if Account.objects.filter(username__iexact=username).exists():
        raise UsernameTaken(username=username)
    account = Account.objects.create_user(
        username=username,
        full_name=nfc(full_name),
        folded_name=fold(full_name),
        password=password,
        unit=unit,
        date_joined=at,
        password_is_temporary=password_is_temporary,
    )
    audit.record(events.ACCOUNT_OPENED, actor=actor, at=at, subject=f"account:{account.pk}")
    return account


@transaction.atomic
def close_account(*, account: Account, on: date, actor: Actor, at: datetime) -> None:
    """Close an account: it signs in no more, its roles end; what it did stays under its name."""
    _must_manage_account(actor, account)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    RoleGrant.objects.on(on).filter(account=account).update(to_date=on)
    audit.record(events.ACCOUNT_CLOSED, actor=actor, at=at, subject=f"account:{account.pk}")


@transaction.atomic
def reset_sign_in(*, account: Account, password: str, actor: Actor, at: datetime) -> None:
    """Give a temporary password and forget every second factor, for somebody who lost theirs; ends open sessions."""
    _must_manage_account(actor, account)
    account.set_password(password)
    account.password_is_temporary = True
    account.save(update_fields=["password", "password_is_temporary"])
    Authenticator.objects.filter(user=account).delete()
    audit.record(events.SIGN_IN_RESET, actor=actor, at=at, subject=f"account:{account.pk}")


@transaction.atomic
def confirm_own_password(*, account: Account, actor: Actor, at: datetime) -> None:
    """Note that the person has chosen a password of their own.

    :raises NotOwnAccount: nobody chooses for somebody else
    """
    if account.pk != actor.account_id:
        raise NotOwnAccount
    Account.objects.filter(pk=account.pk).update(password_is_temporary=False)
    audit.record(events.PASSWORD_CHANGED, actor=actor, at=at, subject=f"account:{actor.account_id}")


@transaction.atomic
def note_sign_in(*, account: Account, actor: Actor, at: datetime) -> None:
    """Leave a trace of a completed sign-in, second factor included."""
    Account.objects.filter(pk=account.pk).update(last_login=at)
    audit.record(events.SIGNED_IN, actor=actor, at=at, subject=f"account:{account.pk}")


@transaction.atomic
def note_failed_sign_in(*, username: str, actor: Actor, at: datetime) -> None:
    """Leave a trace of a wrong password; an unknown name is not kept, people type their password there by mistake."""
    known = Account.objects.filter(username__iexact=username).first()
    audit.record(events.SIGN_IN_FAILED, actor=actor, at=at, subject=f"account:{known.pk}" if known else "")


@transaction.atomic
def grant_role(
    *, account: Account, role: str, area: Area | None, from_date: date, actor: Actor, at: datetime
) -> RoleGrant:
    """Give an account a role over an area; nobody grants to themselves (a database constraint).

    :raises RoleDoesNotFit: unknown role, or an area given to a countrywide one
    :raises RoleAlreadyHeld: the same role over the same area is open
    :raises OutOfReach: the area, or the whole country, is not the actor's to give
    """
    _must_manage(actor, area.pk if area else None)
    if account.pk == actor.account_id:
        raise OwnAccount
    if role not in roles() or (roles()[role].countrywide and area is not None):
        raise RoleDoesNotFit(role=role)
    if RoleGrant.objects.filter(account=account, role=role, area=area, to_date=None).exists():
        raise RoleAlreadyHeld(role=role)
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
    """End a grant on a day; the row stays as history.

    :raises GrantEnded: it has an end already
    """
    _must_manage(actor, grant.area_id)
    if grant.account_id == actor.account_id:
        raise OwnAccount
    if not RoleGrant.objects.filter(pk=grant.pk, to_date=None).update(to_date=on):
        raise GrantEnded
    audit.record(
        events.ROLE_REVOKED, actor=actor, at=at, subject=f"account:{grant.account_id}", data={"role": grant.role}
    )


def _must_manage(actor: Actor, area: int | None) -> None:
    actor.must(permissions.MANAGE_ACCOUNTS, area=area)
    if area is None and actor.areas_for(permissions.MANAGE_ACCOUNTS) is not None:
        raise OutOfReach


def _must_manage_account(actor: Actor, account: Account) -> None:
    """Refuse unless the unit and every open role of the account lie within the actor's areas."""
    _must_manage(actor, account.unit.area_id if account.unit else None)
    if account.pk == actor.account_id:
        raise OwnAccount
    open_roles = RoleGrant.objects.filter(Q(to_date=None), account=account)
    if open_roles.exclude(pk__in=open_roles.visible_to(actor)).exists():
        raise OutOfReach
