"""Two-way cases with the identity agency: what differs, which side is wrong, and every step on the way."""

from django.db import models
from django.db.models import Q

from ansinh.core.models import QueueRow
from ansinh.core.permissions import Actor
from ansinh.identity import permissions
from ansinh.identity.models.verifications import Verification
from ansinh.identity.rules import standings


class Reason(models.TextChoices):
    """Mismatch reason (lý do sai lệch), in the words of ``standings.REASONS``."""

    NAME_MARKS = "NAME_MARKS", standings.REASONS["NAME_MARKS"]
    NAME_SPELLING = "NAME_SPELLING", standings.REASONS["NAME_SPELLING"]
    MIDDLE_NAME = "MIDDLE_NAME", standings.REASONS["MIDDLE_NAME"]
    NAME_OTHER = "NAME_OTHER", standings.REASONS["NAME_OTHER"]
    BIRTH_INCOMPLETE = "BIRTH_INCOMPLETE", standings.REASONS["BIRTH_INCOMPLETE"]
    BIRTH_WRONG = "BIRTH_WRONG", standings.REASONS["BIRTH_WRONG"]
    SEX = "SEX", standings.REASONS["SEX"]
    NUMBER_TYPING = "NUMBER_TYPING", standings.REASONS["NUMBER_TYPING"]
    NUMBER_CHANGED = "NUMBER_CHANGED", standings.REASONS["NUMBER_CHANGED"]
    OLD_NUMBER = "OLD_NUMBER", standings.REASONS["OLD_NUMBER"]
    NUMBER_MISSING = "NUMBER_MISSING", standings.REASONS["NUMBER_MISSING"]
    TWO_SI_NUMBERS = "TWO_SI_NUMBERS", standings.REASONS["TWO_SI_NUMBERS"]
    SHARED_NUMBER = "SHARED_NUMBER", standings.REASONS["SHARED_NUMBER"]
    DIED = "DIED", standings.REASONS["DIED"]
    MINOR_WITHOUT_NUMBER = "MINOR_WITHOUT_NUMBER", standings.REASONS["MINOR_WITHOUT_NUMBER"]
    NOT_FOUND = "NOT_FOUND", standings.REASONS["NOT_FOUND"]
    OTHER = "OTHER", standings.REASONS["OTHER"]


class DisputedField(models.TextChoices):
    """What the two registers may disagree about."""

    NAME = "name", standings.FIELDS["name"]
    DOB = "dob", standings.FIELDS["dob"]
    SEX = "sex", standings.FIELDS["sex"]
    NUMBER = "number", standings.FIELDS["number"]
    DIED = "died", standings.FIELDS["died"]


class IdentityCaseQuerySet(models.QuerySet["IdentityCase"]):
    """Cases, as far as somebody may see them."""

    def visible_to(self, actor: Actor) -> "IdentityCaseQuerySet":
        """Return the cases about people of the actor's areas."""
        areas = actor.areas_for(permissions.REVIEW)
        return self if areas is None else self.filter(person__area__in=areas)

    def open(self) -> "IdentityCaseQuerySet":
        """Return the cases that still need something."""
        return self.exclude(state__in=IdentityCase.ENDED)


class IdentityCase(models.Model):
    """Identity case (hồ sơ phối hợp chỉnh sửa thông tin): our record and the population database disagree.

    Law on Identification 26/2023/QH15 art. 11.4: the identity agency and we check together and correct whichever is
    wrong; neither overwrites the other. Of the citizen it holds only the disputed fields, and those only while the
    case is open.
    """

    class State(models.TextChoices):
        """Where the case stands."""

        OPENED = "OPENED", "Mới mở"
        ASKED = "ASKED", "Chờ người dân trả lời"
        SENT = "SENT", "Chờ cơ quan căn cước trả lời"
        ANSWERED = "ANSWERED", "Cơ quan căn cước đã trả lời"
        CORRECTED = "CORRECTED", "Đã điều chỉnh bên BHXH"
        CLOSED = "CLOSED", "Đã kết thúc"
        CANCELLED = "CANCELLED", "Đã huỷ"

    class Side(models.TextChoices):
        """Whose data is believed wrong."""

        OURS = "OURS", "Hồ sơ BHXH"
        THEIRS = "THEIRS", "Dữ liệu dân cư"
        UNKNOWN = "UNKNOWN", "Chưa rõ"

    class Answer(models.TextChoices):
        """What the identity agency answered."""

        NONE = "", "Chưa có"
        THEIRS_CORRECTED = "THEIRS", "Đã chỉnh sửa dữ liệu dân cư"
        OURS_WRONG = "OURS", "Dữ liệu dân cư đúng, cần điều chỉnh hồ sơ BHXH"
        NO_CHANGE = "NONE", "Không bên nào phải chỉnh sửa"

    ENDED = ("CLOSED", "CANCELLED")

    verification = models.ForeignKey(Verification, on_delete=models.PROTECT, related_name="identity_cases")
    person = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="identity_cases")
    state = models.CharField(max_length=9, choices=State)
    state_at = models.DateTimeField()
    due_date = models.DateField(null=True)
    wrong_side = models.CharField(max_length=7, choices=Side)
    ground = models.CharField(max_length=200, blank=True)
    answer = models.CharField(max_length=6, choices=Answer, blank=True)
    answer_number = models.CharField(max_length=60, blank=True)
    answer_date = models.DateField(null=True)
    corrected_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()

    objects = models.Manager.from_queryset(IdentityCaseQuerySet)()

    class Meta:
        """One open case a person; an answer comes with its document; an open case has a day to be looked at."""

        constraints = (
            models.UniqueConstraint(
                fields=["person"], condition=~Q(state__in=["CLOSED", "CANCELLED"]), name="identity_case_one_open"
            ),
            models.CheckConstraint(
                name="identity_case_state",
                condition=Q(state__in=["OPENED", "ASKED", "SENT", "ANSWERED", "CORRECTED", "CLOSED", "CANCELLED"]),
            ),
            models.CheckConstraint(
                name="identity_case_answer_has_document",
                condition=Q(answer="", answer_number="", answer_date=None)
                | (Q(answer__in=["THEIRS", "OURS", "NONE"], answer_date__isnull=False) & ~Q(answer_number="")),
            ),
            models.CheckConstraint(name="identity_case_answered", condition=~Q(state="ANSWERED") | ~Q(answer="")),
            models.CheckConstraint(
                name="identity_case_corrected", condition=~Q(state="CORRECTED") | Q(corrected_at__isnull=False)
            ),
            models.CheckConstraint(
                name="identity_case_due_while_open",
                condition=Q(state__in=["CLOSED", "CANCELLED"], due_date=None)
                | (~Q(state__in=["CLOSED", "CANCELLED"]) & Q(due_date__isnull=False)),
            ),
        )
        indexes = (models.Index(fields=["state", "due_date"]),)

    def __str__(self) -> str:
        """Name it by its number."""
        return f"Hồ sơ phối hợp số {self.pk}"

    @property
    def is_open(self) -> bool:
        """Tell whether something is still to be done."""
        return self.state not in self.ENDED


class CaseField(models.Model):
    """Disputed field (thông tin sai lệch): both values as they stood when the case was opened.

    Dates as stored, sex as coded. ``theirs`` is emptied when the case ends (data minimisation).
    """

    case = models.ForeignKey(IdentityCase, on_delete=models.PROTECT, related_name="fields")
    field = models.CharField(max_length=6, choices=DisputedField)
    ours = models.CharField(max_length=100, blank=True)
    theirs = models.CharField(max_length=100, blank=True)

    class Meta:
        """A field is disputed once a case."""

        constraints = (models.UniqueConstraint(fields=["case", "field"], name="case_field_once"),)

    def __str__(self) -> str:
        """Name the field."""
        return self.field


class CaseReason(models.Model):
    """Reason (lý do): derived when the case is opened, then whatever a clerk makes of it."""

    case = models.ForeignKey(IdentityCase, on_delete=models.PROTECT, related_name="reasons")
    reason = models.CharField(max_length=20, choices=Reason)

    class Meta:
        """A reason is given once a case."""

        constraints = (models.UniqueConstraint(fields=["case", "reason"], name="case_reason_once"),)

    def __str__(self) -> str:
        """Name the reason."""
        return self.reason


class CaseStep(models.Model):
    """Step taken (bước đã làm): from where to where, by whom, on which paper; never edited."""

    case = models.ForeignKey(IdentityCase, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=12)
    from_state = models.CharField(max_length=9, blank=True)
    to_state = models.CharField(max_length=9)
    document = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    taken_by = models.ForeignKey("offices.Account", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        """Name the move."""
        return f"{self.from_state} → {self.to_state}"


class AgencyRequest(QueueRow):
    """Request to the identity agency (yêu cầu gửi cơ quan căn cước): an outgoing row, with the state of the asking.

    By exchange it is a queue row that the worker sends; by letter there is nothing for the worker to do, the row is
    born done and a person records what the agency said to it.
    """

    class Channel(models.TextChoices):
        """Which way it goes."""

        EXCHANGE = "EXCHANGE", "Trục kết nối"
        LETTER = "LETTER", "Công văn"

    class Action(models.TextChoices):
        """What became of the asking; not of the case."""

        REQUESTED = "REQUESTED", "Đã yêu cầu"
        ACCEPTED = "ACCEPTED", "Đã tiếp nhận"
        REJECTED = "REJECTED", "Bị từ chối"

    case = models.ForeignKey(IdentityCase, on_delete=models.PROTECT, related_name="requests")
    idempotency_key = models.CharField(max_length=40)
    channel = models.CharField(max_length=8, choices=Channel)
    action = models.CharField(max_length=9, choices=Action)
    document = models.CharField(max_length=60, blank=True)
    agency_reference = models.CharField(max_length=60, blank=True)
    why_rejected = models.CharField(max_length=300, blank=True)
    requested_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta(QueueRow.Meta):
        """One asking at a time about a case; a key never twice."""

        constraints = (  # type: ignore[assignment]  # more of them than every queue has
            *QueueRow.Meta.constraints,
            models.UniqueConstraint(fields=["idempotency_key"], name="agency_request_key_once"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(action="REQUESTED"), name="agency_request_one_waiting"
            ),
            models.CheckConstraint(
                name="agency_request_action",
                condition=Q(action="REQUESTED", settled_at=None)
                | (Q(action__in=["ACCEPTED", "REJECTED"]) & Q(settled_at__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        """Name it by its key."""
        return self.idempotency_key
