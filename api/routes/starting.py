"""Starting a campaign in a world of its own: whatever LangGraph Studio and the command line can start."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.callers import TheCaller, require
from api.dependencies import LONGEST_NAME, TheSystem
from api.guarded import GuardedRoute, does
from api.once import HEADER, campaign_to_start
from api.openapi import refuses
from domain.autonomy import Autonomy
from domain.caller import Act, Role
from domain.context import HOUSE_ACCOUNT, CampaignContext, RiskLimits, house_account_of
from domain.day import Day
from domain.errors import BadInput, Conflict, shown
from domain.identifiers import derived_id
from domain.misfits import refuse_switches, refuse_unknown_keys
from domain.money import Money
from domain.opportunity import Opportunity
from domain.shoppers import USUAL, Shoppers
from domain.state import CampaignState
from runtime.live.sources import SIMULATED
from runtime.system import System
from storage.records import COMMANDS_KEPT

router = APIRouter(prefix="/campaigns", tags=["campaigns"], route_class=GuardedRoute)

ALONE = frozenset({Autonomy.CAPPED, Autonomy.AUTONOMOUS})
"""Levels at which money may be spent without anybody at the gate."""
LARGEST_SEED = 2**63 - 1
MOST_FAULTS = 20
_DEFAULTS = CampaignContext()
_BUDGET: Money = CampaignState.model_fields["budget"].default

Fault = Annotated[str, Field(max_length=LONGEST_NAME)]


class Start(BaseModel):
    """What a campaign is started with; whatever is left out is as in Studio's form."""

    model_config = ConfigDict(extra="forbid")

    budget: Money = Field(
        default=_BUDGET, gt=0, lt=10**10, validate_default=True, description="the most it may spend, in pounds"
    )
    opportunity: Opportunity | None = Field(
        default=None, description="what to act on, in place of what sensing would find; it gets an id of its own"
    )
    scenario: str | None = Field(
        default=None,
        max_length=LONGEST_NAME,
        description="what happens in its simulated world, a name of GET /simulation/scenarios; a quiet day when empty",
        examples=["heavy-rain"],
    )
    source: str | None = Field(
        default=None,
        max_length=LONGEST_NAME,
        description="whose sales, by a name known here and never by a path; those that are served when empty",
        examples=["simulated"],
    )
    seed: int = Field(
        default=_DEFAULTS.seed, ge=0, le=LARGEST_SEED, description="of the simulated world and of every random draw"
    )
    shoppers: Shoppers = Field(default=USUAL, description="how simulated shoppers answer to ads")
    today: Day | None = Field(default=None, description="the day to sense; the world's own choice when empty")
    model: str | None = Field(
        default=None,
        max_length=LONGEST_NAME,
        description="`fake:copywriter`, or any `provider:model`; the server's when empty",
        examples=["fake:copywriter"],
    )
    autonomy: Autonomy = _DEFAULTS.autonomy
    limits: RiskLimits = Field(
        default_factory=RiskLimits, description="what no plan may exceed; the server's where one is left out"
    )
    threshold: float = Field(
        default=_DEFAULTS.threshold, gt=0, allow_inf_nan=False, description="score from which a finding is proposed"
    )
    flight_days: int = Field(default=_DEFAULTS.flight_days, ge=1, le=28)
    max_cycles: int = Field(
        default=_DEFAULTS.max_cycles, ge=1, le=4, description="turns of plan, book, measure, learn in one flight"
    )
    fast_forward: bool = Field(
        default=False, description="play the flight out at once, instead of asking how far to measure"
    )
    faults: list[Fault] = Field(
        default_factory=list,
        max_length=MOST_FAULTS,
        description="to inject in the fake model and the simulated platform, such as `malformed-json*1`",
    )
    strategy_prompt: str = Field(default="", description="the strategy brief's template; the released one when empty")
    creative_prompt: str = Field(default="", description="the ad copy's template; the released one when empty")

    @model_validator(mode="before")
    @classmethod
    def _every_key_is_known(cls, given: Any) -> Any:
        refuse_unknown_keys(cls, given)
        refuse_switches(cls, given)
        return given


class Follow(BaseModel):
    """Addresses at which the campaign can be followed."""

    campaign: str
    events: str
    questions: str = Field(description="what it waits for; the answer goes to `decisions`")
    decisions: str
    socket: str = "/ws/dashboard"


class Started(BaseModel):
    campaign_id: UUID
    account: str = Field(description="the ledger account its money comes from")
    world_id: str = Field(description="the world its ads act in")
    follow: Follow


@router.post("", status_code=202, responses=refuses(Conflict), openapi_extra=does(Act.START))
async def start(request: Request, wanted: Start, caller: TheCaller, system: TheSystem) -> Started:
    """Start a campaign in a world and with an account of its own. It runs from then on, whatever becomes of this
    process. What it would end in at once is 422, and nothing is started. Where ads are bought of a real seller, one
    that may book without a person is an approver's to start; over real sales it pays from the house's account."""
    campaign_id = campaign_to_start(request)
    context = await _context(wanted, system)
    if system.platforms.kind == "real" and context.autonomy in ALONE:
        require(caller, Role.APPROVER)
    if await system.runs.is_ours(campaign_id):
        await _refuse_a_key_of_old(campaign_id, system)
    else:
        found = wanted.opportunity
        own = found and found.model_copy(update={"id": derived_id(campaign_id, "opportunity")})
        state = CampaignState(budget=wanted.budget, opportunity=own)
        await system.runs.start(state, context, thread_id=campaign_id)
    at = f"/campaigns/{campaign_id}"
    return Started(
        campaign_id=campaign_id,
        account=context.account_of(campaign_id),
        world_id=context.world_id_of(campaign_id),
        follow=Follow(campaign=at, events=f"{at}/events", questions=f"{at}/questions", decisions=f"{at}/decisions"),
    )


async def _refuse_a_key_of_old(campaign_id: UUID, system: System) -> None:
    """Raises Conflict where the campaign was begun with this key so long ago that what was asked for with it is no
    longer known: the same request could then not be told from another one."""
    begun = await system.campaigns.get(campaign_id)
    if begun is not None and datetime.now(UTC) - begun.created_at > COMMANDS_KEPT:
        raise Conflict(
            f"this {HEADER} began the campaign {campaign_id} on {begun.created_at:%Y-%m-%d}, and a key is kept for "
            f"{COMMANDS_KEPT.days} days",
            remedy=f"read that one at /campaigns/{campaign_id}, or send a new key to start another",
            field=HEADER,
        )


async def _context(wanted: Start, system: System) -> CampaignContext:
    """What the run is given. Raises BadInput or DataFault for what the campaign would end in at once."""
    source = system.sources.served if wanted.source is None else system.sources.called(wanted.source)
    if wanted.scenario is not None and source.source != SIMULATED:
        raise BadInput(
            f"the scenario {shown(wanted.scenario)} cannot happen in {shown(source.name)}",
            remedy="scenarios exist in the simulated world only; leave it out, or name the source 'simulated'",
            field="scenario",
        )
    # Real ads over these sales are paid by the house's account of these sales.
    house = house_account_of(source.world_id) if system.platforms.kind == "real" else HOUSE_ACCOUNT
    settings = system.settings
    given = wanted.limits.model_dump(include=wanted.limits.model_fields_set)
    context = CampaignContext(
        scenario=wanted.scenario,
        source=source.source,
        seed=wanted.seed,
        shoppers=wanted.shoppers,
        today=wanted.today,
        account=house,
        model=wanted.model or settings.model,
        autonomy=wanted.autonomy,
        limits=RiskLimits.model_validate({**settings.limits.model_dump(), **given}),
        threshold=wanted.threshold,
        flight_days=wanted.flight_days,
        max_cycles=wanted.max_cycles,
        fast_forward=wanted.fast_forward,
        faults=tuple(wanted.faults),
        strategy_prompt=wanted.strategy_prompt,
        creative_prompt=wanted.creative_prompt,
    )
    await system.check_named(context, source, wanted.opportunity)
    return context
