"""The rest goes out to the communes' police and comes back as evidence, never as an overwrite."""

import csv
import io
import zipfile
from collections.abc import Sequence

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ansinh.core.errors import Malformed, NotPermitted, OutOfReach
from ansinh.core.models import AuditEntry
from ansinh.identity import intake
from ansinh.identity.actions import (
    AnswersKnown,
    AnswersUnreadable,
    NobodyToConfirm,
    decide_review,
    take_answers,
    take_police_list,
)
from ansinh.identity.models import AnswerFile, PoliceAnswer, Review, Verification
from ansinh.identity.queries import CHECK_HEAD, PeopleScope, answers_about, rollup
from ansinh.identity.tests.conftest import DA_NANG, World, citizen, decided, end, insured, personal_id
from ansinh.registry.models import Identifier, Person
from tests.cast import DA_NANG_CODE, HANOI_CODE, NOW, province

pytestmark = pytest.mark.usefixtures("june_2024")
SOME = (
    {"full_name": "Trần Văn Ba", "res_district": "Huyện Ba Vì", "res_commune": "Xã Vân Hòa"},
    {"full_name": "Lê Thị Tư", "res_district": "Huyện Ba Vì", "res_commune": "Xã Vân Hòa", "dob": "1950"},
    {"full_name": "Phạm Thị Năm", "res_district": "Huyện Ba Vì", "res_commune": "Xã Yên Bài"},
)


@pytest.fixture
def rest(world: World) -> World:
    """Four people of Hà Nội: one not found, one reviewed as another person, one sent back, one verified; and one."""
    people = world.register(
        *(insured(number, **facts) for number, facts in enumerate(SOME, 1)),
        insured(4),
        insured(5, res_province=DA_NANG),
    )
    run = world.run(world.extract(*(citizen(number) for number in range(1, 6))))
    cases = world.decide(
        run,
        decided(people[0], "NOT_FOUND", None),
        decided(people[1], citizen=2),
        decided(people[2], citizen=3),
        decided(people[3], "VERIFIED", 4),
        decided(people[4], citizen=5),
    )
    end(run)
    hoa = world.actor(world.cast.hoa)
    for case, verdict in ((cases[1], Review.Verdict.DIFFERENT), (cases[2], Review.Verdict.ASK)):
        decide_review(verification=case, verdict=verdict, reason="", actor=hoa, at=NOW)
    return world


def file_of(*rows: Sequence[str], heading: Sequence[str] = ("Mã số BHXH", "Họ và tên", "Kết quả", "Số đúng")) -> bytes:
    """Write what the police send back."""
    text = io.StringIO()
    csv.writer(text).writerows([heading, *rows])
    return text.getvalue().encode()


def answer(world: World, data: bytes) -> AnswerFile:
    """Let Hà Nội's steward take a file in."""
    return take_answers(name="xa.csv", data=data, actor=world.actor(world.cast.hoa), at=NOW)


def states() -> dict[str, str]:
    """Return where each person's case stands."""
    return dict(Verification.objects.values_list("person__si_no", "state"))


def reasons(file: AnswerFile) -> list[str]:
    """Return why lines were not taken."""
    return [row[-1] for row in file.rejects[1:]]


def test_the_list_comes_commune_by_commune_with_what_is_wrong(rest: World) -> None:
    scope = PeopleScope(province(HANOI_CODE), verified=False)
    hoa = rest.actor(rest.cast.hoa)
    rows = list(take_police_list(scope=scope, purpose="Gửi công an huyện Ba Vì", actor=hoa, at=NOW))
    assert [(row.commune, row.full_name) for row in rows] == [
        ("Xã Vân Hòa", "Lê Thị Tư"), ("Xã Vân Hòa", "Trần Văn Ba"), ("Xã Yên Bài", "Phạm Thị Năm"),
    ]  # fmt: skip
    assert rows[0].cells == (
        "0100000002", "Lê Thị Tư", "1950", "Nữ", personal_id(2), "", "Xã Vân Hòa", "Huyện Ba Vì", "Thành phố Hà Nội",
        "Đã xét, không phải người đó", "", "", "",
    )  # fmt: skip
    assert len(CHECK_HEAD) == len(rows[0].cells)
    entry = AuditEntry.objects.get(event="identity.police_list_taken")
    assert (entry.reason, entry.account_id) == ("Gửi công an huyện Ba Vì", rest.cast.hoa.pk)


def test_it_refuses_without_a_purpose_a_province_or_the_right(rest: World) -> None:
    hanoi = PeopleScope(province(HANOI_CODE), verified=False)
    hoa, quan, minh = (rest.actor(one) for one in (rest.cast.hoa, rest.cast.quan, rest.cast.minh))
    with pytest.raises(Malformed, match="mục đích"):
        take_police_list(scope=hanoi, purpose="  ", actor=hoa, at=NOW)
    with pytest.raises(Malformed, match="một tỉnh"):
        take_police_list(scope=PeopleScope(None, verified=False), purpose="Gửi", actor=hoa, at=NOW)
    with pytest.raises(OutOfReach):
        take_police_list(scope=hanoi, purpose="Gửi", actor=quan, at=NOW)
    with pytest.raises(NotPermitted):
        take_police_list(scope=hanoi, purpose="Gửi", actor=minh, at=NOW)


def test_the_archive_holds_a_guarded_table_a_commune(rest: World, client: Client) -> None:
    client.force_login(rest.cast.hoa)
    sent = client.post("/xac-minh/cong-an/tai-ve/", {"purpose": "Gửi công an", "form": "zip"})
    assert sent.headers["Content-Disposition"] == 'attachment; filename="cong-an-kiem-tra-01-20240628.zip"'
    with zipfile.ZipFile(io.BytesIO(sent.getvalue())) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["huyen-ba-vi/xa-van-hoa.csv", "huyen-ba-vi/xa-yen-bai.csv"]
        table = archive.read("huyen-ba-vi/xa-van-hoa.csv").decode("utf-8-sig")
    assert [row[1] for row in csv.reader(io.StringIO(table))] == ["Họ và tên", "Lê Thị Tư", "Trần Văn Ba"]


@pytest.mark.parametrize("cell", ["=1+1", "+84", "-5", "@SUM(A1)"])
def test_no_cell_that_goes_out_is_a_formula(rest: World, client: Client, cell: str) -> None:
    file = answer(rest, file_of(["0100000001", cell, "Đúng số", ""]))
    client.force_login(rest.cast.hoa)
    table = client.get(f"/xac-minh/cong-an/tra-loi/{file.pk}/dong-bi-loai/").getvalue().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(table)))[1][1] == f"'{cell}"


def test_answers_become_evidence_and_cases_wait_again(rest: World) -> None:
    before = list(Person.objects.values()), list(Identifier.objects.values())
    file = answer(
        rest,
        file_of(
            ["0100000001", "Trần Văn Ba", "Số khác", personal_id(9)],
            ["0100000002", "LÊ THỊ TƯ", "đúng số", ""],
            ["0100000003", "Phạm Thị Năm", "Đã chết", ""],
        ),
    )
    assert (file.taken, file.requeued, file.rejected) == (3, 3, 0)
    assert set(states().items()) >= {(f"010000000{number}", "WAITING") for number in (1, 2, 3)}
    assert not Review.objects.filter(undone_at=None).exists()
    assert before == (list(Person.objects.values()), list(Identifier.objects.values()))
    said = {row.person.si_no: (row.verdict, row.personal_id) for row in PoliceAnswer.objects.select_related("person")}
    assert said == {
        "0100000001": ("NUMBER", personal_id(9)),
        "0100000002": ("RIGHT", personal_id(2)),
        "0100000003": ("DEAD", ""),
    }
    assert rollup().by("reason")["ANSWERED",] == 1
    (told,) = answers_about(Person.objects.get(si_no="0100000003").pk)
    assert told.verdict == "Đã chết"


def test_a_case_that_came_back_can_be_decided_again(rest: World) -> None:
    answer(rest, file_of(["0100000002", "Lê Thị Tư", "Đúng", ""]))
    case = Verification.objects.get(person__si_no="0100000002")
    hoa = rest.actor(rest.cast.hoa)
    decide_review(verification=case, verdict=Review.Verdict.DIFFERENT, reason="", actor=hoa, at=NOW)
    assert states()["0100000002"] == "REJECTED"


def test_a_case_that_came_back_without_a_citizen_is_not_the_same_as_nobody(rest: World, client: Client) -> None:
    answer(rest, file_of(["0100000001", "Trần Văn Ba", "Đúng số", ""]))
    case = Verification.objects.get(person__si_no="0100000001")
    hoa = rest.actor(rest.cast.hoa)
    with pytest.raises(NobodyToConfirm, match="Cần bổ sung"):
        decide_review(verification=case, verdict=Review.Verdict.SAME, reason="", actor=hoa, at=NOW)
    assert states()["0100000001"] == "WAITING"
    client.force_login(rest.cast.hoa)
    refused = client.post(f"/xac-minh/cho-xet/{case.pk}/quyet-dinh/", {"verdict": "SAME"}, follow=True)
    assert NobodyToConfirm.message in refused.content.decode()
    decide_review(verification=case, verdict=Review.Verdict.ASK, reason="", actor=hoa, at=NOW)
    assert states()["0100000001"] == "SENT_BACK"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["0100000001", "Trần Văn Ba", "có lẽ", ""], "một trong bốn"),
        (["0100000001", "Trần Văn Ba", "Số khác", ""], "ghi số 12 chữ số"),
        (["0100000001", "Trần Văn Ba", "Số khác", "12345"], "12 chữ số"),
        (["0100000001", "Trần Văn Ba", "Đã chết", personal_id(9)], "phải là “Số khác”"),
        (["0100000001", "Phạm Thị Năm", "Đúng số", ""], "Họ tên không khớp"),
        (["0100000004", "Nguyễn Thị An", "Đúng số", ""], "đã được xác minh"),
        (["0100000005", "Nguyễn Thị An", "Đúng số", ""], "trong địa bàn của bạn"),
        (["0999999999", "Nguyễn Thị An", "Đúng số", ""], "trong địa bàn của bạn"),
        (["01x", "Nguyễn Thị An", "Đúng số", ""], "10 chữ số"),
    ],
)
def test_a_line_that_cannot_be_taken_comes_back_with_its_reason(rest: World, row: list[str], why: str) -> None:
    file = answer(rest, file_of(row))
    assert (file.taken, file.rejected) == (0, 1)
    assert why in reasons(file)[0]
    assert file.rejects[1][:-1] == row
    assert states()["0100000001"] == "NOT_FOUND"


def test_it_forgives_what_spreadsheets_do(rest: World) -> None:
    heading = ("Mã số BHXH", "Họ và tên", "Kết quả", "Số đúng", "Ghi chú")
    rows = [
        ["100000001", "Trần Văn Ba", "Số khác", personal_id(9).removeprefix("0"), "'=ghi chú"],
        ["0100000002", "Lê Thị Tư", "", "", ""],
        [],
    ]
    data = file_of(*rows, heading=heading).decode().replace(",", ";").encode("utf-8-sig")
    file = answer(rest, data)
    assert (file.taken, file.rejected) == (1, 0)
    assert PoliceAnswer.objects.get().personal_id == personal_id(9)


def test_a_person_is_answered_once_a_file_and_a_file_is_taken_once(rest: World) -> None:
    data = file_of(["0100000001", "Trần Văn Ba", "Không có", ""], ["0100000001", "Trần Văn Ba", "Đúng số", ""])
    file = answer(rest, data)
    assert (file.taken, reasons(file)) == (1, ["Mã số này đã có ở dòng trên; chỉ nhận dòng đầu."])
    with pytest.raises(AnswersKnown):
        answer(rest, data)
    assert AnswerFile.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "thiếu cột"),
        (file_of(["1"], heading=["Mã số BHXH"]), "thiếu cột “Họ và tên”, “Kết quả”"),
        ("Mã số BHXH,Họ và tên,Kết quả\n1,Đỗ,Đúng".encode("cp1258", "replace"), "CSV UTF-8"),
        (b"PK\x03\x04\xff\xfe", "CSV UTF-8"),
        (b'M\x00,"', "thiếu cột"),
    ],
)
def test_it_refuses_a_file_that_is_not_the_table(rest: World, data: bytes, why: str) -> None:
    with pytest.raises(AnswersUnreadable, match=why):
        answer(rest, data)
    assert not AnswerFile.objects.exists()


def test_a_file_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_LINES", 1)
    with pytest.raises(intake.FileUnreadable, match="tách theo xã"):
        intake.read(file_of(["1", "", "Đúng"], ["2", "", "Đúng"]))


def test_only_reviewers_take_answers_and_only_the_sender_sees_the_file(rest: World, client: Client) -> None:
    with pytest.raises(NotPermitted):
        take_answers(name="x", data=file_of(), actor=rest.actor(rest.cast.thu), at=NOW)
    file = answer(rest, file_of(["0100000001", "=Sai", "Đúng số", ""]))
    for account, status in ((rest.cast.hoa, 200), (rest.cast.quan, 404), (rest.cast.binh, 404)):
        client.force_login(account)
        assert client.get(f"/xac-minh/cong-an/tra-loi/{file.pk}/").status_code == status
        assert client.get(f"/xac-minh/cong-an/tra-loi/{file.pk}/dong-bi-loai/").status_code == status


def test_the_pages_hand_out_and_take_in(rest: World, client: Client) -> None:
    client.force_login(rest.cast.hoa)
    assert "<strong>3 người</strong>" in client.get("/xac-minh/cong-an/").content.decode()
    sent = client.post("/xac-minh/cong-an/tai-ve/?ly-do=NOT_FOUND", {"purpose": "Gửi công an", "form": "csv"})
    assert sent.getvalue().decode().count("\n") == 2
    assert client.post("/xac-minh/cong-an/tai-ve/", {"form": "zip"}).status_code == 422
    file = SimpleUploadedFile("xã Vân Hòa.csv", file_of(["0100000001", "=Sai", "Đúng số", ""]))
    page = client.post("/xac-minh/cong-an/tra-loi/", {"file": file}, follow=True).content.decode()
    assert "Họ tên không khớp" in page
    back = client.get(f"/xac-minh/cong-an/tra-loi/{AnswerFile.objects.get().pk}/dong-bi-loai/")
    assert "'=Sai" in back.getvalue().decode()


def test_another_provinces_steward_gets_nothing(rest: World, client: Client) -> None:
    client.force_login(rest.cast.quan)
    assert client.get(f"/xac-minh/cong-an/?tinh={HANOI_CODE}").status_code == 404
    page = client.post(f"/xac-minh/cong-an/tai-ve/?tinh={HANOI_CODE}", {"purpose": "Gửi", "form": "csv"})
    assert page.status_code == 404
    own = client.post(f"/xac-minh/cong-an/tai-ve/?tinh={DA_NANG_CODE}", {"purpose": "Gửi", "form": "csv"})
    assert "0100000001" not in own.getvalue().decode()


def test_the_clerk_sees_what_the_police_said(rest: World, client: Client) -> None:
    answer(rest, file_of(["0100000001", "Trần Văn Ba", "Không có", ""]))
    client.force_login(rest.cast.hoa)
    case = Verification.objects.get(person__si_no="0100000001")
    assert "không có người này" in client.get(f"/xac-minh/cho-xet/{case.pk}/").content.decode()
