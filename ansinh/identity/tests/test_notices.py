"""Writing to people and employers: who is written to, what is said, and what is never said."""

import pytest
from django.db import IntegrityError, transaction

from ansinh.core.errors import Malformed, OutOfReach
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity import actions
from ansinh.identity.models import Notice, NoticeItem, Review
from ansinh.identity.tests.conftest import DA_NANG, LATER, World, citizen, decided, end, insured
from ansinh.registry.models import Person
from tests.cast import HANOI_CODE, NOW, province

WORKER = {
    "scheme": "SI_COMPULSORY",
    "from_date": "01/01/2020",
    "employer_code": "DV01",
    "employer_name": "Công ty Sao Mai",
}


def verify(world: World, *rows: dict[str, str], **facts: str) -> list[Person]:
    """Register people; everybody is confirmed, but the name lacks its marks (or whatever ``facts`` say)."""
    people = world.register(*rows)
    run = world.run(world.extract(*[citizen(number) for number in range(1, len(rows) + 1)]))
    levels = {"name": "UNMARKED"} | facts
    world.decide(run, *[decided(one, "CORRECTED", n, **levels) for n, one in enumerate(people, 1)])
    end(run)
    return people


def draft(world: World, person: Person, channel: str = "LETTER") -> Notice:
    """Draft a notice as Hà Nội's steward."""
    return actions.draft_notice(person=person, channel=channel, actor=world.actor(world.cast.hoa), at=NOW)


def test_a_letter_says_what_our_record_says_and_not_what_the_citizens_does(world: World) -> None:
    (person,) = verify(world, insured(1, full_name="Nguyen Thi An"))
    notice = draft(world, person)
    assert list(NoticeItem.objects.values_list("reason", "ours")) == [("NAME_MARKS", "Nguyen Thi An")]
    (letter,) = actions.read_notices(notices=[notice], actor=SYSTEM, at=LATER)
    assert letter.unit
    assert letter.line.items == (("Họ và tên", "Nguyen Thi An", "Họ tên thiếu dấu hoặc khác dấu"),)
    assert "Nguyễn" not in str(letter)
    assert "căn cước" in letter.line.bring[0]
    assert notice.answer_by.isoformat() == "2024-08-09"
    assert AuditEntry.objects.get(event="identity.notices_read").data == {"notices": [notice.pk]}


def test_a_year_known_alone_stays_a_year(world: World) -> None:
    (person,) = verify(world, insured(1, dob="1950"), name="EQUAL", dob="YEAR_ONLY")
    (letter,) = actions.read_notices(notices=[draft(world, person)], actor=SYSTEM, at=LATER)
    assert letter.line.items[0][1] == "1950"


def test_nothing_is_written_to_whom_nothing_is_asked(world: World) -> None:
    (person,) = verify(world, insured(1), name="EQUAL")
    with pytest.raises(actions.NothingToTell):
        draft(world, person)
    assert actions.draft_notices(area=None, to_employers=False, actor=SYSTEM, at=NOW).notices == 0


def test_a_second_press_writes_no_second_letter(world: World) -> None:
    (person,) = verify(world, insured(1))
    notice = draft(world, person)
    with pytest.raises(actions.NoticeUnderWay):
        draft(world, person)
    draft(world, person, "APP")
    notice.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        notice.save(force_insert=True)


@pytest.mark.parametrize("channel", ["EMPLOYER", "PIGEON", ""])
def test_a_person_is_reached_by_letter_or_in_the_app(world: World, channel: str) -> None:
    (person,) = verify(world, insured(1))
    with pytest.raises(Malformed):
        draft(world, person, channel)


def test_who_works_is_told_through_the_employer_in_one_letter(world: World) -> None:
    verify(world, insured(1, **WORKER), insured(2, **WORKER), insured(3), insured(4, **WORKER, res_province=DA_NANG))
    hoa = world.actor(world.cast.hoa)
    made = actions.draft_notices(area=None, to_employers=True, actor=hoa, at=NOW)
    assert made == actions.BulkNotices(1, 2, has_more=False)
    notice = Notice.objects.get()
    rows = actions.export_notice(notice=notice, actor=hoa, at=LATER)
    assert [row[0] for row in rows] == ["0100000001", "0100000002"]
    assert actions.draft_notices(area=None, to_employers=False, actor=hoa, at=NOW).people == 1
    assert actions.draft_notices(area=None, to_employers=True, actor=hoa, at=NOW).notices == 0


def test_an_employers_letter_is_whole_however_many_may_be_written_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = WORKER | {"employer_code": "DV02", "employer_name": "Công ty Bình Minh"}
    verify(world, *[insured(number, **(WORKER if number % 2 else other)) for number in range(1, 9)])
    monkeypatch.setattr("ansinh.identity.actions.notices.AT_ONCE", 1)
    hanoi, hoa = province(HANOI_CODE), world.actor(world.cast.hoa)
    assert actions.draft_notices(area=hanoi, to_employers=True, actor=hoa, at=NOW) == actions.BulkNotices(
        1, 4, has_more=True
    )
    assert actions.draft_notices(area=hanoi, to_employers=True, actor=hoa, at=NOW).people == 4
    assert actions.draft_notices(area=hanoi, to_employers=True, actor=hoa, at=NOW).people == 0


def test_in_bulk_nobody_is_written_to_whom_a_clerk_must_see_first(world: World) -> None:
    doubtful = world.doubt()
    dead = world.doubt(2, died_on="2022-08-25")
    asked = world.doubt(3)
    actions.decide_review(verification=asked, verdict=Review.Verdict.ASK, reason="", actor=SYSTEM, at=NOW)
    assert actions.draft_notices(area=None, to_employers=False, actor=SYSTEM, at=NOW).people == 1
    assert set(NoticeItem.objects.values_list("person", flat=True)) == {asked.person_id}
    assert {doubtful.person_id, dead.person_id}.isdisjoint(NoticeItem.objects.values_list("person", flat=True))


def test_who_never_declared_a_number_is_asked_for_one_a_child_for_its_parents(world: World) -> None:
    world.register(insured(1, id_no=""), insured(2, id_no="", dob="2015"), insured(3))
    assert actions.draft_notices(area=None, to_employers=False, actor=SYSTEM, at=NOW).people == 2
    assert list(NoticeItem.objects.order_by("person").values_list("reason", flat=True)) == [
        "NUMBER_MISSING",
        "MINOR_WITHOUT_NUMBER",
    ]


def test_a_notice_goes_out_and_is_answered(world: World) -> None:
    (person,) = verify(world, insured(1))
    notice, hoa = draft(world, person), world.actor(world.cast.hoa)
    step = {"notices": [notice], "actor": hoa, "at": LATER}
    with pytest.raises(actions.NoticeMoved):
        actions.take_notice_step(step="answer", note="Đã nộp CCCD", **step)  # type: ignore[arg-type]  # keywords
    assert actions.take_notice_step(step="send", note="", **step) == 1  # type: ignore[arg-type]  # keywords
    with pytest.raises(Malformed):
        actions.take_notice_step(step="answer", note="", **step)  # type: ignore[arg-type]  # keywords
    actions.take_notice_step(step="answer", note="Đã nộp CCCD", **step)  # type: ignore[arg-type]  # keywords
    notice.refresh_from_db()
    assert (notice.state, notice.answer) == ("ANSWERED", "Đã nộp CCCD")
    draft(world, person)


def test_a_withdrawn_draft_lets_another_be_written(world: World) -> None:
    (person,) = verify(world, insured(1))
    notice = draft(world, person)
    actions.take_notice_step(notices=[notice], step="withdraw", note="", actor=SYSTEM, at=LATER)
    draft(world, person)
    with pytest.raises(Malformed):
        actions.take_notice_step(notices=[notice], step="burn", note="", actor=SYSTEM, at=LATER)


def test_another_provinces_letters_are_out_of_reach(world: World) -> None:
    (person,) = verify(world, insured(1))
    notice, quan = draft(world, person), world.actor(world.cast.quan)
    with pytest.raises(OutOfReach):
        actions.draft_notice(person=person, channel="APP", actor=quan, at=NOW)
    with pytest.raises(OutOfReach):
        actions.read_notices(notices=[notice], actor=quan, at=NOW)
    with pytest.raises(OutOfReach):
        actions.take_notice_step(notices=[notice], step="send", note="", actor=quan, at=NOW)
    with pytest.raises(OutOfReach):
        actions.export_notice(notice=notice, actor=quan, at=NOW)
    with pytest.raises(OutOfReach):
        actions.draft_notices(area=province(HANOI_CODE), to_employers=True, actor=quan, at=NOW)
    assert not Notice.objects.visible_to(quan).exists()
