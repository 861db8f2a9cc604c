"""Audit: one append-only table, each entry sealed onto the one before it.

The seal is an HMAC-SHA256 under ``AUDIT_KEY``, which the database does not hold: somebody who can write the table
cannot recompute the chain. Triggers refuse UPDATE and DELETE; ``ansinh audit verify`` finds what was done past them.
Copying the heads elsewhere (``ansinh audit anchor``) also shows a tail that was cut off together with its head.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection

from ansinh.core.models import AuditEntry, AuditLane
from ansinh.core.permissions import Actor

LANES = 16
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of audit entry; ``name`` is ``room.fact``, ``label`` tells an auditor what happened."""

    name: str
    label: str


DECLARED: dict[str, Event] = {}


def declare(name: str, label: str) -> Event:
    """Make an event known; rooms declare theirs in ``events.py``."""
    if name in DECLARED:
        raise ValueError(f"Audit event {name!r} is declared twice.")
    DECLARED[name] = Event(name, label)
    return DECLARED[name]


def seal_of(entry: AuditEntry, before: str) -> str:
    """Return the seal of an entry that follows the seal ``before``; 64 hex digits."""
    content = [
        entry.lane,
        entry.seq,
        entry.at.astimezone(UTC).isoformat(),
        entry.account_id,
        entry.actor_name,
        entry.event,
        entry.subject,
        entry.reason,
        entry.data,
    ]
    text = before + json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def record(
    event: Event,
    *,
    actor: Actor,
    at: datetime,
    subject: str = "",
    reason: str = "",
    data: Mapping[str, Json] | None = None,
) -> AuditEntry:
    """Append one entry, inside the transaction of the act it tells of.

    :raises RuntimeError: outside a transaction, where the act and its trace could part
    """
    if not connection.in_atomic_block:
        raise RuntimeError("audit.record belongs inside the transaction of its act.")
    lane, _ = AuditLane.objects.select_for_update().get_or_create(lane=(actor.account_id or 0) % LANES)
    entry = AuditEntry(
        lane=lane.lane,
        seq=lane.seq + 1,
        at=at,
        account_id=actor.account_id,
        actor_name=actor.name,
        event=event.name,
        subject=subject,
        reason=reason,
        data=dict(data or {}),
    )
    entry.seal = seal_of(entry, lane.seal)
    entry.save(force_insert=True)
    AuditLane.objects.filter(lane=lane.lane).update(seq=entry.seq, seal=entry.seal)
    return entry


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the chain does not hold; ``what`` is Vietnamese."""

    lane: int
    seq: int
    what: str


def verify(anchor: Mapping[int, tuple[int, str]] | None = None) -> Iterator[Finding]:
    """Walk every lane and yield what was altered, removed or inserted; nothing yielded means the chain holds.

    ``anchor`` maps lanes to a (place, seal) noted earlier outside the database. Time grows linearly with entries.
    """
    heads = {head.lane: head for head in AuditLane.objects.all()}
    lanes = {*heads, *AuditEntry.objects.values_list("lane", flat=True).distinct(), *(anchor or {})}
    for lane in sorted(lanes):
        yield from _verify_lane(lane, heads.get(lane), (anchor or {}).get(lane))


def _verify_lane(lane: int, head: AuditLane | None, noted: tuple[int, str] | None) -> Iterator[Finding]:
    expected, before, seals = 1, "", {}
    for entry in AuditEntry.objects.filter(lane=lane).order_by("seq").iterator(chunk_size=5000):
        if entry.seq != expected:
            yield Finding(lane, expected, f"Thiếu các dòng từ số {expected} đến {entry.seq - 1}.")
        elif not hmac.compare_digest(entry.seal, seal_of(entry, before)):
            yield Finding(lane, entry.seq, "Nội dung đã bị sửa hoặc dòng này bị chèn vào.")
        if noted and entry.seq == noted[0]:
            seals[entry.seq] = entry.seal
        expected, before = entry.seq + 1, entry.seal
    if head is None or (head.seq, head.seal) != (expected - 1, before):
        yield Finding(lane, expected, "Cuối chuỗi không khớp: có dòng đã bị xoá hoặc thêm ngoài hệ thống.")
    if noted and seals.get(noted[0]) != noted[1]:
        yield Finding(lane, noted[0], "Không khớp với mốc đã lưu bên ngoài.")
