"""The same events as on the socket, by HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.dependencies import Position, TheSystem
from api.guarded import GuardedRoute
from domain.events import Event

router = APIRouter(prefix="/events", tags=["events"], route_class=GuardedRoute)


class EventsSince(BaseModel):
    epoch: UUID
    items: list[Event]
    next: int
    """The position to give as `since` next time."""


@router.get("")
async def get_events(
    system: TheSystem,
    since: Position = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> EventsSince:
    """The events of all campaigns in the order they were stored."""
    page = await system.events.since_all(since, limit)
    return EventsSince(epoch=await system.events.epoch(), items=page.items, next=page.next)
