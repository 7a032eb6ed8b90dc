"""The figures across the top of the dashboard."""

from fastapi import APIRouter

from api.dependencies import TheSystem
from runtime.reporting.kpis import Kpis

router = APIRouter(tags=["kpis"])


@router.get("/kpis")
async def get_kpis(system: TheSystem) -> Kpis:
    return await system.figures.board.kpis()
