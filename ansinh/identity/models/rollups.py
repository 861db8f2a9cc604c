"""Counts kept ready: nobody counts 93 million people to show a page.

People are counted in blocks of ``SPAN`` neighbouring keys. An act that changes somebody leaves a ``Touch`` of their
block; the worker counts the block again, puts the difference between what it counts to and what it counted to before
into the sums, and keeps what it counted to. The sums are therefore always the sum of the blocks, and a block is always
a plain count of its people: nothing here is a fact of its own, all of it can be thrown away and counted anew.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from django.db import connection, models

from ansinh.core.models import QueueRow
from ansinh.registry.models import Person

SPAN = 2048
"""Keys in a block: small enough to be counted in hundredths of a second, large enough to be few."""

CellKey = tuple[int, str, str, str]
"""Area, scheme, cohort, reason."""
DayKey = tuple[date, int]
"""Day and area."""
_Key = TypeVar("_Key", CellKey, DayKey)


class UnverifiedReason(models.TextChoices):
    """Unverified reason (lý do chưa xác minh): why somebody is not verified yet; a case waits for its first reason."""

    VERIFIED = "VERIFIED", "Đã xác minh"
    DECEASED = "DECEASED", "Dân cư ghi đã mất"
    TAKEN = "TAKEN", "Số đã xác minh cho mã số BHXH khác"
    CHANGED = "CHANGED", "Số định danh đã thay đổi"
    NO_NUMBER = "NO_NUMBER", "Thiếu số định danh"
    OLD_NUMBER = "OLD_NUMBER", "Chỉ khớp số CMND cũ"
    NUMBER = "NUMBER", "Số định danh lệch hoặc sai"
    NAME = "NAME", "Họ tên lệch"
    BIRTH_PARTIAL = "BIRTH_PARTIAL", "Ngày sinh thiếu ngày, tháng"
    BIRTH = "BIRTH", "Ngày sinh lệch"
    SEX = "SEX", "Giới tính lệch"
    ANSWERED = "ANSWERED", "Chưa thấy trong dân cư, công an đã trả lời"
    DOUBT = "DOUBT", "Chưa đủ chắc chắn"
    SENT_BACK = "SENT_BACK", "Chờ người dân bổ sung"
    NOT_FOUND = "NOT_FOUND", "Không tìm thấy trong dân cư"
    REJECTED = "REJECTED", "Đã xét, không phải người đó"
    WITHDRAWN = "WITHDRAWN", "Xác nhận đã rút lại"
    NEVER = "NEVER", "Chưa chạy đợt nào"

    @property
    def waits(self) -> bool:
        """Tell whether the case waits for a clerk."""
        return self in _WAITING


_WAITING = frozenset(
    UnverifiedReason[name]
    for name in (
        "DECEASED", "TAKEN", "CHANGED", "NO_NUMBER", "OLD_NUMBER", "NUMBER", "NAME",
        "BIRTH_PARTIAL", "BIRTH", "SEX", "ANSWERED", "DOUBT",
    )
)  # fmt: skip


class TouchQuerySet(models.QuerySet["Touch"]):
    """Touches: only ever added, so that an act waits for nobody and no change is lost."""

    def leave(self, people: Iterable[int], at: datetime) -> None:
        """Leave a touch of every block that holds one of these people, inside the transaction that changed them."""
        blocks = sorted({person // SPAN for person in people})
        self.bulk_create(Touch(block=block, available_at=at) for block in blocks)

    def leave_everywhere(self, at: datetime) -> int:
        """Leave a touch of every block there may be, so that all of them are counted anew; return how many."""
        last = max(
            Person.objects.aggregate(last=models.Max("pk"))["last"] or 0,
            SPAN * (Block.objects.aggregate(last=models.Max("pk"))["last"] or 0),
        )
        self.leave(range(0, last + 1, SPAN), at)
        return last // SPAN + 1


class Touch(QueueRow):
    """Touch (khối cần đếm lại): a block whose people have changed; the row is the queue.

    Touches are appended and never merged when they are left: two acts on one block must not wait for each other, and a
    touch that is visible is proof that its change is visible too.
    """

    block = models.BigIntegerField()

    objects = models.Manager.from_queryset(TouchQuerySet)()

    class Meta(QueueRow.Meta):
        """The queue's guards."""

    def __str__(self) -> str:
        """Name the block."""
        return f"block {self.block}"


@dataclass(frozen=True, slots=True)
class BlockCount:
    """What some people count to: how many in each cell, and what each day added (verified, registered)."""

    cells: Counter[CellKey] = field(default_factory=Counter)
    verified: Counter[DayKey] = field(default_factory=Counter)
    registered: Counter[DayKey] = field(default_factory=Counter)

    def less(self, other: "BlockCount") -> "BlockCount":
        """Return the difference, which may be below zero."""
        return BlockCount(
            _difference(self.cells, other.cells),
            _difference(self.verified, other.verified),
            _difference(self.registered, other.registered),
        )

    def plus(self, other: "BlockCount") -> "BlockCount":
        """Return the sum."""
        return self.less(BlockCount().less(other))

    @property
    def days(self) -> dict[DayKey, tuple[int, int]]:
        """Return what each day and area added: verified, registered."""
        return {key: (self.verified[key], self.registered[key]) for key in sorted({*self.verified, *self.registered})}


def _difference(ours: Counter[_Key], theirs: Counter[_Key]) -> Counter[_Key]:
    found = Counter(ours)
    found.subtract(theirs)
    return Counter({key: number for key, number in found.items() if number})


class BlockQuerySet(models.QuerySet["Block"]):
    """Blocks as they were last counted."""

    def put(self, block: "Block", counted: BlockCount, at: datetime) -> None:
        """Keep what a locked block counts to now, and move the sums by the difference."""
        change = counted.less(block.count_kept)
        _move(Cell, [(*key, number) for key, number in sorted(change.cells.items())])
        _move(DayCount, [(*key, *numbers) for key, numbers in change.days.items()])
        content = {
            "cells": [[*key, number] for key, number in sorted(counted.cells.items())],
            "days": [[day.isoformat(), area, *numbers] for (day, area), numbers in counted.days.items()],
        }
        self.filter(pk=block.pk).update(content=content, counted_at=at)

    def kept(self, blocks: Sequence[int]) -> BlockCount:
        """Return what some blocks were last counted to, together."""
        total = BlockCount()
        for block in self.filter(pk__in=blocks):
            total = total.plus(block.count_kept)
        return total


class Block(models.Model):
    """Block (khối người): what ``SPAN`` neighbours counted to when they were last counted.

    ``content`` is read and written whole and asked about nowhere; what pages ask stands in ``Cell`` and ``DayCount``.
    """

    number = models.BigIntegerField(primary_key=True)
    counted_at = models.DateTimeField(null=True)
    content = models.JSONField(default=dict)

    objects = models.Manager.from_queryset(BlockQuerySet)()

    def __str__(self) -> str:
        """Name it by its number."""
        return str(self.number)

    @property
    def count_kept(self) -> BlockCount:
        """Return what it was last counted to."""
        days = [(date.fromisoformat(day), area, *numbers) for day, area, *numbers in self.content.get("days", ())]
        return BlockCount(
            Counter({(area, scheme, cohort, why): n for area, scheme, cohort, why, n in self.content.get("cells", ())}),
            Counter({(day, area): verified for day, area, verified, _ in days if verified}),
            Counter({(day, area): registered for day, area, _, registered in days if registered}),
        )


class Cell(models.Model):
    """Cell (ô đếm): how many living people of an area, a scheme and a cohort stand where; each person once."""

    area = models.ForeignKey("offices.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    scheme = models.CharField(max_length=14, blank=True)
    cohort = models.CharField(max_length=3, blank=True)
    reason = models.CharField(max_length=16)
    people = models.BigIntegerField(default=0)

    class Meta:
        """One row a combination."""

        constraints = (models.UniqueConstraint(fields=["area", "scheme", "cohort", "reason"], name="cell_once"),)

    def __str__(self) -> str:
        """Name the combination."""
        return f"{self.scheme}/{self.cohort}/{self.reason}"


class DayCount(models.Model):
    """Day count (số theo ngày): what a day added to, or took from, an area's verified and registered people."""

    day = models.DateField()
    area = models.ForeignKey("offices.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    verified = models.BigIntegerField(default=0)
    registered = models.BigIntegerField(default=0)

    class Meta:
        """One row a day and area."""

        constraints = (models.UniqueConstraint(fields=["day", "area"], name="day_count_once"),)

    def __str__(self) -> str:
        """Name the day."""
        return f"{self.day:%d/%m/%Y}"


_KEYS: dict[type[models.Model], tuple[tuple[str, ...], tuple[str, ...]]] = {
    Cell: (("area_id", "scheme", "cohort", "reason"), ("people",)),
    DayCount: (("day", "area_id"), ("verified", "registered")),
}


def _move(model: type[models.Model], rows: Sequence[tuple[int | str | date, ...]]) -> None:
    """Add numbers to sums, making the rows that are not there; ascending, so that two workers meet in one order."""
    if not rows:
        return
    keys, sums = _KEYS[model]
    table, columns = model._meta.db_table, ", ".join((*keys, *sums))  # noqa: SLF001 - Django's documented name for it
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in sums)
    marks = ", ".join(["%s"] * len((*keys, *sums)))
    # Names are those of the two models above; every value is a parameter.
    sql = f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {added}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(
            sql, [tuple(value.isoformat() if isinstance(value, date) else value for value in row) for row in rows]
        )
