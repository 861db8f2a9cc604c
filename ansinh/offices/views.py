"""Pages of the organisation: oneself, the structure of a day, accounts and their roles."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ansinh.core import clock
from ansinh.core.permissions import Request, public, requires
from ansinh.offices import actions, permissions, queries
from ansinh.offices.actions.accounts import RoleAlreadyHeld, RoleDoesNotFit, UsernameTaken
from ansinh.offices.forms import AccountForm, DayForm, GrantForm
from ansinh.offices.models import Account, RoleGrant
from ansinh.offices.rules import temporary_password

PAGE_SIZE = 50


@public
@require_GET
def me(request: Request) -> HttpResponse:
    """Show a person their unit, roles and how well their sign-in is guarded."""
    account = request.user
    if not isinstance(account, Account):
        return redirect_to_login(request.get_full_path())
    context = {
        "account": account,
        "grants": queries.open_grants(clock.today()).filter(account=account),
        "has_mfa": is_mfa_enabled(account),
        "should_enrol": queries.lacks_second_factor(account, request.actor),
    }
    return render(request, "offices/me.html", context)


@requires(permissions.SEE_ORGANISATION)
@require_GET
def organisation(request: Request) -> HttpResponse:
    """Show units and provinces in the structure of a chosen day."""
    today = clock.today()
    form = DayForm(request.GET or None)
    day = (form.cleaned_data["ngay"] if form.is_valid() else None) or today
    page = queries.organisation(day)
    context = {
        "page": page,
        "form": form,
        "today": today,
        "has_units": any(line.unit for line in page.provinces),
        "has_before": any(line.before for line in page.provinces),
        "has_after": any(line.after for line in page.provinces),
    }
    return render(request, "offices/organisation.html", context, status=422 if form.errors else 200)


@requires(permissions.MANAGE_ACCOUNTS)
@require_GET
def accounts(request: Request) -> HttpResponse:
    """List the accounts of the actor's areas."""
    text = request.GET.get("tim", "").strip()
    found = queries.accounts(request.actor, clock.today(), text=text)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("trang"))
    query = urlencode({"tim": text}) + "&" if text else ""
    context = {"page": page, "query": query, "text": text}
    return render(request, "offices/accounts.html", context)


@requires(permissions.MANAGE_ACCOUNTS)
@never_cache
@require_http_methods(["GET", "POST"])
def open_account(request: Request) -> HttpResponse:
    """Open an account; its temporary password is shown once."""
    form = AccountForm(request.POST or None, actor=request.actor, day=clock.today())
    if form.is_valid():
        password = temporary_password()
        try:
            account = actions.open_account(
                **form.cleaned_data,
                password=password,
                password_is_temporary=True,
                actor=request.actor,
                at=clock.now(),
            )
        except UsernameTaken as refusal:
            form.add_error("username", refusal.message)
        else:
            return render(request, "offices/temporary_password.html", {"account": account, "password": password})
    return render(request, "offices/open_account.html", {"form": form}, status=422 if form.errors else 200)


@requires(permissions.MANAGE_ACCOUNTS)
@require_http_methods(["GET", "POST"])
def account(request: Request, pk: int) -> HttpResponse:
    """Show one account; a manager gives roles here."""
    today = clock.today()
    row = get_object_or_404(queries.accounts(request.actor, today), pk=pk)
    form = GrantForm(request.POST or None, actor=request.actor, day=today)
    if form.is_valid():
        try:
            grant = actions.grant_role(
                account=row, from_date=today, actor=request.actor, at=clock.now(), **form.cleaned_data
            )
        except (RoleDoesNotFit, RoleAlreadyHeld) as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, f"Đã giao vai trò «{grant.label}».")
            return redirect("offices-account", pk=pk)
    mine = set(RoleGrant.objects.visible_to(request.actor).filter(account=row).values_list("pk", flat=True))
    context = {
        "account": row,
        "form": form,
        "mine": mine,
        "history": RoleGrant.objects.filter(account=row).exclude(to_date=None).select_related("area"),
        "is_self": pk == request.actor.account_id,
    }
    return render(request, "offices/account.html", context, status=422 if form.errors else 200)


@requires(permissions.MANAGE_ACCOUNTS)
@require_POST
def revoke_role(request: Request, pk: int, grant: int) -> HttpResponse:
    """Take a role back, as of today."""
    row = get_object_or_404(RoleGrant.objects.visible_to(request.actor), pk=grant, account=pk)
    actions.revoke_role(grant=row, on=clock.today(), actor=request.actor, at=clock.now())
    messages.success(request, f"Đã thu hồi vai trò «{row.label}».")
    return redirect("offices-account", pk=pk)


@requires(permissions.MANAGE_ACCOUNTS)
@never_cache
@require_POST
def reset_sign_in(request: Request, pk: int) -> HttpResponse:
    """Give somebody who lost their password or device a new start; the password is shown once."""
    row = get_object_or_404(Account.objects.visible_to(request.actor), pk=pk)
    password = temporary_password()
    actions.reset_sign_in(account=row, password=password, actor=request.actor, at=clock.now())
    return render(request, "offices/temporary_password.html", {"account": row, "password": password})


@requires(permissions.MANAGE_ACCOUNTS)
@require_POST
def close_account(request: Request, pk: int) -> HttpResponse:
    """Close an account for good."""
    row = get_object_or_404(Account.objects.visible_to(request.actor), pk=pk)
    actions.close_account(account=row, on=clock.today(), actor=request.actor, at=clock.now())
    messages.success(request, f"Đã đóng tài khoản của {row}. Các vai trò đã kết thúc; lịch sử vẫn được giữ.")
    return redirect("offices-account", pk=pk)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Answer somebody who tries too often."""
    return render(request, "offices/too_many_requests.html", status=429)
