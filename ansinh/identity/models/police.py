"""What the communes' police answered about people who could not be verified: evidence, never an overwrite."""

from django.db import models
from django.db.models import Q

from ansinh.core.permissions import Actor


class AnswerFileQuerySet(models.QuerySet["AnswerFile"]):
    """Answer files, as far as somebody may see them."""

    def visible_to(self, actor: Actor) -> "AnswerFileQuerySet":
        """Return the files the actor brought in: rejected lines may name people of anywhere."""
        return self if actor.is_system else self.filter(taken_by=actor.account_id)


class AnswerFile(models.Model):
    """Answer file (tệp trả lời của công an xã): one file as brought in, once; rejected lines with their reasons."""

    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    taken_by = models.ForeignKey("offices.Account", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    taken = models.PositiveIntegerField(default=0)
    requeued = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    rejects = models.JSONField(default=list)

    objects = models.Manager.from_queryset(AnswerFileQuerySet)()

    class Meta:
        """The same content is taken once."""

        constraints = (models.UniqueConstraint(fields=["digest"], name="answer_file_once"),)

    def __str__(self) -> str:
        """Name the file."""
        return self.name


class PoliceAnswer(models.Model):
    """Police answer (trả lời của công an xã) about one person: for a clerk to weigh, and kept with its file."""

    class Verdict(models.TextChoices):
        """The four answers a commune's police may give."""

        RIGHT = "RIGHT", "Đúng số"
        NUMBER = "NUMBER", "Số khác"
        ABSENT = "ABSENT", "Không có người này"
        DEAD = "DEAD", "Đã chết"

    file = models.ForeignKey(AnswerFile, on_delete=models.PROTECT, related_name="answers")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="police_answers")
    verdict = models.CharField(max_length=6, choices=Verdict)
    personal_id = models.CharField(max_length=12, blank=True)
    warning = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        """One answer a person and file; a number comes with the answers that name one."""

        constraints = (
            models.UniqueConstraint(fields=["file", "person"], name="police_answer_once_a_file"),
            models.CheckConstraint(
                name="police_answer_number",
                condition=Q(verdict__in=["RIGHT", "NUMBER"], personal_id__regex=r"^[0-9]{12}$")
                | Q(verdict__in=["ABSENT", "DEAD"], personal_id=""),
            ),
        )

    def __str__(self) -> str:
        """Name the answer, no person."""
        return self.verdict
