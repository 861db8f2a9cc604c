"""Acts of the programme: load a plan, record what a task has produced."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from ansinh.core import audit
from ansinh.core.errors import Malformed, Refusal
from ansinh.core.permissions import Actor
from ansinh.core.text import nfc
from ansinh.programme import events, permissions
from ansinh.programme.models import Plan, Product, Task
from ansinh.programme.rules import read_plan


class ProductAlreadyRecorded(Refusal):
    """This document already counts for this task."""

    message = "Văn bản này đã được ghi nhận cho nhiệm vụ. Nếu là văn bản khác, hãy kiểm tra lại số, ký hiệu."


class NotIssuedYet(Malformed):
    """A document cannot be recorded before the day it is issued."""

    message = "Ngày ban hành nằm sau hôm nay. Chỉ ghi nhận văn bản đã ban hành; hãy kiểm tra lại ngày."


@transaction.atomic
def load_plan(*, path: Path, actor: Actor, at: datetime) -> Plan:
    """Load a plan from its file; loading it again brings the text up to date and keeps the products.

    :raises PlanFileError: when the file is not a whole plan
    """
    actor.must(permissions.MANAGE)
    text = read_plan(path)
    head = {"title": text.title, "decision": text.decision, "issuer": text.issuer}
    plan, _ = Plan.objects.update_or_create(
        code=text.code, defaults={**head, "from_date": text.from_date, "to_date": text.to_date}
    )
    for task in text.tasks:
        fields = asdict(task)
        Task.objects.update_or_create(plan=plan, number=fields.pop("number"), defaults=fields)
    audit.record(events.PLAN_LOADED, actor=actor, at=at, subject=f"plan:{plan.code}", data={"tasks": len(text.tasks)})
    return plan


@transaction.atomic
def record_product(*, task: Task, number: str, title: str, issued_date: date, actor: Actor, at: datetime) -> Product:
    """Record an issued document as a task's product; the task's state follows.

    :raises NotIssuedYet: when it bears a date to come
    :raises ProductAlreadyRecorded: when it counts already
    """
    actor.must(permissions.MANAGE)
    if issued_date > at.date():
        raise NotIssuedYet
    try:
        with transaction.atomic():
            product = Product.objects.create(
                task=task,
                number=nfc(number),
                title=nfc(title),
                issued_date=issued_date,
                recorded_by_id=actor.account_id,
                recorded_at=at,
            )
    except IntegrityError as error:
        raise ProductAlreadyRecorded(number=number) from error
    audit.record(
        events.PRODUCT_RECORDED, actor=actor, at=at, subject=f"task:{task.pk}", data={"number": product.number}
    )
    return product


@transaction.atomic
def withdraw_product(*, product: Product, reason: str, actor: Actor, at: datetime) -> None:
    """Take back a product recorded by mistake; the row stays, marked."""
    actor.must(permissions.MANAGE)
    Product.objects.filter(pk=product.pk, withdrawn_at=None).update(withdrawn_at=at)
    audit.record(
        events.PRODUCT_WITHDRAWN,
        actor=actor,
        at=at,
        subject=f"task:{product.task_id}",
        reason=reason,
        data={"number": product.number},
    )
