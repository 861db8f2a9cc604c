"""Turns the signed-in account into an actor, once a request, and sees that its first duties are done."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from ansinh.core import clock
from ansinh.core.permissions import NOBODY, Actor
from ansinh.offices.models import Account
from ansinh.offices.queries import actor_for, lacks_second_factor

OWN_BUSINESS = ("account_", "mfa_")
"""Openings of the names of addresses where somebody looks after their own sign-in."""


class ActorMiddleware:
    """Put ``request.actor`` on every request; looked up only when somebody asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next in line."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the actor and go on."""
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]  # see core.permissions.Request
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Lead to a duty that comes before any work: an own password, and a second factor where it is required."""
        match = request.resolver_match
        if match and (match.url_name or "").startswith(OWN_BUSINESS):
            return None
        account = request.user
        if not isinstance(account, Account):
            return None
        if account.password_is_temporary:
            messages.warning(request, "Bạn đang dùng mật khẩu tạm. Hãy chọn mật khẩu của riêng bạn trước khi làm việc.")
            return redirect("account_change_password")
        if settings.REQUIRE_MFA and lacks_second_factor(account, actor_of(request)):
            messages.warning(
                request, "Vai trò của bạn được sửa dữ liệu nên cần bật xác thực hai lớp trước khi làm việc."
            )
            return redirect("mfa_index")
        return None


def actor_of(request: HttpRequest) -> Actor:
    """Return who makes this request; ``NOBODY`` for a visitor."""
    account = request.user
    return actor_for(account, clock.today()) if isinstance(account, Account) else NOBODY


def acting(account: Account) -> tuple[Actor, datetime]:
    """Return an account as an actor of this instant, for what happens while signing in."""
    return actor_for(account, clock.today()), clock.now()


def instant() -> datetime:
    """Return this instant, for what happens before anybody is signed in."""
    return clock.now()
