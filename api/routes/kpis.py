"""The figures across the top of the dashboard, with their age."""

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel

from api.dependencies import TheSystem
from api.routes.delivery import DeliveryByDay, delivery_so_far
from domain.context import Autonomy
from domain.money import Money, pounds
from domain.performance import PerformanceReport
from domain.plan import Interval
from domain.state import CampaignStatus
from runtime.live_ports import WORLD
from runtime.system import System
from storage.report_queries import ReportQueries

router = APIRouter(tags=["kpis"])

LEVEL, LEVEL_Z = 0.8, 1.2816


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
    """The platform's claim; never learned from."""
    ctr: float | None
    open_approvals: int
    alarms: int
    autonomy: Autonomy
    budget: Money
    reserved: Money
    committed: Money
    budget_left: Money


@router.get("/kpis")
async def get_kpis(system: TheSystem) -> Kpis:
    world = await system.live.now()
    counts = await system.campaigns.counts(WORLD)
    reports = await ReportQueries(system.repositories.database).final_of_world(WORLD)
    flights = await _running_flights(system)
    delivered = sum((row.spend for flight in flights for row in flight.items), start=Decimal(0))
    balance = await system.ledger.balance("house")
    budget = balance.budget if balance else pounds(system.settings.account_budget)
    reserved = balance.reserved if balance else pounds(0)
    committed = balance.committed if balance else pounds(0)
    spend = sum((report.spend for report in reports), start=Decimal(0))
    impressions = sum(report.impressions for report in reports)
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
        attributed_roas=_attributed(reports, spend),
        ctr=sum(report.clicks for report in reports) / impressions if impressions else None,
        open_approvals=counts.get(CampaignStatus.AWAITING_APPROVAL, 0),
        alarms=len(await system.live.trends()),
        autonomy=Autonomy.APPROVE,
        budget=budget,
        reserved=reserved,
        committed=committed,
        budget_left=budget - reserved - committed,
    )


async def _running_flights(system: System) -> list[DeliveryByDay]:
    active = await system.campaigns.page(status=CampaignStatus.ACTIVE, limit=200, world_id=WORLD)
    return [await delivery_so_far(system, record.id) for record in active.items]


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
    spread = LEVEL_Z * math.sqrt(sum(report.lift.standard_error**2 for report in reports))
    return Interval(low=total - spread, high=total + spread, level=LEVEL)


def _attributed(reports: Sequence[PerformanceReport], spend: Decimal) -> float | None:
    claimed = sum((channel.conversion_value for report in reports for channel in report.channels), start=Decimal(0))
    return float(claimed / spend) if spend else None
