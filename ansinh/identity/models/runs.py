"""Extracts received and runs over them."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q

from ansinh.core.models import QueueRow
from ansinh.core.permissions import Actor
from ansinh.identity import permissions, rules
from ansinh.registry.models import Scheme


class PopulationExtract(models.Model):
    """Population extract (bản trích CSDLQGDC): a file as received, named by its digest; never edited.

    The file that came is not kept: a sealed copy of the columns that are compared is. ``sealed_key`` is the copy's own
    key under the agency's (``EXTRACT_KEY``); without it the copy cannot be read, wherever one may still lie. After its
    time the copy and the key go, and what this row tells remains.
    """

    digest = models.CharField(max_length=64, unique=True)
    rows = models.BigIntegerField()
    cut_off_date = models.DateField()
    received_at = models.DateTimeField()
    sealed_key = models.CharField(max_length=120, blank=True)
    sealed_digest = models.CharField(max_length=64, blank=True)
    delete_on = models.DateField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        """What is deleted has no key any more."""

        constraints = (
            models.CheckConstraint(name="extract_deleted_has_no_key", condition=Q(deleted_at=None) | Q(sealed_key="")),
        )

    def __str__(self) -> str:
        """Name it by its cut-off."""
        return f"{self.cut_off_date:%d/%m/%Y}"

    @property
    def file(self) -> Path:
        """Return where the sealed copy lies."""
        return Path(settings.VAR) / "extracts" / f"{self.digest}.parquet"

    @property
    def is_held(self) -> bool:
        """Tell whether the copy can still be read."""
        return bool(self.sealed_key)


class VerificationRunQuerySet(models.QuerySet["VerificationRun"]):
    """Runs, as far as somebody may see them."""

    def visible_to(self, actor: Actor) -> "VerificationRunQuerySet":
        """Return the countrywide runs and those over the actor's areas."""
        areas = actor.areas_for(permissions.SEE)
        return self if areas is None else self.filter(Q(area=None) | Q(area__in=areas))

    def unfinished(self) -> "VerificationRunQuerySet":
        """Return the runs that wait or work."""
        return self.filter(status__in=[QueueRow.Status.QUEUED, QueueRow.Status.RUNNING])

    def touching(self, area: int | None) -> "VerificationRunQuerySet":
        """Return the runs that may hold people of an area; of the whole country with ``None``."""
        return self if area is None else self.filter(Q(area=None) | Q(area=area))


class VerificationRun(QueueRow):
    """Verification run (đợt xác minh): chosen people against one source, under one policy; the row is the queue.

    ``area`` is the province (``None``: the country), ``within`` a district or commune in it, ``scheme`` a group;
    ``people`` were counted when it was asked for. ``unit`` is the asking officer's, as the partner is told.
    """

    class Source(models.TextChoices):
        """What people are compared with."""

        EXTRACT = "EXTRACT", "Bản trích dân cư"
        SERVICE = "SERVICE", "Dịch vụ xác thực của CSDLQG về dân cư"

    area = models.ForeignKey("offices.Area", on_delete=models.PROTECT, null=True, related_name="+")
    within = models.ForeignKey("offices.Area", on_delete=models.PROTECT, null=True, related_name="+")
    scheme = models.CharField(max_length=14, blank=True)
    people = models.BigIntegerField(default=0)
    source = models.CharField(max_length=7, choices=Source, default=Source.EXTRACT)
    extract = models.ForeignKey(PopulationExtract, on_delete=models.PROTECT, null=True, related_name="runs")
    policy = models.CharField(max_length=40)
    asked_by = models.ForeignKey("offices.Account", on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField()
    effective_date = models.DateField()
    position = models.BigIntegerField(default=0)
    step_began_at = models.DateTimeField(null=True)
    step_began_done = models.BigIntegerField(default=0)
    report = models.JSONField(default=dict)

    objects = models.Manager.from_queryset(VerificationRunQuerySet)()

    class Meta(QueueRow.Meta):
        """The queue's guards; a run has an extract or asks the service; a part is a part of a province."""

        constraints = (  # type: ignore[assignment]  # more than the base class has
            *QueueRow.Meta.constraints,
            models.CheckConstraint(
                name="run_has_one_source",
                condition=Q(source="EXTRACT", extract__isnull=False) | Q(source="SERVICE", extract=None),
            ),
            models.CheckConstraint(name="run_within_an_area", condition=Q(within=None) | Q(area__isnull=False)),
        )

    @property
    def decisions_file(self) -> Path:
        """Return where the engine leaves its decisions: keys and figures, no personal data."""
        return Path(settings.VAR) / "runs" / str(self.pk) / "decisions.parquet"

    @property
    def place(self) -> str:
        """Name where its people live."""
        return f"{self.within}, {self.area}" if self.within else str(self.area or "Toàn quốc")

    @property
    def group(self) -> str:
        """Name the group it is over; empty for everybody."""
        return str(Scheme(self.scheme).label) if self.scheme else ""

    @property
    def compared_with(self) -> str:
        """Name its source."""
        return f"bản trích dân cư chốt {self.extract}" if self.extract else "dịch vụ xác thực của CSDLQG về dân cư"

    @property
    def may_resume(self) -> bool:
        """Tell whether it stopped before its end."""
        return self.status in {self.Status.CANCELLED, self.Status.INCIDENT}

    def pace(self, at: datetime) -> rules.Pace:
        """Return how fast the present step goes and how long it has still to go, as far as that is known."""
        spent = at - self.step_began_at if self.step_began_at else timedelta()
        return rules.pace_of(done=self.done - self.step_began_done, left=self.total - self.done, spent=spent)

    def __str__(self) -> str:
        """Name it by place and day."""
        return f"{self.within or self.area or 'Toàn quốc'}, {self.effective_date:%d/%m/%Y}"
