"""A refusal is told the way the request wants to be told: page, fragment or problem JSON; never a stack trace."""

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client, RequestFactory

from ansinh.core.errors import Malformed, NotPermitted, OutOfReach, Refusal
from ansinh.core.middleware import answer

REFUSALS = [Refusal(), NotPermitted(permission="core:test"), OutOfReach(), Malformed("Ngày 31/02 không có.")]
ids = [refusal.code for refusal in REFUSALS]


def ask(refusal: Refusal, path: str = "/", **headers: str) -> HttpResponse:
    """Answer a request with some headers."""
    request = RequestFactory().get(path, headers=headers)
    return answer(request, refusal)


@pytest.mark.parametrize("refusal", REFUSALS, ids=ids)
def test_a_program_gets_problem_json(refusal: Refusal) -> None:
    for response in (ask(refusal, "/api/x/"), ask(refusal, accept="application/json")):
        assert response.status_code == refusal.status
        assert response.headers["Content-Type"] == "application/problem+json"
        assert f'"code": "{refusal.code}"' in response.content.decode()


@pytest.mark.parametrize("refusal", REFUSALS, ids=ids)
def test_a_fragment_gets_the_message_alone(refusal: Refusal) -> None:
    text = ask(refusal, **{"HX-Request": "true"}).content.decode()
    assert refusal.message in text
    assert "<html" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/khong-co-trang-nay/", "/dieu-hanh/ke-hoach/9999/1/"])
def test_a_wrong_address_is_told_kindly(path: str, client: Client) -> None:
    response = client.get(path)
    assert response.status_code in {302, 404}


@pytest.mark.django_db
def test_every_page_carries_the_content_policy(client: Client) -> None:
    policy = client.get("/tai-khoan/dang-nhap/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.django_db
def test_a_whole_chain_verifies_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("audit", "verify")
    assert "toàn vẹn" in capsys.readouterr().out
