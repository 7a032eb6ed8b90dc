"""The planner's allocation: whether budgets earn the most that can be earned, and keep every limit.

The right answer is the greatest profit that a search of all combinations on a grid finds, which shares nothing with
the solver but the curve.
"""

import asyncio
from typing import Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from agents.strategy.allocation.problem import AllocationProblem
from agents.strategy.allocation.solver import allocate_pence
from runtime.evaluating.nodes.scores import Asked, Score, Tools, score

PENNY: Final = 0.01
_ROOM: Final = 1e-6
"""Pounds by which a limit may be missed for the binary fractions of pence."""


class Cell(BaseModel):
    """What can be bought: `b` pounds sell for a margin of first_return x scale x (1 - exp(-b / scale)) pounds. Nothing
    is bought of it, or from `minimum` to `maximum` pounds."""

    model_config = ConfigDict(extra="forbid")

    first_return: float = Field(ge=0, description="margin of the first pound, in pounds")
    scale: float = Field(gt=0, description="pounds after which a pound earns 1/e of that")
    minimum: float = Field(default=0, ge=0)
    maximum: float = Field(gt=0)


class StrategyGiven(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cells: list[Cell] = Field(min_length=1, max_length=200)
    total: float = Field(ge=0, description="pounds that may be spent in all")
    maximum_share: float = Field(default=1, gt=0, le=1, description="the largest share of what is spent in one cell")


class StrategyExpected(BaseModel):
    """`profit` is margin less spend, in pounds. No more than `short` of it may be missing."""

    model_config = ConfigDict(extra="forbid")

    profit: float = Field(ge=0)
    short: float = Field(default=0.001, ge=0, lt=1, description="share of the profit; the grid's own coarseness")
    unspent: bool | None = Field(default=None, description="whether money is left over, where that is known")


class StrategyCase(Asked):
    node: Literal["strategy"]
    given: StrategyGiven
    expect: StrategyExpected

    @model_validator(mode="after")
    def _can_be_bought(self) -> "StrategyCase":
        if impossible := [place for place, cell in enumerate(self.given.cells, 1) if cell.minimum > cell.maximum]:
            raise ValueError(f"cell {impossible[0]} has a minimum above its maximum")
        return self


async def scores(case: StrategyCase, tools: Tools) -> list[Score]:
    """`limits` and `profit`, and `unspent` where it is expected."""
    return await asyncio.to_thread(_scores, case)


def _scores(case: StrategyCase) -> list[Score]:
    given, expect = case.given, case.expect
    cells = given.cells
    problem = AllocationProblem(
        first_return=np.array([cell.first_return for cell in cells]),
        scale=np.array([cell.scale for cell in cells]),
        total=given.total,
        minimum=np.array([cell.minimum for cell in cells]),
        maximum=np.array([cell.maximum for cell in cells]),
        maximum_share=given.maximum_share,
    )
    bought = [float(pence) for pence in allocate_pence(problem)[0]]
    spent = sum(bought)
    profit = sum(earned(cell, pounds) for cell, pounds in zip(cells, bought, strict=True))
    least = expect.profit * (1 - expect.short) - PENNY
    missing = "" if profit >= least else f"£{profit:.2f} is earned of £{expect.profit:.2f}"
    found = [score("limits", _broken(given, bought)), score("profit", missing)]
    if expect.unspent is not None:
        is_left = spent < given.total - 1
        found.append(
            score("unspent", "" if is_left == expect.unspent else f"£{spent:.2f} of £{given.total:.2f} is spent")
        )
    return found


def earned(cell: Cell, pounds: float) -> float:
    """Margin less spend of so many pounds."""
    return cell.first_return * cell.scale * (1 - float(np.exp(-pounds / cell.scale))) - pounds


def _broken(given: StrategyGiven, bought: list[float]) -> str:
    spent = sum(bought)
    broken = [] if spent <= given.total + _ROOM else [f"£{spent:.2f} of £{given.total:.2f} is spent"]
    for place, (cell, pounds) in enumerate(zip(given.cells, bought, strict=True), 1):
        if pounds and not cell.minimum - PENNY - _ROOM <= pounds <= cell.maximum + _ROOM:
            broken.append(f"cell {place} is bought for £{pounds:.2f}")
        if pounds > given.maximum_share * spent + _ROOM:
            broken.append(f"cell {place} has {pounds / spent:.1%} of what is spent")
    return "; ".join(broken)
