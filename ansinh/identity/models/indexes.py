"""Indexes of citizens, by which one record is looked up at the counter."""

from django.db import models

from ansinh.identity.models.runs import PopulationExtract


class CitizenIndex(models.Model):
    """Citizen index (chỉ mục công dân): a table made from one extract, and the census its weights rest on, enciphered.

    The row appears with the whole table, in one transaction, and goes with it: on the day of its extract at the latest.
    """

    extract = models.ForeignKey(PopulationExtract, on_delete=models.PROTECT, related_name="indexes")
    built_at = models.DateTimeField()
    citizens = models.BigIntegerField()
    census = models.BinaryField()

    def __str__(self) -> str:
        """Name it by its extract."""
        return f"Chỉ mục của bản trích chốt {self.extract}"

    @property
    def table(self) -> str:
        """Return the name of its table."""
        return f"identity_citizens_{self.pk}"
