"""What a table of campaigns says of each beside its own row: its day, its places, its plan and what it caused."""

import math
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, select

from domain.money import Money
from domain.performance import PerformanceReport
from domain.plan import INTERVAL_Z, Flight, Interval
from storage.engine.database import Database
from storage.schema import tables


class CampaignOutline(BaseModel):
    """Over all cycles of a campaign; None where there is nothing to tell yet."""

    model_config = ConfigDict(frozen=True)

    detected_on: date | None = None
    regions: list[str] = []
    planned: Money | None = None
    """The budgets of its plans that spend, the newest of each cycle."""
    flight: Flight | None = None
    """From the first day of the first of them to the last of the last."""
    reported_spend: Money = Decimal(0)
    """By the final reports."""
    iroas: float | None = None
    iroas_interval: Interval | None = None
    roi: float | None = None
    """Incremental margin over spend, less 1."""


class CampaignOutlines:
    """Everything here only reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, campaigns: Sequence[UUID]) -> dict[UUID, CampaignOutline]:
        """One of each campaign that has anything to tell, in three queries however many there are."""
        wanted = list(campaigns)

        def unit(connection: Connection) -> dict[UUID, CampaignOutline]:
            told: dict[UUID, dict[str, object]] = {campaign_id: {} for campaign_id in wanted}
            for part in (_opportunities, _plans, _reports):
                for campaign_id, found in part(connection, wanted):
                    told[campaign_id].update(found)
            return {campaign_id: CampaignOutline.model_validate(found) for campaign_id, found in told.items()}

        return await self._database.read(unit) if wanted else {}


Found = Iterable[tuple[UUID, dict[str, object]]]


def _opportunities(connection: Connection, campaigns: Sequence[UUID]) -> Found:
    of = tables.opportunities.c
    query = select(of.campaign_id, of.detected_on, of.document["regions"]).where(of.campaign_id.in_(campaigns))
    for campaign_id, detected_on, regions in connection.execute(query.order_by(of.detected_on, of.id)):
        yield campaign_id, {"detected_on": detected_on, "regions": regions}


def _plans(connection: Connection, campaigns: Sequence[UUID]) -> Found:
    of = tables.plans.c
    query = select(of.campaign_id, of.cycle, of.verdict, of.budget, of.document["flight"])
    ordered = query.where(of.campaign_id.in_(campaigns)).order_by(of.campaign_id, of.recorded_at, of.id)
    for campaign_id, plans in groupby(connection.execute(ordered), key=lambda row: row[0]):
        newest = {cycle: (verdict, budget, flight) for _, cycle, verdict, budget, flight in plans}
        spending = [(budget, flight) for verdict, budget, flight in newest.values() if verdict == "spend"]
        if spending:
            flights = [Flight.model_validate(flight) for _, flight in spending]
            yield (
                campaign_id,
                {
                    "planned": sum((budget for budget, _ in spending), start=Decimal(0)),
                    "flight": Flight(start=min(f.start for f in flights), end=max(f.end for f in flights)),
                },
            )


def _reports(connection: Connection, campaigns: Sequence[UUID]) -> Found:
    of = tables.reports.c
    query = select(of.campaign_id, of.document).where(of.campaign_id.in_(campaigns), of.is_final)
    ordered = query.order_by(of.campaign_id, of.reported_at, of.id)
    for campaign_id, rows in groupby(connection.execute(ordered), key=lambda row: row[0]):
        yield campaign_id, _caused([PerformanceReport.model_validate(document) for _, document in rows])


def _caused(reports: Sequence[PerformanceReport]) -> dict[str, object]:
    """Of independent estimates the sums add, and so do their variances."""
    spend = float(sum(report.spend for report in reports))
    if not spend:
        return {}
    sales = float(sum(report.lift.incremental_sales for report in reports))
    spread = INTERVAL_Z * math.sqrt(sum(report.lift.standard_error**2 for report in reports))
    whole = reports[0].lift.interval if len(reports) == 1 else Interval(low=sales - spread, high=sales + spread)
    return {
        "reported_spend": sum((report.spend for report in reports), start=Decimal(0)),
        "iroas": sales / spend,
        "iroas_interval": Interval(low=whole.low / spend, high=whole.high / spend, level=whole.level),
        "roi": sum(report.roi * float(report.spend) for report in reports) / spend,
    }
