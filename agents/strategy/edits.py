"""A person's budgets: taken to the penny, as long as they break no limit that binds everyone."""

from collections.abc import Sequence
from decimal import Decimal

from domain.booking import MediaProduct
from domain.channel import Channel
from domain.context import RiskLimits
from domain.decision import BudgetEdit, BudgetLimits, ChannelLimits
from domain.errors import BadInput
from domain.money import Money
from domain.plan import CampaignPlan


def edited_budgets(plan: CampaignPlan, edits: Sequence[BudgetEdit]) -> dict[Channel, Money]:
    """Budgets by channel after the edit: the named channels as given, the others as planned, zeros dropped."""
    budgets = {allocation.channel: allocation.budget for allocation in plan.allocations}
    budgets.update({edit.channel: edit.budget for edit in edits})
    return {channel: budget for channel, budget in budgets.items() if budget > 0}


def budget_limits(
    plan: CampaignPlan, *, available: Money, limits: RiskLimits, media: Sequence[MediaProduct]
) -> BudgetLimits:
    """The figures of `check_budgets` for the plan's channels, to be shown before anything is sent."""
    days = plan.flight.days
    daily = available if limits.daily_budget is None else limits.daily_budget * days
    planned = {allocation.channel for allocation in plan.allocations}
    return BudgetLimits(
        available=min(available, daily),
        channels=[
            ChannelLimits(
                channel=product.channel,
                minimum=product.minimum_budget,
                maximum=product.maximum_daily_budget * days,
            )
            for product in media
            if product.channel in planned
        ],
    )


def check_budgets(
    budgets: dict[Channel, Money],
    *,
    available: Money,
    days: int,
    limits: RiskLimits,
    media: Sequence[MediaProduct],
    barred: frozenset[Channel],
) -> None:
    """Raises BadInput for budgets that are all zero, or beyond the money, the day's limit, the law or the platform.

    A person may go above the optimiser's share of one channel; the other limits hold for everyone.
    """
    if not budgets:
        raise BadInput("every budget is zero, which would book nothing", remedy="reject it instead", field="budgets")
    total = sum(budgets.values(), start=Decimal(0))
    if total > available:
        raise _refused(f"the edited budgets come to £{total:,.2f} and £{available:,.2f} is available")
    if limits.daily_budget is not None and total > limits.daily_budget * days:
        raise _refused(f"£{total:,.2f} over {days} day(s) is above the limit of £{limits.daily_budget:,.2f} a day")
    sold = {product.channel: product for product in media}
    for channel, budget in budgets.items():
        name = channel.value
        if channel in barred:
            raise _refused(f"{name} is barred by law for this product", "leave it out")
        if channel not in sold:
            raise _refused(f"the ad platform does not sell {name}", "leave it out")
        least, most = sold[channel].minimum_budget, sold[channel].maximum_daily_budget * days
        if budget < least:
            raise _refused(
                f"£{budget:,.2f} on {name} is below its smallest order of £{least:,.2f}",
                f"give it that at least, £{most:,.2f} at most, or leave it out",
            )
        if budget > most:
            raise _refused(
                f"£{budget:,.2f} on {name} is more than it can deliver in {days} day(s)",
                f"give it £{most:,.2f} at most",
            )


def _refused(problem: str, remedy: str = "send budgets within the limits") -> BadInput:
    return BadInput(problem, remedy=remedy, field="budgets")
