"""The home address and the pages of last resort."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from ansinh.core import navigation
from ansinh.core.errors import OutOfReach, Refusal
from ansinh.core.middleware import answer
from ansinh.core.permissions import Request, public


class FormExpired(Refusal):
    """The page's form token is missing or old."""

    status = 403
    message = (
        "Trang đã mở quá lâu hoặc cookie bị chặn nên chưa gửi được. "
        "Hãy tải lại trang rồi thử lần nữa; chưa có gì bị thay đổi."
    )


class Unreadable(Refusal):
    """The request itself is malformed."""

    status = 400
    message = "Yêu cầu gửi lên không đọc được. Hãy quay lại trang trước và thử lần nữa."


class NoAccess(Refusal):
    """Refused by the framework itself."""

    status = 403
    message = "Bạn không có quyền mở trang này."


@public
def home(request: Request) -> HttpResponse:
    """Send everybody to the first place that is theirs; visitors to the sign-in."""
    entries = navigation.visible_to(request.actor)
    if request.actor.account_id is None:
        return redirect("account_login")
    return redirect(entries[0].url) if entries else render(request, "core/empty_home.html")


@public
def health(request: Request) -> HttpResponse:
    """Tell a load balancer that pages and database answer."""
    connection.ensure_connection()
    return JsonResponse({"status": "ok"})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return answer(request, OutOfReach("Địa chỉ này không dẫn tới trang nào. Hãy kiểm tra lại đường dẫn."))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read."""
    return answer(request, Unreadable())


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what the framework refused."""
    return answer(request, NoAccess())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old."""
    return answer(request, FormExpired())


def broken(request: HttpRequest) -> HttpResponse:
    """Answer when the house itself failed; static, since anything may be broken."""
    return render(request, "core/broken.html", status=500)
