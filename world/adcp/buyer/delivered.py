"""A seller's delivery report, as our rows per channel and day."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, NamedTuple

from domain.booking import ChannelDelivery, Delivery, MediaBuyStatus
from domain.channel import Channel
from domain.errors import NotFound, PlatformFailure, SellerAway
from domain.money import Money, pounds
from domain.plan import Flight
from world.adcp.buyer.charged import Looked, charged, refuse_other_sum, refuse_twice, says_nothing
from world.adcp.wire.delivery import DayMetrics, DeliveryReport, MediaBuyDelivery, PackageDelivery
from world.adcp.wire.wire import CURRENCY
from world.adcp.wire.words import brief

_A_DAY: Final = timedelta(days=1)


class Bought(NamedTuple):
    """What a package of a buy is for."""

    channel: Channel
    group: str
    """Of stores; empty for all of the buy's."""


class Placed(NamedTuple):
    """A buy as its seller has it."""

    packages: Mapping[str, Bought]
    """By package id."""
    days: Flight | None = None
    """None where its seller does not say."""
    most: Money | None = None
    """Pounds it may cost; None where its seller does not say."""


def delivery_of(
    report: DeliveryReport, media_buy_id: str, placed: Placed, through: date, until: date | None = None
) -> Delivery:
    """Rows by day, packages in the seller's order, of what each was bought for. Of what was charged after `through`,
    which was not asked for, nothing is counted, unless the buy is over by then: `until` is the last day on which it may
    have been billed, and what was billed late is the last day's.

    Raises NotFound when the report leaves the buy out, TransientFailure when its figures are delayed, PlatformFailure
    for a failed report, another currency, a package that was never bought, a day on which it was not, and figures that
    contradict one another: money is counted by none of those.
    """
    told = [row for row in report.media_buy_deliveries if row.media_buy_id == media_buy_id]
    if not told:
        raise NotFound(f"The ad seller's report has no media buy {media_buy_id!r}", remedy="check the transaction id")
    found = told[0]
    refuse_twice([row.media_buy_id for row in told], "the buy")
    refuse_twice([package.package_id for package in found.by_package], "package")
    status = _status(found)
    refuse_other_sum(found.totals.spend, [package.spend for package in found.by_package], media_buy_id)
    if until is None and placed.days is not None and through >= placed.days.end:
        until = through
    looked = Looked(placed.days, through, until)
    rows = [row for package in found.by_package for row in _rows(package, placed, looked)]
    rows.sort(key=lambda row: row.day)
    window = report.attribution_window.label() if report.attribution_window is not None else ""
    ended = min(report.reporting_period.end, datetime.combine(through + _A_DAY, time(), UTC))
    return Delivery(
        media_buy_id=media_buy_id,
        status=status,
        rows=rows,
        attribution_window=window or "unknown",
        is_final=_is_final(found, status),
        as_of=ended - timedelta(minutes=1),
    )


def apportioned(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers that sum to `total`, each within one of its share by weight."""
    whole = sum(weights) or 1.0
    reached = [round(total * sum(weights[: place + 1]) / whole) for place in range(len(weights))]
    return [now - before for before, now in zip([0, *reached], reached, strict=False)]


def _status(found: MediaBuyDelivery) -> MediaBuyStatus:
    if found.status == "reporting_delayed":
        raise SellerAway(f"The report of {found.media_buy_id} is delayed", remedy="ask again later")
    known = {status.value: status for status in MediaBuyStatus} | {"pending": MediaBuyStatus.PENDING_START}
    # A buy that is called active and none of whose packages may run does not run.
    if found.status == MediaBuyStatus.ACTIVE and found.by_package and all(one.paused for one in found.by_package):
        return MediaBuyStatus.PAUSED
    if found.status not in known:
        raise PlatformFailure(
            f"The ad seller reports {found.media_buy_id} as {brief(found.status)!r}",
            remedy="ask the seller what happened",
        )
    return known[found.status]


def _is_final(found: MediaBuyDelivery, status: MediaBuyStatus) -> bool:
    """A package that is not final yet is believed over its buy, as AdCP has it."""
    packages = [package.is_final for package in found.by_package]
    if False in packages:
        return False
    if found.is_final is not None:
        return found.is_final
    return status.is_over or (bool(packages) and all(packages))


def _rows(package: PackageDelivery, placed: Placed, looked: Looked) -> list[ChannelDelivery]:
    bought = placed.packages
    if package.package_id not in bought:
        if says_nothing(package) and all(says_nothing(day) for day in package.daily_breakdown or []):
            return []
        raise PlatformFailure(
            f"The ad seller reports a package {brief(package.package_id)!r} nobody bought",
            remedy="ask the seller about it",
        )
    if package.currency != CURRENCY:
        raise PlatformFailure(
            f"Package {package.package_id} is reported in {brief(package.currency, 10)}",
            remedy=f"buy products in {CURRENCY}",
        )
    days = charged(package, looked)
    clicks = _by_day(days, "clicks", package)
    units = _by_day(days, "units_sold", package)
    conversions = _by_day(days, "conversions", package)
    return [
        ChannelDelivery(
            day=day.date,
            channel=bought[package.package_id].channel,
            group=bought[package.package_id].group,
            impressions=round(day.impressions),
            clicks=clicks[place],
            spend=day.spend,
            conversions=conversions[place],
            units_sold=units[place],
            conversion_value=day.conversion_value or pounds(0),
        )
        for place, day in enumerate(days)
    ]


def _by_day(
    days: Sequence[DayMetrics], metric: Literal["clicks", "conversions", "units_sold"], package: PackageDelivery
) -> list[int]:
    """A metric by day; one the seller gives only in total is spread by the days' impressions, its sum kept."""
    said: list[float | None] = [getattr(day, metric) for day in days]
    if all(figure is None for figure in said):
        return apportioned(round(getattr(package, metric) or 0), [day.impressions for day in days])
    return [round(figure or 0) for figure in said]
