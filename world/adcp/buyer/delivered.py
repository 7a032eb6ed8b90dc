"""A seller's delivery report, as our rows per channel and day."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from domain.booking import ChannelDelivery, Delivery, MediaBuyStatus
from domain.channel import Channel
from domain.errors import NotFound, PlatformFailure, TransientFailure
from domain.money import pounds
from world.adcp.wire.delivery import DayMetrics, DeliveryReport, MediaBuyDelivery, Metrics, PackageDelivery
from world.adcp.wire.wire import CURRENCY
from world.adcp.wire.words import brief


class Bought(NamedTuple):
    """What a package of a buy is for."""

    channel: Channel
    group: str
    """Of stores; empty for all of the buy's."""


def delivery_of(report: DeliveryReport, media_buy_id: str, bought: Mapping[str, Bought], through: date) -> Delivery:
    """Rows by day, packages in the seller's order, of what each was `bought` for, by its id. A package without daily
    figures is one row on `through`.

    Raises NotFound when the report leaves the buy out, TransientFailure when its figures are delayed, PlatformFailure
    for a failed report, another currency, or a package that was never bought.
    """
    found = next((row for row in report.media_buy_deliveries if row.media_buy_id == media_buy_id), None)
    if found is None:
        raise NotFound(f"The ad seller's report has no media buy {media_buy_id!r}", remedy="check the transaction id")
    status = _status(found)
    rows = [row for package in found.by_package for row in _rows(package, bought, through)]
    rows.sort(key=lambda row: row.day)
    window = report.attribution_window.label() if report.attribution_window is not None else ""
    return Delivery(
        media_buy_id=media_buy_id,
        status=status,
        rows=rows,
        attribution_window=window or "unknown",
        is_final=found.is_final if found.is_final is not None else status.is_over,
        as_of=report.reporting_period.end - timedelta(minutes=1),
    )


def apportioned(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers that sum to `total`, each within one of its share by weight."""
    whole = sum(weights) or 1.0
    reached = [round(total * sum(weights[: place + 1]) / whole) for place in range(len(weights))]
    return [now - before for before, now in zip([0, *reached], reached, strict=False)]


def _status(found: MediaBuyDelivery) -> MediaBuyStatus:
    if found.status == "reporting_delayed":
        raise TransientFailure(f"The report of {found.media_buy_id} is delayed", remedy="ask again later")
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


def _rows(package: PackageDelivery, bought: Mapping[str, Bought], through: date) -> list[ChannelDelivery]:
    if package.currency != CURRENCY:
        raise PlatformFailure(
            f"Package {package.package_id} is reported in {brief(package.currency, 10)}",
            remedy=f"buy products in {CURRENCY}",
        )
    if package.package_id not in bought:
        raise PlatformFailure(
            f"The ad seller reports a package {brief(package.package_id)!r} nobody bought",
            remedy="ask the seller about it",
        )
    days = package.daily_breakdown
    if days is None:
        days = [DayMetrics.model_validate({"date": through, **_figures(package)})]
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


def _by_day(days: Sequence[DayMetrics], metric: str, package: PackageDelivery) -> list[int]:
    """A metric by day; one the seller gives only in total is spread by the days' impressions, its sum kept."""
    said = [_figures(day).get(metric) for day in days]
    if all(figure is None for figure in said):
        return apportioned(round(_figures(package).get(metric) or 0), [day.impressions for day in days])
    return [round(figure or 0) for figure in said]


def _figures(metrics: Metrics) -> dict[str, float | None]:
    names = ("impressions", "spend", "clicks", "conversions", "conversion_value", "units_sold")
    figures = metrics.model_dump(include=set(names))
    return {name: None if figures[name] is None else float(figures[name]) for name in names}
