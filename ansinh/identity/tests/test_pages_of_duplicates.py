"""The pages of duplicates: what they show, to whom, at what cost; the whole way without a script."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity.actions import approve_proposal, propose_merge
from ansinh.identity.models import DuplicatePair
from ansinh.identity.tests.conftest import DA_NANG, HA_NOI, World
from ansinh.identity.tests.test_merging import WORK, found, offer, state
from ansinh.offices.models import Account
from ansinh.registry.actions import ConfirmedIdentity, confirm_identities
from ansinh.registry.models import PersonMerge
from ansinh.registry.queries import conflicts_between
from ansinh.registry.rules import Conflict
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("june_2024")
LIST = "/xac-minh/trung/"


def page(account: Account, url: str, **query: str) -> str:
    """Open a page as somebody; return what it says."""
    answer = sign_in(account).get(url, query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def sign_in(account: Account) -> Client:
    """Open a browser with somebody signed in."""
    client = Client()
    client.force_login(account)
    return client


def url(pair: DuplicatePair, step: str = "") -> str:
    return f"{LIST}{pair.pk}/{step}"


def merged(world: World, pair: DuplicatePair) -> None:
    """Let Hoa propose and Bình approve; the first number counts."""
    answers = {question.code: pair.first_id for question in conflicts(pair)}
    propose_merge(pair=pair, offer=offer(pair, choices=answers), actor=world.actor(world.cast.hoa), at=NOW)
    approve_proposal(pair=pair, actor=world.actor(world.cast.binh), at=NOW)


def conflicts(pair: DuplicatePair) -> tuple[Conflict, ...]:
    return conflicts_between(pair.first, pair.second, NOW.date())


def test_two_officers_go_the_whole_way_and_back(world: World) -> None:
    pair = found(world, **WORK)
    [question] = conflicts(pair)
    hoa, binh = sign_in(world.cast.hoa), sign_in(world.cast.binh)
    said = {"kept": str(pair.first_id), "ground": "Đơn TK1-TS", question.code: str(pair.second_id)}
    answer = hoa.post(url(pair, "de-xuat/"), said, follow=True)
    assert "Một cán bộ khác sẽ xem lại" in answer.content.decode()
    assert "Rút lại đề xuất" in page(world.cast.hoa, url(pair))
    assert "chờ bạn duyệt" in page(world.cast.binh, LIST, **{"trang-thai": "MINE"})
    assert "chờ bạn duyệt" not in page(world.cast.hoa, LIST, **{"trang-thai": "PROPOSED"})
    assert "không được tự phê duyệt" in hoa.post(url(pair, "phe-duyet/"), follow=True).content.decode()
    assert "Đã phê duyệt" in binh.post(url(pair, "phe-duyet/"), follow=True).content.decode()
    assert "vừa được người khác xử lý" in binh.post(url(pair, "phe-duyet/"), follow=True).content.decode()
    shown = page(world.cast.hoa, url(pair))
    assert f"Tính theo mã số <strong>{pair.second.si_no}</strong>" in shown
    assert f"mã số <strong>{pair.second.si_no}</strong> gộp vào <strong>{pair.first.si_no}</strong>" in shown
    binh.post(url(pair, "tach-lai/"), {"reason": "Hai chị em", "khac-nguoi": "1"})
    assert "Hai chị em" in page(world.cast.hoa, url(pair))
    hoa.post(url(pair, "phe-duyet/"))
    assert state(pair) == "DIFFERENT"
    hoa.post(url(pair, "xem-lai/"), {"reason": "Có giấy khai sinh"})
    hoa.post(url(pair, "khac-nguoi/"), {"reason": "Đã đối chiếu"})
    assert state(pair) == "DIFFERENT"
    assert PersonMerge.objects.filter(undone_at=None).count() == 0


def test_a_proposal_may_be_returned_or_taken_back(world: World) -> None:
    pair = found(world)
    hoa, binh = sign_in(world.cast.hoa), sign_in(world.cast.binh)
    said = {"kept": str(pair.first_id), "ground": "Đơn TK1-TS"}
    hoa.post(url(pair, "de-xuat/"), said)
    assert binh.post(url(pair, "tra-lai/"), {"reason": ""}).status_code == 422
    binh.post(url(pair, "tra-lai/"), {"reason": "Thiếu sổ"})
    assert "Thiếu sổ" in page(world.cast.hoa, url(pair))
    hoa.post(url(pair, "de-xuat/"), said)
    assert "Chỉ người đề xuất" in binh.post(url(pair, "rut-lai/"), follow=True).content.decode()
    hoa.post(url(pair, "rut-lai/"))
    assert state(pair) == "OPEN"


def test_what_is_missing_is_told_on_the_page_with_what_was_written(world: World) -> None:
    pair = found(world, **WORK)
    answer = sign_in(world.cast.hoa).post(url(pair, "de-xuat/"), {"kept": "0", "ground": "Đơn số 7"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Đơn số 7" in text
    assert "Hãy chọn một trong hai mã số" in text
    assert state(pair) == "OPEN"


def test_other_provinces_pairs_do_not_exist(world: World) -> None:
    pair = found(world)
    client = sign_in(world.cast.quan)
    assert client.get(url(pair)).status_code == 404
    assert client.get(url(pair, "quyet-dinh/")).status_code == 404
    posted = {"kept": str(pair.first_id), "ground": "x", "reason": "x"}
    for step in ("de-xuat/", "phe-duyet/", "tra-lai/", "rut-lai/", "khac-nguoi/", "xem-lai/", "tach-lai/"):
        assert client.post(url(pair, step), posted).status_code == 404, step
    assert pair.first.si_no not in page(world.cast.quan, LIST)
    assert not AuditEntry.objects.filter(event="identity.duplicate_seen").exists()


def test_the_other_province_sees_the_pair_because_one_of_theirs_is_in_it(world: World) -> None:
    pair = found(world, HA_NOI, DA_NANG)
    text = page(world.cast.quan, url(pair))
    assert "muốn giữ mã số này, cán bộ nơi đó đề xuất" in text
    answer = sign_in(world.cast.quan).post(url(pair, "de-xuat/"), {"kept": str(pair.first_id), "ground": "x"})
    assert answer.status_code == 404
    assert state(pair) == "OPEN"


def test_an_old_number_is_found_and_leads_to_the_kept_one(world: World) -> None:
    pair = found(world, HA_NOI, DA_NANG)
    propose_merge(pair=pair, offer=offer(pair), actor=world.actor(world.cast.hoa), at=NOW)
    approve_proposal(pair=pair, actor=world.actor(world.cast.quan), at=NOW)
    for account in (world.cast.hoa, world.cast.quan):
        text = page(account, LIST, so=pair.second.si_no)
        assert f"Mã số đang giữ: <strong>{pair.first.si_no}</strong>" in text
    assert "Không tìm thấy" in page(world.cast.quan, LIST, so=pair.first.si_no)
    assert "không gộp vào mã số nào" in page(world.cast.hoa, LIST, so=pair.first.si_no)
    assert "Không tìm thấy" in page(world.cast.hoa, LIST, so="<b>1</b>")


def test_what_blocks_is_told_and_cannot_be_proposed(world: World) -> None:
    pair = found(world)
    for person, number in ((pair.first, "001180000077"), (pair.second, "001180000078")):
        confirm_identities(items=[ConfirmedIdentity(person.pk, number, "thử")], actor=SYSTEM, at=NOW)
    text = page(world.cast.hoa, url(pair))
    assert "phải xử lý trước" in text
    assert 'name="ground"' not in text
    answer = sign_in(world.cast.hoa).post(
        url(pair, "de-xuat/"), {"kept": str(pair.first_id), "ground": "x"}, follow=True
    )
    assert "chưa đề xuất gộp được" in answer.content.decode()


def test_the_history_is_drawn_with_the_shared_time_marked(world: World) -> None:
    text = page(world.cast.hoa, url(found(world, **WORK)))
    assert text.count('class="lane-1"') == 1
    assert text.count('class="lane-2"') == 1
    assert text.count('class="shared"') == 1
    assert "Công ty Lúa" in text


def test_the_decision_names_person_employer_and_what_is_left_to_the_accountant(world: World) -> None:
    pair = found(world, **WORK)
    assert sign_in(world.cast.hoa).get(url(pair, "quyet-dinh/")).status_code == 404
    merged(world, pair)
    text = page(world.cast.hoa, url(pair, "quyet-dinh/"))
    for said in ("QUYẾT ĐỊNH", "THÔNG BÁO", "Công ty Lúa", pair.first.si_no, pair.second.si_no, "1.002759"):
        assert said in text
    assert AuditEntry.objects.filter(event="identity.merge_notice_printed").count() == 1


def test_empty_lists_say_what_that_means(world: World) -> None:
    for tab, said in (
        ("", "Sau mỗi đợt đối khớp"),
        ("MINE", "bạn không duyệt đề xuất"),
        ("MERGED", "khi có người xử lý"),
    ):
        assert said in page(world.cast.hoa, LIST, **{"trang-thai": tab})


def test_a_list_costs_no_more_with_more_rows(world: World) -> None:
    found(world)
    client = sign_in(world.cast.hoa)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for _ in range(4):
        found(world, HA_NOI, DA_NANG)
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
    assert len(many) == len(few) <= 20


def test_a_pair_costs_no_more_with_a_longer_history(world: World) -> None:
    pair = found(world, **WORK)
    client = sign_in(world.cast.hoa)
    client.get(url(pair))
    with CaptureQueriesContext(connection) as few:
        client.get(url(pair))
    merged(world, pair)
    client.get(url(pair))
    with CaptureQueriesContext(connection) as many:
        client.get(url(pair))
    assert len(few) <= 28
    assert len(many) <= 28
