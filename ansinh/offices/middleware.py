"""Turns the signed-in account into an actor, once a request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from ansinh.core import clock
from ansinh.core.permissions import NOBODY, Actor
from ansinh.offices.models import Account
from ansinh.offices.queries import actor_for


class ActorMiddleware:
    """Put ``request.actor`` on every request; looked up only when somebody asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next in line."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the actor and go on."""
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]  # see core.permissions.Request
        return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor:
    """Return who makes this request; ``NOBODY`` for a visitor."""
    account = request.user
    return actor_for(account, clock.today()) if isinstance(account, Account) else NOBODY
