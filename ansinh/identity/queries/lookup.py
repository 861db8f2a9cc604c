"""One person at the counter, looked up in the index of citizens: candidates in order, with the evidence in words."""

from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np

from ansinh.core.errors import Refusal
from ansinh.identity import extracts, linkage, rules
from ansinh.identity.linkage.columns import Normaliser
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
        return tuple(name for name, text in asdict(self).items() if text)


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
    def shown(self) -> tuple[Match, ...]:
        """Return the candidates whose data serve the purpose: the one decided, or those to choose between."""
        if self.decision in {Verification.Decision.VERIFIED, Verification.Decision.CORRECTED}:
            return self.matches[:1]
        least = policy().decision.review
        best = self.matches[0] if self.matches else None
        near = policy().decision.margin
        return tuple(
            one for one in self.matches[:SHOWN]
            if best and best.probability >= least and best.weight - one.weight < near
        )  # fmt: skip


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
    found = decide(_NORMALISER.record(asdict(sought)), extracts.Shelf.of(opened.index), policy(), opened.scale)
    second = None if np.isnan(found.second) else found.second
    matches = tuple(_match(found, place, second) for place in range(len(found.ids)))
    return LookUp(opened.index, DECISIONS[found.decision], second, matches, found.left_out)


def _match(found: Found, place: int, second: float | None) -> Match:
    codes = found.codes(place)
    weight, probability = float(found.net[place]), float(found.probability[place])
    rival = second if place == 0 else float(found.net[0])
    words = linkage.explain(linkage.Agreement(**codes), weight, probability, policy(), second_best_weight=rival)
    return Match(int(found.ids[place]), weight, probability, rules.Levels(**codes), tuple(words))
