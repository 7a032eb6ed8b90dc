"""What if the budget were another: the best allocation of each, and what it is expected to earn."""

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from pydantic import BaseModel, Field

from agents.response.forecast import Forecast, forecast
from agents.strategy.allocation.solver import allocate_pence
from domain.channel import Channel
from domain.day import Day
from domain.money import Money
from domain.plan import INTERVAL_LEVEL, Interval
from runtime.reporting.learning.market import FLIGHT_DAYS, CategoryMarket

USUAL_BUDGETS = tuple(map(Decimal, (1_000, 2_500, 5_000, 10_000, 20_000)))
MOST_BUDGETS = 12


class BudgetShare(BaseModel):
    channel: Channel
    budget: Money
    sales: float = Field(description="incremental sales expected of it, pounds")
    interval: Interval = Field(description="of those sales")


class BudgetOption(BaseModel):
    """What would be bought with one budget. Pounds; profit is incremental margin less spend."""

    budget: Money
    spent: Money = Field(description="no pound is spent that is not expected to earn itself back")
    channels: list[BudgetShare] = Field(description="those that money is spent on")
    sales: float
    profit: float
    profit_interval: Interval
    roi: float = Field(description="profit over spend; 0 where nothing is spent")
    roi_interval: Interval
    next_pound: float = Field(description="profit of one more pound of budget; 0 where it would not be spent")


class BudgetOptions(BaseModel):
    learned_in: str
    category: str
    audience: str
    today: Day
    level: float = INTERVAL_LEVEL
    stores: int
    days: int
    channel_share: float = Field(description="largest share of the spend that one channel may take")
    options: list[BudgetOption]


def options_of(market: CategoryMarket, budgets: Sequence[Decimal], learned_in: str) -> BudgetOptions:
    """Each budget on its own, allocated on the mean of the beliefs as a plan without exploration would."""
    return BudgetOptions(
        learned_in=learned_in,
        category=market.category,
        audience=market.audience,
        today=market.today,
        stores=market.stores,
        days=FLIGHT_DAYS,
        channel_share=market.limits.channel_share,
        options=[_option(market, budget) for budget in sorted(set(budgets))],
    )


def _option(market: CategoryMarket, budget: Decimal) -> BudgetOption:
    plan = market.with_budget(budget)
    problem = plan.problem(market.beliefs.effect)
    amounts, solution = allocate_pence(problem)
    spend = np.array([float(amount) for amount in amounts])
    found = forecast(plan.curves, spend, market.beliefs, market.margin_rate)
    return BudgetOption(
        budget=budget,
        spent=sum(amounts, start=Decimal(0)),
        channels=[
            BudgetShare(channel=channel, budget=amount, sales=float(sales), interval=interval)
            for channel, amount, sales, interval in zip(
                market.channels, amounts, found.sales, found.intervals, strict=True
            )
            if amount > 0
        ],
        sales=found.total,
        profit=found.margin - found.spend,
        profit_interval=_profit_interval(found),
        roi=found.roi,
        roi_interval=found.roi_interval,
        next_pound=max(solution.shadow_price - 1, 0.0) if solution.spent else 0.0,
    )


def _profit_interval(found: Forecast) -> Interval:
    """Return on what is spent, in pounds."""
    return Interval(low=found.roi_interval.low * found.spend, high=found.roi_interval.high * found.spend)
