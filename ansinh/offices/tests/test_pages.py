"""Pages of the organisation: who sees what, and what a wrong entry is told."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from ansinh.core.models import AuditEntry
from ansinh.offices.models import Account, RoleGrant
from tests.cast import Cast, person, province, unit

pytestmark = pytest.mark.usefixtures("june_2024")


@pytest.fixture
def manager(cast: Cast) -> Account:
    """Open the account manager of Hà Nội."""
    return person("kien", "Mai Trung Kiên", "account_manager", area=province("01"), at_unit=unit("BHXH-01"))


@pytest.fixture
def office(client: Client, manager: Account) -> Client:
    """Sign the account manager of Hà Nội in."""
    client.force_login(manager)
    return client


def test_me_shows_unit_roles_and_areas(cast: Cast, client: Client) -> None:
    client.force_login(cast.hoa)
    page = client.get(reverse("offices-me")).content.decode()
    for said in ("BHXH thành phố Hà Nội", "Cán bộ thu – sổ, thẻ", "Thành phố Hà Nội", "Đổi mật khẩu"):
        assert said in page


@pytest.mark.parametrize(
    ("day", "count", "said", "not_said"),
    [
        ("2024-06-28", "63 tỉnh, thành phố", "Trung tâm Công nghệ thông tin", "chưa được nạp"),
        ("2025-05-01", "63 tỉnh, thành phố", "35 khu vực", "Trung tâm Công nghệ thông tin"),
        ("2025-07-01", "34 tỉnh, thành phố", "BHXH tỉnh Bắc Ninh", "BHXH tỉnh Bắc Giang"),
        ("1990-01-01", "0 tỉnh, thành phố", "chưa có tỉnh nào có hiệu lực", "Bắc Ninh"),
    ],
)
def test_the_organisation_is_that_of_the_chosen_day(
    cast: Cast, client: Client, day: str, count: str, said: str, not_said: str
) -> None:
    client.force_login(cast.minh)
    page = client.get(reverse("offices-organisation"), {"ngay": day}).content.decode()
    assert count in page
    assert said in page
    assert not_said not in page


def test_a_day_that_is_none_is_told_in_vietnamese(cast: Cast, client: Client) -> None:
    client.force_login(cast.minh)
    answer = client.get(reverse("offices-organisation"), {"ngay": "31/02/2024"})
    assert answer.status_code == 422
    assert "Ngày chưa đúng" in answer.content.decode()


def test_the_list_holds_only_the_managers_province(cast: Cast, office: Client) -> None:
    page = office.get(reverse("offices-accounts")).content.decode()
    assert cast.hoa.full_name in page
    assert cast.quan.full_name not in page
    assert cast.minh.full_name not in page


def test_people_are_found_without_their_marks(cast: Cast, client: Client) -> None:
    client.force_login(cast.yen)
    page = client.get(reverse("offices-accounts"), {"tim": "do thi"}).content.decode()
    assert cast.thu.full_name in page
    assert cast.hoa.full_name not in page
    assert "Không có ai tên «zz»" in client.get(reverse("offices-accounts"), {"tim": "zz"}).content.decode()


def test_the_list_asks_the_database_the_same_however_long_it_is(
    cast: Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        person(f"nguoi-{number}", "Người Thử", "leader", at_unit=unit("CNTT"))
    client.force_login(cast.yen)
    with django_assert_max_num_queries(8):
        client.get(reverse("offices-accounts"))


def test_an_opened_account_gets_a_temporary_password_shown_once(cast: Cast, office: Client) -> None:
    entry = {"full_name": "Đinh Thị Mơ", "username": "mo", "unit": unit("BHXH-01").pk}
    answer = office.post(reverse("offices-open-account"), entry)
    shown = re.search(r'class="secret">([a-z0-9-]+)<', answer.content.decode())
    assert shown
    assert "no-store" in answer.headers["Cache-Control"]
    account = Account.objects.get(username="mo")
    assert account.check_password(shown[1])
    assert account.password_is_temporary
    assert not any(shown[1] in str(row.data) for row in AuditEntry.objects.all())


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("username", "hoa", "đã có người dùng"),
        ("username", "có dấu cách", "Chỉ dùng chữ, số"),
        ("username", "", "bắt buộc"),
        ("full_name", "Nguyễn 123", "Họ tên chỉ gồm chữ cái"),
        ("unit", "999999", "hợp lệ"),
    ],
)
def test_a_wrong_entry_is_told_at_its_field(cast: Cast, office: Client, field: str, value: str, said: str) -> None:
    entry = {"full_name": "Đinh Thị Mơ", "username": "mo", "unit": str(unit("BHXH-01").pk)} | {field: value}
    answer = office.post(reverse("offices-open-account"), entry)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Account.objects.filter(username="mo").exists()


def test_a_role_is_given_and_taken_back(cast: Cast, manager: Account, office: Client) -> None:
    page = reverse("offices-account", args=[cast.hoa.pk])
    office.post(page, {"role": "leader", "area": province("01").pk})
    grant = RoleGrant.objects.get(account=cast.hoa, role="leader")
    assert grant.granted_by == manager
    assert "Mai Trung Kiên giao" in office.get(page).content.decode()
    office.post(reverse("offices-revoke-role", args=[cast.hoa.pk, grant.pk]))
    grant.refresh_from_db()
    assert grant.to_date is not None


@pytest.mark.parametrize(
    ("role", "area", "said"),
    [("", "01", "bắt buộc"), ("leader", "", "bắt buộc"), ("leader", "khong-co", "không có trong danh mục")],
)
def test_a_wrong_grant_is_told_in_vietnamese(cast: Cast, office: Client, role: str, area: str, said: str) -> None:
    key = province("01").pk if area == "01" else area
    answer = office.post(reverse("offices-account", args=[cast.hoa.pk]), {"role": role, "area": key})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_another_provinces_account_is_not_found(cast: Cast, office: Client) -> None:
    key = cast.quan.pk
    grant = cast.quan.role_grants.get()
    before = Account.objects.get(pk=key).password
    assert office.get(reverse("offices-account", args=[key])).status_code == 404
    for url in (
        reverse("offices-account", args=[key]),
        reverse("offices-revoke-role", args=[key, grant.pk]),
        reverse("offices-reset-sign-in", args=[key]),
        reverse("offices-close-account", args=[key]),
    ):
        assert office.post(url, {"role": "leader", "area": province("48").pk}).status_code == 404
    after = Account.objects.get(pk=key)
    assert (after.password, after.is_active) == (before, True)
    assert list(cast.quan.role_grants.all()) == [grant]


@pytest.mark.parametrize("area", ["48", "VN"])
def test_a_grant_over_what_is_not_ones_own_is_not_found(cast: Cast, office: Client, area: str) -> None:
    key = area if area == "VN" else province(area).pk
    answer = office.post(reverse("offices-account", args=[cast.hoa.pk]), {"role": "leader", "area": key})
    assert answer.status_code == 404
    assert not RoleGrant.objects.filter(account=cast.hoa, role="leader").exists()


def test_a_manager_finds_no_buttons_on_their_own_account(cast: Cast, manager: Account, office: Client) -> None:
    page = reverse("offices-account", args=[manager.pk])
    assert "Giao từ hôm nay" not in office.get(page).content.decode()
    assert office.post(page, {"role": "leader", "area": province("01").pk}).status_code == 409
