"""The demo's first half of 2024, told by the same acts that officers call; nothing is written behind their back.

The country is files that ``partners.country`` writes; they enter through the bulk import and the population extract.
"""

import csv
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from io import StringIO
from itertools import islice
from pathlib import Path

import duckdb
from django.conf import settings

from ansinh.core import clock, work
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import Refusal
from ansinh.core.permissions import SYSTEM, Actor
from ansinh.demo.people import PASSWORD, PLAYERS
from ansinh.identity import actions as identity
from ansinh.identity.models import (
    AnswerFile,
    AuditSample,
    CitizenIndex,
    DuplicatePair,
    IdentityCase,
    MergeProposal,
    Notice,
    PopulationExtract,
    Review,
    SampleItem,
    Verification,
    VerificationRun,
    open_to,
)
from ansinh.identity.queries import CHECK_HEAD, PeopleScope, claims
from ansinh.identity.queries.identity_cases import shown, to_be_opened
from ansinh.offices import actions as offices
from ansinh.offices.models import Account, Area, Unit
from ansinh.offices.queries import actor_for
from ansinh.programme import actions as programme
from ansinh.programme.models import Product, Task
from ansinh.registry import actions as registry
from ansinh.registry.models import ImportBatch
from ansinh.registry.queries import conflicts_between

Tell = Callable[[str, int, int], None]
SEED, REVIEWS, MISMATCHES, MERGES, ANSWERS = 6, 240, 48, 2, 12
LEFT_UNREAD, SEEN_OTHERWISE = 3, 4
LOADED = date(2024, 1, 8)
EXTRACTED = date(2024, 3, 1)
VERIFIED = date(2024, 3, 11)
OPENED = date(2024, 5, 2)
MERGED = date(2024, 5, 15)
PRODUCTS = (
    (5, "112/KH-BHXH", "Kế hoạch triển khai Đề án Trung tâm dữ liệu quốc gia", date(2024, 1, 26)),
    (1, "385/TB-BHXH", "Kết luận Hội nghị toàn Ngành triển khai Đề án 06 năm 2024", date(2024, 2, 27)),
    (2, "402/TB-BHXH", "Kết luận giao ban Tổ công tác tháng 2", date(2024, 2, 29)),
    (3, "517/BC-BHXH", "Báo cáo tháng 3 thực hiện Đề án 06", date(2024, 3, 18)),
    (20, "698/BC-CNTT", "Báo cáo hoàn thành kết nối hệ thống EMC", date(2024, 4, 12)),
    (19, "731/BHXH-VP", "Góp ý dự thảo Nghị định về 02 nhóm thủ tục liên thông", date(2024, 4, 19)),
    (10, "845/BHXH-PC", "Góp ý dự thảo quy định về dữ liệu", date(2024, 5, 10)),
    (4, "902/KH-BHXH", "Kế hoạch kiểm tra triển khai Đề án 06 tại các tỉnh", date(2024, 5, 21)),
)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One long step of the demo, and whether it is already told."""

    title: str
    is_told: Callable[[], bool]
    tell: Callable[[Tell], None]


def folder() -> Path:
    """Return where the demo's files lie."""
    return Path(settings.VAR) / "country"


def moment(day: date, hour: int = 9) -> datetime:
    """Return an hour of a demo day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=VIETNAM)


def player(username: str, on: date) -> Actor:
    """Return a demo officer as actor on a day."""
    return actor_for(Account.objects.get(username=username), on)


def hire(tell: Tell) -> None:
    """Open one account a role."""
    at = moment(date(2024, 1, 2))
    for number, one in enumerate(PLAYERS, 1):
        if Account.objects.filter(username=one.username).exists():
            continue
        unit = Unit.objects.on(at.date()).get(code=one.unit)
        area = Area.objects.on(at.date()).get(level="PROVINCE", code=one.province) if one.province else None
        account = offices.open_account(
            username=one.username, full_name=one.full_name, password=PASSWORD, unit=unit, actor=SYSTEM, at=at
        )
        offices.grant_role(account=account, role=one.role, area=area, from_date=at.date(), actor=SYSTEM, at=at)
        tell("Mở tài khoản", number, len(PLAYERS))


def invent_country(tell: Tell) -> None:
    """Let the partner's generator write its files, in a process of its own."""
    command = [sys.executable, "-m", "partners.country", "--out", str(folder())]
    sizes = ["--citizens", settings.DEMO_CITIZENS, "--insured", settings.DEMO_INSURED, "--seed", str(SEED)]
    with subprocess.Popen([*command, *sizes], stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own module
        for number, line in enumerate(process.stderr or (), 1):
            tell(line.split(":")[0], number, number + 1)
    if process.returncode:
        raise RuntimeError(f"partners.country ended with {process.returncode}")


def load_register(tell: Tell) -> None:
    """Bring the legacy file into the register, as a steward would."""
    batch = ImportBatch.objects.first() or registry.request_import(
        path=folder() / "insured.csv",
        file_name="insured.csv",
        effective_date=LOADED,
        actor=player("phutrach", LOADED),
        at=moment(LOADED),
    )
    drain("registry.import", batch, moment(LOADED), tell)


def verify_everybody(tell: Tell) -> None:
    """Receive the population extract and run the engine over the whole country."""
    actor = player("phutrach", VERIFIED)
    path = folder() / "population.parquet"
    extract = PopulationExtract.objects.first() or identity.receive_extract(
        path=path, cut_off_date=EXTRACTED, actor=actor, at=moment(VERIFIED)
    )
    run = VerificationRun.objects.first() or identity.start_run(
        area=None, extract=extract, effective_date=VERIFIED, actor=actor, at=moment(VERIFIED)
    )
    drain("identity.run", run, moment(VERIFIED), tell)
    if not CitizenIndex.objects.exists():
        identity.index_citizens(extract=extract, hear=tell, actor=actor, at=moment(VERIFIED))


def drain(name: str, row: ImportBatch | VerificationRun, at: datetime, tell: Tell) -> None:
    """Carry out one queue's rows here and now, on the story's clock, telling progress."""
    queue = work.QUEUES[name]

    class Teller(work.Beat):
        """A beat that is also shown on the terminal."""

        def __call__(self, step: str, done: int = 0, total: int = 0) -> None:
            """Beat and tell."""
            super().__call__(step, done, total)
            tell(step, done, total)

    claimed = work.claim(queue, worker="demo", at=clock.now())
    if claimed:
        work.carry_out(queue, claimed, clock=lambda: at, beat=Teller)
    row.refresh_from_db()
    if row.status != row.Status.DONE:
        raise RuntimeError(f"{name}: {row.get_status_display()}. {row.problem}")


def review_some(tell: Tell) -> None:
    """Let two stewards decide doubtful cases from April to June; a good clerk is nearly always right."""
    for number, (username, verification) in enumerate(list(_cases()), 1):
        at = moment(date(2024, 4, 1), 8) + timedelta(days=(number - 1) * 87 // REVIEWS, seconds=number * 9 % 5400)
        decide(verification, username, truthful(verification), at)
        tell("Xét trường hợp nghi ngờ", number, REVIEWS)


def read_again(tell: Tell) -> None:
    """Let a second person read what needs one, and now and then see it otherwise; the lead settles half of that."""
    day = date(2024, 6, 24)
    waiting = Verification.objects.filter(state="SECOND").select_related("person__area", "run__extract")
    # Whom the lead has read first waits on: the demo has nobody else for the whole country.
    readings = [("hanoi2", row) for row in waiting.filter(open_to(player("hanoi2", day)), person__area__code="01")]
    others = waiting.exclude(person__area__code="01").filter(open_to(player("phutrach", day)))
    readings = sorted(readings + [("phutrach", row) for row in others], key=lambda one: one[1].pk)
    for number, (username, verification) in enumerate(readings[:-LEFT_UNREAD], 1):
        otherwise = username == "hanoi2" and number % SEEN_OTHERWISE == 0
        verdict = Review.Verdict.ASK if otherwise else truthful(verification)
        decide(verification, username, verdict, moment(day, 8) + timedelta(seconds=number * 8))
        tell("Người thứ hai xét", number, len(readings) - LEFT_UNREAD)
    disputed = Verification.objects.filter(state="DISPUTED", person__area__code="01").select_related("person__area")
    for number, verification in enumerate(disputed.order_by("pk")[: -(-disputed.count() // 2)], 1):
        at = moment(date(2024, 6, 26), 9) + timedelta(minutes=number)
        decide(verification, "phutrach", truthful(verification), at)


def check_the_machine(tell: Tell) -> None:
    """Draw a sample of what the machine decided, and let the lead and a steward judge most of it."""
    day = date(2024, 6, 27)
    run = VerificationRun.objects.get()
    identity.draw_sample(run=run, half_width=0.01, seed=SEED, actor=player("phutrach", day), at=moment(day))
    items = SampleItem.objects.select_related("verification__person__area", "stratum__sample").order_by("place")
    asked = list(items[: items.count() * 9 // 10])
    for number, item in enumerate(asked, 1):
        identity.judge_item(
            item=item,
            verdict=truthful(item.verification),
            reason="",
            actor=player("hanoi2" if item.verification.person.area.code == "01" else "phutrach", day),
            at=moment(day) + timedelta(seconds=number * 6),
        )
        tell("Kiểm tra mẫu", number, len(asked))


def decide(verification: Verification, username: str, verdict: Review.Verdict, at: datetime) -> None:
    """Give an answer; where it is refused, ask the citizen, with the refusal as the reason."""
    actor = player(username, at.date())
    try:
        identity.decide_review(verification=verification, verdict=verdict, reason="", actor=actor, at=at)
    except Refusal as refusal:
        ask, reason = Review.Verdict.ASK, refusal.message[:300]
        identity.decide_review(verification=verification, verdict=ask, reason=reason, actor=actor, at=at)


@cache
def truth() -> dict[str, int]:
    """Return who everybody of the register is, as the generator knows it."""
    rows = duckdb.execute("SELECT si_no, person_id FROM read_parquet(?)", [str(folder() / "truth.parquet")])
    return dict(rows.fetchall())


def truthful(verification: Verification) -> Review.Verdict:
    """Return the right answer."""
    same = truth().get(verification.person.si_no) == verification.citizen
    return Review.Verdict.SAME if same else Review.Verdict.DIFFERENT


def _cases() -> Iterator[tuple[str, Verification]]:
    waiting = Verification.objects.filter(state="WAITING", obstacle="", citizen__isnull=False).select_related(
        "person", "run__extract"
    )
    left = REVIEWS
    for username, province in (("hanoi", "01"), ("danang", "48")):
        rows = waiting.filter(person__area__code=province).order_by("pk")
        some = list(rows[: min(REVIEWS // 2, rows.count() // 2)])
        left -= len(some)
        yield from ((username, row) for row in some)
    others = waiting.exclude(person__area__code__in=["01", "48"]).order_by("pk")
    yield from (("phutrach", row) for row in others[:left])


def ask_police(tell: Tell) -> None:
    """Let a steward ask the communes' police about some of the rest, and take their answers in two weeks later."""
    asked, answered = date(2024, 6, 3), date(2024, 6, 17)
    actor = player("danang", asked)
    area = Area.objects.on(asked).get(level="PROVINCE", code="48")
    people = identity.take_police_list(
        scope=PeopleScope(area, verified=False),
        purpose="Công văn 214/BHXH-QLT gửi Công an thành phố Đà Nẵng",
        actor=actor,
        at=moment(asked),
    )
    text = StringIO()
    table = csv.writer(text)
    table.writerow(CHECK_HEAD)
    for number, one in enumerate(islice(people, ANSWERS)):
        verdict = "Đã chết" if "đã mất" in one.why else ("Không có", "Đúng số")[number % 2]
        table.writerow([*one.cells[:-3], verdict, "", ""])
        tell("Hỏi công an xã", number + 1, ANSWERS)
    identity.take_answers(
        name="tra-loi-cong-an-da-nang.csv", data=text.getvalue().encode(), actor=actor, at=moment(answered)
    )


def merge_some(tell: Tell) -> None:
    """Let the steward of Hà Nội propose two merges in May, of which the lead approves the first."""
    day, told = MERGED, 0
    pairs = DuplicatePair.objects.filter(
        state=DuplicatePair.State.OPEN, first__area__code="01", second__area__code="01"
    )
    for pair in pairs.select_related("first__area", "second__area").order_by("pk"):
        found = conflicts_between(pair.first, pair.second, day)
        if any(conflict.blocks for conflict in found):
            continue
        both = claims([pair.first_id, pair.second_id], day)
        kept = min(both.values(), key=lambda claim: claim.rank).person
        offer = identity.MergeOffer(kept, "Đơn TK1-TS và hai sổ BHXH đã thu", {one.code: kept for one in found})
        identity.propose_merge(pair=pair, offer=offer, actor=player("hanoi", day), at=moment(day, 9 + told))
        told += 1
        tell("Gộp mã số BHXH", told, MERGES)
        if told == MERGES:
            break
        identity.approve_proposal(pair=pair, actor=player("phutrach", day), at=moment(day, 14))


def settle_mismatches(tell: Tell) -> None:
    """Let Hà Nội's steward work the mismatches with the identity agency, and write to employers and people."""
    actor, area = player("hanoi", OPENED), Area.objects.on(OPENED).get(level="PROVINCE", code="01")
    for number, verification in enumerate(list(to_be_opened(area, actor)[:MISMATCHES])):
        at = moment(OPENED) + timedelta(days=number * 48 // MISMATCHES)
        case = identity.open_identity_case(verification=verification, ground="", actor=actor, at=at)
        if number % 3:
            _ask_agency(case, number, actor, at + timedelta(days=1))
        else:
            identity.ask_person(case=case, actor=actor, at=at + timedelta(days=1))
        tell("Phối hợp với cơ quan căn cước", number + 1, MISMATCHES)
    identity.open_identity_cases(area=area, actor=actor, at=moment(date(2024, 6, 26)))
    identity.draft_notices(area=area, to_employers=True, actor=actor, at=moment(date(2024, 6, 10)))
    posted = list(Notice.objects.filter(state=Notice.State.DRAFTED, channel=Notice.Channel.EMPLOYER)[:10])
    if posted:
        identity.take_notice_step(notices=posted, step="send", note="", actor=actor, at=moment(date(2024, 6, 12)))
    identity.draft_notices(area=area, to_employers=False, actor=actor, at=moment(date(2024, 6, 26)))


def _ask_agency(case: IdentityCase, number: int, actor: Actor, at: datetime) -> None:
    """Send one case to the agency; every other is answered in a week, and then carried out and closed."""
    identity.ask_agency(case=case, document=f"{200 + number}/BHXH-TST", actor=actor, at=at)
    if number % 3 == 1:
        return
    later, paper = at + timedelta(days=7), f"{60 + number}/CA-QLHC"
    ours = case.wrong_side == IdentityCase.Side.OURS
    identity.record_answer(
        case=case,
        answer="OURS" if ours else "THEIRS",
        document=paper,
        document_date=later.date(),
        actor=actor,
        at=later,
    )
    if ours:
        held = {field.field: field for field in case.fields.all()}
        values = {name: shown(name, field.theirs) for name, field in held.items() if name in {"name", "dob"}}
        values |= {name: field.theirs for name, field in held.items() if name == "sex"}
        identity.correct_by_case(case=case, values=values, document=paper, actor=actor, at=later)
    identity.take_case_step(case=case, step="close", note="", actor=actor, at=later)


def issue_documents(tell: Tell) -> None:
    """Record what the units issued."""
    for number, (task, document, title, day) in enumerate(PRODUCTS, 1):
        if Product.objects.filter(number=document).exists():
            continue
        programme.record_product(
            task=Task.objects.get(plan__code="2024", number=task),
            number=document,
            title=title,
            issued_date=day,
            actor=player("thuky", day),
            at=moment(day, 15),
        )
        tell("Ghi nhận văn bản", number, len(PRODUCTS))


def country_is_made() -> bool:
    """Tell whether the generator has written its last file."""
    return (folder() / "truth.parquet").exists()


def register_is_loaded() -> bool:
    """Tell whether the import came to its end."""
    return ImportBatch.objects.filter(status="DONE").exists()


def everybody_is_verified() -> bool:
    """Tell whether the run came to its end."""
    return VerificationRun.objects.filter(status="DONE").exists()


def reviews_have_begun() -> bool:
    """Tell whether the stewards have started; what they leave is for whoever tries the demo."""
    return Review.objects.exists()


def second_readings_have_begun() -> bool:
    """Tell whether second persons have started."""
    return Review.objects.filter(turn=Review.Turn.SECOND).exists()


def the_machine_is_checked() -> bool:
    """Tell whether a sample is drawn."""
    return AuditSample.objects.exists()


def mismatches_are_worked() -> bool:
    """Tell whether the two-way cases have begun."""
    return IdentityCase.objects.exists()


CHAPTERS = (
    Chapter("Mở tài khoản thử", lambda: Account.objects.count() >= len(PLAYERS), hire),
    Chapter("Tạo một đất nước thử", country_is_made, invent_country),
    Chapter("Ghi nhận văn bản", lambda: Product.objects.count() >= len(PRODUCTS), issue_documents),
    Chapter("Nhập sổ bảo hiểm", register_is_loaded, load_register),
    Chapter("Xác minh với dân cư", everybody_is_verified, verify_everybody),
    Chapter("Xét trường hợp nghi ngờ", reviews_have_begun, review_some),
    Chapter("Gộp mã số BHXH", MergeProposal.objects.exists, merge_some),
    Chapter("Hỏi công an xã", AnswerFile.objects.exists, ask_police),
    Chapter("Người thứ hai xét", second_readings_have_begun, read_again),
    Chapter("Kiểm tra mẫu", the_machine_is_checked, check_the_machine),
    Chapter("Phối hợp với cơ quan căn cước", mismatches_are_worked, settle_mismatches),
)
