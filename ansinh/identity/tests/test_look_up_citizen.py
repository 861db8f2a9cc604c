"""Looking a citizen up at the counter: who may, what is shown, what stays of it."""

import unicodedata
from datetime import timedelta

import pytest
from django.test import Client

from ansinh.core.errors import NotPermitted
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import Purpose, Shown, TooManyLookUps, index_citizens, look_up_citizen
from ansinh.identity.actions.lookups import A_MINUTE
from ansinh.identity.queries import Sought
from ansinh.identity.tests.conftest import HA_NOI, World, citizen, personal_id, strangers
from ansinh.offices.models import Account
from tests.cast import NOW, PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june_2024")]
AN = Sought(full_name="Nguyễn Thị An", dob="05/02/1980", sex="Nữ", id_no=personal_id(1))
TYPED = {"full_name": AN.full_name, "dob": AN.dob, "id_no": AN.id_no, "purpose": "DOSSIER"}


def indexed(world: World, *citizens: dict[str, str | int | None]) -> None:
    """Receive citizens and index them."""
    index_citizens(extract=world.extract(*citizens, *strangers()), hear=lambda *_: None, actor=SYSTEM, at=NOW)


def ask(world: World, account: Account, sought: Sought = AN, **facts: object) -> Shown:
    """Look somebody up as one of the cast."""
    at = facts.get("at", NOW)
    assert at is not None
    return look_up_citizen(
        sought=sought, purpose=Purpose.DOSSIER, dossier="HS-7", actor=world.actor(account), at=at  # type: ignore[arg-type]  # an instant
    )  # fmt: skip


def officer(account: Account) -> Client:
    """Sign somebody in."""
    client = Client()
    assert client.login(username=account.username, password=PASSWORD)
    return client


def test_the_trace_tells_who_was_shown_to_whom_and_why_and_nothing_typed(world: World) -> None:
    indexed(world, citizen(1), citizen(2, full_name="Trần Văn Ba"))
    shown = ask(world, world.cast.hoa)
    assert shown.outcome.decision == "VERIFIED"
    entry = AuditEntry.objects.get(event="identity.citizen_looked_up")
    assert entry.account_id == world.cast.hoa.pk
    assert "HS-7" in entry.reason
    assert entry.data["citizens"] == [1]
    assert entry.data["told"] == ["full_name", "dob", "sex", "id_no"]
    assert AN.full_name not in str(entry.data)
    assert AN.id_no not in str(entry.data)


def test_it_refuses_whoever_has_no_such_work(world: World) -> None:
    indexed(world, citizen(1))
    for account in (world.cast.minh, world.cast.thu, world.cast.son):
        with pytest.raises(NotPermitted):
            ask(world, account)


def test_it_refuses_more_look_ups_than_a_person_makes_and_takes_them_again_later(world: World) -> None:
    indexed(world, citizen(1))
    for _ in range(A_MINUTE):
        ask(world, world.cast.hoa)
    with pytest.raises(TooManyLookUps):
        ask(world, world.cast.hoa)
    ask(world, world.cast.quan)
    ask(world, world.cast.hoa, at=NOW + timedelta(minutes=1))


def test_of_a_candidate_no_more_is_shown_than_was_asked_about(world: World) -> None:
    two = [citizen(number, full_name="Nguyễn Thị An", home_province="Tỉnh Cà Mau") for number in (1, 2)]
    indexed(world, *two)
    shown = ask(world, world.cast.hoa, Sought(full_name="Nguyễn Thị An", dob="1980"))
    assert shown.outcome.decision == "REVIEW"
    assert len(shown.candidates) == 2
    for one in shown.candidates:
        assert [pair.label for pair in one.pairs] == ["Họ và tên", "Ngày sinh", "Số định danh"]
        assert "".join(piece.text for piece in one.pairs[2].theirs).startswith("•••••••••00")


def test_the_page_finds_a_person_typed_in_any_form(world: World) -> None:
    indexed(world, citizen(1), citizen(2, full_name="Trần Văn Ba"))
    page = officer(world.cast.hoa)
    for name in (AN.full_name, unicodedata.normalize("NFD", AN.full_name), "nguyen thi an"):
        answer = page.post("/xac-minh/tra/", TYPED | {"full_name": name})
        assert answer.status_code == 200
        assert "Dữ liệu dân cư" in answer.content.decode()
        assert personal_id(1) in answer.content.decode()


def test_a_scanned_card_fills_the_form(world: World) -> None:
    indexed(world, citizen(1, res_commune="Phường Láng Hạ"))
    scanned = f"{personal_id(1)}||Nguyễn Thị An|05021980|Nữ|Số 1, Phường Láng Hạ, Đống Đa, {HA_NOI}|01012022"
    answer = officer(world.cast.hoa).post("/xac-minh/tra/", {"scanned": scanned, "purpose": "DOSSIER"})
    assert answer.context["shown"].outcome.decision == "VERIFIED"
    assert answer.context["shown"].outcome.matches[0].levels.places == "COMMUNE"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"full_name": ""}, "Hãy nhập họ tên"),
        ({"dob": "31/02/1980"}, "không có trong lịch"),
        ({"dob": "", "id_no": ""}, "chỉ năm sinh"),
        ({"id_no": "12345"}, "đúng 12 chữ số"),
        ({"purpose": ""}, "Hãy chọn mục đích"),
        ({"scanned": "http://vi.du"}, "Không đọc được mã này"),
    ],
)
def test_the_page_says_what_to_mend(world: World, typed: dict[str, str], told: str) -> None:
    indexed(world, citizen(1))
    answer = officer(world.cast.hoa).post("/xac-minh/tra/", TYPED | typed)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not AuditEntry.objects.filter(event="identity.citizen_looked_up").exists()


def test_the_page_says_when_there_is_nothing_to_look_up_in(world: World) -> None:
    page = officer(world.cast.hoa)
    assert "ansinh citizens index" in page.get("/xac-minh/tra/").content.decode()
    answer = page.post("/xac-minh/tra/", TYPED)
    assert answer.status_code == 409
    assert AN.full_name in answer.content.decode()


def test_the_page_tells_of_a_death_and_of_nobody(world: World) -> None:
    indexed(world, citizen(1, died_on="2024-05-01"))
    page = officer(world.cast.hoa)
    assert "đã mất" in page.post("/xac-minh/tra/", TYPED).content.decode()
    nobody = page.post("/xac-minh/tra/", TYPED | {"full_name": "Đặng Quốc Khánh", "dob": "1933", "id_no": ""})
    assert "Không có công dân nào đủ giống" in nobody.content.decode()
