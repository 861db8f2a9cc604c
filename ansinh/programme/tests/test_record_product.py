"""Recording products: the act, its refusals, and the state that follows."""

from datetime import date

import pytest
from django.test import Client

from ansinh.core.errors import NotPermitted
from ansinh.core.models import AuditEntry
from ansinh.core.permissions import SYSTEM
from ansinh.programme.actions import NotIssuedYet, ProductAlreadyRecorded, load_plan, record_product, withdraw_product
from ansinh.programme.models import Plan, Product, Task
from ansinh.programme.queries import task_line
from ansinh.programme.rules import PLANS, State
from tests.cast import DAY, NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(areas: None) -> Plan:
    """Load the 2024 plan."""
    return load_plan(path=PLANS / "2024.yaml", actor=SYSTEM, at=NOW)


def record(cast: Cast, task: Task, number: str = "731/BHXH-VP", day: date = date(2024, 4, 19)) -> Product:
    """Record one document as the secretary."""
    actor = cast.actor(cast.minh)
    return record_product(task=task, number=number, title="Góp ý", issued_date=day, actor=actor, at=NOW)


def test_loading_a_plan_again_changes_nothing_and_keeps_products(plan: Plan, cast: Cast) -> None:
    record(cast, plan.tasks.get(number=19))
    load_plan(path=PLANS / "2024.yaml", actor=SYSTEM, at=NOW)
    assert Plan.objects.count() == 1
    assert plan.tasks.count() == 27
    assert Product.objects.count() == 1


def test_a_product_moves_the_state_and_is_audited(plan: Plan, cast: Cast) -> None:
    task = plan.tasks.get(number=19)
    assert task_line(task, as_of=DAY).state == State.OVERDUE
    record(cast, task)
    assert task_line(task, as_of=DAY).state == State.DONE
    assert AuditEntry.objects.filter(event="programme.product_recorded", subject=f"task:{task.pk}").count() == 1


def test_it_refuses_the_same_document_twice(plan: Plan, cast: Cast) -> None:
    record(cast, plan.tasks.get(number=19))
    with pytest.raises(ProductAlreadyRecorded):
        record(cast, plan.tasks.get(number=19))
    assert Product.objects.count() == 1


def test_it_refuses_a_document_of_tomorrow(plan: Plan, cast: Cast) -> None:
    with pytest.raises(NotIssuedYet):
        record(cast, plan.tasks.get(number=19), day=date(2024, 6, 29))


def test_it_refuses_somebody_who_may_only_look(plan: Plan, cast: Cast) -> None:
    with pytest.raises(NotPermitted):
        record_product(
            task=plan.tasks.get(number=19),
            number="1",
            title="x",
            issued_date=DAY,
            actor=cast.actor(cast.thu),
            at=NOW,
        )
    assert not Product.objects.exists()


def test_a_withdrawn_product_no_longer_counts_and_can_be_recorded_again(plan: Plan, cast: Cast) -> None:
    task = plan.tasks.get(number=19)
    product = record(cast, task)
    withdraw_product(product=product, reason="Nhầm số", actor=cast.actor(cast.minh), at=NOW)
    assert task_line(task, as_of=DAY).state == State.OVERDUE
    record(cast, task)
    assert Product.objects.count() == 2


def test_the_page_records_and_tells_mistakes_in_vietnamese(plan: Plan, cast: Cast, client: Client) -> None:
    client.force_login(cast.minh)
    url = f"/dieu-hanh/ke-hoach/{plan.code}/19/"
    wrong = client.post(url, {"number": "", "title": "", "issued_date": "31/02/2024"})
    assert wrong.status_code == 422
    assert "không hợp lệ" in wrong.content.decode() or "hợp lệ" in wrong.content.decode()
    right = client.post(url, {"number": "731/BHXH-VP", "title": "Góp ý", "issued_date": "2024-04-19"})
    assert right.status_code == 302
    twice = client.post(url, {"number": "731/BHXH-VP", "title": "Góp ý", "issued_date": "2024-04-19"})
    assert twice.status_code == 409
    assert "đã được ghi nhận" in twice.content.decode()
