"""The live world: trigger a scenario where it is simulated, see what sensing sees, move the clock, reset the agents."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import LONGEST_NAME, SourceNamed, TheSystem
from api.guarded import GuardedRoute, does
from api.once import command_of
from api.openapi import refuses
from domain.caller import Act
from domain.errors import Conflict
from domain.opportunity import Opportunity, Seen
from domain.provenance import Provenance
from runtime.live.deadlines import ClockState, Lapses
from runtime.live.ports import ScenarioChoices, Triggered
from storage.records import LiveWorld

router = APIRouter(tags=["live world"], route_class=GuardedRoute)


MayLapse = Annotated[
    int,
    Field(
        ge=0,
        le=1_000_000,
        description="how many proposals may lapse, undecided, over it; where more would it is 409 `would_lapse`",
    ),
]


class Trigger(BaseModel):
    model_config = ConfigDict(extra="forbid")

    scenario: str = Field(
        max_length=LONGEST_NAME,
        description="heatwave, heavy-rain, cold-snap, viral-trend, stock-out, ...",
        examples=["heavy-rain"],
    )
    category: str | None = Field(
        default=None,
        max_length=LONGEST_NAME,
        description="where the scenario has one to choose; its usual one when empty",
        examples=["soup"],
    )
    regions: list[Annotated[str, Field(max_length=LONGEST_NAME)]] = Field(
        default_factory=list, max_length=100, description="its usual ones when empty"
    )
    may_lapse: MayLapse = 0


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid")

    may_lapse: MayLapse = 0


class Trends(BaseModel):
    """What sensing sees today."""

    today: date
    provenance: Provenance
    items: list[Opportunity]
    seen: list[Seen] = Field(
        default=[],
        description="what was seen and is not proposed, each with its one reason",
    )
    next: str | None = None


class Scenarios(ScenarioChoices):
    items: list[str]


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
    return await system.live.trigger(
        wanted.scenario,
        category=wanted.category,
        regions=wanted.regions,
        command_id=command_of(request),
        may_lapse=wanted.may_lapse,
    )


@router.get("/simulation/scenarios")
async def scenarios(system: TheSystem) -> Scenarios:
    """What can be made to happen, and in which categories and regions. Nothing in sales that are real."""
    choices = system.live.choices()
    return Scenarios(items=[choice.name for choice in choices.scenarios], **dict(choices))


@router.get("/trends")
async def trends(system: TheSystem, source: SourceNamed = None) -> Trends:
    """The trends detected on the live world's today, most valuable first; or on the newest day of another source, of
    which nothing is booked."""
    view = await system.view(source)
    found = await system.sensing.trends(view.ref, view.today)
    seen = await system.sensing.seen(view.ref, view.today)
    lived_in = view.ref == system.live.reference(await system.live.now())
    why = await system.live.passed_over(found) if lived_in else {}
    left = [one.left_alone(why[one.id]) for one in found if one.diagnosis.advertisable and one.id in why]
    return Trends(today=view.today, provenance=view.provenance, items=list(found), seen=[*left, *seen])


@router.get("/simulation/lapses")
async def lapses(
    system: TheSystem,
    scenario: Annotated[
        str | None,
        Query(max_length=LONGEST_NAME, description="to be triggered; a step of the clock when empty"),
    ] = None,
) -> Lapses:
    """The proposals that would lapse, undecided, if the world moved on."""
    return await system.live.lapses(scenario=scenario)


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
async def step(request: Request, system: TheSystem, wanted: Step | None = None) -> ClockState:
    """Move one day on. Where proposals would lapse over it that the caller has not counted in, it is refused, and says
    how many."""
    await system.live.step(command_id=command_of(request), may_lapse=(wanted or Step()).may_lapse)
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
