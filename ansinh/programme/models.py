"""Plans, tasks and the products that show a task is done. A state is never stored: see ``rules.state_of``."""

from django.db import models
from django.db.models import Q

from ansinh.programme.rules import DeadlineKind


class Plan(models.Model):
    """Plan (kế hoạch): what one decision orders for one period."""

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=300)
    decision = models.CharField(max_length=400)
    issuer = models.CharField(max_length=200)
    from_date = models.DateField()
    to_date = models.DateField()

    def __str__(self) -> str:
        """Name the plan."""
        return self.title


class Task(models.Model):
    """Task (nhiệm vụ): one numbered row of the plan, word for word, with what measures it."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="tasks")
    section = models.CharField(max_length=300)
    number = models.PositiveSmallIntegerField()
    short = models.CharField(max_length=120)
    content = models.TextField()
    lead = models.CharField(max_length=200)
    lead_unit = models.CharField(max_length=20, blank=True)
    coordinators = models.TextField()
    deadline_kind = models.CharField(max_length=8, choices=[(kind.value, kind.name) for kind in DeadlineKind])
    deadline_text = models.CharField(max_length=200)
    due_date = models.DateField(null=True)
    product = models.TextField()
    target_percent = models.PositiveSmallIntegerField(null=True)
    measure = models.CharField(max_length=80, blank=True)
    unmeasured = models.TextField(blank=True)

    class Meta:
        """A number is one task; a task is measured or says why not."""

        constraints = (
            models.UniqueConstraint(fields=["plan", "number"], name="task_number_once"),
            models.CheckConstraint(name="task_measured_or_explained", condition=~Q(measure="") | ~Q(unmeasured="")),
        )

    def __str__(self) -> str:
        """Name the task by number and short name."""
        return f"{self.number}. {self.short}"


class Product(models.Model):
    """Product (sản phẩm): an issued document that shows a task's result; withdrawn if recorded by mistake."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="products")
    number = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    issued_date = models.DateField()
    recorded_by = models.ForeignKey("offices.Account", on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """A document counts once for a task."""

        constraints = (
            models.UniqueConstraint(
                fields=["task", "number"], condition=Q(withdrawn_at=None), name="product_counts_once"
            ),
        )

    def __str__(self) -> str:
        """Name the document."""
        return self.number
