"""What the campaigns table says beside each row, over all cycles of a campaign."""

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.identifiers import derived_id
from domain.plan import INTERVAL_Z, Flight
from domain.state import CampaignStatus
from storage.campaigns.outlines import CampaignOutline, CampaignOutlines
from storage.campaigns.reports import ReportQueries
from storage.engine.database import Database
from tests.unit.storage.campaigns.test_storage_campaigns import OPPORTUNITY, PLAN, SOUP, opened, report


async def test_cycles_add_and_an_edited_plan_counts_once(database: Database) -> None:
    campaigns = await opened(database)
    later = Flight(start=PLAN.flight.end + timedelta(days=1), end=PLAN.flight.end + timedelta(days=4))
    edited = PLAN.model_copy(update={"id": derived_id("edited"), "budget": Decimal("600.10")})
    second = PLAN.model_copy(update={"id": derived_id("2"), "cycle": 2, "flight": later, "budget": Decimal("100.05")})
    third = PLAN.model_copy(update={"id": derived_id("3"), "cycle": 3, "verdict": "dont_spend", "budget": Decimal(0)})
    await campaigns.record_opportunity(SOUP, OPPORTUNITY, name="Soup in the rain")
    for plan in (PLAN, edited, second, third):
        await campaigns.record_plan(SOUP, plan, CampaignStatus.PLANNED)
    await campaigns.record_performance(report(1, 1, "600"))
    await campaigns.record_performance(report(2, 2, "100"))
    told = (await CampaignOutlines(database).of([SOUP]))[SOUP]
    assert (told.detected_on, told.regions) == (OPPORTUNITY.detected_on, ["London", "Wales"])
    assert (told.planned, told.reported_spend) == (Decimal("700.15"), Decimal(700))
    assert told.flight == Flight(start=PLAN.flight.start, end=later.end)
    assert told.iroas == pytest.approx(14 / 700)
    assert told.roi == pytest.approx(-0.8)
    assert told.iroas_interval is not None
    assert told.iroas_interval.high - told.iroas_interval.low == pytest.approx(2 * INTERVAL_Z * 2**0.5 / 700)


async def test_a_campaign_that_planned_nothing_has_nothing_to_tell(database: Database) -> None:
    await opened(database)
    outlines = CampaignOutlines(database)
    assert await outlines.of([SOUP]) == {SOUP: CampaignOutline()}
    assert await outlines.of([]) == {}


async def test_only_a_final_report_closes_a_cycle(database: Database) -> None:
    campaigns = await opened(database)
    queries = ReportQueries(database)
    await campaigns.record_performance(report(1, 1, "600"))
    await campaigns.record_performance(report(2, 2, "40", is_final=False))
    assert await queries.final_cycles([SOUP]) == {(SOUP, 1)}
    assert await queries.final_cycles([]) == set()
