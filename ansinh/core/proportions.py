"""Proportions (tỷ lệ mẫu): how sure a share counted on a sample is, and how far two readers agree. Pure Python.

Intervals are Clopper and Pearson's (1934), not Wilson's: they are never narrower than the confidence they promise, hold
for a handful of errors or none at all, and take part counts, which a weighted sample leads to. The price is a slightly
wider interval, on the safe side.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_STEPS, _TERMS, _EXACT, _TINY = 200, 100_000, 1e-15, 1e-300


@dataclass(frozen=True, slots=True)
class Interval:
    """Confidence interval (khoảng tin cậy) of a share: both ends between 0 and 1."""

    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Return half the distance between the ends."""
        return (self.high - self.low) / 2


def interval(hits: float, trials: float, confidence: float) -> Interval:
    """Return the exact interval of ``hits`` in ``trials``; ``confidence`` such as 0.95; without trials 0 to 1.

    :raises ValueError: hits outside 0..trials, or a confidence outside 0..1
    """
    if not (0 <= hits <= trials and 0 < confidence < 1):
        raise ValueError(f"{hits} of {trials} at {confidence}")
    tail = (1 - confidence) / 2
    low = _quantile(tail, hits, trials - hits + 1) if hits > 0 else 0.0
    high = _quantile(1 - tail, hits + 1, trials - hits) if hits < trials else 1.0
    return Interval(low, high)


def beta_share(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):  # beyond it the fraction converges slowly; the mirror image does not
        return 1 - beta_share(1 - x, b, a)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) / a * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """Evaluate the continued fraction by Lentz's method, which neither overflows nor divides by zero."""
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or _TINY)
    value = d
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a - 1 + 2 * m) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 1 + 2 * m))
        for step in (even, odd):
            d = 1 / ((1 + step * d) or _TINY)
            c = (1 + step / c) or _TINY
            value *= c * d
        if abs(c * d - 1) < _EXACT:
            break
    return value


def _quantile(share: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        low, high = (middle, high) if beta_share(middle, a, b) < share else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True, slots=True)
class Stratum:
    """Stratum (lớp): how many there are of it, how many of those were read, and how many of the read were wrong."""

    people: int
    read: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimate (ước lượng) of the share wrong among all, from strata read in part."""

    rate: float
    interval: Interval
    read: int
    wrong: int
    unread_people: int
    """People of strata of which nobody has been read: the estimate does not speak of them."""


def estimate(strata: Sequence[Stratum], confidence: float) -> Estimate | None:
    """Return the share wrong weighted by the size of the strata; ``None`` while nothing is read.

    The interval is the exact one at the effective size of the sample (Korn and Graubard 1998), never larger than that
    of a sample whose strata were all alike (Kish 1965): with no error found, the former is not defined.
    """
    known = [one for one in strata if one.read and one.people]
    if not known:
        return None
    whole = sum(one.people for one in known)
    shares = [(one.people / whole, one.wrong / one.read, one) for one in known]
    rate = sum(weight * share for weight, share, _ in shares)
    size = 1 / sum(weight**2 / one.read for weight, _, one in shares)
    variance = sum(weight**2 * share * (1 - share) / one.read for weight, share, one in shares)
    if variance > 0:
        size = min(size, rate * (1 - rate) / variance)
    return Estimate(
        rate=rate,
        interval=interval(min(rate, 1.0) * size, size, confidence),
        read=sum(one.read for one in known),
        wrong=sum(one.wrong for one in known),
        unread_people=sum(one.people for one in strata if not one.read),
    )


def sample_size(expected: float, half_width: float, confidence: float) -> int:
    """Return how many to read so that the interval comes out within ± ``half_width`` if the share is as expected."""
    low, high = 1, 1
    while _expected_width(high, expected, confidence) > half_width:
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        if _expected_width(middle, expected, confidence) > half_width:
            low = middle + 1
        else:
            high = middle
    return high


def _expected_width(size: int, expected: float, confidence: float) -> float:
    return interval(expected * size, size, confidence).half_width


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement (mức thống nhất) of two readers: pairs, how many agreed, and Cohen's kappa where it is defined."""

    pairs: int
    agreed: int
    kappa: float | None

    @property
    def share(self) -> float | None:
        """Return the raw share agreed; ``None`` without pairs."""
        return self.agreed / self.pairs if self.pairs else None


def agreement(pairs: Mapping[tuple[str, str], int]) -> Agreement:
    """Compare two readers from the count of each pair of answers.

    Kappa (Cohen 1960) is the share agreed beyond what the readers' habits would bring by chance; not defined when
    chance alone would make them agree always.
    """
    total = sum(pairs.values())
    agreed = sum(count for (first, second), count in pairs.items() if first == second)
    if not total:
        return Agreement(0, 0, None)
    answers = {answer for pair in pairs for answer in pair}
    chance = (
        sum(
            sum(count for (first, _), count in pairs.items() if first == answer)
            * sum(count for (_, second), count in pairs.items() if second == answer)
            for answer in answers
        )
        / total**2
    )
    kappa = None if chance == 1 else (agreed / total - chance) / (1 - chance)
    return Agreement(total, agreed, kappa)
