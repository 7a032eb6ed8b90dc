"""The weekly fit: a panel of any size, a few hundred series at a time, and of each what its next days are judged by."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.calibration import Calibration, beyond_chance, beyond_chance_of
from agents.sensing.alarms.deviations import RegionUsual, common_shock, middle_of, rows_by, usual_of
from agents.sensing.alarms.windows import WINDOWS, past_of, window_deviation
from agents.sensing.baseline.cells import LEAST_DAYS, figures
from agents.sensing.baseline.level import LevelState
from agents.sensing.baseline.own import AFTER_DAYS, SEARCH_LEADS_DAYS, blocks, log_search
from agents.sensing.baseline.parts import Part, fit_all, numbered
from agents.sensing.baseline.regressors import JUDGED_DAYS, Regressors
from agents.sensing.baseline.tracking import (
    Following,
    clipped_deviation,
    follow_level,
    followed,
    robust_scale,
    scale_of,
)
from agents.sensing.feed import doubtful, is_frozen
from agents.sensing.streaming.state import Regression, Scales, SensingState
from domain.errors import BadInput
from domain.panel import Panel

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_LEAST_DAYS = 2 * JUDGED_DAYS
_DAYS_AT_ONCE = 32
_SERIES_AT_ONCE = 2048
_KEPT_DAYS = max(WINDOWS) - 1
_PAST_DAYS = 8_000_000


@dataclass(slots=True, eq=False)
class _Gathered:
    """What the parts leave of S series over T days, in single precision: it is all that is held of them at once."""

    deviation: Singles
    """At first what no driver explains, with its shocks; NaN where the feed is not to be believed, [S, T]."""
    level: Singles
    """[S, T]."""
    weight: Floats
    """Expected units on the newest day, by which series of a category are averaged, [S]."""
    repeated: Flags
    """Where a busy day repeats the day before to the unit, [S, T]."""
    repeats: Numbers
    """How many series of each region do so, [R, T]."""
    busy: Numbers
    """How many series of each region are busy, [R, T]."""


def fit_state(panel: Panel) -> SensingState:
    """Fit all days of the panel, as they have all been judged, and keep what the next days need.

    The next `JUDGED_DAYS` days are judged as `fit_baseline` on the panel with them judges them. Besides the panel it
    holds two float32 arrays of its size, and a part of two more. Raises BadInput for a panel of less than two weeks,
    and for one of a country with holidays, which no state knows yet.
    """
    if panel.days < _LEAST_DAYS:
        raise BadInput(
            f"The panel has {panel.days} days", remedy=f"give at least {_LEAST_DAYS}, better a year", field="panel"
        )
    if panel.country:
        raise BadInput(
            f"A state knows no holidays, and the panel keeps those of {panel.country}",
            remedy="leave the country empty, or sense the panel whole",
            field="country",
        )
    regressors, parts = fit_all(panel, panel.days)
    category_of = numbered([key.category for key in panel.series])
    region_of = numbered([key.region for key in panel.series])
    shape = panel.units.shape
    by_region = (int(region_of.max()) + 1, panel.days)
    gathered = _Gathered(
        deviation=np.empty(shape, np.float32),
        level=np.empty(shape, np.float32),
        weight=np.empty(shape[0]),
        repeated=np.zeros(shape, np.bool_),
        repeats=np.zeros(by_region, np.int64),
        busy=np.zeros(by_region, np.int64),
    )
    kept = [_gather(gathered, part, panel, region_of) for part in parts]
    back = np.argsort(np.concatenate([part.rows for part in kept]))
    each = blocks(shape[0], _SERIES_AT_ONCE)
    too_new = np.concatenate([figures(panel.units[rows]).sum(axis=1) < LEAST_DAYS for rows in each])
    last_sold = np.concatenate([_last_sold(panel.units[rows]) for rows in each])
    unjudged = too_new | (panel.days - last_sold > LEAST_DAYS)
    _leave_out_faults(gathered, region_of, unjudged)
    usual = _take_out_shocks(gathered.deviation, category_of, region_of)
    scales, calibration = _scales(gathered, category_of)
    newest = slice(panel.days - _KEPT_DAYS, panel.days)
    return SensingState(
        start=panel.start,
        fitted=panel.days,
        days=panel.days,
        has_year=regressors.has_year,
        series=panel.series,
        category_of=category_of,
        region_of=region_of,
        place_of=regressors.place_of,
        regression=_regression(regressors, kept, back),
        level=_joined_levels([part.level_state for part in kept], back),
        drivers=_joined([part.driver_state for part in kept], back),
        scales=scales,
        standing=(gathered.deviation[:, newest].astype(np.float64) + gathered.level[:, newest]).T,
        levels=gathered.level[:, newest].astype(np.float64).T,
        promotion=panel.promotion[:, -AFTER_DAYS:].astype(np.float64).T,
        search=log_search(panel.search[:, -SEARCH_LEADS_DAYS:].astype(np.float64)).T,
        units=panel.units[:, -1].astype(np.float64),
        last_sold=last_sold,
        begun=last_sold >= 0,
        too_new=too_new,
        usual=usual,
        calibration=calibration,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    """What is kept of a part."""

    rows: Numbers
    coefficients: Floats
    intercept: Floats
    promoted_most: Floats
    noise: Floats
    week: Floats
    level_state: LevelState
    driver_state: Following


def _gather(gathered: _Gathered, part: Part, panel: Panel, region_of: Numbers) -> _Kept:
    rows = part.rows
    units = panel.units[rows]
    fault, busy = doubtful(units, panel.in_stock[rows], part.expected)
    repeated = np.zeros(units.shape, dtype=np.bool_)
    repeated[:, 1:] = (units[:, 1:] == units[:, :-1]) & busy[:, 1:]
    np.add.at(gathered.repeats, region_of[rows], repeated)
    np.add.at(gathered.busy, region_of[rows], busy)
    gathered.repeated[rows] = repeated
    gathered.deviation[rows] = np.where(fault | ~figures(units), np.nan, part.residual)
    gathered.level[rows] = part.level
    gathered.weight[rows] = np.exp(part.expected[:, -1])
    return _Kept(
        rows,
        part.coefficients,
        part.intercept,
        part.promoted_most,
        part.noise,
        part.week,
        part.level_state,
        part.driver_state,
    )


def _last_sold(units: Singles) -> Numbers:
    """The number of the last day with a sale, -1 without one, [S]."""
    sold = np.nan_to_num(units) > 0
    last: Numbers = np.where(sold.any(axis=1), units.shape[1] - 1 - np.argmax(sold[:, ::-1], axis=1), -1)
    return last


def _leave_out_faults(gathered: _Gathered, region_of: Numbers, unjudged: Flags) -> None:
    """Make deviations NaN of series that are not judged, and of regions whose feed stands still."""
    gathered.deviation[unjudged] = np.nan
    for region, rows in enumerate(rows_by(region_of)):
        still = is_frozen(gathered.repeats[region], gathered.busy[region], len(rows))
        for day in np.flatnonzero(still):
            frozen = rows[gathered.repeated[rows, day]]
            gathered.deviation[frozen, day] = np.nan
    gathered.repeated = np.zeros((0, 0), np.bool_)


def _take_out_shocks(deviation: Singles, category_of: Numbers, region_of: Numbers) -> tuple[RegionUsual, ...]:
    """Take what is common to all and to each region out of [S, T], and say how much each region's median moves."""
    for first in range(0, deviation.shape[1], _DAYS_AT_ONCE):
        days = slice(first, first + _DAYS_AT_ONCE)
        shock = common_shock(deviation[:, days].astype(np.float64), category_of, region_of)
        deviation[:, days] -= shock.astype(np.float32)
    regions = int(region_of.max()) + 1
    usual = []
    for rows in rows_by(region_of):
        mine = deviation[rows].astype(np.float64)
        found = usual_of(mine) if regions > 1 else RegionUsual(float("inf"), 0.0)
        deviation[rows] = mine - found.shock(middle_of(mine))
        usual.append(found)
    return tuple(usual)


def _scales(gathered: _Gathered, category_of: Numbers) -> tuple[Scales, tuple[Calibration, ...]]:
    """How each series' windows deviate, and how unusual every size of that is among all series."""
    series, days = gathered.deviation.shape
    whole, level = _pooled(gathered, category_of)
    static, following, calibration = np.empty((len(WINDOWS), series)), [], []
    asked = _asked(series, days)
    z, past = np.empty((len(asked), days), np.float32), np.empty(len(asked) * days, np.float32)
    for place, window in enumerate(WINDOWS):
        of_categories = _standardised(window_deviation(whole, level, window))[0]
        event = np.abs(of_categories) > beyond_chance(past_of(of_categories, judged=0))
        states = []
        for rows in blocks(series, _SERIES_AT_ONCE):
            mean = window_deviation(
                gathered.deviation[rows].astype(np.float64), gathered.level[rows].astype(np.float64), window
            )
            found, static[place, rows], state = _standardised(mean)
            states.append(state)
            first, last = np.searchsorted(asked, (rows[0], rows[-1] + 1))
            z[first:last] = found[asked[first:last] - rows[0]]
        beyond = beyond_chance_of(_sorted_past(z, past))
        for mine in blocks(len(asked), _SERIES_AT_ONCE):
            is_event = (np.abs(z[mine]) > beyond) | event[category_of[asked[mine]]]
            z[mine] = np.where(is_event, np.float32(np.nan), z[mine])
        following.append(_joined(states, np.arange(series)))
        calibration.append(Calibration.of(_sorted_past(z, past)))
    return Scales(static, tuple(following)), tuple(calibration)


def _asked(series: int, days: int) -> Numbers:
    """The series whose past says how unusual a deviation is: all of them, or as many, drawn at random, as make
    `_PAST_DAYS` days, whose tail is known to a thousandth."""
    enough = max(_PAST_DAYS // days, 1)
    if series <= enough:
        return np.arange(series)
    return np.sort(np.random.default_rng(0).choice(series, enough, replace=False))


def _sorted_past(z: Singles, room: Singles) -> Singles:
    """What `past_of` gives of [S, T], sorted, in the room of an array that is there already."""
    found = 0
    for rows in blocks(len(z), _SERIES_AT_ONCE):
        mine = past_of(z[rows], judged=0)
        room[found : found + len(mine)] = mine
        found += len(mine)
    room[:found].sort()
    return room[:found]


def _standardised(mean: Floats) -> tuple[Floats, Floats, Following]:
    """A window's deviations [N, T] in standard deviations, the static scale [N], and where the scale stands."""
    static = robust_scale(mean)
    clipped, known = clipped_deviation(mean, static[:, None])
    weight = known.astype(np.float64)
    level = follow_level(clipped[None], weight, JUDGED_DAYS)[0]
    return mean / scale_of(level, static[:, None]), static, followed(clipped[None], weight, JUDGED_DAYS)


def _pooled(gathered: _Gathered, category_of: Numbers) -> tuple[Floats, Floats]:
    """Deviation and level of whole categories, weighted by expected units, [G, T] each."""
    groups, days = int(category_of.max()) + 1, gathered.level.shape[1]
    total, mass = np.zeros((2, groups, days)), np.zeros((groups, days))
    level_mass = np.bincount(category_of, gathered.weight, groups)[:, None]
    for rows in blocks(len(category_of), _SERIES_AT_ONCE):
        known = np.isfinite(gathered.deviation[rows])
        weight = gathered.weight[rows, None]
        np.add.at(mass, category_of[rows], known * weight)
        np.add.at(total[0], category_of[rows], np.where(known, gathered.deviation[rows], 0.0) * weight)
        np.add.at(total[1], category_of[rows], gathered.level[rows] * weight)
    return np.where(mass > 0, total[0] / np.maximum(mass, 1e-12), np.nan), total[1] / np.maximum(level_mass, 1e-12)


def _regression(regressors: Regressors, kept: list[_Kept], back: Numbers) -> Regression:
    own = regressors.own
    return Regression(
        names=tuple(column.name for column in regressors.columns),
        causes=tuple(column.cause for column in regressors.columns),
        coefficients=np.concatenate([part.coefficients for part in kept]),
        intercept=np.concatenate([part.intercept for part in kept])[back],
        promoted_most=np.concatenate([part.promoted_most for part in kept])[back],
        noise=np.concatenate([part.noise for part in kept])[back],
        week=np.concatenate([part.week for part in kept])[back],
        own_normal={column.name: normal for column, normal in zip(own.columns, own.normal, strict=True)},
        place_normal=regressors.place_normal,
        bends=regressors.bends,
    )


def _joined(states: list[Following], back: Numbers) -> Following:
    """Of series in the order `back` of those of the states, one below the other."""
    return Following(
        total=np.concatenate([state.total for state in states], axis=-1)[..., back],
        mass=np.concatenate([state.mass for state in states], axis=-1)[..., back],
        waiting=tuple(
            np.concatenate(day, axis=-1)[..., back] for day in zip(*(one.waiting for one in states), strict=True)
        ),
        waiting_weight=tuple(
            np.concatenate(day)[back] for day in zip(*(one.waiting_weight for one in states), strict=True)
        ),
    )


def _joined_levels(states: list[LevelState], back: Numbers) -> LevelState:
    return LevelState(
        following=_joined([state.following for state in states], back),
        half_life=np.concatenate([state.half_life for state in states])[back],
        reach=np.concatenate([state.reach for state in states])[back],
        newest=np.concatenate([state.newest for state in states])[back],
    )
