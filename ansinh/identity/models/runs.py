"""Extracts received and runs over them."""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q

from ansinh.core.models import QueueRow
from ansinh.core.permissions import Actor
from ansinh.identity import permissions


class PopulationExtract(models.Model):
    """Population extract (bản trích CSDLQGDC): a file as received, named by its digest; never edited."""

    path = models.CharField(max_length=500)
    digest = models.CharField(max_length=64, unique=True)
    rows = models.BigIntegerField()
    cut_off_date = models.DateField()
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        """Name it by its cut-off."""
        return f"{self.cut_off_date:%d/%m/%Y}"


class VerificationRunQuerySet(models.QuerySet["VerificationRun"]):
    """Runs, as far as somebody may see them."""

    def visible_to(self, actor: Actor) -> "VerificationRunQuerySet":
        """Return the countrywide runs and those over the actor's areas."""
        areas = actor.areas_for(permissions.SEE)
        return self if areas is None else self.filter(Q(area=None) | Q(area__in=areas))


class VerificationRun(QueueRow):
    """Verification run (đợt xác minh): an area's people against one extract, under one policy; the row is the queue."""

    area = models.ForeignKey("offices.Area", on_delete=models.PROTECT, null=True, related_name="+")
    extract = models.ForeignKey(PopulationExtract, on_delete=models.PROTECT, related_name="runs")
    policy = models.CharField(max_length=40)
    asked_by = models.ForeignKey("offices.Account", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    effective_date = models.DateField()
    position = models.BigIntegerField(default=0)
    report = models.JSONField(default=dict)

    objects = models.Manager.from_queryset(VerificationRunQuerySet)()

    class Meta(QueueRow.Meta):
        """The queue's guards."""

    @property
    def decisions_file(self) -> Path:
        """Return where the engine leaves its decisions: keys and figures, no personal data."""
        return Path(settings.VAR) / "runs" / str(self.pk) / "decisions.parquet"

    def __str__(self) -> str:
        """Name it by place and day."""
        return f"{self.area or 'Toàn quốc'}, {self.effective_date:%d/%m/%Y}"
