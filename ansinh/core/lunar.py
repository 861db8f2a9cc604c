"""Lunar calendar (âm lịch Việt Nam), computed from the Sun and the Moon on the meridian of Vietnam's civil time, UTC+7.

Rules (the same as China's, on another meridian): a month begins on the day of the new moon; the month that holds the
winter solstice is month 11; of the 13 months between two such months, the first without a principal solar term
(trung khí) is leap and repeats the number before it. Because the day changes an hour later than in Beijing, Tết falls
on another day than the Chinese New Year in 1968, 1969, 1985, 2007, 2030 and 2053. Decision 121-CP of 8 August 1967 made
UTC+7 the meridian; in the South the calendar of UTC+8 was kept until 1975.

Formulae: J. Meeus, *Astronomical Algorithms*, 2nd edition (new moon: chapter 49; periodic terms of the Sun after
P. Bretagnon and J.-L. Simon, 1986). Within ``YEARS`` a new moon is right to two minutes and a solar term to
five, and no month begins on another day for it.
"""

from datetime import date
from functools import cache
from math import cos, floor, radians, sin

YEARS = range(1967, 2081)

_DAY_ZERO = 1721424.5  # Julian date of the midnight that begins day 0 of the proleptic Gregorian ordinal
_UTC_PLUS_7 = 7 / 24
_MEAN_MONTH = 29.530588861
_TERM = 30  # degrees of solar longitude between two principal terms
_MONTHS = 12
_SOLSTICE_MONTH = 11

# New moon: amplitude in days, and multiples of the Sun's anomaly M, the Moon's anomaly M', its argument of latitude F.
# Terms in M shrink with the eccentricity of the Earth's orbit, once for each |multiple of M|.
_NEW_MOON_TERMS = (
    (-0.40720, 0, 1, 0),
    (0.17241, 1, 0, 0),
    (0.01608, 0, 2, 0),
    (0.01039, 0, 0, 2),
    (0.00739, -1, 1, 0),
    (-0.00514, 1, 1, 0),
    (0.00208, 2, 0, 0),
    (-0.00111, 0, 1, -2),
    (-0.00057, 0, 1, 2),
    (0.00056, 1, 2, 0),
    (-0.00042, 0, 3, 0),
    (0.00042, 1, 0, 2),
    (0.00038, 1, 0, -2),
    (-0.00024, -1, 2, 0),
)

# Sun: amplitude in 1e-7 radian, phase in degrees, speed in degrees a Julian century.
_SUN_TERMS = (
    (403406, 270.54861, 0.9287892),
    (195207, 340.19128, 35999.1376958),
    (119433, 63.91854, 35999.4089666),
    (112392, 331.26220, 35998.7287385),
    (3891, 317.843, 71998.20261),
    (2819, 86.631, 71998.4403),
    (1721, 240.052, 36000.35726),
    (660, 310.26, 71997.4812),
    (350, 247.23, 32964.4678),
    (334, 260.87, -19.4410),
    (314, 297.82, 445267.1117),
    (268, 343.14, 45036.8840),
    (242, 166.79, 3.1008),
    (234, 81.53, 22518.4434),
    (158, 3.50, -19.9739),
    (132, 132.75, 65928.9345),
    (129, 182.95, 9038.0293),
    (114, 162.03, 3034.7684),
)


def _clock_lag(julian_day: float) -> float:
    """Return how far uniform time is ahead of the clock (ΔT) in days: a straight line, right to 15 s in ``YEARS``."""
    return (64 + 0.45 * (julian_day - 2451545) / 365.25) / 86400


def _new_moon(index: int) -> float:
    """Return the instant of new moon number ``index`` (0 is that of 6 January 2000), Julian date in uniform time."""
    t = index / 1236.85
    mean = 2451550.09766 + _MEAN_MONTH * index + (0.00015437 - 0.00000015 * t) * t * t
    sun = radians(2.5534 + 29.10535670 * index - 0.0000014 * t * t)
    moon = radians(201.5643 + 385.81693528 * index + (0.0107582 + 0.00001238 * t) * t * t)
    latitude = radians(160.7108 + 390.67050284 * index - (0.0016118 + 0.00000227 * t) * t * t)
    eccentricity = 1 - (0.002516 + 0.0000074 * t) * t
    periodic = sum(
        size * eccentricity ** abs(in_sun) * sin(in_sun * sun + in_moon * moon + in_latitude * latitude)
        for size, in_sun, in_moon, in_latitude in _NEW_MOON_TERMS
    )
    return mean + periodic


def _sun_longitude(julian_day: float) -> float:
    """Return the apparent longitude of the Sun in degrees, not reduced, at a Julian date in uniform time."""
    t = (julian_day - 2451545) / 36525
    periodic = sum(size * sin(radians(phase + speed * t)) for size, phase, speed in _SUN_TERMS)
    aberration = 0.0000974 * cos(radians(177.63 + 35999.01848 * t)) - 0.005575
    nutation = -0.004778 * sin(radians(125.04 - 1934.136 * t)) - 0.000367 * sin(radians(200.93 + 72001.539 * t))
    return 282.7771834 + 36000.76953744 * t + 0.000005729577951308232 * periodic + aberration + nutation


def _uniform(day: int) -> float:
    """Return the Julian date, in uniform time, of the midnight that begins a day (ordinal) in Vietnam."""
    midnight = day + _DAY_ZERO - _UTC_PLUS_7
    return midnight + _clock_lag(midnight)


@cache
def _month_start(index: int) -> int:
    """Return the day (ordinal) on which new moon number ``index`` falls in Vietnam."""
    instant = _new_moon(index)
    return floor(instant - _clock_lag(instant) + _UTC_PLUS_7 - _DAY_ZERO)


def _terms_passed(index: int) -> int:
    """Return how many principal terms the Sun has passed when month ``index`` begins."""
    return floor(_sun_longitude(_uniform(_month_start(index))) / _TERM)


@cache
def _solstice_month(year: int) -> int:
    """Return the index of the month that holds the winter solstice (đông chí) of a solar year: month 11."""
    index = floor((date(year, 12, 31).toordinal() + _DAY_ZERO - 2451550) / _MEAN_MONTH) + 1
    winter_solstice = 12 * (year - 1999) + 9  # 270 degrees, counted from the longitude of the year 1999
    while _terms_passed(index) >= winter_solstice:
        index -= 1
    return index


def _leap_position(first: int, following: int) -> int:
    """Return which month after ``first`` is leap (tháng nhuận); when none is, the position after the last."""
    if following - first == _MONTHS:
        return _MONTHS
    return next(n for n in range(1, _MONTHS + 1) if _terms_passed(first + n) == _terms_passed(first + n + 1))


def solar_date(year: int, month: int, day: int) -> date:
    """Return the solar date (dương lịch) of a lunar day (âm lịch) of an ordinary, not leap, month.

    ``year`` is the lunar year named by the solar year in which it begins. Raises ``ValueError`` for a year outside
    ``YEARS``, a month outside 1–12, or a day that the month does not have.
    """
    if year not in YEARS or not 1 <= month <= _MONTHS:
        raise ValueError(f"Tháng {month} năm {year} âm lịch nằm ngoài phạm vi tính được ({YEARS[0]}–{YEARS[-1]}).")
    cycle = year if month >= _SOLSTICE_MONTH else year - 1
    first, following = _solstice_month(cycle), _solstice_month(cycle + 1)
    position = (month - _SOLSTICE_MONTH) % _MONTHS
    index = first + position + (position >= _leap_position(first, following))
    start, end = _month_start(index), _month_start(index + 1)
    if not 1 <= day <= end - start:
        raise ValueError(f"Tháng {month} năm {year} âm lịch chỉ có {end - start} ngày, không có ngày {day}.")
    return date.fromordinal(start + day - 1)
