"""How good and how quick the allocation is, beside HiGHS on the same problems.

HiGHS is given the curves as ten straight pieces each, and asked for no more than one part in ten thousand: a
mixed-integer programme, the usual way to have smallest orders. Ours has the curves themselves.
"""

import time
from dataclasses import replace
from statistics import median
from typing import Final, NamedTuple

import numpy as np
import scipy.sparse as sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from agents.strategy.allocation.problem import AllocationProblem, Solution
from agents.strategy.allocation.solver import allocate, allocate_pence
from bench.report import BenchReport, Row, report

SIZES: Final = (10, 30, 100, 300, 1_000, 3_000, 10_000)
EACH: Final = 3
RANDOM: Final = 10_000
PIECES: Final = 10
PEER_GAP: Final = 1e-4
PEER_SECONDS: Final = 20.0
PENCE: Final = 1e-6
"""Pounds by which a limit may be missed for the binary fractions of pence."""
PENNY: Final = 0.01
"""Pounds of margin that a sum may be off where the profit is flat."""


class Timed(NamedTuple):
    seconds: float
    profit: float
    finished: bool


def run() -> BenchReport:
    rows, slowest = [], np.inf
    for cells in SIZES:
        found, ratio = beside_the_peer(cells)
        rows += found
        slowest = min(slowest, ratio)
    return report(
        "allocation",
        [*rows, *on_random_problems(RANDOM)],
        ratio=float(slowest),
        target=1.0,
        notes=[
            f"HiGHS: scipy's milp, {PIECES} pieces a curve, relative gap {PEER_GAP:g}, {PEER_SECONDS:g} s at the most",
            f"{EACH} problems a size, with smallest orders, a budget that binds and a share limit that binds in some",
            "the ratio is HiGHS's time over ours, at the size where it is least",
        ],
    )


def beside_the_peer(cells: int) -> tuple[list[Row], float]:
    """The rows of one size, and how many times as quick as the peer ours is, at the median."""
    ours, peers, gaps, shortfalls = [], [], [], []
    for number in range(EACH):
        problem = large_problem(np.random.default_rng([cells, number]), cells)
        began = time.perf_counter()
        solution = allocate(problem)
        ours.append(time.perf_counter() - began)
        peer = by_highs(problem)
        peers.append(peer)
        gaps.append(solution.gap)
        shortfalls.append((peer.profit - solution.profit) / max(solution.profit, 1.0))
    ratio = median(peer.seconds for peer in peers) / median(ours)
    rows = [
        Row(
            what=f"{cells:,} cells: HiGHS's time over ours",
            value=ratio,
            unit="x",
            target=1.0,
            of={
                "ms ours": median(ours) * 1e3,
                "ms HiGHS": median(peer.seconds for peer in peers) * 1e3,
                "HiGHS finished": float(sum(peer.finished for peer in peers)),
            },
        ),
        Row(what=f"{cells:,} cells: gap, the largest", value=max(gaps), unit="", target=1e-6, better="lower"),
        Row(what=f"{cells:,} cells: HiGHS's profit above ours", value=max(shortfalls), unit="of it"),
    ]
    return rows, ratio


def large_problem(rng: np.random.Generator, cells: int) -> AllocationProblem:
    """Smallest orders everywhere, a budget for a part of what pays, a share limit of some cells' worth."""
    return AllocationProblem(
        first_return=rng.uniform(0.5, 6.0, cells),
        scale=rng.uniform(50.0, 1500.0, cells),
        total=float(cells * rng.uniform(60.0, 200.0)),
        minimum=rng.uniform(20.0, 500.0, cells),
        maximum=rng.uniform(500.0, 3000.0, cells),
        maximum_share=min(0.7, float(rng.uniform(6.0, 15.0)) / cells),
    )


def small_problem(rng: np.random.Generator) -> AllocationProblem:
    """One to forty cells of every kind: some that never pay, some alike, orders too large, limits that shut all out."""
    cells = int(rng.integers(1, 41))
    returns, scale = rng.uniform(0.0, 6.0, cells), rng.uniform(20.0, 2000.0, cells)
    # Money, and so in pence.
    minimum = np.round(rng.uniform(0.0, 500.0, cells), 2) * (rng.random(cells) < rng.choice([0.0, 0.5, 1.0]))
    if rng.random() < 0.25:
        returns, scale, minimum = np.round(returns), np.full(cells, 300.0), np.full(cells, 200.0)
    return AllocationProblem(
        first_return=returns,
        scale=scale,
        total=round(float(cells * rng.uniform(5.0, 400.0)), 2),
        minimum=minimum,
        maximum=np.round(rng.uniform(30.0, 3000.0, cells), 2),
        maximum_share=float(rng.choice([1.0, 0.7, 0.4, 0.2, min(1.0, 1.5 / cells)])),
    )


def broken_limits(problem: AllocationProblem, solution: Solution) -> list[str]:
    """The limits that the solution's budgets in whole pence do not keep, by name."""
    pence = np.array([float(budget) for budget in allocate_pence(problem)[0]])
    spent = pence.sum()
    kept = {
        "total": spent <= problem.total + PENCE,
        "minimum": bool(((pence == 0) | (pence >= problem.minimum - 0.01 - PENCE)).all()),
        "maximum": bool((pence <= problem.maximum + PENCE).all()),
        "maximum_share": pence.max(initial=0.0) <= problem.maximum_share * spent + PENCE,
        "no loss": problem.profit(solution.budgets) >= -PENCE,
    }
    return [name for name, is_kept in kept.items() if not is_kept]


def earns_less_with_more(problem: AllocationProblem, solution: Solution, factor: float) -> bool:
    """Whether a larger budget is used for less margin, or less profit, than the gap of either search explains."""
    larger = allocate(replace(problem, total=problem.total * factor))
    less_profit = larger.profit < solution.profit - 1e-6 - 1e-8 * larger.bound
    less_margin = problem.margin(larger.budgets) < problem.margin(solution.budgets) - PENNY
    return less_profit or less_margin


def on_random_problems(count: int) -> list[Row]:
    broken = less = open_gaps = 0
    longest = 0.0
    for number in range(count):
        rng = np.random.default_rng([77, number])
        problem = small_problem(rng)
        began = time.perf_counter()
        solution = allocate(problem)
        longest = max(longest, time.perf_counter() - began)
        broken += bool(broken_limits(problem, solution))
        less += earns_less_with_more(problem, solution, float(rng.uniform(1.0, 3.0)))
        open_gaps += solution.gap > 1e-6
    name = f"of {count:,} random problems"
    return [
        Row(what=f"{name}: a limit broken", value=broken, unit="", target=0, better="lower"),
        Row(what=f"{name}: a larger budget earns less", value=less, unit="", target=0, better="lower"),
        Row(what=f"{name}: gap above 1e-6", value=open_gaps, unit="", target=0, better="lower"),
        Row(what=f"{name}: the longest took", value=longest * 1e3, unit="ms"),
    ]


def by_highs(problem: AllocationProblem) -> Timed:
    """The same problem as a mixed-integer programme: pieces of spend [n, pieces], an order or none [n], their sum."""
    cells = len(problem.scale)
    top = np.minimum(problem.maximum, problem.total)
    edges = np.linspace(0, 1, PIECES + 1)[None, :] * top[:, None]
    gained = np.diff(-(problem.first_return * problem.scale)[:, None] * np.expm1(-edges / problem.scale[:, None]))
    width = np.diff(edges).ravel()
    spend = sparse.kron(sparse.eye(cells), np.ones((1, PIECES)))
    nothing = sparse.csr_matrix((cells, 1))
    limits = sparse.vstack(
        [
            sparse.hstack([spend, -sparse.diags(top), nothing]),
            sparse.hstack([-spend, sparse.diags(problem.minimum), nothing]),
            sparse.hstack([spend, sparse.csr_matrix((cells, cells)), np.full((cells, 1), -problem.maximum_share)]),
        ]
    ).tocsr()
    summed = sparse.hstack([np.ones((1, cells * PIECES)), sparse.csr_matrix((1, cells)), [[-1.0]]]).tocsr()
    began = time.perf_counter()
    answer = milp(
        np.concatenate([-(gained.ravel() / width), np.zeros(cells), [1.0]]),
        constraints=[LinearConstraint(limits, -np.inf, 0.0), LinearConstraint(summed, 0.0, 0.0)],
        integrality=np.concatenate([np.zeros(cells * PIECES), np.ones(cells), [0.0]]),
        bounds=Bounds(0.0, np.concatenate([width, np.ones(cells), [problem.total]])),
        options={"mip_rel_gap": PEER_GAP, "time_limit": PEER_SECONDS},
    )
    seconds = time.perf_counter() - began
    return Timed(seconds, 0.0 if answer.fun is None else -float(answer.fun), answer.status == 0)
