"""The pages: what they show, to whom, and that they cost no more with more rows."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ansinh.core import work
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import decide_review
from ansinh.identity.models import Review, Verification, VerificationRun
from ansinh.identity.tests.conftest import DA_NANG, LATER, World, citizen, decided, drain, end, insured
from ansinh.offices.models import Account
from tests.cast import DA_NANG_CODE, HANOI_CODE, NOW

pytestmark = pytest.mark.usefixtures("june_2024")


def page(account: Account, url: str, **query: str | int) -> str:
    """Open a page as somebody; return what it says."""
    answer = sign_in(account).get(url, query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def sign_in(account: Account) -> Client:
    """Open a browser with somebody signed in."""
    client = Client()
    client.force_login(account)
    return client


def doubts(world: World, count: int, *, first: int = 1, province: str = "") -> list[Verification]:
    """Leave several doubtful cases waiting, the most probable first."""
    facts = {"res_province": province} if province else {}
    numbers = range(first, first + count)
    people = world.register(*[insured(number, full_name=f"Lê Thị {chr(64 + number)}", **facts) for number in numbers])
    run = world.run(world.extract(*[citizen(number) for number in numbers]))
    rows = [
        decided(person, citizen=number, probability=1 - number / 100, name="DIFFERENT")
        for number, person in zip(numbers, people, strict=True)
    ]
    made = world.decide(run, *rows)
    end(run)
    return made


def test_the_overview_tells_how_far_and_what_is_left(world: World) -> None:
    people = world.register(insured(1), insured(2), insured(3))
    run = world.run(world.extract(citizen(1), citizen(2)))
    world.decide(run, decided(people[0], "VERIFIED", 1), decided(people[1], "REVIEW", 2))
    end(run)
    text = page(world.cast.hoa, "/xac-minh/")
    assert "33,33 %" in text
    assert "1 trong 3 người đang sống" in text
    assert reverse("identity-next") in text
    assert "chưa có người phê duyệt" in text or "phê duyệt" in text


def test_the_overview_of_an_empty_register_says_what_to_do(world: World) -> None:
    assert "Hãy nhập dữ liệu trước" in page(world.cast.hoa, "/xac-minh/")


def test_a_run_is_asked_for_followed_and_its_outcome_read(world: World) -> None:
    world.register(*[insured(number) for number in range(1, 4)])
    extract = world.extract(*[citizen(number) for number in range(1, 4)])
    client = sign_in(world.cast.hoa)
    answer = client.post("/xac-minh/dot/", {"area": HANOI_CODE, "extract": extract.pk})
    run = VerificationRun.objects.get()
    assert answer.headers["Location"] == reverse("identity-run", args=[run.pk])
    assert "Đang chờ đến lượt" in client.get(f"/xac-minh/dot/{run.pk}/tien-do/").content.decode()
    assert "HX-Refresh" not in client.get("/xac-minh/dot/dang-chay/", {"dang-chay": 1}).headers
    drain("identity.run", at=LATER)
    assert client.get("/xac-minh/dot/dang-chay/", {"dang-chay": 1}).headers["HX-Refresh"] == "true"
    assert client.get(f"/xac-minh/dot/{run.pk}/tien-do/").headers["HX-Refresh"] == "true"
    text = page(world.cast.hoa, f"/xac-minh/dot/{run.pk}/")
    assert "Đã xong" in text
    assert "Trùng số định danh; trùng họ tên và ngày sinh" in text
    report = client.get(f"/xac-minh/dot/{run.pk}/bao-cao/")
    assert "Báo cáo đối khớp" in b"".join(report.streaming_content).decode()  # type: ignore[attr-defined]  # a file
    assert "sandbox" in report.headers["Content-Security-Policy"]


def test_a_waiting_run_is_cancelled_from_its_page(world: World) -> None:
    world.register(insured(1))
    run = world.run(world.extract(citizen(1)))
    client = sign_in(world.cast.binh)
    client.post(f"/xac-minh/dot/{run.pk}/dung/")
    assert "Đã huỷ" in client.get(f"/xac-minh/dot/{run.pk}/").content.decode()
    assert client.get(f"/xac-minh/dot/{run.pk}/bao-cao/").status_code == 404


def test_an_area_that_is_not_mine_cannot_be_chosen(world: World) -> None:
    world.register(insured(1))
    extract = world.extract(citizen(1))
    answer = sign_in(world.cast.hoa).post("/xac-minh/dot/", {"area": DA_NANG_CODE, "extract": extract.pk})
    assert answer.status_code == 422
    assert not VerificationRun.objects.exists()


def test_the_queue_lists_the_cases_of_my_areas_the_most_probable_first(world: World) -> None:
    doubts(world, 2)
    doubts(world, 1, first=3, province=DA_NANG)
    text = page(world.cast.hoa, "/xac-minh/cho-xet/")
    assert text.index("Lê Thị A") < text.index("Lê Thị B")
    assert "Lê Thị C" not in text
    assert "khác họ tên" in text
    assert "Lê Thị C" in page(world.cast.binh, "/xac-minh/cho-xet/", tinh=DA_NANG_CODE)


def test_the_queue_is_filtered_by_kind_of_difference(world: World) -> None:
    doubts(world, 1)
    assert "Lê Thị A" in page(world.cast.hoa, "/xac-minh/cho-xet/", loai="ho-ten")
    assert "khớp với bộ lọc này" in page(world.cast.hoa, "/xac-minh/cho-xet/", loai="ngay-sinh")


def test_an_empty_queue_says_what_that_means(world: World) -> None:
    assert "đã được cán bộ xét xong" in page(world.cast.hoa, "/xac-minh/cho-xet/")


def test_another_provinces_filter_does_not_exist(world: World) -> None:
    answer = sign_in(world.cast.hoa).get("/xac-minh/cho-xet/", {"tinh": DA_NANG_CODE})
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["", "quyet-dinh/", "hoan-tac/"])
def test_another_provinces_case_does_not_exist(world: World, path: str) -> None:
    (case,) = doubts(world, 1)
    client, url = sign_in(world.cast.quan), f"/xac-minh/cho-xet/{case.pk}/{path}"
    answer = client.post(url, {"verdict": "SAME"}) if path else client.get(url)
    assert answer.status_code == 404
    case.refresh_from_db()
    assert case.state == Verification.State.WAITING
    assert not AuditEntry.objects.filter(event="identity.candidate_seen").exists()


def test_a_clerk_works_through_the_queue_without_a_script(world: World) -> None:
    first, second = doubts(world, 2)
    client = sign_in(world.cast.hoa)
    opened = client.get("/xac-minh/cho-xet/tiep/", {"loai": "ho-ten"})
    assert opened.headers["Location"] == f"/xac-minh/cho-xet/{first.pk}/?loai=ho-ten&luot=1"
    decided_one = client.post(f"/xac-minh/cho-xet/{first.pk}/quyet-dinh/?loai=ho-ten", {"verdict": "SAME"})
    onwards = decided_one.headers["Location"]
    assert onwards == f"/xac-minh/cho-xet/{second.pk}/?loai=ho-ten&truoc={first.pk}&luot=1"
    text = client.get(onwards).content.decode()
    assert "Vừa ghi" in text
    assert f"/xac-minh/cho-xet/{first.pk}/hoan-tac/?loai=ho-ten" in text
    last = client.post(f"/xac-minh/cho-xet/{second.pk}/quyet-dinh/?loai=ho-ten", {"verdict": "ASK", "reason": "x"})
    assert last.headers["Location"] == "/xac-minh/cho-xet/?loai=ho-ten"
    undone = client.post(f"/xac-minh/cho-xet/{first.pk}/hoan-tac/")
    assert undone.headers["Location"] == f"/xac-minh/cho-xet/{first.pk}/"
    assert "Cùng một người" in client.get(undone.headers["Location"]).content.decode()


def test_leaving_a_case_for_later_goes_on_and_round(world: World) -> None:
    first, second = doubts(world, 2)
    client = sign_in(world.cast.hoa)
    onwards = client.get("/xac-minh/cho-xet/tiep/", {"sau": first.pk}).headers["Location"]
    assert onwards == f"/xac-minh/cho-xet/{second.pk}/?luot=1"
    assert client.get("/xac-minh/cho-xet/tiep/", {"sau": second.pk}).headers["Location"] == (
        f"/xac-minh/cho-xet/{first.pk}/?luot=1"
    )


def test_the_slower_of_two_clerks_is_told_and_taken_on(world: World) -> None:
    first, second = doubts(world, 2)
    decide_review(verification=first, verdict=Review.Verdict.DIFFERENT, reason="", actor=SYSTEM, at=NOW)
    answer = sign_in(world.cast.hoa).post(f"/xac-minh/cho-xet/{first.pk}/quyet-dinh/", {"verdict": "SAME"}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/xac-minh/cho-xet/{second.pk}/?luot=1"
    assert "vừa được người khác quyết định" in answer.content.decode()


def test_a_refusal_is_told_on_the_case_itself(world: World) -> None:
    case = world.doubt(died_on="2022-08-25")
    client = sign_in(world.cast.hoa)
    answer = client.post(f"/xac-minh/cho-xet/{case.pk}/quyet-dinh/", {"verdict": "SAME"}, follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"/xac-minh/cho-xet/{case.pk}/"
    assert "xác nhận với gia đình và cơ quan quản lý căn cước" in text
    assert 'value="SAME"' not in text


def test_an_answer_that_is_none_of_the_three_is_refused(world: World) -> None:
    (case,) = doubts(world, 1)
    answer = sign_in(world.cast.hoa).post(f"/xac-minh/cho-xet/{case.pk}/quyet-dinh/", {"verdict": "MAYBE"})
    assert answer.status_code == 422


def test_the_case_marks_the_letters_that_differ(world: World) -> None:
    case = world.doubt(full_name="Nguyễn Thị Ân")
    text = page(world.cast.hoa, f"/xac-minh/cho-xet/{case.pk}/")
    assert "Nguyễn Thị <mark>A</mark>n" in text
    assert "Nguyễn Thị <mark>Â</mark>n" in text


def test_the_rows_behind_the_figure_open_from_a_province(world: World) -> None:
    world.register(insured(1, full_name="Lê Thị Hạnh"))
    assert "Lê Thị Hạnh" in page(world.cast.thu, "/xac-minh/nguoi/", tinh=HANOI_CODE, loai="chua")
    assert "đang trống" in page(world.cast.thu, "/xac-minh/nguoi/", tinh=HANOI_CODE, loai="da")


def test_who_may_not_see_people_is_told_so_in_place_of_names(world: World) -> None:
    world.register(insured(1, full_name="Lê Thị Hạnh"))
    text = page(world.cast.minh, "/xac-minh/nguoi/")
    assert "Lê Thị Hạnh" not in text
    assert "xem dữ liệu người tham gia" in text


def test_the_list_of_those_left_comes_as_a_table_a_spreadsheet_opens(world: World) -> None:
    world.register(insured(1, full_name="Lê Thị Hạnh", res_commune="=HYPERLINK(1)"))
    answer = sign_in(world.cast.hoa).get("/xac-minh/nguoi/tai-ve/", {"tinh": HANOI_CODE})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # a stream
    assert text.startswith("\ufeff")
    heading, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert heading[0] == "Mã số BHXH"
    assert row[1] == "Lê Thị Hạnh"
    assert row[5] == "'=HYPERLINK(1)"
    assert "chua-xac-minh-01-20240628.csv" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("url", ["/xac-minh/", "/xac-minh/cho-xet/", "/xac-minh/nguoi/?loai=chua"])
def test_a_page_costs_no_more_with_more_rows(world: World, url: str) -> None:
    client = sign_in(world.cast.binh)
    doubts(world, 1)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    doubts(world, 9, first=2)
    doubts(world, 3, first=20, province=DA_NANG)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)
    assert len(few) <= 26  # thirteen of them count anew what was touched a moment ago


def test_a_case_costs_no_more_with_a_longer_history(world: World) -> None:
    (case,) = doubts(world, 1)
    client = sign_in(world.cast.hoa)
    url = f"/xac-minh/cho-xet/{case.pk}/"
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(3):
        client.post(f"{url}quyet-dinh/", {"verdict": "ASK"})
        client.post(f"{url}hoan-tac/")
    client.get(url)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)


def test_the_queue_of_runs_is_known_to_the_worker() -> None:
    assert work.QUEUES["identity.run"].model is VerificationRun
