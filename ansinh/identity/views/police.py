"""Pages for the communes' police: the list to take away, the answers brought in."""

from dataclasses import replace

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ansinh.core import clock
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import Malformed, OutOfReach
from ansinh.core.permissions import Request, requires
from ansinh.identity import actions, intake, permissions, queries
from ansinh.identity.forms import AnswersForm, PoliceListForm
from ansinh.identity.models import AnswerFile
from ansinh.identity.views.scope import asked_people, carried
from ansinh.identity.views.tables import by_commune, lines
from ansinh.registry.permissions import SEE_PERSON


def _asked(request: Request) -> queries.PeopleScope:
    """Return whom the list is about: never the verified; the province is known when there is only one."""
    scope = replace(asked_people(request, SEE_PERSON), verified=False)
    mine = queries.areas_in_reach(request.actor, SEE_PERSON, clock.today())
    return replace(scope, area=mine[0]) if scope.area is None and len(mine) == 1 else scope


@requires(SEE_PERSON)
def police(request: Request) -> HttpResponse:
    """Show what can be taken away, and the files that came back."""
    scope = _asked(request)
    return render(
        request,
        "identity/police.html",
        {
            "scope": scope,
            "total": queries.count_people(scope, request.actor),
            "areas": queries.areas_in_reach(request.actor, SEE_PERSON, clock.today()),
            "choices": queries.choices(),
            "query": carried(request),
            "files": queries.answer_files(request.actor),
            "may_answer": request.actor.may(permissions.REVIEW),
        },
    )


@requires(SEE_PERSON)
@require_POST
def download(request: Request) -> StreamingHttpResponse:
    """Send the list, a file a commune or one table, written while it is sent."""
    form, scope = PoliceListForm(request.POST), _asked(request)
    if not form.is_valid():
        raise Malformed("Hãy ghi mục đích và nơi nhận danh sách (không quá 300 ký tự), rồi tải lại.")
    people = actions.take_police_list(
        scope=scope, purpose=form.cleaned_data["purpose"], actor=request.actor, at=clock.now()
    )
    code, now = scope.area.code if scope.area else "", clock.now().astimezone(VIETNAM)
    name = f"cong-an-kiem-tra-{code}-{now:%Y%m%d}"
    if form.cleaned_data["form"] == "csv":
        table = lines(queries.CHECK_HEAD, (one.cells for one in people))
        return _sent(StreamingHttpResponse(table, content_type="text/csv; charset=utf-8"), f"{name}.csv")
    moment = (now.year, now.month, now.day, now.hour, now.minute, now.second)
    return _sent(
        StreamingHttpResponse(by_commune(people, moment=moment), content_type="application/zip"), f"{name}.zip"
    )


def _sent(answer: StreamingHttpResponse, name: str) -> StreamingHttpResponse:
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@requires(permissions.REVIEW)
@require_POST
def upload(request: Request) -> HttpResponse:
    """Take a filled file in and show what became of it."""
    form = AnswersForm(request.POST, request.FILES)
    sent = form.cleaned_data["file"] if form.is_valid() else None
    if not isinstance(sent, UploadedFile):
        raise Malformed("Hãy chọn tệp CSV đã điền cột “Kết quả” rồi gửi lại.")
    if (sent.size or 0) > intake.MOST_BYTES:
        raise actions.AnswersUnreadable("Tệp lớn hơn 10 MB. Hãy tách theo xã rồi gửi từng tệp.")
    try:
        taken = actions.take_answers(name=sent.name or "", data=sent.read(), actor=request.actor, at=clock.now())
    except (actions.AnswersUnreadable, actions.AnswersKnown) as refusal:
        messages.error(request, refusal.message, extra_tags="bad")
        return redirect("identity-police")
    return redirect("identity-police-answers", key=taken.pk)


def _file(request: Request, key: int) -> AnswerFile:
    if found := AnswerFile.objects.visible_to(request.actor).filter(pk=key).first():
        return found
    raise OutOfReach


@requires(permissions.REVIEW)
def answers(request: Request, key: int) -> HttpResponse:
    """Show what became of a file."""
    file = _file(request, key)
    shown = [(row[:-1], row[-1]) for row in file.rejects[1:51]]
    return render(
        request,
        "identity/answers.html",
        {"file": file, "head": file.rejects[0][:-1] if file.rejects else [], "shown": shown},
    )


@requires(permissions.REVIEW)
def rejects(request: Request, key: int) -> StreamingHttpResponse:
    """Hand the lines back that were not taken, each with its reason, ready to be mended and sent again."""
    head, *rows = _file(request, key).rejects or [[]]
    table = StreamingHttpResponse(lines(head, rows), content_type="text/csv; charset=utf-8")
    return _sent(table, f"dong-bi-loai-{key}.csv")
