"""Signing in: password, second factor, lock-out, temporary passwords, what a page shows."""

import base64
import re
import time
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.offices.actions import reset_sign_in
from tests.cast import NOW, PASSWORD, Cast

ENGLISH = re.compile(r"\b(the|your|password|code|sign in|please|this|must|authenticator|recovery|key)\b", re.IGNORECASE)


def sign_in(client: Client, username: str, password: str = PASSWORD) -> str:
    """Try to sign in; return where it leads, or nothing."""
    answer = client.post(reverse("account_login"), {"login": username, "password": password})
    return answer.headers.get("Location", "")


def code_of(secret: str) -> str:
    """Return the code an authenticator app shows, by RFC 6238."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def enrol(client: Client) -> str:
    """Switch an authenticator app on; return its secret as the page shows it."""
    page = client.get(reverse("mfa_activate_totp"), follow=True)
    if page.resolver_match.url_name == "account_reauthenticate":
        page = client.post(
            page.request["PATH_INFO"], {"password": PASSWORD, "next": reverse("mfa_activate_totp")}, follow=True
        )
    found = re.search(r'class="secret">([A-Z2-7]+)<', page.content.decode())
    assert found
    client.post(reverse("mfa_activate_totp"), {"code": code_of(found[1])})
    return found[1]


def words(page: bytes) -> str:
    """Return what a person reads on a page."""
    text = re.sub(r"<(script|style|svg).*?</\1>|<code.*?</code>|<[^>]+>", " ", page.decode(), flags=re.DOTALL)
    return " ".join(unescape(text).split())


def test_a_password_signs_in_and_leaves_a_trace(cast: Cast, client: Client) -> None:
    assert sign_in(client, "hoa") == reverse("home")
    assert AuditEntry.objects.filter(event="offices.signed_in", subject=f"account:{cast.hoa.pk}").count() == 1
    assert "Nguyễn Thị Hoa" in client.get(reverse("offices-me")).content.decode()


def test_a_wrong_password_is_told_kindly_and_leaves_a_trace(cast: Cast, client: Client) -> None:
    answer = client.post(reverse("account_login"), {"login": "hoa", "password": "sai-mat-khau"})
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng" in answer.content.decode()
    assert AuditEntry.objects.get(event="offices.sign_in_failed").subject == f"account:{cast.hoa.pk}"


def test_an_unknown_name_is_answered_alike_and_its_text_is_not_kept(cast: Cast, client: Client) -> None:
    answer = client.post(reverse("account_login"), {"login": PASSWORD, "password": "x"})
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng" in answer.content.decode()
    entry = AuditEntry.objects.get(event="offices.sign_in_failed")
    assert (entry.subject, entry.data) == ("", {})


def test_guessing_locks_the_account_even_for_the_right_password(cast: Cast, client: Client) -> None:
    for _ in range(5):
        sign_in(client, "hoa", "sai-mat-khau")
    answer = client.post(reverse("account_login"), {"login": "hoa", "password": PASSWORD})
    assert "tạm khoá 5 phút" in answer.content.decode()
    assert sign_in(client, "minh") == reverse("home")


def test_guessing_from_one_place_over_many_names_is_stopped(cast: Cast, client: Client) -> None:
    for number in range(10):
        sign_in(client, f"ai-do-{number}", "sai-mat-khau")
    answer = client.post(reverse("account_login"), {"login": "hoa", "password": PASSWORD})
    assert "tạm khoá" in answer.content.decode()


def test_a_flood_is_answered_429_in_vietnamese(cast: Cast, client: Client) -> None:
    statuses = [client.post(reverse("account_login"), {"login": ""}).status_code for _ in range(61)]
    assert statuses[-1] == 429
    answer = client.post(reverse("account_login"), {"login": ""})
    assert "Hãy đợi một lát" in answer.content.decode()


def test_a_second_factor_is_asked_for_once_it_is_on(cast: Cast, client: Client) -> None:
    sign_in(client, "hoa")
    secret = enrol(client)
    client.logout()
    assert sign_in(client, "hoa") == reverse("mfa_authenticate")
    assert client.get(reverse("offices-me")).status_code == 302
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Mã chưa đúng" in wrong.content.decode()
    right = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert right.headers["Location"] == reverse("home")
    assert client.get(reverse("offices-me")).status_code == 200


def test_the_secret_of_a_second_factor_is_sealed_in_the_database(cast: Cast, client: Client) -> None:
    sign_in(client, "hoa")
    secret = enrol(client)
    row = Authenticator.objects.get(user=cast.hoa, type=Authenticator.Type.TOTP)
    assert secret not in str(row.data)
    assert base64.b32decode(secret) not in str(row.data).encode()
    assert TOTP(row).validate_code(code_of(secret))


def test_a_recovery_code_works_once(cast: Cast, client: Client) -> None:
    sign_in(client, "hoa")
    enrol(client)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"<li>([0-9a-f]{8})</li>", page)
    assert len(codes) == 10
    client.logout()
    sign_in(client, "hoa")
    assert client.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 302
    client.logout()
    sign_in(client, "hoa")
    assert client.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 200


def test_a_temporary_password_must_be_replaced_before_any_work(cast: Cast, client: Client) -> None:
    reset_sign_in(account=cast.hoa, password="mat-khau-tam-1", actor=SYSTEM, at=NOW)
    sign_in(client, "hoa", "mat-khau-tam-1")
    assert client.get(reverse("offices-me")).headers["Location"] == reverse("account_change_password")
    new = {"oldpassword": "mat-khau-tam-1", "password1": "Nang-thang-tam-24", "password2": "Nang-thang-tam-24"}
    unlike = client.post(reverse("account_change_password"), new | {"password2": "khac"})
    assert "chưa giống nhau" in unlike.content.decode()
    short = client.post(reverse("account_change_password"), new | {"password1": "ngan", "password2": "ngan"})
    assert "cần ít nhất 12 ký tự" in short.content.decode()
    client.post(reverse("account_change_password"), new)
    assert client.get(reverse("offices-me")).status_code == 200


def test_a_reset_ends_sessions_and_forgets_the_second_factor(cast: Cast, client: Client) -> None:
    sign_in(client, "hoa")
    enrol(client)
    reset_sign_in(account=cast.hoa, password="mat-khau-tam-1", actor=SYSTEM, at=NOW)
    assert client.get(reverse("offices-me")).status_code == 302
    assert not Authenticator.objects.filter(user=cast.hoa).exists()


def test_who_may_change_data_is_nudged_and_where_required_stopped(
    cast: Cast, client: Client, settings: Settings
) -> None:
    client.force_login(cast.hoa)
    assert "Bật xác thực hai lớp" in client.get(reverse("offices-me")).content.decode()
    settings.REQUIRE_MFA = True
    assert client.get(reverse("offices-me")).headers["Location"] == reverse("mfa_index")
    client.force_login(cast.thu)
    assert client.get(reverse("offices-me")).status_code == 200


def test_nobody_opens_an_account_for_themselves(client: Client) -> None:
    assert client.get("/tai-khoan/signup/").status_code == 404


def test_a_closed_account_does_not_sign_in(cast: Cast, client: Client) -> None:
    type(cast.hoa).objects.filter(pk=cast.hoa.pk).update(is_active=False)
    assert sign_in(client, "hoa") in {"", reverse("account_inactive")}
    assert client.get(reverse("offices-me")).status_code == 302


OWN_PAGES = [
    "account_login", "account_logout", "account_inactive", "account_reauthenticate", "account_change_password",
    "mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate",
    "socialaccount_login_cancelled", "offices-me",
]  # fmt: skip


@pytest.mark.parametrize("name", OWN_PAGES)
def test_a_page_of_signing_in_speaks_vietnamese_and_holds_no_inline_script(
    cast: Cast, client: Client, name: str
) -> None:
    if name != "account_login":
        sign_in(client, "minh")
        enrol(client)
    if name == "mfa_activate_totp":
        Authenticator.objects.all().delete()
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    html = answer.content.decode()
    assert not ENGLISH.search(words(answer.content)), words(answer.content)
    assert '<main id="noi-dung"' in html
    assert not re.findall(r"<script(?![^>]*(src=|application/json))", html)
    assert not re.findall(r"\s(style|onclick|onsubmit)=", html)
