"""What final reports come to together, summed by the database."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Float, cast, func, select

from domain.money import Money
from storage.engine.columns import from_pence
from storage.records import Unreadable
from storage.schema.tables import reports


class ReportedTotals(NamedTuple):
    """The final reports of one world, summed. All 0 before the first."""

    reports: int
    measured_at: datetime | None
    """When the newest came in."""
    spend: Money
    incremental_sales: Money
    incremental_margin: float
    """Pounds: of each flight 1 + ROI of its spend."""
    squared_below: float
    """How far each campaign's interval of incremental sales reaches below, its cycles added up; squared and summed."""
    squared_above: float
    conversion_value: Money
    clickable_impressions: int
    clicks: int
    """Of those impressions."""
    unreadable: Sequence[Unreadable] = ()
    """The campaigns that are left out, as a report of theirs cannot be read."""


def totals_of(
    of_reports: ColumnElement[bool], of_campaigns: ColumnElement[bool]
) -> Callable[[Connection], ReportedTotals]:
    """`of_campaigns` finds the same reports by their campaigns."""
    of = reports.c
    query = select(
        func.count(),
        func.max(of.reported_at),
        *(
            func.coalesce(func.sum(column), 0)
            for column in (
                of.spend_pence,
                of.incremental_sales_pence,
                of.conversion_value_pence,
                of.clickable_impressions,
                of.clickable_clicks,
            )
        ),
    ).where(of_reports, of.is_final)
    sales = cast(of.incremental_sales_pence, Float) / 100
    below, above = func.sum(sales - of.interval_low), func.sum(of.interval_high - sales)
    by_campaign = (
        select(below.label("below"), above.label("above"))
        .where(of_reports, of.is_final)
        .group_by(of.campaign_id)
        .subquery()
    )
    # ROI is in the index of outcomes, which is by campaign.
    margin = select(func.coalesce(func.sum((1 + of.roi) * cast(of.spend_pence, Float) / 100), 0.0)).where(
        of_campaigns, of.is_final
    )
    squares = select(
        *(func.coalesce(func.sum(length * length), 0.0) for length in (by_campaign.c.below, by_campaign.c.above))
    )

    def unit(connection: Connection) -> ReportedTotals:
        count, newest, spend, caused, value, impressions, clicks = connection.execute(query).one()
        squared_below, squared_above = connection.execute(squares).one()
        earned = connection.scalar(margin)
        return ReportedTotals(
            reports=count,
            measured_at=newest,
            spend=from_pence(int(spend)),
            incremental_sales=from_pence(int(caused)),
            incremental_margin=round(float(earned or 0.0), 4),
            squared_below=float(squared_below),
            squared_above=float(squared_above),
            conversion_value=from_pence(int(value)),
            clickable_impressions=int(impressions),
            clicks=int(clicks),
        )

    return unit


def added(parts: Sequence[ReportedTotals], unreadable: Sequence[Unreadable]) -> ReportedTotals:
    """Of groups of campaigns, no campaign in two of them."""
    moments = [one.measured_at for one in parts if one.measured_at is not None]
    pounds = Decimal(0)
    return ReportedTotals(
        reports=sum(one.reports for one in parts),
        measured_at=max(moments, default=None),
        spend=sum((one.spend for one in parts), start=pounds),
        incremental_sales=sum((one.incremental_sales for one in parts), start=pounds),
        incremental_margin=sum(one.incremental_margin for one in parts),
        squared_below=sum(one.squared_below for one in parts),
        squared_above=sum(one.squared_above for one in parts),
        conversion_value=sum((one.conversion_value for one in parts), start=pounds),
        clickable_impressions=sum(one.clickable_impressions for one in parts),
        clicks=sum(one.clicks for one in parts),
        unreadable=unreadable,
    )
