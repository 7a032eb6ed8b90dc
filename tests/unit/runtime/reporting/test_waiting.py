"""Who waits for a person comes in pages that miss and double nobody, soonest first."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from domain.errors import BadInput
from domain.identifiers import derived_id
from domain.plan import Flight, Interval
from domain.state import CampaignStatus
from runtime.reporting.waiting import WaitingDecisions, waiting_decisions
from runtime.system import System
from tests.examples import a_change, a_plan


async def a_waiting_campaign(system: System, name: str, begins: date, world_id: str = "live") -> UUID:
    campaign_id = derived_id("waiting", name)
    plan = a_plan().model_copy(update={"flight": Flight(start=begins, end=begins + timedelta(days=6))})
    waits = CampaignStatus.AWAITING_APPROVAL
    await system.campaigns.record(a_change(campaign_id, name=name, world_id=world_id, status=waits, plan=plan))
    return campaign_id


async def test_the_soonest_stand_first_and_those_too_late_last(system: System) -> None:
    today = (await system.live.now()).today
    days = {"late": 0, "next week": 7, "tomorrow": 1, "in two days": 2}
    for name, ahead in days.items():
        await a_waiting_campaign(system, name, today + timedelta(days=ahead))
    await a_waiting_campaign(system, "of its own", today, world_id="another")

    async def page(limit: int, after: str | None = None) -> WaitingDecisions:
        return await waiting_decisions(system.deadlines, system.repositories.figures, today, limit=limit, after=after)

    names, after = [], None
    while True:
        found = await page(2, after)
        assert len(found.items) <= 2
        names += [one.campaign.name for one in found.items]
        after = found.next
        if after is None:
            break
    assert names == ["tomorrow", "in two days", "next week", "of its own", "late"]
    assert [one.is_open for one in (await page(50)).items] == [True, True, True, True, False]
    assert (await page(2)).open == 4 == (await system.figures.board.kpis()).open_approvals
    with pytest.raises(BadInput, match="not one of ours"):
        await page(2, "nonsense")


async def test_one_campaign_can_be_asked_for_alone(system: System) -> None:
    today = (await system.live.now()).today
    await a_waiting_campaign(system, "soup", today + timedelta(days=3))
    tea = await a_waiting_campaign(system, "tea", today + timedelta(days=3))
    found = await waiting_decisions(system.deadlines, system.repositories.figures, today, limit=50, campaign_id=tea)
    assert [one.campaign.name for one in found.items] == ["tea"]
    assert found.next is None
    nobody = derived_id("nobody")
    figures = system.repositories.figures
    assert not (await waiting_decisions(system.deadlines, figures, today, limit=50, campaign_id=nobody)).items


async def test_a_decision_says_what_its_newest_plan_spends_and_is_expected_to_earn(system: System) -> None:
    today = (await system.live.now()).today
    soup = await a_waiting_campaign(system, "soup", today + timedelta(days=3))
    edited = a_plan(budget=Decimal("450.10")).model_copy(
        update={"predicted_roi": 0.37, "roi_interval": Interval(low=-0.1, high=0.9)}
    )
    await system.campaigns.record(a_change(soup, plan=edited, status=CampaignStatus.AWAITING_APPROVAL))
    [one] = (await waiting_decisions(system.deadlines, system.repositories.figures, today, limit=50)).items
    assert (one.budget, one.predicted_roi) == (Decimal("450.10"), 0.37)
    assert one.roi_interval == edited.roi_interval
