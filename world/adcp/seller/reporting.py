"""What the platform delivered, as an AdCP delivery report."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from domain.booking import ChannelDelivery, MediaBuyStatus
from world.adcp.seller.order import Order, OrderedPackage
from world.adcp.wire.delivery import (
    AttributionWindow,
    DayMetrics,
    DeliveryReport,
    Duration,
    MediaBuyDelivery,
    Metrics,
    PackageDelivery,
    ReportingPeriod,
)
from world.adcp.wire.wire import CURRENCY

_WINDOW = AttributionWindow(
    post_click=Duration(interval=7, unit="days"), post_view=Duration(interval=1, unit="days"), model="last_touch"
)


def report(rows: Sequence[MediaBuyDelivery], start: date, through: date) -> DeliveryReport:
    """One report over buys, `start` to `through` inclusive."""
    return DeliveryReport(
        reporting_period=ReportingPeriod(
            start=datetime.combine(start, time(), UTC),
            end=datetime.combine(through + timedelta(days=1), time(), UTC),
            timezone="UTC",
        ),
        media_buy_deliveries=list(rows),
        currency=CURRENCY,
        attribution_window=_WINDOW,
        sandbox=True,
    )


def media_buy_delivery(
    order: Order, rows: Sequence[ChannelDelivery], *, status: MediaBuyStatus, is_final: bool, daily: bool
) -> MediaBuyDelivery:
    """Totals and packages of one buy from its daily rows; spend of a package never exceeds its budget."""
    packages = [
        _package(package, [row for row in rows if package.is_of(row)], is_final=is_final, daily=daily)
        for package in order.packages
    ]
    return MediaBuyDelivery(
        media_buy_id=order.buy.media_buy_id,
        status=status,
        currency=CURRENCY,
        is_final=is_final,
        totals=_sums(rows),
        by_package=packages,
    )


def _package(
    package: OrderedPackage, rows: Sequence[ChannelDelivery], *, is_final: bool, daily: bool
) -> PackageDelivery:
    days = [DayMetrics.model_validate({"date": row.day, **dict(_sums([row]))}) for row in rows]
    return PackageDelivery.model_validate(
        {
            "package_id": package.package_id,
            "pricing_model": "cpm",
            "rate": package.rate,
            "currency": CURRENCY,
            "paused": package.stops.paused,
            "is_final": is_final,
            "daily_breakdown": days if daily else None,
            **dict(_sums(rows)),
        }
    )


def _sums(rows: Iterable[ChannelDelivery]) -> Metrics:
    kept = list(rows)
    return Metrics(
        impressions=sum(row.impressions for row in kept),
        spend=sum((row.spend for row in kept), start=Decimal(0)),
        clicks=sum(row.clicks for row in kept),
        conversions=sum(row.conversions for row in kept),
        conversion_value=sum((row.conversion_value for row in kept), start=Decimal(0)),
        units_sold=sum(row.units_sold for row in kept),
    )
