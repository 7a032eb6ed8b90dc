"""The simulated live world: trigger a scenario, see what sensing sees, move the clock, reset the agents."""

from datetime import date
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import LONGEST_NAME, TheSystem
from api.guarded import GuardedRoute, does
from api.once import command_of
from api.openapi import refuses
from domain.caller import Act
from domain.errors import Conflict
from domain.opportunity import Opportunity, Seen
from runtime.live.deadlines import ClockState
from runtime.live.ports import reference
from runtime.live.world import Triggered
from storage.records import LiveWorld

router = APIRouter(tags=["live world (simulated)"], route_class=GuardedRoute)


class Trigger(BaseModel):
    model_config = ConfigDict(extra="forbid")

    scenario: str = Field(
        max_length=LONGEST_NAME,
        description="heatwave, heavy-rain, cold-snap, viral-trend, stock-out, ...",
        examples=["heavy-rain"],
    )


class Trends(BaseModel):
    """What sensing sees today; simulated."""

    today: date
    provenance: Literal["simulated"] = "simulated"
    items: list[Opportunity]
    seen: list[Seen] = Field(
        default=[],
        description="what was seen and is not proposed, each with its one reason",
    )
    next: str | None = None


class ClockChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    running: bool
    speed: float | None = Field(default=None, gt=0, le=600, description="world days per minute")


class Reset(BaseModel):
    lessons_withdrawn: int
    epoch: UUID
    world: LiveWorld


@router.post(
    "/simulation/trigger",
    status_code=202,
    responses=refuses(Conflict),
    openapi_extra=does(Act.TRIGGER),
)
async def trigger(request: Request, wanted: Trigger, system: TheSystem) -> Triggered:
    """Let a scenario happen in the live world; the campaigns it gives rise to start at once."""
    return await system.live.trigger(wanted.scenario, command_id=command_of(request))


@router.get("/simulation/scenarios")
async def scenarios(system: TheSystem) -> dict[str, list[str]]:
    return {"items": list(system.scenario_names)}


@router.get("/trends")
async def trends(system: TheSystem) -> Trends:
    """The trends detected on the live world's today, most valuable first."""
    world = await system.live.now()
    seen = await system.sensing.seen(reference(world), world.today)
    return Trends(today=world.today, items=list(await system.live.trends()), seen=list(seen))


@router.get("/simulation/clock")
async def get_clock(system: TheSystem) -> ClockState:
    """The day it is, when the clock moves on, and the decisions at the gate it waits for."""
    return await system.live.clock()


@router.put("/simulation/clock", responses=refuses(Conflict), openapi_extra=does(Act.SET_CLOCK))
async def set_clock(change: ClockChange, system: TheSystem) -> ClockState:
    """Start or pause the clock, and set its speed."""
    await system.live.set_running(running=change.running, speed=change.speed)
    return await system.live.clock()


@router.post("/simulation/clock/step", responses=refuses(Conflict), openapi_extra=does(Act.STEP_CLOCK))
async def step(request: Request, system: TheSystem) -> ClockState:
    """Move one day on, whatever waits for a decision: a hand on the clock is never held back."""
    await system.live.step(command_id=command_of(request))
    return await system.live.clock()


@router.post("/agents/reset", openapi_extra=does(Act.RESET_AGENTS))
async def reset(system: TheSystem) -> Reset:
    """Reset the agents: every lesson is withdrawn and the live world's scenarios are called off. Campaigns,
    bookings and the ledger stay: money is never forgotten."""
    return Reset(
        lessons_withdrawn=await system.lessons.withdraw_all(),
        epoch=await system.events.epoch(),
        world=await system.live.forget_scenarios(),
    )
