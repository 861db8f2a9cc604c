"""Asking for a verification run, stopping it, letting it go on, and closing it with its counts."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from ansinh.core import audit
from ansinh.core.errors import Refusal
from ansinh.core.permissions import Actor
from ansinh.identity import events, extracts, permissions, ports, queries
from ansinh.identity.linkage import DEFAULT_POLICY, Policy
from ansinh.identity.models import PopulationExtract, ServicePace, VerificationRun
from ansinh.offices.models import Area

POPULATION = "population"
"""Name of the pace that all questions to the population service keep."""


class AreaBeingVerified(Refusal):
    """Another run over these people is still open."""

    message = "Địa bàn này đang có một đợt xác minh chưa xong. Hãy chờ đợt đó kết thúc hoặc dừng đợt đó trước."


class CountrywideOnly(Refusal):
    """The whole country needs a grant over the whole country."""

    status = 403
    message = "Bạn được giao theo địa bàn nên chưa chạy được cho toàn quốc. Hãy chọn một địa bàn của mình."


class NobodyToVerify(Refusal):
    """No living person of the register is in the scope."""

    message = "Phạm vi này chưa có người tham gia nào cần xác minh trong cơ sở dữ liệu. Hãy chọn phạm vi khác."


class RunNotOpen(Refusal):
    """The run has already ended."""

    message = "Đợt xác minh này đã kết thúc nên không cần dừng nữa."


class RunNotStopped(Refusal):
    """The run waits, works or has come to its end."""

    message = "Đợt xác minh này đang chạy hoặc đã xong nên không cần chạy tiếp. Hãy tải lại trang để xem."


class NewerRunExists(Refusal):
    """Another run has decided about some of these people since; going on would put older results over newer ones."""

    message = "Sau đợt này đã có đợt khác ghi kết quả cho cùng địa bàn. Hãy chạy một đợt mới thay vì chạy tiếp đợt cũ."


class OfficerUnknown(Refusal):
    """A question to the partner names an officer and a unit; there is none."""

    message = (
        "Mỗi yêu cầu gửi sang cơ sở dữ liệu dân cư phải nêu rõ cán bộ và đơn vị. "
        "Tài khoản của bạn chưa gắn với đơn vị nào; hãy đề nghị quản trị tài khoản bổ sung."
    )


@dataclass(frozen=True, slots=True)
class Part:
    """Part (một phần): a district or commune of the area, a group; the whole of it without either."""

    within: Area | None = None
    scheme: str = ""


WHOLE = Part()


@transaction.atomic
def start_run(
    *,
    area: Area | None,
    extract: PopulationExtract | None,
    effective_date: date,
    actor: Actor,
    at: datetime,
    part: Part = WHOLE,
) -> VerificationRun:
    """Ask for a verification run (đợt xác minh) over an area, or with ``None`` over the whole country.

    Without an ``extract`` the population service is asked about each person who is not verified yet.

    :raises CountrywideOnly: the whole country is asked for by somebody with areas only
    :raises AreaBeingVerified: an open run may cover some of the same people
    :raises NobodyToVerify: nobody of the register is in the scope
    :raises ExtractGone: the extract is not kept any more
    :raises ServiceNotConnected: there is no service
    :raises OfficerUnknown: the asking officer has no unit
    """
    actor.must(permissions.VERIFY, area=area.pk if area else None)
    if area is None and actor.areas_for(permissions.VERIFY) is not None:
        raise CountrywideOnly
    _lock(at)
    unit = _require_source(extract, actor)
    if VerificationRun.objects.unfinished().touching(area.pk if area else None).exists():
        raise AreaBeingVerified(area=area.code if area else None)
    scope = queries.Scope(area, part.within, part.scheme, unverified=extract is None)
    people = queries.people_in(scope, effective_date).count()
    if not people:
        raise NobodyToVerify(area=area.code if area else None)
    run = VerificationRun.objects.create(
        area=area,
        within=part.within,
        scheme=part.scheme,
        people=people,
        source=VerificationRun.Source.EXTRACT if extract else VerificationRun.Source.SERVICE,
        extract=extract,
        policy=Policy.load(DEFAULT_POLICY).version if extract else "",
        asked_by_id=actor.account_id,
        unit=unit,
        asked_at=at,
        available_at=at,
        effective_date=effective_date,
    )
    audit.record(events.RUN_ASKED, actor=actor, at=at, subject=f"run:{run.pk}", data=_told(run))
    return run


def _lock(at: datetime) -> None:
    """Take the same few locks at every start, so that two of them cannot both find the area free."""
    ServicePace.objects.get_or_create(service=POPULATION, defaults={"free_at": at})
    list(ServicePace.objects.select_for_update().filter(service=POPULATION))


def _require_source(extract: PopulationExtract | None, actor: Actor) -> str:
    unit = queries.unit_of(actor.account_id)
    if extract is None:
        ports.population_service()
        if not unit:
            raise OfficerUnknown
    elif not (now := PopulationExtract.objects.get(pk=extract.pk)).is_held:
        raise extracts.ExtractGone.of(now)
    return unit


def _told(run: VerificationRun) -> dict[str, audit.Json]:
    return {
        "area": run.area.code if run.area else None,
        "within": run.within.code if run.within else None,
        "scheme": run.scheme,
        "source": run.source,
        "extract": run.extract_id,
        "policy": run.policy,
        "people": run.people,
    }


@transaction.atomic
def cancel_run(*, run: VerificationRun, actor: Actor, at: datetime) -> None:
    """Stop a run: at once while it waits, at its next heartbeat while it works. What is recorded stays.

    :raises CountrywideOnly: a countrywide run is stopped by those who may start one
    :raises RunNotOpen: it has ended
    """
    actor.must(permissions.VERIFY, area=run.area_id)
    if run.area_id is None and actor.areas_for(permissions.VERIFY) is not None:
        raise CountrywideOnly("Chỉ người phụ trách toàn quốc mới dừng được đợt xác minh toàn quốc.")
    rows, status = VerificationRun.objects.filter(pk=run.pk), VerificationRun.Status
    stopped = rows.filter(status=status.QUEUED).update(status=status.CANCELLED, cancel_asked=True, ended_at=at)
    if not stopped and not rows.filter(status=status.RUNNING).update(cancel_asked=True):
        raise RunNotOpen(run=run.pk)
    audit.record(events.RUN_CANCEL_ASKED, actor=actor, at=at, subject=f"run:{run.pk}")


@transaction.atomic
def resume_run(*, run: VerificationRun, actor: Actor, at: datetime) -> None:
    """Let a stopped run go on (chạy tiếp) from where it stands: nobody is counted, decided or asked about again.

    :raises CountrywideOnly: a countrywide run is resumed by those who may start one
    :raises RunNotStopped: it waits, works or is done
    :raises AreaBeingVerified: another open run may cover some of the same people
    :raises NewerRunExists: a later run has recorded results there
    :raises ExtractGone: its extract is not kept any more
    :raises ServiceNotConnected: there is no service any more
    """
    actor.must(permissions.VERIFY, area=run.area_id)
    if run.area_id is None and actor.areas_for(permissions.VERIFY) is not None:
        raise CountrywideOnly("Chỉ người phụ trách toàn quốc mới cho chạy tiếp được đợt xác minh toàn quốc.")
    _lock(at)
    rows, status = VerificationRun.objects.filter(pk=run.pk), VerificationRun.Status
    stopped = rows.filter(status__in=[status.CANCELLED, status.INCIDENT])
    if not stopped.exists():
        raise RunNotStopped(run=run.pk)
    if VerificationRun.objects.unfinished().touching(run.area_id).exists():
        raise AreaBeingVerified(run=run.pk)
    if queries.run_in_the_way(run):
        raise NewerRunExists(run=run.pk)
    if run.source == VerificationRun.Source.SERVICE:
        ports.population_service()
    elif run.extract and not run.extract.is_held:
        raise extracts.ExtractGone.of(run.extract)
    stopped.update(
        status=status.QUEUED, cancel_asked=False, attempts=0, problem="", step="", available_at=at, ended_at=None
    )
    audit.record(
        events.RUN_RESUMED, actor=actor, at=at, subject=f"run:{run.pk}", data={"position": rows.get().position}
    )


@transaction.atomic
def finish_run(
    *, run: VerificationRun, seconds: float | None, engine_seconds: float | None, actor: Actor, at: datetime
) -> None:
    """Write a run's counts beside it: by decision, by state, by evidence.

    ``seconds`` is what the whole run took, ``None`` when it was interrupted; ``engine_seconds`` the linkage alone,
    ``None`` where a service was asked.
    """
    counts = queries.count_run(run.pk)
    report = {**counts, "seconds": seconds, "engine_seconds": engine_seconds}
    VerificationRun.objects.filter(pk=run.pk).update(report=report)
    decisions: dict[str, audit.Json] = {**counts["decisions"]}
    audit.record(events.RUN_FINISHED, actor=actor, at=at, subject=f"run:{run.pk}", data={"decisions": decisions})
