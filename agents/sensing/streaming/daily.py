"""A day of a large panel: judged by the week's fit, at a price that no history makes larger."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.calibration import benjamini_hochberg
from agents.sensing.alarms.deviations import DayShocks, shocks_of_day
from agents.sensing.alarms.windows import WINDOWS
from agents.sensing.baseline.cells import LEAST_DAYS
from agents.sensing.baseline.own import log_on_shelf, log_price, log_search
from agents.sensing.baseline.parts import (
    DRIVERS,
    FLOOR_UNITS,
    ON_PROMOTION,
    bound_promotion,
    credit_price_cuts,
    levelled,
)
from agents.sensing.baseline.regressors import calendar, weather_features
from agents.sensing.baseline.tracking import clipped_deviation, scale_of, worth
from agents.sensing.feed import doubtful, is_frozen
from agents.sensing.streaming.state import Scales, SensingState
from domain.errors import BadInput
from domain.opportunity import Cause
from domain.panel import ByPlace, Panel

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class DayColumn:
    """A day's figures of the S series of a state, in its order; missing is NaN."""

    units: Floats
    price: Floats
    promotion: Floats
    in_stock: Floats
    search: Floats
    """Each [S]."""
    weather: dict[str, Floats]
    """`temperature_c` and `rain_mm` by the state's places, [P]."""


@dataclass(frozen=True, slots=True, eq=False)
class DayScan:
    """What the day shows. S series, W windows of `WINDOWS` that end on it."""

    expected: Floats
    """Units that the calendar, the level and our own promotions make one expect, [S]."""
    effects: dict[Cause, Floats]
    """Log effect of each driver against normal, [S]."""
    shocks: DayShocks
    """Log effects common to all, to each region and to a group of series."""
    unexplained: Floats
    """Log units that no driver explains, with the shocks taken out; NaN where the feed is not to be believed, [S]."""
    z: Floats
    """Each window in standard deviations of its series, [S, W]."""
    p_value: Floats
    """Of each |z| among all series' past, 1 where the day is not known, [S, W]."""
    q: Floats
    """Of the day alone, corrected over all series, [S]."""


def column_of(panel: Panel, day: int, state: SensingState) -> DayColumn:
    """A day of a panel of the state's series, by its number. Raises BadInput for other series."""
    if panel.series != state.series:
        raise BadInput("The panel has other series than were fitted", remedy="fit it again", field="panel")
    first = np.unique(state.place_of, return_index=True)[1]
    weather = panel.weather
    if isinstance(weather, ByPlace):
        of_place = {name: table[:, day].astype(np.float64) for name, table in weather.tables.items()}
    else:
        of_place = {name: values[first, day].astype(np.float64) for name, values in weather.items()}
    return DayColumn(
        units=panel.units[:, day].astype(np.float64),
        price=panel.price[:, day].astype(np.float64),
        promotion=panel.promotion[:, day].astype(np.float64),
        in_stock=panel.in_stock[:, day].astype(np.float64),
        search=panel.search[:, day].astype(np.float64),
        weather=of_place,
    )


def advance(state: SensingState, column: DayColumn) -> tuple[SensingState, DayScan]:
    """Judge the day after those the state knows, and let it be known. Raises BadInput for another number of series."""
    series = len(state.series)
    if any(len(getattr(column, name)) != series for name in ("units", "price", "promotion", "in_stock", "search")):
        raise BadInput(f"The day does not have the {series} series that were fitted", remedy="fit again", field="panel")
    predicted = _predicted(state, column)
    credit_price_cuts(predicted, column.promotion > ON_PROMOTION)
    unsure = bound_promotion(predicted, state.regression.promoted_most)
    week = state.regression.week[:, state.days % 7]
    followed = levelled(state.has_year)
    of_drivers = state.drivers.level
    lasting = state.level.level + of_drivers.sum(axis=0)
    log_expected = state.regression.intercept + predicted[None] + week + predicted[Cause.PROMOTION] + lasting
    sold = column.units > 0
    begun = state.begun | sold
    seen = np.isfinite(column.units) & (column.units >= 0) & begun
    log_units = np.log(np.maximum(column.units, FLOOR_UNITS))
    explained = sum(predicted.values(), np.zeros(series))
    surprise = np.where(seen, log_units - state.regression.intercept - explained - week, np.nan)
    effects = {cause: predicted[cause] for cause in DRIVERS}
    for component, cause in enumerate(followed):
        effects[cause] = effects[cause] - of_drivers[component]
    last_sold = np.where(sold, state.days, state.last_sold)
    unjudged = state.too_new | (state.days - last_sold >= LEAST_DAYS)
    fault = _faults(state, column, log_expected) | ~seen | unjudged
    certainty = worth(state.regression.noise, unsure)
    residual = np.where(fault, np.nan, (surprise - state.level.level) * certainty)
    shocks = shocks_of_day(residual, state.scales.static[0], state.category_of, state.region_of, state.usual)
    unexplained = residual - shocks.shock - shocks.by_series(state.region_of)
    standing, levels = np.vstack([state.standing, unexplained + state.level.level]), _with(state)
    scales, z = _scaled(state, standing, levels)
    known = np.isfinite(z) & np.isfinite(unexplained)
    p_value = np.stack([one.p(np.abs(row)) for one, row in zip(state.calibration, z, strict=True)])
    p_value = np.where(known, p_value, 1.0)
    scan = DayScan(
        expected=np.exp(log_expected),
        effects=effects,
        shocks=shocks,
        unexplained=unexplained,
        z=z.T,
        p_value=p_value.T,
        q=benjamini_hochberg(p_value[0]),
    )
    after = replace(
        state,
        days=state.days + 1,
        level=state.level.after(surprise),
        drivers=state.drivers.after(np.stack([predicted[cause] for cause in followed]), seen.astype(np.float64)),
        scales=scales,
        standing=standing[1:],
        levels=levels[1:],
        promotion=np.vstack([state.promotion[1:], column.promotion]),
        search=np.vstack([state.search[1:], log_search(column.search)]),
        units=column.units,
        last_sold=last_sold,
        begun=begun,
    )
    return after, scan


def _with(state: SensingState) -> Floats:
    return np.vstack([state.levels, state.level.level])


def _predicted(state: SensingState, column: DayColumn) -> dict[Cause | None, Floats]:
    """The log effect of the calendar and of each cause, as the week's coefficients have it, [S]."""
    regression = state.regression
    causes = (None, Cause.PROMOTION, *DRIVERS)
    predicted: dict[Cause | None, Floats] = {cause: np.zeros(len(state.series)) for cause in causes}
    _, days = calendar(state.start, state.days + 1, state.fitted, state.has_year)
    basis = np.concatenate([[1.0], days[-1]])
    own = _own_values(state, column)
    tables = {name: values[:, None] for name, values in column.weather.items()}
    of_place = dict(weather_features(tables, regression.bends))
    shared = days.shape[1]
    by_calendar = regression.coefficients[:, :shared] @ days[-1]
    predicted[None] += by_calendar[state.category_of]
    for index in range(shared, len(regression.names)):
        name, cause = regression.names[index], regression.causes[index]
        coefficient = regression.coefficients[state.category_of, index]
        if name in own:
            anomaly = _less(own[name], regression.own_normal[name], basis)
        elif name in of_place:
            anomaly = _less(of_place[name][:, 0], regression.place_normal[name], basis)[state.place_of]
        else:
            continue
        predicted[cause] += np.where(np.isfinite(anomaly), coefficient * anomaly, 0.0)
    return predicted


def _less(values: Floats, normal: Floats, basis: Floats) -> Floats:
    """Figures of a day [N] less what is normal for it, a constant [N, 1] or of the calendar [N, 1 + B]."""
    return values - (normal[:, 0] if normal.shape[1] == 1 else normal[:, 0] + normal[:, 1:] @ basis)


def _own_values(state: SensingState, column: DayColumn) -> dict[str, Floats]:
    """The day's own columns before their normal is taken off, each [S]."""
    share = column.promotion
    before = np.where(np.isfinite(state.search), state.search, 0.0).sum(axis=0)
    searched = np.isfinite(state.search).sum(axis=0)
    return {
        "log price": log_price(column.price),
        "promotion": share,
        "promotion squared": share**2,
        "after promotion": np.maximum(state.promotion.mean(axis=0) - share, 0.0),
        "log on shelf": log_on_shelf(column.in_stock),
        "log search": log_search(column.search),
        "log search before": np.where(searched > 0, before / np.maximum(searched, 1), np.nan),
    }


def _faults(state: SensingState, column: DayColumn, log_expected: Floats) -> Flags:
    """Figures that are not to be believed, [S]."""
    fault, busy = doubtful(column.units, column.in_stock, log_expected)
    repeated = (column.units == state.units) & busy
    regions = int(state.region_of.max()) + 1
    frozen = [
        is_frozen(again, active, int(size))
        for again, active, size in zip(
            np.bincount(state.region_of, repeated, regions).astype(np.int64),
            np.bincount(state.region_of, busy, regions).astype(np.int64),
            np.bincount(state.region_of, minlength=regions),
            strict=True,
        )
    ]
    faults: Flags = fault | (repeated & np.array(frozen)[state.region_of])
    return faults


def _scaled(state: SensingState, standing: Floats, levels: Floats) -> tuple[Scales, Floats]:
    """The scales after the day, and each window's z on it, [W, S]."""
    following, shown = [], []
    total, count, added = np.zeros(standing.shape[1]), np.zeros(standing.shape[1]), 0
    for place, window in enumerate(WINDOWS):
        for day in standing[len(standing) - window : len(standing) - added]:
            known = np.isfinite(day)
            total += np.where(known, day, 0.0)
            count += known
        added = window
        mean = np.where(count > 0, total / np.maximum(count, 1.0), np.nan) - levels[-window]
        static, before = state.scales.static[place], state.scales.following[place]
        shown.append(mean / scale_of(before.level[0], static))
        clipped, of_use = clipped_deviation(mean, static)
        following.append(before.after(clipped[None], of_use.astype(np.float64)))
    return Scales(state.scales.static, tuple(following)), np.stack(shown)
