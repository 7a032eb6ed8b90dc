"""The difference of two rates where whole campaigns were assigned, each bringing many impressions that go together."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from scipy.special import stdtrit

from domain.plan import INTERVAL_LEVEL, Interval


class Estimate(NamedTuple):
    value: float
    interval: Interval


def difference_of_ratios(a: Sequence[tuple[float, float]], b: Sequence[tuple[float, float]]) -> Estimate | None:
    """The ratio of sums over the campaigns of `b`, less that of `a`; each campaign is one pair of numerator and
    denominator. None below two campaigns a side, or where nothing varies.

    The variance is taken over campaigns by the delta method for a ratio of means (Cochran, Sampling Techniques, 1977,
    section 6.3), the interval Student's with Welch's degrees of freedom.
    """
    if min(len(a), len(b)) < 2:
        return None
    (first, of_first), (second, of_second) = _ratio(a), _ratio(b)
    variance = of_first + of_second
    if variance <= 0:
        return None
    degrees = variance**2 / (of_first**2 / (len(a) - 1) + of_second**2 / (len(b) - 1))
    reach = float(stdtrit(degrees, (1 + INTERVAL_LEVEL) / 2)) * math.sqrt(variance)
    found = second - first
    return Estimate(found, Interval(low=found - reach, high=found + reach))


def _ratio(campaigns: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The ratio and its variance."""
    whole = sum(below for _, below in campaigns)
    ratio = sum(above for above, _ in campaigns) / whole
    scatter = sum((above - ratio * below) ** 2 for above, below in campaigns)
    return ratio, len(campaigns) / (len(campaigns) - 1) * scatter / whole**2
