"""What waits for a person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.callers import TheCaller
from api.dependencies import OwnCampaign, PageCursor, TheSystem
from api.guarded import GuardedRoute, needs
from api.openapi import refuses
from domain.caller import Role
from domain.channel import Channel
from domain.decision import BudgetEdit
from domain.errors import Conflict, PlatformFailure
from runtime.reporting.waiting import WaitingDecisions, waiting_decisions
from runtime.runs.what_if import WhatIf

router = APIRouter(tags=["campaigns"], route_class=GuardedRoute)


class BudgetsToTry(BaseModel):
    """Budgets nobody has decided on yet."""

    model_config = ConfigDict(extra="forbid")

    budgets: list[BudgetEdit] = Field(
        min_length=1, max_length=len(Channel), description="those that differ from the plan"
    )


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


@router.post(
    "/campaigns/{campaign_id}/what-if",
    responses=refuses(Conflict, PlatformFailure),
    openapi_extra=needs(Role.VIEWER),
)
async def what_if(campaign_id: OwnCampaign, tried: BudgetsToTry, caller: TheCaller, system: TheSystem) -> WhatIf:
    """What an approval with these budgets would book and is expected to earn, or what it would be refused with. Nothing
    is kept and nothing decided: it may be asked while budgets are typed."""
    return await system.what_if(campaign_id, tried.budgets, caller.name or "you")
