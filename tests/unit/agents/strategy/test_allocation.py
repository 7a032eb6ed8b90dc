"""Budgets against independent solvers, and against the conditions every optimum must meet."""

import re
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, linprog, minimize

from agents.strategy.allocation.filling import fill
from agents.strategy.allocation.problem import AllocationProblem, whole_pence
from agents.strategy.allocation.solver import allocate, allocate_pence
from bench.planning.allocation import broken_limits, by_highs, earns_less_with_more, large_problem, small_problem
from domain.errors import BadInput


def problem(
    first_return: list[float],
    scale: list[float],
    total: float,
    *,
    minimum: list[float] | None = None,
    maximum: list[float] | None = None,
    share: float = 1.0,
) -> AllocationProblem:
    n = len(scale)
    return AllocationProblem(
        first_return=np.array(first_return),
        scale=np.array(scale),
        total=total,
        minimum=np.array(minimum or [0.0] * n),
        maximum=np.array(maximum or [1e9] * n),
        maximum_share=share,
    )


def profit(case: AllocationProblem, budgets: np.ndarray) -> float:
    return case.margin(budgets) - float(budgets.sum())


def best_by_slsqp(case: AllocationProblem) -> float:
    """The best profit scipy finds from several starts, smallest orders aside."""
    n = len(case.scale)
    share_rows = np.eye(n) - case.maximum_share * np.ones((n, n))
    constraints = [LinearConstraint(np.ones((1, n)), -np.inf, case.total), LinearConstraint(share_rows, -np.inf, 0.0)]
    found = 0.0
    for start in np.random.default_rng(1).dirichlet(np.ones(n), size=3):
        answer = minimize(
            lambda b: -profit(case, b) / case.total,
            start * case.total * 0.5,
            bounds=[(0, high) for high in np.minimum(case.maximum, case.total)],
            constraints=constraints,
            method="SLSQP",
            options={"ftol": 1e-12, "maxiter": 400},
        )
        budgets = np.clip(answer.x, 0, case.maximum)
        feasible = budgets.sum() <= case.total + 1e-6 and (share_rows @ budgets <= 1e-6).all()
        if feasible:
            found = max(found, profit(case, budgets))
    return found


channels = st.integers(2, 5)


@st.composite
def problems(draw: st.DrawFn, *, with_minimum: bool = False) -> AllocationProblem:
    n = draw(channels)

    def numbers(low: float, high: float) -> st.SearchStrategy[list[float]]:
        return st.lists(st.floats(low, high), min_size=n, max_size=n)

    return problem(
        draw(numbers(0.0, 6.0)),
        draw(numbers(20.0, 2000.0)),
        draw(st.floats(50.0, 8000.0)),
        minimum=draw(numbers(0.0, 400.0)) if with_minimum else None,
        maximum=draw(numbers(30.0, 6000.0)),
        share=draw(st.sampled_from([1.0, 0.7, 0.5, 0.4])),
    )


@pytest.mark.parametrize("seed", range(12))
def test_no_solver_finds_a_better_allocation(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = problem(
        list(rng.uniform(0.5, 6, 5)),
        list(rng.uniform(50, 1500, 5)),
        float(rng.uniform(200, 5000)),
        maximum=list(rng.uniform(200, 3000, 5)),
        share=float(rng.choice([1.0, 0.7, 0.4])),
    )
    ours = profit(case, allocate(case).budgets)
    assert ours >= best_by_slsqp(case) - 1e-3


def test_a_piecewise_linear_program_agrees_on_two_hundred_channels() -> None:
    rng = np.random.default_rng(3)
    n, steps = 200, 40
    case = problem(
        list(rng.uniform(0.5, 6, n)), list(rng.uniform(50, 1500, n)), 12_000.0, maximum=list(rng.uniform(50, 500, n))
    )
    edges = np.linspace(0, 1, steps + 1)[None, :] * case.maximum[:, None]
    values = -(case.first_return * case.scale)[:, None] * np.expm1(-edges / case.scale[:, None])
    widths, gains = np.diff(edges), np.diff(values)
    answer = linprog(
        (1 - gains / widths).ravel(),
        A_ub=np.ones((1, n * steps)),
        b_ub=[case.total],
        bounds=np.stack([np.zeros(n * steps), widths.ravel()], axis=1),
        method="highs",
    )
    ours = profit(case, allocate(case).budgets)
    assert ours == pytest.approx(-answer.fun, rel=1e-3)
    assert ours >= -answer.fun - 1e-6


@pytest.mark.parametrize("seed", range(20))
def test_smallest_orders_are_settled_as_by_trying_every_subset(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    case = problem(
        list(rng.uniform(0.8, 4, 4)),
        list(rng.uniform(50, 600, 4)),
        float(rng.uniform(200, 1500)),
        minimum=list(rng.uniform(20, 500, 4)),
        maximum=list(rng.uniform(500, 1500, 4)),
    )
    best = 0.0
    for chosen in product([False, True], repeat=4):
        low = np.where(chosen, case.minimum, 0.0)
        high = np.where(chosen, case.maximum, 0.0)
        for total in np.linspace(low.sum(), min(case.total, high.sum()), 400) if low.sum() <= case.total else []:
            best = max(
                best, profit(case, fill(case.first_return, case.scale, low, high, np.zeros(4), float(total)).budgets)
            )
    assert profit(case, allocate(case).budgets) == pytest.approx(best, abs=0.05)


@pytest.mark.parametrize("seed", range(10))
def test_a_grid_search_over_two_channels_agrees(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = problem(list(rng.uniform(0.5, 5, 2)), list(rng.uniform(50, 400, 2)), 600.0, share=0.7)
    grid = np.stack(np.meshgrid(np.linspace(0, 600, 601), np.linspace(0, 600, 601)), axis=-1).reshape(-1, 2)
    sums = grid.sum(axis=1)
    allowed = grid[(sums <= 600) & (grid.max(axis=1) <= 0.7 * sums + 1e-9)]
    margins = -(case.first_return * case.scale * np.expm1(-allowed / case.scale)).sum(axis=1)
    best = float((margins - allowed.sum(axis=1)).max())
    ours = profit(case, allocate(case).budgets)
    assert best - 1e-6 <= ours <= best + 2.0


@given(problems(with_minimum=True))
@settings(max_examples=80)
def test_no_limit_is_ever_exceeded(case: AllocationProblem) -> None:
    budgets = allocate(case).budgets
    pence = np.array([float(b) for b in whole_pence(budgets, case.maximum_share, case.minimum)])
    for amounts, slack in ((budgets, 1e-4), (pence, 1e-9)):
        assert amounts.sum() <= case.total + slack
        assert (amounts >= 0).all()
        assert (amounts <= case.maximum + slack).all()
        assert ((amounts == 0) | (amounts >= case.minimum - 0.01 - slack)).all()
        assert amounts.max() <= case.maximum_share * amounts.sum() + slack


@given(problems())
@settings(max_examples=80)
def test_marginal_returns_are_equal_wherever_a_channel_could_move(case: AllocationProblem) -> None:
    case = AllocationProblem(case.first_return, case.scale, case.total, case.minimum, case.maximum, maximum_share=1.0)
    solution = allocate(case)
    returns = case.marginal(solution.budgets)
    level = max(solution.shadow_price, 1.0)
    inside = (solution.budgets > 1e-6) & (solution.budgets < case.maximum - 1e-6)
    assert returns[inside] == pytest.approx(np.full(int(inside.sum()), level), rel=1e-6)
    assert (returns[solution.budgets <= 1e-6] <= level + 1e-6).all()
    assert (returns[solution.budgets >= case.maximum - 1e-6] >= level - 1e-6).all()


@given(problems())
@settings(max_examples=80)
def test_no_pound_is_spent_that_returns_less_than_a_pound(case: AllocationProblem) -> None:
    case = AllocationProblem(case.first_return, case.scale, case.total, case.minimum, case.maximum, maximum_share=1.0)
    solution = allocate(case)
    assert (case.marginal(solution.budgets)[solution.budgets > 1e-6] >= 1 - 1e-9).all()


@given(problems(), st.floats(1.0, 4.0))
@settings(max_examples=80)
def test_a_larger_budget_never_takes_money_from_a_channel_nor_earns_less(
    case: AllocationProblem, factor: float
) -> None:
    larger = AllocationProblem(
        case.first_return, case.scale, case.total * factor, case.minimum, case.maximum, case.maximum_share
    )
    before, after = allocate(case), allocate(larger)
    assert profit(larger, after.budgets) >= profit(case, before.budgets) - 1e-4
    if case.maximum_share == 1:
        assert (after.budgets >= before.budgets - 1e-4).all()


def test_a_better_channel_gets_more_than_an_equal_split() -> None:
    solution = allocate(problem([4.0, 2.0, 1.5], [300.0, 300.0, 300.0], 600.0))
    assert solution.budgets[0] > 250 > 200 > solution.budgets[2]


def test_a_budget_that_is_ample_is_not_used_up() -> None:
    solution = allocate(problem([3.0, 2.0], [100.0, 100.0], 5000.0))
    assert solution.budgets == pytest.approx(100 * np.log([3.0, 2.0]))
    assert solution.shadow_price == 0


def test_nothing_is_spent_where_no_channel_pays_for_itself() -> None:
    assert allocate(problem([0.9, 0.3], [100.0, 100.0], 500.0)).spent == 0


def test_the_shadow_price_is_what_one_more_pound_earns() -> None:
    case = problem([4.0, 3.0, 2.0], [300.0, 200.0, 250.0], 300.0, share=0.7)
    more = AllocationProblem(case.first_return, case.scale, 301.0, case.minimum, case.maximum, case.maximum_share)
    gain = case.margin(allocate(more).budgets) - case.margin(allocate(case).budgets)
    assert allocate(case).shadow_price == pytest.approx(gain, rel=0.01)


def test_one_channel_alone_cannot_keep_within_a_share_of_its_own_sum() -> None:
    assert allocate(problem([4.0], [100.0], 500.0, share=0.7)).spent == 0


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -1.0])
@pytest.mark.parametrize("field", ["first_return", "scale", "minimum", "maximum"])
def test_a_figure_that_cannot_be_is_refused_by_its_name_and_its_cells(field: str, wrong: float) -> None:
    sound = AllocationProblem(np.ones(2), np.ones(2), 10.0, np.ones(2), np.ones(2), cells=("paid_social", "email"))
    figures = {name: getattr(sound, name) for name in ("first_return", "scale", "minimum", "maximum")}
    figures[field] = np.array([1.0, wrong])
    with pytest.raises(BadInput, match=re.escape(f"{field} of email is {wrong}")):
        AllocationProblem(
            figures["first_return"], figures["scale"], 10.0, figures["minimum"], figures["maximum"], cells=sound.cells
        )


def test_a_total_that_is_no_number_is_refused() -> None:
    with pytest.raises(BadInput, match="the total to split is nan pounds"):
        problem([1.0], [1.0], float("nan"))


@given(st.integers(0, 10**6))
@settings(max_examples=300, deadline=None)
def test_random_problems_are_solved_within_a_proven_gap_and_every_limit(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = small_problem(rng)
    solution = allocate(case)
    assert solution.gap <= 1e-6
    assert solution.profit == pytest.approx(profit(case, solution.budgets), abs=1e-6 * max(1.0, solution.bound))
    assert broken_limits(case, solution) == []
    assert not earns_less_with_more(case, solution, float(rng.uniform(1.0, 3.0)))


@pytest.mark.parametrize("number", range(3))
def test_hundreds_of_smallest_orders_come_to_an_end(number: int) -> None:
    rng = np.random.default_rng(number)
    solution = allocate(large_problem(rng, 500))
    assert solution.gap <= 1e-6
    assert (solution.budgets > 0).sum() > 20


def test_cells_that_are_all_alike_come_to_an_end() -> None:
    case = problem([4.0] * 300, [300.0] * 300, 9_050.0, minimum=[200.0] * 300)
    solution = allocate(case)
    # Forty-five orders of £200 fit, £50 are spread over them.
    assert (solution.budgets > 0).sum() == 45
    assert solution.spent == pytest.approx(9_050.0)
    assert solution.gap <= 1e-6


@pytest.mark.parametrize("seed", range(8))
def test_smallest_orders_under_a_share_limit_agree_with_an_integer_programme(seed: int) -> None:
    rng = np.random.default_rng(500 + seed)
    case = large_problem(rng, 8)
    ours, peer = allocate(case), by_highs(case)
    # Straight pieces lie below the curve, so that theirs may be worse, and never better.
    assert peer.finished
    assert peer.profit <= ours.profit * (1 + 1e-6)
    assert ours.profit <= peer.profit * 1.05 + 1.0


def test_an_order_that_rounding_would_drop_is_given_a_little_room() -> None:
    case = problem([1.2, 3.0, 3.0], [900.0, 82.0, 81.0], 400.0, minimum=[102.0, 0.0, 0.0], share=0.34)
    dropped, kept = whole_pence(allocate(case).budgets, case.maximum_share, case.minimum), allocate_pence(case)[0]
    assert dropped[0] == 0
    assert kept[0] >= 102
    assert float(kept[0]) <= 0.34 * float(sum(kept))
