"""The pace at which a partner's service may be asked, kept for all workers together."""

from datetime import datetime, timedelta

from django.db import models


class ServicePace(models.Model):
    """Service pace (nhịp hỏi): the instant from which the next request may go out; locked while a turn is taken."""

    service = models.CharField(max_length=40, primary_key=True)
    free_at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the service."""
        return self.service

    def turn(self, requests: int, *, rate: float, at: datetime) -> datetime:
        """Take the next turn for so many requests at ``rate`` a second; return when it begins. Not saved."""
        begins = max(at, self.free_at)
        self.free_at = begins + timedelta(seconds=requests / rate)
        return begins
