"""What the communes' police are asked, what their answers are judged by, and what they said about a person."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from django.db.models import FilteredRelation, OuterRef, Q, Subquery

from ansinh.core.birth import BirthDate
from ansinh.core.numbers import PersonalId
from ansinh.core.permissions import Actor
from ansinh.core.text import fold
from ansinh.identity import permissions
from ansinh.identity.intake import Answer, Line
from ansinh.identity.models import AnswerFile, PoliceAnswer
from ansinh.identity.queries.people import PeopleScope, listed_people, reason_label
from ansinh.identity.queries.provinces import confirmed_of
from ansinh.registry.models import Address, Identifier, Person, PersonMerge

_AT_ONCE = 500
_SHOWN = 20
CHECK_HEAD = (
    "Mã số BHXH", "Họ và tên", "Ngày sinh", "Giới tính", "Số kê khai", "Địa chỉ", "Xã, phường", "Quận, huyện",
    "Tỉnh, thành phố", "Vì sao cần kiểm tra", "Kết quả", "Số đúng", "Ghi chú",
)  # fmt: skip
"""The last three are for the police to fill in."""


@dataclass(frozen=True, slots=True)
class PersonToCheck:
    """One person as the police need them: who, where, what was declared, what is wrong."""

    si_no: str
    full_name: str
    birth: str
    sex: str
    declared: str
    detail: str
    commune: str
    district: str
    province: str
    why: str

    @property
    def cells(self) -> tuple[str, ...]:
        """Return the line as ``CHECK_HEAD`` wants it, the answer left open."""
        return (*astuple(self), "", "", "")


def to_check(scope: PeopleScope, actor: Actor) -> Iterator[PersonToCheck]:
    """Stream the people of a scope who are not verified: district by district, commune by commune, by name."""
    numbers = Identifier.objects.filter(
        person=OuterRef("pk"), standing=Identifier.Standing.DECLARED, to_date=None
    ).order_by("kind", "-pk")
    rows = (
        listed_people(scope, actor)
        .annotate(
            declared=Subquery(numbers.values("value")[:1]),
            res=FilteredRelation(
                "addresses", condition=Q(addresses__kind=Address.Kind.RESIDENCE, addresses__to_date=None)
            ),
        )
        .order_by("res__district", "res__commune", "folded_name", "pk")
        .values_list(
            "si_no", "full_name", "birth", "sex", "declared", "res__detail", "res__commune", "res__district",
            "res__province", "reason",
        )
    )  # fmt: skip
    for si_no, name, birth, sex, declared, detail, commune, district, province, why in rows.iterator(chunk_size=2000):
        yield PersonToCheck(
            si_no,
            name,
            BirthDate.from_iso(birth).text if birth else "",
            str(Person.Sex(sex).label) if sex else "",
            declared or "",
            detail or "",
            commune or "",
            district or "",
            province or "",
            reason_label(why),
        )


def judge_answers(lines: Sequence[Line], actor: Actor) -> tuple[list[PoliceAnswer], list[tuple[Line, str]]]:
    """Return the answers that can be taken, not saved yet, and the lines that cannot, each with its reason."""
    taken: dict[str, PoliceAnswer] = {}
    rejected = []
    for start in range(0, len(lines), _AT_ONCE):
        some = lines[start : start + _AT_ONCE]
        known = _Known([line.answer.si_no for line in some if line.answer], actor)
        for line in some:
            if line.answer is None:
                rejected.append((line, line.reason))
            elif reason := known.against(line.answer, taken):
                rejected.append((line, reason))
            else:
                taken[line.answer.si_no] = known.accept(line.answer)
    return list(taken.values()), rejected


class _Known:
    """What the register says of the people of some lines, within somebody's reach."""

    def __init__(self, numbers: Sequence[str], actor: Actor) -> None:
        """Read them; four queries."""
        people, reach = Person.objects.filter(si_no__in=numbers), actor.areas_for(permissions.REVIEW)
        self.people = {person.si_no: person for person in (people if reach is None else people.filter(area__in=reach))}
        keys = [person.pk for person in self.people.values()]
        self.confirmed = confirmed_of(keys)
        merged = PersonMerge.objects.filter(absorbed__in=keys, undone_at=None)
        self.merged = set(merged.values_list("absorbed", flat=True))
        declared = Identifier.objects.filter(
            person__in=keys, to_date=None, kind=Identifier.Kind.PERSONAL_ID, standing=Identifier.Standing.DECLARED
        )
        self.declared = dict(declared.order_by("pk").values_list("person", "value"))

    def against(self, answer: Answer, taken: dict[str, PoliceAnswer]) -> str:
        """Return why an answer cannot be taken; empty when it can."""
        person = self.people.get(answer.si_no)
        if person is None:
            return "Không có mã số này trong địa bàn của bạn."
        reasons = (
            (answer.si_no in taken, "Mã số này đã có ở dòng trên; chỉ nhận dòng đầu."),
            (
                fold(answer.name) != person.folded_name,
                "Họ tên không khớp với mã số BHXH; có thể các cột bị xáo trộn khi sắp xếp.",
            ),
            (person.died_on is not None, "Hồ sơ đã ghi người này mất."),
            (person.pk in self.merged, "Mã số này đã gộp vào mã số khác của cùng một người."),
            (person.pk in self.confirmed, "Người này đã được xác minh."),
            (
                answer.verdict == PoliceAnswer.Verdict.RIGHT and person.pk not in self.declared,
                "Hồ sơ không có số định danh 12 chữ số để xác nhận đúng. Hãy chọn “Số khác” và ghi số.",
            ),
        )
        return next((reason for is_so, reason in reasons if is_so), "")

    def accept(self, answer: Answer) -> PoliceAnswer:
        """Return the answer as evidence, with what is odd about a corrected number."""
        person = self.people[answer.si_no]
        is_right = answer.verdict == PoliceAnswer.Verdict.RIGHT
        number = self.declared[person.pk] if is_right else answer.personal_id
        return PoliceAnswer(
            person=person,
            verdict=answer.verdict,
            personal_id=number,
            warning=_warning(number, person),
            note=answer.note,
        )


def _warning(number: str, person: Person) -> str:
    if not number:
        return ""
    birth = BirthDate.from_iso(person.birth) if person.birth else None
    found = PersonalId(number).warnings(birth, person.sex or None)
    return " ".join(one.message for one in found)[:300]


@dataclass(frozen=True, slots=True)
class AnswerAbout:
    """What the police said about a person, for the clerk who weighs it."""

    verdict: str
    personal_id: str
    warning: str
    note: str
    at: datetime


def answers_about(person: int) -> tuple[AnswerAbout, ...]:
    """Return what the police said about a person, latest first."""
    rows = PoliceAnswer.objects.filter(person=person).select_related("file").order_by("-file__at", "-pk")
    return tuple(
        AnswerAbout(str(row.get_verdict_display()), row.personal_id, row.warning, row.note, row.file.at) for row in rows
    )


def answer_files(actor: Actor) -> list[AnswerFile]:
    """Return the latest files somebody brought in."""
    return list(AnswerFile.objects.visible_to(actor).defer("rejects").order_by("-at", "-pk")[:_SHOWN])
