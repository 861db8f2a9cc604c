"""Deletions of extracts, on the day they are due."""

from django.db import models

from ansinh.core.models import QueueRow
from ansinh.identity.models.runs import PopulationExtract


class ExtractDisposal(QueueRow):
    """Disposal (xóa bản trích theo lịch): the row waits from the day of receipt; due, it is work like any other."""

    extract = models.ForeignKey(PopulationExtract, on_delete=models.PROTECT, related_name="disposals")

    class Meta(QueueRow.Meta):
        """The queue's guards."""

    def __str__(self) -> str:
        """Name it by its extract."""
        return f"Xóa bản trích chốt {self.extract}"
