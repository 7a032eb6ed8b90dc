"""From delivery and tills to a report: what the platform claims beside what was caused."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np

from agents.learning.lift.joint import CARRY_OVER_DAYS
from agents.learning.lift.measure import measure_lift
from agents.learning.tills import LATEST_DAYS, uncounted
from agents.response.forecast import pre_period
from domain.booking import BookedAds, BookingConfirmation, ChannelDelivery, Delivery
from domain.buy_changes import Stops
from domain.channel import Channel
from domain.errors import BadInput
from domain.identifiers import derived_id
from domain.money import Money
from domain.performance import ChannelPerformance, GroupSpend, LiftEstimate, PerformanceReport
from domain.plan import CampaignPlan, Flight, Interval
from domain.state import CampaignState
from world.ports import AdPlatform, StoreSales, World


async def read_performance(
    world: World, platform: AdPlatform, state: CampaignState, through: date, others: Sequence[BookedAds] = ()
) -> PerformanceReport:
    """Read the platform's delivery and the tills up to `through`, and measure the lift beside that of `others`: what
    else was booked of the category in `measured_days`.

    Only the days are measured on which the buy ran as far as it was for us to say: not those it was paused on, nor any
    after it was cancelled.

    Raises BadInput without a booking or before the flight's first day, NotFound for a buy the platform does not know,
    TransientFailure when worth another try, DataFault when the tills do not allow a comparison.
    """
    plan, booking = state.the_plan, state.the_booking
    flight, stops = booking.flight, booking.stops
    last = last_day_of(booking, through)
    if last < flight.start and stops.canceled is None:
        raise BadInput(
            f"nothing has been delivered on {through}, as the flight starts on {flight.start}",
            remedy="read the platform once the flight has begun, or play it out",
            field="action",
        )
    measured = Flight(start=flight.start, end=max(last, flight.start))
    delivery = await platform.delivery(booking.transaction_id, measured.end)
    missing = await uncounted(world, plan, measured.end)
    if plan.unmeasurable:
        lift = not_measurable(plan, plan.unmeasurable)
    elif missing is not None and missing.is_for_good:
        lift = not_measurable(plan, f"{missing.problem}, and {LATEST_DAYS} days have been sold since")
    elif last >= flight.start and stops.days_run(measured):
        sales = await experiment_sales(world, plan.category, state.day, measured, stops)
        price = sale_price(state, world)
        lift = measure_lift(
            sales,
            flight=measured,
            holdout=plan.holdout,
            stores=world.stores,
            price=price,
            others=others,
            daily_spend=float(booking.committed) / flight.days,
        )
    else:
        lift = nothing_ran(plan)
    report = build_report(
        state.the_campaign,
        plan,
        delivery,
        lift,
        flight=flight if stops.canceled is None else measured,
        whole=last == flight.end or (stops.canceled is not None and through >= stops.canceled - timedelta(days=1)),
    )
    return report.model_copy(update={"ad_response": world.provenance.ad_response, "stops": stops})


def last_day_of(booking: BookingConfirmation, through: date) -> date:
    """The last day to measure up to `through`: the flight's, or the one before it was cancelled."""
    canceled = booking.stops.canceled
    end = booking.flight.end if canceled is None else min(booking.flight.end, canceled - timedelta(days=1))
    return min(end, through)


def not_measurable(plan: CampaignPlan, why: str) -> LiftEstimate:
    """Nothing is claimed for ads that may have been shown in the held-out stores as well, nor where stores that would
    be compared have no sales."""
    why = why[:1].lower() + why[1:]
    return nothing_ran(plan).model_copy(update={"is_measured": False, "method": f"effect not measurable: {why}"})


def nothing_ran(plan: CampaignPlan) -> LiftEstimate:
    """Ads that were shown nowhere caused nothing: that is known, and not measured."""
    return LiftEstimate(
        incremental_units=0.0,
        incremental_sales=Decimal(0),
        standard_error=0.0,
        interval=Interval(low=0.0, high=0.0),
        lift=0.0,
        treated_stores=len(plan.holdout.treated_stores),
        control_stores=len(plan.holdout.control_stores),
        method="no ad was shown on any day, so nothing was caused",
    )


def build_report(
    campaign_id: UUID,
    plan: CampaignPlan,
    delivery: Delivery,
    lift: LiftEstimate,
    *,
    flight: Flight,
    whole: bool = True,
) -> PerformanceReport:
    """Attributed ROAS is the platform's claim; iROAS and ROI are the measured lift's. `whole` says that the tills
    cover the whole flight; the report is final when the delivery is as well."""
    channels = by_channel(delivery.rows)
    spend = sum((channel.spend for channel in channels), start=Decimal(0))
    claimed = sum((channel.conversion_value for channel in channels), start=Decimal(0))
    return PerformanceReport(
        id=derived_id("report", campaign_id, plan.cycle),
        campaign_id=campaign_id,
        cycle=plan.cycle,
        flight=flight,
        is_final=delivery.is_final and whole,
        attribution_window=delivery.attribution_window,
        channels=channels,
        groups=by_group(delivery.rows),
        impressions=sum(channel.impressions for channel in channels),
        clicks=sum(channel.clicks for channel in channels),
        spend=spend,
        attributed_roas=float(claimed / spend) if spend else 0.0,
        lift=lift,
        iroas=float(lift.incremental_sales / spend) if spend else 0.0,
        roi=_roi(float(lift.incremental_sales), plan.margin_rate, spend),
        roi_interval=Interval(
            low=_roi(lift.interval.low, plan.margin_rate, spend),
            high=_roi(lift.interval.high, plan.margin_rate, spend),
            level=lift.interval.level,
        ),
        reported_at=delivery.as_of,
        media_buy_status=delivery.status,
    )


def by_channel(rows: Sequence[ChannelDelivery]) -> list[ChannelPerformance]:
    """Delivery summed over days, in the order of `Channel`."""
    return [
        ChannelPerformance(
            channel=channel,
            impressions=sum(row.impressions for row in mine),
            clicks=sum(row.clicks for row in mine),
            spend=sum((row.spend for row in mine), start=Decimal(0)),
            conversions=sum(row.conversions for row in mine),
            conversion_value=sum((row.conversion_value for row in mine), start=Decimal(0)),
            units_sold=sum(row.units_sold for row in mine),
        )
        for channel in Channel
        if (mine := [row for row in rows if row.channel is channel])
    ]


def measured_days(today: date, through: date) -> tuple[date, date]:
    """The first and the last day that bear on a flight read up to `through`, where other ads may blur what it shows."""
    return pre_period(today)[0] - timedelta(days=CARRY_OVER_DAYS), through


def by_group(rows: Sequence[ChannelDelivery]) -> list[GroupSpend]:
    """Spend summed over days, by group and channel in the order they are first told of."""
    spend: dict[tuple[str, Channel], Money] = {}
    for row in rows:
        spend[row.group, row.channel] = spend.get((row.group, row.channel), Decimal(0)) + row.spend
    return [GroupSpend(group=group, channel=channel, spend=amount) for (group, channel), amount in spend.items()]


async def experiment_sales(
    world: World, category: str, today: date, flight: Flight, stops: Stops | None = None
) -> StoreSales:
    """Sales by store of the four weeks up to `today` and of the flight, the days between them unseen, as are those of
    the flight that the ads were stopped on.

    `today` is the day before the campaign's first flight, so no cycle's pre-period holds an earlier cycle's ads.
    """
    start, end = pre_period(today)
    sales = await world.store_sales(category, start, flight.end)
    units = sales.units.copy()
    units[:, (end - start).days + 1 : (flight.start - start).days] = np.nan
    if stops is not None:
        stopped = [(day - start).days for day in flight.each_day() if not stops.runs_on(day)]
        units[:, stopped] = np.nan
    return StoreSales(start=sales.start, stores=sales.stores, units=units)


def sale_price(state: CampaignState, world: World) -> float:
    """Pounds a unit: the category's average on the day of sensing, as the plan valued it."""
    opportunity = state.opportunity
    if opportunity is not None and opportunity.average_price:
        return opportunity.average_price
    shelf = world.shelf(state.plan.category, state.day) if state.plan else []
    return float(sum(product.price for product in shelf)) / len(shelf) if shelf else 0.0


def _roi(sales: float, margin_rate: float, spend: Money) -> float:
    """(incremental margin - spend) / spend; 0 where nothing was spent."""
    return (margin_rate * sales - float(spend)) / float(spend) if spend else 0.0
