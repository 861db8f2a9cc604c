"""One pair of numbers that may be one person's: both records side by side, the evidence, what may be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Any

from ansinh.core.birth import BirthDate
from ansinh.core.permissions import Actor
from ansinh.identity import permissions, rules
from ansinh.identity.extracts import Place
from ansinh.identity.models import DuplicatePair, DuplicateStep, MergeProposal, Verification
from ansinh.identity.rules.claims import Claim, months_of, why_kept
from ansinh.registry import queries as register
from ansinh.registry.models import (
    Address,
    Contact,
    HealthCard,
    Identifier,
    Membership,
    MergeConflict,
    MovedFact,
    Person,
    PersonMerge,
)
from ansinh.registry.permissions import MERGE
from ansinh.registry.rules import Conflict, Record, conflicts

Ledger = Mapping[tuple[str, int], MovedFact]
Fact = MovedFact.Fact
_SIBLINGS = 10
_CONFLICTS = {
    "IDENTITIES": "Mỗi mã số đã xác minh với một số định danh khác nhau",
    "DEATH": "Ngày mất ghi ở hai mã số không giống nhau",
    "BENEFIT": "Cả hai mã số đang cùng hưởng một chế độ",
    **dict(MergeConflict.Kind.choices),
}
_REMEDY = {
    "IDENTITIES": "Nếu là số đã cấp lại, rút lại xác nhận số cũ trước. Nếu không, đây là hai người khác nhau.",
    "DEATH": "Điều chỉnh ngày mất cho đúng theo trích lục khai tử trước.",
    "BENEFIT": "Chuyển kế toán chi dừng một bên và xử lý số đã chi trước.",
}


@dataclass(frozen=True, slots=True)
class Numbered:
    """One of the two numbers, as the page tells it apart."""

    person: Person
    record: Record
    months: int
    why: str
    is_reached: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One conflict as it is asked: what it is, what to do first when it blocks, what was chosen."""

    conflict: Conflict
    label: str
    remedy: str
    chosen: int | None


@dataclass(frozen=True, slots=True)
class PairPage:
    """Everything a page about a pair shows; ``first`` is the older row, ``proposed`` the number to be kept by rule."""

    pair: DuplicatePair
    on: date
    first: Numbered
    second: Numbered
    proposed: int
    fields: tuple[rules.FieldPair, ...]
    evidence: tuple[str, ...]
    questions: tuple[Question, ...]
    proposal: MergeProposal | None
    merge: PersonMerge | None
    steps: tuple[DuplicateStep, ...]
    siblings: tuple[DuplicatePair, ...]
    may: Mapping[str, bool]

    @property
    def is_blocked(self) -> bool:
        """Tell whether something has to be put right first."""
        return any(question.conflict.blocks for question in self.questions)

    @property
    def sides(self) -> tuple[Numbered, Numbered]:
        """Return both numbers."""
        return self.first, self.second

    @property
    def kept(self) -> Numbered:
        """Return the number that is kept, or would be."""
        key = self.merge.kept_id if self.merge else self.proposal.kept_id if self.proposal else self.proposed
        return self.first if self.first.person.pk == key else self.second

    @property
    def absorbed(self) -> Numbered:
        """Return the other one."""
        return self.second if self.kept == self.first else self.first


def pair_page(pair: DuplicatePair, actor: Actor, on: date) -> PairPage:
    """Lay a pair out; a merged pair as its two records were before, told from the ledger of the merge."""
    people = (pair.first, pair.second)
    merge = _merge_of(pair)
    ledger = register.ledger_of(merge)
    records = register.records(people, ledger)
    proposal = MergeProposal.objects.filter(pair=pair, decided_at=None).select_related("made_by__unit").first()
    claim_of = {one.pk: _claim(one, records[one.pk], on) for one in people}

    def numbered(person: Person, other: Person) -> Numbered:
        return Numbered(
            person=person,
            record=records[person.pk],
            months=claim_of[person.pk].months,
            why=why_kept(claim_of[person.pk], claim_of[other.pk]),
            is_reached=actor.may(permissions.PROPOSE_MERGE, area=person.area_id),
        )

    chosen = dict(proposal.choices.values_list("code", "counts")) if proposal else {}
    chosen |= dict(merge.conflicts.values_list("code", "counts")) if merge else {}
    facts = _facts(people, ledger)
    return PairPage(
        pair=pair,
        on=on,
        first=numbered(pair.first, pair.second),
        second=numbered(pair.second, pair.first),
        proposed=min(claim_of.values(), key=lambda claim: claim.rank).person,
        fields=_fields(people, facts),
        evidence=_evidence(pair, facts),
        questions=tuple(
            Question(one, _CONFLICTS[one.kind], _REMEDY.get(one.kind, ""), chosen.get(one.code))
            for one in conflicts(records[pair.first_id], records[pair.second_id], on)
            if not merge or not one.blocks
        ),
        proposal=proposal,
        merge=merge,
        steps=tuple(DuplicateStep.objects.filter(pair=pair).select_related("account").order_by("-at", "-pk")),
        siblings=_siblings(pair, actor),
        may=_may(pair, proposal, actor),
    )


def _claim(person: Person, record: Record, on: date) -> Claim:
    periods = [(one.from_date, one.to_date) for one in record.participations]
    since = min((begins for begins, _ in periods), default=person.registered_on)
    return Claim(person.pk, bool(record.personal_id), months_of(periods, on), since)


def _siblings(pair: DuplicatePair, actor: Actor) -> tuple[DuplicatePair, ...]:
    if pair.group.size <= len((pair.first, pair.second)):
        return ()
    rows = DuplicatePair.objects.visible_to(actor).filter(group=pair.group_id).exclude(pk=pair.pk)
    return tuple(rows.select_related("first", "second").order_by("pk")[:_SIBLINGS])


def _merge_of(pair: DuplicatePair) -> PersonMerge | None:
    both = (pair.first_id, pair.second_id)
    standing = PersonMerge.objects.filter(kept__in=both, absorbed__in=both, undone_at=None)
    return standing.select_related("approved_by", "made_by").first()


def _may(pair: DuplicatePair, proposal: MergeProposal | None, actor: Actor) -> dict[str, bool]:
    """Return what the reader may do now, by step."""
    reaches = any(actor.may(permissions.PROPOSE_MERGE, area=one.area_id) for one in (pair.first, pair.second))
    mine = proposal is not None and proposal.made_by_id == actor.account_id
    second = (
        proposal is not None
        and not mine
        and actor.account_id is not None
        and actor.may(MERGE, area=proposal.approve_area_id)
    )
    state = DuplicatePair.State
    return {
        "propose": pair.state == state.OPEN and reaches,
        "approve": second,
        "withdraw": mine,
        "refuse": reaches and (pair.state == state.OPEN or (pair.state == state.PROPOSED and not mine)),
        "reopen": pair.state == state.DIFFERENT and reaches,
        "propose_undo": pair.state == state.MERGED and reaches,
    }


@dataclass(slots=True)
class _Facts:
    """A person's facts in force, as texts by kind; those a merge closed count as they were before it."""

    numbers: dict[str, str] = field(default_factory=dict)
    places: dict[str, Address] = field(default_factory=dict)
    contacts: list[str] = field(default_factory=list)
    households: list[str] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)


def _facts(people: Sequence[Person], ledger: Ledger) -> dict[int, _Facts]:
    found = {person.pk: _Facts() for person in people}

    def before(fact: str, rows: Any) -> list[tuple[_Facts, Any]]:
        """Return the rows in force with whose they are, or were before the merge."""
        return [
            (found[entry.person_id if entry else row.person_id], row)
            for row in rows.filter(person__in=people).order_by("from_date", "pk")
            for entry in [ledger.get((fact, row.pk))]
            if row.to_date is None or fact == Fact.HEALTH_CARD or (entry and entry.end_after and not entry.end_before)
        ]

    # Confirmed before declared, so that what was declared never stands in its place.
    for facts, number in sorted(before(Fact.IDENTIFIER, Identifier.objects), key=lambda told: told[1].standing):
        facts.numbers.setdefault(number.kind, number.value)
    for facts, place in before(Fact.ADDRESS, Address.objects):
        facts.places[place.kind] = place
    for facts, contact in before(Fact.CONTACT, Contact.objects):
        facts.contacts.append(contact.value)
    for facts, member in before(Fact.MEMBERSHIP, Membership.objects.select_related("household")):
        facts.households.append(member.household.code)
    for facts, card in before(Fact.HEALTH_CARD, HealthCard.objects):
        facts.cards.append(card.code)
    return found


def _fields(people: Sequence[Person], facts: Mapping[int, _Facts]) -> tuple[rules.FieldPair, ...]:
    (one, ours), (other, theirs) = ((person, facts[person.pk]) for person in people)
    kind = Identifier.Kind
    nowhere = Place("", "", "")
    before = [
        ("Họ và tên", one.full_name, other.full_name),
        ("Ngày sinh", _birth(one.birth), _birth(other.birth)),
        ("Giới tính", one.get_sex_display(), other.get_sex_display()),
        ("Số định danh", _number(ours), _number(theirs)),
        ("Số CMND cũ", ours.numbers.get(kind.OLD_ID, ""), theirs.numbers.get(kind.OLD_ID, "")),
    ]
    places = [
        (
            str(which.label),
            rules.mark_places(_parts(ours.places.get(which, nowhere)), _parts(theirs.places.get(which, nowhere))),
        )
        for which in (Address.Kind.HOME, Address.Kind.RESIDENCE)
    ]
    after = [
        ("Ngày mất", _day(one.died_on), _day(other.died_on)),
        ("Liên hệ", ", ".join(ours.contacts), ", ".join(theirs.contacts)),
        ("Hộ gia đình", ", ".join(ours.households), ", ".join(theirs.households)),
    ]
    return (
        *rules.side_by_side(before),
        *(rules.FieldPair(label, *sides) for label, sides in places if any(sides)),
        *rules.side_by_side(after),
        *(
            rules.FieldPair("Thẻ BHYT", _plain(mine), _plain(other_card))
            for mine, other_card in zip_longest(ours.cards[-1:], theirs.cards[-1:], fillvalue="")
        ),
    )


def _number(facts: _Facts) -> str:
    kind = Identifier.Kind
    return facts.numbers.get(kind.PERSONAL_ID) or facts.numbers.get(kind.UNREADABLE, "")


def _plain(text: str) -> rules.Side:
    """Return a text with nothing marked: a card's code holds its number, so two cards always differ."""
    return (rules.Piece(text, differs=False),) if text else ()


def _parts(place: Place | Address) -> tuple[str, str, str]:
    return place.commune, place.district, place.province


def _birth(iso: str) -> str:
    return BirthDate.from_iso(iso).text if iso else ""


def _day(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def _evidence(pair: DuplicatePair, facts: Mapping[int, _Facts]) -> tuple[str, ...]:
    """Say in sentences what speaks for one person, and what against."""
    one, other = facts[pair.first_id], facts[pair.second_id]
    shared = (
        (_number(one) and _number(one) == _number(other), "Hai hồ sơ ghi cùng một số định danh."),
        (
            one.numbers.get("ID9") and one.numbers.get("ID9") == other.numbers.get("ID9"),
            "Hai hồ sơ ghi cùng số CMND cũ.",
        ),
        (set(one.contacts) & set(other.contacts), "Hai hồ sơ dùng chung số điện thoại hoặc thư điện tử."),
        (set(one.households) & set(other.households), "Hai hồ sơ cùng một hộ gia đình."),
        (pair.first.sex and pair.second.sex and pair.first.sex != pair.second.sex, "Giới tính ghi khác nhau."),
    )
    return (*_found_by(pair), *(said for is_so, said in shared if is_so))


def _found_by(pair: DuplicatePair) -> list[str]:
    run = pair.group.run
    if run is None:
        levels = rules.Levels(pair.agree_name, pair.agree_dob, pair.agree_sex, pair.agree_number, pair.agree_places)
        return [
            "Máy so các hồ sơ trong sổ với nhau và thấy hai hồ sơ này giống nhau.",
            f"Khả năng cùng một người: {rules.likelihood(pair.probability)}.",
            f"Điểm khác: {', '.join(levels.differences)}." if levels.differences else "Mọi thông tin so được đều khớp.",
        ]
    rows = Verification.objects.filter(run=run, person__in=[pair.first_id, pair.second_id])
    rows = rows.select_related("person").order_by("person")
    if run.extract is None:
        answers = [f"Mã số {row.person.si_no}: {' '.join(rules.said_of_answer(_levels(row)))}" for row in rows]
        return [f"Đợt hỏi dịch vụ dân cư {run.pk} thấy hai hồ sơ nhận cùng một số định danh.", *answers]
    said = [f"Đợt đối khớp {run.pk} ghép cả hai hồ sơ với cùng một công dân trong dữ liệu dân cư chốt {run.extract}."]
    for row in rows:
        differences = _levels(row).differences
        how = f"điểm khác: {', '.join(differences)}" if differences else "mọi thông tin so được đều khớp"
        likely = rules.likelihood(row.probability)
        said.append(f"Mã số {row.person.si_no} ghép với công dân đó, khả năng {likely}; {how}.")
    return said


def _levels(row: Verification) -> rules.Levels:
    return rules.Levels(row.agree_name, row.agree_dob, row.agree_sex, row.agree_number, row.agree_places)
