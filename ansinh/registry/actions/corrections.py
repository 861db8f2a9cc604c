"""Act: correct basic facts of one person."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from ansinh.core import audit
from ansinh.core.birth import BirthDate
from ansinh.core.calendar import VIETNAM
from ansinh.core.errors import Malformed, Refusal
from ansinh.core.permissions import Actor
from ansinh.core.text import fold, is_person_name, nfc
from ansinh.registry import events, permissions, ports
from ansinh.registry.models import Correction, Person

FIELDS = ("full_name", "birth", "sex", "ethnicity", "nationality", "birth_registration_place", "died_on")
"""What of a person may be corrected; numbers, places and households have facts of their own."""


class NothingToCorrect(Refusal):
    """Every value given is what the register already says."""

    message = "Các giá trị vừa nhập trùng với dữ liệu hiện có nên không có gì để điều chỉnh."


class NumberAbsorbed(Refusal):
    """The number was merged into another, whose record is the one that is kept up."""

    message = (
        "Mã số BHXH này đã gộp vào mã số khác nên không điều chỉnh ở đây nữa. "
        "Hãy tra mã số này để mở hồ sơ của mã số đang giữ."
    )


@transaction.atomic
def correct_person(
    *, person: Person, values: Mapping[str, str], basis: str, actor: Actor, at: datetime
) -> list[Correction]:
    """Correct a person (điều chỉnh thông tin): new values by field, as typed, on the ground of a paper or decision.

    Fields are those of ``FIELDS``; ``birth`` and ``died_on`` as dd/mm/yyyy, ``birth`` also mm/yyyy or yyyy.

    :raises Malformed: an unknown field, a value that does not fit its field, or no ground
    :raises NothingToCorrect: nothing differs
    :raises NumberAbsorbed: the number was merged into another
    """
    actor.must(permissions.CORRECT_PERSON, area=person.area_id)
    if not nfc(basis):
        raise Malformed("Hãy ghi căn cứ điều chỉnh (số, ngày của giấy tờ hoặc quyết định).", field="basis")
    held = Person.objects.select_for_update().get(pk=person.pk)
    if not Person.objects.filter(pk=held.pk).current().exists():
        raise NumberAbsorbed(person=held.pk)
    new = {field: _read(field, text) for field, text in values.items()}
    changed = {field: value for field, value in new.items() if _stored(held, field) != value}
    if not changed:
        raise NothingToCorrect(person=person.pk)
    corrections = Correction.objects.bulk_create(
        Correction(
            person=held,
            field=field,
            before=_stored(held, field),
            after=value,
            from_date=at.astimezone(VIETNAM).date(),
            basis=nfc(basis),
        )
        for field, value in changed.items()
    )
    Person.objects.filter(pk=held.pk).update(**_columns(changed))
    person.refresh_from_db()
    ports.tell([held.pk], at)
    audit.record(
        events.PERSON_CORRECTED,
        actor=actor,
        at=at,
        subject=f"person:{held.pk}",
        reason=nfc(basis),
        data={"fields": [*sorted(changed)]},
    )
    return corrections


def _stored(person: Person, field: str) -> str:
    value = getattr(person, field)
    return value.isoformat() if field == "died_on" and value else value or ""


def _columns(changed: Mapping[str, str]) -> dict[str, str | None]:
    columns: dict[str, str | None] = dict(changed)
    if "full_name" in changed:
        columns["folded_name"] = fold(changed["full_name"])
    if "died_on" in changed:
        columns["died_on"] = changed["died_on"] or None
    return columns


def _read(field: str, text: str) -> str:
    if field not in FIELDS:
        raise Malformed(f"Không điều chỉnh được nội dung “{field}” tại đây.", field=field)
    value = nfc(text)
    if field in {"birth", "died_on"} and value:
        return _read_date(field, value)
    if field == "full_name" and not is_person_name(value):
        raise Malformed("Họ tên để trống hoặc có ký tự không dùng trong họ tên.", field=field)
    if field == "sex" and value not in {"", *Person.Sex.values}:
        raise Malformed("Giới tính là Nam, Nữ, hoặc để trống khi chưa rõ.", field=field)
    limit = getattr(Person._meta.get_field(field), "max_length", None)  # noqa: SLF001 - Django's name for it
    if limit and len(value) > limit:
        raise Malformed(f"Nội dung dài {len(value)} ký tự, tối đa {limit}.", field=field)
    return value


def _read_date(field: str, value: str) -> str:
    try:
        date = BirthDate.parse(value)
    except ValueError as error:
        raise Malformed(str(error), field=field) from None
    if field == "died_on" and not date.day:
        raise Malformed("Ngày mất cần đủ ngày, tháng và năm.", field=field)
    return date.iso
