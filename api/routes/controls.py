"""The kill switch and the ledger: what stops the money, and where it is."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.callers import TheCaller, require
from api.dependencies import TheSystem
from api.guarded import GuardedRoute, does
from domain.caller import Act, Role
from domain.context import house_account_of
from storage.records import Balance, KillSwitch

router = APIRouter(tags=["controls"], route_class=GuardedRoute)


class Switch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    stopped: bool
    reason: Annotated[str, Field(min_length=1, max_length=500)]
    by: Annotated[str, Field(min_length=1, max_length=80)] = "media team"


class Budget(BaseModel):
    """The house account: reserved + committed never exceed the budget, over all and on the day."""

    account: Balance | None
    today: Balance | None


@router.get("/kill-switch")
async def get_switch(system: TheSystem) -> KillSwitch:
    return await system.ledger.kill_switch()


@router.put("/kill-switch", openapi_extra=does(Act.SWITCH_BOOKING))
async def set_switch(switch: Switch, caller: TheCaller, system: TheSystem) -> KillSwitch:
    """Stop all booking at once; an admin may resume it. What is already booked runs on. Where keys are set, `by` is the
    name of the key, whatever is sent."""
    by = caller.name or switch.by
    if switch.stopped:
        await system.ledger.stop_booking(switch.reason, by)
    else:
        require(caller, Role.ADMIN)
        await system.ledger.resume_booking(switch.reason, by)
    return await system.ledger.kill_switch()


@router.get("/budget")
async def get_budget(system: TheSystem) -> Budget:
    """As it stands on the live world's day: that is whose budget its campaigns are reserved on."""
    world = await system.live.now()
    account = house_account_of(world.world_id)
    return Budget(account=await system.ledger.balance(account), today=await system.ledger.balance(account, world.today))
