"""Permissions as frozen data, actors, and the decorators that guard views.

A room declares ``room:act`` in its ``permissions.py``; a role (``offices``) is a set of those names granted over areas.
Someone else's object is 404, never 403: its existence must not leak.
"""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, Protocol

from django.http import HttpRequest, HttpResponseBase

from ansinh.core.errors import NotPermitted, OutOfReach

P = ParamSpec("P")
Areas = frozenset[int] | None
"""Keys of the areas a grant covers; ``None`` is the whole country."""


@dataclass(frozen=True, slots=True, order=True)
class Permission:
    """One act somebody may be allowed to do (quyền)."""

    name: str
    label: str


DECLARED: dict[str, Permission] = {}


def declare(name: str, label: str) -> Permission:
    """Make a permission known; ``name`` is ``room:act``, ``label`` completes "được phép …"."""
    if not re.fullmatch(r"[a-z]+:[a-z_]+", name) or name in DECLARED:
        raise ValueError(f"Permission {name!r} is malformed or declared twice.")
    DECLARED[name] = Permission(name, label)
    return DECLARED[name]


@dataclass(frozen=True, slots=True)
class Grant:
    """A role as held: what it allows, and where."""

    permissions: frozenset[str]
    areas: Areas


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in account with its grants of today, or the system itself."""

    account_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    is_system: bool = False

    def may(self, permission: Permission, *, area: int | None = None) -> bool:
        """Tell whether the act is allowed, in the given area or (without one) anywhere."""
        return self.is_system or any(
            permission.name in grant.permissions and (area is None or grant.areas is None or area in grant.areas)
            for grant in self.grants
        )

    def must(self, permission: Permission, *, area: int | None = None) -> None:
        """Refuse unless allowed.

        :raises NotPermitted: the act is allowed nowhere
        :raises OutOfReach: it is allowed, but not in that area
        """
        if not self.may(permission):
            raise NotPermitted(permission=permission.name)
        if not self.may(permission, area=area):
            raise OutOfReach

    def areas_for(self, permission: Permission) -> Areas:
        """Return the areas in which the act is allowed; ``None`` is everywhere, an empty set nowhere."""
        held = [grant.areas for grant in self.grants if permission.name in grant.permissions]
        if self.is_system or None in held:
            return None
        return frozenset[int]().union(*[areas for areas in held if areas is not None])


SYSTEM = Actor(account_id=None, name="Hệ thống", is_system=True)
NOBODY = Actor(account_id=None, name="")


class Request(HttpRequest):
    """A request as An Sinh's middleware leaves it: with its actor."""

    actor: Actor


class View(Protocol[P]):
    """A guarded view; ``permission`` is what the URL walk of the house tests reads."""

    permission: Permission | None

    def __call__(self, request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        """Answer a request."""


ViewFunction = Callable[Concatenate[Request, P], HttpResponseBase]


def requires(permission: Permission) -> Callable[[ViewFunction[P]], ViewFunction[P]]:
    """Guard a view: visitors are sent to sign in, others need the permission somewhere."""

    def guard(view: ViewFunction[P]) -> ViewFunction[P]:
        @functools.wraps(view)
        def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.actor.account_id is None:
                from django.contrib.auth.views import redirect_to_login  # noqa: PLC0415 - imports models, which need apps

                return redirect_to_login(request.get_full_path())
            if not request.actor.may(permission):
                raise NotPermitted(permission=permission.name)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]  # read by the URL walk
        return guarded

    return guard


def public(view: ViewFunction[P]) -> ViewFunction[P]:
    """Mark a view that anybody may see; said aloud, so that forgetting a guard is never silent."""
    view.permission = None  # type: ignore[attr-defined]  # read by the URL walk
    return view
