"""Areas, units, accounts and roles. Areas and units are valid-time rows: the map of Vietnam itself changes."""

from datetime import date
from typing import ClassVar, Self, TypeVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Q

from ansinh.core.permissions import Actor
from ansinh.offices import permissions
from ansinh.offices.rules import roles

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class ValidTimeQuerySet(models.QuerySet[Row_co]):
    """Rows with a half-open period [from_date, to_date)."""

    def on(self, day: date) -> Self:
        """Return the rows in force on a day."""
        return self.filter(Q(to_date=None) | Q(to_date__gt=day), from_date__lte=day)


class Area(models.Model):
    """Area (địa bàn): a province, district or commune during one period.

    The key is (level, code, from_date): seven province codes of 2024 mean another province from 01/7/2025.
    """

    class Level(models.TextChoices):
        """Tiers of local administration; districts end on 30/6/2025."""

        PROVINCE = "PROVINCE", "Cấp tỉnh"
        DISTRICT = "DISTRICT", "Cấp huyện"
        COMMUNE = "COMMUNE", "Cấp xã"

    level = models.CharField(max_length=8, choices=Level)
    code = models.CharField(max_length=5)
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    folded_name = models.CharField(max_length=80, db_index=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    document = models.CharField(max_length=200)

    objects = models.Manager.from_queryset(ValidTimeQuerySet)()

    class Meta:
        """One name for a code at a time."""

        constraints = (
            models.UniqueConstraint(fields=["level", "code", "from_date"], name="area_code_from_date"),
            models.CheckConstraint(
                name="area_period_half_open", condition=Q(to_date=None) | Q(to_date__gt=F("from_date"))
            ),
        )

    def __str__(self) -> str:
        """Name the area as people do."""
        return self.name


class AreaSuccession(models.Model):
    """Succession (kế thừa địa bàn): which area took over from which; ``whole`` is false where it was split."""

    predecessor = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="origins")
    whole = models.BooleanField()

    class Meta:
        """Each link once, and never to itself."""

        constraints = (
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.CheckConstraint(name="succession_moves_on", condition=~Q(predecessor=F("successor"))),
        )

    def __str__(self) -> str:
        """Name the move."""
        return f"{self.predecessor} → {self.successor}"


class Unit(models.Model):
    """Unit (đơn vị): a body of BHXH Việt Nam during one period; ``code`` names it across renamings."""

    class Kind(models.TextChoices):
        """What sort of body it is."""

        CENTRE = "CENTRE", "Cơ quan trung ương"
        DEPARTMENT = "DEPARTMENT", "Đơn vị trực thuộc"
        TASK_FORCE = "TASK_FORCE", "Tổ công tác"
        PROVINCE = "PROVINCE", "BHXH tỉnh, thành phố"

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    abbreviation = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="units")
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    document = models.CharField(max_length=200)

    objects = models.Manager.from_queryset(ValidTimeQuerySet)()

    class Meta:
        """One name for a code at a time."""

        constraints = (
            models.UniqueConstraint(fields=["code", "from_date"], name="unit_code_from_date"),
            models.CheckConstraint(
                name="unit_period_half_open", condition=Q(to_date=None) | Q(to_date__gt=F("from_date"))
            ),
        )

    def __str__(self) -> str:
        """Name the unit."""
        return self.name

    @property
    def basis(self) -> str:
        """Tell by what document and for how long this structure holds."""
        until = f" đến trước {self.to_date:%d/%m/%Y}" if self.to_date else ""
        return f"{self.document}, từ {self.from_date:%d/%m/%Y}{until}"


class AccountManager(UserManager["Account"]):
    """Accounts, as far as somebody may see them."""

    use_in_migrations = False

    def visible_to(self, actor: Actor) -> models.QuerySet["Account"]:
        """Return the accounts whose unit stands in the actor's areas, or who hold a role there."""
        areas = actor.areas_for(permissions.MANAGE_ACCOUNTS)
        if areas is None:
            return self.all()
        holders = RoleGrant.objects.filter(area__in=areas).values("account")
        return self.filter(Q(unit__area__in=areas) | Q(pk__in=holders))


class Account(AbstractUser):
    """Account (tài khoản): one person who signs in; personal, never shared (letter 1923/BHXH-CNTT).

    A password set by somebody else is temporary: the person chooses an own one before doing anything.
    """

    full_name = models.CharField(max_length=100)
    folded_name = models.CharField(max_length=100, blank=True, db_index=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="accounts")
    password_is_temporary = models.BooleanField(default=False)

    objects: ClassVar[AccountManager] = AccountManager()

    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    def __str__(self) -> str:
        """Name the person."""
        return self.full_name or self.username


class RoleGrantQuerySet(ValidTimeQuerySet["RoleGrant"]):
    """Grants, as far as somebody may change them."""

    def visible_to(self, actor: Actor) -> Self:
        """Return the grants over the actor's areas; countrywide ones only to who manages the whole country."""
        areas = actor.areas_for(permissions.MANAGE_ACCOUNTS)
        return self if areas is None else self.filter(area__in=areas)


class RoleGrant(models.Model):
    """Grant (phân quyền): a role held by an account over an area (or the whole country) during a period."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=40)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="role_grants")
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    granted_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="grants_made")

    objects = models.Manager.from_queryset(RoleGrantQuerySet)()

    class Meta:
        """Nobody grants to themselves; a role is held once at a time over an area."""

        constraints = (
            models.CheckConstraint(
                name="grant_maker_is_not_holder", condition=Q(granted_by=None) | ~Q(granted_by=F("account"))
            ),
            models.UniqueConstraint(
                fields=["account", "role", "area"], condition=Q(to_date=None), name="grant_held_once_over_area"
            ),
            models.UniqueConstraint(
                fields=["account", "role"], condition=Q(to_date=None, area=None), name="grant_held_once_countrywide"
            ),
        )

    def __str__(self) -> str:
        """Name who holds what."""
        return f"{self.account}: {self.role}"

    @property
    def label(self) -> str:
        """Return the role's Vietnamese name."""
        return roles()[self.role].label
