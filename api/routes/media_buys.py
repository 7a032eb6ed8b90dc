"""What a campaign has booked: paused, gone on with, cancelled, given another budget."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from api.callers import TheCaller, require
from api.dependencies import OwnCampaign, TheSystem
from api.guarded import GuardedRoute, does
from api.once import receipt_of
from api.openapi import refuses
from api.routes.campaigns import Decided
from domain.buy_changes import BuyAction
from domain.caller import Act, Caller, Role
from domain.day import Day
from domain.errors import Conflict
from domain.money import Money
from runtime.runs.changing import Wanted, is_paused
from runtime.system import System
from storage.records import Receipt

router = APIRouter(prefix="/campaigns", tags=["campaigns"], route_class=GuardedRoute)


class Change(BaseModel):
    """A change of what is booked."""

    model_config = ConfigDict(extra="forbid")

    on: Annotated[
        Day | None,
        Field(description="the first day it holds on, where no day passes by itself; elsewhere that is today"),
    ] = None


class NewBudget(Change):
    budget: Annotated[
        Money, Field(gt=0, description="pounds the flight on the air may cost in all, what is spent included")
    ]
    was: Annotated[
        Money | None,
        Field(gt=0, description="what it may cost now, as seen: 409 where somebody else has changed it since"),
    ] = None


@router.post("/{campaign_id}/pause", status_code=202, responses=refuses(Conflict), openapi_extra=does(Act.PAUSE))
async def pause(
    request: Request, campaign_id: OwnCampaign, caller: TheCaller, system: TheSystem, change: Change | None = None
) -> Decided:
    """Show no ads from today on, until it is resumed. Its money stays committed, and the days lost are not made up
    for. What came of it is told as `media_buy.changed`, and kept in the booking's `changes`."""
    return await _ordered(request, campaign_id, caller, system, "pause", change)


@router.post("/{campaign_id}/resume", status_code=202, responses=refuses(Conflict), openapi_extra=does(Act.RESUME))
async def resume(
    request: Request, campaign_id: OwnCampaign, caller: TheCaller, system: TheSystem, change: Change | None = None
) -> dict[str, UUID]:
    """Go on with a campaign that stands still: show its ads again where they are paused, which an approver may; where
    it failed, try that step again; where its process died, go on from there."""
    if is_paused(await system.runs.state(campaign_id)):
        require(caller, Role.APPROVER)
        return (await _ordered(request, campaign_id, caller, system, "resume", change)).model_dump()
    await system.runs.resume(campaign_id)
    return {"campaign_id": campaign_id}


@router.post("/{campaign_id}/cancel", status_code=202, responses=refuses(Conflict), openapi_extra=does(Act.CANCEL))
async def cancel(
    request: Request, campaign_id: OwnCampaign, caller: TheCaller, system: TheSystem, change: Change | None = None
) -> Decided:
    """Show no ads from today on, for good. What is not spent is free again, what ran is measured and learned from, and
    the campaign ends as CANCELED."""
    return await _ordered(request, campaign_id, caller, system, "cancel", change)


@router.put(
    "/{campaign_id}/budget", status_code=202, responses=refuses(Conflict), openapi_extra=does(Act.CHANGE_BUDGET)
)
async def change_budget(
    request: Request, campaign_id: OwnCampaign, change: NewBudget, caller: TheCaller, system: TheSystem
) -> Decided:
    """Give the flight on the air another budget, spread over the days left; each channel keeps its share. Less than is
    spent is 409, and so is a raise that does not fit the account, or a budget that is not what it `was`. A raise is
    reserved before the platform is asked."""
    return await _ordered(request, campaign_id, caller, system, "budget", change, change.budget, change.was)


async def _ordered(
    request: Request,
    campaign_id: UUID,
    caller: Caller,
    system: System,
    action: BuyAction,
    change: Change | None,
    budget: Money | None = None,
    was: Money | None = None,
) -> Decided:
    def receipt(run_id: UUID) -> Receipt | None:
        return receipt_of(request, Decided(campaign_id=campaign_id, run_id=run_id).model_dump_json())

    wanted = Wanted(action, budget=budget, on=change.on if change else None, by=caller.shown, was=was)
    run_id = await system.runs.change(campaign_id, wanted, receipt=receipt)
    return Decided(campaign_id=campaign_id, run_id=run_id)
