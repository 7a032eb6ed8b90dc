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
from domain.plan import INTERVAL_LEVEL, Flight, Holdout, Interval
from world.ports import StoreSales

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

BY_STORE = "randomised holdout, pre-period adjusted (difference-in-differences on log units, by region)"
BY_TOTALS = "randomised holdout, pre-period adjusted (ratio of the arms' totals, stores too small to read one by one)"
_LEAST_NOISE = 0.01
"""Floor of a store's relative daily noise: a store that never varied is no reason to weigh it endlessly."""
_MOST_VARIANCE = 0.15
"""Of a store's change, relative. Beyond it, about seven sales in a flight, a logarithm is mostly bias; such stores
are left out of the comparison, not out of the sales the lift is applied to."""


@dataclass(frozen=True, slots=True)
class LogLift:
    """delta, the treated stores' surplus in logs, its standard error and the degrees of freedom behind that."""

    delta: float
    standard_error: float
    degrees: int
    method: str = BY_STORE

    def interval(self, level: float = INTERVAL_LEVEL) -> tuple[float, float]:
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
    treated = sales.rows_of(holdout.treated_stores)[rows]
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
        interval=Interval(low=low, high=high, level=INTERVAL_LEVEL),
        lift=float(np.expm1(estimate.delta)),
        treated_stores=int(treated.sum()),
        control_stores=int((~treated).sum()),
        method=estimate.method,
    )


def log_lift(before: Matrix, during: Matrix, treated: NDArray[np.bool_], regions: NDArray[np.str_]) -> LogLift:
    """delta from units before [N, P] and during [N, F], NaN where missing; `treated` and `regions` [N].

    Stores that sell too little to tell drop out; where most do, the arms' totals are compared instead. Regions
    without both kinds of store teach nothing of delta and drop out as well; where that leaves too few, regions are
    pooled. Needs one store of each kind.
    """
    variance, continuity = _noise(before, during)
    telling = _telling(variance, treated)
    if telling is None and min(treated.sum(), (~treated).sum()) >= 2:
        return _ratio_lift(before, during, treated)
    if telling is None:
        telling = np.ones(len(treated), dtype=np.bool_)
    before, during, treated, regions = before[telling], during[telling], treated[telling], regions[telling]
    change = np.log(_per_day(during, continuity[telling])) - np.log(_per_day(before, continuity[telling]))
    weights = 1.0 / variance[telling]
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
    member = sales.rows_of([*holdout.control_stores, *holdout.treated_stores])
    return np.asarray(member & seen[:, before].any(axis=1) & seen[:, during].any(axis=1))


def _per_day(units: Matrix, continuity: Vector) -> Vector:
    days = np.isfinite(units).sum(axis=1)
    return np.asarray((np.nansum(units, axis=1) + continuity) / days)


def _noise(before: Matrix, during: Matrix) -> tuple[Vector, Vector]:
    """Variance of each store's d from its days before the flight [N], and the continuity added to its totals [N].

    Scatter is relative to the store's own mean and not in logs: a store that sells on few days has logs that hardly
    vary and says next to nothing. Half a sale is added to a total, in the size the store's sales come in (its variance
    over its mean: one for counts, more where a source's units stand for many).
    """
    seen = before[:, np.isfinite(before).any(axis=0)]
    mean = np.maximum(np.nanmean(seen, axis=1), 1e-9)
    ratio = seen / mean[:, None]
    common = np.nansum(seen, axis=0) / np.maximum((np.isfinite(seen) * mean[:, None]).sum(axis=0), 1e-9)
    residual = ratio - common[None, :]
    days_before, days_during = np.isfinite(seen).sum(axis=1), np.isfinite(during).sum(axis=1)
    daily = np.nansum(residual**2, axis=1) / np.maximum(days_before - 1, 1)
    variance = np.maximum(daily, _LEAST_NOISE**2) * (1 / days_before + 1 / days_during)
    return np.asarray(variance), np.asarray(0.5 * np.maximum(daily * mean, 1.0))


def _telling(variance: Vector, treated: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """The stores whose change is known well enough for a logarithm to be read [N]; None where they are too few."""
    clear = variance <= _MOST_VARIANCE
    if min((clear & treated).sum(), (clear & ~treated).sum()) < 2 or clear.mean() < 0.5:
        return None
    return np.asarray(clear)


def _ratio_lift(before: Matrix, during: Matrix, treated: NDArray[np.bool_]) -> LogLift:
    """delta from each arm's totals, for stores too small to be read one by one.

    ln(sold in the flight / sold before), treated less held out; the variance of each by linearisation over stores
    (Cochran 1977, section 6.4), so that stores that sold nothing take part as they are.
    """
    change, variance = np.zeros(2), np.zeros(2)
    for arm, rows in enumerate((~treated, treated)):
        x, y = np.nansum(before[rows], axis=1), np.nansum(during[rows], axis=1)
        if x.sum() <= 0 or y.sum() <= 0:
            raise DataFault(
                "the treated or the held-out stores sold nothing to compare", remedy="measure a category that sells"
            )
        count = len(x)
        change[arm] = np.log(y.sum() / x.sum())
        variance[arm] = ((y / y.sum() - x / x.sum()) ** 2).sum() * count / max(count - 1, 1)
    return LogLift(float(change[1] - change[0]), float(np.sqrt(variance.sum())), max(len(treated) - 2, 1), BY_TOTALS)


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
