"""The level of every series day by day: it knows the day before, and no event carries it away."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.tracking import Following, follow_level, followed, robust_scale

Floats = NDArray[np.float64]

HALF_LIVES = (4.0, 8.0, 16.0, 32.0)
"""Days. Each category follows by the one that would have foreseen its own past best."""
_MEDIAN_DAYS = 21
"""An event has to last longer than half of them to become the new normal."""
_CLIPPED_AT = 1.5
"""Robust standard deviations around the running median beyond which a day tells no more of the level (Huber)."""
_SERIES_AT_ONCE = 256


@dataclass(frozen=True, slots=True, eq=False)
class LevelState:
    """Where the levels of S series stand after a day, and what it takes to go on."""

    following: Following
    """Of one component, [1, S]."""
    half_life: Floats
    """Days, [S]."""
    reach: Floats
    """How far from the running median a day still tells of the level, [S]."""
    newest: NDArray[np.float32]
    """The newest days without their gaps, the oldest first, [S, `_MEDIAN_DAYS`]: in single precision as the batch has
    it, and series by series, as the median is most of what a day costs."""

    @property
    def level(self) -> Floats:
        """What the day that comes next is set against, [S]."""
        level: Floats = self.following.level[0]
        return level

    def after(self, values: Floats) -> "LevelState":
        """With a day more, [S], NaN where there is no figure."""
        known = np.isfinite(values)
        middle = _MEDIAN_DAYS // 2
        anchor = np.partition(self.newest, middle, axis=1)[:, middle].astype(np.float64)
        newest = np.empty_like(self.newest)
        newest[:, :-1] = self.newest[:, 1:]
        newest[:, -1] = np.where(known, values, self.newest[:, -1])
        drawn = anchor + np.clip(values - anchor, -self.reach, self.reach)
        return LevelState(
            following=self.following.after(drawn[None], known.astype(np.float64), self.half_life),
            half_life=self.half_life,
            reach=self.reach,
            newest=newest,
        )


def daily_level(values: Floats, group: NDArray[np.int64], fitted: int) -> tuple[Floats, LevelState]:
    """The level of [S, T] on each day as it was known the evening before, [S, T]. NaN is a day without a figure.

    Each day is first drawn to within `_CLIPPED_AT` of the median of the `_MEDIAN_DAYS` days before it, then the days
    are averaged with exponentially falling weights. `group` [S] are the series that share a half-life, chosen by the
    mean absolute error of a day ahead over the first `fitted` days.
    """
    known = np.isfinite(values)
    filled = _filled(values, known)
    anchor = _median_before(filled)
    miss = values - anchor
    reach = _CLIPPED_AT * robust_scale(miss[:, :fitted])
    drawn = np.where(known, anchor + np.clip(miss, -reach[:, None], reach[:, None]), 0.0)
    weight = known.astype(np.float64)
    levels = [follow_level(drawn[None], weight, 1, half_life)[0] for half_life in HALF_LIVES]
    groups = int(group.max()) + 1
    errors = np.stack([_mean_error(values[:, :fitted], level[:, :fitted], group, groups) for level in levels])
    best = np.argmin(errors, axis=0)[group]
    level: Floats = np.choose(best[:, None], levels)
    half_life = np.array(HALF_LIVES)[best]
    newest = np.pad(filled, [(0, 0), (_MEDIAN_DAYS, 0)])[:, -_MEDIAN_DAYS:].astype(np.float32)
    state = LevelState(followed(drawn[None], weight, 1, half_life), half_life, reach, newest)
    return level, state


def _mean_error(values: Floats, level: Floats, group: NDArray[np.int64], groups: int) -> Floats:
    """Mean absolute error of each group's days, [G]; the first weeks, which no level knows yet, are left out."""
    miss = np.abs(values - level)[:, min(_MEDIAN_DAYS, values.shape[1] // 2) :]
    known = np.isfinite(miss)
    total = np.bincount(group, np.where(known, miss, 0.0).sum(axis=1), groups)
    return total / np.maximum(np.bincount(group, known.sum(axis=1), groups), 1)


def _filled(values: Floats, known: NDArray[np.bool_]) -> Floats:
    """[S, T] with each gap filled by the last figure before it; 0 before the first."""
    last = np.maximum.accumulate(np.where(known, np.arange(values.shape[1]), -1), axis=1)
    filled = np.take_along_axis(np.where(known, values, 0.0), np.maximum(last, 0), axis=1)
    return np.where(last >= 0, filled, 0.0)


def _median_before(values: Floats) -> Floats:
    """The median of the `_MEDIAN_DAYS` days before each day, [S, T]; days before the first count as 0."""
    series, days = values.shape
    found = np.empty((series, days))
    padded = np.pad(values.astype(np.float32), [(0, 0), (_MEDIAN_DAYS, 0)])[:, :-1]
    for first in range(0, series, _SERIES_AT_ONCE):
        rows = slice(first, first + _SERIES_AT_ONCE)
        windows = np.lib.stride_tricks.sliding_window_view(padded[rows], _MEDIAN_DAYS, axis=1)
        found[rows] = np.partition(windows, _MEDIAN_DAYS // 2, axis=2)[:, :, _MEDIAN_DAYS // 2]
    return found
