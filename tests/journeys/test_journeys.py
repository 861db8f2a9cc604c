"""What people do all day, in a real browser: nothing breaks, everything is reachable, WCAG 2.2 AA holds."""

import re

import pytest
from playwright.sync_api import Browser, expect

from ansinh.demo.people import PASSWORD
from tests.journeys.conftest import sign_in, violations

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_leader_opens_a_figure_down_to_its_rows(server: str, browser: Browser, *, phone: bool) -> None:
    page = sign_in(browser, server, "lanhdao", PASSWORD, phone=phone)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kế hoạch triển khai Đề án 06")
    assert page.locator("tr[class^=state-]").count() == 27
    assert violations(page) == []
    page.locator(".headline a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("đã xác minh")
    assert violations(page) == []
    page.get_by_role("link", name="Thành phố Hà Nội").last.click()
    expect(page).to_have_url(re.compile(r"tinh=01"))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_secretary_records_a_document_and_the_state_follows(server: str, browser: Browser) -> None:
    page = sign_in(browser, server, "thuky", PASSWORD)
    page.get_by_role("link", name="Quy chế dữ liệu tập trung").click()
    expect(page.locator(".badge").first).to_have_text("Sắp đến hạn")
    page.get_by_label("Số, ký hiệu").fill("1001/QĐ-BHXH")
    page.get_by_label("Trích yếu").fill("Quy chế dữ liệu")
    page.get_by_label("Ngày ban hành").fill("2024-06-27")
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.locator(".badge").first).to_have_text("Hoàn thành")
    assert violations(page) == []


def test_a_steward_reviews_with_the_keyboard_only(server: str, browser: Browser) -> None:
    page = sign_in(browser, server, "hanoi", PASSWORD)
    page.goto(f"{server}/xac-minh/cho-xet/")
    assert violations(page) == []
    page.locator("main table a").first.click()
    first = page.url
    assert violations(page) == []
    page.keyboard.press("2")
    page.wait_for_url(lambda url: url != first)
    assert violations(page) == []


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_a_number_of_the_dashboard_opens_as_many_people(server: str, browser: Browser, *, phone: bool) -> None:
    page = sign_in(browser, server, "phutrach", PASSWORD, phone=phone)
    page.goto(f"{server}/xac-minh/bang/")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    bar = page.locator(".reasons a").first
    many = bar.locator(".many").inner_text()
    bar.click()
    expect(page.get_by_role("main")).to_contain_text(many)
    assert violations(page) == []
    page.goto(f"{server}/xac-minh/cong-an/")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_lead_approves_a_merge_that_another_officer_proposed(server: str, browser: Browser) -> None:
    page = sign_in(browser, server, "phutrach", PASSWORD)
    page.goto(f"{server}/xac-minh/trung/?trang-thai=MINE")
    assert violations(page) == []
    page.locator("main table a").first.click()
    assert violations(page) == []
    page.get_by_role("button", name="Phê duyệt").click()
    expect(page.get_by_role("main")).to_contain_text("Đã gộp")
    assert violations(page) == []


def test_another_provinces_case_does_not_exist(server: str, browser: Browser) -> None:
    hanoi = sign_in(browser, server, "hanoi", PASSWORD)
    hanoi.goto(f"{server}/xac-minh/cho-xet/")
    href = hanoi.locator("main table a").first.get_attribute("href")
    danang = sign_in(browser, server, "danang", PASSWORD)
    answer = danang.goto(f"{server}{href}")
    assert answer is not None
    assert answer.status == 404
    expect(danang.get_by_role("alert")).to_contain_text("Không tìm thấy")


@pytest.mark.parametrize("username", ["phutrach", "kysu", "taikhoan"])
def test_everybodys_first_page_is_accessible(server: str, browser: Browser, username: str) -> None:
    page = sign_in(browser, server, username, PASSWORD)
    assert violations(page) == []
    for link in page.locator("nav .menu a").all():
        href = link.get_attribute("href")
        window = page.context.new_page()
        answer = window.goto(f"{server}{href}")
        assert answer is not None
        assert answer.status == 200, href
        assert violations(window) == [], href
        window.close()


def test_a_visitor_with_a_wrong_password_is_told_kindly(server: str, browser: Browser) -> None:
    page = sign_in(browser, server, "lanhdao", "sai-mat-khau")
    expect(page.locator(".errorlist, [role=alert]").first).to_be_visible()
    assert violations(page) == []


def test_the_cockpit_prints_on_one_sheet_of_a4(server: str, browser: Browser) -> None:
    page = sign_in(browser, server, "lanhdao", PASSWORD)
    document = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", document)) == 1


def test_ten_cases_are_decided_by_keys_alone_and_one_is_taken_back(server: str, browser: Browser) -> None:
    page = sign_in(browser, server, "phutrach", PASSWORD)
    page.goto(f"{server}/xac-minh/cho-xet/")
    page.keyboard.press("j")
    for number in range(10):
        expect(page.locator(".verdict .answers")).to_be_visible()
        assert violations(page) == []
        here = page.url.split("?")[0]
        page.keyboard.press("g")
        if number == 0:
            page.keyboard.type("Cần giấy khai sinh")
        page.keyboard.press("Escape")
        page.keyboard.press("3")
        expect(page).not_to_have_url(re.compile(re.escape(here)))
        expect(page.locator("#live")).to_contain_text("Đã ghi")
    page.keyboard.press("u")
    expect(page.locator(".note.success")).to_contain_text("Đã rút lại quyết định")
    expect(page.locator(".verdict .answers")).to_be_visible()


def test_a_lead_judges_the_machine_and_reads_its_error_rate(server: str, browser: Browser) -> None:
    page = sign_in(browser, server, "phutrach", PASSWORD)
    page.goto(f"{server}/xac-minh/chat-luong/")
    assert violations(page) == []
    page.get_by_role("link", name=re.compile("Xét mẫu")).click()
    assert violations(page) == []
    here = page.url
    page.keyboard.press("1")
    page.wait_for_url(lambda url: url.split("?")[0] != here)
    expect(page.locator("#live")).to_contain_text("Đã ghi")
    page.keyboard.press("u")
    expect(page.locator(".note")).to_contain_text("Đã rút lại")


@pytest.mark.parametrize("username", ["phutrach", "hanoi", "lanhdao"])
def test_quality_fits_a_phone(server: str, browser: Browser, username: str) -> None:
    page = sign_in(browser, server, username, PASSWORD, phone=True)
    page.goto(f"{server}/xac-minh/chat-luong/")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("phone", [False, True])
def test_a_steward_follows_a_mismatch_to_the_agency_and_to_letters(
    server: str, browser: Browser, *, phone: bool
) -> None:
    page = sign_in(browser, server, "hanoi", PASSWORD, phone=phone)
    for address in ("ho-so/", "thong-bao/"):
        page.goto(f"{server}/xac-minh/{address}")
        assert violations(page) == [], address
        page.locator("main table a").first.click()
        page.wait_for_load_state()
        assert violations(page) == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    page.goto(f"{server}/xac-minh/ho-so/")
    page.locator("main table a").first.click()
    page.get_by_role("link", name="tình trạng định danh của người này").click()
    expect(page.get_by_role("heading", name="Hồ sơ phối hợp với cơ quan căn cước")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_an_officer_looks_somebody_up_with_the_keyboard_only(server: str, browser: Browser, *, phone: bool) -> None:
    page = sign_in(browser, server, "hanoi", PASSWORD, phone=phone)
    page.goto(f"{server}/xac-minh/nguoi/?loai=da")
    row = page.locator("main tbody tr").first
    name, birth = row.locator("th").inner_text(), row.locator("td").nth(1).inner_text()
    page.goto(f"{server}/xac-minh/tra/")
    assert violations(page) == []
    page.get_by_label("Họ và tên").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(birth)
    page.keyboard.press("Enter")
    expect(page.locator(".errorlist")).to_contain_text("Hãy chọn mục đích")
    assert violations(page) == []
    page.get_by_label("Tra để làm gì").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("HS-2024-000123")
    page.keyboard.press("Enter")
    expect(page.locator(".found article").first).to_be_visible()
    expect(page.locator("#outcome")).to_be_focused()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.keyboard.press("m")
    expect(page.get_by_label("Họ và tên")).to_have_value("")
