"""Pages of the people behind the figure: the list, and the same as a table to take away."""

from dataclasses import replace

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from ansinh.core import clock
from ansinh.core.permissions import Request, requires
from ansinh.identity import actions, permissions, queries
from ansinh.identity.views.scope import asked_people, carried
from ansinh.identity.views.tables import table
from ansinh.registry.permissions import SEE_PERSON

CSV_HEAD = (
    "Mã số BHXH", "Họ và tên", "Ngày sinh", "Giới tính", "Số kê khai", "Xã, phường", "Quận, huyện", "Tỉnh, thành phố",
    "Vì sao chưa xác minh",
)  # fmt: skip


@requires(permissions.SEE)
def people(request: Request) -> HttpResponse:
    """List the rows behind the figure."""
    today, after = clock.today(), request.GET.get("sau", "")
    scope = asked_people(request, permissions.SEE)
    listed = (
        actions.list_people(
            scope=scope, after=int(after) if after.isdigit() else 0, actor=request.actor, at=clock.now()
        )
        if request.actor.may(SEE_PERSON)
        else None
    )
    return render(
        request,
        "identity/people.html",
        {
            "listed": listed,
            "scope": scope,
            "areas": queries.areas_in_reach(request.actor, permissions.SEE, today),
            "code": scope.area.code if scope.area else "",
            "choices": queries.choices(),
            "query": carried(request),
        },
    )


@requires(SEE_PERSON)
def people_csv(request: Request) -> StreamingHttpResponse:
    """Stream the list of those not verified yet, for a spreadsheet."""
    scope = replace(asked_people(request, SEE_PERSON), verified=False)
    rows = actions.export_people(scope=scope, actor=request.actor, at=clock.now())
    name = f"chua-xac-minh-{scope.area.code if scope.area else 'tat-ca'}-{clock.today():%Y%m%d}.csv"
    return table(name, CSV_HEAD, rows)
