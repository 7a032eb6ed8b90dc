"""What a table of campaigns says beside each row, over all cycles of a campaign."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from domain.channel import Channel
from domain.identifiers import derived_id
from domain.performance import ChannelPerformance, LiftEstimate, PerformanceReport
from domain.plan import Flight, Interval
from domain.state import CampaignStatus
from runtime.reporting.campaigns import CampaignRow
from runtime.system import System
from tests.examples import a_change, a_plan, an_opportunity

SOUP = derived_id("soup")
MINE = Interval(low=-3.0, high=17.0, level=0.8)


def a_report(cycle: int, spend: Decimal, *, campaign_id: UUID = SOUP) -> PerformanceReport:
    email = ChannelPerformance(
        channel=Channel.EMAIL,
        impressions=1_000,
        clicks=10,
        spend=spend,
        conversions=1,
        conversion_value=Decimal(2),
        units_sold=1,
    )
    return PerformanceReport(
        id=derived_id("report", campaign_id, cycle),
        campaign_id=campaign_id,
        cycle=cycle,
        flight=a_plan().flight,
        is_final=True,
        attribution_window="7d_click",
        channels=[email],
        impressions=1_000,
        clicks=10,
        spend=spend,
        attributed_roas=0.0,
        lift=LiftEstimate(
            incremental_units=5,
            incremental_sales=Decimal(7),
            standard_error=1.0,
            interval=MINE,
            lift=0.1,
            treated_stores=30,
            control_stores=10,
            method="difference",
        ),
        iroas=0.1,
        roi=-0.8 if cycle == 1 else 0.4,
        roi_interval=Interval(low=-1, high=1),
        reported_at="2026-11-20T09:00:00Z",
    )


async def row_of(system: System) -> CampaignRow:
    [row] = await system.figures.table.rows((await system.campaigns.page()).items)
    return row


async def test_cycles_add_and_an_edited_plan_counts_once(system: System) -> None:
    await system.campaigns.record(a_change(SOUP, name="soup", budget=Decimal(5000)))
    plan, opportunity = a_plan(), an_opportunity()
    later = Flight(start=plan.flight.end + timedelta(days=1), end=plan.flight.end + timedelta(days=4))
    edited = a_plan(budget=Decimal("600.10"))
    second = a_plan(budget=Decimal("100.05"), cycle=2).model_copy(update={"flight": later})
    third = a_plan(budget=Decimal(0), verdict="dont_spend", cycle=3)
    await system.campaigns.record(a_change(SOUP, opportunity=opportunity, name="Soup in the rain"))
    for one in (plan, edited, second, third):
        await system.campaigns.record(a_change(SOUP, plan=one, status=CampaignStatus.PLANNED))
    await system.campaigns.record(a_change(SOUP, report=a_report(1, Decimal(600)), status=CampaignStatus.ACTIVE))
    await system.campaigns.record(a_change(SOUP, report=a_report(2, Decimal(100)), status=CampaignStatus.ACTIVE))
    row = await row_of(system)
    assert (row.detected_on, row.regions) == (opportunity.detected_on, ["London"])
    assert (row.planned, row.spent) == (Decimal("700.15"), Decimal(700))
    assert row.flight == Flight(start=plan.flight.start, end=later.end)
    assert row.iroas == pytest.approx(14 / 700)
    assert row.roi == pytest.approx((-0.8 * 600 + 0.4 * 100) / 700)
    assert row.iroas_interval is not None
    # Cycles are read in the same stores: what is off in one is off in both.
    assert row.iroas_interval.high - row.iroas_interval.low == pytest.approx(2 * (MINE.high - MINE.low) / 700)


async def test_one_report_keeps_the_interval_it_was_measured_with(system: System) -> None:
    await system.campaigns.record(a_change(SOUP, name="soup", budget=Decimal(5000)))
    await system.campaigns.record(a_change(SOUP, report=a_report(1, Decimal(10)), status=CampaignStatus.ACTIVE))
    row = await row_of(system)
    assert row.iroas_interval == Interval(low=-0.3, high=1.7, level=0.8)
    assert row.roi_interval == pytest.approx(a_report(1, Decimal(10)).roi_interval)


async def test_a_campaign_that_planned_nothing_has_nothing_to_tell(system: System) -> None:
    await system.campaigns.record(a_change(SOUP, name="soup", budget=Decimal(5000)))
    row = await row_of(system)
    assert (row.detected_on, row.regions, row.planned, row.flight) == (None, [], None, None)
    assert (row.iroas, row.iroas_interval, row.roi, row.spent) == (None, None, None, Decimal(0))
