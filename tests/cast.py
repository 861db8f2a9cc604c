"""The cast: invented people every room's tests meet again, opened and granted through the acts themselves."""

from dataclasses import dataclass
from datetime import date, datetime

from ansinh.core.calendar import VIETNAM
from ansinh.core.permissions import SYSTEM, Actor
from ansinh.offices.actions import grant_role, open_account
from ansinh.offices.models import Account, Area, Unit
from ansinh.offices.queries import actor_for

DAY = date(2024, 6, 28)
NOW = datetime(2024, 6, 28, 9, 0, tzinfo=VIETNAM)
PASSWORD = "Mua-thu-Ha-Noi-2024"
HANOI_CODE, DA_NANG_CODE = "01", "48"


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody, as accounts; ``actor`` turns one into somebody who acts."""

    lan: Account
    """Citizen, without any role."""
    hoa: Account
    """Data steward of Hà Nội."""
    quan: Account
    """Data steward of Đà Nẵng: what is Hà Nội's must always be 404 to him."""
    minh: Account
    """Secretary of the task force, countrywide."""
    thu: Account
    """Leader, countrywide."""
    binh: Account
    """Lead of verification, countrywide."""
    son: Account
    """Engineer, countrywide."""
    yen: Account
    """Account manager, countrywide."""

    @staticmethod
    def actor(account: Account, on: date = DAY) -> Actor:
        """Return an account as an actor with the roles of that day."""
        return actor_for(account, on)


def province(code: str, on: date = DAY) -> Area:
    """Return the province that bears a code on a day."""
    return Area.objects.on(on).get(level=Area.Level.PROVINCE, code=code)


def unit(code: str, on: date = DAY) -> Unit:
    """Return the unit that bears a code on a day."""
    return Unit.objects.on(on).get(code=code)


def person(
    username: str, full_name: str, *roles: str, area: Area | None = None, at_unit: Unit | None = None
) -> Account:
    """Open an account and grant it roles over an area (or the whole country) since the start of 2024."""
    account = open_account(
        username=username, full_name=full_name, password=PASSWORD, unit=at_unit, actor=SYSTEM, at=NOW
    )
    for role in roles:
        grant_role(account=account, role=role, area=area, from_date=date(2024, 1, 1), actor=SYSTEM, at=NOW)
    return account


def open_cast() -> Cast:
    """Open everybody; needs the provinces and units of 2024 (fixture ``areas``)."""
    hanoi, da_nang = province(HANOI_CODE), province(DA_NANG_CODE)
    return Cast(
        lan=person("lan", "Trần Thị Lan"),
        hoa=person("hoa", "Nguyễn Thị Hoa", "data_steward", area=hanoi, at_unit=unit("BHXH-01")),
        quan=person("quan", "Phan Văn Quân", "data_steward", area=da_nang, at_unit=unit("BHXH-48")),
        minh=person("minh", "Lê Văn Minh", "programme_secretary", at_unit=unit("TCT06")),
        thu=person("thu", "Đỗ Thị Thu", "leader", at_unit=unit("BHXHVN")),
        binh=person("binh", "Vũ Đức Bình", "verification_lead", at_unit=unit("TST")),
        son=person("son", "Hoàng Sơn", "engineer", at_unit=unit("CNTT")),
        yen=person("yen", "Bùi Hải Yến", "account_manager", at_unit=unit("TCCB")),
    )
