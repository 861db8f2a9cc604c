"""Samples of automatic decisions: drawn by lot after a run, read by eye, so that the machine's errors are counted."""

from django.db import models
from django.db.models import F, Q

from ansinh.core.permissions import Actor
from ansinh.identity import permissions
from ansinh.identity.models.runs import VerificationRun
from ansinh.identity.models.verifications import Verification


class AuditSample(models.Model):
    """Audit sample (mẫu kiểm tra): automatic decisions of one run, drawn by a seed that draws them again."""

    run = models.ForeignKey(VerificationRun, on_delete=models.PROTECT, related_name="samples")
    seed = models.BigIntegerField()
    policy = models.CharField(max_length=40)
    expected = models.FloatField()
    half_width = models.FloatField()
    confidence = models.FloatField()
    drawn_by = models.ForeignKey("offices.Account", on_delete=models.PROTECT, null=True, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        """A run is sampled once; shares are shares."""

        constraints = (
            models.UniqueConstraint(fields=["run"], name="sample_once_a_run"),
            models.CheckConstraint(
                name="sample_shares",
                condition=Q(expected__gte=0, expected__lt=1, half_width__gt=0, half_width__lt=1)
                & Q(confidence__gt=0, confidence__lt=1),
            ),
        )

    def __str__(self) -> str:
        """Name it by its day."""
        return f"{self.drawn_at:%d/%m/%Y}"


class SampleStratum(models.Model):
    """Stratum (lớp của mẫu): automatic decisions of one kind on one class of evidence; how many, and how many drawn."""

    sample = models.ForeignKey(AuditSample, on_delete=models.PROTECT, related_name="strata")
    decision = models.CharField(max_length=9, choices=Verification.Decision)
    evidence = models.CharField(max_length=80)
    people = models.BigIntegerField()
    drawn = models.PositiveIntegerField()

    class Meta:
        """A stratum stands once in a sample, and no more is drawn than there is."""

        constraints = (
            models.UniqueConstraint(fields=["sample", "decision", "evidence"], name="stratum_once"),
            models.CheckConstraint(name="stratum_drawn", condition=Q(drawn__gte=1, drawn__lte=F("people"))),
        )

    def __str__(self) -> str:
        """Name its kind."""
        return f"{self.decision}: {self.evidence}"


class SampleItemQuerySet(models.QuerySet["SampleItem"]):
    """Drawn decisions, as far as somebody may judge them."""

    def visible_to(self, actor: Actor) -> "SampleItemQuerySet":
        """Return those about people of the actor's areas."""
        areas = actor.areas_for(permissions.REVIEW)
        return self if areas is None else self.filter(verification__person__area__in=areas)


class SampleItem(models.Model):
    """Sample item (trường hợp trong mẫu): one automatic decision to be read by eye; the answer is a ``Review``."""

    stratum = models.ForeignKey(SampleStratum, on_delete=models.PROTECT, related_name="items")
    verification = models.OneToOneField(Verification, on_delete=models.PROTECT, related_name="sampled")
    place = models.PositiveIntegerField()

    objects = models.Manager.from_queryset(SampleItemQuerySet)()

    class Meta:
        """Read in the order of the lot."""

        indexes = (models.Index(fields=["place"]),)

    def __str__(self) -> str:
        """Name its place."""
        return str(self.place)
