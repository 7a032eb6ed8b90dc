"""What a design can tell, before a pound is spent: from sales by store before the flight alone."""

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

POWER = 0.8
"""Chance that an effect of the smallest detectable size is told from none."""
_LEAST_NOISE = 0.01


def store_noise(units: Matrix, flight_days: int) -> float:
    """Relative standard deviation of a store's change from the days of `units` [N, P] to a flight, common change taken
    out: from the scatter of its days about what all stores did, which are taken to be independent of one another.

    Missing days are NaN. Stores that sold nothing say nothing.
    """
    sold = units[np.nansum(units, axis=1) > 0]
    if len(sold) < 2:
        return float("inf")
    seen = np.isfinite(sold)
    mean = np.nanmean(sold, axis=1)
    common = np.nansum(sold, axis=0) / np.maximum((seen * mean[:, None]).sum(axis=0), 1e-9)
    residual = np.where(seen, sold / mean[:, None] - common, 0.0)
    days = np.maximum(seen.sum(axis=1), 2)
    daily = np.maximum((residual**2).sum(axis=1) / (days - 1), _LEAST_NOISE**2)
    # Stores weigh by their precision, so that the typical variance is the harmonic mean.
    return float(np.sqrt(1 / np.mean(1 / (daily * (1 / days + 1 / flight_days)))))


def group_error(noise: float, groups: Vector, control: int) -> Matrix:
    """Expected covariance [G, G] of the lifts of groups of so many stores [G], compared with `control` stores."""
    return np.asarray(noise**2 * (np.diag(1 / groups) + 1 / control))
