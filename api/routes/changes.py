"""Who changed what of a campaign."""

from uuid import UUID

from fastapi import APIRouter

from api.dependencies import TheSystem
from api.guarded import GuardedRoute
from runtime.reporting.history.entries import ChangeHistory

router = APIRouter(prefix="/campaigns", tags=["campaigns"], route_class=GuardedRoute)


@router.get("/{campaign_id}/changes")
async def get_changes(campaign_id: UUID, system: TheSystem) -> ChangeHistory:
    """What was planned, decided, booked and changed of it, by whom and why, the oldest first. Of the audit log it tells
    name and role of who did what was done."""
    return await system.figures.history.of(campaign_id)
