"""The rows behind the figure, seen and taken away."""

import pytest

from ansinh.core.errors import NotPermitted, OutOfReach
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import export_people, list_people
from ansinh.identity.queries import PeopleScope, people
from ansinh.identity.tests.conftest import DA_NANG, World, citizen, decided, end, insured, personal_id
from tests.cast import DA_NANG_CODE, HANOI_CODE, NOW, province


@pytest.fixture
def verified(world: World) -> World:
    """Three people of Hà Nội, one of them verified and one waiting; one of Đà Nẵng."""
    three = world.register(insured(1), insured(2), insured(3))
    world.register(insured(4, res_province=DA_NANG))
    run = world.run(world.extract(citizen(1), citizen(2)))
    world.decide(run, decided(three[0], "VERIFIED", 1), decided(three[1], "REVIEW", 2))
    end(run)
    return world


def listed(world: World, *, verified: bool, code: str | None = None) -> dict[str, str]:
    """Return number and reason of everybody the lead of verification is shown."""
    scope = PeopleScope(province(code) if code else None, verified)
    page = list_people(scope=scope, after=0, actor=world.actor(world.cast.binh), at=NOW)
    assert page.total == len(page.rows)
    return {row.si_no: row.reason for row in page.rows}


def test_it_tells_the_verified_from_those_left_and_why(verified: World) -> None:
    assert listed(verified, verified=True) == {"0100000001": "Đã xác minh"}
    assert listed(verified, verified=False) == {
        "0100000002": "Chờ xét: chưa đủ chắc chắn",
        "0100000003": "Chưa chạy đợt nào",
        "0100000004": "Chưa chạy đợt nào",
    }
    assert set(listed(verified, verified=False, code=DA_NANG_CODE)) == {"0100000004"}


def test_it_shows_a_steward_their_own_province_only(verified: World) -> None:
    scope = PeopleScope(None, verified=False)
    page = list_people(scope=scope, after=0, actor=verified.actor(verified.cast.quan), at=NOW)
    assert [row.si_no for row in page.rows] == ["0100000004"]
    with pytest.raises(OutOfReach):
        list_people(
            scope=PeopleScope(province(HANOI_CODE), verified=False),
            after=0,
            actor=verified.actor(verified.cast.quan),
            at=NOW,
        )


def test_only_a_waiting_case_within_reach_can_be_opened_from_it(verified: World) -> None:
    scope = PeopleScope(None, verified=False)
    rows = list_people(scope=scope, after=0, actor=verified.actor(verified.cast.hoa), at=NOW).rows
    assert [bool(row.case) for row in rows] == [True, False]
    rows = list_people(scope=scope, after=0, actor=verified.actor(verified.cast.thu), at=NOW).rows
    assert not any(row.case for row in rows)


def test_pages_follow_one_another_without_gap_or_repeat(verified: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "PAGE", 2)
    scope = PeopleScope(None, verified=False)
    first = list_people(scope=scope, after=0, actor=SYSTEM, at=NOW)
    assert first.after is not None
    second = list_people(scope=scope, after=first.after, actor=SYSTEM, at=NOW)
    assert [row.si_no for row in (*first.rows, *second.rows)] == ["0100000002", "0100000003", "0100000004"]
    assert second.after is None


def test_the_list_taken_away_holds_what_the_commune_needs(verified: World) -> None:
    rows = list(
        export_people(
            scope=PeopleScope(province(HANOI_CODE), verified=False), actor=verified.actor(verified.cast.hoa), at=NOW
        )
    )
    assert rows[0] == (
        "0100000002", "Nguyễn Thị An", "1980-02-05", "F", personal_id(2), "", "", "Thành phố Hà Nội",
        "Chờ xét: chưa đủ chắc chắn",
    )  # fmt: skip
    assert len(rows) == 2


def test_both_leave_a_trace(verified: World) -> None:
    hoa = verified.actor(verified.cast.hoa)
    list_people(scope=PeopleScope(None, verified=True), after=0, actor=hoa, at=NOW)
    export_people(scope=PeopleScope(None, verified=False), actor=hoa, at=NOW)
    events = AuditEntry.objects.filter(account_id=verified.cast.hoa.pk).values_list("event", flat=True)
    assert set(events) == {"identity.people_listed", "identity.people_exported"}


def test_they_need_the_right_to_see_people(verified: World) -> None:
    minh = verified.actor(verified.cast.minh)
    with pytest.raises(NotPermitted):
        list_people(scope=PeopleScope(None, verified=True), after=0, actor=minh, at=NOW)
    with pytest.raises(NotPermitted):
        export_people(scope=PeopleScope(None, verified=False), actor=minh, at=NOW)
