"""What goes back to people and to employers: which data must be corrected, where, by when."""

from django.db import models
from django.db.models import F, Q

from ansinh.core.permissions import Actor
from ansinh.identity import permissions
from ansinh.identity.models.identity_cases import Reason


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices, as far as somebody may see them."""

    def visible_to(self, actor: Actor) -> "NoticeQuerySet":
        """Return the notices of the actor's areas."""
        areas = actor.areas_for(permissions.REVIEW)
        return self if areas is None else self.filter(area__in=areas)

    def open(self) -> "NoticeQuerySet":
        """Return the notices that somebody still has to send or to answer."""
        return self.filter(state__in=["DRAFTED", "SENT"])


class Notice(models.Model):
    """Notice (thông báo): to one person about themselves, or to one employer about its own workers.

    ``wording`` names the version of the letter's text, so that a letter can be printed again as it went out.
    """

    class Channel(models.TextChoices):
        """How it reaches its reader."""

        LETTER = "LETTER", "Thư giấy"
        APP = "APP", "Thông báo trên cổng"
        EMPLOYER = "EMPLOYER", "Công văn đơn vị"

    class State(models.TextChoices):
        """Where it stands."""

        DRAFTED = "DRAFTED", "Đã soạn"
        SENT = "SENT", "Đã gửi"
        ANSWERED = "ANSWERED", "Đã trả lời"
        WITHDRAWN = "WITHDRAWN", "Đã thu hồi"

    channel = models.CharField(max_length=8, choices=Channel)
    state = models.CharField(max_length=9, choices=State)
    area = models.ForeignKey("offices.Area", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, null=True, related_name="notices")
    employer = models.ForeignKey("registry.Employer", on_delete=models.PROTECT, null=True, related_name="notices")
    wording = models.CharField(max_length=20)
    answer_by = models.DateField()
    drafted_by = models.ForeignKey("offices.Account", on_delete=models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    objects = models.Manager.from_queryset(NoticeQuerySet)()

    class Meta:
        """One reader; the same reader is not written to twice at a time; what is answered has gone out."""

        constraints = (
            models.CheckConstraint(
                name="notice_one_reader",
                condition=Q(channel="EMPLOYER", person=None, employer__isnull=False)
                | Q(channel__in=["LETTER", "APP"], person__isnull=False, employer=None),
            ),
            models.CheckConstraint(
                name="notice_state",
                condition=Q(state="DRAFTED", sent_at=None, ended_at=None)
                | Q(state="SENT", sent_at__isnull=False, ended_at=None)
                | Q(state="ANSWERED", sent_at__isnull=False, ended_at__gte=F("sent_at"))
                | Q(state="WITHDRAWN", ended_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["person", "channel"], condition=Q(state__in=["DRAFTED", "SENT"]), name="notice_person_once"
            ),
            models.UniqueConstraint(
                fields=["employer", "area"], condition=Q(state="DRAFTED"), name="notice_employer_one_draft"
            ),
        )
        indexes = (models.Index(fields=["area", "state"]),)

    def __str__(self) -> str:
        """Name channel and state, nobody."""
        return f"{self.channel}/{self.state}"


class NoticeItem(models.Model):
    """Item (nội dung cần bổ sung): one thing to be put right about one person, beside what our record says.

    What the population database says is never in it: the reader holds the paper that tells.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="items")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="notice_items")
    reason = models.CharField(max_length=20, choices=Reason)
    ours = models.CharField(max_length=100, blank=True)

    class Meta:
        """A reason is told once a person and letter."""

        constraints = (models.UniqueConstraint(fields=["notice", "person", "reason"], name="notice_item_once"),)

    def __str__(self) -> str:
        """Name the reason."""
        return self.reason
