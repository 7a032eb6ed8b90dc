"""What the ad platform has delivered of a campaign so far, by day and channel."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import KnownCampaign, TheSystem
from domain.booking import ChannelDelivery
from domain.context import LIVE_WORLD
from domain.money import Money, pounds
from domain.state import CampaignStatus
from runtime.system import System
from storage.campaigns.reports import ReportQueries
from storage.records import CampaignRecord

router = APIRouter(prefix="/campaigns", tags=["campaigns"])


class DeliveryByDay(BaseModel):
    """The platform's own figures: delivery is what ran, attributed figures are its claim."""

    transaction_id: str | None
    cycle: int | None
    flight_days: int
    days_delivered: int
    attribution_window: str | None
    through: date | None
    items: list[ChannelDelivery]
    planned_to_date: Money
    """The committed budget spread evenly over the flight, up to `through`."""

    @property
    def spend(self) -> Money:
        return sum((row.spend for row in self.items), start=Decimal(0))


NOTHING_YET = DeliveryByDay(
    transaction_id=None,
    cycle=None,
    flight_days=0,
    days_delivered=0,
    attribution_window=None,
    through=None,
    items=[],
    planned_to_date=pounds(0),
)


@router.get("/{campaign_id}/delivery")
async def get_delivery(campaign_id: KnownCampaign, system: TheSystem) -> DeliveryByDay:
    """The newest booking's delivery, up to the day before the world's today; empty before anything is booked."""
    return await delivery_so_far(system, campaign_id)


async def running_flights(system: System, records: Sequence[CampaignRecord]) -> dict[UUID, DeliveryByDay]:
    """What those of the live world's flights have delivered for which no final report has come yet, by campaign.

    With the final reports this is all the platform has charged: every figure of spend is made of these two.
    """
    active = [one.id for one in records if one.status is CampaignStatus.ACTIVE and one.world_id == LIVE_WORLD]
    reported = await ReportQueries(system.repositories.database).final_cycles(active)
    flights = {campaign_id: await delivery_so_far(system, campaign_id) for campaign_id in active}
    return {
        campaign_id: flight
        for campaign_id, flight in flights.items()
        if flight.cycle is not None and (campaign_id, flight.cycle) not in reported
    }


async def delivery_so_far(system: System, campaign_id: UUID) -> DeliveryByDay:
    bookings = await system.campaigns.bookings(campaign_id)
    if not bookings:
        return NOTHING_YET
    booking = bookings[-1]
    booked = NOTHING_YET.model_copy(
        update={
            "transaction_id": booking.transaction_id,
            "cycle": booking.cycle,
            "flight_days": booking.flight.days,
        }
    )
    if not await system.runs.is_ours(campaign_id):
        # LangGraph's own server has kept which world the platform would have to be asked in.
        return booked
    ref = system.resolve(await system.runs.context(campaign_id), campaign_id)
    yesterday = (await system.live.now()).today - timedelta(days=1)
    through = min(booking.flight.end, yesterday) if ref.world_id == LIVE_WORLD else booking.flight.end
    days = max((through - booking.flight.start).days + 1, 0)
    if not days:
        return booked
    delivered = await system.platforms.open(ref).delivery(booking.transaction_id, through)
    return DeliveryByDay(
        transaction_id=booking.transaction_id,
        cycle=booking.cycle,
        flight_days=booking.flight.days,
        days_delivered=days,
        attribution_window=delivered.attribution_window,
        through=through,
        items=delivered.rows,
        planned_to_date=pounds(booking.committed * days / booking.flight.days),
    )
