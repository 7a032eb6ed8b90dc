"""The regressors laid out whole, series by days by columns, as plainly as they can be written: a judge of the ones
that are held by what shares them."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from agents.sensing.baseline.own import Column
from agents.sensing.baseline.regressors import BENDS, JUDGED_DAYS
from agents.sensing.occasions.calendar import PRIOR_SD, Occasions, occasions_of
from domain.opportunity import Cause
from domain.panel import Panel

Floats = NDArray[np.float64]


_YEAR = 365.25
_HARMONICS = 3
_PRICE_ELASTICITY = (-1.3, 0.4)
_ON_SHELF = (1.0, 0.1)
_PROMOTION = (0.3, 0.5)
_BENT = (0.0, 0.3)
"""A promotion of twice the share seldom sells twice the extra units."""
_PAID_BACK = (0.0, 0.2)
"""What is bought in a promotion is partly not bought after it."""
_AFTER_DAYS = 3
_SEARCH = (0.15, 0.3)
_TAILS = (0.1, 0.01)
_BEND = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class DenseRegressors:
    """The design: `values` [S, T, K] over the observed days, `ahead` [S, H, K] over the forecast days.

    Drivers are deviations from what the calendar makes normal, so a coefficient of the calendar alone predicts a
    normal day; a driver that is missing is normal.
    """

    columns: tuple[Column, ...]
    values: Floats
    ahead: Floats
    has_year: bool
    """Whether the seasons could be told apart: a year or more is fitted."""
    occasions: Occasions
    """The holidays of each region; ordinary ones are columns of the calendar."""

    @property
    def of_occasions(self) -> list[int]:
        names = {name for name, _ in self.occasions.columns}
        return [index for index, column in enumerate(self.columns) if column.name in names]

    def of(self, cause: Cause | None) -> list[int]:
        return [index for index, column in enumerate(self.columns) if column.cause is cause]


def dense_regressors(panel: Panel, horizon: int) -> DenseRegressors:
    """The design of a panel of S series, T days and `horizon` days of forecast."""
    series, days = panel.units.shape
    fitted = max(days - JUDGED_DAYS, 1)
    has_year = fitted >= 365
    calendar_columns, calendar = _calendar(panel.start, days + horizon, fitted, has_year)
    columns = list(calendar_columns)
    drivers: list[Floats] = []

    def add(name: str, cause: Cause, prior: tuple[float, float], values: Floats) -> None:
        if np.any(np.isfinite(values[:, :fitted])):
            columns.append(Column(name, cause, *prior))
            drivers.append(values)

    beyond = np.full((series, horizon), np.nan)
    price = np.log(np.where(panel.price > 0, panel.price, np.nan).astype(np.float64))
    on_shelf = np.log(np.clip(panel.in_stock.astype(np.float64), 0.02, 1.0))
    search = np.log(np.maximum(panel.search.astype(np.float64), 1.0))
    regions = tuple(dict.fromkeys(key.region for key in panel.series))
    region_of = np.array([regions.index(key.region) for key in panel.series])
    occasions = occasions_of(panel, regions, horizon, fitted)
    for name, by_region in occasions.columns:
        columns.append(Column(name, None, 0.0, PRIOR_SD))
        drivers.append(by_region[region_of])
    add("log price", Cause.PRICE, _PRICE_ELASTICITY, np.hstack([_from_median(price, fitted), beyond]))
    promotion = panel.promotion.astype(np.float64)
    for name, prior, values in (
        ("promotion", _PROMOTION, promotion),
        ("promotion squared", _BENT, promotion**2),
        ("after promotion", _PAID_BACK, _just_ended(promotion)),
    ):
        add(name, Cause.PROMOTION, prior, np.hstack([_from_median(values, fitted), beyond]))
    add("log on shelf", Cause.STOCK, _ON_SHELF, np.hstack([_from_median(on_shelf, fitted), beyond]))
    for name, values in (("log search", search), ("log search before", _two_days_before(search))):
        add(name, Cause.SEARCH, _SEARCH, _without_calendar(np.hstack([values, beyond]), calendar, fitted))
    for name, values in _weather_features(panel, horizon):
        anomaly = _without_calendar(values, calendar, fitted)
        spread = float(np.nanstd(anomaly[:, :fitted])) if np.isfinite(anomaly[:, :fitted]).any() else 0.0
        if spread > 1e-6:
            usual = 0.15 / spread
            add(name, Cause.WEATHER, (0.0, min(usual, _BEND) if name in BENDS else usual), anomaly)

    shared = np.broadcast_to(calendar, (series, *calendar.shape))
    stacked = np.concatenate([shared, *[np.nan_to_num(driver)[:, :, None] for driver in drivers]], axis=2)
    return DenseRegressors(tuple(columns), stacked[:, :days], stacked[:, days:], has_year, occasions)


def _calendar(start: date, days: int, fitted: int, has_year: bool) -> tuple[list[Column], Floats]:
    """Weekday, and with a year of days the annual harmonics and a trend, [T, C]."""
    weekday = (np.arange(days) + start.weekday()) % 7
    columns = [Column(f"weekday {number}", None, 0.0, 1.0) for number in range(6)]
    parts = [(weekday == number) - 1 / 7 for number in range(6)]
    if has_year:
        day_of_year = (start - date(start.year, 1, 1) + timedelta(days=1)).days
        phase = 2 * np.pi * (np.arange(days) + day_of_year) / _YEAR
        for order in range(1, _HARMONICS + 1):
            columns += [Column(f"sine {order}", None, 0.0, 0.5), Column(f"cosine {order}", None, 0.0, 0.5)]
            parts += [np.sin(order * phase), np.cos(order * phase)]
        columns.append(Column("trend", None, 0.0, 0.1))
        parts.append((np.arange(days) - fitted / 2) / _YEAR)
    return columns, np.stack(parts, axis=1).astype(np.float64)


def _weather_features(panel: Panel, horizon: int) -> list[tuple[str, Floats]]:
    """Temperature with hinges for heat and cold, rain with a hinge for heavy rain; each [S, T + H]."""

    def with_forecast(name: str) -> Floats | None:
        if name not in panel.weather:
            return None
        ahead = np.full((len(panel.series), horizon), np.nan)
        if name in panel.forecast:
            known = panel.forecast[name][:, :horizon]
            ahead[:, : known.shape[1]] = known
        return np.hstack([panel.weather[name].astype(np.float64), ahead])

    features: list[tuple[str, Floats]] = []
    temperature, rain = with_forecast("temperature_c"), with_forecast("rain_mm")
    if temperature is not None:
        features.append(("temperature", temperature / 10))
        seen = panel.weather["temperature_c"][:, : max(panel.days - JUDGED_DAYS, 1)]
        known = seen[np.isfinite(seen)]
        cold, hot = np.quantile(known, np.array([_TAILS, [1 - tail for tail in _TAILS]])) if len(known) else ((), ())
        for number, (low, high) in enumerate(zip(cold, hot, strict=True), start=1):
            features.append((f"cold {number}", np.maximum(low - temperature, 0) / 5))
            features.append((f"heat {number}", np.maximum(temperature - high, 0) / 5))
    if rain is not None:
        features.append(("rain", np.log1p(np.maximum(rain, 0))))
        features.append(("heavy rain", np.minimum(np.maximum(rain - 6, 0), 24) / 10))
    return features


def _two_days_before(values: Floats) -> Floats:
    """Mean of the two days before each day, since interest leads the tills; [S, T]."""
    before = np.full((2, *values.shape), np.nan)
    before[0, :, 1:] = values[:, :-1]
    before[1, :, 2:] = values[:, :-2]
    known = np.isfinite(before)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, before, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _just_ended(share: Floats) -> Floats:
    """How much more was on promotion in the `_AFTER_DAYS` days before, mean, at least 0, [S, T]; NaN where unknown."""
    before = np.pad(share, [(0, 0), (_AFTER_DAYS, 0)], mode="edge")[:, :-1]
    mean = np.lib.stride_tricks.sliding_window_view(before, _AFTER_DAYS, axis=1).mean(axis=2)
    ended: Floats = np.maximum(mean - share, 0.0)
    return ended


def _from_median(values: Floats, fitted: int) -> Floats:
    """Each series less its median over the fitted days, [S, T]."""
    ordered = np.sort(values[:, :fitted], axis=1)
    known = np.isfinite(ordered).sum(axis=1)
    middle = np.take_along_axis(ordered, np.maximum((known - 1) // 2, 0)[:, None], axis=1)
    return values - middle


def _without_calendar(values: Floats, calendar: Floats, fitted: int) -> Floats:
    """[S, T + H] less its regression on the calendar [T + H, C] over the fitted days; NaN stays NaN."""
    known = np.isfinite(values)
    days = slice(0, fitted)
    count = np.maximum(known[:, days].sum(axis=1, keepdims=True), 1)
    mean = np.where(known[:, days], values[:, days], 0.0).sum(axis=1, keepdims=True) / count
    basis = np.hstack([np.ones((len(calendar), 1)), calendar])
    filled = np.where(known, values - mean, 0.0)
    gram = basis[days].T @ basis[days] + 1e-6 * np.eye(basis.shape[1])
    coefficients = np.linalg.solve(gram, basis[days].T @ filled[:, days].T)
    return np.where(known, values - mean - (basis @ coefficients).T, np.nan)
