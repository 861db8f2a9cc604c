"""What every answer carries: the content policy, and refusals rendered for whoever asked."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from ansinh.core.errors import Refusal

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class PageMiddleware:
    """Set the content security policy and answer refusals as page, fragment or problem JSON (RFC 9457)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next in line."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the policy on top."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render a refusal; anything else is a bug and goes on."""
        return answer(request, exception) if isinstance(exception, Refusal) else None


def answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Tell a refusal the way the request wants to be told."""
    if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
        problem = {"type": "about:blank", "title": refusal.message, "status": refusal.status, "code": refusal.code}
        return JsonResponse({**problem, **refusal.data}, status=refusal.status, content_type="application/problem+json")
    is_fragment = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
    template = "core/refusal.html#message" if is_fragment else "core/refusal.html"
    return render(request, template, {"refusal": refusal}, status=refusal.status)


def context(request: HttpRequest) -> dict[str, object]:
    """Give every template its menu and whether the clock is a training one."""
    from ansinh.core import clock, navigation  # noqa: PLC0415 - settings name this function before apps are ready

    actor = getattr(request, "actor", None)
    entries = navigation.visible_to(actor) if actor else []
    return {
        "navigation": entries,
        "here": navigation.current(entries, request.path),
        "training_day": clock.today() if clock.offset() else None,
    }
