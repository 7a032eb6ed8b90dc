"""From deviations to p-values that mean what they say, and from many of them to few alarms."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

_TAIL = 0.01
_SHAPES = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
_UNUSUAL = 3.0
"""Log likelihood by which another tail has to be better than the exponential one, which few excesses cannot refute."""
_SMALLEST_P = 1e-200
_ENOUGH = 200
"""Days of history below which nothing is read from it."""
_KNOTS = 1024
_CELLS = 8192
_KEPT_WHOLE = 4096
"""Values of a history that are not worth thinning out."""


def calibrated_p(observed: Floats, past: Floats) -> Floats:
    """Tail probability of |z| among the |z| of like series' history, [N].

    Empirical up to the 99th percentile, because an empirical p-value can never be smaller than 1 / n; beyond it a
    Weibull tail, exp(-(z^k - cut^k) / s), whose k of `_SHAPES` makes the history's own excesses likeliest: 2 is as
    light as the normal distribution's, 1 exponential, less is heavier. With less than 200 past values, the normal
    distribution's. NaN gives 1.
    """
    asked = np.nan_to_num(observed)
    if len(past) < _ENOUGH:
        normal = NormalDist()
        return np.array([2 * normal.cdf(-value) for value in asked])
    ordered = np.sort(past)
    tail = _tail_of(ordered)
    empirical = (len(ordered) - np.searchsorted(ordered, asked, side="left") + 1) / (len(ordered) + 1)
    return tail.beyond(asked, empirical)


@dataclass(frozen=True, slots=True)
class Tail:
    """The Weibull tail of a history beyond its 99th percentile."""

    cut: float
    shape: float
    scale: float

    def beyond(self, asked: Floats, empirical: Floats) -> Floats:
        """p-values of |z|: the `empirical` ones up to the cut, the tail's beyond it, [N]."""
        p_value: Floats = np.maximum(empirical, _TAIL)
        far = np.flatnonzero(asked > self.cut)  # One in a hundred, and powers are dear.
        p_value[far] = _TAIL * np.exp(-(asked[far] ** self.shape - self.cut**self.shape) / self.scale)
        return np.clip(p_value, _SMALLEST_P, 1.0, out=p_value)


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """What `calibrated_p` needs of a history, in a thousand numbers or two."""

    z: Floats
    """Some of the |z| of the history, rising."""
    log_p: Floats
    """The logarithms of their empirical p-values."""
    tail: Tail | None
    """None where the history is too short for any of it, and the normal distribution stands in."""

    @classmethod
    def of(cls, past: Floats | Singles) -> "Calibration":
        """Of the |z| of like series' history, [N] from the smallest to the largest."""
        if len(past) < _ENOUGH:
            return cls(np.zeros(1), np.zeros(1), None)
        place = np.arange(len(past))
        if len(past) > _KEPT_WHOLE:
            asked = np.geomspace(1.0, _TAIL / 2, _KNOTS)
            place = np.unique(np.clip(np.round((len(past) + 1) * (1 - asked)), 0, len(past) - 1).astype(np.int64))
        z, first = np.unique(past[place].astype(np.float64), return_index=True)
        p_value = (len(past) - place[first] + 1) / (len(past) + 1)
        return cls(z, np.log(p_value), _tail_of(past))

    def p(self, observed: Floats) -> Floats:
        """`calibrated_p` of |z| [N], to within the spacing of the kept values: half a percent of p, and exact beyond
        the 99th percentile. NaN gives 1."""
        if self.tail is None:
            return calibrated_p(observed, np.zeros(0))
        asked = np.where(np.isnan(observed), 0.0, observed)
        if len(asked) > _CELLS:
            # Of so many, each is looked up in a fine grid instead of searched for.
            width = max(float(self.z[-1]), 1e-9) / _CELLS
            first = np.searchsorted(self.z, np.arange(_CELLS + 1) * width, side="left")
            place = first[np.minimum(asked / width, _CELLS).astype(np.int64)]
        else:
            place = np.searchsorted(self.z, asked, side="left")
        place = np.minimum(place, len(self.z) - 1)
        return self.tail.beyond(asked, np.exp(self.log_p)[place])


def beyond_chance(past: Floats | Singles) -> float:
    """The |z| that less than one in ten such histories would hold, were it all chance: what exceeds it is an event.

    An exponential tail through the 75th and the 95th percentile, which a few weeks of events in a year hardly move; it
    is heavier than the normal distribution's. Infinite with less than 200 values.
    """
    if len(past) < _ENOUGH:
        return float("inf")
    middle, high = np.quantile(past, (0.75, 0.95))
    return _beyond(float(middle), float(high), len(past))


def beyond_chance_of(ordered: Singles) -> float:
    """`beyond_chance` of a history that is sorted, without a copy of it."""
    if len(ordered) < _ENOUGH:
        return float("inf")
    return _beyond(_quantile(ordered, 0.75), _quantile(ordered, 0.95), len(ordered))


def _beyond(middle: float, high: float, count: int) -> float:
    return float(high + (high - middle) / np.log(5) * np.log(0.05 * count / 0.1))


def _quantile(ordered: Floats | Singles, share: float) -> float:
    """As `np.quantile` interpolates it, of what is sorted already."""
    place = share * (len(ordered) - 1)
    low = int(place)
    pair = ordered[low : low + 2].astype(np.float64)
    return float(pair[0] + (place - low) * (pair[-1] - pair[0]))


def _tail_of(ordered: Floats | Singles) -> Tail:
    """The tail of a sorted history."""
    cut = max(_quantile(ordered, 1 - _TAIL), 1e-6)
    beyond = ordered[np.searchsorted(ordered, cut, side="right") :].astype(np.float64)
    return Tail(cut, *_tail(beyond, cut))


def _tail(beyond: Floats, cut: float) -> tuple[float, float]:
    """Shape k and scale s of the Weibull tail that makes the values `beyond` the `cut` likeliest."""
    if not len(beyond):
        return 1.0, 0.05
    fits = []
    for shape in _SHAPES:
        scale = max(float((beyond**shape - cut**shape).mean()), 0.05)
        likelihood = len(beyond) * (np.log(shape / scale) + (shape - 1) * float(np.log(beyond).mean()))
        fits.append((likelihood - (_UNUSUAL if shape != 1 else 0.0), shape, scale))
    _, shape, scale = max(fits)
    return shape, scale


def benjamini_hochberg(p_values: Floats) -> Floats:
    """Adjusted p-values (Benjamini and Hochberg, 1995): rejecting p <= q keeps the false share below q, [N]."""
    order = np.argsort(p_values)[::-1]
    rank = np.arange(len(p_values), 0, -1)
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum(np.minimum.accumulate(p_values[order] * len(p_values) / rank), 1.0)
    return adjusted


def normal_quantile(p_values: Floats) -> Floats:
    """The |z| a two-sided normal test would need for each p-value, [N]."""
    normal = NormalDist()
    return np.array([-normal.inv_cdf(max(p, _SMALLEST_P) / 2) if p < 1 else 0.0 for p in p_values])
