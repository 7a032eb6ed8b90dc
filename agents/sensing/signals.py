"""What sensing looks at, for a person to look at too: each series beside what was expected of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.alarms import ALARM_Q
from agents.sensing.alarms.persistence import chance_of
from agents.sensing.baseline.baseline import Baseline
from agents.sensing.baseline.regressors import JUDGED_DAYS
from agents.sensing.baseline.tracking import follow_scale
from agents.sensing.telling.sight import Sight, take_sight
from domain.panel import Panel

Floats = NDArray[np.float64]

BAND_LEVEL = 0.95
_BAND_Z = 1.96


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """A panel with its expected band. Every array is [S, T] but where another shape is said; those ahead are [S, H]."""

    panel: Panel
    expected: Floats
    """Units a day the calendar, the level and our own promotions make one expect."""
    low: Floats
    high: Floats
    """The band that `BAND_LEVEL` of days should fall into."""
    z: Floats
    """Deviation of log units in robust standard deviations, the shock common to all taken out."""
    ahead: Floats
    """Units expected with the weather that is forecast."""
    outside: NDArray[np.int8]
    """Where units stand to the band, the one rule a day is marked by: -1 below, 0 inside or no figure, 1 above. It
    differs from `z`, out of which the shock common to all series is taken."""

    alarmed: NDArray[np.bool_]
    """Series whose newest day no driver explains, of which a share of `ALARM_Q` may be chance, [S]: to be looked at,
    where a proposal asks more."""

    chance: Floats
    """That something no driver explains is going on in each series, given the days up to the newest, [S]: what to look
    at first."""

    @property
    def dates_ahead(self) -> tuple[date, ...]:
        """The days after the newest, [H]."""
        return tuple(self.panel.last_day + timedelta(days=1 + offset) for offset in range(self.ahead.shape[1]))

    def row(self, category: str, region: str) -> int | None:
        """The index of a series, None when there is none."""
        for index, key in enumerate(self.panel.series):
            if (key.category, key.region) == (category, region):
                return index
        return None

    def rows_of(self, region: str) -> Sequence[int]:
        return [index for index, key in enumerate(self.panel.series) if key.region == region]


def read_signals(panel: Panel) -> Signals:
    """The panel beside its expectation."""
    return signals_of(take_sight(panel))


def signals_of(sight: Sight) -> Signals:
    """The same of a day that is seen already: the very baseline and tests that alarms are raised from."""
    panel, baseline, deviation = sight.panel, sight.baseline, sight.deviations.observed
    scale = follow_scale(deviation, JUDGED_DAYS)
    low, high = np.exp(baseline.expected - _BAND_Z * scale), np.exp(baseline.expected + _BAND_Z * scale)
    return Signals(
        panel=panel,
        expected=np.exp(baseline.expected),
        low=low,
        high=high,
        z=deviation / scale,
        ahead=np.exp(_ahead(baseline)),
        alarmed=sight.tests.one_day_q[:, -1] <= ALARM_Q,
        chance=chance_of(sight.tests.log_odds[:, -1]),
        outside=(panel.units > high).astype(np.int8) - (panel.units < low).astype(np.int8),
    )


def _ahead(baseline: Baseline) -> Floats:
    """Log units on the forecast days; NaN beyond the forecast, [S, H]."""
    return baseline.expected_ahead + baseline.weather_ahead
