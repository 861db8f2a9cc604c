"""The page of quality, and what its figures come from."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ansinh.core.permissions import Actor
from ansinh.core.proportions import Interval
from ansinh.identity.actions import decide_review, draw_sample, undo_review
from ansinh.identity.drawing.intervals import interval_plot
from ansinh.identity.models import Review, SampleItem, Verification, VerificationRun
from ansinh.identity.queries import reading_quality
from ansinh.identity.tests.conftest import World, citizen, decided, end, insured
from ansinh.offices.models import Account
from tests.cast import HANOI_CODE, NOW, Cast, person, province

pytestmark = pytest.mark.usefixtures("june_2024")
Verdict = Review.Verdict
SINCE = NOW - timedelta(days=1)


@pytest.fixture
def nga(cast: Cast) -> Account:
    """Open a second steward of Hà Nội."""
    return person("nga", "Lê Thị Nga", "data_steward", area=province(HANOI_CODE))


def browser(account: Account) -> Client:
    """Open a browser with somebody signed in."""
    client = Client()
    client.force_login(account)
    return client


def risky(world: World, count: int, *, first: int = 1) -> list[Verification]:
    """Leave cases waiting that need two people."""
    numbers = range(first, first + count)
    people = world.register(*[insured(number) for number in numbers])
    run = world.run(world.extract(*[citizen(number) for number in numbers]))
    made = world.decide(
        run, *[decided(one, citizen=number, name="MARKS") for number, one in zip(numbers, people, strict=True)]
    )
    end(run)
    return made


def read_twice(cases: list[Verification], one: Actor, other: Actor, *, differing: int) -> None:
    """Let two people read cases six seconds apart; the second sees some otherwise."""
    for number, case in enumerate(cases):
        at = NOW + timedelta(seconds=6 * number)
        decide_review(verification=case, verdict=Verdict.SAME, reason="", actor=one, at=at)
        verdict = Verdict.ASK if number < differing else Verdict.SAME
        decide_review(verification=case, verdict=verdict, reason="", actor=other, at=at + timedelta(seconds=2))


def test_pairs_are_compared_by_kind_and_by_clerk(world: World, nga: Account) -> None:
    hoa, second, binh = (world.actor(one) for one in (world.cast.hoa, nga, world.cast.binh))
    cases = risky(world, 4)
    read_twice(cases, hoa, second, differing=1)
    decide_review(verification=cases[0], verdict=Verdict.SAME, reason="", actor=binh, at=NOW)
    found = reading_quality(binh, SINCE)
    assert (found.total.pairs.pairs, found.total.pairs.agreed) == (4, 3)
    assert found.total.lot.kappa is None
    assert {row.label: row.pairs.pairs for row in found.kinds if row.pairs.pairs} == {"Họ tên": 4}
    clerks = {one.name: one for one in found.clerks}
    assert (clerks["Nguyễn Thị Hoa"].agreed, clerks["Nguyễn Thị Hoa"].overruled) == (3, 0)
    assert (clerks["Lê Thị Nga"].settled, clerks["Lê Thị Nga"].overruled) == (1, 1)
    assert clerks["Nguyễn Thị Hoa"].pace == pytest.approx(10)


def test_what_was_taken_back_is_counted_and_not_a_decision(world: World) -> None:
    hoa = world.actor(world.cast.hoa)
    (case,) = risky(world, 1)
    decide_review(verification=case, verdict=Verdict.SAME, reason="", actor=hoa, at=NOW)
    undo_review(verification=case, actor=hoa, at=NOW)
    (mine,) = reading_quality(hoa, SINCE).clerks
    assert (mine.decisions, mine.undone) == (0, 1)


def test_a_clerk_sees_only_the_own_figures_who_manages_sees_all(world: World, nga: Account) -> None:
    hoa, second = world.actor(world.cast.hoa), world.actor(nga)
    read_twice(risky(world, 2), hoa, second, differing=0)
    mine = browser(world.cast.hoa).get("/xac-minh/chat-luong/").content.decode()
    assert "Kết quả của bạn" in mine
    assert "Lê Thị Nga" not in mine
    assert "Lê Thị Nga" in browser(world.cast.thu).get("/xac-minh/chat-luong/").content.decode()
    assert "Lê Thị Nga" not in browser(world.cast.minh).get("/xac-minh/chat-luong/").content.decode()
    assert [one.name for one in reading_quality(world.actor(world.cast.quan), SINCE).clerks] == []


def test_the_page_costs_no_more_with_more_rows(world: World, nga: Account) -> None:
    client, hoa, second = browser(world.cast.binh), world.actor(world.cast.hoa), world.actor(nga)
    read_twice(risky(world, 1), hoa, second, differing=1)
    client.get("/xac-minh/chat-luong/")
    with CaptureQueriesContext(connection) as few:
        client.get("/xac-minh/chat-luong/")
    read_twice(risky(world, 6, first=10), hoa, second, differing=2)
    with CaptureQueriesContext(connection) as many:
        client.get("/xac-minh/chat-luong/")
    assert len(many) == len(few) <= 30


def confirmed(world: World, count: int) -> VerificationRun:
    """Let the machine confirm some people whose declared numbers differ from the citizens'."""
    people = world.register(*[insured(number, id_no=f"00118000{number:04d}") for number in range(1, count + 1)])
    run = world.run(world.extract(*[citizen(number + 100) for number in range(1, count + 1)]))
    rows = [decided(one, "CORRECTED", number + 100, number="NEAR") for number, one in enumerate(people, 1)]
    world.decide(run, *rows)
    end(run)
    run.refresh_from_db()
    return run


def test_a_sample_is_drawn_judged_and_taken_back_on_its_pages(world: World) -> None:
    run = confirmed(world, 3)
    binh, hoa = browser(world.cast.binh), browser(world.cast.hoa)
    assert "Lấy mẫu" in binh.get(f"/xac-minh/dot/{run.pk}/").content.decode()
    assert binh.post(f"/xac-minh/dot/{run.pk}/mau/", {"sai-so": "nhiều"}).status_code == 422
    assert binh.post(f"/xac-minh/dot/{run.pk}/mau/", {"sai-so": "2,5"}).status_code == 302
    assert hoa.post(f"/xac-minh/dot/{run.pk}/mau/", {"sai-so": "1"}).status_code == 403
    first = hoa.get("/xac-minh/mau/tiep/").headers["Location"]
    text = hoa.get(first).content.decode()
    assert "Không đủ để biết" in text
    onwards = hoa.post(f"{first}ket-luan/", {"verdict": "DIFFERENT"}).headers["Location"]
    assert "Vừa ghi" in hoa.get(onwards).content.decode()
    assert "1 / 3" in binh.get("/xac-minh/chat-luong/").content.decode()
    assert hoa.post(f"{first}hoan-tac/").headers["Location"] == first
    assert "0 / 3" in binh.get("/xac-minh/chat-luong/").content.decode()
    assert browser(world.cast.quan).get(first).status_code == 404


def test_an_item_shows_what_was_declared_and_not_what_the_machine_made_of_it(world: World) -> None:
    run = confirmed(world, 1)
    draw_sample(run=run, half_width=0.05, seed=1, actor=world.actor(world.cast.binh), at=NOW)
    item = SampleItem.objects.get()
    text = browser(world.cast.hoa).get(f"/xac-minh/mau/{item.pk}/").content.decode()
    assert "0011800" in text
    assert "Đối khớp tự động" not in text
    assert "Khả năng cùng một người" not in text
    assert "đã xác minh" not in text.lower()


def test_whoever_is_led_to_a_held_case_is_led_on(world: World, nga: Account) -> None:
    first, second = risky(world, 2)
    hoa, other = browser(world.cast.hoa), browser(nga)
    hoa.get(f"/xac-minh/cho-xet/{first.pk}/?luot=1")
    answer = other.get(f"/xac-minh/cho-xet/{first.pk}/?luot=1")
    assert answer.headers["Location"] == f"/xac-minh/cho-xet/{second.pk}/?luot=1"
    assert "đang mở trường hợp này" in other.get(f"/xac-minh/cho-xet/{first.pk}/").content.decode()


def test_the_plot_keeps_everything_within_its_frame() -> None:
    plot = interval_plot([(0.001, Interval(0.0, 0.02)), (0.0, Interval(0.0, 0.004))], 0.002)
    assert plot.left <= plot.whiskers[0].low < plot.whiskers[0].dot < plot.whiskers[0].high <= plot.right
    assert [tick.percent for tick in plot.ticks] == [0, 0.5, 1, 1.5, 2]
    assert plot.whiskers[0].y < plot.whiskers[1].y < plot.bottom
