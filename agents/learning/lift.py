"""What the ads caused: treated stores against the held-out ones, each measured against its own past.

For store i, d_i = ln(units a day in the flight) - ln(units a day before it). The pre-period takes out what is
lasting about a store, the difference to the control stores what happened to everyone, and a level for each region
what happened there (its weather). The lift is the treated stores' surplus delta, estimated by weighted least squares
of d on treatment and region: difference-in-differences with pre-period adjustment (Angrist & Pischke 2009, ch. 5;
Deng et al. 2013 for the adjustment). Stores are the units, as they are what was randomised, so the standard error
rests on the scatter between stores and not on the thousands of sales within one.

Weights are the precision each store's own days give it, since a small store's week says less than a superstore's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.catalogue import Store
from domain.errors import DataFault
from domain.money import pounds
from domain.performance import LiftEstimate
from domain.plan import Flight, Holdout, Interval
from world.ports import StoreSales

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

LEVEL = 0.8
METHOD = "randomised holdout, pre-period adjusted (difference-in-differences on log units, by region)"
_CONTINUITY = 0.5
"""Added to a store's total, so that a store that sold nothing has a logarithm."""
_LEAST_NOISE = 0.01
"""Floor of a store's daily noise, in logs: a store that never varied is no reason to weigh it endlessly."""


@dataclass(frozen=True, slots=True)
class LogLift:
    """delta, the treated stores' surplus in logs, its standard error and the degrees of freedom behind that."""

    delta: float
    standard_error: float
    degrees: int

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Central interval of delta by Student's t."""
        from scipy.special import stdtrit

        reach = float(stdtrit(self.degrees, 0.5 + level / 2)) * self.standard_error
        return self.delta - reach, self.delta + reach


def measure_lift(
    sales: StoreSales, *, flight: Flight, holdout: Holdout, stores: Sequence[Store], price: float
) -> LiftEstimate:
    """The incremental effect of a flight, from `sales` that cover whole weeks before it and its days so far.

    `price` is pounds a unit. Days of `sales` before `flight.start` that a campaign has already advertised in must not
    be in it. Raises DataFault when too little was observed to compare treated with held-out stores.
    """
    before, during = _split(sales, flight)
    rows = _observed(sales, before, during, holdout)
    names = np.array(sales.stores)[rows]
    treated = np.isin(names, holdout.treated_stores)
    if not treated.any() or treated.all():
        raise DataFault(
            f"{int(treated.sum())} treated and {int((~treated).sum())} held-out stores have sales to compare",
            remedy="measure a flight whose holdout the tills have seen",
        )
    region_of = {store.store_id: store.region for store in stores}
    regions = np.array([region_of.get(name, "") for name in names])
    estimate = log_lift(sales.units[rows][:, before], sales.units[rows][:, during], treated, regions)
    sold = float(np.nansum(sales.units[rows][treated][:, during]))
    low, high = (_incremental(sold, edge) * price for edge in estimate.interval())
    units = _incremental(sold, estimate.delta)
    return LiftEstimate(
        incremental_units=units,
        incremental_sales=pounds(units * price),
        standard_error=sold * float(np.exp(-estimate.delta)) * estimate.standard_error * price,
        interval=Interval(low=low, high=high, level=LEVEL),
        lift=float(np.expm1(estimate.delta)),
        treated_stores=int(treated.sum()),
        control_stores=int((~treated).sum()),
        method=METHOD,
    )


def log_lift(before: Matrix, during: Matrix, treated: NDArray[np.bool_], regions: NDArray[np.str_]) -> LogLift:
    """delta from units before [N, P] and during [N, F], NaN where missing; `treated` and `regions` [N].

    Regions without both kinds of store teach nothing of delta and drop out; where that leaves too few, regions are
    pooled. Needs one store of each kind.
    """
    change = np.log(_per_day(during)) - np.log(_per_day(before))
    weights = 1.0 / _noise(before, during)
    groups = _comparable(treated, regions)
    keep = groups >= 0
    if keep.sum() - len(np.unique(groups[keep])) - 1 < 1:
        groups, keep = np.zeros(len(treated), dtype=np.int64), np.ones(len(treated), dtype=np.bool_)
    y, x, w, g = change[keep], treated[keep].astype(np.float64), weights[keep], groups[keep]
    y, x = y - _group_mean(y, w, g), x - _group_mean(x, w, g)
    information = float((w * x * x).sum())
    delta = float((w * x * y).sum()) / information
    degrees = len(y) - len(np.unique(g)) - 1
    if degrees < 1:
        return LogLift(delta, float(np.sqrt(1 / information)), 1)
    scatter = float((w * (y - delta * x) ** 2).sum()) / degrees
    return LogLift(delta, float(np.sqrt(scatter / information)), degrees)


def _split(sales: StoreSales, flight: Flight) -> tuple[slice, slice]:
    """The columns before the flight, and those in it."""
    first = (flight.start - sales.start).days
    last = min((flight.end - sales.start).days + 1, sales.units.shape[1])
    if first < 1 or last <= first:
        raise DataFault(
            f"sales from {sales.start} over {sales.units.shape[1]} days do not cover {flight.start} and days before it",
            remedy="measure once the flight has begun",
        )
    return slice(0, first), slice(first, last)


def _observed(sales: StoreSales, before: slice, during: slice, holdout: Holdout) -> NDArray[np.bool_]:
    """The stores of the experiment seen at least once before the flight and once in it."""
    seen = np.isfinite(sales.units)
    member = np.isin(sales.stores, [*holdout.control_stores, *holdout.treated_stores])
    return np.asarray(member & seen[:, before].any(axis=1) & seen[:, during].any(axis=1))


def _per_day(units: Matrix) -> Vector:
    days = np.isfinite(units).sum(axis=1)
    return np.asarray((np.nansum(units, axis=1) + _CONTINUITY) / days)


def _noise(before: Matrix, during: Matrix) -> Vector:
    """Variance of each store's d from its days before the flight, the days' common ups and downs taken out. [N]"""
    logs = np.log(np.maximum(before[:, np.isfinite(before).any(axis=0)], _CONTINUITY))
    residual = logs - np.nanmedian(logs, axis=0)[None, :] if len(logs) > 1 else logs
    residual = residual - np.nanmean(residual, axis=1)[:, None]
    seen_before, seen_during = np.isfinite(before).sum(axis=1), np.isfinite(during).sum(axis=1)
    daily = np.nansum(residual**2, axis=1) / np.maximum(seen_before - 1, 1)
    return np.asarray(np.maximum(daily, _LEAST_NOISE**2) * (1 / seen_before + 1 / seen_during))


def _comparable(treated: NDArray[np.bool_], regions: NDArray[np.str_]) -> NDArray[np.int64]:
    """Group number of each store's region, -1 where the region has only treated or only held-out stores. [N]"""
    names, index = np.unique(regions, return_inverse=True)
    treated_count = np.bincount(index, weights=treated, minlength=len(names))
    control_count = np.bincount(index, weights=~treated, minlength=len(names))
    both = (treated_count > 0) & (control_count > 0)
    return np.where(both[index], index, -1).astype(np.int64)


def _group_mean(values: Vector, weights: Vector, groups: NDArray[np.int64]) -> Vector:
    """The weighted mean of each store's group, [N]."""
    sums = np.bincount(groups, weights=weights * values)
    return np.asarray((sums / np.maximum(np.bincount(groups, weights=weights), 1e-300))[groups])


def _incremental(sold: float, delta: float) -> float:
    """Units of `sold` that the lift `delta` (in logs) added."""
    return -sold * float(np.expm1(-delta))
