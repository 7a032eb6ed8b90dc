"""Approvals and raises of several requests at the same moment: those that fit the account's money together are
accepted, and all of those are booked. The others are refused, and still wait."""

import asyncio
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import JsonValue

from domain.errors import BudgetExceeded
from domain.state import CampaignStatus
from runtime.runs.changing import Wanted
from runtime.settings import Settings
from runtime.system import System
from runtime.wiring import open_system

APPROVE: JsonValue = {"decision": "approve", "decided_by": "Ada"}


async def waiting(system: System) -> list[UUID]:
    """Campaigns of the house's account, at the gate."""
    started = (await system.live.trigger("heatwave")).campaign_ids
    for campaign in started:
        await system.runs.finished(campaign)
    states = [await system.runs.state(campaign) for campaign in started]
    found = [state.the_campaign for state in states if state.status is CampaignStatus.AWAITING_APPROVAL]
    assert len(found) >= 3
    return found


async def approved(system: System, campaign: UUID, after: float) -> bool:
    """Whether it was accepted."""
    await asyncio.sleep(after)
    try:
        await system.runs.answer(campaign, None, APPROVE)
    except BudgetExceeded:
        return False
    return True


@pytest.mark.parametrize("apart", [0.0, 0.005, 0.02])
async def test_exactly_those_that_fit_are_accepted_and_booked(tmp_path: Path, apart: float) -> None:
    """`apart` in seconds."""
    async with open_system(Settings(data_dir=tmp_path / "data")) as system:
        campaigns = await waiting(system)
        plans = [(await system.runs.state(campaign)).the_plan.budget for campaign in campaigns]
        money = max(plans) + Decimal("0.01")
        await system.ledger.set_budget("house", budget=money, daily_budget=money)
        accepted = await asyncio.gather(
            *(approved(system, campaign, number * apart) for number, campaign in enumerate(campaigns))
        )
        taken = sum((plan for plan, is_accepted in zip(plans, accepted, strict=True) if is_accepted), start=Decimal(0))
        assert 0 < taken <= money
        refused = [plan for plan, is_accepted in zip(plans, accepted, strict=True) if not is_accepted]
        assert refused
        assert all(taken + plan > money for plan in refused), "there was no room for any of them"
        for campaign, is_accepted in zip(campaigns, accepted, strict=True):
            await system.runs.finished(campaign)
            state = await system.runs.state(campaign)
            assert state.status is (CampaignStatus.ACTIVE if is_accepted else CampaignStatus.AWAITING_APPROVAL)
        balance = await system.ledger.balance("house")
        assert balance is not None
        assert (balance.reserved, balance.committed) == (Decimal(0), taken)


@pytest.mark.parametrize("first", ["raise", "approval"])
@pytest.mark.parametrize("apart", [0.0, 0.005, 0.02])
async def test_a_raise_and_an_approval_that_do_not_fit_together_are_not_both_accepted(
    tmp_path: Path, apart: float, first: str
) -> None:
    async with open_system(Settings(data_dir=tmp_path / "data")) as system:
        flying, waits, *_ = await waiting(system)
        assert await approved(system, flying, 0)
        await system.runs.finished(flying)
        [booking] = await system.campaigns.bookings(flying)
        plan = (await system.runs.state(waits)).the_plan.budget
        money = booking.committed + plan + Decimal("0.01")
        await system.ledger.set_budget("house", budget=money, daily_budget=money)

        async def raised(after: float) -> bool:
            await asyncio.sleep(after)
            try:
                await system.runs.change(flying, Wanted("budget", budget=booking.committed + plan))
            except BudgetExceeded:
                return False
            return True

        late = {"raise": (0.0, apart), "approval": (apart, 0.0)}[first]
        has_raised, has_approved = await asyncio.gather(raised(late[0]), approved(system, waits, late[1]))
        assert has_raised is not has_approved
        for campaign in (flying, waits):
            await system.runs.finished(campaign)
        [booking] = await system.campaigns.bookings(flying)
        assert [change.problem for change in booking.changes] == ([""] if has_raised else [])
        state = await system.runs.state(waits)
        assert state.status is (CampaignStatus.ACTIVE if has_approved else CampaignStatus.AWAITING_APPROVAL)
        balance = await system.ledger.balance("house")
        assert balance is not None
        assert (balance.reserved, balance.committed) == (Decimal(0), money - Decimal("0.01"))
