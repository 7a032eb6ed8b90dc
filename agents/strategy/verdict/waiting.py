"""What speaks against spending today and ends by itself: the verdict is then to wait, with the day to look again."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from agents.strategy.decision import MediaMarket
from agents.strategy.verdict.verdict import REMEMBERED_DAYS
from domain.context import RiskLimits
from domain.money import Money
from domain.plan import Audience
from storage.ports import Balances, Flying, Probing, RunningFlights


class Obstacle(NamedTuple):
    """Why not now. `over_on` is the first day on which it no longer holds."""

    over_on: date
    reason: str


async def obstacles(
    market: MediaMarket,
    *,
    category: str,
    audience: Audience,
    campaign_id: UUID,
    world_id: str,
    account: str,
    today: date,
    running: RunningFlights,
    balances: Balances,
) -> list[Obstacle]:
    """What the first cycle of a campaign had better wait for: other flights that speak to the same shoppers in stores
    it would share, and whose effect it would claim too, and a day of the account on which not even a smallest order is
    left."""
    flights = await running.flying(world_id, category, today, besides=campaign_id)
    in_the_way = [one for one in flights if one.audience is None or audience.meets(one.audience)]
    found = [Obstacle(one.measured_on, _why(category, one)) for one in in_the_way]
    smallest = min((product.minimum_budget for product in market.media), default=Decimal(0))
    of_day, whole = await balances.balance(account, today), await balances.balance(account)
    if of_day is not None and whole is not None and of_day.free < smallest <= whole.free:
        found.append(
            Obstacle(
                today + timedelta(days=1),
                f"£{of_day.free:,.2f} of the account's £{of_day.budget:,.2f} for {today:%-d %B} are left, and the "
                f"smallest order is £{smallest:,.2f}",
            )
        )
    return found


def in_cells_of(audience: Audience, probes: Sequence[Probing], today: date) -> list[Probing]:
    """Those of the probes on one category that are about what a campaign for the audience would be about, and not so
    long ago that what they lost counts no more."""
    return [
        one
        for one in probes
        if (one.audience is None or one.audience.shares_cells(audience))
        and (one.measured_on is None or (today - one.measured_on).days <= REMEMBERED_DAYS)
    ]


def at_stake(probes: Sequence[Probing], limits: RiskLimits) -> Money:
    """Pounds the probes may lose at most. One without a plan yet may take all that probes may lose."""
    pounds = (limits.probe_limit if one.budget is None else one.budget for one in probes)
    return sum(pounds, start=Decimal(0))


def unmeasured(probes: Sequence[Probing], category: str, limits: RiskLimits, today: date) -> list[Obstacle]:
    """What a probe that is left no money by other ones waits for: their measurement, or their plan."""
    found = []
    for one in probes:
        if one.budget is None or one.measured_on is None:
            why = f"Another campaign on {category} is being planned, and may take all that probes may lose"
            found.append(Obstacle(today + timedelta(days=1), why))
            continue
        whom = f" for {one.audience.told}" if one.audience else ""
        why = (
            f"A probe of £{one.budget:,.2f} on {category}{whom} is measured on {one.measured_on:%-d %B}: until then it "
            f"may lose so much of the £{limits.probe_limit:,.0f} that probes here may lose in a year that nothing more "
            "is tried"
        )
        found.append(Obstacle(max(one.measured_on, today + timedelta(days=1)), why))
    return found


def _why(category: str, flight: Flying) -> str:
    whom = f" for {flight.audience.told}" if flight.audience else ""
    return (
        f"A campaign on {category}{whom} is running until {flight.measured_on - timedelta(days=1):%-d %B}: a second "
        "one would claim its effect, and its own could not be told from it"
    )


def until(found: Sequence[Obstacle]) -> tuple[date, str]:
    """The first day on which none of the obstacles holds, and all of them in words. There must be one."""
    reasons = ". ".join(obstacle.reason for obstacle in found)
    return max(obstacle.over_on for obstacle in found), f"{reasons}."
