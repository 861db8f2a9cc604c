"""The dashboard: every number opens to the people it counts."""

import html
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ansinh.core.forecast import Forecast
from ansinh.core.measures import Count
from ansinh.core.permissions import SYSTEM
from ansinh.identity import queries
from ansinh.identity.drawing.heat import heat
from ansinh.identity.drawing.outlook import BOTTOM, LEFT, RIGHT, TOP, outlook
from ansinh.identity.queries.board import cohort_label
from ansinh.identity.tests.conftest import DA_NANG, World, citizen, decided, drain, end, insured
from ansinh.offices.models import Account
from tests.cast import DA_NANG_CODE, DAY, HANOI_CODE, NOW, province

pytestmark = pytest.mark.usefixtures("june_2024")


@pytest.fixture
def country(world: World) -> World:
    """Seven people of two provinces: two verified, the others left for several reasons."""
    people = world.register(
        insured(1, scheme="SI_COMPULSORY", from_date="01/01/2020"),
        insured(2, scheme="SI_COMPULSORY", from_date="01/01/2020"),
        insured(3, dob="1950", scheme="PENSIONER", from_date="01/01/2020"),
        insured(4, dob=""),
        insured(5, scheme="HI_CHILD", dob="12/2019", from_date="01/01/2020"),
        insured(6, res_province=DA_NANG),
        insured(7, res_province=DA_NANG),
    )
    run = world.run(world.extract(*(citizen(number) for number in range(1, 8))))
    world.decide(
        run,
        decided(people[0], "VERIFIED", 1),
        decided(people[1], citizen=2, name="MARKS"),
        decided(people[2], citizen=3, dob="YEAR_ONLY"),
        decided(people[3], "NOT_FOUND", None),
        decided(people[5], "VERIFIED", 6),
    )
    end(run)
    return world


LINK = (
    r'href="(/xac-minh/nguoi/\?[^"]*loai=chua[^"]*)"[^>]*>'
    r'(?:<span class="what">[^<]*</span><span class="many">|<strong>)?([\d.]+)<'
)


def open_page(account: Account, url: str) -> str:
    """Open a page as somebody; return what it says."""
    client = Client()
    client.force_login(account)
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode()


def board(world: World, code: str | None = None) -> queries.Board:
    """Return the board of a province, or of the country."""
    return queries.board(province(code) if code else None, SYSTEM, on=DAY, at=NOW)


def test_the_board_adds_up_in_every_direction(country: World) -> None:
    found = board(country)
    assert found.verified == Count(2, 7)
    for rows in (found.provinces, found.schemes, found.cohorts):
        assert sum((row.verified for row in rows), Count()) == found.verified
    assert sum(bar.people for bar in found.reasons) == found.verified.rest
    assert sum((count for row in found.grid for _, _, count in row.cells), Count()) == found.verified
    assert found.trend[-1] == (DAY, found.verified)
    assert (found.fresh_at, found.waiting) == (NOW, 0)


def test_a_province_has_its_own_board(country: World) -> None:
    found = board(country, DA_NANG_CODE)
    assert (found.verified, [bar.code for bar in found.reasons]) == (Count(1, 2), ["NEVER"])
    assert found.trend[-1][1] == Count(1, 2)


def test_every_number_opens_to_as_many_people(country: World) -> None:
    text = html.unescape(open_page(country.cast.binh, "/xac-minh/bang/"))
    links = re.findall(LINK, text)
    assert len(links) > 12
    for url, number in links:
        shown = open_page(country.cast.binh, url)
        assert shown.count('<th scope="row">') == int(number), url


def test_cells_of_the_grid_open_to_their_people(country: World) -> None:
    text = html.unescape(open_page(country.cast.binh, "/xac-minh/bang/?tinh=01"))
    cells = re.findall(r'href="(/xac-minh/nguoi/[^"]*lua=[^"]*)" title="[^"]*: còn (\d+) trong', text)
    assert len(cells) == 4
    for url, number in cells:
        assert open_page(country.cast.binh, url).count('<th scope="row">') == int(number), url


def test_the_filter_goes_on_with_the_list_and_the_table(country: World) -> None:
    text = html.unescape(open_page(country.cast.hoa, "/xac-minh/nguoi/?loai=chua&ly-do=NAME&nhom=SI_COMPULSORY"))
    assert "Chờ xét: họ tên lệch" in text
    assert "/xac-minh/nguoi/tai-ve/?loai=chua&nhom=SI_COMPULSORY&ly-do=NAME&" in text
    client = Client()
    client.force_login(country.cast.hoa)
    table = client.get("/xac-minh/nguoi/tai-ve/?ly-do=NAME")
    assert table.getvalue().decode().count("0100000") == 1


@pytest.mark.parametrize("query", ["ly-do=KHONG", "nhom=KHONG", "lua=xyz", "ly-do=%00", "sau=-1"])
def test_unknown_filters_show_nobody_and_break_nothing(country: World, query: str) -> None:
    client = Client()
    client.force_login(country.cast.binh)
    assert client.get(f"/xac-minh/nguoi/?loai=chua&{query}").status_code == 200


def test_another_provinces_board_is_not_there(country: World) -> None:
    client = Client()
    client.force_login(country.cast.quan)
    assert client.get(f"/xac-minh/bang/?tinh={HANOI_CODE}").status_code == 404
    assert "1 trong 2 người" in client.get("/xac-minh/bang/").content.decode()


def test_who_may_not_see_people_sees_numbers_only(country: World) -> None:
    assert "Danh sách gửi công an xã" not in open_page(country.cast.minh, "/xac-minh/bang/")
    assert "Danh sách gửi công an xã" in open_page(country.cast.hoa, "/xac-minh/bang/")


def test_an_empty_register_says_so(world: World) -> None:
    assert "chưa có người tham gia nào" in open_page(world.cast.hoa, "/xac-minh/bang/")


def test_more_people_cost_no_more_queries(country: World) -> None:
    client = Client()
    client.force_login(country.cast.binh)
    drain("identity.rollup")
    with CaptureQueriesContext(connection) as few:
        client.get("/xac-minh/bang/")
    country.register(*(insured(number, res_province="Tỉnh Nghệ An") for number in range(10, 40)))
    drain("identity.rollup")
    with CaptureQueriesContext(connection) as many:
        client.get("/xac-minh/bang/")
    assert len(few) == len(many) <= 30


def test_a_cohort_is_named_by_years_and_ages() -> None:
    assert cohort_label("198", DAY) == "1980–1989 (35–44 tuổi)"
    assert cohort_label("202", DAY) == "2020–2024 (0–4 tuổi)"
    assert cohort_label("", DAY) == "Chưa ghi năm sinh"


WEEKS = [(DAY - timedelta(days=7 * back), Count(970 - back, 1000)) for back in range(12, -1, -1)]


def test_the_outlook_stays_within_its_frame_and_ends_at_the_likely_day() -> None:
    ahead = Forecast("LIKELY", 12, 1, 0.5, 2, DAY + timedelta(60), DAY + timedelta(30), DAY + timedelta(90))
    drawn = outlook(WEEKS, ahead)
    assert drawn is not None
    assert drawn.end is not None
    for point in f"{drawn.points} {drawn.fan} {drawn.middle}".split():
        x, y = (float(part) for part in point.split(","))
        assert LEFT <= x <= RIGHT
        assert TOP <= y <= BOTTOM
    assert drawn.end[1] == TOP
    assert [day for _, day in drawn.days] == [WEEKS[0][0], DAY, DAY + timedelta(90)]
    near = outlook(WEEKS, Forecast("LIKELY", 12, 1, 1, 1, *[DAY + timedelta(9)] * 3))
    assert near is not None
    assert [day for _, day in near.days] == [WEEKS[0][0], DAY + timedelta(9)]


def test_the_outlook_cuts_off_what_was_far_below() -> None:
    early = [(DAY - timedelta(days=7 * back), Count(0, 1000)) for back in range(20, 12, -1)]
    drawn = outlook([*early, *WEEKS], Forecast("FLAT", 12))
    assert drawn is not None
    assert (len(drawn.dots), drawn.fan, drawn.grid[0][1]) == (13, "", "95 %")


def test_nothing_is_drawn_without_a_day() -> None:
    assert outlook([], Forecast("TOO_FEW", 0)) is None
    assert outlook([(date(2024, 1, 1), Count(0, 5))], Forecast("TOO_FEW", 0)) is not None


def test_heat_tells_nobody_from_none_verified() -> None:
    assert [heat(Count(*pair)) for pair in ((0, 0), (0, 9), (5, 10), (85, 100), (97, 100), (98, 100))] == [
        0, 1, 2, 3, 4, 5,
    ]  # fmt: skip


def test_the_fan_reaches_the_top_only_where_the_early_day_is_in_sight() -> None:
    soon = outlook(WEEKS, Forecast("LIKELY", 12, 1, 0, 2, DAY + timedelta(90), DAY + timedelta(30), None))
    far = outlook(WEEKS, Forecast("LIKELY", 12, 1, 1, 1, *[DAY + timedelta(days) for days in (2000, 1900, 2100)]))
    assert soon is not None
    assert far is not None
    assert f"{RIGHT:.1f},{TOP:.1f}" in soon.fan
    assert all(float(point.split(",")[1]) > TOP for point in far.fan.split())
    assert (far.end, len(far.fan.split())) == (None, 3)
