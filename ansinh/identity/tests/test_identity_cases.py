"""Opening a case with the identity agency, and every step until it ends."""

from datetime import date
from unicodedata import normalize

import pytest
from django.db import IntegrityError, transaction
from pytest_django.fixtures import Settings

from ansinh.core.errors import Malformed, NotPermitted, OutOfReach
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.identity import actions, ports
from ansinh.identity.models import (
    AgencyRequest,
    CaseField,
    CaseReason,
    CaseStep,
    IdentityCase,
    Notice,
    Review,
    Verification,
)
from ansinh.identity.queries import standings_of
from ansinh.identity.tests.conftest import LATER, World, citizen, decided, drain, end, insured, personal_id
from ansinh.identity.workflows.cases import STEPS, StepNotOpen, VerdictNotFinal, steps_from
from ansinh.registry.actions import NothingToCorrect, correct_person
from ansinh.registry.models import Correction, Person
from tests.cast import DAY, NOW

PAPER = "Công văn 12/CA-QLHC"


def differing(world: World, number: int = 1, **facts: str) -> Verification:
    """Confirm somebody whose name and date of birth the population database writes otherwise."""
    (person,) = world.register(insured(number, full_name="Nguyen Thi An", dob="1980", **facts))
    run = world.run(world.extract(citizen(number)))
    (row,) = world.decide(run, decided(person, "CORRECTED", number, name="UNMARKED", dob="YEAR_ONLY"))
    end(run)
    return Verification.objects.select_related("person__area", "run__extract").get(pk=row.pk)


def opened(world: World, number: int = 1) -> IdentityCase:
    """Open a case about such a person."""
    return actions.open_identity_case(
        verification=differing(world, number),
        ground="Giấy khai sinh 05/2001",
        actor=world.actor(world.cast.hoa),
        at=NOW,
    )


def answered(world: World, answer: str) -> IdentityCase:
    """Bring a case as far as the agency's answer."""
    case = opened(world)
    actions.ask_agency(case=case, document="15/BHXH", actor=SYSTEM, at=NOW)
    actions.record_answer(case=case, answer=answer, document=PAPER, document_date=DAY, actor=SYSTEM, at=LATER)
    return case


def test_a_case_holds_the_differing_fields_of_both_sides_and_nothing_else(world: World) -> None:
    case = opened(world)
    assert list(CaseField.objects.order_by("pk").values_list("field", "ours", "theirs")) == [
        ("name", "Nguyen Thi An", "Nguyễn Thị An"),
        ("dob", "1980", "1980-02-05"),
    ]
    assert case.wrong_side == IdentityCase.Side.OURS
    assert set(CaseReason.objects.values_list("reason", flat=True)) == {"NAME_MARKS", "BIRTH_INCOMPLETE"}
    assert case.state == IdentityCase.State.OPENED
    assert case.due_date == date(2024, 7, 5)
    assert AuditEntry.objects.get(event="identity.case_opened").reason == "Giấy khai sinh 05/2001"
    assert "Nguyễn" not in str(AuditEntry.objects.get(event="identity.case_opened").data)


def test_a_clerks_same_person_with_other_data_opens_a_case_too(world: World) -> None:
    case = world.doubt(full_name="Nguyễn Thị Ân")
    Verification.objects.filter(pk=case.pk).update(agree_name="MARKS")
    for clerk in (SYSTEM, world.actor(world.cast.hoa)):
        actions.decide_review(verification=case, verdict=Review.Verdict.SAME, reason="", actor=clerk, at=NOW)
    made = actions.open_identity_case(verification=case, ground="", actor=SYSTEM, at=NOW)
    assert made.wrong_side == IdentityCase.Side.UNKNOWN
    assert [row.theirs for row in made.fields.all()] == ["Nguyễn Thị Ân"]


@pytest.mark.parametrize("name", ["NGUYỄN THỊ AN", normalize("NFD", "Nguyễn Thị An")])
def test_what_has_been_corrected_meanwhile_is_no_longer_disputed(world: World, name: str) -> None:
    row = differing(world)
    correct_person(
        person=row.person, values={"full_name": name, "birth": "05/02/1980"}, basis="khai sinh", actor=SYSTEM, at=NOW
    )
    with pytest.raises(actions.NothingDisputed):
        actions.open_identity_case(verification=row, ground="", actor=SYSTEM, at=NOW)
    assert not IdentityCase.objects.exists()


def test_a_person_has_one_open_case_at_a_time(world: World) -> None:
    case = opened(world)
    with pytest.raises(actions.CaseAlreadyOpen):
        actions.open_identity_case(verification=case.verification, ground="", actor=SYSTEM, at=LATER)
    case.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        case.save(force_insert=True)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("WAITING", "Hãy xét xong"),
        ("SECOND", "Hãy xét xong"),
        ("DISPUTED", "Hãy xét xong"),
        ("REJECTED", "hoàn tác"),
        ("NOT_FOUND", "bổ sung"),
        ("SUPERSEDED", "mới nhất"),
    ],
)
def test_it_refuses_a_decision_that_a_case_cannot_be_about(world: World, state: str, message: str) -> None:
    row = world.doubt()
    Verification.objects.filter(pk=row.pk).update(state=state)
    with pytest.raises(actions.CaseNotOpenable, match=message):
        actions.open_identity_case(verification=row, ground="", actor=SYSTEM, at=NOW)


def test_two_insurance_numbers_are_merged_not_disputed(world: World) -> None:
    row = world.doubt()
    Verification.objects.filter(pk=row.pk).update(obstacle="TAKEN")
    with pytest.raises(actions.MergeInstead, match="gộp sổ"):
        actions.open_identity_case(verification=row, ground="", actor=SYSTEM, at=NOW)


def test_a_death_is_a_case_and_its_day_is_corrected_in_the_register(world: World) -> None:
    row = world.doubt(died_on="2022-08-25")
    case = actions.open_identity_case(verification=row, ground="", actor=SYSTEM, at=NOW)
    assert ("died", "", "2022-08-25") in CaseField.objects.values_list("field", "ours", "theirs")
    actions.correct_by_case(
        case=case, values={"died": "25/08/2022"}, document="Trích lục khai tử 7/2022", actor=SYSTEM, at=LATER
    )
    assert Person.objects.get().died_on == date(2022, 8, 25)


def test_the_agency_corrects_its_data_and_ours_stays(world: World) -> None:
    case = answered(world, "THEIRS")
    assert case.state == IdentityCase.State.ANSWERED
    assert [step.code for step in steps_from(case)] == ["close", "cancel"]
    actions.take_case_step(case=case, step="close", note="", actor=SYSTEM, at=LATER)
    assert case.state == IdentityCase.State.CLOSED
    assert case.due_date is None
    assert not Correction.objects.exists()
    assert standings_of([case.person_id])[case.person_id].code == "UPDATED"


def test_ours_is_corrected_through_the_register_with_its_paper(world: World) -> None:
    case = answered(world, "OURS")
    with pytest.raises(StepNotOpen):
        actions.take_case_step(case=case, step="close", note="", actor=SYSTEM, at=LATER)
    hoa = world.actor(world.cast.hoa)
    values = {"name": "Nguyễn Thị An", "dob": "05/02/1980"}
    actions.correct_by_case(case=case, values=values, document=PAPER, actor=hoa, at=LATER)
    person = Person.objects.get()
    assert (person.full_name, person.birth) == ("Nguyễn Thị An", "1980-02-05")
    assert {row.basis for row in Correction.objects.all()} == {f"{PAPER}; hồ sơ phối hợp số {case.pk}"}
    assert standings_of([person.pk])[person.pk].code == "UPDATED"
    actions.take_case_step(case=case, step="close", note="", actor=hoa, at=LATER)
    assert [row.step for row in CaseStep.objects.order_by("pk")] == ["open", "send", "answer", "correct", "close"]


def test_an_ended_case_forgets_what_the_agencys_register_says(world: World) -> None:
    case = answered(world, "NONE")
    actions.take_case_step(case=case, step="close", note="", actor=SYSTEM, at=LATER)
    assert set(CaseField.objects.values_list("theirs", flat=True)) == {""}
    actions.take_case_step(case=case, step="reopen", note="Người dân khiếu nại", actor=SYSTEM, at=LATER)
    assert set(CaseField.objects.values_list("theirs", flat=True)) == {"Nguyễn Thị An", "1980-02-05"}
    assert (case.state, case.answer, case.answer_date) == ("OPENED", "", None)


def test_nothing_outside_the_case_is_corrected(world: World) -> None:
    case = opened(world)
    for values in ({"sex": "M"}, {"number": personal_id(2)}, {"ethnicity": "Kinh"}):
        with pytest.raises(Malformed):
            actions.correct_by_case(case=case, values=values, document=PAPER, actor=SYSTEM, at=LATER)
    with pytest.raises(NothingToCorrect):
        actions.correct_by_case(case=case, values={"name": "Nguyen Thi An"}, document=PAPER, actor=SYSTEM, at=LATER)
    case.refresh_from_db()
    assert case.state == IdentityCase.State.OPENED


def test_a_disputed_number_is_confirmed_by_review_not_typed(world: World) -> None:
    (person,) = world.register(insured(1))
    first = world.run(world.extract(citizen(1)))
    world.decide(first, decided(person, "VERIFIED", 1))
    end(first)
    run = world.run(world.extract(citizen(2)))
    (row,) = world.decide(run, decided(person, "CORRECTED", 2, number="DIFFERENT"))
    case = actions.open_identity_case(verification=row, ground="", actor=SYSTEM, at=NOW)
    assert list(case.fields.values_list("field", "ours", "theirs")) == [("number", personal_id(1), personal_id(2))]
    with pytest.raises(actions.NumberNotCorrectedHere):
        actions.correct_by_case(case=case, values={}, document=PAPER, actor=SYSTEM, at=LATER)
    case.refresh_from_db()
    actions.decide_review(verification=row, verdict=Review.Verdict.SAME, reason="", actor=SYSTEM, at=LATER)
    with pytest.raises(VerdictNotFinal):
        actions.correct_by_case(case=case, values={}, document=PAPER, actor=SYSTEM, at=LATER)
    hoa = world.actor(world.cast.hoa)
    actions.decide_review(verification=row, verdict=Review.Verdict.SAME, reason="", actor=hoa, at=LATER)
    actions.correct_by_case(case=case, values={}, document=PAPER, actor=SYSTEM, at=LATER)
    assert case.state == IdentityCase.State.CORRECTED


def test_asking_the_person_drafts_a_letter_and_an_app_notice_once(world: World) -> None:
    case = opened(world)
    assert len(actions.ask_person(case=case, actor=SYSTEM, at=NOW)) == 2
    assert set(Notice.objects.values_list("channel", flat=True)) == {"LETTER", "APP"}
    assert case.due_date == date(2024, 8, 9)
    assert standings_of([case.person_id])[case.person_id].code == "SUPPLEMENT"
    with pytest.raises(StepNotOpen):
        actions.ask_person(case=case, actor=SYSTEM, at=NOW)
    assert Notice.objects.count() == 2


def test_by_letter_the_request_needs_our_number_and_waits_for_a_person(world: World) -> None:
    case = opened(world)
    with pytest.raises(actions.DocumentMissing):
        actions.ask_agency(case=case, document=" ", actor=SYSTEM, at=NOW)
    request = actions.ask_agency(case=case, document="15/BHXH-TST", actor=SYSTEM, at=NOW)
    assert (request.channel, request.status, request.action) == ("LETTER", "DONE", "REQUESTED")
    actions.settle_request(
        request=request, receipt=ports.Receipt(accepted=True, reference="77"), actor=SYSTEM, at=LATER
    )
    assert AgencyRequest.objects.get().action == "ACCEPTED"
    with pytest.raises(actions.RequestSettled):
        actions.settle_request(request=request, receipt=ports.Receipt(accepted=True), actor=SYSTEM, at=LATER)


def test_a_refused_request_brings_the_case_back_and_may_be_sent_anew(world: World) -> None:
    case = opened(world)
    request = actions.ask_agency(case=case, document="15/BHXH", actor=SYSTEM, at=NOW)
    with pytest.raises(actions.DocumentMissing):
        actions.settle_request(request=request, receipt=ports.Receipt(accepted=False), actor=SYSTEM, at=LATER)
    refused = ports.Receipt(accepted=False, why_rejected="Thiếu bản chụp giấy khai sinh")
    actions.settle_request(request=request, receipt=refused, actor=SYSTEM, at=LATER)
    case = IdentityCase.objects.get()
    assert case.state == IdentityCase.State.OPENED
    again = actions.ask_agency(case=case, document="16/BHXH", actor=SYSTEM, at=LATER)
    assert again.idempotency_key != request.idempotency_key


class Agency:
    """An agency's end of the wire, played in this process: takes on every request but those without a ground."""

    seen: list[ports.CorrectionRequest] = []  # noqa: RUF012 - one memory for all who are made, as a server has

    def request_correction(self, request: ports.CorrectionRequest) -> ports.Receipt:
        """Answer like the agency."""
        Agency.seen.append(request)
        if not request.ground:
            return ports.Receipt(accepted=False, why_rejected="Chưa có căn cứ")
        return ports.Receipt(accepted=True, reference="C06-1")


def test_by_exchange_the_worker_sends_the_disputed_fields_only(world: World, settings: Settings) -> None:
    settings.IDENTITY_AGENCY = f"{__name__}.Agency"
    Agency.seen.clear()
    case = opened(world)
    request = actions.ask_agency(case=case, document="", actor=SYSTEM, at=NOW)
    drain("identity.request", at=LATER)
    request.refresh_from_db()
    assert (request.status, request.action, request.agency_reference) == ("DONE", "ACCEPTED", "C06-1")
    (sent,) = Agency.seen
    assert sent.personal_id == personal_id(1)
    assert [(one.field, one.theirs) for one in sent.values] == [("name", "Nguyễn Thị An"), ("dob", "1980-02-05")]
    assert "Cao Bằng" not in str(sent)


def test_by_exchange_a_refusal_comes_back_as_a_step(world: World, settings: Settings) -> None:
    settings.IDENTITY_AGENCY = f"{__name__}.Agency"
    case = opened(world)
    IdentityCase.objects.update(ground="")
    actions.ask_agency(case=case, document="", actor=SYSTEM, at=NOW)
    drain("identity.request", at=LATER)
    case.refresh_from_db()
    assert case.state == IdentityCase.State.OPENED
    assert CaseStep.objects.latest("pk").note == "Chưa có căn cứ"


def test_a_request_whose_connection_is_gone_is_an_incident_a_person_sees(world: World, settings: Settings) -> None:
    settings.IDENTITY_AGENCY = f"{__name__}.Agency"
    actions.ask_agency(case=opened(world), document="", actor=SYSTEM, at=NOW)
    settings.IDENTITY_AGENCY = ""
    drain("identity.request", at=LATER)
    request = AgencyRequest.objects.get()
    assert request.status == AgencyRequest.Status.INCIDENT
    assert "in công văn" in request.problem


def test_an_answer_needs_a_document_that_is_not_from_tomorrow(world: World) -> None:
    case = opened(world)
    with pytest.raises(StepNotOpen):
        actions.record_answer(case=case, answer="OURS", document=PAPER, document_date=DAY, actor=SYSTEM, at=NOW)
    actions.ask_agency(case=case, document="15/BHXH", actor=SYSTEM, at=NOW)
    with pytest.raises(Malformed):
        actions.record_answer(case=case, answer="", document=PAPER, document_date=DAY, actor=SYSTEM, at=NOW)
    with pytest.raises(actions.DocumentMissing):
        actions.record_answer(case=case, answer="OURS", document="", document_date=DAY, actor=SYSTEM, at=NOW)
    with pytest.raises(actions.AnswerFromFuture):
        actions.record_answer(
            case=case, answer="OURS", document=PAPER, document_date=date(2024, 7, 1), actor=SYSTEM, at=NOW
        )


def test_the_slower_of_two_officers_moves_nothing(world: World) -> None:
    case = opened(world)
    other = IdentityCase.objects.get()
    actions.take_case_step(case=case, step="cancel", note="Mở nhầm", actor=SYSTEM, at=NOW)
    with pytest.raises(StepNotOpen):
        actions.ask_agency(case=other, document="15/BHXH", actor=SYSTEM, at=LATER)
    assert CaseStep.objects.count() == 2
    assert not AgencyRequest.objects.exists()


def test_a_cancelled_case_takes_its_request_back(world: World, settings: Settings) -> None:
    settings.IDENTITY_AGENCY = f"{__name__}.Agency"
    Agency.seen.clear()
    case = opened(world)
    actions.ask_agency(case=case, document="", actor=SYSTEM, at=NOW)
    with pytest.raises(Malformed):
        actions.take_case_step(case=case, step="cancel", note="", actor=SYSTEM, at=NOW)
    actions.take_case_step(case=case, step="cancel", note="Mở nhầm", actor=SYSTEM, at=NOW)
    drain("identity.request", at=LATER)
    assert not Agency.seen
    assert AgencyRequest.objects.get().action == "REJECTED"


@pytest.mark.parametrize("step", sorted(set(STEPS) - {"close", "cancel", "reopen"}))
def test_a_step_that_needs_more_is_not_taken_by_its_name(world: World, step: str) -> None:
    with pytest.raises(Malformed):
        actions.take_case_step(case=opened(world), step=step, note="x", actor=SYSTEM, at=NOW)


def test_a_clerk_says_anew_why_a_case_exists(world: World) -> None:
    case = opened(world)
    actions.change_identity_case(
        case=case, reasons=["OTHER", "NAME_MARKS"], wrong_side="THEIRS", ground="CCCD", actor=SYSTEM, at=LATER
    )
    assert set(CaseReason.objects.values_list("reason", flat=True)) == {"OTHER", "NAME_MARKS"}
    assert (case.wrong_side, case.ground) == ("THEIRS", "CCCD")
    for reasons, side in (([], "OURS"), (["NONSENSE"], "OURS"), (["OTHER"], "NOBODY")):
        with pytest.raises(Malformed):
            actions.change_identity_case(case=case, reasons=reasons, wrong_side=side, ground="", actor=SYSTEM, at=LATER)


def test_cases_are_opened_in_bulk_once(world: World) -> None:
    first, second = differing(world, 1), differing(world, 2)
    hoa = world.actor(world.cast.hoa)
    actions.open_identity_case(verification=first, ground="", actor=SYSTEM, at=NOW)
    assert actions.open_identity_cases(area=None, actor=hoa, at=NOW) == actions.BulkOpening(1, 0)
    assert actions.open_identity_cases(area=None, actor=hoa, at=NOW) == actions.BulkOpening(0, 0)
    assert set(IdentityCase.objects.values_list("verification", flat=True)) == {first.pk, second.pk}


def test_a_bulk_opening_stops_at_what_an_office_can_look_at(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    people = world.register(*[insured(number, full_name="Nguyen Thi An") for number in range(1, 6)])
    run = world.run(world.extract(*[citizen(number) for number in range(1, 6)]))
    world.decide(run, *[decided(one, "CORRECTED", n, name="UNMARKED") for n, one in enumerate(people, 1)])
    monkeypatch.setattr("ansinh.identity.actions.identity_cases.AT_ONCE", 2)
    hoa = world.actor(world.cast.hoa)
    assert [actions.open_identity_cases(area=None, actor=hoa, at=NOW).opened for _ in range(4)] == [2, 2, 1, 0]


def test_another_provinces_officer_opens_sees_and_moves_nothing(world: World) -> None:
    quan, case = world.actor(world.cast.quan), opened(world)
    with pytest.raises(OutOfReach):
        actions.open_identity_case(verification=case.verification, ground="", actor=quan, at=NOW)
    with pytest.raises(OutOfReach):
        actions.read_identity_case(case=case, actor=quan, at=NOW)
    with pytest.raises(OutOfReach):
        actions.ask_agency(case=case, document="15", actor=quan, at=NOW)
    with pytest.raises(NotPermitted):
        actions.read_identity_case(case=case, actor=world.actor(world.cast.thu), at=NOW)
    assert actions.open_identity_cases(area=None, actor=quan, at=NOW).opened == 0
    assert not IdentityCase.objects.visible_to(quan).exists()


def test_the_steps_lead_from_every_open_state_and_only_reopening_from_an_end() -> None:
    for state in IdentityCase.State.values:
        codes = {step.code for step in steps_from(IdentityCase(state=state, answer=""))}
        if state in IdentityCase.ENDED:
            assert codes == {"reopen"}
        else:
            assert codes or state == IdentityCase.State.ANSWERED
    for answer in ("THEIRS", "OURS", "NONE"):
        assert steps_from(IdentityCase(state="ANSWERED", answer=answer))
