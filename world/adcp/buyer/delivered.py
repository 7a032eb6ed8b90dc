"""A seller's delivery report, as our rows per channel and day."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from domain.booking import ChannelDelivery, Delivery, MediaBuyStatus
from domain.channel import Channel
from domain.errors import NotFound, PlatformFailure, SellerAway
from domain.money import PENNY, Money, in_proportion, pounds
from domain.plan import Flight
from world.adcp.wire.delivery import DayMetrics, DeliveryReport, MediaBuyDelivery, Metrics, PackageDelivery
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


def delivery_of(report: DeliveryReport, media_buy_id: str, placed: Placed, through: date) -> Delivery:
    """Rows by day, packages in the seller's order, of what each was bought for. A package without daily figures is one
    row on `through`; days after `through`, which were not asked for, are left out.

    Raises NotFound when the report leaves the buy out, TransientFailure when its figures are delayed, PlatformFailure
    for a failed report, another currency, a package that was never bought, a day on which it was not, and figures that
    contradict one another: money is counted by none of those.
    """
    told = [row for row in report.media_buy_deliveries if row.media_buy_id == media_buy_id]
    if not told:
        raise NotFound(f"The ad seller's report has no media buy {media_buy_id!r}", remedy="check the transaction id")
    found = told[0]
    _refuse_twice([row.media_buy_id for row in told], "the buy")
    _refuse_twice([package.package_id for package in found.by_package], "package")
    status = _status(found)
    _refuse_other_sum(found.totals.spend, [package.spend for package in found.by_package], media_buy_id)
    rows = [row for package in found.by_package for row in _rows(package, placed, through) if row.day <= through]
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


def _contradiction(problem: str) -> PlatformFailure:
    return PlatformFailure(f"The ad seller's report {problem}", remedy="ask the seller which is right")


def _refuse_twice(names: Sequence[Hashable], what: str) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise _contradiction(f"has {what} {brief(name, 60)} {'twice' if times == 2 else f'{times} times'}")


def _refuse_other_sum(total: Money, parts: Sequence[Money], of: str) -> None:
    """A sum of rounded parts may be off by a penny for each."""
    found = sum(parts, start=pounds(0))
    if abs(total - found) > PENNY * len(parts):
        raise _contradiction(f"charges £{total} for {brief(of, 60)} in all and £{found} by its parts")


def _days(package: PackageDelivery, placed: Placed, through: date) -> list[DayMetrics]:
    """What it charged by day, which is what it charged in all to the penny."""
    days = package.daily_breakdown
    if not days:
        return [DayMetrics.model_validate({"date": through, **_figures(package)})]
    _refuse_twice([day.date for day in days], f"package {brief(package.package_id, 60)} on")
    _refuse_other_sum(package.spend, [day.spend for day in days], f"package {package.package_id}")
    for day in days:
        # A day of its own zone may be the one beside ours.
        if placed.days is not None and not placed.days.start - _A_DAY <= day.date <= placed.days.end + _A_DAY:
            raise _contradiction(f"is of {day.date}, and the buy of {placed.days.start} to {placed.days.end}")
    charged = sum((day.spend for day in days), start=pounds(0))
    if not charged or charged == package.spend:
        return days
    exact = in_proportion([day.spend for day in days], package.spend)
    return [day.model_copy(update={"spend": spend}) for day, spend in zip(days, exact, strict=True)]


def _rows(package: PackageDelivery, placed: Placed, through: date) -> list[ChannelDelivery]:
    bought = placed.packages
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
    days = _days(package, placed, through)
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
