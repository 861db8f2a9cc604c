"""The cockpit: 27 tasks, states, figures, map; every number leads to its rows."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from ansinh.core.measures import Count
from ansinh.core.permissions import SYSTEM
from ansinh.offices.models import Area
from ansinh.programme.actions import load_plan
from ansinh.programme.models import Plan
from ansinh.programme.queries import by_province, cockpit
from ansinh.programme.rules import PLANS, State
from ansinh.registry import ports
from ansinh.registry.models import Identifier, Person
from tests.cast import DAY, NOW, Cast, province

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(areas: None) -> Plan:
    """Load the 2024 plan."""
    return load_plan(path=PLANS / "2024.yaml", actor=SYSTEM, at=NOW)


def register(area: Area, people: int, *, verified: int, first: int = 0) -> None:
    """Put people of a province into the register, some of them verified in March."""
    for number in range(people):
        serial = first + number
        person = Person.objects.create(
            si_no=f"{area.code}{serial:08d}",
            full_name="Người Thử",
            folded_name="nguoi thu",
            area=area,
            registered_on=date(2024, 1, 8),
        )
        if number < verified:
            Identifier.objects.create(
                person=person,
                kind=Identifier.Kind.PERSONAL_ID,
                value=f"0{area.code}{serial:09d}",
                standing=Identifier.Standing.CONFIRMED,
                source="thử",
                from_date=date(2024, 3, 11),
            )
        ports.tell([person.pk], NOW)


def test_it_shows_27_tasks_and_counts_their_states(plan: Plan) -> None:
    page = cockpit(plan, as_of=DAY)
    assert len(page.lines) == 27
    assert sum(count for _, count in page.states) == 27
    assert dict(page.states)[State.UNMEASURED] == 6
    assert page.lines[21].state == State.DUE_SOON


def test_the_figure_moves_with_the_day(plan: Plan) -> None:
    register(province("01"), 4, verified=3)
    totals = {
        day: line.figure.total
        for day in (date(2024, 1, 7), date(2024, 2, 1), DAY)
        for line in cockpit(plan, as_of=day).lines
        if line.figure
    }
    assert list(totals.values()) == [Count(0, 0), Count(0, 4), Count(3, 4)]


def test_provinces_add_up_to_the_country_before_and_after_the_merger(plan: Plan) -> None:
    register(province("24"), 3, verified=1)
    register(province("27"), 2, verified=2)
    for day, expected in ((DAY, {"24": Count(1, 3), "27": Count(2, 2)}), (date(2025, 12, 31), {"24": Count(3, 5)})):
        figure = next(line.figure for line in cockpit(plan, as_of=day).lines if line.figure)
        lines = by_province(figure)
        assert {line.area.code: line.count for line in lines if line.count != Count()} == expected
        assert sum((line.count for line in lines), Count()) == figure.total


def test_its_queries_do_not_grow_with_rows(
    plan: Plan, cast: Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    register(province("01"), 30, verified=10)
    client.force_login(cast.thu)
    with django_assert_max_num_queries(25):
        client.get("/dieu-hanh/")


@pytest.mark.parametrize(
    "url", ["/dieu-hanh/", "/dieu-hanh/chi-tieu/identity.verified_share/", "/dieu-hanh/ke-hoach/2024/"]
)
def test_pages_open_with_and_without_rows(plan: Plan, cast: Cast, client: Client, url: str) -> None:
    client.force_login(cast.thu)
    assert client.get(url).status_code == 200
    register(province("01"), 2, verified=1)
    assert client.get(url, {"ngay": "2024-06-28"}).status_code == 200
    assert client.get(url, {"ngay": "31/02/2024"}).status_code == 200


def test_every_task_without_a_figure_says_why(plan: Plan, cast: Cast, client: Client) -> None:
    client.force_login(cast.thu)
    text = client.get("/dieu-hanh/", {"ngay": "2024-06-28"}).content.decode()
    assert text.count("chưa đo được") >= 26


def test_without_a_plan_the_page_says_what_to_do(cast: Cast, client: Client) -> None:
    client.force_login(cast.thu)
    assert "Chưa có kế hoạch nào" in client.get("/dieu-hanh/").content.decode()
