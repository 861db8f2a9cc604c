"""Writing to people and to employers about data that must be put right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db import transaction

from ansinh.core import audit
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import Malformed, Refusal
from ansinh.core.permissions import Actor
from ansinh.core.text import nfc
from ansinh.identity import events, permissions, queries
from ansinh.identity.models import Notice, NoticeItem
from ansinh.identity.queries.notices import (
    Letter,
    Needs,
    NoticeFilter,
    NoticesPage,
    employers_of,
    letters,
    needs_of,
    to_be_written_to,
    workers_among,
)
from ansinh.identity.workflows.cases import NOTICE_STEPS, due_date
from ansinh.offices.models import Area
from ansinh.registry.models import Person

WORDING = "2024-1"
"""The version of the letters' text; a changed text is a new version beside the old one."""

AT_ONCE = 300
"""Letters drafted by one press: what an office prints, folds and posts in a day."""

_SCAN = 1_000


class NothingToTell(Refusal):
    """There is nothing this person could put right."""

    message = (
        "Hiện không có nội dung nào cần người này bổ sung: thông tin đã khớp, hoặc đang chờ chạy đợt xác minh. "
        "Không soạn thông báo."
    )


class NoticeUnderWay(Refusal):
    """The same reader has an open notice of this kind."""

    message = "Người này đang có một thông báo cùng loại chưa kết thúc. Hãy dùng thông báo đó, hoặc thu hồi trước."


class NoticeMoved(Refusal):
    """The notice does not stand where this step begins."""

    message = "Thông báo này vừa được người khác cập nhật nên chưa ghi được. Hãy tải lại trang."


@dataclass(frozen=True, slots=True)
class BulkNotices:
    """What a bulk drafting came to: notices written, people they are about, and whether there are more to write."""

    notices: int
    people: int
    has_more: bool


@transaction.atomic
def draft_notice(*, person: Person, channel: str, actor: Actor, at: datetime) -> Notice:
    """Draft a notice (soạn thông báo) to one person, by letter or in the app.

    :raises Malformed: an employer's letter is never about one person's asking
    :raises NoticeUnderWay: an open one of this channel exists
    :raises NothingToTell: nothing is to be put right
    """
    actor.must(permissions.REVIEW, area=person.area_id)
    if channel not in {Notice.Channel.LETTER, Notice.Channel.APP}:
        raise Malformed("Hãy chọn thư giấy hoặc thông báo trên cổng người dân.")
    held = Person.objects.select_for_update().get(pk=person.pk)
    if Notice.objects.open().filter(person=held, channel=channel).exists():
        raise NoticeUnderWay(person=held.pk)
    day = at.astimezone(VIETNAM).date()
    needs = needs_of([held], day, by_bulk=False)
    if not needs:
        raise NothingToTell(person=held.pk)
    notice = Notice(channel=channel, person=held, area_id=held.area_id, **_opening(actor, at))
    _write([(notice, [held.pk])], needs)
    audit.record(
        events.NOTICE_DRAFTED,
        actor=actor,
        at=at,
        subject=f"person:{held.pk}",
        data={"notice": notice.pk, "channel": channel, "reasons": [reason for reason, _ in needs[held.pk]]},
    )
    return notice


def _opening(actor: Actor, at: datetime) -> dict[str, object]:
    return {
        "state": Notice.State.DRAFTED,
        "wording": WORDING,
        "answer_by": due_date("person_answer_days", at),
        "drafted_by_id": actor.account_id,
        "drafted_at": at,
    }


def _write(drafts: Sequence[tuple[Notice, Sequence[int]]], needs: Needs) -> None:
    Notice.objects.bulk_create([notice for notice, _ in drafts])
    NoticeItem.objects.bulk_create(
        NoticeItem(notice=notice, person_id=key, reason=reason, ours=ours)
        for notice, people in drafts
        for key in people
        for reason, ours in needs[key]
    )


@transaction.atomic
def draft_notices(*, area: Area | None, to_employers: bool, actor: Actor, at: datetime) -> BulkNotices:
    """Draft notices for an area (soạn hàng loạt), at most ``AT_ONCE``: to the people, or one to each employer.

    Who works is told through the employer, so nobody is written to twice. ``None`` is all that the actor may review.
    """
    actor.must(permissions.REVIEW, area=area.pk if area else None)
    day = at.astimezone(VIETNAM).date()
    found, needs, has_more = _gather(area, actor, day, employed=to_employers)
    drafts = _to_employers(found, actor, at) if to_employers else _to_people(found, actor, at)
    _write(drafts, needs)
    people = sum(len(keys) for _, keys in drafts)
    audit.record(
        events.NOTICES_DRAFTED,
        actor=actor,
        at=at,
        subject=f"area:{area.code if area else ''}",
        data={
            "to": "employers" if to_employers else "people",
            "notices": len(drafts),
            "people": people,
            "first": drafts[0][0].pk if drafts else None,
            "last": drafts[-1][0].pk if drafts else None,
        },
    )
    return BulkNotices(len(drafts), people, has_more)


def _gather(area: Area | None, actor: Actor, day: date, *, employed: bool) -> tuple[list[Person], Needs, bool]:
    """Walk the people who may need a notice until enough do; an employer's letter then names all its people."""
    candidates = to_be_written_to(area, actor, employed=employed)
    keys = candidates.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=_SCAN)
    found: list[Person] = []
    needs: Needs = {}
    while len(found) <= AT_ONCE and (some := list(islice(keys, _SCAN))):
        held, fresh = _hold(some, day)
        found += held
        needs |= fresh
    has_more, found = len(found) > AT_ONCE, found[:AT_ONCE]
    if employed and has_more:
        employers = set(employers_of([one.pk for one in found]).values())
        found, needs = _hold(list(workers_among(candidates, employers)), day)
    return found, needs, has_more


def _hold(keys: Sequence[int], day: date) -> tuple[list[Person], Needs]:
    """Lock some people, so that two officers never write to one of them, and return those who need a notice."""
    held = list(Person.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    open_items = NoticeItem.objects.filter(person__in=keys, notice__in=Notice.objects.open())
    told = set(open_items.values_list("person", flat=True))
    needs = needs_of([one for one in held if one.pk not in told], day, by_bulk=True)
    return [one for one in held if one.pk in needs], needs


def _to_people(found: Iterable[Person], actor: Actor, at: datetime) -> list[tuple[Notice, list[int]]]:
    same = _opening(actor, at)
    return [(Notice(channel=Notice.Channel.LETTER, person=one, area_id=one.area_id, **same), [one.pk]) for one in found]


def _to_employers(found: Sequence[Person], actor: Actor, at: datetime) -> list[tuple[Notice, list[int]]]:
    same, employers = _opening(actor, at), employers_of([one.pk for one in found])
    groups: dict[tuple[int, int], list[int]] = {}
    for one in found:
        groups.setdefault((employers[one.pk], one.area_id), []).append(one.pk)
    drafted = set(Notice.objects.filter(state=Notice.State.DRAFTED).values_list("employer", "area"))
    return [
        (Notice(channel=Notice.Channel.EMPLOYER, employer_id=employer, area_id=area, **same), people)
        for (employer, area), people in groups.items()
        if (employer, area) not in drafted
    ]


@transaction.atomic
def take_notice_step(*, notices: Sequence[Notice], step: str, note: str, actor: Actor, at: datetime) -> int:
    """Record that notices were sent, answered or withdrawn; return how many moved.

    Several at once is for what was posted together: those that have moved on meanwhile are left as they are.

    :raises Malformed: no such step, or no word of the answer
    :raises NoticeMoved: none of them stands where the step begins
    """
    found, text = NOTICE_STEPS.get(step), nfc(note)[:300]
    if found is None or not notices or (step == "answer" and not text):
        raise Malformed("Hãy chọn thông báo, và ghi người nhận đã trả lời thế nào.")
    for area in {notice.area_id for notice in notices}:
        actor.must(permissions.REVIEW, area=area)
    rows = Notice.objects.filter(pk__in=[notice.pk for notice in notices], state__in=found.sources)
    when = {"sent_at": at} if step == "send" else {"ended_at": at, "answer": text}
    moved = rows.update(state=found.target, **when)
    if not moved:
        raise NoticeMoved
    keys: list[audit.Json] = [notice.pk for notice in notices]
    audit.record(
        events.NOTICE_MOVED,
        actor=actor,
        at=at,
        subject=f"notice:{notices[0].pk}" if len(notices) == 1 else "",
        reason=text,
        data={"step": step, "notices": keys, "moved": moved},
    )
    return moved


@transaction.atomic
def list_notices(*, chosen: NoticeFilter, page: int, actor: Actor, at: datetime) -> NoticesPage:
    """Show a page of notices (danh sách thông báo): names of people, so the reading leaves a trace."""
    actor.must(permissions.REVIEW, area=chosen.area.pk if chosen.area else None)
    found = queries.notices_page(actor, chosen, page, at.astimezone(VIETNAM).date())
    audit.record(
        events.NOTICES_LISTED,
        actor=actor,
        at=at,
        subject=f"area:{chosen.area.code if chosen.area else ''}",
        data={"page": page, "notices": len(found.rows)},
    )
    return found


@transaction.atomic
def read_notices(*, notices: Sequence[Notice], actor: Actor, at: datetime) -> list[Letter]:
    """Show letters, one or a stack to print (xem, in thông báo)."""
    for area in {notice.area_id for notice in notices}:
        actor.must(permissions.REVIEW, area=area)
    keys: list[audit.Json] = [notice.pk for notice in notices]
    audit.record(
        events.NOTICES_READ,
        actor=actor,
        at=at,
        subject=f"notice:{notices[0].pk}" if len(notices) == 1 else "",
        data={"notices": keys},
    )
    return letters(notices)


@transaction.atomic
def export_notice(*, notice: Notice, actor: Actor, at: datetime) -> list[tuple[str, ...]]:
    """Take away the list of an employer's letter: number, name, birth, what our record says, what is wrong."""
    actor.must(permissions.REVIEW, area=notice.area_id)
    (letter,) = letters([notice])
    audit.record(
        events.NOTICE_EXPORTED,
        actor=actor,
        at=at,
        subject=f"notice:{notice.pk}",
        data={"people": len(letter.lines)},
    )
    return [
        (line.si_no, line.full_name, line.birth, field, ours, reason, "; ".join(line.bring))
        for line in letter.lines
        for field, ours, reason in line.items
    ]
