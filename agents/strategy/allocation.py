"""Splitting a budget exactly: water-filling on the marginal return.

Each channel returns margin a_i s_i (1 - exp(-b_i / s_i)) for a spend of b_i pounds: a_i is the margin of the first
pound, s_i the scale in pounds. The marginal return of a channel at b_i is a_i exp(-b_i / s_i), so at a common marginal
return exp(u) the spend is `clip(s_i (ln a_i - u), low_i, high_i)`: piecewise linear in u. Sorting its 2n corners
gives the multiplier without iteration (Boyd & Vandenberghe 2004, example 5.2, solved for u = ln lambda).

Around that sit three things that are not a box: the share limit couples channels to their own sum, which a
one-dimensional concave search over the sum settles; a smallest order is either nothing or enough, which branch and
bound settles, exactly, since the relaxation is concave; and no pound is spent that returns less than a pound.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

_HALVINGS = 30
"""Halvings of the search over the sum: a budget of a million pounds is settled to a tenth of a penny."""
_SLACK = 0.10
"""Pounds kept between the share limit and a smallest order, so that rounding to pence breaks neither."""
_WHOLE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class AllocationProblem:
    """n channels. All in pounds; `first_return` is margin per pound at the first pound.

    `maximum_share` is the largest share of what is spent that one channel may take; 1 is no limit.
    """

    first_return: Vector
    scale: Vector
    total: float
    minimum: Vector
    maximum: Vector
    maximum_share: float = 1.0

    def margin(self, budgets: Vector) -> float:
        """Incremental margin of `budgets` [n], pounds."""
        return float(-(self.first_return * self.scale * np.expm1(-budgets / self.scale)).sum())

    def marginal(self, budgets: Vector) -> Vector:
        """Margin of the next pound in each channel [n]."""
        return np.asarray(self.first_return * np.exp(-budgets / self.scale))


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """`shadow_price` is the margin of one more pound of total budget; 0 when it would not be spent."""

    budgets: Vector
    shadow_price: float

    @property
    def spent(self) -> float:
        return float(self.budgets.sum())


def water_fill(first_return: Vector, scale: Vector, low: Vector, high: Vector, total: float) -> tuple[Vector, float]:
    """The budgets [n] of greatest margin with sum `total` and `low <= b <= high`, and their marginal return.

    Needs `low.sum() <= total <= high.sum()`. A channel that returns nothing takes money only when it must.
    """
    log_return = np.log(np.maximum(first_return, 1e-300))
    enters, fills = log_return - low / scale, log_return - high / scale
    corners = np.concatenate([enters, fills])
    order = np.argsort(-corners, kind="stable")
    corners, change = corners[order], np.concatenate([scale, -scale])[order]
    slope = np.cumsum(change)
    reached = low.sum() + np.concatenate([[0.0], np.cumsum(slope[:-1] * (corners[:-1] - corners[1:]))])
    last = max(int(np.searchsorted(np.maximum.accumulate(reached), total, side="right")) - 1, 0)
    rest = total - reached[last]
    level = corners[last] - (rest / slope[last] if slope[last] > 0 and rest > 0 else 0.0)
    return np.clip(scale * (log_return - level), low, high), float(np.exp(level))


def allocate(problem: AllocationProblem) -> Solution:
    """The budgets of greatest incremental margin less spend. Exact for concave returns; may use less than the total."""
    nothing = Solution(np.zeros_like(problem.scale), 0.0)
    best, best_profit = nothing, 0.0
    branches = [(np.zeros_like(problem.scale), problem.maximum)]
    while branches:
        low, high = branches.pop()
        solution = _relaxed(problem, low, high)
        if solution is None:
            continue
        profit = problem.margin(solution.budgets) - solution.spent
        if profit <= best_profit + _WHOLE:
            continue
        broken = (solution.budgets > _WHOLE) & (solution.budgets < problem.minimum - _WHOLE)
        if not broken.any():
            best, best_profit = solution, profit
            continue
        branches.extend(_split(problem, low, high, int(np.argmax(broken))))
    return Solution(np.where(best.budgets > _WHOLE, best.budgets, 0.0), best.shadow_price)


def _split(problem: AllocationProblem, low: Vector, high: Vector, channel: int) -> Iterator[tuple[Vector, Vector]]:
    """The two ways out for a channel below its smallest order: without it, or with enough of it (tried first)."""
    without = high.copy()
    without[channel] = 0.0
    yield low, without
    if problem.minimum[channel] <= high[channel]:
        enough = low.copy()
        enough[channel] = problem.minimum[channel]
        yield enough, high


def _relaxed(problem: AllocationProblem, low: Vector, high: Vector) -> Solution | None:
    """The best budgets in the box under total and share, spending only while a pound returns a pound."""
    if low.sum() > problem.total + _WHOLE:
        return None
    with np.errstate(divide="ignore"):
        worth = np.clip(problem.scale * np.log(np.maximum(problem.first_return, 1e-300)), low, high)
    if worth.sum() <= problem.total:
        free = Solution(worth, 0.0)
    else:
        free = Solution(*water_fill(problem.first_return, problem.scale, low, high, problem.total))
    share = problem.maximum_share
    if share >= 1 or free.budgets.max(initial=0.0) <= share * free.spent + _WHOLE:
        return free
    return _within_share(problem, low, high)


def _within_share(problem: AllocationProblem, low: Vector, high: Vector) -> Solution | None:
    """The best sum T when no channel may take more than `share * T`.

    The value of T is concave, and its slope is the multiplier of the sum plus `share` times what the capped channels
    would return above it (the envelope theorem); the best T is where that slope is one.
    """
    share = problem.maximum_share
    smallest = max(float(low.sum()), float(low.max(initial=0.0)) / share + (_SLACK if low.any() else 0.0))
    largest = min(problem.total, _largest_sum(high, share))
    if largest < smallest or largest <= 0:
        return None

    def at(total: float) -> tuple[Vector, float]:
        ceiling = np.minimum(high, share * total)
        budgets, level = water_fill(problem.first_return, problem.scale, np.minimum(low, ceiling), ceiling, total)
        capped = (high > share * total) & (budgets >= share * total - _WHOLE)
        return budgets, level + share * float(np.maximum(problem.marginal(budgets) - level, 0.0)[capped].sum())

    budgets, slope = at(largest)
    if slope >= 1:
        return Solution(budgets, slope if largest == problem.total else 0.0)
    under, over = smallest, largest
    for _ in range(_HALVINGS):
        middle = (under + over) / 2
        if at(middle)[1] >= 1:
            under = middle
        else:
            over = middle
    return Solution(at(under)[0] if under > 0 else np.zeros_like(low), 0.0)


def _largest_sum(high: Vector, share: float) -> float:
    """The largest sum T that `b <= high` and `b <= share * T` can reach; 0 when too few channels are open."""
    caps = np.sort(high[high > 0])
    if len(caps) * share < 1:
        return 0.0
    full = np.concatenate([[0.0], np.cumsum(caps)])
    for filled in range(len(caps) + 1):
        open_share = (len(caps) - filled) * share
        if open_share < 1:
            total = full[filled] / (1 - open_share)
            if filled == len(caps) or share * total <= caps[filled] + _WHOLE:
                return float(total)
    return float(full[-1])


def whole_pence(budgets: Vector, maximum_share: float, minimum: Vector) -> tuple[Decimal, ...]:
    """Budgets in pence that break no limit: rounded down, then trimmed until no channel exceeds its share."""
    pence = np.floor(budgets * 100 + 1e-4).astype(np.int64)
    while maximum_share < 1 and pence.any():
        trimmed = np.minimum(pence, int(maximum_share * int(pence.sum()) + 1e-9))
        trimmed[trimmed < np.ceil(minimum * 100 - 1e-4)] = 0
        if (trimmed == pence).all():
            break
        pence = trimmed
    return tuple(Decimal(int(amount)) / 100 for amount in pence)
