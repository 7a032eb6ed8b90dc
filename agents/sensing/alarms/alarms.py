"""Which deviations are worth a person's time: robust z, calibrated p-values, false discovery rate.

A category is tested by the regions in which it shows most (`scan`). Each family of tests (a scope; the newest day or
longer windows) is corrected on its own by Benjamini and Hochberg's procedure, and by the number of scopes. The score of
a test is the two-sided normal quantile that belongs to its corrected p-value q, so 1.28 means that one alarm in five is
false, and 3 one in 370, whatever the number of series looked at. The isolation forest's score is shown beside it and
decides nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.calibration import benjamini_hochberg, beyond_chance, calibrated_p, normal_quantile
from agents.sensing.alarms.deviations import FORECAST_DAYS, SALES_SCOPES, Deviations, SalesScope, pool, values_of
from agents.sensing.alarms.isolation import IsolationForest
from agents.sensing.alarms.scan import scanned
from agents.sensing.baseline.baseline import Baseline
from agents.sensing.baseline.regressors import JUDGED_DAYS
from agents.sensing.baseline.tracking import follow_scale, window_mean
from domain.opportunity import Cause

Floats = NDArray[np.float64]
Scope = SalesScope | Literal["forecast", "feed", "shock"]

WINDOWS = (1, 2, 3, 7)
"""Days a deviation is averaged over. The longest is `JUDGED_DAYS`."""
ALARM_Q = 0.2
"""The share of alarms that may be false. An alarm is to be looked at, and is no proposal."""
PROPOSAL_Q = 0.0027
"""What a proposal may be wrong by: the q whose score is the usual threshold of 3."""

_BURN_IN_DAYS = 42
_FOREST_ROWS = 4096
_SMALLEST_SHOCK = 0.03
_MOVED = 0.05
"""Log effect of price and stock from which on they are said to have changed."""
_HEARD = 50.0
"""Odds that a change of price or stock shows in sales, against those that sales move without."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """One test that was made on the newest day, of a category, of a feed or of all together."""

    category: int
    series: int | None
    """Of a feed the series; of a shock one of its region, `None` for all; `None` for a category."""
    scope: Scope
    window: int
    """Days back, or days ahead where `scope` is forecast."""
    robust_z: float
    isolation: float
    p_value: float
    """Calibrated over like series, before the correction for many tests."""
    score: float


def raise_alarms(baseline: Baseline, deviations: Deviations, threshold: float, seed: int = 0) -> list[Alarm]:
    """Every test whose score exceeds the threshold, highest first."""
    alarms: list[Alarm] = []
    # A price that our own promotion cut is no news.
    price = baseline.effects[Cause.PRICE]
    promoted = np.where(np.abs(baseline.promotion) >= _MOVED, np.maximum(price, 0.0), 0.0)
    for scope in SALES_SCOPES:
        values, moved = values_of(deviations, scope), np.zeros_like(baseline.residual)
        if scope != "unexplained":
            values = values - promoted
        if scope == "shelf":
            moved = price - promoted + baseline.effects[Cause.STOCK]
        z = _tests(values, baseline.level).z
        some = _Tests(*scanned(z, baseline.category_of))
        alarms += _alarms_of(some, _weights(moved, baseline.category_of), scope, threshold, seed)
    forecast_z, forecast_p = _forecast_tests(baseline, deviations)
    for category, quantile_ahead in enumerate(normal_quantile(benjamini_hochberg(forecast_p))):
        if quantile_ahead > threshold:
            test = (float(forecast_z[category]), 0.5, float(forecast_p[category]), float(quantile_ahead))
            alarms.append(Alarm(category, None, "forecast", FORECAST_DAYS, *test))
    return sorted(alarms, key=lambda alarm: -alarm.score)


def one_day_q(baseline: Baseline, unexplained: Floats) -> Floats:
    """Corrected p-values of what no driver explains, [S, T] gives [S, `JUDGED_DAYS`]: those of the newest days, each
    corrected over the series of its own day alone. Days that are not known have 1."""
    events = _tests(pool(unexplained, baseline), pool(baseline.level, baseline)).events
    p_value = _tests(unexplained, baseline.level, events[:, baseline.category_of]).p_value[0]
    return np.stack([benjamini_hochberg(day) for day in p_value.T], axis=1)


def _alarms_of(
    tests: "_Tests",
    weight: Floats,
    scope: Scope,
    threshold: float,
    seed: int,
) -> list[Alarm]:
    """The alarms of some tests on the newest day; rows are categories. The share that may be false is of all scopes
    together, which ask about the same sales (Bonferroni over them)."""
    z, p_value = tests.newest_z, tests.p_value[:, :, -1].T
    score = np.zeros(p_value.shape)
    for family in (slice(0, 1), slice(1, None)):
        heard = weight[:, family] / weight[:, family].mean()
        asked = np.minimum(p_value[:, family] / heard, 1.0)
        q = np.minimum(len(SALES_SCOPES) * benjamini_hochberg(asked.reshape(-1)), 1.0)
        score[:, family] = normal_quantile(q).reshape(asked.shape)
    rows = np.flatnonzero((score > threshold).any(axis=1))
    alarms: list[Alarm] = []
    for row, isolated in zip(rows, tests.isolation(rows, seed), strict=True):
        for column in np.flatnonzero(score[row] > threshold):
            test = (float(z[row, column]), float(isolated), float(p_value[row, column]), float(score[row, column]))
            alarms.append(Alarm(int(row), None, scope, WINDOWS[column], *test))
    return alarms


def _weights(moved: Floats, category_of: NDArray[np.int64]) -> Floats:
    """How much more readily than others each category's tests are heard, [G, W], given what drivers did to [S, T].

    Where the price or the shelf is known to have changed, sales are likelier to have; p-values over weights of mean 1
    keep the false discovery rate (Genovese, Roeder and Wasserman, 2006).
    """
    shown = np.stack([np.abs(window_mean(moved, window)[:, -1]) for window in WINDOWS], axis=1)
    most = np.zeros((int(category_of.max()) + 1, len(WINDOWS)))
    np.maximum.at(most, category_of, np.nan_to_num(shown))
    return np.where(most >= _MOVED, _HEARD, 1.0)


def shock_alarms(baseline: Baseline, deviations: Deviations, category: int, threshold: float) -> list[Alarm]:
    """The alarms of the common shocks themselves: of all regions, or else of single ones; `category` stands for all.

    The alarm of a region bears one of its series.
    """
    first = [int(row) for row in np.unique(baseline.region_of, return_index=True)[1]]
    whole = _shock_alarms(deviations.shock[None], category, [None], threshold)
    return whole or _shock_alarms(deviations.regional[first], category, first, threshold)


def _shock_alarms(shocks: Floats, category: int, series: Sequence[int | None], threshold: float) -> list[Alarm]:
    """Of each shock [N, T] its best test, where that passes."""
    if not shocks.any():
        return []
    tests = _tests(shocks, np.zeros_like(shocks))
    p_value = tests.p_value[:, :, -1].T
    score = normal_quantile(benjamini_hochberg(p_value.reshape(-1))).reshape(p_value.shape)
    alarms = []
    for row, bearer in enumerate(series):
        best = int(np.argmax(score[row]))
        large = abs(float(shocks[row, -WINDOWS[best] :].mean())) >= _SMALLEST_SHOCK
        if score[row, best] > threshold and large:
            test = (float(tests.newest_z[row, best]), 0.5, float(p_value[row, best]), float(score[row, best]))
            alarms.append(Alarm(category, bearer, "shock", WINDOWS[best], *test))
    return alarms


@dataclass(frozen=True, slots=True, eq=False)
class _Tests:
    """Tests of like series: z over all days and windows, [W, N, T]; p-values of the newest days, [W, N, J]."""

    z: Floats
    p_value: Floats

    @property
    def events(self) -> NDArray[np.bool_]:
        return _events(self.z)

    @property
    def newest_z(self) -> Floats:
        return np.nan_to_num(self.z[:, :, -1].T)

    def isolation(self, rows: NDArray[np.int64], seed: int) -> Floats:
        """Isolation scores of some of the newest rows, by a forest grown on the history of all of them."""
        if not len(rows):
            return np.zeros(0)
        past = self.z[:, :, _burn_in(self.z.shape[2]) : -JUDGED_DAYS].reshape(len(WINDOWS), -1).T
        past = past[np.isfinite(past).all(axis=1)]
        if len(past) < 64:
            return np.full(len(rows), 0.5)
        drawn = past[:: max(1, len(past) // _FOREST_ROWS)]
        return IsolationForest.fit(drawn, seed=seed).score(self.newest_z[rows])


def _tests(deviation: Floats, level: Floats, events: NDArray[np.bool_] | None = None) -> _Tests:
    """Each window of the `deviation` [N, T] is set against the `level` [N, T] known before it began.

    `events` [W, N, T] are left out of the history that p-values are calibrated on, as is what is beyond chance.

    A day that is not known raises no alarm, whatever the days before it were.
    """
    means = [window_mean(deviation + level, window) - _before(level, window) for window in WINDOWS]
    z = np.stack([mean / follow_scale(mean, lag=JUDGED_DAYS) for mean in means])
    chance = np.where(_events(z) if events is None else _events(z) | events, np.nan, z)
    newest = np.abs(z[:, :, -JUDGED_DAYS:])
    p_value = np.stack(
        [
            calibrated_p(now.reshape(-1), _past(usual)).reshape(now.shape)
            for now, usual in zip(newest, chance, strict=True)
        ]
    )
    known = np.isfinite(newest) & np.isfinite(deviation[None, :, -JUDGED_DAYS:])
    return _Tests(z, np.where(known, p_value, 1.0))


def _before(level: Floats, window: int) -> Floats:
    """The level that was known before the first day of the window ending on each day, [N, T]."""
    return np.pad(level, [(0, 0), (window - 1, 0)], mode="edge")[:, : level.shape[1]]


def _events(z: Floats) -> NDArray[np.bool_]:
    """Where |z| is beyond what chance gives in so many tests, [W, N, T]: that is no measure of the usual."""
    return np.stack([np.abs(window) > beyond_chance(_past(window)) for window in z])


def _forecast_tests(baseline: Baseline, deviations: Deviations) -> tuple[Floats, Floats]:
    """z and p of the forecast weather's effect on each category against the weather effects of its past, [G]."""
    past_effect = window_mean(pool(baseline.effects[Cause.WEATHER], baseline), FORECAST_DAYS)
    scale = np.maximum(np.nanstd(past_effect, axis=1), 5e-3)
    z = np.nan_to_num(deviations.weather_ahead / scale)
    return z, calibrated_p(np.abs(z), _past(past_effect / scale[:, None]))


def _burn_in(days: int) -> int:
    return min(_BURN_IN_DAYS, days // 3)


def _past(z: Floats) -> Floats:
    """Absolute z of [N, T] over the days that are history, flat and without NaN."""
    past = np.abs(z[:, _burn_in(z.shape[1]) : -JUDGED_DAYS]).reshape(-1)
    return past[np.isfinite(past)]
