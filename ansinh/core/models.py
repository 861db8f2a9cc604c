"""The tables every room shares: the audit chain and the shape of a row that is a queue."""

from django.db import models
from django.db.models import Q


class AuditLane(models.Model):
    """Head of one strand of the audit chain.

    Acts of one person follow one another in one lane; acts of different people mostly run in different lanes, so that
    the chain does not make the whole country wait for one lock.
    """

    lane = models.PositiveSmallIntegerField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    seal = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        """Name the lane and its length."""
        return f"lane {self.lane} at {self.seq}"


class AuditEntry(models.Model):
    """Audit entry (nhật ký): who did what, when, to what and why. Append-only; see ``core.audit``."""

    lane = models.PositiveSmallIntegerField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    account_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    event = models.CharField(max_length=80)
    subject = models.CharField(max_length=120, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    seal = models.CharField(max_length=64)

    class Meta:
        """Each place in a lane is taken once."""

        constraints = (models.UniqueConstraint(fields=["lane", "seq"], name="audit_place_taken_once"),)
        indexes = (models.Index(fields=["subject", "at"]), models.Index(fields=["at"]))

    def __str__(self) -> str:
        """Name the entry by its place and event."""
        return f"{self.lane}/{self.seq} {self.event}"


class QueueRow(models.Model):
    """A row that is a queue (dòng chờ xử lý): claimed, beating, and with a visible end. See ``core.work``."""

    class Status(models.TextChoices):
        """Where the work stands."""

        QUEUED = "QUEUED", "Đang chờ"
        RUNNING = "RUNNING", "Đang chạy"
        DONE = "DONE", "Đã xong"
        CANCELLED = "CANCELLED", "Đã huỷ"
        INCIDENT = "INCIDENT", "Cần người xem"

    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    available_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=80, blank=True)
    heartbeat_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)
    step = models.CharField(max_length=120, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Every room's queue has the same guards."""

        abstract = True
        constraints = (
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_status",
                condition=Q(status__in=["QUEUED", "RUNNING", "DONE", "CANCELLED", "INCIDENT"]),
            ),
        )
        indexes = (models.Index(fields=["status", "available_at"]),)

    @property
    def percent(self) -> int:
        """Return progress in whole percent of the present step; 0 while the total is not known."""
        return 100 * self.done // self.total if self.total else 0

    @property
    def is_open(self) -> bool:
        """Tell whether work is still to come."""
        return self.status in {self.Status.QUEUED, self.Status.RUNNING}
