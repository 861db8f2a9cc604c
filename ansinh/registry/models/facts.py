"""The insurance database: six groups of data (NĐ 43/2021), each fact with the period it holds for.

1 basic data: ``Person``, ``Identifier``, ``Address``, ``Relation`` · 2 contact: ``Contact`` · 3 household:
``Household``, ``Membership`` · 4 social insurance and 6 unemployment insurance: ``Participation``, ``Contribution``,
``Benefit`` · 5 health insurance: ``HealthCard``. History is in the facts' periods and in ``Correction``; no row is
ever copied to keep its past.
"""

from django.db import models
from django.db.models import F, Q

from ansinh.core.permissions import Actor
from ansinh.registry import permissions
from ansinh.registry.models.merges import PersonMerge

PERIOD = Q(to_date=None) | Q(to_date__gt=F("from_date"))


class PersonQuerySet(models.QuerySet["Person"]):
    """People, as far as somebody may see them."""

    def visible_to(self, actor: Actor) -> "PersonQuerySet":
        """Return the people whose managing province is in the actor's areas."""
        areas = actor.areas_for(permissions.SEE_PERSON)
        return self if areas is None else self.filter(area__in=areas)

    def current(self) -> "PersonQuerySet":
        """Return the people whose number has not been merged into another: each person once."""
        standing = PersonMerge.objects.filter(absorbed=models.OuterRef("pk"), undone_at=None)
        return self.filter(~models.Exists(standing))

    def living(self) -> "PersonQuerySet":
        """Return the living, each once."""
        return self.filter(died_on=None).current()


class Person(models.Model):
    """Person (người tham gia, thụ hưởng): one insurance number for life.

    ``birth`` keeps the precision that is known: YYYY, YYYY-MM or YYYY-MM-DD, and sorts as text.
    ``area`` is the province that manages the record, as it was when the record was made; successors see it through
    their predecessors.
    """

    class Sex(models.TextChoices):
        """As the population database codes it; empty when not known."""

        MALE = "M", "Nam"
        FEMALE = "F", "Nữ"

    si_no = models.CharField(max_length=10)
    full_name = models.CharField(max_length=100)
    folded_name = models.CharField(max_length=100)
    birth = models.CharField(max_length=10, blank=True)
    sex = models.CharField(max_length=1, choices=Sex, blank=True)
    ethnicity = models.CharField(max_length=30, blank=True)
    nationality = models.CharField(max_length=30, default="Việt Nam")
    birth_registration_place = models.CharField(max_length=200, blank=True)
    died_on = models.DateField(null=True)
    area = models.ForeignKey("offices.Area", on_delete=models.PROTECT, related_name="+")
    registered_on = models.DateField()

    objects = models.Manager.from_queryset(PersonQuerySet)()

    class Meta:
        """A number is ten digits, one person's; a birth date has one of three precisions.

        Uniqueness is named here, not on the fields: Django would add a second index for LIKE to each of them.
        """

        constraints = (
            models.UniqueConstraint(fields=["si_no"], name="person_si_no_once"),
            models.CheckConstraint(name="person_si_no", condition=Q(si_no__regex=r"^[0-9]{10}$")),
            models.CheckConstraint(
                name="person_birth", condition=Q(birth="") | Q(birth__regex=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")
            ),
        )

    def __str__(self) -> str:
        """Name the person by number; a name in a log would be personal data for no purpose."""
        return self.si_no


class Identifier(models.Model):
    """Identifier (giấy tờ, mã số): which number a person had, from when to when, declared or confirmed."""

    class Kind(models.TextChoices):
        """Which register the number belongs to."""

        PERSONAL_ID = "ID12", "Số định danh cá nhân"
        OLD_ID = "ID9", "Số chứng minh nhân dân"
        UNREADABLE = "RAW", "Số kê khai chưa đọc được"
        TAX = "TAX", "Mã số thuế"
        PASSPORT = "PASSPORT", "Hộ chiếu"

    class Standing(models.TextChoices):
        """How far the number may be relied on."""

        DECLARED = "DECLARED", "Kê khai"
        CONFIRMED = "CONFIRMED", "Đã xác minh"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=20)
    standing = models.CharField(max_length=9, choices=Standing)
    source = models.CharField(max_length=80)
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        """A confirmed number belongs to one person at a time; what clerks typed may repeat."""

        constraints = (
            models.UniqueConstraint(
                fields=["value", "kind"],
                condition=Q(standing="CONFIRMED", to_date=None),
                name="identifier_confirmed_once",
            ),
            models.CheckConstraint(name="identifier_period", condition=PERIOD),
        )
        indexes = (models.Index(fields=["value"]),)

    def __str__(self) -> str:
        """Name the fact without the number."""
        return f"{self.kind} {self.standing}"


class Address(models.Model):
    """Address (địa chỉ): text as written, plus the commune it names in the map of its day when that is certain."""

    class Kind(models.TextChoices):
        """Which of a person's places it is."""

        HOME = "HOME", "Quê quán"
        RESIDENCE = "RESIDENCE", "Nơi cư trú"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="addresses")
    kind = models.CharField(max_length=9, choices=Kind)
    province = models.CharField(max_length=80, blank=True)
    district = models.CharField(max_length=80, blank=True)
    commune = models.CharField(max_length=80, blank=True)
    detail = models.CharField(max_length=200, blank=True)
    area = models.ForeignKey("offices.Area", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        """One place of a kind at a time."""

        constraints = (
            models.UniqueConstraint(fields=["person", "kind"], condition=Q(to_date=None), name="address_one_at_a_time"),
            models.CheckConstraint(name="address_period", condition=PERIOD),
        )

    def __str__(self) -> str:
        """Say which place."""
        return self.get_kind_display()


class Relation(models.Model):
    """Relation (quan hệ): a parent, spouse or representative as declared; a person of their own is optional."""

    class Kind(models.TextChoices):
        """What the other is to the person."""

        FATHER = "FATHER", "Cha"
        MOTHER = "MOTHER", "Mẹ"
        SPOUSE = "SPOUSE", "Vợ/chồng"
        REPRESENTATIVE = "REPRESENTATIVE", "Người đại diện"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="relations")
    kind = models.CharField(max_length=14, choices=Kind)
    full_name = models.CharField(max_length=100)
    personal_id = models.CharField(max_length=12, blank=True)
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    def __str__(self) -> str:
        """Say which relation."""
        return self.get_kind_display()


class Contact(models.Model):
    """Contact (liên hệ): how to reach a person."""

    class Kind(models.TextChoices):
        """By which way."""

        PHONE = "PHONE", "Điện thoại"
        EMAIL = "EMAIL", "Thư điện tử"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=5, choices=Kind)
    value = models.CharField(max_length=120)
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    def __str__(self) -> str:
        """Say which way."""
        return self.get_kind_display()


class Household(models.Model):
    """Household (hộ gia đình): the unit in which household health insurance is reckoned."""

    code = models.CharField(max_length=20)
    area = models.ForeignKey("offices.Area", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A code names one household."""

        constraints = (models.UniqueConstraint(fields=["code"], name="household_code_once"),)

    def __str__(self) -> str:
        """Name it by its code."""
        return self.code


class Membership(models.Model):
    """Membership (thành viên hộ): who belonged to which household, when, and as what."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, blank=True)
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        """A person is in one household at a time."""

        constraints = (
            models.UniqueConstraint(fields=["person"], condition=Q(to_date=None), name="membership_one_at_a_time"),
        )

    def __str__(self) -> str:
        """Say the role."""
        return self.role


class Employer(models.Model):
    """Employer (đơn vị sử dụng lao động): a body that contributes for its workers."""

    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    tax_code = models.CharField(max_length=14, blank=True)
    area = models.ForeignKey("offices.Area", on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A code names one employer."""

        constraints = (models.UniqueConstraint(fields=["code"], name="employer_code_once"),)

    def __str__(self) -> str:
        """Name the employer."""
        return self.name


class Scheme(models.TextChoices):
    """Scheme (loại hình): under which rules somebody participates."""

    SI_COMPULSORY = "SI_COMPULSORY", "BHXH bắt buộc"
    SI_VOLUNTARY = "SI_VOLUNTARY", "BHXH tự nguyện"
    HI_HOUSEHOLD = "HI_HOUSEHOLD", "BHYT hộ gia đình"
    HI_CHILD = "HI_CHILD", "BHYT trẻ em dưới 6 tuổi"
    HI_STUDENT = "HI_STUDENT", "BHYT học sinh, sinh viên"
    HI_POOR = "HI_POOR", "BHYT hộ nghèo, cận nghèo"
    HI_OTHER = "HI_OTHER", "BHYT đối tượng khác"
    UI = "UI", "Bảo hiểm thất nghiệp"
    PENSIONER = "PENSIONER", "Hưởng lương hưu, trợ cấp hằng tháng"


class Participation(models.Model):
    """Participation (quá trình tham gia): a scheme a person is under, through whom, during a period."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="participations")
    scheme = models.CharField(max_length=14, choices=Scheme)
    object_code = models.CharField(max_length=2, blank=True)
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, null=True, related_name="participations")
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        """A period that ends, ends after it begins."""

        constraints = (models.CheckConstraint(name="participation_period", condition=PERIOD),)

    def __str__(self) -> str:
        """Say the scheme."""
        return self.get_scheme_display()


class Contribution(models.Model):
    """Contribution (đóng): one month of one participation; ``month`` is its first day, money is whole đồng."""

    participation = models.ForeignKey(Participation, on_delete=models.PROTECT, related_name="contributions")
    month = models.DateField()
    salary_vnd = models.BigIntegerField()
    amount_vnd = models.BigIntegerField()

    class Meta:
        """A month is paid once; corrections are further rows of their own kind, made by acts."""

        constraints = (
            models.UniqueConstraint(fields=["participation", "month"], name="contribution_month_once"),
            models.CheckConstraint(name="contribution_not_negative", condition=Q(salary_vnd__gte=0, amount_vnd__gte=0)),
        )

    def __str__(self) -> str:
        """Say the month."""
        return f"{self.month:%m/%Y}"


class Benefit(models.Model):
    """Benefit (chế độ đang hưởng): a monthly right as the legacy system recorded it; whole đồng a month."""

    class Method(models.TextChoices):
        """How it is paid."""

        CASH = "CASH", "Tiền mặt"
        ACCOUNT = "ACCOUNT", "Tài khoản cá nhân"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="benefits")
    kind = models.CharField(max_length=40)
    monthly_vnd = models.BigIntegerField()
    method = models.CharField(max_length=7, choices=Method)
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        """Money is never negative."""

        constraints = (models.CheckConstraint(name="benefit_not_negative", condition=Q(monthly_vnd__gte=0)),)

    def __str__(self) -> str:
        """Say the kind."""
        return self.kind


class HealthCard(models.Model):
    """Health card (thẻ BHYT): code, first facility and term."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cards")
    code = models.CharField(max_length=15)
    facility_code = models.CharField(max_length=5, blank=True)
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        """A term ends after it begins."""

        constraints = (models.CheckConstraint(name="card_period", condition=PERIOD),)

    def __str__(self) -> str:
        """Name no number."""
        return "thẻ BHYT"


class Correction(models.Model):
    """Correction (điều chỉnh): one basic fact of a person that changed, from what to what, and on what ground."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=30)
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)
    from_date = models.DateField()
    basis = models.CharField(max_length=200)

    def __str__(self) -> str:
        """Name the field."""
        return self.field
