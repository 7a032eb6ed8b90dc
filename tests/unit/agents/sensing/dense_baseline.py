"""The baseline by a dense design, all categories at once: a judge of the one that is fitted by parts."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.cells import sold_days
from agents.sensing.baseline.level import daily_level
from agents.sensing.baseline.regressors import BENDS, JUDGED_DAYS
from agents.sensing.baseline.tracking import follow_level, robust_scale
from agents.sensing.baseline.weekdays import own_weekdays
from agents.sensing.occasions.calendar import Occasions
from domain.opportunity import Cause
from domain.panel import Panel
from tests.unit.agents.sensing.dense_regressors import DenseRegressors

Floats = NDArray[np.float64]

HORIZON_DAYS = 7
DRIVERS = (Cause.STOCK, Cause.PRICE, Cause.WEATHER, Cause.SEARCH)
"""What can make sales deviate. Promotions are our own plan, so they belong to the expectation."""
_LEVELLED = (Cause.STOCK, Cause.PRICE)
"""Drivers whose lasting change becomes the new normal: a price kept for months is no longer a price rise."""

_WEATHER_DRIVERS = {"temperature": ("temperature", *BENDS), "rain": ("rain", "heavy rain")}
_SHOWN = ("temperature", "rain", "log search")
_FLOOR_UNITS = 0.5
_ON_PROMOTION = 0.02
_ROUNDS = 3
_HUBER = 1.5


class Judge(NamedTuple):
    """What `Baseline` has under the same names."""

    expected: Floats
    expected_ahead: Floats
    promotion: Floats
    occasion: Floats
    occasions: Occasions
    effects: dict[Cause, Floats]
    weather_ahead: Floats
    weather_parts: dict[str, Floats]
    anomalies: dict[str, Floats]
    residual: Floats
    level: Floats
    coefficients: Floats


def dense_baseline(panel: Panel, regressors: DenseRegressors) -> Judge:
    """Fit on the days before the newest `JUDGED_DAYS`, and predict all of them and the forecast days.

    Iterated reweighting (Huber, k = 1.5) of one ridge regression per category, all categories at once by normal
    equations: shared coefficients, an intercept per series. Missing units have weight 0.
    """
    horizon = HORIZON_DAYS
    units = panel.units.astype(np.float64)
    seen = sold_days(panel)
    log_units = np.log(np.maximum(units, _FLOOR_UNITS))
    names = tuple(dict.fromkeys(key.category for key in panel.series))
    category_of = _numbered([key.category for key in panel.series])
    region_of = _numbered([key.region for key in panel.series])

    fitted = max(panel.days - JUDGED_DAYS, 1)
    in_feast = regressors.occasions.in_feast[region_of][:, : panel.days]
    ordinary = seen & ~in_feast
    coefficients, intercept, weight = _fit(regressors, log_units, ordinary, category_of, len(names), fitted)
    mine = coefficients[category_of]
    predicted = {
        cause: _effect(regressors.values, mine, regressors.of(cause)) for cause in (None, Cause.PROMOTION, *DRIVERS)
    }
    _credit_price_cuts_to_promotion(predicted, panel)
    for category in range(len(names)):
        rows = category_of == category
        most = 1.25 * max(float(predicted[Cause.PROMOTION][rows, :fitted].max(initial=0.0)), 0.0)
        predicted[Cause.PROMOTION][rows] = np.minimum(predicted[Cause.PROMOTION][rows], most)
    surprise = np.where(
        seen, log_units - intercept[:, None] - sum(predicted.values(), np.zeros_like(log_units)), np.nan
    )
    everyday = np.where(in_feast, np.nan, surprise)
    week = own_weekdays(everyday, category_of, fitted).by_day(everyday, panel.days + horizon)
    predicted[None] = predicted[None] + week[:, : panel.days]
    surprise = surprise - week[:, : panel.days]

    weighed = weight * ordinary
    levelled = _LEVELLED if regressors.has_year else DRIVERS
    of_drivers = follow_level(np.stack([predicted[cause] for cause in levelled]), weighed, lag=JUDGED_DAYS)
    effects = {cause: predicted[cause] for cause in DRIVERS}
    for index, cause in enumerate(levelled):
        effects[cause] = effects[cause] - of_drivers[index]
    level, _ = daily_level(np.where(in_feast, np.nan, surprise), category_of, fitted)
    feasts = regressors.occasions.feasts(
        surprise - level, robust_scale(np.where(in_feast, np.nan, surprise - level)), category_of, region_of
    )
    of_feasts = np.nan_to_num(feasts[:, : panel.days])
    surprise[:, :fitted][np.isnan(feasts[:, :fitted])] = np.nan
    lasting = level + of_drivers.sum(axis=0)
    calendar_ahead = _effect(regressors.ahead, mine, regressors.of(None)) + week[:, panel.days :]
    forecast_known = _forecast_known(panel, horizon)
    weather_level = of_drivers[levelled.index(Cause.WEATHER)][:, -1:] if Cause.WEATHER in levelled else 0.0
    wanted = _searched_in_weather(
        regressors, predicted[Cause.SEARCH], weight * ordinary, category_of, len(names), fitted
    )
    weather_ahead = _effect(regressors.ahead, mine, regressors.of(Cause.WEATHER)) - weather_level + wanted
    return Judge(
        expected=intercept[:, None] + predicted[None] + predicted[Cause.PROMOTION] + lasting + of_feasts,
        expected_ahead=intercept[:, None] + calendar_ahead + lasting[:, -1:] + np.nan_to_num(feasts[:, panel.days :]),
        promotion=predicted[Cause.PROMOTION],
        occasion=_effect(regressors.values, mine, regressors.of_occasions) + of_feasts,
        occasions=regressors.occasions,
        effects=effects,
        weather_ahead=np.where(forecast_known, weather_ahead, np.nan),
        weather_parts=_weather_parts(regressors, mine),
        anomalies={
            column.name: np.hstack([regressors.values[:, :, index], regressors.ahead[:, :, index]])
            for index, column in enumerate(regressors.columns)
            if column.name in _SHOWN
        },
        residual=surprise - level - of_feasts,
        level=level,
        coefficients=coefficients,
    )


def _numbered(names: list[str]) -> NDArray[np.int64]:
    """A number for each name in the order they first come, [S]."""
    lookup = {name: index for index, name in enumerate(dict.fromkeys(names))}
    return np.array([lookup[name] for name in names], dtype=np.int64)


def _fit(
    regressors: DenseRegressors,
    log_units: Floats,
    seen: NDArray[np.bool_],
    category_of: NDArray[np.int64],
    groups: int,
    fitted: int,
) -> tuple[Floats, Floats, Floats]:
    """Coefficients [G, K], intercepts [S] and the last robust weights [S, T]."""
    design = np.ascontiguousarray(regressors.values[:, :fitted], dtype=np.float32)
    known = seen[:, :fitted].astype(np.float64)
    target = np.where(seen, log_units, 0.0)[:, :fitted]
    centre = target.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    target = np.where(known > 0, target - centre[:, None], 0.0)
    prior = np.array([column.mean for column in regressors.columns])
    precision = np.array([1 / column.sd**2 for column in regressors.columns])
    weight = known
    noise = np.full(groups, 0.05)
    coefficients, offset = np.zeros((groups, len(prior))), np.zeros(len(target))
    for _ in range(_ROUNDS):
        mass = np.maximum(weight.sum(axis=1), 1e-9)
        weighted = design * weight[:, :, None].astype(np.float32)
        gram = np.matmul(weighted.transpose(0, 2, 1), design).astype(np.float64)
        cross = np.einsum("stk,st->sk", weighted, target, optimize=True).astype(np.float64)
        column_mean = weighted.sum(axis=1, dtype=np.float64) / mass[:, None]
        target_mean = (weight * target).sum(axis=1) / mass
        gram -= mass[:, None, None] * column_mean[:, :, None] * column_mean[:, None, :]
        cross -= (mass * target_mean)[:, None] * column_mean
        left = _sum_by(gram, category_of, groups) + noise[:, None, None] * np.diag(precision)
        right = _sum_by(cross, category_of, groups) + noise[:, None] * precision * prior
        coefficients = np.linalg.solve(left, right[:, :, None])[:, :, 0]
        offset = target_mean - (column_mean * coefficients[category_of]).sum(axis=1)
        explained = np.matmul(design, coefficients[category_of][:, :, None].astype(np.float32))[:, :, 0]
        miss = target - offset[:, None] - explained
        spread = np.maximum(1.2533 * (np.abs(miss) * weight).sum(axis=1) / mass, 1e-3)
        weight = known * np.minimum(1.0, _HUBER * spread[:, None] / np.maximum(np.abs(miss), 1e-9))
        noise = _sum_by(spread**2, category_of, groups) / np.maximum(np.bincount(category_of, minlength=groups), 1)
    every_day = np.hstack([weight, np.ones((len(target), log_units.shape[1] - fitted))])
    return coefficients, centre + offset, every_day


def _sum_by(values: Floats, group: NDArray[np.int64], groups: int) -> Floats:
    """Sum [S, ...] over the series of each group, [G, ...]."""
    total = np.zeros((groups, *values.shape[1:]))
    np.add.at(total, group, values)
    return total


def _effect(design: Floats, coefficients: Floats, columns: list[int]) -> Floats:
    """The part of the prediction that comes from some columns: [S, T, K] and [S, K] give [S, T]."""
    if not columns:
        return np.zeros(design.shape[:2])
    effect: Floats = np.matmul(design[:, :, columns], coefficients[:, columns, None])[:, :, 0]
    return effect


def _searched_in_weather(
    regressors: DenseRegressors, searched: Floats, weight: Floats, group: NDArray[np.int64], groups: int, fitted: int
) -> Floats:
    """Log effect of the interest that the forecast weather raises, [S, H].

    Nobody knows what will be searched for, but what was searched for in such weather: the effect of search, [S, T],
    is regressed by category on the weather of the fitted days.
    """
    columns = regressors.of(Cause.WEATHER)
    if not columns or not searched.any():
        return np.zeros(regressors.ahead.shape[:2])
    design = regressors.values[:, :fitted, columns]
    weighted = design * weight[:, :fitted, None]
    gram = _sum_by(np.matmul(weighted.transpose(0, 2, 1), design), group, groups)
    cross = _sum_by(np.einsum("stk,st->sk", weighted, searched[:, :fitted]), group, groups)
    noise = np.maximum(_sum_by((searched[:, :fitted] ** 2).mean(axis=1), group, groups), 1e-8)
    precision = np.array([1 / regressors.columns[column].sd ** 2 for column in columns])
    found = np.linalg.solve(gram + noise[:, None, None] * np.diag(precision), cross[:, :, None])[:, :, 0]
    ahead: Floats = np.matmul(regressors.ahead[:, :, columns], found[group][:, :, None])[:, :, 0]
    return ahead


def _weather_parts(regressors: DenseRegressors, coefficients: Floats) -> dict[str, Floats]:
    """The effect of each of the weather's drivers over the observed and the forecast days, each [S, T + H]."""
    parts = {}
    for driver, names in _WEATHER_DRIVERS.items():
        columns = [index for index, column in enumerate(regressors.columns) if column.name in names]
        if columns:
            designs = (regressors.values, regressors.ahead)
            parts[driver] = np.hstack([_effect(design, coefficients, columns) for design in designs])
    return parts


def _credit_price_cuts_to_promotion(predicted: dict[Cause | None, Floats], panel: Panel) -> None:
    """A lower price on promoted days is the promotion's doing, so its effect is counted there."""
    on_promotion = np.nan_to_num(panel.promotion) > _ON_PROMOTION
    credited = np.where(on_promotion & (predicted[Cause.PRICE] > 0), predicted[Cause.PRICE], 0.0)
    predicted[Cause.PRICE] = predicted[Cause.PRICE] - credited
    predicted[Cause.PROMOTION] = predicted[Cause.PROMOTION] + credited


def _forecast_known(panel: Panel, horizon: int) -> NDArray[np.bool_]:
    """Whether any weather was forecast, [S, H]."""
    known = np.zeros((len(panel.series), horizon), dtype=np.bool_)
    for values in panel.forecast.values():
        days = min(values.shape[1], horizon)
        known[:, :days] |= np.isfinite(values[:, :days])
    return known
