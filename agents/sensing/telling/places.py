"""Which regions take part in what a category does."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_UNLIKE = 0.25
"""How much the regions that take part differ, as a share of what they have in common."""
_SPILT = 0.1
"""How much of it those that take no part may show all the same."""
_ALL_ALIKE = 0.5
"""What most causes do: act everywhere. The rest is shared by all smaller numbers of regions."""
_TAIL = 1.5
"""Standard deviations are widened by this, since deviations have heavier tails than the normal distribution."""


def taking_part(shown: Floats, noise: Floats, direction: float) -> NDArray[np.bool_]:
    """The most likely set of regions, given the deviation `shown` [N] and its standard deviation `noise` [N].

    Those that take part are normal around a common value in the `direction` of the alarm, the others around 0. Regions
    are added strongest first, so N sets are compared, by likelihood times prior. NaN takes no part; one always does.
    """
    known = np.isfinite(shown)
    if not known.any():
        return known
    value = np.where(known, direction * shown, -np.inf)
    order = np.argsort(-value, kind="stable")[: int(known.sum())]
    v, s = value[order], _TAIL * np.maximum(noise[order], 1e-4)
    best, chosen = -np.inf, 1
    for count in range(1, len(v) + 1):
        weight = 1 / s[:count] ** 2
        common = float((weight * v[:count]).sum() / weight.sum())
        inside = _log_normal(v[:count], common, np.hypot(s[:count], _UNLIKE * common))
        outside = _log_normal(v[count:], 0.0, np.hypot(s[count:], _SPILT * common))
        prior = _ALL_ALIKE if count == len(v) else (1 - _ALL_ALIKE) / max(len(v) - 1, 1)
        likelihood = float(inside.sum() + outside.sum() + np.log(prior))
        if common > 0 and likelihood > best:
            best, chosen = likelihood, count
    part = np.zeros(len(shown), dtype=np.bool_)
    part[order[:chosen]] = True
    return part


def _log_normal(values: Floats, mean: float, deviation: Floats) -> Floats:
    density: Floats = -0.5 * ((values - mean) / deviation) ** 2 - np.log(deviation)
    return density
