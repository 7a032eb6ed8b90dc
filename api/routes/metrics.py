"""What Prometheus reads."""

from fastapi import APIRouter, Request, Response

from api.dependencies import TheSystem
from api.guarded import GuardedRoute
from api.socket.route import shared
from runtime.telemetry.standing import CONTENT_TYPE, exposition, sockets

router = APIRouter(tags=["health"], route_class=GuardedRoute)


@router.get("/metrics", response_class=Response)
async def get_metrics(request: Request, system: TheSystem) -> Response:
    """Counters are this process's, and of every event it heard; how things stand is the same from whichever process."""
    state = request.app.state
    told = [system.telemetry, state.requests, sockets(shared(state).hub), await system.standing()]
    return Response(exposition(told), media_type=CONTENT_TYPE)
