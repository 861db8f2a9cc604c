"""One person at the counter, looked up in the index of citizens: candidates in order, with the evidence in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ansinh.core.birth import BirthDate, BirthDateError
from ansinh.core.errors import Refusal
from ansinh.identity import extracts, linkage, rules
from ansinh.identity.linkage.columns import OLD, Normaliser
from ansinh.identity.linkage.deciding import DECISIONS
from ansinh.identity.linkage.scoring import Census, Scale
from ansinh.identity.linkage.single import Found
from ansinh.identity.linkage.single import look_up as decide
from ansinh.identity.models import CitizenIndex, Verification

SHOWN = 3
"""Citizens whose data an officer is shown at most: those a person could still choose between."""

_NORMALISER = Normaliser()


class NoIndex(Refusal):
    """There is nothing to look up in."""

    message = (
        "Chưa có chỉ mục công dân để tra cứu. Người phụ trách tiếp nhận bản trích dân cư rồi lập chỉ mục bằng lệnh "
        "“ansinh citizens index”."
    )


@dataclass(frozen=True, slots=True)
class Sought:
    """Person sought (người cần tra): what somebody declares of oneself, as typed; an empty text is not known."""

    full_name: str = ""
    dob: str = ""
    sex: str = ""
    id_no: str = ""
    home_province: str = ""
    home_district: str = ""
    home_commune: str = ""
    res_province: str = ""
    res_district: str = ""
    res_commune: str = ""

    @property
    def told(self) -> tuple[str, ...]:
        """Return the names of what was declared."""
        return tuple(name for name, text in self.texts.items() if text)

    @property
    def texts(self) -> dict[str, str]:
        """Return what was declared by the names of the insured file's columns."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Match:
    """Candidate (ứng viên): a citizen's key, net weight in bits, probability, agreement by field and in words."""

    citizen: int
    weight: float
    probability: float
    levels: rules.Levels
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookUp:
    """Look-up (kết quả tra cứu): what the engine decides about this record alone, and its candidates, the best first.

    ``second`` is the net weight of the second best, ``None`` without one; ``left_out`` names the search keys that too
    many citizens share, so that somebody may not have been met.
    """

    index: CitizenIndex
    decision: str
    second: float | None
    matches: tuple[Match, ...]
    left_out: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        """Tell whether a machine decides alone."""
        return self.decision in {Verification.Decision.VERIFIED, Verification.Decision.CORRECTED}

    @property
    def shown(self) -> tuple[Match, ...]:
        """Return the candidates whose data serve the purpose: the one decided, or those to choose between."""
        if self.is_sure:
            return self.matches[:1]
        if self.decision == Verification.Decision.NOT_FOUND:
            return ()
        margin = policy().decision.margin
        return tuple(one for one in self.matches[:SHOWN] if self.matches[0].weight - one.weight < margin)


@lru_cache(maxsize=1)
def policy() -> linkage.Policy:
    """Return the policy by which records are looked up: the one a run would take today."""
    return linkage.Policy.load(linkage.DEFAULT_POLICY)


@dataclass(frozen=True, slots=True)
class _Opened:
    """An index with the weights of its population laid out; 64 MB, statistics alone."""

    index: CitizenIndex
    scale: Scale


@lru_cache(maxsize=1)
def _opened(key: int, _sealed_key: str) -> _Opened:
    """Open an index once a process; another extract's that came to bear the same key is another one."""
    index = CitizenIndex.objects.select_related("extract").get(pk=key)
    counts = np.frombuffer(extracts.Keys.of(index).census(bytes(index.census)), np.int32)
    index.census = b""
    return _Opened(index, Scale(policy(), Census.of(index.citizens, counts)))


def current_index() -> CitizenIndex:
    """Return the index that look-ups use.

    :raises NoIndex: there is none
    """
    return _current().index


def _current() -> _Opened:
    standing = extracts.standing()  # asked each time: on the day of its extract an index is gone
    if standing is None:
        raise NoIndex
    return _opened(*standing)


def look_up(sought: Sought) -> LookUp:
    """Find a citizen for one record (tra một người) by the rules of a national run.

    The answer is that of `linkage.link` over a file of this record alone; what records do to one another in a run (a
    citizen whom a surer record claims, a number that many records bear) has no part in it.

    :raises NoIndex: there is nothing to look up in
    :raises IndexReplaced: the index went while it was asked
    """
    opened = _current()
    found = decide(_NORMALISER.record(sought.texts), extracts.Shelf.of(opened.index), policy(), opened.scale)
    second = None if np.isnan(found.second) else found.second
    matches = tuple(_match(found, place, second) for place in range(len(found.ids)))
    return LookUp(opened.index, DECISIONS[found.decision], second, matches, found.left_out)


def _match(found: Found, place: int, second: float | None) -> Match:
    codes = found.codes(place)
    weight, probability = float(found.net[place]), float(found.probability[place])
    rival = second if place == 0 else float(found.net[0])
    words = linkage.explain(linkage.Agreement(**codes), weight, probability, policy(), second_best_weight=rival)
    return Match(int(found.ids[place]), weight, probability, rules.Levels(**codes), tuple(words))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Candidate shown (ứng viên được xem): what was declared beside what the extract says, and why it may be them."""

    likelihood: str
    differences: tuple[str, ...]
    pairs: tuple[rules.FieldPair, ...]
    words: tuple[str, ...]
    died_on: str


def candidates(outcome: LookUp, sought: Sought, citizens: Mapping[int, extracts.Citizen]) -> tuple[Candidate, ...]:
    """Lay the candidates out that are shown: of each no more than was asked about.

    Whole numbers are for whom the engine is sure of; to choose between others the last digits are enough.
    """
    return tuple(
        Candidate(
            likelihood=rules.likelihood(match.probability),
            differences=match.levels.differences,
            pairs=_pairs(sought, citizens[match.citizen], sure=outcome.is_sure),
            words=match.words,
            died_on=_birth(citizens[match.citizen].died_on),
        )
        for match in outcome.shown
        if match.citizen in citizens
    )


def _pairs(sought: Sought, citizen: extracts.Citizen, *, sure: bool) -> tuple[rules.FieldPair, ...]:
    asks_old = len(sought.id_no) == OLD
    number = citizen.personal_id if sure else rules.masked(citizen.personal_id)
    fields = [
        ("Họ và tên", sought.full_name, citizen.full_name),
        ("Ngày sinh", _birth(sought.dob), _birth(citizen.birth) if sure or sought.dob else ""),
        ("Giới tính", sought.sex, _SEXES.get(citizen.sex, citizen.sex) if sought.sex else ""),
    ]
    typed = "" if asks_old else sought.id_no
    pairs = rules.side_by_side(fields)
    if sure or typed == citizen.personal_id:
        pairs += rules.side_by_side([("Số định danh", typed, citizen.personal_id)])
    elif number:  # digits that are hidden cannot be marked
        pairs.append(rules.FieldPair("Số định danh", _plain(typed), _plain(number)))
    if asks_old:
        pairs += rules.side_by_side([("Số CMND cũ", sought.id_no, citizen.old_id)])
    for label, ours, theirs in (
        ("Nơi cư trú", (sought.res_commune, sought.res_district, sought.res_province), citizen.residence),
        ("Quê quán", (sought.home_commune, sought.home_district, sought.home_province), citizen.home),
    ):
        if any(ours):
            sides = rules.mark_places(ours, (theirs.commune, theirs.district, theirs.province))
            pairs.append(rules.FieldPair(label, *sides))
    return tuple(pairs)


_SEXES = {"M": "Nam", "F": "Nữ"}


def _plain(text: str) -> rules.Side:
    return (rules.Piece(text, differs=False),) if text else ()


def _birth(text: str) -> str:
    """Write a date for people; as it stands when it is none."""
    try:
        return BirthDate.parse(text).text if text else ""
    except BirthDateError:
        return text
