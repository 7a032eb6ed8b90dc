"""The best budgets within every limit, with a proof of how good they are.

Branch and bound, the most promising region first (Land & Doig 1960). What is free in a region is bounded by its
relaxation; the relaxation's prices also say what it would cost to settle a cell the other way, and a cell for which
that is more than what is still in doubt is settled at once (reduced cost fixing, Dantzig et al. 1954). The more cells
share the money, the less one broken order weighs (Shapley & Folkman; Starr 1969), so large problems are settled in
few regions, and where the work allowed does not suffice the gap that is left is stated.
"""

import heapq
from dataclasses import replace
from decimal import Decimal
from itertools import count

import numpy as np
from numpy.typing import NDArray

from agents.strategy.allocation.problem import AllocationProblem, Solution, whole_pence
from agents.strategy.allocation.relaxation import Region, Relaxed, relax

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]

CLOSED = 1e-9
"""Relative gap at which the search ends."""
_WORK = 1_500_000
"""Regions times (cells + `_OVERHEAD`) that are looked at, at the most: one to three seconds."""
_OVERHEAD = 300
ROOM = 0.10
"""Pounds above a smallest order where rounding needs them."""
_LOST = 1.0
"""Pounds beyond which a sum in pence has lost more than its fractions."""


def allocate_pence(problem: AllocationProblem) -> tuple[tuple[Decimal, ...], Solution]:
    """Budgets in pence within every limit, and the solution they are rounded from.

    A smallest order that is all its share of the sum allows does not survive rounding the others down. Where one has
    fallen out for that, every order is given a little room.
    """
    solution = allocate(problem)
    budgets = whole_pence(solution.budgets, problem.maximum_share, problem.minimum)
    if float(sum(budgets)) < solution.spent - _LOST:
        roomy = np.where(problem.minimum > 0, problem.minimum + ROOM, 0.0)
        solution = allocate(replace(problem, minimum=roomy))
        budgets = whole_pence(solution.budgets, problem.maximum_share, problem.minimum)
    return budgets, solution


def allocate(problem: AllocationProblem) -> Solution:
    """The budgets of greatest incremental margin less spend; may use less than the total."""
    ranked = np.argsort(-problem.maximum, kind="stable")
    found = _Search(
        replace(
            problem,
            first_return=problem.first_return[ranked],
            scale=problem.scale[ranked],
            minimum=problem.minimum[ranked],
            maximum=problem.maximum[ranked],
            cells=(),
        )
    ).solution()
    budgets = np.empty_like(found.budgets)
    budgets[ranked] = found.budgets
    return replace(found, budgets=budgets)


class _Search:
    """The search over cells that are ranked by what they can take, the largest first."""

    def __init__(self, problem: AllocationProblem) -> None:
        self._problem = problem
        self._best = np.zeros_like(problem.scale)
        self._profit = 0.0
        self._shadow = 0.0
        self._open: list[tuple[float, int, Region, Relaxed]] = []
        self._number = count()
        figures = np.stack([problem.first_return, problem.scale, problem.minimum], axis=1)
        self._twins = np.unique(figures, axis=0, return_inverse=True)[1].reshape(-1)

    def solution(self) -> Solution:
        self._consider(_everything(self._problem))
        bound = 0.0
        left = _WORK // (len(self._best) + _OVERHEAD)
        while self._open:
            bound = -self._open[0][0]
            if bound <= self._closed() or left <= 0:
                break
            left -= 1
            _, _, region, relaxed = heapq.heappop(self._open)
            for part in self._parts(self._settled(region, relaxed), relaxed):
                self._consider(part)
            bound = 0.0
        return Solution(
            budgets=np.where(self._best > 1e-6, self._best, 0.0),
            shadow_price=self._shadow,
            profit=self._profit,
            bound=max(bound, self._profit),
        )

    def _closed(self) -> float:
        return self._profit + CLOSED * self._profit + 1e-7

    def _consider(self, region: Region) -> None:
        """Bound a region, take what it offers, and keep it where it may hold better."""
        relaxed = relax(self._problem, region)
        if relaxed is None or relaxed.bound <= self._closed():
            return
        if not relaxed.broken.any():
            self._take(relaxed)
        else:
            self._round(region, relaxed)
        if relaxed.bound > self._closed():
            heapq.heappush(self._open, (-relaxed.bound, next(self._number), region, relaxed))

    def _take(self, found: Relaxed | None) -> None:
        if found is not None and not found.broken.any() and found.profit > self._profit:
            self._best, self._profit, self._shadow = found.budgets, found.profit, found.shadow_price

    def _round(self, region: Region, relaxed: Relaxed) -> None:
        """Real orders near a relaxed split: its broken ones left out, or the fullest of them bought whole."""
        bought = (region.order > 0) & (relaxed.budgets > 0) & ~relaxed.broken
        fullest = np.zeros_like(bought)
        fullest[int(np.argmax(np.where(relaxed.broken, relaxed.budgets / np.maximum(region.order, 1e-9), -1.0)))] = True
        for orders in (bought, bought | fullest):
            chosen = region.with_orders(orders)
            self._take(relax(self._problem, chosen.without(chosen.order > 0)))

    def _settled(self, region: Region, relaxed: Relaxed) -> Region:
        """The region without what cannot be better than the best known."""
        problem, price = self._problem, relaxed.price
        wanted = problem.scale * np.log(np.maximum(problem.first_return, 1e-300) / np.maximum(price, 1e-300))
        order = np.minimum(np.clip(wanted, region.order, np.maximum(region.high, region.order)), 1e300)
        worth = -(problem.first_return * problem.scale * np.expm1(-order / problem.scale)) - price * order
        spare = relaxed.bound - self._closed()
        free = region.order > 0
        return region.without(free & (worth < -spare)).with_orders(free & (worth > spare))

    def _parts(self, region: Region, relaxed: Relaxed) -> list[Region]:
        """The region in two parts that leave out its relaxed split; one where a cell of it has been settled."""
        share, spent = self._problem.maximum_share, float(relaxed.budgets.sum())
        broken = relaxed.broken & (region.order > 0)
        if not broken.any():
            return [region] if relaxed.broken.any() else []
        needs = region.order / share
        fits = broken & (needs <= spent * (1 + 1e-12))
        if share >= 1 or fits.any():
            cell = int(np.argmax(np.where(fits if share < 1 else broken, relaxed.budgets, -1.0)))
            # What a cell earns, one alike that can take as much earns too: of such cells the first are bought first.
            alike, place = (self._twins == self._twins[cell]) & (region.order > 0), np.arange(len(broken))
            return [region.without(alike & (place >= cell)), region.with_orders(alike & (place <= cell))]
        sum_needed = float(needs[broken].min())
        return [
            replace(region.without((region.order > 0) & (needs >= sum_needed)), most=min(region.most, sum_needed)),
            replace(region, least=max(region.least, sum_needed)),
        ]


def _everything(problem: AllocationProblem) -> Region:
    share = problem.maximum_share
    possible = (problem.maximum >= problem.minimum) & (problem.minimum / share <= problem.total)
    return Region(
        low=np.zeros_like(problem.scale),
        high=np.where(possible, problem.maximum, 0.0),
        order=np.where(possible, problem.minimum, 0.0),
        least=0.0,
        most=problem.total,
    )
