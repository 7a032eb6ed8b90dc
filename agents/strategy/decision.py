"""How much, on which channels: a safe Thompson draw, an exact allocation, and what stopped it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from agents.response.beliefs import Posterior, nonnegative
from agents.response.curves import ResponseCurves
from agents.response.forecast import Forecast, forecast
from agents.strategy.allocation.problem import AllocationProblem, Solution
from agents.strategy.allocation.solver import allocate, allocate_pence
from domain.booking import MediaProduct
from domain.channel import Channel
from domain.context import RiskLimits
from domain.money import Money

Vector = NDArray[np.float64]

EXPLORATION = 0.1
"""Width of the Thompson draw in posterior deviations. Over eight campaigns in each of sixty made-up markets, of what
the best allocation would have earned, 0.1 earned 79 % and led from the fourth campaign on; no draw at all 79 %,
0.5 71 %, the full width 61 %: with five channels and few campaigns, curiosity must be cheap."""


EVEN_PACING = Decimal("0.88")
"""Platforms do not spend evenly: a flight planned to this share of its daily limit stays below the limit each day."""


@dataclass(frozen=True, slots=True, eq=False)
class MediaMarket:
    """What a decision stands on. `channels` [n] are sold and lawful; `beliefs` are about their cells, in that order."""

    channels: tuple[Channel, ...]
    media: tuple[MediaProduct, ...]
    curves: ResponseCurves
    beliefs: Posterior
    margin_rate: float
    available: Money
    days: int
    limits: RiskLimits
    barred: frozenset[Channel]
    left_out: frozenset[Channel] = frozenset()
    """Channels a person has asked to leave out: sold and lawful, and not in `channels`."""
    asked: Money | None = None
    """The most a person has asked to spend; None where nobody has."""

    @property
    def spendable(self) -> float:
        """Pounds the budget, the daily limit and a person's wish leave for this flight."""
        daily = self.limits.daily_budget
        most = self.available if daily is None else min(self.available, daily * self.days * EVEN_PACING)
        return float(most if self.asked is None else min(most, self.asked))

    def problem(self, effectiveness: Vector) -> AllocationProblem:
        """The allocation problem if the channels had this `effectiveness` [n]."""
        slope = self.curves.slope(np.zeros(len(self.channels)), nonnegative(effectiveness))
        return AllocationProblem(
            first_return=self.margin_rate * slope,
            scale=self.curves.scale,
            total=self.spendable,
            minimum=np.array([float(product.minimum_budget) for product in self.media]),
            maximum=np.array([float(product.maximum_daily_budget) * self.days for product in self.media]),
            maximum_share=self.limits.channel_share,
            cells=tuple(channel.value for channel in self.channels),
        )


@dataclass(frozen=True, slots=True, eq=False)
class BudgetDecision:
    """Budgets [n] with what is expected of them. `marginal` [n] is margin from the next pound, as decided on."""

    channels: tuple[Channel, ...]
    budgets: tuple[Money, ...]
    forecast: Forecast
    marginal: Vector
    binding: list[str]
    shadow_price: float

    @property
    def spend(self) -> Vector:
        """The budgets as numbers [n], pounds."""
        return np.array([float(amount) for amount in self.budgets])

    @property
    def spends(self) -> bool:
        """Whether the expected incremental margin beats the spend."""
        return self.forecast.spend > 0 and self.forecast.margin > self.forecast.spend


def decide(market: MediaMarket, rng: np.random.Generator) -> BudgetDecision:
    """Allocate on a draw from the beliefs, so that what is uncertain gets tried; expect what the beliefs' mean says.

    A draw may never buy an expected loss: where its budgets would lose money under the mean, the mean's own budgets
    are taken (safe Thompson sampling), and where those earn nothing either, nothing is spent.
    """
    if not market.channels or market.curves.baseline <= 0:
        return _nothing(market)
    drawn = _decided(market, market.beliefs.draw(rng, EXPLORATION))
    return drawn if drawn.spends else _decided(market, market.beliefs.effect)


def fixed(market: MediaMarket, budgets: dict[Channel, Money], edited_by: str) -> BudgetDecision:
    """The same figures for budgets a person has set; `market` covers every channel in `budgets`."""
    amounts = tuple(budgets.get(channel, Decimal(0)) for channel in market.channels)
    spend = np.array([float(amount) for amount in amounts])
    return BudgetDecision(
        channels=market.channels,
        budgets=amounts,
        forecast=forecast(market.curves, spend, market.beliefs, market.margin_rate),
        marginal=market.problem(market.beliefs.effect).marginal(spend),
        binding=[f"edited:{edited_by}", *_lawful_limits(market)],
        shadow_price=0.0,
    )


def best_first_pound(market: MediaMarket) -> tuple[Channel, float] | None:
    """The channel whose first pound is expected to return the most margin, and that margin; None without channels."""
    if not market.channels or market.curves.baseline <= 0:
        return None
    returns = market.problem(market.beliefs.effect).first_return
    best = int(np.argmax(returns))
    return market.channels[best], float(returns[best])


def without_share_limit(market: MediaMarket) -> float:
    """Pounds that would be spent if one channel might take everything."""
    problem = market.problem(market.beliefs.effect)
    return allocate(replace(problem, maximum_share=1.0)).spent


def _decided(market: MediaMarket, effectiveness: Vector) -> BudgetDecision:
    problem = market.problem(effectiveness)
    budgets, solution = allocate_pence(problem)
    spend = np.array([float(amount) for amount in budgets])
    return BudgetDecision(
        channels=market.channels,
        budgets=budgets,
        forecast=forecast(market.curves, spend, market.beliefs, market.margin_rate),
        marginal=problem.marginal(spend),
        binding=_binding(market, problem, solution, spend),
        shadow_price=solution.shadow_price,
    )


def _binding(market: MediaMarket, problem: AllocationProblem, solution: Solution, spend: Vector) -> list[str]:
    """The constraints without which the optimiser would have done otherwise, by name."""
    names = _lawful_limits(market)
    if solution.spent >= problem.total - 0.01:
        names.append(_whole_limit(market, problem.total))
    elif solution.spent > 0:
        names.append("marginal_return")
    level = max(solution.shadow_price, 1.0)
    wants_more = problem.marginal(spend) > level * 1.001
    for index, channel in enumerate(market.channels):
        if spend[index] > 0 and abs(spend[index] - problem.minimum[index]) < 0.02:
            names.append(f"minimum_order:{channel.value}")
        elif wants_more[index] and spend[index] >= problem.maximum[index] - 0.02:
            names.append(f"delivery_capacity:{channel.value}")
        elif wants_more[index] and spend[index] == 0:
            names.append(f"minimum_order:{channel.value}")
        elif wants_more[index] and spend[index] >= problem.maximum_share * spend.sum() - 0.05:
            names.append(f"channel_share:{channel.value}")
    return names


def _whole_limit(market: MediaMarket, total: float) -> str:
    """What holds the whole spend to `total` pounds."""
    if market.asked is not None and float(market.asked) <= total:
        return "asked_budget"
    return "total_budget" if float(market.available) <= total else "daily_budget"


def _lawful_limits(market: MediaMarket) -> list[str]:
    law = [f"law:{channel.value}" for channel in sorted(market.barred)]
    return [*law, *(f"left_out:{channel.value}" for channel in sorted(market.left_out))]


def _nothing(market: MediaMarket) -> BudgetDecision:
    none = np.zeros(len(market.channels))
    no_curves = ResponseCurves(baseline=0.0, scale=np.ones(len(market.channels)))
    return BudgetDecision(
        channels=market.channels,
        budgets=tuple(Decimal(0) for _ in market.channels),
        forecast=forecast(no_curves, none, market.beliefs, market.margin_rate),
        marginal=none,
        binding=_lawful_limits(market),
        shadow_price=0.0,
    )


def lawful_media(
    media: Sequence[MediaProduct], barred: frozenset[Channel]
) -> tuple[tuple[Channel, ...], tuple[MediaProduct, ...]]:
    """The channels sold and not barred, in the order of `Channel`, with the product that sells each."""
    by_channel = {product.channel: product for product in media}
    channels = tuple(channel for channel in Channel if channel in by_channel and channel not in barred)
    return channels, tuple(by_channel[channel] for channel in channels)
