"""Every address with every role: visitors sign in, roles without the permission are refused, nothing breaks."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from ansinh.core.permissions import Permission
from ansinh.offices.models import Account, RoleGrant
from ansinh.offices.rules import roles
from tests.cast import DAY

QUERIES = 30
"""No page asks the database more often than this; lists are also tested not to ask more when they hold more."""
SAMPLES = {"int": "1", "str": "khong-co", "slug": "khong-co"}


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the house with its pattern; allauth's own pages are theirs to guard."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if "allauth" not in str(entry.urlconf_name):
                yield from patterns(entry, route)
        else:
            yield route, entry


def address(route: str, entry: URLPattern) -> str:
    """Fill an address with values that lead nowhere."""
    for name, converter in entry.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        route = route.replace(f"<{kind}:{name}>", SAMPLES[kind]).replace(f"<{name}>", "khong-co")
    return "/" + route


WALK = [(address(route, entry), entry.callback) for route, entry in patterns(get_resolver())]


@pytest.mark.parametrize(("url", "view"), WALK, ids=[url for url, _ in WALK])
def test_every_view_says_who_may_open_it(url: str, view: object) -> None:
    assert hasattr(view, "permission"), f"{url} is neither public nor guarded"


@pytest.mark.django_db
@pytest.mark.parametrize(("url", "view"), WALK, ids=[url for url, _ in WALK])
def test_a_visitor_is_sent_to_sign_in(url: str, view: object) -> None:
    if getattr(view, "permission", None) is None:
        return
    answer = Client().get(url)
    assert answer.status_code in {302, 405}
    if answer.status_code == 302:
        assert "/tai-khoan/" in answer.headers["Location"]


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(roles()))
def test_a_role_opens_what_it_holds_and_nothing_else(role: str) -> None:
    account = Account.objects.create_user(username=role, password="khong-dung", full_name="Người Thử")
    RoleGrant.objects.create(account=account, role=role, area=None, from_date=DAY)
    client = Client()
    client.force_login(account)
    for url, view in WALK:
        permission = getattr(view, "permission", None)
        with CaptureQueriesContext(connection) as queries:
            status = client.get(url).status_code
        assert len(queries) <= QUERIES, (url, role, len(queries))
        if isinstance(permission, Permission) and permission.name not in roles()[role].permissions:
            assert status == 403, (url, role, status)
        else:
            assert status in {200, 302, 404, 405, 422}, (url, role, status)
