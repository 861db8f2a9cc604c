"""Looking a citizen up at the counter: a read of personal data that leaves a trace, at the pace of a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import TextChoices

from ansinh.core import audit, config
from ansinh.core.errors import Refusal
from ansinh.core.permissions import Actor
from ansinh.identity import events, extracts, permissions, queries
from ansinh.identity.models import ServicePace

A_MINUTE = int(config.text("LOOKUPS_A_MINUTE", "20", "Số lần tra cứu công dân mà mỗi cán bộ được làm trong một phút."))


class Purpose(TextChoices):
    """Why somebody is looked up."""

    DOSSIER = "DOSSIER", "Tiếp nhận, giải quyết hồ sơ"
    NUMBER = "NUMBER", "Cấp hoặc điều chỉnh mã số BHXH"
    REVIEW = "REVIEW", "Xét trường hợp còn nghi ngờ"
    BENEFIT = "BENEFIT", "Chi trả chế độ"


class TooManyLookUps(Refusal):
    """More look-ups a minute than the work of one officer needs."""

    status = 429
    message = (
        f"Bạn đã tra quá {A_MINUTE} lần trong một phút. Hãy chờ một lát rồi tra tiếp; "
        "nếu cần đối chiếu nhiều người, hãy chạy một đợt xác minh."
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """What an officer is shown: the outcome, and the candidates laid out."""

    outcome: queries.LookUp
    candidates: tuple[queries.Candidate, ...]


@transaction.atomic
def look_up_citizen(
    *, sought: queries.Sought, purpose: Purpose, dossier: str, actor: Actor, at: datetime
) -> Shown:  # fmt: skip
    """Look a citizen up (tra cứu công dân) and show who it may be; the audit entry tells who was shown, and why.

    ``dossier`` is the number of the file it is for, if it has one. What was typed is not kept, only which fields.

    :raises NoIndex: there is nothing to look up in
    :raises TooManyLookUps: this officer asks faster than a person works
    :raises IndexReplaced: the index was exchanged meanwhile
    :raises ExtractChanged: the extract's sealed copy cannot be read
    """
    actor.must(permissions.LOOK_UP)
    _take_turn(actor, at)
    outcome = queries.look_up(sought)
    keys = [match.citizen for match in outcome.shown]
    citizens = extracts.citizens(outcome.index.extract, keys)
    audit.record(
        events.CITIZEN_LOOKED_UP,
        actor=actor,
        at=at,
        subject=f"extract:{outcome.index.extract_id}",
        reason=f"{purpose.label}. Hồ sơ: {dossier}" if dossier else str(purpose.label),
        data={"decision": outcome.decision, "citizens": [*keys], "told": [*sought.told]},
    )
    return Shown(outcome, queries.candidates(outcome, sought, citizens))


def _take_turn(actor: Actor, at: datetime) -> None:
    """Let an officer's minute fill up; counted in the database, so that all processes count together."""
    pace, _ = ServicePace.objects.select_for_update().get_or_create(
        service=f"look-up:{actor.account_id}", defaults={"free_at": at}
    )
    if pace.turn(1, rate=A_MINUTE / 60, at=at) >= at + timedelta(minutes=1):
        raise TooManyLookUps
    pace.save()
