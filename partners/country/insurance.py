"""Insurance (tham gia bảo hiểm): who takes part in what, with which card, employer and monthly benefit."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from partners.country import dates
from partners.country.areas import FULL, REFERENCE, Areas
from partners.country.dice import Bools, Floats, Ints, ladder, pick
from partners.country.numbering import digits

SCHEMES = (
    "SI_COMPULSORY", "SI_VOLUNTARY", "HI_HOUSEHOLD", "HI_CHILD", "HI_STUDENT", "HI_SUPPORTED", "PENSIONER",
    "BENEFICIARY",
)  # fmt: skip
_WORK, _VOLUNTARY, _HOUSEHOLD, _CHILD, _STUDENT, _SUPPORTED, _PENSIONER, _BENEFICIARY = range(len(SCHEMES))
_OBJECTS = {
    _WORK: ("DN",), _VOLUNTARY: ("GD",), _HOUSEHOLD: ("GD",), _CHILD: ("TE",), _STUDENT: ("HS", "SV"),
    _SUPPORTED: ("HN", "CN", "DT", "DK", "BT"), _PENSIONER: ("HT",), _BENEFICIARY: ("TB",),
}  # fmt: skip
LEVELS = {
    "TE": 1, "HN": 2, "DT": 2, "DK": 2, "BT": 2, "HT": 3, "CN": 3, "DN": 4, "HC": 4, "GD": 4, "HS": 4, "SV": 4, "MS": 4,
    "TB": 4,
}  # fmt: skip
"""Benefit level (mức hưởng) of a card by its object code (facts D.4)."""
_OBJECT_CODES = list(LEVELS)

_AGES = np.array([6, 18, 23, 56, 61])
_MIX = (
    (0, 0, 0, 100, 0, 0, 0, 0),
    (0, 0, 0, 0, 95, 5, 0, 0),
    (16, 0.5, 36, 0, 38, 9.5, 0, 0),
    (31, 3.2, 50.4, 0, 0, 15, 0, 0.4),
    (18, 4, 47, 0, 0, 18.5, 11, 1.5),
    (0, 0, 52.2, 0, 0, 30, 15.6, 2.2),
)
"""Weights of the schemes for people under each of the ages, and for the oldest."""
_BENEFITS = ("PENSION", "INCAPACITY", "WORK_INJURY", "SURVIVOR")
_PENSION, _INCAPACITY, _INJURY, _SURVIVOR = range(len(_BENEFITS))
_TYPICAL_AMOUNTS = np.array([5_700_000, 2_700_000, 1_500_000, 0])
_SURVIVORS, _ORPHAN_UNTIL, _WIDOWED_FROM = 0.0075, 18, 60
_ADULT, _SPEAKS_FROM, _HAS_PHONE = 18, 16, 0.8
_INCAPACITY_FROM, _INCAPACITATED, _MINORITY_CARDS, _LEFT_WORK = 58, 0.75, 0.7, 0.05
"""Incapacity benefits ended in 1995: only the old still draw them."""
_ACCOUNT_URBAN, _ACCOUNT_RURAL = 0.72, 0.45
_SURVIVOR_AMOUNTS = np.array([900_000, 900_000, 900_000, 1_260_000])
_WORKERS_AN_EMPLOYER, _PUBLIC_EVERY = 24, 4
_FIELDS = (
    "May mặc", "Cơ khí", "Thương mại", "Xây dựng", "Vận tải", "Chế biến thủy sản", "Chế biến gỗ", "Nông sản", "In ấn",
    "Dịch vụ du lịch", "Giày da", "Điện tử", "Bao bì", "Dược phẩm",
)  # fmt: skip
_BRANDS = (
    "An", "Bình", "Cát", "Đại", "Gia", "Hưng", "Khải", "Lộc", "Minh", "Nam", "Phát", "Phú",
    "Quang", "Tân", "Thịnh", "Toàn", "Trường", "Việt", "Vĩnh", "Xuân",
)  # fmt: skip
_OFFICES = ("Ủy ban nhân dân", "Trường Tiểu học", "Trường Trung học cơ sở", "Trạm Y tế", "Trường Mầm non")


@dataclass(frozen=True)
class Insured:
    """The people of the register's rows, as they really are."""

    si_no: Ints
    age: Floats
    born: Ints
    """Date code of the day of birth; the first of what is known when the day is not."""
    residence: Ints
    poor: Bools
    people: Ints
    """Ethnic group, an index."""


def schemes(rows: Insured, chance: Floats) -> Ints:
    """Choose a scheme (diện tham gia) that fits each age; the poor get their card from the State."""
    band = np.searchsorted(_AGES, rows.age, side="right")
    chosen = np.zeros(rows.age.size, dtype=np.int64)
    for index, weights in enumerate(_MIX):
        here = np.flatnonzero(band == index)
        chosen[here] = pick(ladder(weights), chance[here])
    return np.where(rows.poor & np.isin(chosen, [_HOUSEHOLD, _STUDENT]), _SUPPORTED, chosen)


def columns(rows: Insured, areas: Areas, dice: np.random.Generator, workers: int) -> dict[str, pa.Array]:
    """Give the insurance columns of the legacy file; ``workers`` is how many the whole country has."""
    chance = dice.random((13, rows.age.size))
    scheme = schemes(rows, chance[0])
    at_work = scheme == _WORK
    employer = _employer_of(rows, areas, chance[7], workers)
    objects = _objects(scheme, rows, _is_public(employer), chance[3])
    start, end = _participation(rows, scheme, at_work, chance[4:6])
    card = end < 0
    return {
        "phone": _phones(rows.age, chance[6]),
        **_employers(rows, areas, np.where(at_work, employer, -1)),
        "scheme": pa.array(SCHEMES).take(pa.array(scheme)),
        "object_code": pa.array(_OBJECT_CODES).take(pa.array(objects)),
        "from_date": dates.text(start, day_first=True),
        "to_date": dates.text(end, day_first=True),
        **_cards(rows, areas, objects, np.where(card, scheme, -1), chance[8]),
        **_benefits(rows, areas, scheme, objects, chance[9:13]),
    }


def _objects(scheme: Ints, rows: Insured, public: Bools, chance: Floats) -> Ints:
    """Choose the object code (mã đối tượng) of the card, an index into the codes."""
    chosen = np.zeros(scheme.size, dtype=np.int64)
    for kind, codes in _OBJECTS.items():
        of_kind = np.array([_OBJECT_CODES.index(code) for code in codes])[(chance * len(codes)).astype(np.int64)]
        chosen = np.where(scheme == kind, of_kind, chosen)
    chosen = np.where((scheme == _WORK) & public, _OBJECT_CODES.index("HC"), chosen)
    of_age = np.where(rows.age < _ADULT, _OBJECT_CODES.index("HS"), _OBJECT_CODES.index("SV"))
    chosen = np.where(scheme == _STUDENT, of_age, chosen)
    incapable = (scheme == _BENEFICIARY) & (rows.age > _INCAPACITY_FROM) & (chance < _INCAPACITATED)
    chosen = np.where(incapable, _OBJECT_CODES.index("MS"), chosen)
    minority = (scheme == _SUPPORTED) & (rows.people > 0) & (chance < _MINORITY_CARDS)
    return np.where(minority, _OBJECT_CODES.index("DT"), chosen)


def _participation(rows: Insured, scheme: Ints, at_work: Bools, chance: Floats) -> tuple[Ints, Ints]:
    """Give first and last day of taking part; the last is -1 for those who still do."""
    today = dates.code(REFERENCE)
    adult = dates.first_of_year(np.minimum(dates.year(rows.born) + _ADULT, REFERENCE.year))
    earliest = np.where(
        at_work | (scheme == _VOLUNTARY), np.maximum(adult, dates.code(REFERENCE.replace(year=1995))), 0
    )
    earliest = np.where(earliest == 0, dates.code(REFERENCE.replace(year=2015)), earliest)
    earliest = np.maximum(earliest, rows.born)
    start = (earliest + (today - earliest) * chance[0]).astype(np.int64)
    start = np.where(at_work | (scheme == _VOLUNTARY), dates.with_day(start, np.ones_like(start)), start)
    start = np.where(scheme == _CHILD, rows.born, np.maximum(start, earliest))
    start = np.where(scheme == _STUDENT, np.maximum(earliest, dates.code(REFERENCE.replace(month=1, day=1))), start)
    left = at_work & (chance[1] < _LEFT_WORK) & (start < today - 90)
    return start, np.where(left, today - 1 - (chance[1] * 1600).astype(np.int64), -1)


def _phones(age: Floats, chance: Floats) -> pa.Array:
    """Give four adults in five a telephone number of the ranges 030 and 031, which no operator gives out."""
    numbers = 300_000_000 + (chance / _HAS_PHONE * 20_000_000).astype(np.int64)
    return digits(np.where((age > _SPEAKS_FROM) & (chance < _HAS_PHONE), numbers, -1), 10)


def _employer_of(rows: Insured, areas: Areas, chance: Floats, workers: int) -> Ints:
    """Give everybody the order of an employer in the province of residence; the first ones have the most workers."""
    places = np.bincount(areas.province, weights=np.diff(areas.settled, prepend=0.0))
    count = np.maximum((places * workers / _WORKERS_AN_EMPLOYER).astype(np.int64), 5)
    return (count[areas.province[rows.residence]] * chance**2.2).astype(np.int64)


def _is_public(order: Ints) -> Bools:
    return order % _PUBLIC_EVERY >= _PUBLIC_EVERY - 1


def _employers(rows: Insured, areas: Areas, order: Ints) -> dict[str, pa.Array]:
    """Write employers, null where ``order`` is negative; public bodies are named for a commune."""
    province = areas.province[rows.residence]
    seat = areas.bounds[province] + order * 7 % (areas.bounds[province + 1] - areas.bounds[province])
    company = _joined(
        ("Công ty TNHH", _FIELDS, order * 5 + province), (_BRANDS, order + province), (_BRANDS, order // 20)
    )
    office = pc.binary_join_element_wise(
        _cycled(_OFFICES, order), areas.names[FULL][2].take(pa.array(seat)), " ", null_handling="skip"
    )
    public = pa.array(_is_public(order))
    none = pa.array(order < 0)
    empty = pa.scalar(None, pa.string())
    letters = pc.if_else(public, pa.scalar("HC"), pa.scalar("DN"))
    number = digits(areas.codes[province] * 10**6 + np.maximum(order, 0), 8)
    code = pc.binary_join_element_wise(letters, number, "")
    return {
        "employer_code": pc.if_else(none, empty, code),
        "employer_name": pc.if_else(none, empty, pc.if_else(public, office, company)),
    }


def _cycled(words: tuple[str, ...], order: Ints) -> pa.Array:
    return pa.array(words).take(pa.array(order % len(words)))


def _joined(first: tuple[str, tuple[str, ...], Ints], *others: tuple[tuple[str, ...], Ints]) -> pa.Array:
    opening, words, order = first
    parts = [_cycled(words, order), *(_cycled(more, place) for more, place in others)]
    return pc.binary_join_element_wise(pa.scalar(opening), *parts, " ")


def _cards(rows: Insured, areas: Areas, objects: Ints, scheme: Ints, chance: Floats) -> dict[str, pa.Array]:
    """Give health cards (thẻ BHYT): code, first hospital and validity, null where ``scheme`` is -1."""
    province = areas.province_code(rows.residence)
    codes = pa.array([f"{code}{level}" for code, level in LEVELS.items()]).take(pa.array(objects))
    code = pc.binary_join_element_wise(codes, digits(province, 2), digits(rows.si_no, 10), "")
    none = pa.array(scheme < 0)
    empty = pa.scalar(None, pa.string())
    hospital = digits(province * 1000 + 1 + (chance * 40).astype(np.int64), 5)
    year = np.full(scheme.size, REFERENCE.year)
    start = np.where(scheme == _CHILD, rows.born, dates.first_of_year(year))
    start = np.maximum(start, rows.born)
    sixth = dates.first_of_year(np.minimum(dates.year(rows.born) + 6, dates.LAST_YEAR)) + 272
    end = np.where(scheme == _CHILD, sixth, dates.first_of_year(year + 1) - 1)
    end = np.where(np.isin(scheme, [_WORK, _PENSIONER, _BENEFICIARY]), -1, end)
    return {
        "card_code": pc.if_else(none, empty, code),
        "facility_code": pc.if_else(none, empty, hospital),
        "card_from": pc.if_else(none, empty, dates.text(start, day_first=True)),
        "card_to": pc.if_else(none, empty, dates.text(end, day_first=True)),
    }


def _benefits(rows: Insured, areas: Areas, scheme: Ints, objects: Ints, chance: Floats) -> dict[str, pa.Array]:
    """Give monthly benefits (chế độ hằng tháng): kind, first day, đồng a month, and how they are paid."""
    size = scheme.size
    kind = np.full(size, -1)
    kind[scheme == _PENSIONER] = _PENSION
    kind = np.where(scheme == _BENEFICIARY, np.where(objects == _OBJECT_CODES.index("MS"), _INCAPACITY, _INJURY), kind)
    survivor = (
        (kind < 0)
        & (scheme != _WORK)
        & (scheme != _VOLUNTARY)
        & ((rows.age < _ORPHAN_UNTIL) | (rows.age > _WIDOWED_FROM))
    )
    kind = np.where(survivor & (chance[0] < _SURVIVORS), _SURVIVOR, kind)
    spread = np.exp((chance[1] + chance[2] - 1) * 1.1)
    amount = _TYPICAL_AMOUNTS[kind] * spread
    amount = np.where(kind == _SURVIVOR, _SURVIVOR_AMOUNTS[(chance[1] * 4).astype(np.int64)], amount // 100 * 100)
    longest = np.where(
        kind == _PENSION, rows.age - 54, np.where(kind == _SURVIVOR, np.minimum(rows.age, 15), rows.age - 20)
    )
    start = dates.code(REFERENCE) - 30 - (np.maximum(longest, 1.0) * 365 * chance[2] * 0.95).astype(np.int64)
    start = np.maximum(dates.with_day(start, np.ones_like(kind)), rows.born)
    account = chance[3] < np.where(areas.urban[rows.residence], _ACCOUNT_URBAN, _ACCOUNT_RURAL)
    paid = kind >= 0
    return {
        "benefit_kind": pa.array(_BENEFITS).take(pa.array(kind, mask=~paid)),
        "benefit_from": dates.text(np.where(paid, start, -1), day_first=True),
        "benefit_monthly_vnd": pa.array(amount.astype(np.int64), mask=~paid).cast(pa.string()),
        "payment_method": pa.array(["CASH", "ACCOUNT"]).take(pa.array(account.astype(np.int64), mask=~paid)),
    }
