"""What figures are made of is read from columns, the same on either database."""

from datetime import timedelta
from decimal import Decimal

import pytest

from domain.booking import BookingConfirmation, MediaBuyStatus
from domain.context import CampaignContext
from domain.identifiers import derived_id
from domain.performance import PerformanceReport
from domain.plan import Flight
from domain.state import CampaignStatus
from storage.campaigns.figures import CampaignFigures, FigureQueries, PlannedCycle
from storage.campaigns.recording import CampaignRepository
from storage.engine.database import Database
from storage.ledger.ledger import Ledger
from storage.log.events import EventStore
from tests.examples import a_change
from tests.threads import known_thread
from tests.unit.storage.campaigns.test_storage_campaigns import FLIGHT, NOW, OPPORTUNITY, PLAN, SOUP, opened, report

OTHER = derived_id("another campaign")
LATER = Flight(start=PLAN.flight.end + timedelta(days=1), end=PLAN.flight.end + timedelta(days=4))


def booking(cycle: int, flight: Flight = FLIGHT) -> BookingConfirmation:
    return BookingConfirmation(
        id=derived_id("booking", cycle),
        campaign_id=SOUP,
        cycle=cycle,
        transaction_id=f"mb_{cycle}",
        idempotency_key=f"key {cycle:04}",
        status=MediaBuyStatus.ACTIVE,
        flight=flight,
        committed=Decimal("600.10"),
        booked_at=NOW,
    )


def lengths(one: PerformanceReport) -> tuple[float, float]:
    """Of the interval of its incremental sales, below and above."""
    sales, interval = float(one.lift.incremental_sales), one.lift.interval
    return sales - interval.low, interval.high - sales


async def test_an_edited_plan_replaces_its_cycles_own_and_reports_come_in_order(database: Database) -> None:
    campaigns = await opened(database)
    edited = PLAN.model_copy(update={"id": derived_id("edited"), "budget": Decimal("600.10")})
    second = PLAN.model_copy(update={"id": derived_id("2"), "cycle": 2, "flight": LATER, "budget": Decimal("100.05")})
    await campaigns.record(a_change(SOUP, opportunity=OPPORTUNITY, name="Soup in the rain"))
    for plan in (PLAN, edited, second):
        await campaigns.record(a_change(SOUP, plan=plan, status=CampaignStatus.PLANNED))
    await campaigns.record(a_change(SOUP, report=report(1, 1, "600"), status=CampaignStatus.ACTIVE))
    await campaigns.record(a_change(SOUP, report=report(2, 2, "100"), status=CampaignStatus.ACTIVE))
    told = (await FigureQueries(database).of_campaigns([SOUP]))[SOUP]
    assert (told.detected_on, told.regions) == (OPPORTUNITY.detected_on, ["London", "Wales"])
    assert told.plans == [
        PlannedCycle("spend", Decimal("600.10"), FLIGHT, PLAN.predicted_roi, PLAN.roi_interval),
        PlannedCycle("spend", Decimal("100.05"), LATER, PLAN.predicted_roi, PLAN.roi_interval),
    ]
    assert [cycle.spend for cycle in told.reports] == [Decimal(600), Decimal(100)]
    whole = report(1, 1, "600")
    caused = (whole.lift.incremental_sales, whole.lift.interval)
    assert told.reports[0][1:] == (*caused, whole.roi, whole.roi_interval)


async def test_a_campaign_that_planned_nothing_has_nothing_to_tell(database: Database) -> None:
    await opened(database)
    figures = FigureQueries(database)
    assert await figures.of_campaigns([SOUP]) == {SOUP: CampaignFigures(None, [], [], [])}
    assert await figures.of_campaigns([]) == {}


async def test_totals_are_the_sums_of_the_final_reports_of_one_world(database: Database) -> None:
    campaigns = await opened(database)
    figures = FigureQueries(database)
    world_id = (await campaigns.page()).items[0].world_id
    assert (await figures.totals(world_id)).reports == 0
    finals = [report(1, 1, "600.01"), report(2, 2, "100.02")]
    soft = report(4, 1, "50.03").model_copy(update={"campaign_id": OTHER})
    for one in [*finals, report(3, 3, "40", is_final=False)]:
        await campaigns.record(a_change(SOUP, report=one, status=CampaignStatus.ACTIVE))
    await campaigns.record(a_change(OTHER, name="soft drinks", budget=Decimal(5000)))
    await campaigns.record(a_change(OTHER, report=soft, status=CampaignStatus.ACTIVE))
    totals = await figures.totals(world_id)
    assert totals.reports == 3
    assert totals.measured_at == soft.reported_at
    assert totals.spend == Decimal("750.06")
    assert totals.incremental_sales == sum(one.lift.incremental_sales for one in [*finals, soft])
    # Cycles of one campaign add up, campaigns do so in squares.
    below, above = (sum(lengths(one)[side] for one in finals) for side in (0, 1))
    assert totals.squared_below == pytest.approx(below**2 + lengths(soft)[0] ** 2)
    assert totals.squared_above == pytest.approx(above**2 + lengths(soft)[1] ** 2)
    assert totals.conversion_value == Decimal("75.60")
    assert (totals.clickable_impressions, totals.clicks) == (300_000, 3_000)
    assert (await figures.totals("another world")).reports == 0


async def test_a_final_report_takes_the_place_of_the_cycles_partial_one(database: Database) -> None:
    campaigns = await opened(database)
    figures = FigureQueries(database)
    world_id = (await campaigns.page()).items[0].world_id
    await campaigns.record(a_change(SOUP, report=report(1, 1, "40", is_final=False), status=CampaignStatus.ACTIVE))
    assert (await figures.totals(world_id)).spend == 0
    await campaigns.record(a_change(SOUP, report=report(1, 1, "600"), status=CampaignStatus.ACTIVE))
    totals = await figures.totals(world_id)
    assert totals.spend == Decimal(600)
    assert totals.squared_below == pytest.approx(lengths(report(1, 1, "600"))[0] ** 2)


async def test_a_flight_runs_until_its_newest_cycle_has_a_final_report(database: Database) -> None:
    campaigns = await opened(database)
    figures = FigureQueries(database)
    world_id = (await campaigns.page()).items[0].world_id
    assert await figures.booked(SOUP) is None
    await campaigns.record(a_change(SOUP, booking=booking(1), status=CampaignStatus.ACTIVE))
    await campaigns.record(a_change(SOUP, report=report(1, 1, "600"), status=CampaignStatus.ACTIVE))
    assert await figures.running_among([SOUP]) == (await figures.running_of_world(world_id)).items == []
    await campaigns.record(a_change(SOUP, booking=booking(2, LATER), status=CampaignStatus.ACTIVE))
    [running] = (await figures.running_of_world(world_id)).items
    assert (running.cycle, running.transaction_id, running.flight) == (2, "mb_2", LATER)
    assert running.committed == Decimal("600.10")
    await campaigns.record(a_change(SOUP, report=report(2, 2, "40", is_final=False), status=CampaignStatus.ACTIVE))
    assert await figures.running_among([SOUP]) == [running]
    assert await figures.running_among([]) == (await figures.running_of_world("another world")).items == []
    await campaigns.record(a_change(SOUP, status=CampaignStatus.FAILED))
    assert (await figures.running_of_world(world_id)).items == []
    assert await figures.booked(SOUP) == running


async def test_a_thread_of_langgraphs_own_server_is_not_ours(database: Database) -> None:
    campaigns = await opened(database)
    await campaigns.record(a_change(SOUP, booking=booking(1), status=CampaignStatus.ACTIVE))
    [studio] = await FigureQueries(database).running_among([SOUP])
    await known_thread(database, SOUP, CampaignContext())
    await campaigns.record(a_change(SOUP, status=CampaignStatus.ACTIVE))
    [ours] = await FigureQueries(database).running_among([SOUP])
    assert (studio.is_ours, ours.is_ours) == (False, True)


async def test_the_mark_moves_with_every_row_a_figure_is_made_of(database: Database) -> None:
    figures = FigureQueries(database)
    ledger = Ledger(database, account_budget=Decimal(1000), daily_budget=Decimal(1000))
    campaigns = CampaignRepository(database)
    seen = [await figures.mark("live", "house")]

    async def moved() -> bool:
        seen.append(await figures.mark("live", "house"))
        return seen[-1] != seen[-2]

    assert not await moved()
    await campaigns.record(a_change(SOUP, name="soup", budget=Decimal(5000)))
    assert await moved()
    await campaigns.record(a_change(SOUP, plan=PLAN, status=CampaignStatus.AWAITING_APPROVAL))
    assert await moved()
    await ledger.reserve(key="key", campaign_id=SOUP, account="house", amount=Decimal(10))
    assert await moved()
    await ledger.commit("key", Decimal(10))
    assert await moved()
    await campaigns.record(a_change(SOUP, booking=booking(1), status=CampaignStatus.ACTIVE))
    assert await moved()
    await campaigns.record(a_change(SOUP, report=report(1, 1, "600"), status=CampaignStatus.ACTIVE))
    assert await moved()
    await ledger.settle("key", Decimal(5))
    assert await moved()
    await ledger.set_budget("house", budget=Decimal(2000), daily_budget=Decimal(2000))
    assert await moved()
    await EventStore(database).start_over()
    assert await moved()
