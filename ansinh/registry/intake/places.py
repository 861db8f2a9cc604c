"""Places (địa danh) as people write them, found in the map of a day; only what is certain is found."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ansinh.core.text import fold

_KINDS = {
    "thanh pho": "thanh pho", "tp": "thanh pho", "tinh": "tinh", "t": "tinh", "quan": "quan", "q": "quan",
    "huyen": "huyen", "h": "huyen", "thi xa": "thi xa", "tx": "thi xa", "phuong": "phuong", "p": "phuong",
    "xa": "xa", "x": "xa", "thi tran": "thi tran", "tt": "thi tran", "dac khu": "dac khu",
}  # fmt: skip
# One letter counts as a kind only with a dot or a number behind it: "T. Bình Thuận", "Q.1", "P5".
_KIND = re.compile(
    r"(thanh pho|tinh|quan|huyen|thi xa|phuong|xa|thi tran|dac khu|tp|tx|tt)[ .]+|([tqhpx])(?:\. *|(?=\d))"
)
_REMEMBERED = 1 << 16


@dataclass(frozen=True, slots=True)
class Place:
    """A province, district or commune in force: key, name with or without its kind, keys of the areas it lies in."""

    key: int
    name: str
    within: tuple[int, ...]


@lru_cache(maxsize=_REMEMBERED)
def names_of(written: str) -> tuple[str, str]:
    """Return a place name folded, with its kind spelt out and without: ``("phuong 4", "4")`` for ``P. 04``."""
    plain = fold(written).replace(",", " ").strip()
    found = _KIND.match(plain)
    bare = plain[found.end() :] if found else plain
    bare = re.sub(r"\b0+(?=\d)", "", " ".join(bare.replace(".", " ").replace("-", " ").split()))
    kind = _KINDS[found[1] or found[2]] + " " if found else ""
    return kind + bare, bare


class Gazetteer:
    """Gazetteer (danh mục địa danh) of one day.

    ``former`` maps names of dissolved provinces, and ``issuers`` the first two digits of insurance numbers, to the
    province in force that manages them.
    """

    def __init__(self, places: Iterable[Place], former: Mapping[str, int], issuers: Mapping[str, int]) -> None:
        """Index every place under what contains it, with and without its kind; what is ambiguous is not found."""
        self._known: dict[tuple[int, str], int | None] = {}
        for place in places:
            for container in place.within or (0,):
                for name in set(names_of(place.name)):
                    self._add(container, name, place.key)
        for written, key in former.items():
            for name in set(names_of(written)):
                self._known.setdefault((0, name), key)
        self._issuers = dict(issuers)
        self._located: dict[tuple[str, str, str], tuple[int | None, int | None]] = {}

    def _add(self, container: int, name: str, key: int) -> None:
        taken = self._known.setdefault((container, name), key)
        if taken != key:
            self._known[container, name] = None

    def _find(self, container: int, written: str) -> int | None:
        return self._known.get((container, names_of(written)[0]))

    def locate(self, province: str, district: str, commune: str) -> tuple[int | None, int | None]:
        """Return the province and the commune that the names certainly mean; ``None`` for each that is not certain."""
        names = (province, district, commune)
        if names not in self._located:
            if len(self._located) > _REMEMBERED:
                self._located.clear()
            self._located[names] = self._search(*names)
        return self._located[names]

    def _search(self, province: str, district: str, commune: str) -> tuple[int | None, int | None]:
        top = self._find(0, province) if province else None
        if top is None or not commune:
            return top, None
        container = self._find(top, district) if district else top
        return top, self._find(container, commune) if container else None

    def issuer(self, si_no: str) -> int | None:
        """Return the province that manages numbers beginning like this one."""
        return self._issuers.get(si_no[:2])
