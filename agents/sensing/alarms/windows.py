"""Each series' newest days, and the days of its past, as numbers of its own standard deviations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.calibration import beyond_chance, calibrated_p
from agents.sensing.alarms.isolation import IsolationForest
from agents.sensing.baseline.regressors import JUDGED_DAYS
from agents.sensing.baseline.tracking import follow_scale, window_mean

Floats = NDArray[np.float64]
Precision = TypeVar("Precision", np.float32, np.float64)

WINDOWS = (1, 2, 3, 7)
"""Days a deviation is averaged over. The longest is `JUDGED_DAYS`."""

_BURN_IN_DAYS = 42
_FOREST_ROWS = 4096
_FEWEST_FOREST_ROWS = 64


@dataclass(frozen=True, slots=True, eq=False)
class WindowTests:
    """Tests of like series: z over all days and windows, [W, N, T]; p-values of the newest days, [W, N, J]."""

    z: Floats
    p_value: Floats

    @property
    def newest_z(self) -> Floats:
        return np.nan_to_num(self.z[:, :, -1].T)

    def forest(self, seed: int) -> IsolationForest | None:
        """A forest grown on the history of all rows; None where there is too little of it."""
        past = self.z[:, :, burn_in(self.z.shape[2] - JUDGED_DAYS) : -JUDGED_DAYS].reshape(len(WINDOWS), -1).T
        past = past[np.isfinite(past).all(axis=1)]
        if len(past) < _FEWEST_FOREST_ROWS:
            return None
        return IsolationForest.fit(past[:: max(1, len(past) // _FOREST_ROWS)], seed=seed)


def window_z(deviation: Floats, level: Floats, windows: Sequence[int] = WINDOWS) -> Floats:
    """Each window of the `deviation` [N, T] set against the `level` [N, T] known before it began, in its own standard
    deviations, [W, N, T]."""
    fitted = max(deviation.shape[1] - JUDGED_DAYS, 1)
    means = np.concatenate([window_deviation(deviation, level, window) for window in windows])
    # All windows at once: a scale is followed day by day, whatever the number of series.
    z: Floats = means / follow_scale(means, JUDGED_DAYS, fitted)
    return z.reshape(len(windows), *deviation.shape)


def window_tests(z: Floats, deviation: Floats, events: NDArray[np.bool_] | None = None) -> WindowTests:
    """The p-values that belong to the `window_z` [W, N, T] of a `deviation` [N, T].

    `events` [W, N, T] are left out of the history that p-values are calibrated on, as is what is beyond chance.

    A day that is not known raises no alarm, whatever the days before it were.
    """
    beyond = events_of(z)
    chance = np.where(beyond if events is None else beyond | events, np.nan, z)
    newest = np.abs(z[:, :, -JUDGED_DAYS:])
    p_value = np.stack(
        [
            calibrated_p(now.reshape(-1), past_of(usual)).reshape(now.shape)
            for now, usual in zip(newest, chance, strict=True)
        ]
    )
    known = np.isfinite(newest) & np.isfinite(deviation[None, :, -JUDGED_DAYS:])
    return WindowTests(z, np.where(known, p_value, 1.0))


def window_deviation(deviation: Floats, level: Floats, window: int) -> Floats:
    """The mean of the days of each window against the level that was known before it began, [N, T]."""
    return window_mean(deviation + level, window) - before(level, window)


def before(level: Floats, window: int) -> Floats:
    """The level that was known before the first day of the window ending on each day, [N, T]."""
    return np.pad(level, [(0, 0), (window - 1, 0)], mode="edge")[:, : level.shape[1]]


def events_of(z: Floats) -> NDArray[np.bool_]:
    """Where |z| is beyond what chance gives in so many tests, [W, N, T]: that is no measure of the usual."""
    return np.stack([np.abs(window) > beyond_chance(past_of(window)) for window in z])


def burn_in(fitted: int) -> int:
    """Days at the beginning that levels and scales have not found themselves on yet."""
    return min(_BURN_IN_DAYS, (fitted + JUDGED_DAYS) // 3)


def past_of(z: NDArray[Precision], judged: int = JUDGED_DAYS) -> NDArray[Precision]:
    """Absolute z of [N, T] over the days that are history, flat and without NaN."""
    fitted = z.shape[1] - judged
    past: NDArray[Precision] = np.abs(z[:, burn_in(fitted) : fitted]).reshape(-1)
    return past[np.isfinite(past)]
