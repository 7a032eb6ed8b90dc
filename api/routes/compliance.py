"""What the compliance gate would say of a text, before anybody decides on it."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.dependencies import TheSystem
from api.guarded import GuardedRoute, needs
from api.openapi import refuses
from domain.caller import Role
from domain.creative import Verdict
from domain.errors import NotFound
from runtime.checking import TextToCheck

router = APIRouter(prefix="/compliance", tags=["compliance"], route_class=GuardedRoute)


class CheckRequest(TextToCheck):
    campaign_id: UUID | None = Field(
        default=None, description="judge it for this campaign's plan; else for a product of the live world"
    )


@router.post("/check", responses=refuses(NotFound), openapi_extra=needs(Role.VIEWER))
async def check(request: CheckRequest, system: TheSystem) -> Verdict:
    """Nothing is kept and nothing decided: the same text may be asked about while it is typed."""
    text = TextToCheck.model_validate(request.model_dump(exclude={"campaign_id"}))
    if request.campaign_id is None:
        live = await system.view()
        return await system.checks.in_world(live.ref, live.today, text)
    state = await system.runs.state(request.campaign_id)
    context = await system.runs.context(request.campaign_id)
    return await system.checks.at_gate(system.resolve(context, request.campaign_id), state, text)
