"""Each store against its own past: the surplus of the treated over the held-out ones, region by region.

For store i, d_i = ln(units a day in the flight) - ln(units a day before it). The pre-period takes out what is
lasting about a store, the difference to the control stores what happened to everyone, and a level for each region
what happened there (its weather). The effect is the treated stores' surplus delta, estimated by weighted least squares
of d on treatment and region: difference-in-differences with pre-period adjustment (Angrist & Pischke 2009, ch. 5;
Deng et al. 2013 for the adjustment). Stores are the units, as they are what was randomised, so the standard error
rests on the scatter between stores and not on the thousands of sales within one.

Weights are the precision each store's own days give it, since a small store's week says less than a superstore's.
That is right where the effect is the same share of every store's sales; `additive` is for where it is the same amount.
"""

import numpy as np
from numpy.typing import NDArray

from agents.learning.lift.panel import Effects, LogLift, Mask, Matrix, Panel, Vector

_LEAST_NOISE = 0.01
"""Floor of a store's relative daily noise: a store that never varied is no reason to weigh it endlessly."""
_MOST_VARIANCE = 0.15
"""Of a store's change, relative. Beyond it, about seven sales in a flight, a logarithm is mostly bias; such stores
are left out of the comparison, not out of the sales the lift is applied to."""


def relative(panel: Panel, assignments: Mask) -> Effects:
    """delta under each of `assignments` [B, N]. Every row needs one store of each kind.

    Regions without both kinds of store teach nothing of delta and drop out; where that leaves too few, regions are
    pooled.
    """
    variance, continuity = noise(panel)
    change = np.log(_per_day(panel.during, continuity)) - np.log(_per_day(panel.before, continuity))
    return surplus(change, 1.0 / variance, assignments, panel.regions)


def log_lift(before: Matrix, during: Matrix, treated: Mask, regions: NDArray[np.str_]) -> LogLift:
    """`relative` of one assignment, `treated` [N]."""
    found = relative(Panel(before, during, regions), treated[None])
    return LogLift(float(found.delta[0]), float(found.standard_error[0]), int(found.degrees[0]))


def additive(panel: Panel, assignments: Mask) -> Effects:
    """The same number of units in each treated store: delta of the treated stores' total under each row [B, N].

    Units a day in the flight are regressed on units a day before it and on treatment, weighted by the precision of
    each store's days: analysis of covariance (Fisher 1932; Lin 2013). The standard error allows for stores of unequal
    scatter (HC2, MacKinnon & White 1985).
    """
    variance, _ = noise(panel)
    before, during = np.nanmean(panel.before, axis=1), np.nanmean(panel.during, axis=1)
    weights = 1.0 / (variance * np.maximum(before, 1e-9) ** 2)
    treated = assignments.astype(np.float64)
    slope_x = (weights * before * before).sum()
    along = (treated * weights * before).sum(axis=1) / slope_x
    x = treated - along[:, None] * before
    y = during - (weights * before * during).sum() / slope_x * before
    information = (weights * x * x).sum(axis=1)
    extra = (weights * x * y).sum(axis=1) / information
    residual = y - extra[:, None] * x
    leverage = weights * (before * before / slope_x + x * x / information[:, None])
    error = np.sqrt(((weights * x * residual) ** 2 / np.maximum(1 - leverage, 0.05)).sum(axis=1)) / information
    sold, stores = (treated * during).sum(axis=1), treated.sum(axis=1)
    without = np.maximum(sold - extra * stores, 1e-9)
    degrees = np.full(len(assignments), max(len(before) - 2, 1), dtype=np.int64)
    return Effects(np.log(np.maximum(sold, 1e-9) / without), error * stores / without, degrees)


def surplus(change: Vector, weights: Vector, assignments: Mask, regions: NDArray[np.str_]) -> Effects:
    """Weighted least squares of `change` [N] on treatment and region, under each of `assignments` [B, N]."""
    names, group = np.unique(regions, return_inverse=True)
    member = np.eye(len(names))[group]
    treated = assignments.astype(np.float64)
    both = ((treated @ member > 0) & ((1 - treated) @ member > 0)).astype(np.float64)
    keep = both[:, group]
    thin = keep.sum(axis=1) - both.sum(axis=1) - 1 < 1
    found = _within(change, weights, treated, keep, member, both.sum(axis=1))
    if not thin.any():
        return found
    pooled = _within(change, weights, treated, np.ones_like(treated), np.ones((len(change), 1)), np.ones(len(treated)))
    return Effects(
        np.where(thin, pooled.delta, found.delta),
        np.where(thin, pooled.standard_error, found.standard_error),
        np.where(thin, pooled.degrees, found.degrees),
    )


def _within(change: Vector, weights: Vector, treated: Matrix, keep: Matrix, member: Matrix, groups: Vector) -> Effects:
    """The regression within groups. `treated` and `keep` [B, N], `member` [N, G], `groups` [B] how many are kept."""
    w = weights * keep
    mass = np.maximum(w @ member, 1e-300)
    y = change - ((w * change) @ member / mass) @ member.T
    x = treated - ((w * treated) @ member / mass) @ member.T
    information = np.maximum((w * x * x).sum(axis=1), 1e-300)
    delta = (w * x * y).sum(axis=1) / information
    degrees = keep.sum(axis=1) - groups - 1
    scatter = (w * (y - delta[:, None] * x) ** 2).sum(axis=1) / np.maximum(degrees, 1)
    scatter = np.where(degrees >= 1, scatter, 1.0)
    return Effects(delta, np.sqrt(scatter / information), np.maximum(degrees, 1).astype(np.int64))


def telling(panel: Panel, treated: Mask) -> Mask | None:
    """The stores whose change is known well enough for a logarithm to be read [N]; None where they are too few."""
    clear = noise(panel)[0] <= _MOST_VARIANCE
    if min((clear & treated).sum(), (clear & ~treated).sum()) < 2 or clear.mean() < 0.5:
        return None
    return np.asarray(clear)


def noise(panel: Panel) -> tuple[Vector, Vector]:
    """Variance of each store's d from its days before the flight [N], and the continuity added to its totals [N].

    Scatter is relative to the store's own mean and not in logs: a store that sells on few days has logs that hardly
    vary and says next to nothing. Half a sale is added to a total, in the size the store's sales come in (its variance
    over its mean: one for counts, more where a source's units stand for many).
    """
    before, during = panel.before, panel.during
    seen = before[:, np.isfinite(before).any(axis=0)]
    mean = np.maximum(np.nanmean(seen, axis=1), 1e-9)
    ratio = seen / mean[:, None]
    common = np.nansum(seen, axis=0) / np.maximum((np.isfinite(seen) * mean[:, None]).sum(axis=0), 1e-9)
    residual = ratio - common[None, :]
    days_before, days_during = np.isfinite(seen).sum(axis=1), np.isfinite(during).sum(axis=1)
    daily = np.nansum(residual**2, axis=1) / np.maximum(days_before - 1, 1)
    variance = np.maximum(daily, _LEAST_NOISE**2) * (1 / days_before + 1 / days_during)
    return np.asarray(variance), np.asarray(0.5 * np.maximum(daily * mean, 1.0))


def _per_day(units: Matrix, continuity: Vector) -> Vector:
    days = np.isfinite(units).sum(axis=1)
    return np.asarray((np.nansum(units, axis=1) + continuity) / days)
