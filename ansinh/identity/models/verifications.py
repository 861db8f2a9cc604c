"""What a run decided about each person, and what people decided by eye."""

from django.db import models
from django.db.models import Q

from ansinh.core.permissions import Actor
from ansinh.identity import permissions
from ansinh.identity.models.runs import VerificationRun
from ansinh.registry.models import PersonMerge


class VerificationQuerySet(models.QuerySet["Verification"]):
    """Decisions, as far as somebody may see them."""

    def visible_to(self, actor: Actor) -> "VerificationQuerySet":
        """Return the decisions about people of the actor's areas."""
        areas = actor.areas_for(permissions.REVIEW)
        return self if areas is None else self.filter(person__area__in=areas)

    def current(self) -> "VerificationQuerySet":
        """Return the decisions about people whose number has not been merged into another."""
        standing = PersonMerge.objects.filter(absorbed=models.OuterRef("person"), undone_at=None)
        return self.filter(~models.Exists(standing))


class Verification(models.Model):
    """Verification (kết quả xác minh): what one run decided about one person, with its evidence field by field.

    Of the citizen only the key in the extract is kept (data minimisation): the record itself is read from the extract,
    and the reading is audited, when somebody reviews the case. Of an answer of the partner's service nothing is kept
    but which fields agree, and the request that was answered (``request_id``).
    """

    class Decision(models.TextChoices):
        """What the engine decided."""

        VERIFIED = "VERIFIED", "Đúng"
        CORRECTED = "CORRECTED", "Đúng người, cần sửa số hoặc thông tin"
        REVIEW = "REVIEW", "Cần người xét"
        NOT_FOUND = "NOT_FOUND", "Không tìm thấy"

    class State(models.TextChoices):
        """Where the case stands now."""

        CONFIRMED = "CONFIRMED", "Đã xác minh"
        WAITING = "WAITING", "Chờ xét"
        REJECTED = "REJECTED", "Không phải cùng một người"
        SENT_BACK = "SENT_BACK", "Chờ người dân bổ sung"
        SECOND = "SECOND", "Chờ người thứ hai xét"
        DISPUTED = "DISPUTED", "Chờ người phụ trách kết luận"
        NOT_FOUND = "NOT_FOUND", "Không tìm thấy"
        SUPERSEDED = "SUPERSEDED", "Đã có kết quả mới hơn"

    class Obstacle(models.TextChoices):
        """Why a certain match was not confirmed by itself."""

        NONE = "", "Không vướng"
        TAKEN = "TAKEN", "Số định danh đã xác minh cho người tham gia khác"
        CHANGED = "CHANGED", "Người này đã xác minh với số định danh khác"
        DECEASED = "DECEASED", "Dữ liệu dân cư ghi đã mất"

    run = models.ForeignKey(
        VerificationRun, on_delete=models.PROTECT, related_name="verifications", db_index=False
    )  # the unique pair below begins with it
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="verifications")
    decision = models.CharField(max_length=9, choices=Decision)
    state = models.CharField(max_length=10, choices=State)
    obstacle = models.CharField(max_length=8, choices=Obstacle, blank=True)
    citizen = models.BigIntegerField(null=True)
    probability = models.FloatField(null=True)
    weight = models.FloatField(null=True)
    second_best_weight = models.FloatField(null=True)
    agree_name = models.CharField(max_length=16, blank=True)
    agree_dob = models.CharField(max_length=16, blank=True)
    agree_sex = models.CharField(max_length=16, blank=True)
    agree_number = models.CharField(max_length=16, blank=True)
    agree_places = models.CharField(max_length=16, blank=True)
    same_person_group = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=40, blank=True, default="", db_default="")
    state_at = models.DateTimeField()

    objects = models.Manager.from_queryset(VerificationQuerySet)()

    class Meta:
        """One decision a person and run; a state is one of the table's."""

        constraints = (
            models.UniqueConstraint(fields=["run", "person"], name="verification_once_a_run"),
            models.CheckConstraint(
                name="verification_state",
                condition=Q(
                    state__in=[
                        "CONFIRMED",
                        "WAITING",
                        "REJECTED",
                        "SENT_BACK",
                        "SECOND",
                        "DISPUTED",
                        "NOT_FOUND",
                        "SUPERSEDED",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="verification_confirmed_has_citizen",
                condition=~Q(state="CONFIRMED") | Q(citizen__isnull=False) | ~Q(request_id=""),
            ),
            models.UniqueConstraint(
                fields=["request_id"], condition=~Q(request_id=""), name="verification_request_answered_once"
            ),
        )
        indexes = (models.Index(fields=["state", "id"]),)

    def __str__(self) -> str:
        """Name decision and state, no person."""
        return f"{self.decision}/{self.state}"


WAITS = frozenset({Verification.State.WAITING, Verification.State.SECOND, Verification.State.DISPUTED})
"""States in which somebody has still to look: for the first time, for the second, or to settle what two said."""
