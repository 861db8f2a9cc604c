"""Who may act where, and which areas a new area took over."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from ansinh.core.permissions import NOBODY, Actor, Grant
from ansinh.core.text import fold
from ansinh.offices.models import Account, Area, AreaSuccession, RoleGrant, Unit
from ansinh.offices.rules import changes_data, roles


def covered_by(area: Area) -> frozenset[int]:
    """Return the keys of an area and of all that it took over whole, back through every reorganisation.

    Rows keep the area of the day they were made; an officer of today's province sees them through this.
    """
    return covered_by_each([area])[area.pk]


def covered_by_each(areas: Iterable[Area]) -> dict[int, frozenset[int]]:
    """Return ``covered_by`` for many areas in one query; keyed by the areas' own keys."""
    areas = list(areas)
    origins: dict[int, set[int]] = defaultdict(set)
    links = AreaSuccession.objects.filter(whole=True, successor__level__in={area.level for area in areas})
    for successor, predecessor in links.values_list("successor", "predecessor"):
        origins[successor].add(predecessor)

    def back(key: int) -> frozenset[int]:
        found, frontier = {key}, {key}
        while frontier:
            frontier = set[int]().union(*[origins[one] for one in frontier]) - found
            found |= frontier
        return frozenset(found)

    return {area.pk: back(area.pk) for area in areas}


def actor_for(account: Account, on: date) -> Actor:
    """Return an account as an actor, with the roles it holds on that day."""
    if not account.is_active:
        return NOBODY
    held = list(RoleGrant.objects.on(on).filter(account=account).select_related("area"))
    covered = covered_by_each(grant.area for grant in held if grant.area)
    grants = tuple(
        Grant(roles()[grant.role].permissions, covered[grant.area.pk] if grant.area else None) for grant in held
    )
    return Actor(account_id=account.pk, name=str(account), grants=grants)


def lacks_second_factor(account: Account, actor: Actor) -> bool:
    """Tell whether somebody whose roles change data signs in with a password alone."""
    allowed = frozenset[str]().union(*[grant.permissions for grant in actor.grants])
    return changes_data(allowed) and not is_mfa_enabled(account)


def provinces(on: date) -> list[Area]:
    """Return the provinces in force on a day, by code."""
    return list(Area.objects.on(on).filter(level=Area.Level.PROVINCE).order_by("code"))


@dataclass(frozen=True, slots=True)
class ProvinceLine:
    """A province on a day: its unit, what it was made of, what it has become since."""

    area: Area
    unit: Unit | None
    before: tuple[Area, ...]
    after: tuple[Area, ...]

    @property
    def came_unchanged(self) -> bool:
        """Tell whether the last reorganisation left this province as it was."""
        return [area.name for area in self.before] == [self.area.name]

    @property
    def goes_unchanged(self) -> bool:
        """Tell whether the next reorganisation leaves this province under its own name."""
        return [area.name for area in self.after] == [self.area.name]


@dataclass(frozen=True, slots=True)
class Organisation:
    """Organisation (cơ cấu tổ chức) in the structure of a chosen day."""

    day: date
    central: tuple[Unit, ...]
    provinces: tuple[ProvinceLine, ...]

    @property
    def has_departments(self) -> bool:
        """Tell whether the units below the head office are known on that day."""
        return any(unit.kind == Unit.Kind.DEPARTMENT for unit in self.central)


_STANDING: list[str] = [Unit.Kind.CENTRE, Unit.Kind.DEPARTMENT, Unit.Kind.TASK_FORCE, Unit.Kind.PROVINCE]


def organisation(on: date) -> Organisation:
    """Return the units and provinces in force on a day; five queries, whatever the day."""
    units = sorted(Unit.objects.on(on), key=lambda unit: (_STANDING.index(unit.kind), unit.pk))
    of_area = {unit.area_id: unit for unit in units if unit.kind == Unit.Kind.PROVINCE}
    of_code = {unit.code: unit for unit in of_area.values()}
    links = AreaSuccession.objects.filter(predecessor__level=Area.Level.PROVINCE)
    before, after = defaultdict(list), defaultdict(list)
    for link in links.select_related("predecessor", "successor").order_by("predecessor__code"):
        before[link.successor_id].append(link.predecessor)
        after[link.predecessor_id].append(link.successor)
    return Organisation(
        day=on,
        central=tuple(unit for unit in units if unit.kind != Unit.Kind.PROVINCE),
        provinces=tuple(
            ProvinceLine(
                area=area,
                unit=of_area.get(area.pk) or of_code.get(f"BHXH-{area.code}"),
                before=tuple(before[area.pk]),
                after=tuple(after[area.pk]),
            )
            for area in provinces(on)
        ),
    )


def open_grants(on: date) -> "QuerySet[RoleGrant]":
    """Return the grants in force on a day with their areas."""
    return RoleGrant.objects.on(on).select_related("area", "granted_by").order_by("role", "area__code")


def accounts(actor: Actor, on: date, *, text: str = "") -> QuerySet[Account]:
    """Return the accounts an actor manages, by name, each with its unit, open grants and whether it has MFA."""
    found = Account.objects.visible_to(actor).select_related("unit")
    if text:
        found = found.filter(Q(folded_name__contains=fold(text)) | Q(username__icontains=text))
    second = Authenticator.objects.filter(user=OuterRef("pk"), type__in=["totp", "webauthn"])
    grants = Prefetch("role_grants", queryset=open_grants(on), to_attr="held")
    return found.annotate(has_mfa=Exists(second)).prefetch_related(grants).order_by("folded_name", "pk")
