"""The figures across the top of the dashboard."""

from fastapi import APIRouter

from api.dependencies import TheSystem
from api.guarded import GuardedRoute
from api.openapi import refuses
from domain.errors import PlatformFailure
from runtime.reporting.kpis import Kpis

router = APIRouter(tags=["kpis"], route_class=GuardedRoute)


@router.get("/kpis", responses=refuses(PlatformFailure))
async def get_kpis(system: TheSystem) -> Kpis:
    return await system.figures.board.kpis()
