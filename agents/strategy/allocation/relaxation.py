"""The best split when a smallest order may be bought in part: an upper bound, and the prices that prove it.

The share limit couples each cell to the sum T of all. At a fixed T it is a box, which water-filling settles; the
profit of the best split is concave in T, and its slope is the multiplier of the sum plus `share` times what the
capped cells would return above it (the envelope theorem). The best T is where that slope is one.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from agents.strategy.allocation.filling import Filled, chord_return, fill
from agents.strategy.allocation.problem import AllocationProblem

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]

EXACT = 1e-13
"""Relative, of the profit: how well the sum is searched for. Where the profit is flat, that is a tenth of a penny."""
_NARROW = 1e-6
"""Pounds between which the best sum need not be looked for."""
_STEPS = 60
_PENNY = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Part of what may be bought: boxes [n], `order` [n] of the cells still free to take nothing or an order (0 for
    settled ones), and between what the sum lies, pounds."""

    low: Vector
    high: Vector
    order: Vector
    least: float
    most: float

    def without(self, cells: Mask) -> "Region":
        return replace(self, high=np.where(cells, 0.0, self.high), order=np.where(cells, 0.0, self.order))

    def with_orders(self, cells: Mask) -> "Region":
        return replace(self, low=np.where(cells, self.order, self.low), order=np.where(cells, 0.0, self.order))


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """The best split of a region, orders in part allowed: `broken` [n] says where. `price` [n] is what a pound costs in
    each cell, limits included: with it, `bound` holds for the region."""

    budgets: Vector
    profit: float
    bound: float
    price: Vector
    broken: Mask
    shadow_price: float


def relax(problem: AllocationProblem, region: Region) -> Relaxed | None:
    """The best split of the region, or None where it holds none."""
    if region.low.sum() > min(problem.total, region.most) + 1e-9:
        return None
    share = problem.maximum_share
    free = _filled(problem, region, region.low, region.high, min(problem.total, region.most), least=1.0)
    spent = float(free.budgets.sum())
    if spent >= region.least and (share >= 1 or free.budgets.max(initial=0.0) <= share * spent + 1e-9):
        profit = _profit(problem, region, free)
        binds = spent >= problem.total - _PENNY
        return Relaxed(
            budgets=free.budgets,
            profit=profit,
            bound=profit,
            price=np.full(len(free.budgets), max(free.level, 1.0)),
            broken=free.broken,
            shadow_price=free.level if binds else 0.0,
        )
    return _search(problem, region)


@dataclass(frozen=True, slots=True, eq=False)
class _At:
    """The best split of a sum of exactly `total`, and the profit of one pound more of it."""

    total: float
    filled: Filled
    price: Vector
    profit: float
    slope: float


def _search(problem: AllocationProblem, region: Region) -> Relaxed | None:
    """The best sum of a region in which the sum is limited from below or the share limit binds."""
    share = problem.maximum_share
    needs = float(region.low.max(initial=0.0)) / share
    least = max(float(region.low.sum()), needs, region.least)
    most = min(problem.total, region.most, largest_sum(region.high, share))
    if most < least or most <= 0:
        return None
    start = max(least, 1e-6 * most)
    under, over = _at(problem, region, start), _at(problem, region, most)
    if over.slope >= 0:
        return _relaxed(problem, over, over.profit)
    if under.slope <= 0:
        return _relaxed(problem, under, under.profit - under.slope * (start - least))
    best = max(under, over, key=lambda one: one.profit)
    bound = _crossing(under, over)[1]
    weight_under, weight_over = under.slope, over.slope
    for step in range(_STEPS):
        if bound - best.profit <= EXACT * abs(bound) or over.total - under.total <= _NARROW:
            break
        crossing = _crossing(under, over)[0]
        chord = under.total + (over.total - under.total) * weight_under / (weight_under - weight_over)
        middle = _at(problem, region, crossing if step % 3 == 2 else chord)
        if middle.slope >= 0:
            under, weight_under = middle, middle.slope
            weight_over /= 2
        else:
            over, weight_over = middle, middle.slope
            weight_under /= 2
        best = max(best, middle, key=lambda one: one.profit)
        bound = min(bound, max(_crossing(under, over)[1], best.profit))
    return _relaxed(problem, best, max(bound, best.profit))


def _crossing(under: _At, over: _At) -> tuple[float, float]:
    """Where the tangents at two sums meet: the sum, and the profit no sum between them exceeds."""
    steepness = under.slope - over.slope
    if steepness <= 0:
        return under.total, max(under.profit, over.profit)
    total = (over.profit - under.profit + under.slope * under.total - over.slope * over.total) / steepness
    total = min(max(total, under.total), over.total)
    return total, under.profit + under.slope * (total - under.total)


def _at(problem: AllocationProblem, region: Region, total: float) -> _At:
    share = problem.maximum_share
    cap = share * total if share < 1 else np.inf
    ceiling = np.minimum(region.high, cap)
    filled = _filled(problem, region, np.minimum(region.low, ceiling), ceiling, total)
    capped = (region.high > cap) & (filled.budgets >= cap * (1 - 1e-9))
    chord = chord_return(problem.first_return, problem.scale, region.order)
    returns = np.where(filled.broken, chord, problem.marginal(filled.budgets))
    above = np.where(capped, np.maximum(returns - filled.level, 0.0), 0.0)
    return _At(
        total=total,
        filled=filled,
        price=filled.level + above,
        profit=_profit(problem, region, filled),
        slope=filled.level + share * float(above.sum()) - 1.0,
    )


def _relaxed(problem: AllocationProblem, at: _At, bound: float) -> Relaxed:
    binds = at.total >= problem.total - _PENNY and at.slope >= 0
    return Relaxed(
        budgets=at.filled.budgets,
        profit=at.profit,
        bound=bound,
        price=at.price,
        broken=at.filled.broken,
        shadow_price=at.slope + 1.0 if binds else 0.0,
    )


def _filled(
    problem: AllocationProblem, region: Region, low: Vector, high: Vector, total: float, least: float = 0.0
) -> Filled:
    return fill(problem.first_return, problem.scale, low, high, region.order, total, least)


def _profit(problem: AllocationProblem, region: Region, filled: Filled) -> float:
    """Of a split in which broken orders earn their average return."""
    earned = -(problem.first_return * problem.scale * np.expm1(-filled.budgets / problem.scale))
    if filled.broken.any():
        chord = chord_return(problem.first_return, problem.scale, region.order)
        earned = np.where(filled.broken, chord * filled.budgets, earned)
    return float(earned.sum() - filled.budgets.sum())


def largest_sum(high: Vector, share: float) -> float:
    """The largest sum T that `b <= high` and `b <= share * T` can reach; 0 when too few cells are open."""
    caps = np.sort(high[high > 0])
    if share >= 1:
        return float(caps.sum())
    if len(caps) * share < 1:
        return 0.0
    below = np.concatenate([[0.0], np.cumsum(caps)])
    open_share = (len(caps) - np.arange(len(caps) + 1)) * share
    reaches = np.flatnonzero(open_share < 1)
    totals = below[reaches] / (1 - open_share[reaches])
    fits = np.concatenate([caps, [np.inf]])[reaches]
    return float(totals[np.flatnonzero(share * totals <= fits + 1e-6)[0]])
