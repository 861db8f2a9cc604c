"""Merges of insurance numbers: the decision, the ledger of what it moved, and what was settled for it."""

from django.db import models
from django.db.models import F, Q

_NOT_UNDONE = Q(undone_at=None, undone_date=None, undone_by=None, undo_made_by=None)
_UNDONE = (
    Q(undone_at__gte=F("approved_at"), undone_date__gte=F("effective_date"))
    & Q(undone_by__isnull=False, undo_made_by__isnull=False)
    & ~Q(undone_by=F("undo_made_by"))
)


class PersonMerge(models.Model):
    """Merge (gộp mã số BHXH, thủ tục 1.002759): one person's second number led into the one that is kept.

    Proposed by one officer, approved by another; so is the undoing. The absorbed person's row stays as it was: its
    number is found for ever, and leads to the kept one while the merge stands.
    """

    kept = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="absorptions")
    ground = models.CharField(max_length=300)
    effective_date = models.DateField()
    made_by = models.ForeignKey("offices.Account", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    approved_by = models.ForeignKey("offices.Account", on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    undo_reason = models.CharField(max_length=300, blank=True)
    undo_made_by = models.ForeignKey("offices.Account", on_delete=models.PROTECT, null=True, related_name="+")
    undone_by = models.ForeignKey("offices.Account", on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_date = models.DateField(null=True)

    class Meta:
        """Four eyes, both ways; a number is absorbed by one other at a time."""

        constraints = (
            models.CheckConstraint(name="merge_four_eyes", condition=~Q(made_by=F("approved_by"))),
            models.CheckConstraint(name="merge_two_people", condition=~Q(kept=F("absorbed"))),
            models.CheckConstraint(name="merge_undone_by_four_eyes", condition=_NOT_UNDONE | _UNDONE),
            models.UniqueConstraint(fields=["absorbed"], condition=Q(undone_at=None), name="merge_absorbed_once"),
        )

    def __str__(self) -> str:
        """Name it by its key: the numbers are personal data."""
        return f"merge {self.pk}"


class MovedFact(models.Model):
    """Moved fact (dữ kiện đã chuyển): what one merge changed in one row, so that undoing gives the very row back.

    ``person`` is whose it was. A row that was closed names the end it had and the one it got; without both it was only
    moved. Rows of the kept person are closed, never moved.
    """

    class Fact(models.TextChoices):
        """Which table the row stands in."""

        IDENTIFIER = "IDENTIFIER", "Giấy tờ, mã số"
        ADDRESS = "ADDRESS", "Địa chỉ"
        RELATION = "RELATION", "Quan hệ gia đình"
        CONTACT = "CONTACT", "Liên hệ"
        MEMBERSHIP = "MEMBERSHIP", "Hộ gia đình"
        PARTICIPATION = "PARTICIPATION", "Quá trình tham gia"
        BENEFIT = "BENEFIT", "Chế độ hưởng"
        HEALTH_CARD = "HEALTH_CARD", "Thẻ BHYT"

    merge = models.ForeignKey(PersonMerge, on_delete=models.PROTECT, related_name="moved", db_index=False)
    fact = models.CharField(max_length=13, choices=Fact)
    key = models.BigIntegerField()
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    end_before = models.DateField(null=True)
    end_after = models.DateField(null=True)

    class Meta:
        """A row appears once in a merge's ledger."""

        constraints = (models.UniqueConstraint(fields=["merge", "fact", "key"], name="moved_fact_once"),)
        indexes = (models.Index(fields=["fact", "key"]),)

    def __str__(self) -> str:
        """Name the row."""
        return f"{self.fact} {self.key}"


class MergeConflict(models.Model):
    """Settled conflict (điểm trùng đã chọn cách xử lý): what both numbers claimed, and which of them counts.

    The record is for the accountant, who reckons what is paid back; a merge moves no money.
    """

    class Kind(models.TextChoices):
        """What both numbers claim for the same time."""

        PARTICIPATION = "PARTICIPATION", "Cùng tham gia một thời gian"
        PAST_BENEFIT = "PAST_BENEFIT", "Cùng hưởng một chế độ trước đây"

    merge = models.ForeignKey(PersonMerge, on_delete=models.PROTECT, related_name="conflicts", db_index=False)
    kind = models.CharField(max_length=13, choices=Kind)
    code = models.CharField(max_length=60)
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    paid_months = models.PositiveIntegerField()
    counts = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        """A conflict is settled once in a merge."""

        constraints = (models.UniqueConstraint(fields=["merge", "code"], name="merge_conflict_once"),)

    def __str__(self) -> str:
        """Name what it is about."""
        return self.code
