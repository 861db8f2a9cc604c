"""Import batches: files on their way into the register, and which of their rows are committed."""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q

from ansinh.core.models import QueueRow


class ImportBatch(QueueRow):
    """Import batch (lô nhập): one file on its way into the register; the row is the queue.

    ``done`` and ``position`` count rows of the file whose chunk is committed, ``loaded`` and ``rejected`` what became
    of them. Which chunks those are is told by ``ImportChunk``: a killed import goes on with the others.
    """

    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=500)
    digest = models.CharField(max_length=64)
    asked_by = models.ForeignKey("offices.Account", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    effective_date = models.DateField()
    position = models.BigIntegerField(default=0)
    loaded = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)

    class Meta(QueueRow.Meta):
        """The same file is not loaded twice unless its first load was given up."""

        constraints = (  # type: ignore[assignment]  # a tuple longer than the inherited one
            *QueueRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["digest"], condition=~Q(status__in=["CANCELLED", "INCIDENT"]), name="import_file_once"
            ),
        )

    def __str__(self) -> str:
        """Name the file."""
        return self.file_name

    @property
    def folder(self) -> Path:
        """Return where the batch leaves its rejected rows."""
        return Path(settings.VAR) / "imports" / str(self.pk)


class ImportChunk(models.Model):
    """Import chunk (phần đã nạp): rows of a file, committed once; written in the transaction that loads them."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="chunks")
    first_row = models.BigIntegerField()
    last_row = models.BigIntegerField()
    loaded = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)

    class Meta:
        """No rows are loaded twice, whoever works on the batch."""

        constraints = (models.UniqueConstraint(fields=["batch", "first_row"], name="import_chunk_once"),)

    def __str__(self) -> str:
        """Name the rows."""
        return f"{self.first_row}–{self.last_row}"
