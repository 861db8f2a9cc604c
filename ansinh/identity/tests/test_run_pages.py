"""Putting a run together, following it, letting it go on."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from ansinh.core import clock, work
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import cancel_run, delete_extract
from ansinh.identity.models import VerificationRun
from ansinh.identity.tests.conftest import DA_NANG, World, citizen, insured
from ansinh.offices import intake
from ansinh.offices.actions import load_reference
from ansinh.offices.models import Account
from tests.cast import HANOI_CODE, NOW

pytestmark = pytest.mark.usefixtures("june_2024")
NEW = "/xac-minh/dot/moi/"


def browser(account: Account) -> Client:
    """Open a browser with somebody signed in."""
    client = Client()
    client.force_login(account)
    return client


def page(account: Account, url: str, **query: str | int) -> str:
    """Open a page as somebody; return what it says."""
    answer = browser(account).get(url, query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def connected(settings: Settings) -> None:
    """Set a service up, at an address where nobody answers."""
    settings.POPULATION_URL, settings.POPULATION_RATE = "http://127.0.0.1:9/dan-cu", "2"


def test_it_counts_before_anything_starts(world: World) -> None:
    world.register(insured(1), insured(2), insured(3, res_province=DA_NANG))
    extract = world.extract(citizen(1))
    text = page(world.cast.hoa, NEW, area=HANOI_CODE, extract=extract.pk)
    assert ">2 <span" in text
    assert "giữ, niêm phong, đến 25/12/2024" in text
    assert not VerificationRun.objects.exists()


def test_a_group_is_counted_and_started_alone(world: World) -> None:
    child = {"scheme": "HI_CHILD", "from_date": "01/01/2024"}
    world.register(insured(1, **child), insured(2, scheme="PENSIONER", from_date="01/01/2020"), insured(3))
    extract = world.extract(citizen(1))
    chosen: dict[str, str | int] = {"area": HANOI_CODE, "scheme": "HI_CHILD", "extract": extract.pk}
    assert ">1 <span" in page(world.cast.hoa, NEW, **chosen)
    browser(world.cast.hoa).post("/xac-minh/dot/", chosen)
    run = VerificationRun.objects.get()
    assert (run.scheme, run.people) == ("HI_CHILD", 1)
    assert "BHYT trẻ em dưới 6 tuổi" in page(world.cast.hoa, f"/xac-minh/dot/{run.pk}/")


def load_hanoi() -> None:
    """Load districts and communes of Hà Nội."""
    data = intake.shipped()
    areas = [row for row in data.areas if row.level == "DISTRICT" and row.parent == ("PROVINCE", HANOI_CODE)]
    codes = {row.code for row in areas}
    communes = [row for row in data.areas if row.level == "COMMUNE" and row.parent and row.parent[1] in codes]
    load_reference(actor=SYSTEM, at=NOW, data=intake.Reference([*areas, *communes], [], []))


def test_a_district_is_counted_where_the_register_can_tell(world: World) -> None:
    load_hanoi()
    ba_dinh = {"res_district": "Quận Ba Đình", "res_commune": "Phường Phúc Xá"}
    world.register(insured(1, **ba_dinh), insured(2, res_district="Quận Hoàn Kiếm", res_commune="Phường Hàng Bạc"))
    extract = world.extract(citizen(1))
    text = page(world.cast.hoa, NEW, area=HANOI_CODE, within="001", extract=extract.pk)
    assert ">1 <span" in text
    assert "Quận Ba Đình, Thành phố Hà Nội" in text
    answer = browser(world.cast.hoa).post(
        "/xac-minh/dot/", {"area": HANOI_CODE, "within": "001", "extract": extract.pk}
    )
    assert answer.status_code == 302
    run = VerificationRun.objects.get()
    assert (run.people, run.place) == (1, "Quận Ba Đình, Thành phố Hà Nội")


def test_a_district_of_another_province_is_not_taken(world: World) -> None:
    load_hanoi()
    world.register(insured(1))
    extract = world.extract(citizen(1))
    answer = browser(world.cast.binh).post("/xac-minh/dot/", {"area": "48", "within": "001", "extract": extract.pk})
    assert answer.status_code == 422
    assert "Cả địa bàn" not in page(world.cast.binh, NEW, area="toan-quoc", within="001", extract=extract.pk)


def test_the_service_is_offered_with_its_pace_and_the_time_it_takes(world: World, settings: Settings) -> None:
    world.register(*[insured(number) for number in range(1, 8)], insured(8, id_no=""))
    assert "dich-vu" not in page(world.cast.hoa, NEW)
    connected(settings)
    text = page(world.cast.hoa, NEW, area=HANOI_CODE, extract="dich-vu")
    assert ">7 <span" in text
    assert "2 yêu cầu mỗi giây" in text
    assert "3 giây" in text
    browser(world.cast.hoa).post("/xac-minh/dot/", {"area": HANOI_CODE, "extract": "dich-vu"})
    run = VerificationRun.objects.get()
    assert (run.source, run.extract, run.unit, run.people) == ("SERVICE", None, "BHXH-01", 8)


def test_without_an_extract_and_a_service_it_says_what_to_do(world: World) -> None:
    assert "ansinh extract receive" in page(world.cast.hoa, NEW)


def test_a_deleted_extract_is_not_offered(world: World) -> None:
    extract = world.extract(citizen(1))
    delete_extract(extract=extract, actor=SYSTEM, at=NOW)
    assert "Chưa có gì để đối chiếu" in page(world.cast.hoa, NEW)


def test_an_open_run_in_the_way_is_named_instead_of_a_button(world: World) -> None:
    world.register(insured(1))
    run = world.run(world.extract(citizen(1)))
    text = page(world.cast.hoa, NEW, area=HANOI_CODE, extract=run.extract_id or 0)
    assert reverse("identity-run", args=[run.pk]) in text
    assert "Bắt đầu</button>" not in text


def working(run: VerificationRun, *, done: int, began: int, seconds: int) -> None:
    """Let a worker have told where it is: some seconds ago the step began, and went on from ``began``."""
    at = clock.now()
    claimed = work.claim(work.QUEUES["identity.run"], worker="a", at=at)
    assert claimed
    VerificationRun.objects.filter(pk=run.pk).update(
        step="Ghi kết quả",
        done=done,
        total=1000,
        step_began_at=at - timedelta(seconds=seconds),
        step_began_done=began,
        heartbeat_at=at,
    )


def test_rate_and_time_left_are_told_once_they_are_known(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    world.register(insured(1))
    run = world.run(world.extract(citizen(1)))
    working(run, done=0, began=0, seconds=1)
    assert "chưa biết" in page(world.cast.binh, f"/xac-minh/dot/{run.pk}/tien-do/")
    working_again = VerificationRun.objects.get(pk=run.pk)
    VerificationRun.objects.filter(pk=run.pk).update(
        done=600, step_began_done=200, step_began_at=NOW - timedelta(seconds=40)
    )
    text = page(world.cast.binh, f"/xac-minh/dot/{run.pk}/")
    assert working_again.is_open
    assert "<dd>10</dd>" in text
    assert "40 giây" in text
    assert 'aria-current="step">Ghi kết quả' in text


def test_a_worker_that_went_silent_is_told(world: World) -> None:
    world.register(insured(1))
    run = world.run(world.extract(citizen(1)))
    working(run, done=1, began=0, seconds=1)
    VerificationRun.objects.filter(pk=run.pk).update(heartbeat_at=clock.now() - work.LEASE - timedelta(seconds=9))
    assert "không báo nhịp" in page(world.cast.binh, f"/xac-minh/dot/{run.pk}/")


def test_a_stopped_run_is_resumed_from_its_page_once(world: World) -> None:
    world.register(insured(1))
    run = world.run(world.extract(citizen(1)))
    cancel_run(run=run, actor=SYSTEM, at=NOW)
    assert "Chạy tiếp" in page(world.cast.binh, f"/xac-minh/dot/{run.pk}/")
    assert "Chạy tiếp" not in page(world.cast.hoa, f"/xac-minh/dot/{run.pk}/")
    client = browser(world.cast.binh)
    assert client.post(f"/xac-minh/dot/{run.pk}/chay-tiep/").status_code == 302
    assert client.post(f"/xac-minh/dot/{run.pk}/chay-tiep/").status_code == 409
    assert "Đang chờ đến lượt" in page(world.cast.binh, f"/xac-minh/dot/{run.pk}/")


def test_another_provinces_run_is_not_there_to_resume(world: World) -> None:
    world.register(insured(1))
    extract = world.extract(citizen(1))
    browser(world.cast.hoa).post("/xac-minh/dot/", {"area": HANOI_CODE, "extract": extract.pk})
    run = VerificationRun.objects.get()
    cancel_run(run=run, actor=SYSTEM, at=NOW)
    assert browser(world.cast.quan).post(f"/xac-minh/dot/{run.pk}/chay-tiep/").status_code == 404


def test_a_case_without_its_extract_opens_and_says_why(world: World) -> None:
    case = world.doubt()
    assert case.run.extract
    delete_extract(extract=case.run.extract, actor=SYSTEM, at=NOW)
    text = page(world.cast.hoa, f"/xac-minh/cho-xet/{case.pk}/")
    assert "đã được xóa theo lịch ngày 28/06/2024" in text
    assert 'value="SAME"' not in text
    assert 'value="DIFFERENT"' in text
    assert Path(case.run.extract.file).name not in text
