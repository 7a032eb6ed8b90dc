"""Each store against its own past: the surplus of the treated over the held-out ones, region by region.

For store i, d_i = ln(units a day in the flight) - ln(units a day before it). The pre-period takes out what is
lasting about a store, the difference to the control stores what happened to everyone, and a level for each region
what happened there (its weather). The effect is the treated stores' surplus delta, estimated by weighted least squares
of d on treatment and region: difference-in-differences with pre-period adjustment (Angrist & Pischke 2009, ch. 5;
Deng et al. 2013 for the adjustment). Stores are the units, as they are what was randomised, so the standard error
rests on the scatter between stores and not on the thousands of sales within one.

Weights are the precision each store's own days give it, since a small store's week says less than a superstore's.
That is right where the effect is the same share of every store's sales (`relative`); `mixed` asks less.
"""

import numpy as np
from numpy.typing import NDArray

from agents.learning.lift.panel import Effects, LogLift, Mask, Matrix, Names, Panel, Vector

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


def mixed(panel: Panel, assignments: Mask) -> Effects:
    """A share of every store's sales and an amount in every store, together: delta of the treated stores' total.

    d is regressed on treatment and on treatment over the store's size, the latter centred so that the first coefficient
    is the effect on all that the treated stores sell (Lin 2013: treatment interacted with a covariate). It is right
    where ads sell as many per cent everywhere, as many pounds, or anything between, and costs one degree of freedom.
    """
    variance, continuity = noise(panel)
    change = np.log(_per_day(panel.during, continuity)) - np.log(_per_day(panel.before, continuity))
    size = np.maximum(np.nanmean(panel.before, axis=1), 1e-9)
    treated = assignments.astype(np.float64)
    usual = treated.sum(axis=1) / np.maximum(treated @ size, 1e-300)
    smallness = treated * (1 / size - usual[:, None]) / usual[:, None]
    return surplus(change, 1.0 / variance, assignments, panel.regions, smallness)


def surplus(
    change: Vector, weights: Vector, assignments: Mask, regions: Names, beside: Matrix | None = None
) -> Effects:
    """Weighted least squares of `change` [N] on treatment and region, and on a column `beside` it [B, N], under each of
    `assignments` [B, N]: the coefficient of treatment."""
    names, group = np.unique(regions, return_inverse=True)
    member = np.eye(len(names))[group]
    treated = assignments.astype(np.float64)
    both = ((treated @ member > 0) & ((1 - treated) @ member > 0)).astype(np.float64)
    keep = both[:, group]
    thin = keep.sum(axis=1) - both.sum(axis=1) - (1 if beside is None else 2) < 1
    found = _within(change, weights, treated, keep, member, both.sum(axis=1), beside)
    if not thin.any():
        return found
    everywhere = np.ones((len(change), 1))
    pooled = _within(change, weights, treated, np.ones_like(treated), everywhere, np.ones(len(treated)), beside)
    return Effects(
        np.where(thin, pooled.delta, found.delta),
        np.where(thin, pooled.standard_error, found.standard_error),
        np.where(thin, pooled.degrees, found.degrees),
    )


def _within(
    change: Vector,
    weights: Vector,
    treated: Matrix,
    keep: Matrix,
    member: Matrix,
    groups: Vector,
    beside: Matrix | None,
) -> Effects:
    """The regression within groups. `treated`, `keep` and `beside` [B, N], `member` [N, G], `groups` [B] the kept."""
    w = weights * keep
    mass = np.maximum(w @ member, 1e-300)

    def inside(values: Matrix) -> Matrix:
        return np.asarray(values - ((w * values) @ member / mass) @ member.T)

    y, x = inside(np.broadcast_to(change, treated.shape)), inside(treated)
    degrees = keep.sum(axis=1) - groups - 1
    if beside is not None:
        z = inside(beside)
        told = np.maximum((w * z * z).sum(axis=1, keepdims=True), 1e-300)
        y = y - (w * z * y).sum(axis=1, keepdims=True) / told * z
        x = x - (w * z * x).sum(axis=1, keepdims=True) / told * z
        degrees = degrees - 1
    information = np.maximum((w * x * x).sum(axis=1), 1e-300)
    delta = (w * x * y).sum(axis=1) / information
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
