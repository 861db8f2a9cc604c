"""Sign-in with VNeID, against a real OpenID Connect server on this machine."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from ansinh.core.models import AuditEntry
from ansinh.offices.models import Account
from ansinh.offices.queries import actor_for
from tests.cast import DAY


class Vneid(BaseHTTPRequestHandler):
    """Answer discovery, token and user information for one invented citizen."""

    claims: ClassVar[dict[str, str]] = {"sub": "8f14e45f", "HoVaTen": "TRẦN THỊ LAN", "email": "lan@example.org"}

    def answer(self, content: dict[str, object]) -> None:
        """Send JSON."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def do_GET(self) -> None:
        """Answer what is asked for."""
        here = f"http://{self.headers['Host']}"
        self.answer(
            dict(self.claims)
            if self.path == "/userinfo"
            else {
                "issuer": here,
                "authorization_endpoint": f"{here}/authorize",
                "token_endpoint": f"{here}/token",
                "userinfo_endpoint": f"{here}/userinfo",
                "jwks_uri": f"{here}/keys",
            }
        )

    def do_POST(self) -> None:
        """Hand out a token for a code that comes with its proof key."""
        sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.answer({"access_token": "t", "token_type": "Bearer"} if "code_verifier" in sent else {"error": "no pkce"})

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def vneid(settings: Settings) -> Iterator[str]:
    """Start a server and point the settings at it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Vneid)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    issuer = f"http://127.0.0.1:{server.server_port}"
    app = {**settings.VNEID, "client_id": "an-sinh", "secret": "bi-mat", "settings": {"server_url": issuer}}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {**settings.SOCIALACCOUNT_PROVIDERS["openid_connect"], "APPS": [app]}
    }
    yield issuer
    server.shutdown()
    server.server_close()


def come_back(client: Client) -> str:
    """Start at VNeID's button and come back with a code; return where it leads."""
    sent = urlsplit(client.get(reverse("openid_connect_login", kwargs={"provider_id": "vneid"})).headers["Location"])
    assert sent.path == "/authorize"
    state = parse_qs(sent.query)["state"][0]
    back = reverse("openid_connect_callback", kwargs={"provider_id": "vneid"})
    return client.get(back, {"code": "c", "state": state}).headers["Location"]


@pytest.mark.django_db
def test_the_first_time_opens_an_account_without_any_role(client: Client, vneid: str) -> None:
    assert "Đăng nhập bằng VNeID" in client.get(reverse("account_login")).content.decode()
    assert come_back(client) == reverse("home")
    account = Account.objects.get(username="vneid-8f14e45f")
    assert account.full_name == "Trần Thị Lan"
    assert (account.email, account.has_usable_password()) == ("", False)
    assert not actor_for(account, DAY).grants
    assert AuditEntry.objects.filter(event="offices.account_opened").count() == 1


@pytest.mark.django_db
def test_the_second_time_is_the_same_account(client: Client, vneid: str) -> None:
    come_back(client)
    come_back(Client())
    assert Account.objects.count() == 1


@pytest.mark.django_db
def test_a_wrong_way_back_is_told_in_vietnamese(client: Client, vneid: str) -> None:
    back = reverse("openid_connect_callback", kwargs={"provider_id": "vneid"})
    answer = client.get(back, {"code": "c", "state": "gia-mao"})
    assert answer.status_code == 401
    assert "Chưa đăng nhập được bằng VNeID" in answer.content.decode()
    assert not Account.objects.exists()


@pytest.mark.django_db
def test_without_settings_there_is_no_button_and_no_address(client: Client) -> None:
    assert "VNeID" not in client.get(reverse("account_login")).content.decode()
    assert client.get(reverse("openid_connect_login", kwargs={"provider_id": "vneid"})).status_code == 404
