"""What a design can tell, before a pound is spent: from sales by store before the flight alone."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from domain.plan import INTERVAL_LEVEL

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

POWER = 0.8
"""Chance that an effect of the smallest detectable size is told from none."""
_LEAST_NOISE = 0.01


@dataclass(frozen=True, slots=True)
class StatedDesign:
    """What a holdout costs and can tell. Lifts are relative, sales and cost in pounds."""

    standard_error: float
    """Of the lift."""
    detectable_lift: float
    """The smallest lift told from none with probability `POWER`, by an interval at the product's level."""
    detectable_sales: float
    expected_width: float
    """Of the interval of incremental sales, pounds."""
    holdout_cost: float
    """Profit that the held-out stores are expected to forgo in the flight."""


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


def state_design(
    *, noise: float, treated: int, control: int, baseline: float, profit: float, level: float = INTERVAL_LEVEL
) -> StatedDesign:
    """The smallest detectable effect is (z of the level + z of the power) standard errors (Bloom 1995).

    `noise` is `store_noise`; `baseline` what the treated stores would sell in the flight and `profit` what the ads are
    expected to earn in them, pounds. Needs a store of each kind.
    """
    normal = NormalDist()
    error = noise * float(np.sqrt(1 / treated + 1 / control))
    reach = normal.inv_cdf((1 + level) / 2)
    detectable = (reach + normal.inv_cdf(POWER)) * error
    return StatedDesign(
        standard_error=error,
        detectable_lift=detectable,
        detectable_sales=detectable * baseline,
        expected_width=2 * reach * error * baseline,
        holdout_cost=max(profit, 0.0) * control / treated,
    )
