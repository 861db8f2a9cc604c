"""The cast and the files of the register's tests; every person in them is invented."""

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from ansinh.core import work
from ansinh.core.calendar import VIETNAM
from ansinh.core.permissions import SYSTEM, Actor
from ansinh.core.text import fold
from ansinh.offices.actions import grant_role
from ansinh.offices.models import Account, Area
from ansinh.offices.queries import actor_for
from ansinh.registry.actions import request_import
from ansinh.registry.models import ImportBatch

DAY = date(2024, 3, 1)
AT = datetime(2024, 3, 1, 9, tzinfo=VIETNAM)
Row = Mapping[str, str]
PERSON = {"si_no": "0110000001", "full_name": "Nguyễn Thị An", "res_province": "Hà Nội"}
FULL = {
    **PERSON,
    "dob": "05/02/1980",
    "sex": "Nữ",
    "id_no": "001180000001",
    "home_province": "Tỉnh Cao Bằng",
    "home_district": "Huyện Hà Quảng",
    "home_commune": "Xã Trường Hà",
    "res_province": "Thành phố Hà Nội",
    "res_district": "Quận Ba Đình",
    "res_commune": "Phường Kim Mã",
    "ethnicity": "Tày",
    "phone": "0900000001",
    "household_code": "0110000009",
    "household_role": "Chủ hộ",
    "employer_code": "DN01000001",
    "employer_name": "Công ty Bông Lúa",
    "scheme": "SI_COMPULSORY",
    "object_code": "DN",
    "from_date": "01/02/2010",
    "to_date": "",
    "card_code": "DN4010110000001",
    "facility_code": "01001",
    "card_from": "01/01/2024",
    "card_to": "31/12/2024",
    "benefit_kind": "PENSION",
    "benefit_from": "01/03/2020",
    "benefit_monthly_vnd": "3.500.000",
    "payment_method": "Tiền mặt",
}


def add_area(level: str, code: str, name: str, parent: Area | None = None) -> Area:
    """Add an area in force from 2021."""
    return Area.objects.create(
        level=level, code=code, name=name, folded_name=fold(name), kind="", parent=parent,
        from_date=date(2021, 7, 1), document="thử",
    )  # fmt: skip


@pytest.fixture
def areas(db: None) -> dict[str, Area]:
    """Give two provinces and a commune in each; Kim Mã lies in Ba Đình, Hà Nội."""
    hanoi = add_area("PROVINCE", "01", "Thành phố Hà Nội")
    caobang = add_area("PROVINCE", "04", "Tỉnh Cao Bằng")
    badinh = add_area("DISTRICT", "001", "Quận Ba Đình", hanoi)
    haquang = add_area("DISTRICT", "045", "Huyện Hà Quảng", caobang)
    return {
        "hanoi": hanoi,
        "caobang": caobang,
        "kimma": add_area("COMMUNE", "00028", "Phường Kim Mã", badinh),
        "truongha": add_area("COMMUNE", "01450", "Xã Trường Hà", haquang),
    }


@pytest.fixture
def steward(areas: dict[str, Area]) -> Actor:
    """Give the data steward of Hà Nội."""
    account = Account.objects.create(username="thuso", full_name="Trần Văn Bình")
    grant_role(account=account, role="data_steward", area=areas["hanoi"], from_date=DAY, actor=SYSTEM, at=AT)
    return actor_for(account, DAY)


@pytest.fixture(autouse=True)
def var(settings: Settings, tmp_path: Path) -> Path:
    """Let imports leave their files in a folder of the test."""
    settings.VAR = tmp_path / "var"
    return tmp_path / "var"


def write_csv(path: Path, rows: Sequence[Row], columns: Sequence[str] | None = None) -> Path:
    """Write a UTF-8 file; columns are those of the first row unless given."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns or list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def carry_out(batch: ImportBatch) -> ImportBatch:
    """Let a worker take the batch and do what it can."""
    queue = work.QUEUES["registry.import"]
    row = work.claim(queue, worker="test", at=AT)
    assert row is not None
    work.carry_out(queue, row, clock=lambda: AT)
    batch.refresh_from_db()
    return batch


Import = Callable[..., ImportBatch]


@pytest.fixture
def bring_in(areas: dict[str, Area], tmp_path: Path) -> Import:
    """Give a function that imports a file, or rows written to one, as the system or another actor."""

    def bring(rows: Sequence[Row] | Path, actor: Actor = SYSTEM) -> ImportBatch:
        path = rows if isinstance(rows, Path) else write_csv(tmp_path / f"{hash(str(rows))}.csv", rows)
        asked = request_import(path=path, file_name=path.name, effective_date=DAY, actor=actor, at=AT)
        return carry_out(asked)

    return bring


def numbered(count: int, **more: str) -> list[dict[str, str]]:
    """Return people with consecutive insurance numbers."""
    return [{**PERSON, "si_no": f"01{number:08d}", **more} for number in range(1, count + 1)]
