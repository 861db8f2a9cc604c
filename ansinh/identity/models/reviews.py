"""What people decide by eye, and who is looking at a case just now."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from ansinh.core.permissions import Actor
from ansinh.identity.models.verifications import Verification


class ReviewQuerySet(models.QuerySet["Review"]):
    """Decisions by eye."""

    def standing(self) -> Self:
        """Return those not taken back."""
        return self.filter(undone_at=None)


class Review(models.Model):
    """Review (xét duyệt): what a person decided by eye about one verification; undone, never deleted.

    ``grounds`` are the codes for which a second person was needed, ``is_lot`` tells that the case fell into the lot
    that is read twice; both as they were found when the first answer was given, under the review policy ``policy``.
    """

    class Verdict(models.TextChoices):
        """The three answers a clerk may give."""

        SAME = "SAME", "Cùng một người"
        DIFFERENT = "DIFFERENT", "Không phải một người"
        ASK = "ASK", "Cần người dân bổ sung"

    class Turn(models.IntegerChoices):
        """Which look at the case it was."""

        SAMPLE = 0, "Kiểm tra mẫu"
        FIRST = 1, "Lần thứ nhất"
        SECOND = 2, "Lần thứ hai"
        SETTLE = 3, "Kết luận"

    verification = models.ForeignKey(Verification, on_delete=models.PROTECT, related_name="reviews")
    turn = models.PositiveSmallIntegerField(choices=Turn, default=Turn.FIRST)
    verdict = models.CharField(max_length=9, choices=Verdict)
    reason = models.CharField(max_length=300, blank=True)
    reviewer = models.ForeignKey("offices.Account", on_delete=models.PROTECT, null=True, related_name="+")
    grounds = models.CharField(max_length=80, blank=True)
    is_lot = models.BooleanField(default=False)
    policy = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(ReviewQuerySet)()

    class Meta:
        """One standing verdict a turn and a person; whoever looks after the first is somebody, and somebody else."""

        constraints = (
            models.UniqueConstraint(
                fields=["verification", "turn"], condition=Q(undone_at=None), name="review_one_a_turn"
            ),
            models.UniqueConstraint(
                fields=["verification", "reviewer"], condition=Q(undone_at=None), name="review_one_a_person"
            ),
            models.CheckConstraint(
                name="review_later_turn_has_reviewer", condition=Q(turn__lte=1) | Q(reviewer__isnull=False)
            ),
            models.CheckConstraint(name="review_undone_later", condition=Q(undone_at=None) | Q(undone_at__gte=F("at"))),
        )
        indexes = (models.Index(fields=["reviewer", "-at"]),)

    def __str__(self) -> str:
        """Name the verdict."""
        return self.verdict


class CaseLease(models.Model):
    """Case lease (lượt giữ): who has a case before the eyes, until when, so that two clerks do not start on the same.

    It keeps others from being led to the case, nothing more: whoever decides first decides, and an abandoned lease ends
    by itself.
    """

    verification = models.OneToOneField(Verification, on_delete=models.CASCADE, primary_key=True, related_name="lease")
    holder = models.ForeignKey("offices.Account", on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    def __str__(self) -> str:
        """Name its end."""
        return f"{self.until:%H:%M}"


def open_to(actor: Actor) -> Q:
    """Tell which cases somebody may still answer: those waiting, and those waiting for a second person other than they.

    Whether it is the first or the second look is not told, so that the second is as free as the first.
    """
    mine = Review.objects.standing().filter(verification=OuterRef("pk"), reviewer=actor.account_id)
    state = Verification.State
    return Q(state=state.WAITING) | Q(~Exists(mine), state=state.SECOND)


def held_by_others(actor: Actor, at: datetime) -> Exists:
    """Tell which cases somebody else has before the eyes."""
    leases = CaseLease.objects.filter(verification=OuterRef("pk"), until__gt=at)
    return Exists(leases.exclude(holder=actor.account_id))
