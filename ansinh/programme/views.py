"""Pages of the programme."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ansinh.core import clock
from ansinh.core.errors import OutOfReach
from ansinh.core.measures import REGISTERED, evaluate
from ansinh.core.permissions import Request, requires
from ansinh.programme import actions, permissions, queries
from ansinh.programme.drawing import tile_map, trend_line
from ansinh.programme.forms import DayForm, ProductForm
from ansinh.programme.models import Plan, Product, Task
from ansinh.programme.rules import month_ends


def day_of(request: Request) -> date:
    """Return the day asked for, else today; an unreadable day is today."""
    form = DayForm(request.GET)
    return (form.cleaned_data["ngay"] if form.is_valid() else None) or clock.today()


@requires(permissions.SEE)
@require_GET
def cockpit(request: Request) -> HttpResponse:
    """Show the plan of the day: 27 tasks, states, figures, map."""
    as_of = day_of(request)
    plan = queries.current_plan(as_of)
    if plan is None:
        return render(request, "programme/no_plan.html")
    page = queries.cockpit(plan, as_of=as_of)
    context = {"page": page, "as_of": as_of, "today": clock.today(), "head": page.headline}
    if page.headline and page.headline.figure:
        figure = page.headline.figure
        context |= {"trend": trend_line(figure.trend), "map": tile_map(queries.by_province(figure), as_of=as_of)}
    return render(request, "programme/cockpit.html", context)


@requires(permissions.SEE)
@require_http_methods(["GET", "POST"])
def task(request: Request, plan: str, number: int) -> HttpResponse:
    """Show one task whole; the secretary records its products here."""
    row = get_object_or_404(Task.objects.select_related("plan"), plan__code=plan, number=number)
    form = ProductForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        product = actions.record_product(task=row, actor=request.actor, at=clock.now(), **form.cleaned_data)
        messages.success(request, f"Đã ghi nhận {product.number}. Trạng thái nhiệm vụ được tính lại ngay.")
        return redirect("programme-task", plan=plan, number=number)
    line = queries.task_line(row, as_of=day_of(request))
    context = {
        "line": line,
        "form": form,
        "trend": trend_line(line.figure.trend) if line.figure else None,
        "may_manage": request.actor.may(permissions.MANAGE),
    }
    return render(request, "programme/task.html", context, status=422 if form.errors else 200)


@requires(permissions.MANAGE)
@require_POST
def withdraw(request: Request, product: int) -> HttpResponse:
    """Take back a product recorded by mistake."""
    row = get_object_or_404(Product.objects.select_related("task__plan"), pk=product)
    actions.withdraw_product(product=row, reason=request.POST.get("reason", ""), actor=request.actor, at=clock.now())
    messages.success(request, f"Đã rút {row.number}. Dòng ghi nhận vẫn được lưu trong lịch sử.")
    return redirect("programme-task", plan=row.task.plan.code, number=row.task.number)


@requires(permissions.SEE)
@require_GET
def measure(request: Request, name: str) -> HttpResponse:
    """Open a figure: its definition, every province, the trend, and the way to the rows."""
    if name not in REGISTERED:
        raise OutOfReach
    as_of = day_of(request)
    plan = queries.current_plan(as_of)
    first = plan.from_date if plan else date(as_of.year, 1, 1)
    figure = evaluate(REGISTERED[name], as_of=as_of, days=month_ends(first, as_of))
    lines = queries.by_province(figure)
    context = {
        "figure": figure,
        "as_of": as_of,
        "today": clock.today(),
        "lines": sorted(lines, key=lambda line: (line.count.percent is None, line.count.percent)),
        "map": tile_map(lines, as_of=as_of),
        "trend": trend_line(figure.trend),
        "tasks": Task.objects.filter(plan=plan, measure=name) if plan else Task.objects.none(),
    }
    return render(request, "programme/measure.html", context)


@requires(permissions.SEE)
@require_GET
def plan_text(request: Request, plan: str) -> HttpResponse:
    """Show the plan word for word, in its official table."""
    row = get_object_or_404(Plan, code=plan)
    return render(request, "programme/plan.html", {"plan": row, "tasks": row.tasks.order_by("number")})
