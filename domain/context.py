"""What a run is given and may not change: the form in LangGraph Studio, the options of the command line."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from domain.autonomy import Autonomy as Autonomy
from domain.day import Day
from domain.model_calls import Dollars
from domain.money import Money
from domain.places import told_place
from domain.provenance import FAKE_MODEL
from domain.shoppers import USUAL, Shoppers

HOUSE_ACCOUNT = "house"
"""The ledger account of every campaign that names no other."""
LIVE_WORLD = "live"
"""The id of the simulated world whose clock runs while serving. Over other sales `live_world_of` names it."""
OWN_WORLD = "own"
"""Stands for the id of the campaign, in a world that no other campaign shares."""


def live_world_of(place: str = "") -> str:
    """The id of the live world over `place`, one of its own for each source; the simulated one where none is named."""
    return f"{LIVE_WORLD}:{place}" if place else LIVE_WORLD


def is_live_world(world_id: str) -> bool:
    return world_id == LIVE_WORLD or world_id.startswith(f"{LIVE_WORLD}:")


def house_account_of(world_id: str) -> str:
    """The house's ledger account in a live world: play money of one source is not taken from another's."""
    return HOUSE_ACCOUNT if world_id == LIVE_WORLD else f"{HOUSE_ACCOUNT}:{world_id.removeprefix(f'{LIVE_WORLD}:')}"


_IMPORTED = "imported:"


def imported_world_of(campaign_id: UUID) -> str:
    """The id of what an imported campaign's world is known to have held: the lessons and the ads of others."""
    return f"{_IMPORTED}{campaign_id}"


def imported_campaign_of(world_id: str) -> UUID | None:
    """Whose world was imported with it; None for every world of this house."""
    return UUID(world_id.removeprefix(_IMPORTED)) if world_id.startswith(_IMPORTED) else None


class ScheduledScenario(BaseModel):
    """A named happening in the simulated world, from a day on."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(description="heatwave, heavy-rain, cold-snap, viral-trend, stock-out, competitor-promotion, ...")
    starts: date
    days: int = Field(default=4, ge=1, le=60)
    category: str | None = Field(default=None, description="where the scenario has one; its usual category otherwise")
    regions: tuple[str, ...] = Field(default=(), description="all regions when empty")


class Branch(BaseModel):
    """Where a world branched off from another: what others have booked there stands in it too, and what one campaign
    booked from a day on does not, as that campaign does otherwise in it."""

    model_config = ConfigDict(frozen=True)

    world_id: str = Field(description="the world it branched off from")
    campaign_id: UUID = Field(description="whose other future it is")
    since: Day = Field(description="flights of that campaign from this day on are not in it")


class WorldRef(BaseModel):
    """Which world a run lives in. Frozen and hashable: the same ref is the same world, day for day."""

    model_config = ConfigDict(frozen=True)

    source: str = Field(default="simulated", description="`simulated`, `complete-journey` or `files:DIR`")
    seed: int = 7
    scenarios: tuple[ScheduledScenario, ...] = ()
    shoppers: Shoppers = Field(default=USUAL, description="how simulated shoppers answer to ads")
    world_id: str = Field(
        default=OWN_WORLD, description="media buys act only within their own world; `own` is one for this run alone"
    )
    version: str = Field(default="", description="of a person's files: another one once a file has changed")
    through: date | None = Field(
        default=None, description="of a person's files: the day the world stands on; what was sold later is not read"
    )
    branch: SkipJsonSchema[Branch | None] = Field(default=None, description="of another future: what it branched off")


class RiskLimits(BaseModel):
    """What no plan may exceed, whatever the optimiser would like."""

    daily_budget: Money | None = Field(default=None, gt=0, description="pounds a day over all channels")
    channel_share: float = Field(default=0.7, gt=0, le=1, description="largest share of the budget in one channel")
    cap: Money = Field(default=2000, gt=0, validate_default=True)
    """With autonomy `capped`: the largest budget booked without asking."""
    holdout_share: float = Field(default=0.25, ge=0.1, le=0.5, description="share of stores that see no ads")
    max_loss_probability: float = Field(
        default=0.25, gt=0, lt=1, description="money beyond a probe is spent where a loss is no more likely than this"
    )
    probe_limit: Money = Field(
        default=1000,
        gt=0,
        validate_default=True,
        description="pounds a probe may spend, and the probes of a year in the same cells may lose",
    )
    model_spend: Dollars | None = Field(
        default=None,
        gt=0,
        description="US dollars that the campaign's chat models may cost before a person is asked; no limit when empty",
    )


class ForkedFrom(BaseModel):
    """The campaign whose past another one shares, up to a step."""

    model_config = ConfigDict(frozen=True)

    campaign_id: UUID
    checkpoint_id: str = Field(description="of the state it went on from; empty from the very beginning")
    node: str = Field(description="the step it does again, otherwise")
    after: str = Field(description="the step that led there, which says where to go on; empty from the very beginning")
    at: AwareDatetime = Field(description="when that state was reached: nothing learned later is known")


class CampaignContext(BaseModel):
    """The context schema of the graph."""

    model_config = ConfigDict(extra="forbid")

    scenario: str | None = Field(default=None, description="a scenario to start in the simulated world, by name")
    source: str = Field(default="simulated", description="`simulated`, `complete-journey` or `files:DIR`")
    seed: int = Field(default=7, ge=0, description="of the simulated world and of every random draw")
    shoppers: Shoppers = Field(default=USUAL, description="how the simulated world's shoppers answer to ads")
    world: WorldRef | None = Field(
        default=None, description="the whole world, when the runtime has one; else from the four above"
    )
    today: date | None = Field(default=None, description="the day to sense; the world's own choice when empty")
    account: str = Field(
        default=HOUSE_ACCOUNT, description="the ledger account; a campaign in a world of its own has one of its own"
    )
    model: str = Field(
        default=FAKE_MODEL,
        description="`fake:copywriter`, or any `provider:model`; with commas, who is asked in whose place",
    )
    autonomy: Autonomy = Autonomy.APPROVE
    limits: RiskLimits = Field(default_factory=RiskLimits)
    threshold: float = Field(
        default=3.0, gt=0, allow_inf_nan=False, description="detector score below which nothing is reported"
    )
    flight_days: int = Field(default=7, ge=1, le=28)
    max_cycles: int = Field(default=1, ge=1, le=4, description="turns of plan, book, measure, learn in one flight")
    fast_forward: bool = Field(
        default=False, description="measurement asks the platform to play the flight out instead of waiting for it"
    )
    faults: tuple[str, ...] = Field(
        default=(),
        description="faults to inject in the fake model and the simulated platform, for example `malformed-json*1`",
    )
    forked_from: SkipJsonSchema[ForkedFrom | None] = Field(
        default=None, description="set by a fork: it teaches nobody, and sells to simulated shoppers alone"
    )
    strategy_prompt: str = Field(
        default="",
        description="the strategy brief's template; the released prompt when empty",
        json_schema_extra={"langgraph_nodes": ["strategy"], "langgraph_type": "prompt"},
    )
    creative_prompt: str = Field(
        default="",
        description="the ad copy's template; the released prompt when empty",
        json_schema_extra={"langgraph_nodes": ["creative"], "langgraph_type": "prompt"},
    )

    @property
    def is_live(self) -> bool:
        """Whether it runs in a world whose clock runs while serving. Nothing does unless that world is named."""
        return self.world is not None and is_live_world(self.world.world_id)

    def world_id_of(self, campaign_id: UUID) -> str:
        """The id of the world a campaign runs in: what was named, or its own."""
        named = self.world.world_id if self.world else OWN_WORLD
        return str(campaign_id) if named == OWN_WORLD else named

    def learns_in(self, shoppers: Shoppers | None) -> str:
        """Which lessons count, and where its own will: a live world's are its own; those of trials count wherever
        source, seed and `shoppers` are the same. Elsewhere others answer to ads; None stands for real ones."""
        if self.world is not None and self.is_live:
            return self.world.world_id
        branch = self.world.branch if self.world else None
        if branch is not None and (is_live_world(branch.world_id) or imported_campaign_of(branch.world_id)):
            # A fork of a live campaign knows what the live world had taught, one of an imported what came with it.
            return branch.world_id
        place = self.world or self
        where = f"{told_place(place.source)}:{place.seed}"
        # Lessons from before there were kinds name none, and were of the textbook's or of real ones.
        return where if shoppers in (None, Shoppers.TEXTBOOK) else f"{where}:{shoppers}"

    def account_of(self, campaign_id: UUID) -> str:
        """The ledger account of a campaign: what was named, or one of its own where it lives in a world of its own.
        A trial in Studio then takes no money of the house."""
        is_trial = not self.is_live and self.account == HOUSE_ACCOUNT
        return f"trial-{campaign_id}" if is_trial else self.account
