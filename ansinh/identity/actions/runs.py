"""Asking for a verification run, stopping it, and closing it with its counts."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from ansinh.core import audit
from ansinh.core.errors import Refusal
from ansinh.core.permissions import Actor
from ansinh.identity import events, permissions, queries
from ansinh.identity.linkage import DEFAULT_POLICY, Policy
from ansinh.identity.models import PopulationExtract, VerificationRun
from ansinh.offices.models import Area

OPEN = Q(status__in=[VerificationRun.Status.QUEUED, VerificationRun.Status.RUNNING])


class AreaBeingVerified(Refusal):
    """Another run over these people is still open."""

    message = "Địa bàn này đang có một đợt xác minh chưa xong. Hãy chờ đợt đó kết thúc hoặc dừng đợt đó trước."


class CountrywideOnly(Refusal):
    """The whole country needs a grant over the whole country."""

    status = 403
    message = "Bạn được giao theo địa bàn nên chưa chạy được cho toàn quốc. Hãy chọn một địa bàn của mình."


class NobodyToVerify(Refusal):
    """No living person is registered there."""

    message = "Địa bàn này chưa có người tham gia nào trong cơ sở dữ liệu. Hãy nhập dữ liệu trước khi xác minh."


class RunNotOpen(Refusal):
    """The run has already ended."""

    message = "Đợt xác minh này đã kết thúc nên không cần dừng nữa."


@transaction.atomic
def start_run(
    *, area: Area | None, extract: PopulationExtract, effective_date: date, actor: Actor, at: datetime
) -> VerificationRun:
    """Ask for a verification run (đợt xác minh) over an area, or with ``None`` over the whole country.

    :raises CountrywideOnly: the whole country is asked for by somebody with areas only
    :raises AreaBeingVerified: an open run covers some of the same people
    :raises NobodyToVerify: nobody lives in the register of that area
    """
    actor.must(permissions.VERIFY, area=area.pk if area else None)
    if area is None and actor.areas_for(permissions.VERIFY) is not None:
        raise CountrywideOnly
    # Every start takes the same few locks, so that two of them cannot both find the area free.
    list(PopulationExtract.objects.select_for_update().order_by("pk"))
    others = VerificationRun.objects.filter(OPEN)
    if (others if area is None else others.filter(Q(area=None) | Q(area=area))).exists():
        raise AreaBeingVerified(area=area.code if area else None)
    if not queries.people_of(area).exists():
        raise NobodyToVerify(area=area.code if area else None)
    run = VerificationRun.objects.create(
        area=area,
        extract=extract,
        policy=Policy.load(DEFAULT_POLICY).version,
        asked_by_id=actor.account_id,
        asked_at=at,
        available_at=at,
        effective_date=effective_date,
    )
    audit.record(
        events.RUN_ASKED,
        actor=actor,
        at=at,
        subject=f"run:{run.pk}",
        data={"area": area.code if area else None, "extract": extract.pk, "policy": run.policy},
    )
    return run


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
def finish_run(
    *, run: VerificationRun, seconds: float | None, engine_seconds: float, actor: Actor, at: datetime
) -> None:
    """Write a run's counts beside it: by decision, by state, by evidence.

    ``seconds`` is what the whole run took, ``None`` when it was interrupted; ``engine_seconds`` the linkage alone.
    """
    counts = queries.count_run(run.pk)
    report = {**counts, "seconds": seconds, "engine_seconds": engine_seconds}
    VerificationRun.objects.filter(pk=run.pk).update(report=report)
    decisions: dict[str, audit.Json] = {**counts["decisions"]}
    audit.record(events.RUN_FINISHED, actor=actor, at=at, subject=f"run:{run.pk}", data={"decisions": decisions})
