"""Two numbers that may be one person's: what was found, what was proposed, every step taken."""

from django.db import models
from django.db.models import F, Q

from ansinh.core.permissions import Actor
from ansinh.identity import permissions
from ansinh.identity.models.runs import VerificationRun


class DuplicateGroup(models.Model):
    """Duplicate group (nhóm nghi trùng): records of the register that one finding says are the same person.

    ``source`` names the finding: a run (``run:3``) or a comparison of the register with itself (``sổ:<digest>``);
    ``anchor`` tells its groups apart: the citizen claimed, or the lowest record.
    """

    source = models.CharField(max_length=80)
    run = models.ForeignKey(VerificationRun, on_delete=models.PROTECT, null=True, related_name="duplicate_groups")
    anchor = models.BigIntegerField()
    size = models.PositiveIntegerField()
    found_at = models.DateTimeField()

    class Meta:
        """A finding names a group once, however often it is read."""

        constraints = (models.UniqueConstraint(fields=["source", "anchor"], name="duplicate_group_once"),)

    def __str__(self) -> str:
        """Name the finding."""
        return self.source


class DuplicatePairQuerySet(models.QuerySet["DuplicatePair"]):
    """Pairs, as far as somebody may see them."""

    def visible_to(self, actor: Actor) -> "DuplicatePairQuerySet":
        """Return the pairs in which one of the two is of the actor's areas."""
        areas = actor.areas_for(permissions.REVIEW)
        return self if areas is None else self.filter(Q(first__area__in=areas) | Q(second__area__in=areas))


class DuplicatePair(models.Model):
    """Duplicate pair (cặp mã số nghi trùng): two numbers, once for ever; what was decided about them is remembered.

    ``first`` is the older row. Agreement and probability are there when the register was compared with itself; a pair
    that a run found has its evidence in both people's verifications of that run.
    """

    class State(models.TextChoices):
        """Where the pair stands."""

        OPEN = "OPEN", "Chờ xem"
        PROPOSED = "PROPOSED", "Chờ duyệt gộp"
        MERGED = "MERGED", "Đã gộp"
        UNDO_PROPOSED = "UNDO_PROPOSED", "Chờ duyệt tách"
        DIFFERENT = "DIFFERENT", "Hai người khác nhau"

    group = models.ForeignKey(DuplicateGroup, on_delete=models.PROTECT, related_name="pairs")
    first = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    second = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=13, choices=State, default=State.OPEN)
    state_at = models.DateTimeField()
    probability = models.FloatField(null=True)
    weight = models.FloatField(null=True)
    agree_name = models.CharField(max_length=16, blank=True)
    agree_dob = models.CharField(max_length=16, blank=True)
    agree_sex = models.CharField(max_length=16, blank=True)
    agree_number = models.CharField(max_length=16, blank=True)
    agree_places = models.CharField(max_length=16, blank=True)

    objects = models.Manager.from_queryset(DuplicatePairQuerySet)()

    class Meta:
        """Two people are one pair, the older row first; a state is one of the table's."""

        constraints = (
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(name="duplicate_pair_order", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(
                name="duplicate_pair_state",
                condition=Q(state__in=["OPEN", "PROPOSED", "MERGED", "UNDO_PROPOSED", "DIFFERENT"]),
            ),
        )
        indexes = (models.Index(fields=["state", "id"]),)

    def __str__(self) -> str:
        """Name the state, no person."""
        return self.state


class MergeProposal(models.Model):
    """Proposal (đề xuất gộp hoặc tách): what one officer proposes about a pair, and what another said to it.

    ``approve_area`` is the province whose officer has to agree: that of the number which is absorbed, so that no
    province loses a person unseen; for an undoing, the side that the proposer does not answer for.
    """

    class Kind(models.TextChoices):
        """What is proposed."""

        MERGE = "MERGE", "Gộp"
        UNDO = "UNDO", "Tách lại"

    class Outcome(models.TextChoices):
        """What became of it."""

        APPROVED = "APPROVED", "Đã duyệt"
        RETURNED = "RETURNED", "Trả lại"
        REFUSED = "REFUSED", "Không duyệt: hai người khác nhau"
        WITHDRAWN = "WITHDRAWN", "Người đề xuất rút lại"

    pair = models.ForeignKey(DuplicatePair, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=5, choices=Kind)
    kept = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+", db_index=False)
    ground = models.CharField(max_length=300)
    are_different = models.BooleanField(default=False)
    approve_area = models.ForeignKey("offices.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    made_by = models.ForeignKey("offices.Account", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    decided_by = models.ForeignKey("offices.Account", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    merge = models.ForeignKey("registry.PersonMerge", on_delete=models.PROTECT, null=True, related_name="proposals")

    class Meta:
        """One proposal waits at a time; who proposed may take it back, and decide nothing else."""

        constraints = (
            models.UniqueConstraint(fields=["pair"], condition=Q(decided_at=None), name="proposal_one_waiting"),
            models.CheckConstraint(
                name="proposal_four_eyes",
                condition=Q(outcome="", decided_by=None, decided_at=None)
                | Q(outcome="WITHDRAWN", decided_by=F("made_by"), decided_at__isnull=False)
                | (
                    Q(outcome__in=["APPROVED", "RETURNED", "REFUSED"], decided_by__isnull=False)
                    & Q(decided_at__isnull=False)
                    & ~Q(decided_by=F("made_by"))
                ),
            ),
        )

    def __str__(self) -> str:
        """Name what is proposed and what became of it."""
        return f"{self.kind} {self.outcome}"


class ProposalChoice(models.Model):
    """Choice (cách xử lý điểm trùng): for one conflict, the person whose record counts, as the proposer sees it."""

    proposal = models.ForeignKey(MergeProposal, on_delete=models.PROTECT, related_name="choices", db_index=False)
    code = models.CharField(max_length=60)
    counts = models.ForeignKey("registry.Person", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        """A conflict has one answer in a proposal."""

        constraints = (models.UniqueConstraint(fields=["proposal", "code"], name="proposal_choice_once"),)

    def __str__(self) -> str:
        """Name the conflict."""
        return self.code


class DuplicateStep(models.Model):
    """Step (bước đã qua): one move of a pair, by whom, when, why."""

    class Step(models.TextChoices):
        """What may be done with a pair; the table of whence and whither is in ``workflows.merges``."""

        PROPOSE = "propose", "Đề xuất gộp"
        WITHDRAW = "withdraw", "Rút lại đề xuất gộp"
        RETURN = "return", "Trả lại đề xuất gộp"
        APPROVE = "approve", "Phê duyệt gộp"
        REFUSE = "refuse", "Kết luận hai người khác nhau"
        REOPEN = "reopen", "Xem lại kết luận"
        PROPOSE_UNDO = "propose_undo", "Đề xuất tách lại"
        WITHDRAW_UNDO = "withdraw_undo", "Rút lại đề xuất tách"
        RETURN_UNDO = "return_undo", "Trả lại đề xuất tách"
        APPROVE_UNDO = "approve_undo", "Phê duyệt tách"

    pair = models.ForeignKey(DuplicatePair, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=13, choices=Step)
    from_state = models.CharField(max_length=13)
    to_state = models.CharField(max_length=13)
    account = models.ForeignKey("offices.Account", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        """Name the move."""
        return f"{self.from_state} → {self.to_state}"
