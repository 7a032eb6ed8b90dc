"""The figures across the top of the dashboard, with their age."""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel

from api.dependencies import TheSystem
from api.routes.delivery import DeliveryByDay, running_flights
from domain.booking import ChannelDelivery
from domain.context import HOUSE_ACCOUNT, LIVE_WORLD, Autonomy
from domain.money import Money, pounds
from domain.performance import ChannelPerformance, PerformanceReport
from domain.plan import INTERVAL_Z, Interval
from domain.state import CampaignStatus
from runtime.live.starts import AUTONOMY
from storage.campaigns.reports import ReportQueries

router = APIRouter(tags=["kpis"])


class Kpis(BaseModel):
    """The live world's campaigns together. Rates are None until something has been measured."""

    as_of: AwareDatetime
    today: date
    measured_at: AwareDatetime | None
    """When the newest final report came in: the age of everything measured."""
    provenance: Literal["simulated"] = "simulated"
    campaigns: int
    active: int
    spend: Money
    pace: float | None
    """Delivered over planned spend of the flights that are running, over the days whose reports are complete; 1 is on
    pace, None before the first such day."""
    incremental_sales: Money
    incremental_interval: Interval | None
    iroas: float | None
    attributed_roas: float | None
    """The platform's claim, running flights included; never learned from."""
    ctr: float | None
    """Clicks over the impressions that can be clicked, running flights included."""
    open_approvals: int
    """Campaigns at the gate that can still be approved."""
    alarms: int
    autonomy: Autonomy
    """Of the campaigns the live world starts; `tescosense run` gives each of its own a level."""
    budget: Money
    reserved: Money
    committed: Money
    budget_left: Money


@router.get("/kpis")
async def get_kpis(system: TheSystem) -> Kpis:
    world = await system.live.now()
    counts = await system.campaigns.counts(LIVE_WORLD)
    reports = await ReportQueries(system.repositories.database).final_of_world(LIVE_WORLD)
    active = await system.campaigns.page(status=CampaignStatus.ACTIVE, limit=200, world_id=LIVE_WORLD)
    flights = list((await running_flights(system, active.items)).values())
    delivered = sum((flight.spend for flight in flights), start=Decimal(0))
    balance = await system.ledger.balance(HOUSE_ACCOUNT)
    budget = balance.budget if balance else pounds(system.settings.account_budget)
    reserved = balance.reserved if balance else pounds(0)
    committed = balance.committed if balance else pounds(0)
    spend = sum((report.spend for report in reports), start=Decimal(0))
    incremental = sum((report.lift.incremental_sales for report in reports), start=Decimal(0))
    return Kpis(
        as_of=datetime.now(UTC),
        today=world.today,
        measured_at=max((report.reported_at for report in reports), default=None),
        campaigns=sum(counts.values()),
        active=counts.get(CampaignStatus.ACTIVE, 0),
        spend=spend + delivered,
        pace=_pace(flights),
        incremental_sales=incremental,
        incremental_interval=_interval(reports),
        iroas=float(incremental / spend) if spend else None,
        attributed_roas=_attributed(reports, flights, spend + delivered),
        ctr=_click_through_rate(reports, flights),
        open_approvals=sum(one.is_open(world.today) for one in await system.deadlines.waiting(LIVE_WORLD)),
        alarms=len(await system.live.trends()),
        autonomy=AUTONOMY,
        budget=budget,
        reserved=reserved,
        committed=committed,
        budget_left=budget - reserved - committed,
    )


def _pace(flights: Sequence[DeliveryByDay]) -> float | None:
    """The platform reports only part of a running flight's newest day, so that day counts on neither side."""
    delivered = planned = Decimal(0)
    for flight in flights:
        days = flight.days_delivered - (flight.days_delivered < flight.flight_days)
        if days > 0:
            is_partial = days < flight.days_delivered
            delivered += sum(row.spend for row in flight.items if not (is_partial and row.day == flight.through))
            planned += flight.planned_to_date * days / flight.days_delivered
    return float(delivered / planned) if planned else None


def _interval(reports: Sequence[PerformanceReport]) -> Interval | None:
    """Of the sum of independent estimates: their variances add."""
    if not reports:
        return None
    total = float(sum(report.lift.incremental_sales for report in reports))
    spread = INTERVAL_Z * math.sqrt(sum(report.lift.standard_error**2 for report in reports))
    return Interval(low=total - spread, high=total + spread)


def _attributed(reports: Sequence[PerformanceReport], flights: Sequence[DeliveryByDay], spend: Decimal) -> float | None:
    claimed = sum((row.conversion_value for row in _rows(reports, flights)), start=Decimal(0))
    return float(claimed / spend) if spend else None


def _click_through_rate(reports: Sequence[PerformanceReport], flights: Sequence[DeliveryByDay]) -> float | None:
    """Of the impressions that can be clicked."""
    rows = [row for row in _rows(reports, flights) if row.channel.is_clickable]
    impressions = sum(row.impressions for row in rows)
    return sum(row.clicks for row in rows) / impressions if impressions else None


def _rows(
    reports: Sequence[PerformanceReport], flights: Sequence[DeliveryByDay]
) -> list[ChannelPerformance | ChannelDelivery]:
    """By channel, what has been reported in the end and what running flights have delivered so far."""
    return [row for report in reports for row in report.channels] + [row for flight in flights for row in flight.items]
