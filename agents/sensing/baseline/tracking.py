"""Level and scale that follow a series, exponentially weighted, each day knowing only days well before it."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HALF_LIFE_DAYS = 28.0
PRIOR_DAYS = 5.0


def follow_level(values: Floats, weight: Floats, lag: int, half_life: float = HALF_LIFE_DAYS) -> Floats:
    """The exponentially weighted mean of [C, S, T] up to `lag` days before each day, [C, S, T]. Half-lives are in days.

    `weight` [S, T] is shared by all C components, so levels of parts sum to the level of the sum. The prior is a
    level of 0 worth `PRIOR_DAYS` days. NaN needs weight 0.
    """
    keep = 0.5 ** (1 / half_life)
    components, series, days = values.shape
    by_day = np.ascontiguousarray(np.where(weight > 0, values * weight, 0.0).transpose(2, 0, 1))
    weight_by_day = np.ascontiguousarray(weight.T)
    levels = np.zeros((days, components, series))
    total = np.zeros((components, series))
    mass = np.full(series, PRIOR_DAYS)
    for day in range(days):
        if day >= lag:
            total = keep * total + by_day[day - lag]
            mass = np.maximum(keep * mass + weight_by_day[day - lag], 1e-9)
            levels[day] = total / mass
    return levels.transpose(1, 2, 0)


def follow_scale(values: Floats, lag: int) -> Floats:
    """A robust standard deviation of [S, T] that follows the series, known `lag` days before each day, [S, T].

    Exponentially weighted mean absolute deviation, clipped at 4 static scales so that one event does not hide the
    next, and kept between a half and twice the static scale (1.4826 x median absolute value).
    """
    static = robust_scale(values)
    clipped = np.minimum(np.abs(values), 4 * static[:, None])
    known = np.isfinite(clipped)
    prior = static[:, None] / 1.2533
    level = follow_level(np.where(known, clipped - prior, 0.0)[None], known.astype(np.float64), lag)[0]
    scale: Floats = np.clip(1.2533 * (level + prior), 0.5 * static[:, None], 2 * static[:, None])
    return scale


def robust_scale(values: Floats) -> Floats:
    """1.4826 x the median absolute value along the last axis, ignoring NaN; never 0. [S, T] gives [S]."""
    absolute = np.abs(values)
    known = np.isfinite(absolute)
    filled = np.sort(np.where(known, absolute, np.inf), axis=-1)
    middle = np.maximum((known.sum(axis=-1) - 1) // 2, 0)
    median = np.take_along_axis(filled, middle[..., None], axis=-1)[..., 0]
    return np.maximum(1.4826 * np.where(np.isfinite(median), median, 0.0), 1e-3)


def window_mean(values: Floats, days: int) -> Floats:
    """Mean of the `days` days ending at each day, over the days known, NaN where none is. [..., T] gives the same."""
    known = np.isfinite(values)
    padding = [(0, 0)] * (values.ndim - 1) + [(days, 0)]
    total = np.cumsum(np.pad(np.where(known, values, 0.0), padding), axis=-1)
    count = np.cumsum(np.pad(known.astype(np.float64), padding), axis=-1)
    found = count[..., days:] - count[..., :-days]
    summed = total[..., days:] - total[..., :-days]
    return np.where(found > 0, summed / np.maximum(found, 1), np.nan)
