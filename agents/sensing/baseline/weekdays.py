"""A series' own week, where it differs from its category's."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.tracking import robust_scale

Floats = NDArray[np.float64]

_LEAST_WEEKS = 8
_CLIPPED_AT = 2.5


@dataclass(frozen=True, slots=True, eq=False)
class OwnWeek:
    """What each weekday adds to the category's week of each series in log units, by day of the panel modulo 7."""

    adds: Floats
    """[S, 7]."""
    leverage: Floats
    """How much `adds` would move, were a fitted day left out, by how far that day lies from the mean, [S, 7]."""
    mean: Floats
    """Of each weekday against the seven days around it, before it is shrunk, [S, 7]."""
    reach: Floats
    """How far a day was believed to lie from those around it, [S, 1]."""
    fitted: int

    def by_day(self, surprise: Floats, days: int) -> Floats:
        """What the week adds on each of the first `days` of the panel, [S, days], given the `surprise` [S, T] it was
        found in.

        A fitted day is left out of what is added on it, or else it would lie closer to what is expected of it than a
        day that is judged can, and chance on judged days would pass for more than it is.
        """
        weekday = np.arange(days) % 7
        added = self.adds[:, weekday]
        known, of_day = surprise[:, : self.fitted], weekday[: self.fitted]
        believed = np.clip(known - _mean_of_seven(known), -self.reach, self.reach)
        added[:, : self.fitted] -= np.nan_to_num(believed - self.mean[:, of_day]) * self.leverage[:, of_day]
        return added


def own_weekdays(surprise: Floats, group: NDArray[np.int64], fitted: int) -> OwnWeek:
    """The week of each series, [S, T].

    `surprise` [S, T] is what the regression leaves, NaN where unknown; its first `fitted` days are read. The mean of
    each weekday against the seven days around it is shrunk by how much the series of a group differ beyond chance
    (James and Stein by the method of moments), so series of one week keep it.
    """
    series = len(surprise)
    weeks = fitted // 7
    if weeks < _LEAST_WEEKS:
        nothing = np.zeros((series, 7))
        return OwnWeek(nothing, nothing, nothing, np.zeros((series, 1)), fitted)
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
    shrinking = true / np.maximum(true + chance, 1e-12)
    return OwnWeek(mean * shrinking, shrinking / np.maximum(count - 1, 1), mean, reach, fitted)


def _mean_of_seven(values: Floats) -> Floats:
    """Mean over the three days before to the three after, NaN where one of them is unknown, [S, T]."""
    padded = np.pad(values, [(0, 0), (3, 3)], constant_values=np.nan)
    mean: Floats = np.lib.stride_tricks.sliding_window_view(padded, 7, axis=1).mean(axis=2)
    return mean
