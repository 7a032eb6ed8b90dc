"""The same events as on the socket, by HTTP."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.dependencies import TheSystem
from api.guarded import GuardedRoute
from domain.events import Event

Since = Annotated[
    Annotated[int, Field(ge=0, le=2**63 - 1)] | Literal["end"],
    Query(description="the last position known; 0 for everything kept, `end` for nothing but where it ends"),
]
"""Where in the log of events to go on; no database counts further."""
router = APIRouter(prefix="/events", tags=["events"], route_class=GuardedRoute)


class EventsSince(BaseModel):
    epoch: UUID
    items: list[Event]
    next: int
    """The position to give as `since` next time."""


@router.get("")
async def get_events(
    system: TheSystem,
    since: Since = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> EventsSince:
    """The events of all campaigns in the order they were stored."""
    if since == "end":
        return EventsSince(epoch=await system.events.epoch(), items=[], next=await system.events.position())
    page = await system.events.since_all(since, limit)
    return EventsSince(epoch=await system.events.epoch(), items=page.items, next=page.next)
