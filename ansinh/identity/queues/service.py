"""Runs that ask the population service, one person at a time, at the pace of the agreement; may be killed at any point.

A second's worth of people is announced, asked about by a few threads, and recorded: two acts around the questions,
which are never inside a transaction. A killed worker's people are asked about again under the names their questions
had, so that the partner sees one question each. When the service does not answer, the run waits in line and says so.
"""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from ansinh.core.errors import Refusal
from ansinh.core.permissions import SYSTEM
from ansinh.core.text import nfc
from ansinh.core.work import ATTEMPTS, Beat, Postponed
from ansinh.identity import queries, rules
from ansinh.identity.actions import ask_population, finish_run, record_answers
from ansinh.identity.models import Verification, VerificationRun
from ansinh.identity.ports import Answer, PopulationService, Question, ServiceSilent, population_service
from ansinh.identity.queries.progress import ASKING
from ansinh.identity.queues.steps import Steps, collect, require_latest

AT_ONCE, THREADS = 50, 4
TRIES, PAUSE, LONG = 3, timedelta(seconds=1), timedelta(seconds=20)
"""Times one question is tried in a row, the first pause between, and the pause from which the run waits in line."""

_WAITS = timedelta(minutes=1)


class ServiceGaveUp(Refusal):
    """The service has not answered a number of times in a row."""

    @classmethod
    def after(cls, attempts: int, reason: str) -> "ServiceGaveUp":
        """Say how often it was tried and what was heard last."""
        return cls(
            f"Dịch vụ dân cư không trả lời sau {attempts} lần chờ: {reason} "
            "Kết quả đã ghi được giữ nguyên. Hãy hỏi cơ quan quản lý căn cước, rồi bấm “Chạy tiếp”.",
            attempts=attempts,
        )


def carry_out(run: VerificationRun, beat: Beat) -> None:
    """Ask about the people of a run who are left, and record the answers.

    :raises Postponed: the service does not answer; the run goes on later
    :raises ServiceRefuses: the partner does not let the agency ask
    :raises ServiceGaveUp: it has not answered again and again
    :raises ServiceNotConnected: there is no service any more
    :raises NewerRunExists: a later run has decided about some of these people
    """
    require_latest(run)
    service = population_service()
    steps, started = Steps(run, beat), time.monotonic()
    whole = run.position == 0
    done = Verification.objects.filter(run=run).count()
    steps(ASKING, done, run.people)
    while rows := queries.asked_rows(run, max(1, min(AT_ONCE, int(service.rate)))):
        _turn(run, rows, service, beat)
        done += len(rows)
        steps(ASKING, done, max(run.people, done))
    collect(run, steps)
    seconds = round(time.monotonic() - started, 1) if whole else None
    finish_run(run=run, seconds=seconds, engine_seconds=None, actor=SYSTEM, at=beat.clock())


def _turn(run: VerificationRun, rows: Sequence[queries.AskedRow], service: PopulationService, beat: Beat) -> None:
    """Ask about some people and record what was answered, up to the first who was not."""
    questions = {row.person: question for row in rows if (question := _question(run, row))}
    answers, failure = dict[int, Answer](), None
    if questions:
        at = beat.clock()
        begins = ask_population(run=run, people=list(questions), rate=service.rate, actor=SYSTEM, at=at)
        time.sleep(max((begins - at).total_seconds(), 0))
        answers, failure = _ask(questions, service, beat)
    silent = [row.person for row in rows if row.person in questions and row.person not in answers]
    told = [row for row in rows if not silent or row.person < silent[0]]
    if told:
        record_answers(run=run, rows=told, answers=answers, actor=SYSTEM, at=beat.clock())
    if failure:
        raise _later(run, failure, beat.clock())


def _question(run: VerificationRun, row: queries.AskedRow) -> Question | None:
    """Put what the register holds of somebody as a question; ``None`` when a number or a birth date is lacking."""
    if not row.birth or not (row.personal_id or row.old_id):
        return None
    return Question(
        request_id=rules.request_id_of(run.pk, run.asked_at, row.person),
        officer=run.asked_by.username if run.asked_by else "",
        unit=run.unit,
        personal_id=row.personal_id or "",
        old_id="" if row.personal_id else row.old_id or "",
        full_name=nfc(row.full_name),
        birth=row.birth,
        sex=row.sex,
    )


def _ask(
    questions: dict[int, Question], service: PopulationService, beat: Beat
) -> tuple[dict[int, Answer], ServiceSilent | None]:
    """Ask, one question every ``1 / rate`` seconds; after one that stays without an answer no other is begun."""
    started, failures = time.monotonic(), list[ServiceSilent]()

    def ask(place: int, question: Question) -> Answer | None:
        time.sleep(max(started + place / service.rate - time.monotonic(), 0))
        try:
            return None if failures else _persist(question, service, beat.clock())
        except ServiceSilent as silent:
            failures.append(silent)
            return None

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(ask, range(len(questions)), questions.values()))
    answers = {person: answer for person, answer in zip(questions, found, strict=True) if answer}
    return answers, failures[0] if failures else None


def _persist(question: Question, service: PopulationService, at: datetime) -> Answer:
    """Ask one question, again after a pause when there is no answer; give up for now when the pause would be long."""
    pause = PAUSE
    for _ in range(TRIES - 1):
        try:
            return service.authenticate(question, at=at)
        except ServiceSilent as silent:
            wait = silent.wait or pause
            if wait > LONG:
                raise
            time.sleep(wait.total_seconds())
            pause *= 2
    return service.authenticate(question, at=at)


def _later(run: VerificationRun, failure: ServiceSilent, at: datetime) -> Exception:
    """Return what ends this attempt: the run waits in line, at last for a person."""
    attempts = run.attempts + 1
    if attempts >= ATTEMPTS:
        return ServiceGaveUp.after(attempts, failure.reason)
    until = at + max(failure.wait or timedelta(), _WAITS * 2 ** (attempts - 1))
    return Postponed(
        f"Dịch vụ dân cư chưa trả lời: {failure.reason} Đợt này sẽ tự hỏi tiếp từ chỗ đang dở.",
        until=until,
        attempts=attempts,
    )
