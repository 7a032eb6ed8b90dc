"""From deviations to p-values that mean what they say, and from many of them to few alarms."""

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_TAIL = 0.01
_SMALLEST_P = 1e-200


def calibrated_p(observed: Floats, past: Floats) -> Floats:
    """Tail probability of |z| among the |z| of like series' history, [N].

    Empirical up to the 99th percentile, beyond it an exponential tail with the mean excess found there (the
    generalised Pareto with shape 0), because an empirical p-value can never be smaller than 1 / n. With less than 200
    past values, the normal distribution's. NaN gives 1.
    """
    asked = np.nan_to_num(observed)
    if len(past) < 200:
        normal = NormalDist()
        return np.array([2 * normal.cdf(-value) for value in asked])
    ordered = np.sort(past)
    cut = float(np.quantile(ordered, 1 - _TAIL))
    excess = max(float((ordered[ordered > cut] - cut).mean()) if ordered[-1] > cut else 0.0, 0.05)
    empirical = (len(ordered) - np.searchsorted(ordered, asked, side="left") + 1) / (len(ordered) + 1)
    tail = _TAIL * np.exp(-(asked - cut) / excess)
    p_value: Floats = np.clip(np.where(asked > cut, tail, np.maximum(empirical, _TAIL)), _SMALLEST_P, 1.0)
    return p_value


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
