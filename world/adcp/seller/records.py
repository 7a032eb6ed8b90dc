"""An order as AdCP tells of it: its packages, its record, and records by the page."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from domain.booking import MediaBuyStatus
from domain.plan import Flight
from world.adcp.seller.order import Order, actions
from world.adcp.seller.refusal import Refusal
from world.adcp.wire.wire import (
    CURRENCY,
    CreativeAssignment,
    MediaBuyRecord,
    MediaBuyRecords,
    Package,
    PageAsked,
    Pagination,
)


def record(order: Order, status: MediaBuyStatus) -> MediaBuyRecord:
    start, end = _times(order.buy.request.flight)
    return MediaBuyRecord(
        media_buy_id=order.buy.media_buy_id,
        name=order.name,
        status=status,
        currency=CURRENCY,
        total_budget=order.buy.total,
        start_time=start,
        end_time=end,
        confirmed_at=order.buy.confirmed_at,
        revision=order.revision,
        valid_actions=actions(status),
        packages=told_packages(order),
        context=order.context,
    )


def told_packages(order: Order) -> list[Package]:
    """In the order they were placed in; times are the flight's whole days, UTC."""
    start, end = _times(order.buy.request.flight)
    return [
        Package(
            package_id=package.package_id,
            product_id=package.product_id,
            pricing_option_id=package.pricing_option_id,
            budget=package.budget,
            currency=CURRENCY,
            start_time=start,
            end_time=end,
            paused=package.stops.paused,
            canceled=True if package.stops.canceled is not None else None,
            creative_assignments=[CreativeAssignment(creative_id=name) for name in package.creative_ids],
            context=package.context,
        )
        for package in order.packages
    ]


def paged(records: Sequence[MediaBuyRecord], asked: PageAsked) -> MediaBuyRecords:
    """The page asked for, the oldest buy first. Raises Refusal for a cursor that no page has given."""
    cursor = asked.cursor or "0"
    if not cursor.isdecimal() or int(cursor) > len(records):
        raise Refusal(
            "INVALID_REQUEST",
            "There is no page of this cursor",
            field="pagination.cursor",
            suggestion="begin without a cursor",
        )
    start = int(cursor)
    end = len(records) if asked.max_results is None else min(start + asked.max_results, len(records))
    more = end < len(records)
    pagination = Pagination(has_more=more, cursor=str(end) if more else None, total_count=len(records))
    return MediaBuyRecords(media_buys=list(records[start:end]), pagination=pagination)


def _times(flight: Flight) -> tuple[datetime, datetime]:
    """From midnight to midnight."""
    return datetime.combine(flight.start, time(), UTC), datetime.combine(flight.end + timedelta(days=1), time(), UTC)
