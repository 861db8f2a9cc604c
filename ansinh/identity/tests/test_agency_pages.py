"""Pages of one person, of cases with the identity agency, of notices: what they show, to whom, and their steps."""

import csv
import io
from collections.abc import Mapping
from types import MappingProxyType

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity import actions
from ansinh.identity.models import IdentityCase, Notice, Verification
from ansinh.identity.tests.conftest import World, citizen, decided, end, insured
from ansinh.identity.tests.test_pages import page, sign_in
from ansinh.offices.models import Account
from ansinh.registry.models import Person
from tests.cast import HANOI_CODE, NOW

NONE: Mapping[str, str] = MappingProxyType({})
STEPS = ("hoi", "gui", "tiep-nhan", "tra-loi", "dieu-chinh", "buoc", "ly-do")
WORK = {"scheme": "SI_COMPULSORY", "from_date": "01/01/2020", "employer_code": "DV1", "employer_name": "Công ty A"}
pytestmark = pytest.mark.usefixtures("june_2024")


def mismatched(world: World, count: int = 1, *, first: int = 1, facts: Mapping[str, str] = NONE) -> list[Verification]:
    """Confirm some people of Hà Nội whose names lack their marks."""
    numbers = range(first, first + count)
    people = world.register(*[insured(number, full_name="Nguyen Thi An", **facts) for number in numbers])
    run = world.run(world.extract(*[citizen(number) for number in numbers]))
    rows = [decided(one, "CORRECTED", number, name="UNMARKED") for number, one in zip(numbers, people, strict=True)]
    made = world.decide(run, *rows)
    end(run)
    return made


def post(account: Account, url: str, **data: str) -> str:
    """Send a form as somebody; return what the page that follows says."""
    answer = sign_in(account).post(url, data, follow=True)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def queries(client: Client, url: str) -> int:
    """Count the questions a page asks the database."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_the_overview_counts_people_by_standing(world: World) -> None:
    mismatched(world, 2)
    world.register(insured(7, id_no=""))
    text = page(world.cast.hoa, "/xac-minh/")
    assert "Sai thông tin</dt><dd>2</dd>" in text
    assert "Chưa kê khai</dt><dd>1</dd>" in text
    assert "Sai thông tin" not in page(world.cast.quan, "/xac-minh/")


def test_the_list_of_people_tells_where_each_stands_and_leads_on(world: World) -> None:
    (row,) = mismatched(world)
    text = page(world.cast.hoa, "/xac-minh/nguoi/", loai="da")
    assert "Sai thông tin" in text
    assert f"/xac-minh/nguoi/{row.person_id}/" in text


def test_a_persons_page_tells_everything_and_leaves_a_trace(world: World) -> None:
    (row,) = mismatched(world)
    actions.open_identity_case(verification=row, ground="", actor=SYSTEM, at=NOW)
    text = page(world.cast.hoa, f"/xac-minh/nguoi/{row.person_id}/")
    for word in ("Sai thông tin", "họ và tên", "Đã xác minh", "Kê khai", "tên không dấu", "Họ tên thiếu dấu", "Mới mở"):
        assert word in text
    assert "Nguyễn Thị An" not in text
    assert AuditEntry.objects.get(event="identity.person_seen").subject == f"person:{row.person_id}"


def test_a_leader_sees_a_person_but_no_buttons(world: World) -> None:
    (row,) = mismatched(world)
    text = page(world.cast.thu, f"/xac-minh/nguoi/{row.person_id}/")
    assert "Mở hồ sơ phối hợp" not in text
    assert "Soạn thư" not in text


def test_a_clerk_takes_a_case_from_opening_to_its_end(world: World) -> None:
    (row,) = mismatched(world)
    hoa = world.cast.hoa
    text = post(hoa, f"/xac-minh/ho-so/mo/{row.pk}/", document="Giấy khai sinh 05/2001")
    case = IdentityCase.objects.get()
    url = f"/xac-minh/ho-so/{case.pk}/"
    assert "Giấy khai sinh 05/2001" in text
    assert "Gửi cơ quan quản lý căn cước" in text
    assert "Hãy ghi số" in post(hoa, f"{url}gui/", document="")
    post(hoa, f"{url}gui/", document="215/BHXH-TST")
    letter = page(hoa, f"{url}cong-van/")
    assert "215/BHXH-TST" in letter
    assert "Nguyễn Thị An" in letter
    assert "Cao Bằng" not in letter
    post(hoa, f"{url}tiep-nhan/", accepted="co", reference="88")
    post(hoa, f"{url}tra-loi/", answer="OURS", document="12/CA", document_date="2024-06-28")
    post(hoa, f"{url}dieu-chinh/", document="12/CA", name="Nguyễn Thị An")
    text = post(hoa, f"{url}buoc/", step="close")
    assert "Đã kết thúc" in text
    assert "đã xoá khi kết thúc" in text
    assert Person.objects.get().full_name == "Nguyễn Thị An"
    assert "Đã cập nhật" in page(hoa, f"/xac-minh/nguoi/{row.person_id}/")


def test_a_wrong_date_is_told_on_the_case(world: World) -> None:
    (row,) = mismatched(world)
    case = actions.open_identity_case(verification=row, ground="", actor=SYSTEM, at=NOW)
    actions.ask_agency(case=case, document="1", actor=SYSTEM, at=NOW)
    url = f"/xac-minh/ho-so/{case.pk}/tra-loi/"
    assert "ngày văn bản" in post(world.cast.hoa, url, answer="OURS", document="2", document_date="31/02/2024")
    assert "không thể sau hôm nay" in post(world.cast.hoa, url, answer="OURS", document="2", document_date="01/07/2024")


def test_a_double_click_is_told_gently_and_does_nothing_twice(world: World) -> None:
    (row,) = mismatched(world)
    hoa = world.cast.hoa
    post(hoa, f"/xac-minh/ho-so/mo/{row.pk}/")
    assert "đang có một hồ sơ" in post(hoa, f"/xac-minh/ho-so/mo/{row.pk}/")
    case = IdentityCase.objects.get()
    post(hoa, f"/xac-minh/ho-so/{case.pk}/hoi/")
    assert "vừa chuyển sang bước khác" in post(hoa, f"/xac-minh/ho-so/{case.pk}/hoi/")
    assert Notice.objects.count() == 2


def test_reasons_are_changed_on_the_page(world: World) -> None:
    (row,) = mismatched(world)
    case = actions.open_identity_case(verification=row, ground="", actor=SYSTEM, at=NOW)
    url = f"/xac-minh/ho-so/{case.pk}/ly-do/"
    assert "Người khác ghi hộ" in post(
        world.cast.hoa, url, reasons="OTHER", wrong_side="THEIRS", ground="Người khác ghi hộ"
    )
    assert "ít nhất một lý do" in post(world.cast.hoa, url, wrong_side="THEIRS")


def test_the_list_shows_what_is_late_and_is_narrowed_by_state(world: World) -> None:
    first, _ = mismatched(world, 2)
    text = post(world.cast.hoa, f"/xac-minh/ho-so/mo/?tinh={HANOI_CODE}")
    assert "Đã mở 2 hồ sơ" in text
    assert "còn 5 ngày làm việc" in text
    IdentityCase.objects.filter(verification=first).update(due_date=NOW.date().replace(day=20))
    text = page(world.cast.hoa, "/xac-minh/ho-so/")
    assert "1 hồ sơ quá hạn" in text
    assert text.index("Quá hạn") < text.index("còn 5 ngày làm việc")
    assert "Không có hồ sơ nào" in page(world.cast.hoa, "/xac-minh/ho-so/", **{"trang-thai": "gui"})


def test_letters_are_drafted_printed_in_a_stack_and_posted(world: World) -> None:
    mismatched(world, 3)
    hoa = world.cast.hoa
    assert "Đã soạn 3 thông báo về 3 người" in post(hoa, "/xac-minh/thong-bao/soan/", to="people")
    assert "Không có ai cần thông báo mới" in post(hoa, "/xac-minh/thong-bao/soan/", to="people")
    text = page(hoa, "/xac-minh/thong-bao/in/")
    assert text.count('<article class="sheet">') == 3
    assert "Nguyễn Thị An" not in text
    keys = [str(key) for key in Notice.objects.values_list("pk", flat=True)]
    answer = sign_in(hoa).post("/xac-minh/thong-bao/gui/", {"notice": keys[:2]}, follow=True)
    assert "Đã ghi nhận gửi 2 thông báo" in answer.content.decode()
    assert Notice.objects.filter(state="SENT").count() == 2


def test_a_single_notice_is_drafted_sent_and_answered_on_its_page(world: World) -> None:
    (row,) = mismatched(world)
    hoa = world.cast.hoa
    assert "Nguyen Thi An" in post(hoa, f"/xac-minh/thong-bao/soan/{row.person_id}/", channel="LETTER")
    url = f"/xac-minh/thong-bao/{Notice.objects.get().pk}/buoc/"
    assert "đang có một thông báo" in post(hoa, f"/xac-minh/thong-bao/soan/{row.person_id}/", channel="LETTER")
    assert "Đã gửi" in post(hoa, url, step="send")
    assert "Đã nộp căn cước" in post(hoa, url, step="answer", note="Đã nộp căn cước")


def test_an_employers_table_is_safe_to_open_in_a_spreadsheet(world: World) -> None:
    mismatched(world, facts=WORK)
    actions.draft_notices(area=None, to_employers=True, actor=SYSTEM, at=NOW)
    Notice.objects.get().items.update(ours="=HYPERLINK(1)")
    answer = sign_in(world.cast.hoa).get(f"/xac-minh/thong-bao/{Notice.objects.get().pk}/danh-sach.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a stream
    head, row = csv.reader(io.StringIO(text))
    assert head[0] == "Mã số BHXH"
    assert row[4] == "'=HYPERLINK(1)"
    assert "Công ty A" in page(world.cast.hoa, f"/xac-minh/thong-bao/{Notice.objects.get().pk}/")


def test_another_provinces_pages_do_not_exist(world: World) -> None:
    (row,) = mismatched(world)
    case = actions.open_identity_case(verification=row, ground="", actor=SYSTEM, at=NOW)
    actions.ask_person(case=case, actor=SYSTEM, at=NOW)
    notice = Notice.objects.latest("pk")
    client = sign_in(world.cast.quan)
    for url in (
        f"/xac-minh/nguoi/{row.person_id}/",
        f"/xac-minh/ho-so/{case.pk}/",
        f"/xac-minh/ho-so/{case.pk}/cong-van/",
        f"/xac-minh/thong-bao/{notice.pk}/",
        f"/xac-minh/thong-bao/{notice.pk}/danh-sach.csv",
    ):
        assert client.get(url).status_code == 404, url
    for url in (
        f"/xac-minh/ho-so/mo/{row.pk}/",
        f"/xac-minh/thong-bao/soan/{row.person_id}/",
        f"/xac-minh/thong-bao/{notice.pk}/buoc/",
        *(f"/xac-minh/ho-so/{case.pk}/{step}/" for step in STEPS),
    ):
        assert client.post(url, {"step": "send", "note": "x"}).status_code == 404, url
    assert client.post("/xac-minh/thong-bao/gui/", {"notice": [notice.pk]}).status_code == 404
    assert not AuditEntry.objects.filter(event__in=["identity.person_seen", "identity.case_seen"]).exists()


def test_pages_ask_the_database_no_more_often_with_more_rows(world: World) -> None:
    mismatched(world, 1)
    client = sign_in(world.cast.hoa)
    hoa = world.actor(world.cast.hoa)
    actions.open_identity_cases(area=None, actor=hoa, at=NOW)
    actions.draft_notices(area=None, to_employers=False, actor=hoa, at=NOW)
    person = Person.objects.get()
    urls = ["/xac-minh/ho-so/", "/xac-minh/thong-bao/", "/xac-minh/thong-bao/in/", "/xac-minh/nguoi/?loai=da"]
    before = [queries(client, url) for url in urls]
    assert queries(client, f"/xac-minh/nguoi/{person.pk}/") <= 30
    assert queries(client, f"/xac-minh/ho-so/{IdentityCase.objects.get().pk}/") <= 30
    mismatched(world, 12, first=2)
    actions.open_identity_cases(area=None, actor=hoa, at=NOW)
    actions.draft_notices(area=None, to_employers=False, actor=hoa, at=NOW)
    assert [queries(client, url) for url in urls] == before
    assert max(before) <= 30
