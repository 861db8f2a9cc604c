"""Pages of notices to people and employers: the list, drafting in bulk, letters to print, the employer's table."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from ansinh.core import clock
from ansinh.core.errors import Malformed, OutOfReach, Refusal
from ansinh.core.permissions import Request, requires
from ansinh.identity import actions, permissions, queries
from ansinh.identity.forms import ChannelForm, NoteForm
from ansinh.identity.models import Notice
from ansinh.identity.views.scope import asked_area
from ansinh.identity.views.tables import table
from ansinh.identity.workflows.cases import NOTICE_STEPS
from ansinh.registry.models import Person

STACK = 50
"""Letters on one page to print: more would keep a printer, and a browser, busy for too long."""

CSV_HEAD = (
    "Mã số BHXH", "Họ và tên", "Ngày sinh", "Nội dung cần điều chỉnh", "Hồ sơ BHXH đang ghi", "Lý do",
    "Giấy tờ kèm theo",
)  # fmt: skip


def _notice(request: Request, key: int) -> Notice:
    rows = Notice.objects.visible_to(request.actor).select_related("person", "employer", "area")
    if found := rows.filter(pk=key).first():
        return found
    raise OutOfReach


def _filter(request: Request) -> queries.NoticeFilter:
    channel, state = request.GET.get("kenh", ""), request.GET.get("trang-thai", "")
    return queries.NoticeFilter(
        area=asked_area(request, permissions.REVIEW),
        channel=channel if channel in Notice.Channel.values else "",
        state=state if state in Notice.State.values else "",
    )


def _carried(request: Request) -> str:
    kept = {name: request.GET[name] for name in ("tinh", "kenh", "trang-thai") if request.GET.get(name)}
    return f"{urlencode(kept)}&" if kept else ""


def _to_list(request: Request) -> HttpResponse:
    return redirect(f"{reverse('identity-notices')}?{_carried(request)}".rstrip("?&"))


@requires(permissions.REVIEW)
def notices(request: Request) -> HttpResponse:
    """List the notices of my areas."""
    chosen, number = _filter(request), request.GET.get("trang", "1")
    listed = actions.list_notices(
        chosen=chosen, page=int(number) if number.isdigit() else 1, actor=request.actor, at=clock.now()
    )
    return render(
        request,
        "identity/notices.html",
        {
            "listed": listed,
            "page": listed.page,
            "query": _carried(request),
            "chosen": chosen,
            "channels": Notice.Channel.choices,
            "states": [(code, label, listed.counts.get(code, 0)) for code, label in Notice.State.choices],
            "areas": queries.areas_in_reach(request.actor, permissions.REVIEW, clock.today()),
            "stack": STACK,
        },
    )


@requires(permissions.REVIEW)
@require_POST
def draft_many(request: Request) -> HttpResponse:
    """Draft notices for an area, to its people or to its employers."""
    made = actions.draft_notices(
        area=asked_area(request, permissions.REVIEW),
        to_employers=request.POST.get("to") == "employers",
        actor=request.actor,
        at=clock.now(),
    )
    if made.notices:
        more = " Còn nữa: bấm lại để soạn tiếp." if made.has_more else ""
        messages.success(request, f"Đã soạn {made.notices} thông báo về {made.people} người.{more}")
    else:
        messages.info(request, "Không có ai cần thông báo mới: mọi người cần bổ sung đều đang có thông báo.")
    return _to_list(request)


@requires(permissions.REVIEW)
@require_POST
def draft_one(request: Request, key: int) -> HttpResponse:
    """Draft a notice to one person."""
    areas = request.actor.areas_for(permissions.REVIEW)
    people = Person.objects.all() if areas is None else Person.objects.filter(area__in=areas)
    person, form = people.filter(pk=key).first(), ChannelForm(request.POST)
    if person is None:
        raise OutOfReach
    try:
        if not form.is_valid():
            raise Malformed("Hãy chọn thư giấy hoặc thông báo trên cổng người dân.")
        channel = form.cleaned_data["channel"]
        made = actions.draft_notice(person=person, channel=channel, actor=request.actor, at=clock.now())
    except Refusal as refusal:
        messages.error(request, refusal.message, extra_tags="bad")
        return redirect("identity-person", key=key)
    return redirect("identity-notice", key=made.pk)


def _stack(request: Request) -> list[Notice]:
    """Return the drafts of a filter that are printed, and posted, together: the oldest first."""
    chosen = queries.NoticeFilter(_filter(request).area, _filter(request).channel, Notice.State.DRAFTED)
    rows = queries.chosen_notices(request.actor, chosen).exclude(channel=Notice.Channel.APP)
    return list(rows.select_related("person", "employer", "area").order_by("pk")[:STACK])


@requires(permissions.REVIEW)
def stack(request: Request) -> HttpResponse:
    """Show the drafted letters of a filter one after another, ready to print."""
    found = _stack(request)
    letters = actions.read_notices(notices=found, actor=request.actor, at=clock.now())
    return render(
        request,
        "identity/letters/stack.html",
        {"letters": letters, "query": _carried(request), "keys": [notice.pk for notice in found]},
    )


@requires(permissions.REVIEW)
@require_POST
def send_many(request: Request) -> HttpResponse:
    """Record that a printed stack was posted: exactly the letters that were on the page."""
    keys = [int(key) for key in request.POST.getlist("notice") if key.isdigit()][:STACK]
    found = list(Notice.objects.visible_to(request.actor).filter(pk__in=keys))
    if not found:
        raise OutOfReach
    moved = actions.take_notice_step(notices=found, step="send", note="", actor=request.actor, at=clock.now())
    messages.success(request, f"Đã ghi nhận gửi {moved} thông báo.")
    return _to_list(request)


@requires(permissions.REVIEW)
def letter(request: Request, key: int) -> HttpResponse:
    """Show one notice as it is read, with what may be recorded about it."""
    notice = _notice(request, key)
    (found,) = actions.read_notices(notices=[notice], actor=request.actor, at=clock.now())
    steps = [one for one in NOTICE_STEPS.values() if notice.state in one.sources]
    return render(request, "identity/letters/notice.html", {"letter": found, "notice": notice, "steps": steps})


@requires(permissions.REVIEW)
@require_POST
def step(request: Request, key: int) -> HttpResponse:
    """Record that a notice was sent, answered or withdrawn."""
    notice, form = _notice(request, key), NoteForm(request.POST)
    try:
        if not form.is_valid():
            raise Malformed("Ghi chú dài quá 300 ký tự, hoặc chưa chọn việc. Hãy xem lại rồi gửi lại.")
        actions.take_notice_step(notices=[notice], **form.cleaned_data, actor=request.actor, at=clock.now())
    except Refusal as refusal:
        messages.error(request, refusal.message, extra_tags="bad")
    else:
        messages.success(request, "Đã ghi nhận.")
    return redirect("identity-notice", key=key)


@requires(permissions.REVIEW)
def listed_csv(request: Request, key: int) -> StreamingHttpResponse:
    """Hand over the people of an employer's letter as a table."""
    notice = _notice(request, key)
    if notice.employer is None:
        raise OutOfReach("Chỉ công văn gửi đơn vị mới có danh sách.")
    rows = actions.export_notice(notice=notice, actor=request.actor, at=clock.now())
    return table(f"dieu-chinh-{notice.employer_id}-{clock.today():%Y%m%d}.csv", CSV_HEAD, rows)
