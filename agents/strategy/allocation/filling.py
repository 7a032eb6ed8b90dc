"""Water-filling: the best split of a sum when each cell has a box, or nothing.

At a common marginal return exp(u) a cell's spend is `clip(s (ln a - u), low, high)`: piecewise linear in u. Sorting
its corners gives the multiplier without iteration (Boyd & Vandenberghe 2004, example 5.2, solved for u = ln lambda).
A cell with a smallest order has no concave return between nothing and that order; its concave hull is the chord,
whose slope p is the order's average return. It therefore jumps from nothing to its order where exp(u) passes p.
A sum that ends within a jump leaves one cell, and no more, on its chord.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """Budgets [n], their marginal return, and which cells [n] lie on their chord: more than nothing, less than an
    order."""

    budgets: Vector
    level: float
    broken: Mask


def chord_return(first_return: Vector, scale: Vector, order: Vector) -> Vector:
    """Average margin per pound of an order [n]; the first pound's where there is none."""
    spread = np.maximum(order, 1e-12) / scale
    return np.asarray(first_return * -np.expm1(-spread) / spread)


def fill(
    first_return: Vector, scale: Vector, low: Vector, high: Vector, order: Vector, total: float, least: float = 0.0
) -> Filled:
    """The budgets of greatest margin with `low <= b <= high` and a sum of `total`, or less where `least`, the lowest
    marginal return that is still taken, stops them before.

    `order` [n] is the smallest order of the cells that may do without, and 0 for the others; `low` of such a cell
    is 0. Needs `low.sum() <= total`, and `total <= high.sum()` where `least` is 0.
    """
    size = len(scale)
    log_return = np.log(np.maximum(first_return, 1e-300))
    optional = order > 0
    jump = np.minimum(order, high)
    chord = np.log(np.maximum(chord_return(first_return, scale, order), 1e-300))
    enters = log_return - np.maximum(low, jump) / scale
    fills = np.minimum(log_return - high / scale, enters)
    corners = np.concatenate([chord, enters, fills])
    step = np.zeros(3 * size)
    step[:size] = np.where(optional, jump, 0.0)
    change = np.concatenate([np.zeros(size), scale, -scale])
    ranked = np.argsort(-corners, kind="stable")
    corners, step = corners[ranked], step[ranked]
    slope = np.cumsum(change[ranked])
    drift = np.concatenate([[0.0], np.cumsum(slope[:-1] * (corners[:-1] - corners[1:]))])
    after = low.sum() + drift + np.cumsum(step)
    floor = np.log(least) if least > 0 else -np.inf
    taken = int(np.searchsorted(-corners, -floor, side="right"))
    last = min(int(np.searchsorted(np.maximum.accumulate(after), total, side="right")), taken) - 1
    level = corners[max(last, 0)]
    if last >= 0:
        rest = total - after[last]
        following = corners[last + 1] if last + 1 < 3 * size else level
        if rest > 0:
            level = max(level - rest / slope[last], following) if slope[last] > 0 else following
        level = max(level, floor)
    on = np.zeros(size, dtype=np.bool_)
    jumped = ranked[: last + 1]
    on[jumped[jumped < size]] = True
    bottom = np.where(optional, jump, low)
    budgets = np.where(optional & ~on, 0.0, np.clip(scale * (log_return - level), bottom, high))
    broken = optional & (budgets > 0) & (high < order * (1 - 1e-9))
    short = total - budgets.sum()
    if last + 1 < taken and short > 0 and step[last + 1] > 0 and level <= corners[last + 1]:
        cell = int(ranked[last + 1])
        budgets[cell] = min(short, jump[cell])
        broken[cell] = True
    return Filled(budgets, float(np.exp(level)), broken)
