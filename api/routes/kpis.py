"""The figures across the top of the dashboard, and how the running flights keep to their plans."""

from fastapi import APIRouter

from api.dependencies import TheSystem
from api.guarded import GuardedRoute
from api.openapi import refuses
from domain.errors import PlatformFailure
from runtime.reporting.kpis import Kpis
from runtime.reporting.pacing import Pacing, pacing_of

router = APIRouter(tags=["kpis"], route_class=GuardedRoute)


@router.get("/kpis", responses=refuses(PlatformFailure))
async def get_kpis(system: TheSystem) -> Kpis:
    return await system.figures.board.kpis()


@router.get("/pacing", responses=refuses(PlatformFailure))
async def get_pacing(system: TheSystem) -> Pacing:
    """Every flight of the live world that is running: spent, planned, and what it will have spent at its end."""
    return await pacing_of(system.campaigns, system.figures.deliveries, await system.live.now())
