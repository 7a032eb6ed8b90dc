"""Deviations from the expected, with what is common to all and to a region taken out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.baseline import DRIVERS, Baseline

Floats = NDArray[np.float64]

FORECAST_DAYS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Deviations:
    """Deviations with the common shock taken out."""

    shock: Floats
    """Median residual over all series, [T]; 0 where fewer than five categories report."""
    observed: Floats
    """From what the calendar and our promotions make one expect, [S, T]."""
    unexplained: Floats
    """What no driver explains, [S, T]."""
    weather_ahead: Floats
    """Mean log effect of the forecast weather over the next `FORECAST_DAYS` days by category, [G]."""


def common_shock(residual: Floats, categories: int) -> Floats:
    """The median of [S, T] over all series; 0 with fewer than five categories, where it would be the finding."""
    if categories < 5:
        return np.zeros(residual.shape[1])
    known = np.isfinite(residual)
    count = known.sum(axis=0)
    ordered = np.sort(np.where(known, residual, np.inf), axis=0)
    middle = np.take_along_axis(ordered, np.maximum((count - 1) // 2, 0)[None], axis=0)[0]
    return np.where(count > 0, middle, 0.0)


def measure_deviations(baseline: Baseline, unreliable: NDArray[np.bool_]) -> Deviations:
    """Deviations on the days the feed can be believed; `unreliable` [S, T] days are left out."""
    residual = np.where(unreliable, np.nan, baseline.residual)
    shock = common_shock(residual, len(baseline.categories))
    explained = sum((baseline.effects[cause] for cause in DRIVERS), np.zeros(1))
    return Deviations(
        shock=shock,
        observed=residual + explained - shock,
        unexplained=residual - shock,
        weather_ahead=pool(baseline.weather_ahead[:, :FORECAST_DAYS], baseline).mean(axis=1),
    )


def pool(values: Floats, baseline: Baseline) -> Floats:
    """Average [S, T] over the series of each category, weighted by expected units, over what is known, [G, T]."""
    weight = np.where(np.isfinite(values), np.exp(baseline.expected[:, -1:]), 0.0)
    total = np.zeros((len(baseline.categories), values.shape[1]))
    mass = np.zeros_like(total)
    np.add.at(total, baseline.category_of, np.where(weight > 0, values, 0.0) * weight)
    np.add.at(mass, baseline.category_of, weight)
    return np.where(mass > 0, total / np.maximum(mass, 1e-12), np.nan)
