"""Counters for Prometheus."""

from fastapi import APIRouter, Response

from api.dependencies import TheSystem
from api.guarded import GuardedRoute
from runtime.events.telemetry import CONTENT_TYPE

router = APIRouter(tags=["health"], route_class=GuardedRoute)


@router.get("/metrics", response_class=Response)
async def get_metrics(system: TheSystem) -> Response:
    return Response(system.telemetry.exposition(), media_type=CONTENT_TYPE)
