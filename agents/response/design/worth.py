"""What an experiment is worth: the profit that knowing more brings to later campaigns, against what it costs now.

A design spends x_gc pounds a store and day on group g and channel c. With the belief theta ~ N(m, S) about
effectiveness and log scales, it is expected to leave S - R, where R = S J' (J S J' + V)^-1 J S, J being how the groups'
lifts change with theta and V the error of those lifts. Before it is run, the mean that it will leave is N(m, R): its
worth to a campaign is what planning on that mean earns above the present plan, averaged over draws (the expected value
of sample information of Raiffa & Schlaifer 1961). Its cost is what its uneven levels lose against the even plan.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Cube = NDArray[np.float64]

DRAWS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What is believed of n channels in one store and day, and what may be spent there.

    `effect` and `log_scale` [n] with `covariance` [2n, 2n] in that order; `margin` is pounds of margin that a store
    makes in a day without ads, `most` pounds a store and day over all channels and `cap` [n] on each.
    """

    effect: Vector
    log_scale: Vector
    covariance: Matrix
    margin: float
    most: float
    cap: Vector


def lift(spend: Cube, effect: Vector, log_scale: Vector) -> Matrix:
    """Relative lift at `spend` [..., n] pounds a store and day."""
    return np.asarray((np.maximum(effect, 0.0) * -np.expm1(-spend * np.exp(-log_scale))).sum(axis=-1))


def profit(spend: Cube, effect: Vector, log_scale: Vector, margin: float) -> Matrix:
    """Pounds a store and day: margin of the lift less spend, [...]."""
    return np.asarray(margin * lift(spend, effect, log_scale) - spend.sum(axis=-1))


def best_spend(outlook: Outlook, effect: Matrix, log_scale: Matrix) -> Matrix:
    """The most profitable spend [K, n] for each of K beliefs [K, n], within `most` and `cap`: water-filling, all at
    once. Smallest orders are left out of it.

    At a level l, what the last pound has to bring, a channel gets scale (ln first - ln l) within its bounds. Their sum
    falls in straight lines as ln l grows, and bends where a channel reaches a bound: between the two bends around
    `most` its level is exact.
    """
    scale = np.exp(log_scale)
    reach = np.log(outlook.margin * np.maximum(effect, 1e-12) / scale)

    def at(log_level: Matrix) -> Cube:
        wanted = scale[:, None] * (reach[:, None] - log_level[..., None])
        return np.minimum(np.maximum(wanted, 0.0), outlook.cap)

    none = np.zeros((len(effect), 1))
    bends = np.concatenate([none, np.maximum(reach, 0.0), np.maximum(reach - outlook.cap / scale, 0.0)], axis=1)
    spent = at(bends).sum(axis=2)
    is_over = spent > outlook.most
    low, high = np.where(is_over, bends, 0.0).max(axis=1), np.where(is_over, np.inf, bends).min(axis=1)
    more = np.where(is_over, spent, np.inf).min(axis=1)
    less = np.where(is_over, 0.0, spent).max(axis=1)
    # Where all that pays can be had, the level is that of no bound: a pound has to bring a pound.
    binds = is_over[:, 0]
    level = np.zeros(len(effect))
    share = (more[binds] - outlook.most) / (more[binds] - less[binds])
    level[binds] = low[binds] + share * (high[binds] - low[binds])
    return np.asarray(at(level[:, None])[:, 0])


def information(outlook: Outlook, spend: Cube, error: Matrix) -> Cube:
    """How much of the covariance [D, 2n, 2n] each of D designs is expected to take away.

    `spend` [D, G, n]; `error` [G, G] is the covariance of the groups' lifts.
    """
    scale = np.exp(outlook.log_scale)
    left = np.exp(-spend / scale)
    slope = np.concatenate([1 - left, -np.maximum(outlook.effect, 0.0) * (spend / scale) * left], axis=2)
    shared = slope @ outlook.covariance
    total = shared @ np.swapaxes(slope, 1, 2) + error
    return np.asarray(np.swapaxes(shared, 1, 2) @ np.linalg.solve(total, shared))


def value_of(outlook: Outlook, plan: Vector, taken: Cube, rng: np.random.Generator) -> Vector:
    """What each of D designs is worth to one later campaign [D], pounds a store and day; the same draws for all.

    `taken` [D, 2n, 2n] is `information`; `plan` [n] what would be spent without it.
    """
    count, n = len(taken), len(plan)
    values, vectors = np.linalg.eigh(taken)
    root = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    luck = rng.standard_normal((DRAWS // 2, 2 * n))
    # The symmetric root, so that like designs answer a draw alike; both signs of each draw, so that means are exact.
    symmetric = root @ np.swapaxes(vectors, 1, 2)
    moved = np.concatenate([luck, -luck]) @ symmetric
    effect = (outlook.effect + moved[..., :n]).reshape(-1, n)
    log_scale = (outlook.log_scale + moved[..., n:]).reshape(-1, n)
    best = best_spend(outlook, effect, log_scale)
    gain = profit(best, effect, log_scale, outlook.margin) - profit(plan, effect, log_scale, outlook.margin)
    return np.asarray(gain.reshape(count, DRAWS).mean(axis=1))
