"""The baseline of some categories at a time, so that a panel of any size is fitted in a few of them's memory."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.cells import figures, shut
from agents.sensing.baseline.fitting import Design, fit_category
from agents.sensing.baseline.level import LevelState, daily_level
from agents.sensing.baseline.regressors import BENDS, JUDGED_DAYS, Regressors, build_regressors
from agents.sensing.baseline.tracking import Following, follow_level, followed, robust_scale
from agents.sensing.baseline.weekdays import own_weekdays
from domain.opportunity import Cause
from domain.panel import Panel

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

HORIZON_DAYS = 7
DRIVERS = (Cause.STOCK, Cause.PRICE, Cause.WEATHER, Cause.SEARCH)
"""What can make sales deviate. Promotions are our own plan, so they belong to the expectation."""
LEVELLED = (Cause.STOCK, Cause.PRICE)
"""Drivers whose lasting change becomes the new normal: a price kept for months is no longer a price rise."""

_WEATHER_DRIVERS = {"temperature": ("temperature", *BENDS), "rain": ("rain", "heavy rain")}
_SHOWN = ("temperature", "rain", "log search")
FLOOR_UNITS = 0.5
ON_PROMOTION = 0.02
SERIES_AT_ONCE = 512
_DEEPER = 1.25
"""A promotion somewhat deeper than any before may do somewhat more; one far beyond them is expected to do no more than
that, whatever a straight line says."""
"""Series that are fitted together, unless a single category has more."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The baseline of the series of some whole categories. Fields are as `Baseline`'s, N series for S."""

    rows: Rows
    """The series, [N]."""
    numbers: Rows
    """The categories, [g]."""
    coefficients: Floats
    """[g, K]."""
    intercept: Floats
    promoted_most: Floats
    """The log effect that no promotion of the category is expected to exceed, [N]."""
    week: Floats
    """What a weekday adds to the category's, by day of the panel modulo 7, [N, 7]."""
    expected: Floats
    expected_ahead: Floats
    promotion: Floats
    promotion_beyond: Floats
    occasion: Floats
    effects: dict[Cause, Floats]
    weather_ahead: Floats
    weather_parts: dict[str, Floats]
    anomalies: dict[str, Floats]
    residual: Floats
    noise: Floats
    """The robust standard deviation of `residual` over the fitted days, [N]."""
    level: Floats
    level_state: LevelState
    driver_state: Following
    """Of the lasting effects of the drivers that are levelled, each a component."""


def numbered(names: list[str]) -> NDArray[np.int64]:
    """A number for each name in the order they first come, [S]."""
    lookup = {name: index for index, name in enumerate(dict.fromkeys(names))}
    return np.array([lookup[name] for name in names], dtype=np.int64)


def levelled(has_year: bool) -> tuple[Cause, ...]:
    """Without a year of days the seasons cannot be told from the weather, so all drivers are levelled then."""
    return LEVELLED if has_year else DRIVERS


def fit_parts(panel: Panel, regressors: Regressors) -> Iterator[Part]:
    """Every series of the panel once, in parts."""
    category_of = numbered([key.category for key in panel.series])
    region_of = numbered([key.region for key in panel.series])
    in_feast, closed = regressors.occasions.in_feast, shut(panel)
    order = np.argsort(category_of, kind="stable")
    ends = np.cumsum(np.bincount(category_of))
    first = 0
    while first < len(ends):
        begun = int(ends[first - 1]) if first else 0
        last = max(int(np.searchsorted(ends, begun + SERIES_AT_ONCE, side="right")), first + 1)
        rows = order[begun : int(ends[last - 1])]
        feasts = in_feast[region_of[rows]][:, : panel.days]
        seen = figures(panel.units[rows]) & ~closed[rows]
        yield _fit_part(panel, regressors, rows, category_of, region_of, feasts, seen)
        first = last


def fit_all(panel: Panel, fitted: int) -> tuple[Regressors, Iterator[Part]]:
    """The regressors of a panel and the parts of its baseline, which are fitted as they are asked for."""
    regressors = build_regressors(panel, HORIZON_DAYS, fitted)
    return regressors, fit_parts(panel, regressors)


def _fit_part(
    panel: Panel,
    regressors: Regressors,
    rows: Rows,
    category_of: Rows,
    region_of: Rows,
    in_feast: Flags,
    seen: Flags,
) -> Part:
    days, fitted, horizon = panel.days, regressors.fitted, HORIZON_DAYS
    log_units = np.log(np.maximum(panel.units[rows].astype(np.float64), FLOOR_UNITS))
    ordinary = seen & ~in_feast
    numbers, group = np.unique(category_of[rows], return_inverse=True)
    coefficients = np.zeros((len(numbers), len(regressors.columns)))
    intercept, weight = np.zeros(len(rows)), np.ones((len(rows), days))
    own = regressors.own.of(panel, rows)
    place = regressors.place_of[rows]
    is_own = regressors.is_own
    causes = (None, Cause.PROMOTION, *DRIVERS)
    whole = {cause: np.empty((len(rows), days + horizon)) for cause in causes}
    weather_parts = {
        driver: (columns, np.empty((len(rows), days + horizon)))
        for driver, names in _WEATHER_DRIVERS.items()
        if (columns := [index for index, column in enumerate(regressors.columns) if column.name in names])
    }
    wanted, occasion = np.zeros((len(rows), horizon)), np.zeros((len(rows), days))
    for number in range(len(numbers)):
        mine = np.flatnonzero(group == number)
        fixed, at = _fixed(regressors, place[mine])
        design = Design(fixed, at, own[mine], is_own)
        found = fit_category(design, regressors, log_units[mine], ordinary[mine], fitted)
        coefficients[number], intercept[mine] = found.coefficients, found.intercept
        weight[mine, :fitted] = found.weight
        occasion[mine] = design.effect(found.coefficients, regressors.of_occasions)[:, :days]
        for cause in causes:
            whole[cause][mine] = design.effect(found.coefficients, regressors.of(cause))
        searched = whole[Cause.SEARCH][mine, :fitted]
        wanted[mine] = design.searched_in_weather(regressors, searched, found.weight)
        for columns, effect in weather_parts.values():
            effect[mine] = design.effect(found.coefficients, columns)
    predicted = {cause: values[:, :days] for cause, values in whole.items()}
    on_promotion = np.nan_to_num(panel.promotion[rows]) > ON_PROMOTION
    credit_price_cuts(predicted, on_promotion)
    promoted_most = _most_of_each(predicted[Cause.PROMOTION][:, :fitted], group)
    promotion_beyond = bound_promotion(predicted, promoted_most[:, None])
    total = sum(predicted.values(), np.zeros((len(rows), days)))
    surprise = np.where(seen, log_units - intercept[:, None] - total, np.nan)
    everyday = np.where(in_feast, np.nan, surprise)
    week = own_weekdays(everyday, group, fitted)
    of_week = week.by_day(everyday, days + horizon)
    surprise -= of_week[:, :days]
    weighed = weight * ordinary
    followed_causes = levelled(regressors.has_year)
    drivers = np.stack([predicted[cause] for cause in followed_causes])
    of_drivers = follow_level(drivers, weighed, lag=JUDGED_DAYS)
    driver_state = followed(drivers, weighed, JUDGED_DAYS)
    effects = {cause: predicted[cause] for cause in DRIVERS}
    for index, cause in enumerate(followed_causes):
        effects[cause] = effects[cause] - of_drivers[index]
    level, level_state = daily_level(np.where(in_feast, np.nan, surprise), group, fitted)
    noise = robust_scale(np.where(in_feast, np.nan, surprise - level))
    feasts = regressors.occasions.feasts(surprise - level, noise, group, region_of[rows])
    of_feasts = np.nan_to_num(feasts[:, :days])
    surprise[:, :fitted][np.isnan(feasts[:, :fitted])] = np.nan
    residual = surprise - level - of_feasts
    lasting = intercept[:, None] + level + of_drivers.sum(axis=0)
    calendar_ahead = whole[None][:, days:] + of_week[:, days:]
    weather_ahead = whole[Cause.WEATHER][:, days:] + wanted
    if Cause.WEATHER in followed_causes:
        weather_ahead = weather_ahead - of_drivers[followed_causes.index(Cause.WEATHER)][:, -1:]
    return Part(
        rows=rows,
        numbers=numbers,
        coefficients=coefficients,
        intercept=intercept,
        promoted_most=promoted_most,
        week=week.adds,
        expected=lasting + predicted[None] + of_week[:, :days] + predicted[Cause.PROMOTION] + of_feasts,
        expected_ahead=lasting[:, -1:] + calendar_ahead + np.nan_to_num(feasts[:, days:]),
        promotion=predicted[Cause.PROMOTION],
        promotion_beyond=promotion_beyond,
        occasion=occasion + of_feasts,
        effects=effects,
        weather_ahead=np.where(_forecast_known(panel, rows, horizon), weather_ahead, np.nan),
        weather_parts={driver: effect for driver, (_, effect) in weather_parts.items()},
        anomalies=_anomalies(regressors, own, place, horizon),
        residual=residual,
        noise=robust_scale(residual[:, :fitted]),
        level=level,
        level_state=level_state,
        driver_state=driver_state,
    )


def _fixed(regressors: Regressors, place: Rows) -> tuple[Floats, Rows]:
    """The columns that are no series' own at the places of some series, [P, D, F], and which each has, [N]."""
    places, at = np.unique(place, return_inverse=True)
    of_place = regressors.of_place[places]
    shared = np.broadcast_to(regressors.shared, (len(places), *regressors.shared.shape))
    return np.concatenate([shared, of_place], axis=2), at


def _anomalies(regressors: Regressors, own: Floats, place: Rows, horizon: int) -> dict[str, Floats]:
    """The columns a person is told of as deviations from normal, by name, [N, T + H]."""
    shown: dict[str, Floats] = {}
    first = regressors.shared.shape[1]
    of_place = first + len(regressors.own.columns)
    for index, column in enumerate(regressors.columns):
        if column.name in _SHOWN and index >= of_place:
            shown[column.name] = regressors.of_place[place, :, index - of_place]
        elif column.name in _SHOWN:
            shown[column.name] = np.pad(own[:, :, index - first], [(0, 0), (0, horizon)])
    return shown


def credit_price_cuts(predicted: dict[Cause | None, Floats], on_promotion: NDArray[np.bool_]) -> None:
    """A lower price on promoted days is the promotion's doing, so its effect is counted there."""
    credited = np.where(on_promotion & (predicted[Cause.PRICE] > 0), predicted[Cause.PRICE], 0.0)
    predicted[Cause.PRICE] = predicted[Cause.PRICE] - credited
    predicted[Cause.PROMOTION] = predicted[Cause.PROMOTION] + credited


def bound_promotion(predicted: dict[Cause | None, Floats], most: Floats) -> Floats:
    """No promotion is expected to do more than `most`. What the regression would have it do beyond that, in log
    units, of the shape of its effect: how far the expectation of such a day can be wrong."""
    unbounded = predicted[Cause.PROMOTION]
    predicted[Cause.PROMOTION] = np.minimum(unbounded, most)
    beyond: Floats = unbounded - predicted[Cause.PROMOTION]
    return beyond


def _most_of_each(effect: Floats, group: Rows) -> Floats:
    """The largest of the log effects [N, T] in the group of each row and a quarter more, at least 0, [N]."""
    most = np.zeros(int(group.max()) + 1)
    np.maximum.at(most, group, effect.max(axis=1, initial=0.0))
    each: Floats = _DEEPER * most[group]
    return each


def _forecast_known(panel: Panel, rows: Rows, horizon: int) -> NDArray[np.bool_]:
    """Whether any weather was forecast, [N, H]."""
    known = np.zeros((len(rows), horizon), dtype=np.bool_)
    for values in panel.forecast.values():
        days = min(values.shape[1], horizon)
        known[:, :days] |= np.isfinite(values[rows][:, :days])
    return known
