"""Rates of several campaigns, with intervals that say how sure they are."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from domain.plan import INTERVAL_LEVEL, INTERVAL_Z, Interval

_BESIDE = 1e-9
"""Of a rate: next to it, and not it."""


def wilson(hits: int, trials: int) -> Interval | None:
    """Of a rate, by Wilson's score; None without a trial.

    It treats each trial as one of its own, so it says how sure the rate of these very trials is, and is too narrow for
    telling two groups of campaigns apart. Source: Wilson (1927), as in Brown, Cai and DasGupta (2001), eq. 4.
    """
    if trials <= 0:
        return None
    rate, z = hits / trials, INTERVAL_Z
    shrunk = 1 + z * z / trials
    centre = (rate + z * z / (2 * trials)) / shrunk
    spread = z * math.sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials)) / shrunk
    return Interval(low=max(0.0, centre - spread), high=min(1.0, centre + spread))


class Pooled(NamedTuple):
    value: float
    interval: Interval


def pooled(estimates: Sequence[tuple[float, float]]) -> Pooled | None:
    """Independent estimates of one thing, each with its variance, weighted by the inverse of that; None where none has
    a variance above 0. The interval knows of each estimate's own error alone, not of how campaigns differ."""
    sure = [(value, 1 / variance) for value, variance in estimates if variance > 0]
    if not sure:
        return None
    weight = sum(one for _, one in sure)
    value = sum(one * other for one, other in sure) / weight
    spread = INTERVAL_Z / math.sqrt(weight)
    return Pooled(value, Interval(low=value - spread, high=value + spread))


def paired_difference(only_first: int, only_second: int, pairs: int, level: float) -> Interval | None:
    """Of the second rate less the first, where the same things were tried twice: `only_first` passed the first time
    alone, `only_second` the second time alone, of `pairs`. None without a pair.

    Tango's score interval: those differences that a score test at 1 - `level` does not reject. It holds its level with
    few pairs and with few that changed, and has no difference inside where McNemar's test rejects none. Source: Tango
    (1998), "Equivalence test and confidence interval for the difference in proportions for the paired-sample design",
    Statistics in Medicine 17, 891-908.
    """
    if pairs <= 0:
        return None
    from scipy.optimize import brentq
    from scipy.special import ndtri

    z = float(ndtri((1 + level) / 2))
    observed = (only_second - only_first) / pairs

    def beyond(difference: float, side: float) -> float:
        """How far a difference is rejected, with the sign of `side`; its score squared would lose that sign."""
        variance = pairs * (2 * _only_first(difference) + difference * (1 - difference))
        return (observed - difference) * pairs - side * z * math.sqrt(max(variance, 0.0))

    def _only_first(difference: float) -> float:
        """The likeliest share that passed the first time alone, were that the difference."""
        b = (2 * pairs - only_second + only_first) * difference - only_second - only_first
        root = math.sqrt(max(b * b + 8 * pairs * only_first * difference * (1 - difference), 0.0))
        return (root - b) / (4 * pairs)

    # Where nothing changed the variance is none at the observed difference itself, which is a root too, and no limit.
    low = -1.0 if observed <= -1 else float(brentq(lambda d: beyond(d, 1), -1.0, observed - _BESIDE))
    high = 1.0 if observed >= 1 else float(brentq(lambda d: beyond(d, -1), observed + _BESIDE, 1.0))
    return Interval(low=low, high=high, level=level)


class _Ratio(NamedTuple):
    value: float
    variance: float
    degrees: int


def difference_of_ratios(a: Sequence[tuple[float, float]], b: Sequence[tuple[float, float]]) -> Pooled | None:
    """`sum of y / sum of x` over the campaigns of `b`, less the same of `a`, each campaign being one (y, x).

    Campaigns are what was assigned, so campaigns are what is counted: the variance of each ratio is its linearisation
    over campaigns, and the interval Student's with Welch's degrees of freedom. None below two campaigns a side.
    Source: Deng, Knoblich and Lu (2018), "Applying the Delta Method in Metric Analytics", section 3.
    """
    first, second = _ratio(a), _ratio(b)
    if first is None or second is None:
        return None
    from scipy.special import stdtrit

    value, variance = second.value - first.value, first.variance + second.variance
    if variance <= 0:
        return None
    degrees = variance**2 / sum(one.variance**2 / one.degrees for one in (first, second))
    spread = float(stdtrit(degrees, (1 + INTERVAL_LEVEL) / 2)) * math.sqrt(variance)
    return Pooled(value, Interval(low=value - spread, high=value + spread))


def _ratio(campaigns: Sequence[tuple[float, float]]) -> _Ratio | None:
    count, whole = len(campaigns), sum(x for _, x in campaigns)
    if count < 2 or whole <= 0:
        return None
    value = sum(y for y, _ in campaigns) / whole
    residuals = sum((y - value * x) ** 2 for y, x in campaigns)
    return _Ratio(value, count / (count - 1) * residuals / whole**2, count - 1)
