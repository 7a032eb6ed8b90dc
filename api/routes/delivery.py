"""What the ad platform has delivered of a campaign so far, by day and channel."""

from fastapi import APIRouter

from api.dependencies import KnownCampaign, TheSystem
from api.guarded import GuardedRoute
from api.openapi import refuses
from domain.errors import PlatformFailure
from runtime.reporting.delivery import DeliveryByDay

router = APIRouter(prefix="/campaigns", tags=["campaigns"], route_class=GuardedRoute)


@router.get("/{campaign_id}/delivery", responses=refuses(PlatformFailure))
async def get_delivery(campaign_id: KnownCampaign, system: TheSystem) -> DeliveryByDay:
    """The newest booking's delivery, up to the day before the world's today; empty before anything is booked."""
    return await system.figures.deliveries.of(campaign_id)
