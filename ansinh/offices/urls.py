"""Addresses of the organisation and of signing in.

Of allauth only the pages that An Sinh needs have an address: no self-made accounts, no mail, no second provider. They
guard themselves: signing in is open to everybody, the rest shows a person nothing but their own.
"""

from collections.abc import Callable

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as key
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.http import HttpResponseBase
from django.urls import URLPattern, path
from django.views.generic import RedirectView

from ansinh.core.permissions import public
from ansinh.offices import views


def own(route: str, view: Callable[..., HttpResponseBase], name: str, **fixed: str) -> URLPattern:
    """Give one of allauth's pages an address under /tai-khoan/."""
    return path(f"tai-khoan/{route}", public(view), fixed, name=name)


urlpatterns = [
    path("toi/", views.me, name="offices-me"),
    path("to-chuc/", views.organisation, name="offices-organisation"),
    path("to-chuc/tai-khoan/", views.accounts, name="offices-accounts"),
    path("to-chuc/tai-khoan/mo/", views.open_account, name="offices-open-account"),
    path("to-chuc/tai-khoan/<int:pk>/", views.account, name="offices-account"),
    path("to-chuc/tai-khoan/<int:pk>/thu-hoi/<int:grant>/", views.revoke_role, name="offices-revoke-role"),
    path("to-chuc/tai-khoan/<int:pk>/dat-lai/", views.reset_sign_in, name="offices-reset-sign-in"),
    path("to-chuc/tai-khoan/<int:pk>/dong/", views.close_account, name="offices-close-account"),
    own("dang-nhap/", account.login, "account_login"),
    own("dang-xuat/", account.logout, "account_logout"),
    own("da-dong/", account.account_inactive, "account_inactive"),
    own("xac-nhan/", account.reauthenticate, "account_reauthenticate"),
    own("mat-khau/", account.password_change, "account_change_password"),
    own("mat-khau/chua-co/", RedirectView.as_view(pattern_name="offices-me"), "account_set_password"),
    own("hai-lop/", mfa.index, "mfa_index"),
    own("hai-lop/dang-nhap/", mfa.authenticate, "mfa_authenticate"),
    own("hai-lop/xac-nhan/", mfa.reauthenticate, "mfa_reauthenticate"),
    own("hai-lop/ung-dung/", app.activate_totp, "mfa_activate_totp"),
    own("hai-lop/ung-dung/bo/", app.deactivate_totp, "mfa_deactivate_totp"),
    own("hai-lop/ma-du-phong/", codes.view_recovery_codes, "mfa_view_recovery_codes"),
    own("hai-lop/ma-du-phong/tao/", codes.generate_recovery_codes, "mfa_generate_recovery_codes"),
    own("hai-lop/ma-du-phong/tai-ve/", codes.download_recovery_codes, "mfa_download_recovery_codes"),
    own("hai-lop/khoa/", key.list_webauthn, "mfa_list_webauthn"),
    own("hai-lop/khoa/them/", key.add_webauthn, "mfa_add_webauthn"),
    own("hai-lop/khoa/dang-nhap/", key.login_webauthn, "mfa_login_webauthn"),
    own("hai-lop/khoa/xac-nhan/", key.reauthenticate_webauthn, "mfa_reauthenticate_webauthn"),
    own("hai-lop/khoa/<int:pk>/", key.edit_webauthn, "mfa_edit_webauthn"),
    own("hai-lop/khoa/<int:pk>/bo/", key.remove_webauthn, "mfa_remove_webauthn"),
    own("vneid/", oidc.login, "openid_connect_login", provider_id="vneid"),
    own("vneid/ve/", oidc.callback, "openid_connect_callback", provider_id="vneid"),
    own("vneid/huy/", social.login_cancelled, "socialaccount_login_cancelled"),
]
