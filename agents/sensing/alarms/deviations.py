"""Deviations from the expected, with what is common to all and to a region taken out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from agents.sensing.alarms.groups import GroupShock, find_group
from agents.sensing.baseline.baseline import DRIVERS, Baseline
from agents.sensing.baseline.regressors import JUDGED_DAYS
from agents.sensing.baseline.tracking import robust_scale
from domain.opportunity import Cause

Floats = NDArray[np.float64]

SalesScope = Literal["observed", "shelf", "unexplained"]
"""`observed` is the deviation from the calendar, `unexplained` what is left of it after every known driver; `shelf`
leaves price and stock in, so that what they do is not lost in what the weather does every day."""
SALES_SCOPES: tuple[SalesScope, ...] = get_args(SalesScope)

FORECAST_DAYS = 3
_FEW_REGIONS = 3
_GROUP_ROUNDS = 3
_ENOUGH = 5
"""Categories or series with fewer of which a median would be one of their own stories."""


@dataclass(frozen=True, slots=True, eq=False)
class Deviations:
    """Deviations with the common shock taken out."""

    shock: Floats
    """What all categories have in common, [T]."""
    regional: Floats
    """What the categories of a region, or a group of series, have in common beyond that, by series, [S, T]."""
    of_region: Floats
    """The part of it that the categories of a region have in common, [R, T]."""
    group: GroupShock | None
    """The group that moved alike on the newest day."""
    observed: Floats
    """From what the calendar and our promotions make one expect, [S, T]."""
    shelf: Floats
    """What the shelf itself explains, its price and its stock, and what no driver does, [S, T]."""
    unexplained: Floats
    """What no driver explains, [S, T]."""
    weather_ahead: Floats
    """Mean log effect of the forecast weather over the next `FORECAST_DAYS` days by category, [G]."""


def values_of(deviations: Deviations, scope: SalesScope) -> Floats:
    """What the tests of a scope are made of, [S, T]."""
    return {"observed": deviations.observed, "shelf": deviations.shelf, "unexplained": deviations.unexplained}[scope]


def common_shock(residual: Floats, category_of: NDArray[np.int64], region_of: NDArray[np.int64]) -> Floats:
    """What all categories have in common of [S, T], [T].

    The median over all series, or over the medians of three regions or more, so that what one region does is not told
    of the others; with fewer than five categories, where a single one would pass for it, what even the category that
    moved least shows, and 0 where they do not all move one way.
    """
    categories, regions = int(category_of.max()) + 1, int(region_of.max()) + 1
    if categories >= _ENOUGH:
        if regions < _FEW_REGIONS:
            return np.nan_to_num(_median(residual))
        return np.nan_to_num(_median(np.stack([_median(residual[rows]) for rows in rows_by(region_of)])))
    each = np.stack([_median(residual[rows]) for rows in rows_by(category_of)])
    least = np.where(np.isfinite(each), np.abs(each), np.inf).min(axis=0)
    one_way = np.abs(np.nansum(np.sign(each), axis=0)) == np.isfinite(each).sum(axis=0)
    known = one_way & np.isfinite(least) & (np.isfinite(each).sum(axis=0) > 1)
    return np.where(known, np.sign(np.nansum(each, axis=0)) * np.where(known, least, 0.0), 0.0)


def regional_shock(residual: Floats, region_of: NDArray[np.int64]) -> Floats:
    """What the series of a region have in common of [S, T] beyond the shock common to all, [R, T].

    Their median, less what chance alone would give it: by the share of its usual variance that chance explains, or by
    the size it has on the day (James and Stein's positive part, at two standard errors). 0 with fewer than five series.
    """
    regions = int(region_of.max()) + 1
    shocks = np.zeros((regions, residual.shape[1]))
    fitted = max(residual.shape[1] - JUDGED_DAYS, 1)
    for region, mine in enumerate(rows_by(region_of) if regions > 1 else ()):
        shocks[region] = usual_of(residual[mine][:, :fitted]).shock(middle_of(residual[mine]))
    return shocks


@dataclass(frozen=True, slots=True)
class RegionUsual:
    """How much the median of a region's series moves by chance, and how much of its usual movement that is not."""

    chance: float
    """Variance of the median by chance; infinite with too few series for one."""
    lasting: float
    """Share of the median's usual variance that chance does not explain."""

    def shock(self, middle: Floats) -> Floats:
        """The part of the medians of some days [T] that is a shock, [T]."""
        of_today = np.maximum(1 - 4 * self.chance / np.maximum(middle**2, 1e-12), 0.0)
        shock: Floats = middle * np.maximum(self.lasting, of_today)
        return shock


def middle_of(rows: Floats) -> Floats:
    """The median of [N, T] over what is known, 0 where nothing is, [T]."""
    return np.nan_to_num(_median(rows))


def usual_of(rows: Floats) -> RegionUsual:
    """Of a region's series on the fitted days, [N, T]."""
    if len(rows) < _ENOUGH:
        return RegionUsual(float("inf"), 0.0)
    chance = np.pi / 2 * float((robust_scale(rows) ** 2).mean()) / len(rows)
    usual = max(float(robust_scale(middle_of(rows)[None])[0]) ** 2, 1e-12)
    return RegionUsual(chance, max(1 - chance / usual, 0.0))


def _median(values: Floats) -> Floats:
    """The median of [N, T] over what is known, [T]; NaN where nothing is."""
    count = np.isfinite(values).sum(axis=0)
    ordered = np.sort(np.where(np.isfinite(values), values, np.inf), axis=0)
    places = np.stack([np.maximum((count - 1) // 2, 0), np.minimum(count // 2, len(values) - 1)])
    middle = np.take_along_axis(ordered, places, axis=0)
    return np.where(count > 0, middle.mean(axis=0), np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class DayShocks:
    """What series have in common on a day."""

    shock: float
    of_region: Floats
    """[R]."""
    group: GroupShock | None

    def by_series(self, region_of: NDArray[np.int64]) -> Floats:
        """What is not common to all, [S]."""
        regional: Floats = self.of_region[region_of]
        return regional if self.group is None else regional + self.group.size * self.group.members


def shocks_of_day(
    residual: Floats,
    scale: Floats,
    category_of: NDArray[np.int64],
    region_of: NDArray[np.int64],
    usual: Sequence[RegionUsual],
) -> DayShocks:
    """Of the `residual` [S] of a day, given the static `scale` [S] and how much each region's median moves.

    A group draws the medians of all and of regions towards it, so they are taken again without it, and it without them.
    """
    regions = rows_by(region_of)

    def without(group: GroupShock | None) -> DayShocks:
        rest = residual if group is None else residual - group.size * group.members
        shock = float(common_shock(rest[:, None], category_of, region_of)[0])
        middles = [middle_of(rest[rows][:, None] - shock) for rows in regions]
        return DayShocks(
            shock, np.array([float(one.shock(middle)[0]) for one, middle in zip(usual, middles, strict=True)]), group
        )

    shocks = without(None)
    for _ in range(_GROUP_ROUNDS):
        group = find_group(residual - shocks.shock - shocks.of_region[region_of], scale, category_of)
        if group is None:
            break
        shocks = without(group)
    return shocks


def measure_deviations(baseline: Baseline, unreliable: NDArray[np.bool_]) -> Deviations:
    """Deviations on the days the feed can be believed; `unreliable` [S, T] days are left out.

    Groups are looked for on the newest `JUDGED_DAYS` alone: on days of the past what they did is left out of the
    measure of the usual, as every event is.
    """
    residual = np.where(unreliable, np.nan, baseline.residual * baseline.certainty)
    days = residual.shape[1]
    fitted = max(days - JUDGED_DAYS, 1)
    regions = rows_by(baseline.region_of)
    shock = common_shock(residual, baseline.category_of, baseline.region_of)
    of_region = np.zeros((len(regions), days))
    usual = [RegionUsual(float("inf"), 0.0)] * len(regions)
    for region, rows in enumerate(regions if len(regions) > 1 else ()):
        beyond = residual[rows] - shock
        usual[region] = usual_of(beyond[:, :fitted])
        of_region[region] = usual[region].shock(middle_of(beyond))
    regional = of_region[baseline.region_of]
    scale = robust_scale((residual - shock - regional)[:, :fitted])
    group = None
    for day in range(fitted, days):
        found = shocks_of_day(residual[:, day], scale, baseline.category_of, baseline.region_of, usual)
        shock[day], of_region[:, day], group = found.shock, found.of_region, found.group
        regional[:, day] = found.by_series(baseline.region_of)
    explained = sum((baseline.effects[cause] for cause in DRIVERS), np.zeros(1))
    unexplained = residual - shock - regional
    # Nothing is foretold of a series of which no day can be believed.
    ahead = np.where(unreliable.all(axis=1, keepdims=True), np.nan, baseline.weather_ahead[:, :FORECAST_DAYS])
    return Deviations(
        shock=shock,
        regional=regional,
        of_region=of_region,
        group=group,
        observed=unexplained + explained,
        shelf=unexplained + baseline.effects[Cause.PRICE] + baseline.effects[Cause.STOCK],
        unexplained=unexplained,
        weather_ahead=pool(ahead, baseline).mean(axis=1),
    )


def rows_by(group: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The rows of each group, [S] gives a list of G."""
    ends = np.cumsum(np.bincount(group))
    # numpy sorts short integers by radix, ten times as fast.
    short = group.astype(np.int16) if len(ends) <= np.iinfo(np.int16).max else group
    return np.split(np.argsort(short, kind="stable"), ends[:-1])


def pool(values: Floats, baseline: Baseline) -> Floats:
    """Average [S, T] over the series of each category, weighted by expected units, over what is known, [G, T]."""
    weight = np.where(np.isfinite(values), np.exp(baseline.expected[:, -1:]), 0.0)
    total = np.zeros((len(baseline.categories), values.shape[1]))
    mass = np.zeros_like(total)
    np.add.at(total, baseline.category_of, np.where(weight > 0, values, 0.0) * weight)
    np.add.at(mass, baseline.category_of, weight)
    return np.where(mass > 0, total / np.maximum(mass, 1e-12), np.nan)
