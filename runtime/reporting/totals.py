"""What campaigns come to together: the row under the table. The live world's are the figures above every page."""

from decimal import Decimal

from pydantic import BaseModel, Field

from domain.campaign_choice import CampaignChoice
from domain.money import Money
from domain.performance import platform_claim
from domain.plan import Interval
from domain.state import CampaignStatus
from runtime.reporting.delivery import Deliveries, not_up_to_date
from runtime.reporting.estimates import Reach, interval_of_campaigns
from storage.campaigns.figures import FigureQueries
from storage.campaigns.queries import CampaignQueries
from storage.campaigns.totals import ReportedTotals
from storage.engine.readable import Readable, each_once
from storage.records import CampaignRecord, Unreadable

_PAGE = 200


class CampaignTotals(BaseModel):
    """All campaigns that are chosen, on all pages. Rates are None until something has been measured."""

    campaigns: int
    planned: Money = Field(description="what the newest plan of each of their cycles spends")
    spent: Money = Field(description="what the platform has charged, running flights included")
    flights_untold: int = Field(
        description="running flights of which the platform does not tell the newest figures: `spent` has what it told "
        "last of them, if anything"
    )
    incremental_sales: Money = Field(description="by the final reports")
    incremental_interval: Interval | None
    iroas: float | None = Field(description="incremental sales over the spend of the flights they were measured on")
    roi: float | None = Field(description="incremental margin over that spend, less 1")
    impressions: int = Field(description="that can be clicked, as the platform counts them: screens and scripts cannot")
    clicks: int = Field(description="on those")
    ctr: float | None = Field(description="clicks over those impressions")
    measured: int = Field(description="final reports that the sales and their interval are made of")
    unreadable: list[Unreadable] = Field(
        default=[], description="campaigns of which a flight or a report cannot be read and is left out, each with why"
    )


async def campaign_totals(
    figures: FigureQueries, campaigns: CampaignQueries, deliveries: Deliveries, choice: CampaignChoice
) -> CampaignTotals:
    """Raises BadInput for days in the wrong order."""
    planned, reported = await figures.planned_among(choice), await figures.totals_among(choice)
    active = await active_among(campaigns, choice)
    told = await deliveries.readable(active.items)
    running = told.told.values()
    claim = platform_claim(row for flight in running for row in flight.items)
    impressions, clicks = reported.clickable_impressions + claim.clickable_impressions, reported.clicks + claim.clicks
    return CampaignTotals(
        campaigns=planned.campaigns,
        planned=planned.planned,
        spent=reported.spend + sum((flight.spend for flight in running), start=Decimal(0)),
        flights_untold=len(not_up_to_date(told.records, told.told)),
        incremental_sales=reported.incremental_sales,
        incremental_interval=sales_interval(reported),
        iroas=float(reported.incremental_sales / reported.spend) if reported.spend else None,
        roi=roi_of(reported),
        impressions=impressions,
        clicks=clicks,
        ctr=clicks / impressions if impressions else None,
        measured=reported.reports,
        unreadable=each_once([*reported.unreadable, *active.unreadable, *told.unreadable]),
    )


def roi_of(reported: ReportedTotals) -> float | None:
    """Of all final reports together; None before the first that spent."""
    spend = float(reported.spend)
    return reported.incremental_margin / spend - 1 if spend else None


def sales_interval(reported: ReportedTotals) -> Interval | None:
    """Of the incremental sales of all final reports; None before the first."""
    if not reported.reports:
        return None
    return interval_of_campaigns(
        float(reported.incremental_sales), Reach(reported.squared_below, reported.squared_above)
    )


async def active_among(campaigns: CampaignQueries, choice: CampaignChoice) -> Readable[CampaignRecord]:
    """Those chosen whose flight is in the air, however many there are."""
    if choice.status and CampaignStatus.ACTIVE not in choice.status:
        return Readable([], [])
    active = choice.model_copy(update={"status": (CampaignStatus.ACTIVE,)})
    found: Readable[CampaignRecord] = Readable([], [])
    after = None
    while True:
        page = await campaigns.page(choice=active, limit=_PAGE, after=after)
        found = Readable([*found.items, *page.items], [*found.unreadable, *page.unreadable])
        if (after := page.next) is None:
            return found
