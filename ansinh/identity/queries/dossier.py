"""Dossier (hồ sơ): what else the register holds of a person that helps to tell them from a namesake."""

from dataclasses import dataclass
from datetime import date

from ansinh.registry.models import Correction, Identifier, Membership, Participation, Person, Relation

_FIELDS = {
    "full_name": "Họ và tên",
    "birth": "Ngày sinh",
    "sex": "Giới tính",
    "ethnicity": "Dân tộc",
    "nationality": "Quốc tịch",
    "birth_registration_place": "Nơi đăng ký khai sinh",
    "died_on": "Ngày mất",
}
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Number:
    """A number the person had or has, with where it came from and how long it held."""

    kind: str
    value: str
    standing: str
    source: str
    from_date: date
    to_date: date | None


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody of the household or a declared relation; ``birth`` is empty when only a name was declared."""

    role: str
    full_name: str
    birth: str


@dataclass(frozen=True, slots=True)
class Change:
    """A correction made before, with its ground."""

    field: str
    before: str
    after: str
    from_date: date
    basis: str


@dataclass(frozen=True, slots=True)
class Spell:
    """A time under a scheme, through an employer or not."""

    scheme: str
    employer: str
    from_date: date
    to_date: date | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """All of it; each list is cut to what a clerk can take in."""

    registered_on: date
    numbers: tuple[Number, ...]
    household: tuple[Relative, ...]
    relations: tuple[Relative, ...]
    corrections: tuple[Change, ...]
    spells: tuple[Spell, ...]


def dossier(person: Person, *, declared_only: bool) -> Dossier:
    """Gather a person's dossier from the register; six queries at most, whatever it holds.

    With ``declared_only`` no number that a check confirmed is told.
    """
    numbers = Identifier.objects.filter(person=person).order_by("kind", "-from_date", "-pk")
    if declared_only:
        numbers = numbers.filter(standing=Identifier.Standing.DECLARED)
    corrections = Correction.objects.filter(person=person).order_by("-from_date", "-pk")
    spells = Participation.objects.filter(person=person).select_related("employer").order_by("-from_date", "-pk")
    relations = Relation.objects.filter(person=person, to_date=None).order_by("kind")
    return Dossier(
        registered_on=person.registered_on,
        numbers=tuple(
            Number(
                str(one.get_kind_display()), one.value, str(one.get_standing_display()), one.source, one.from_date,
                one.to_date,
            )
            for one in numbers[:_SHOWN]
        ),
        household=_household(person),
        relations=tuple(Relative(str(one.get_kind_display()), one.full_name, "") for one in relations[:_SHOWN]),
        corrections=tuple(
            Change(_FIELDS.get(one.field, one.field), one.before, one.after, one.from_date, one.basis)
            for one in corrections[:_SHOWN]
        ),
        spells=tuple(
            Spell(str(one.get_scheme_display()), str(one.employer or ""), one.from_date, one.to_date)
            for one in spells[:_SHOWN]
        ),
    )  # fmt: skip


def _household(person: Person) -> tuple[Relative, ...]:
    mine = Membership.objects.filter(person=person, to_date=None).values("household")
    others = (
        Membership.objects.filter(household__in=mine, to_date=None)
        .exclude(person=person)
        .select_related("person")
        .order_by("person__birth", "pk")
    )
    return tuple(Relative(one.role, one.person.full_name, one.person.birth) for one in others[:_SHOWN])
