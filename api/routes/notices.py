"""What people are told of: proposals that wait, lapses, stops and faults."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import TheSystem
from api.guarded import GuardedRoute
from domain.notices import Notices

router = APIRouter(tags=["notices"], route_class=GuardedRoute)


@router.get("/notices")
async def get_notices(system: TheSystem, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> Notices:
    """The newest first. Each is made where the fact is written down, once, and is what a webhook is sent too."""
    return Notices(items=await system.repositories.notices.newest(limit, system.sources.served.name))
