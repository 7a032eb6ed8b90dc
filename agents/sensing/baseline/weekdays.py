"""A series' own week, where it differs from its category's."""

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.tracking import robust_scale

Floats = NDArray[np.float64]

_LEAST_WEEKS = 8
_CLIPPED_AT = 2.5


def own_weekdays(surprise: Floats, group: NDArray[np.int64], fitted: int) -> Floats:
    """What each weekday adds to the category's week in log units, by day of the panel modulo 7, [S, 7].

    `surprise` [S, T] is what the regression leaves, NaN where unknown; its first `fitted` days are read. The mean of
    each weekday against the seven days around it is shrunk by how much the series of a group differ beyond chance
    (James and Stein by the method of moments), so series of one week keep it.
    """
    series = len(surprise)
    weeks = fitted // 7
    if weeks < _LEAST_WEEKS:
        return np.zeros((series, 7))
    around = _mean_of_seven(surprise[:, :fitted])
    miss = surprise[:, :fitted] - around
    reach = _CLIPPED_AT * robust_scale(miss)[:, None]
    by_day = np.clip(miss, -reach, reach)[:, : weeks * 7].reshape(series, weeks, 7)
    known = np.isfinite(by_day)
    count = np.maximum(known.sum(axis=1), 1)
    mean = np.where(known, by_day, 0.0).sum(axis=1) / count
    spread = np.where(known, (by_day - mean[:, None, :]) ** 2, 0.0).sum(axis=1) / np.maximum(count - 1, 1)
    chance = spread / count
    groups = int(group.max()) + 1
    size = np.maximum(np.bincount(group, minlength=groups), 1)
    beyond = np.bincount(group, (mean**2 - chance).mean(axis=1), groups) / size
    true = np.maximum(beyond, 0.0)[group][:, None]
    shrunk: Floats = mean * true / np.maximum(true + chance, 1e-12)
    return shrunk


def _mean_of_seven(values: Floats) -> Floats:
    """Mean over the three days before to the three after, NaN where one of them is unknown, [S, T]."""
    padded = np.pad(values, [(0, 0), (3, 3)], constant_values=np.nan)
    mean: Floats = np.lib.stride_tricks.sliding_window_view(padded, 7, axis=1).mean(axis=2)
    return mean
