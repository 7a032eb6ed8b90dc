"""Which deviations are worth a person's time: robust z, isolation forest, calibrated p-values, false discovery rate.

The score of a test is `z(q) x (0.5 + isolation)`, where q is the Benjamini-Hochberg adjusted p-value of the robust z,
z(q) the two-sided normal quantile that belongs to it, and isolation the forest's score (0.5 is unremarkable and leaves
z(q) as it is). So a threshold of 3 means about one false finding in 370, whatever the number of series looked at.
"""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.isolation import IsolationForest
from agents.sensing.baseline.baseline import DRIVERS, Baseline
from agents.sensing.baseline.regressors import JUDGED_DAYS
from agents.sensing.baseline.tracking import follow_scale, window_mean
from domain.opportunity import Cause

Floats = NDArray[np.float64]
Scope = Literal["observed", "unexplained", "forecast", "feed", "shock"]
"""`observed` is the deviation from the calendar, `unexplained` what is left of it after every known driver."""

WINDOWS = (1, 2, 3, 7)
"""Days a deviation is averaged over. The longest is `JUDGED_DAYS`."""
FORECAST_DAYS = 3

_BURN_IN_DAYS = 42
_TAIL = 0.01
_FOREST_ROWS = 4096
_SMALLEST_SHOCK = 0.03
_SMALLEST_P = 1e-200


@dataclass(frozen=True, slots=True)
class Alarm:
    """One test that was made on the newest day, of a series or of a whole category."""

    category: int
    series: int | None
    """Index of the series, `None` for the whole category."""
    scope: Scope
    window: int
    """Days back, or days ahead where `scope` is forecast."""
    robust_z: float
    isolation: float
    p_value: float
    """Calibrated over like series, before the correction for many tests."""
    score: float


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


def raise_alarms(baseline: Baseline, deviations: Deviations, threshold: float, seed: int = 0) -> list[Alarm]:
    """Every test whose score exceeds the threshold, highest first."""
    alarms: list[Alarm] = []
    scopes: tuple[tuple[Scope, Floats], ...] = (
        ("observed", deviations.observed),
        ("unexplained", deviations.unexplained),
    )
    for scope, values in scopes:
        alarms += _alarms_of(_family(pool(values, baseline)), scope, threshold, seed, None)
        alarms += _alarms_of(_family(values), scope, threshold, seed, baseline.category_of)
    forecast_z, forecast_p = _forecast_tests(baseline, deviations)
    for category, quantile_ahead in enumerate(normal_quantile(benjamini_hochberg(forecast_p))):
        if quantile_ahead > threshold:
            test = (float(forecast_z[category]), 0.5, float(forecast_p[category]), float(quantile_ahead))
            alarms.append(Alarm(category, None, "forecast", FORECAST_DAYS, *test))
    return sorted(alarms, key=lambda alarm: -alarm.score)


def _alarms_of(
    family: "_Family", scope: Scope, threshold: float, seed: int, category_of: NDArray[np.int64] | None
) -> list[Alarm]:
    """The alarms of one family of tests; its rows are categories where `category_of` is None, else series."""
    z, p = family.newest_z, family.p_value
    quantile = normal_quantile(benjamini_hochberg(p.reshape(-1))).reshape(p.shape)
    # Isolation can raise a score by half at most, so rows that cannot pass are not asked.
    rows = np.flatnonzero((1.5 * quantile > threshold).any(axis=1))
    alarms: list[Alarm] = []
    for row, isolated in zip(rows, family.isolation(rows, seed), strict=True):
        for column, window in enumerate(WINDOWS):
            score = float(quantile[row, column] * (0.5 + isolated))
            if score > threshold:
                category = int(row) if category_of is None else int(category_of[row])
                series = None if category_of is None else int(row)
                test = (float(z[row, column]), float(isolated), float(p[row, column]), score)
                alarms.append(Alarm(category, series, scope, window, *test))
    return alarms


def shock_alarm(shock: Floats, category: int, threshold: float) -> Alarm | None:
    """The alarm of the common shock [T] itself, if it raises one; `category` stands for all."""
    if not shock.any():
        return None
    family = _family(shock[None])
    quantile = normal_quantile(benjamini_hochberg(family.p_value[0]))
    best = int(np.argmax(quantile))
    score = float(quantile[best])
    if score <= threshold or abs(float(shock[-WINDOWS[best] :].mean())) < _SMALLEST_SHOCK:
        return None
    test = (float(family.newest_z[0, best]), 0.5, float(family.p_value[0, best]), score)
    return Alarm(category, None, "shock", WINDOWS[best], *test)


@dataclass(frozen=True, slots=True, eq=False)
class _Family:
    """Tests of like series: z over all days and windows, [W, N, T], and the newest day's p-values, [N, W]."""

    z: Floats
    p_value: Floats

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


def _family(deviation: Floats) -> _Family:
    means = [window_mean(deviation, window) for window in WINDOWS]
    z = np.stack([mean / follow_scale(mean, lag=JUDGED_DAYS) for mean in means])
    p_value = np.ones((len(deviation), len(WINDOWS)))
    for column in range(len(WINDOWS)):
        p_value[:, column] = calibrated_p(np.abs(z[column][:, -1]), _past(z[column]))
    return _Family(z, p_value)


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


def calibrated_p(observed: Floats, past: Floats) -> Floats:
    """Tail probability of |z| among the |z| of like series' history, [N].

    Empirical up to the 99th percentile, beyond it an exponential tail with the mean excess found there (the
    generalised Pareto with shape 0), because an empirical p-value can never be smaller than 1 / n. With less than 200
    past values, the normal distribution's. NaN gives 1.
    """
    asked = np.nan_to_num(observed)
    if len(past) < 200:
        normal = NormalDist()
        return np.array([2 * normal.cdf(-value) for value in asked])
    ordered = np.sort(past)
    cut = float(np.quantile(ordered, 1 - _TAIL))
    excess = max(float((ordered[ordered > cut] - cut).mean()) if ordered[-1] > cut else 0.0, 0.05)
    empirical = (len(ordered) - np.searchsorted(ordered, asked, side="left") + 1) / (len(ordered) + 1)
    tail = _TAIL * np.exp(-(asked - cut) / excess)
    p_value: Floats = np.clip(np.where(asked > cut, tail, np.maximum(empirical, _TAIL)), _SMALLEST_P, 1.0)
    return p_value


def benjamini_hochberg(p_values: Floats) -> Floats:
    """Adjusted p-values (Benjamini and Hochberg, 1995): rejecting p <= q keeps the false share below q, [N]."""
    order = np.argsort(p_values)[::-1]
    rank = np.arange(len(p_values), 0, -1)
    adjusted = np.empty_like(p_values)
    adjusted[order] = np.minimum(np.minimum.accumulate(p_values[order] * len(p_values) / rank), 1.0)
    return adjusted


def normal_quantile(p_values: Floats) -> Floats:
    """The |z| a two-sided normal test would need for each p-value, [N]."""
    normal = NormalDist()
    return np.array([-normal.inv_cdf(max(p, _SMALLEST_P) / 2) if p < 1 else 0.0 for p in p_values])
