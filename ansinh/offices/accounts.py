"""How sign-in behaves: accounts are opened by the unit, every sign-in leaves a trace, secrets are kept sealed.

The classes are named by dotted path in the settings; allauth calls them.
"""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import force_bytes

from ansinh.core.permissions import NOBODY, SYSTEM
from ansinh.core.text import title_name
from ansinh.offices.actions import confirm_own_password, note_failed_sign_in, note_sign_in, open_account
from ansinh.offices.middleware import acting, instant
from ansinh.offices.models import Account

METHODS = {
    "reauthenticate": "Dùng mật khẩu",
    "mfa_reauthenticate": "Dùng mã của ứng dụng xác thực hoặc mã dự phòng",
    "mfa_reauthenticate:webauthn": "Dùng khoá bảo mật",
}


class PasswordLength(MinimumLengthValidator):
    """Length of a password (độ dài mật khẩu), told in Vietnamese."""

    def get_error_message(self) -> str:
        """Say how long it must be."""
        return f"Mật khẩu quá ngắn: cần ít nhất {self.min_length} ký tự."


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Officers get their account from their unit; citizens come through VNeID."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Tài khoản này đã đóng. Hãy liên hệ quản trị tài khoản của đơn vị.",
        "enter_current_password": "Mật khẩu hiện tại chưa đúng.",
        "incorrect_password": "Mật khẩu chưa đúng.",
        "invalid_login": "Tên đăng nhập hoặc mật khẩu chưa đúng.",
        "username_password_mismatch": "Tên đăng nhập hoặc mật khẩu chưa đúng. Hãy kiểm tra phím Caps Lock và bộ gõ.",
        "too_many_login_attempts": (
            "Đã nhập sai quá nhiều lần nên tài khoản này tạm khoá 5 phút. Hãy đợi rồi thử lại; "
            "nếu quên mật khẩu, hãy nhờ quản trị tài khoản của đơn vị đặt lại."
        ),
        "rate_limited": "Bạn đã thử quá nhiều lần. Hãy đợi vài phút rồi thử lại.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Refuse self-made accounts: an account is personal and accountable."""
        return False

    def set_password(self, user: Account, password: str) -> None:
        """Keep a password its owner has chosen; it is no longer a temporary one."""
        actor, at = acting(user)
        with transaction.atomic():
            super().set_password(user, password)
            confirm_own_password(account=user, actor=actor, at=at)

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Leave a trace of a completed sign-in."""
        actor, at = acting(user)
        note_sign_in(account=user, actor=actor, at=at)
        answer: HttpResponse = super().post_login(request, user, **kwargs)
        return answer

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave a trace of a failed sign-in."""
        super().authentication_failed(request, **credentials)
        note_failed_sign_in(username=str(credentials.get("username", "")), actor=NOBODY, at=instant())

    def get_reauthentication_methods(self, user: Account) -> list[dict[str, Any]]:
        """Name the ways to prove oneself again in Vietnamese."""
        return [
            method | {"description": METHODS[method["id"]]} for method in super().get_reauthentication_methods(user)
        ]


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Second factor: its secrets are sealed in the database with a key the database does not hold."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "Mã chưa đúng. Mã đổi sau mỗi 30 giây; hãy nhập mã đang hiện và kiểm tra giờ của điện thoại.",
        "cannot_delete_authenticator": "Chưa thể bỏ lớp xác thực này.",
        "cannot_generate_recovery_codes": "Hãy bật ứng dụng xác thực hoặc khoá bảo mật trước khi tạo mã dự phòng.",
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return _seal().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret; keys in ``SECRET_KEY_FALLBACKS`` still open what they sealed."""
        return _seal().decrypt(encrypted_text.encode("ascii")).decode()

    def generate_authenticator_name(self, user: Account, type: object) -> str:  # noqa: A002 - allauth's signature
        """Number the person's keys."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Khoá bảo mật {count + 1}"


def _seal() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    derived = [hashlib.sha256(b"ansinh second factor" + force_bytes(key)).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


class VneidAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Sign-in with VNeID (NĐ 69/2024): the first time opens an account without any role."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002 - allauth's
        """Let everybody in whom VNeID has identified."""
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:  # noqa: ARG002 - allauth's
        """Drop addresses told on the way: contacts are kept in the register, from the person."""
        sociallogin.email_addresses = []

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: object = None) -> Account:  # noqa: ARG002
        """Open the account of somebody who comes for the first time."""
        claims = sociallogin.account.extra_data.get("userinfo") or sociallogin.account.extra_data["id_token"]
        with transaction.atomic():
            account = open_account(
                username=f"vneid-{sociallogin.account.uid}",
                full_name=title_name(str(claims.get("HoVaTen") or claims.get("name") or "Người dùng")),
                password=None,
                unit=None,
                actor=SYSTEM,
                at=instant(),
            )
            sociallogin.user = account
            sociallogin.save(request)
        return account
