"""A campaign as an experiment: whether its money is spread unevenly over its stores, to tell the channels apart."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from agents.response.design import experiment as designing
from agents.response.design.worth import Outlook
from agents.response.forecast import forecast
from agents.strategy.decision import BudgetDecision, MediaMarket
from agents.strategy.planning_inputs import PlanningInputs
from domain.channel import Channel
from domain.money import Money, in_proportion, pounds
from domain.plan import Experiment, StoreGroup


def as_experiment(
    inputs: PlanningInputs, decision: BudgetDecision, most: Money, rng: np.random.Generator
) -> tuple[BudgetDecision, Experiment | None]:
    """What is bought, and how it is spread; None where every treated store is served alike.

    A channel that the decision leaves out may be tried in some groups where money is left of `most` pounds, so what is
    bought may be more than was decided. A design that would break the limit on one channel is not taken.
    """
    market = inputs.market
    if not all(product.store_targeting for product in market.media):
        return decision, None  # groups teach nothing where nobody says which stores are served
    plan = dict(zip(market.channels, decision.budgets, strict=True))
    found = designing.design_experiment(
        plan,
        stores=inputs.stores,
        control=len(inputs.holdout.control_stores),
        minimum={product.channel: product.minimum_budget for product in market.media},
        outlook=_outlook(market, most),
        channels=market.channels,
        noise=inputs.noise,
        days=market.days,
        rng=rng,
        horizon=designing.horizon_of(inputs.lessons, inputs.lessons_of_category),
    )
    if not found.varied:
        return decision, None
    groups = [
        StoreGroup(name=f"{number}", stores=list(group.stores), budgets=dict(group.budgets))
        for number, group in enumerate(found.groups, start=1)
    ]
    experiment = Experiment(
        groups=groups, varied=list(found.varied), cost=pounds(max(found.cost, 0.0)), reason=found.note
    )
    bought = _bought(market, decision, {channel: experiment.spent_on(channel) for channel in market.channels})
    largest = max(bought.budgets, default=Decimal(0))
    if largest > Decimal(str(market.limits.channel_share)) * sum(bought.budgets, start=Decimal(0)):
        return decision, None
    # Uneven levels sell less than even ones: what is expected says so.
    share = 1 - float(experiment.cost) / bought.forecast.margin if bought.forecast.margin > 0 else 1.0
    # Groups are of unequal size, and pence are whole: a package that falls below its smallest order is not bought.
    return respread(inputs, replace(bought, forecast=bought.forecast.at(max(share, 0.0))), experiment)


def _bought(market: MediaMarket, decision: BudgetDecision, budgets: dict[Channel, Decimal]) -> BudgetDecision:
    """The decision with these budgets, and what is expected of them."""
    amounts = tuple(budgets[channel] for channel in market.channels)
    if amounts == decision.budgets:
        return decision
    spend = np.array([float(amount) for amount in amounts])
    return replace(
        decision,
        budgets=amounts,
        forecast=forecast(market.curves, spend, market.beliefs, market.margin_rate),
        marginal=market.problem(market.beliefs.effect).marginal(spend),
    )


def _outlook(market: MediaMarket, most: Money) -> Outlook:
    """What is believed of the channels in one store and day."""
    daily, store_days = market.curves.daily_sales, market.curves.store_days
    return Outlook(
        effect=market.beliefs.effect,
        log_scale=market.beliefs.log_scale(daily),
        covariance=market.beliefs.local(daily),
        margin=market.margin_rate * daily,
        most=min(market.spendable, float(most)) / store_days,
        cap=np.array([float(product.maximum_daily_budget) * market.days for product in market.media]) / store_days,
    )


def respread(
    inputs: PlanningInputs, decision: BudgetDecision, planned: Experiment | None
) -> tuple[BudgetDecision, Experiment | None]:
    """Budgets over the groups of an experiment: each channel's in the proportions it had there. Where a package would
    fall below its smallest order, and on a channel new to it, every store is served alike."""
    if planned is None:
        return decision, None
    minimum = {product.channel: product.minimum_budget for product in inputs.market.media}
    budgets: list[dict[Channel, Decimal]] = [{} for _ in planned.groups]
    varied = []
    for channel, amount in zip(decision.channels, decision.budgets, strict=True):
        if amount <= 0:
            continue
        had = [group.budgets.get(channel, Decimal(0)) for group in planned.groups]
        parts = _parts(amount, had) if channel in planned.varied else []
        if parts and min(part for part in parts if part > 0) >= minimum[channel]:
            varied.append(channel)
        else:
            parts = in_proportion([Decimal(len(group.stores)) for group in planned.groups], amount)
        for group, part in zip(budgets, parts, strict=True):
            if part > 0:
                group[channel] = part
    if not varied:
        return decision, None
    groups = [group.model_copy(update={"budgets": mine}) for group, mine in zip(planned.groups, budgets, strict=True)]
    return decision, planned.model_copy(update={"groups": groups, "varied": varied})


def _parts(amount: Money, had: Sequence[Decimal]) -> list[Decimal]:
    """`amount` in the proportions it had; what had nothing gets nothing, not even a penny of rounding."""
    given = iter(in_proportion([part for part in had if part > 0], amount))
    return [next(given) if part > 0 else Decimal(0) for part in had]
