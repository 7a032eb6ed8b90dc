"""Campaigns as a table shows them: each with its plan, its spend so far and what it caused."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from pydantic import BaseModel

from domain.campaign_choice import NEWEST_FIRST, CampaignChoice, CampaignOrder, CampaignSort
from domain.failures import Fault, fault_of
from domain.money import Money
from domain.plan import Flight, Interval
from domain.state import CampaignStatus
from runtime.reporting.delivery import Deliveries, DeliveryByDay
from runtime.reporting.estimates import Reach, interval_of_cycles
from runtime.reporting.totals import CampaignTotals, active_among, campaign_totals
from storage.campaigns.figures import CampaignFigures, FigureQueries, ReportedCycle
from storage.campaigns.queries import CampaignQueries
from storage.engine.damage import reading
from storage.engine.readable import Readable, each_once, readable
from storage.records import CampaignRecord, Unreadable


class CampaignRow(CampaignRecord):
    """A campaign as a table shows it. `spent` is all the platform has charged by now, running flights included."""

    is_spend_told: bool = True
    """False where the ad platform tells nothing of the running flight: `spent` is then what was reported before it."""
    fault: Fault | None
    """Where it failed, in words; None unless it did."""
    detected_on: date | None
    """The world's day its opportunity was seen on."""
    regions: list[str]
    planned: Money | None
    """What its plans spend, over all cycles; None where nothing is to be spent."""
    flight: Flight | None
    """From the first day of the first of them to the last of the last."""
    iroas: float | None
    """Incremental sales over spend by the final reports, as is `roi`; None before the first."""
    iroas_interval: Interval | None
    roi: float | None
    """Incremental margin over spend, less 1."""
    roi_interval: Interval | None


class CampaignRowPage(BaseModel):
    items: list[CampaignRow]
    next: str | None
    """The cursor of the following page; None at the oldest."""
    unreadable: list[Unreadable] = []
    """Those of the page that cannot be read, each with why."""


class CampaignTable:
    def __init__(self, figures: FigureQueries, campaigns: CampaignQueries, deliveries: Deliveries) -> None:
        self._figures = figures
        self._campaigns = campaigns
        self._deliveries = deliveries

    async def totals(self, choice: CampaignChoice) -> CampaignTotals:
        """Raises BadInput for days in the wrong order."""
        return await campaign_totals(self._figures, self._campaigns, self._deliveries, choice)

    async def page(
        self,
        choice: CampaignChoice,
        *,
        limit: int,
        after: str | None = None,
        order: CampaignOrder = NEWEST_FIRST,
    ) -> CampaignRowPage:
        """Raises BadInput for a bad cursor, and for days in the wrong order."""
        spent = await self._spent_in_the_air(choice) if order.by is CampaignSort.SPENT else {}
        page = await self._campaigns.page(choice=choice, order=order, spent=spent, limit=limit, after=after)
        rows, unreadable = await self.readable(page.items)
        return CampaignRowPage(items=rows, next=page.next, unreadable=each_once([*page.unreadable, *unreadable]))

    async def readable(self, records: Sequence[CampaignRecord]) -> Readable[CampaignRow]:
        """The rows of those that can be read, and the others."""
        return await readable(records, self.rows, attrgetter("id"))

    async def _spent_in_the_air(self, choice: CampaignChoice) -> dict[UUID, Money]:
        active = await active_among(self._campaigns, choice)
        return {row.id: row.spent for row in (await self.readable(active.items)).items}

    async def rows(self, records: Sequence[CampaignRecord]) -> list[CampaignRow]:
        """In the order of the records. The platform is asked about the flights among them that are running."""
        figures = await self._figures.of_campaigns([record.id for record in records])
        flights = await self._deliveries.running(records)
        rows = []
        for record in records:
            with reading(record.id):
                rows.append(_row(record, figures[record.id], flights.get(record.id)))
        return rows


class _Outcome(NamedTuple):
    iroas: float | None = None
    interval: Interval | None = None
    roi: float | None = None
    roi_interval: Interval | None = None


def _row(record: CampaignRecord, figures: CampaignFigures, flight: DeliveryByDay | None) -> CampaignRow:
    reported = sum((report.spend for report in figures.reports), start=Decimal(0))
    spending = [plan for plan in figures.plans if plan.verdict == "spend"]
    outcome = _outcome(figures.reports, float(reported))
    return CampaignRow.model_validate(
        {
            **dict(record),
            "spent": record.spent if flight is None else reported + flight.spend,
            "is_spend_told": flight is not None or record.status is not CampaignStatus.ACTIVE,
            "fault": fault_of(record.failure) if record.failure else None,
            "detected_on": figures.detected_on,
            "regions": figures.regions,
            "planned": sum((plan.budget for plan in spending), start=Decimal(0)) if spending else None,
            "flight": _whole([plan.flight for plan in spending]),
            "iroas": outcome.iroas,
            "iroas_interval": outcome.interval,
            "roi": outcome.roi,
            "roi_interval": outcome.roi_interval,
        }
    )


def _whole(flights: Sequence[Flight]) -> Flight | None:
    if not flights:
        return None
    return Flight(start=min(flight.start for flight in flights), end=max(flight.end for flight in flights))


def _outcome(reports: Sequence[ReportedCycle], spend: float) -> _Outcome:
    if not spend:
        return _Outcome()
    sales = float(sum(report.incremental_sales for report in reports))
    whole = interval_of_cycles(sales, [_reach(report) for report in reports])
    margin = sum((1 + report.roi) * float(report.spend) for report in reports)
    earned = interval_of_cycles(margin, [_reach_of_margin(report) for report in reports])
    return _Outcome(
        iroas=sales / spend,
        interval=Interval(low=whole.low / spend, high=whole.high / spend, level=whole.level),
        roi=margin / spend - 1,
        roi_interval=Interval(low=earned.low / spend - 1, high=earned.high / spend - 1, level=earned.level),
    )


def _reach_of_margin(report: ReportedCycle) -> Reach:
    spend = float(report.spend)
    return Reach((report.roi - report.roi_interval.low) * spend, (report.roi_interval.high - report.roi) * spend)


def _reach(report: ReportedCycle) -> Reach:
    sales = float(report.incremental_sales)
    return Reach(sales - report.interval.low, report.interval.high - sales)
