"""What waits for a person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.dependencies import PageCursor, TheSystem
from api.guarded import GuardedRoute
from runtime.reporting.waiting import WaitingDecisions, waiting_decisions

router = APIRouter(tags=["campaigns"], route_class=GuardedRoute)


@router.get("/decisions")
async def list_waiting(
    system: TheSystem,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: PageCursor = None,
    campaign_id: UUID | None = None,
) -> WaitingDecisions:
    """The campaigns that wait for a person, who must be decided soonest first: one of them, or all."""
    today = (await system.live.now()).today
    figures = system.repositories.figures
    return await waiting_decisions(system.deadlines, figures, today, limit=limit, after=after, campaign_id=campaign_id)
