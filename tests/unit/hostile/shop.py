"""The whole graph in this process, around a chat model that is not to be trusted: no database, no server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from uuid import UUID

from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.memory import InMemorySaver

from agents.booking.agent import BookingAgent
from agents.compliance.agent import ComplianceGate
from agents.creative.agent import CreativeAgent
from agents.creative.artist import Artist
from agents.creative.artwork.marks import Shop
from agents.learning.agent import LearningAgent
from agents.sensing.agent import SensingAgent
from agents.strategy.agent import StrategyAgent
from agents.strategy.edit_check import EditCheck
from domain.autonomy import Autonomy
from domain.booking import MediaBuy, MediaBuyRequest, MediaBuyStatus, MediaProduct
from domain.channel import Channel
from domain.context import CampaignContext, RiskLimits
from domain.creative import Creative
from domain.identifiers import derived_id
from domain.money import Money, pounds
from domain.state import CampaignState
from graph.campaign import build_graph
from graph.compiled import thread_config
from graph.gates import ApprovalGate, MeasurementGate
from prompts import FOLDER
from prompts.library import PromptLibrary
from storage.checkpoints.allowed_types import checkpoint_serializer
from tests.story import Story
from tests.unit.agents.corner_shop import (
    MEDIA,
    CornerShop,
    LessonShelf,
    OnePlatform,
    OneWorld,
    OtherCampaigns,
    Platform,
    QuietHouse,
    opportunity,
    resolve,
)
from tests.unit.graph.idle import idle_nodes

PROMPTS = PromptLibrary(FOLDER)
CONTEXT = CampaignContext(autonomy=Autonomy.AUTONOMOUS, limits=RiskLimits(probe_limit=pounds(5000)))
"""Enough to try with that every channel has its ad."""
WORDS_ALONE = Channel.EMAIL
"""Sold here without a picture."""
SOLD = [
    product.model_copy(
        update={"creative_type": "letter" if product.channel is WORDS_ALONE else product.channel.record.format.type}
    )
    for product in MEDIA
]


async def no_clock(context: CampaignContext) -> None:
    """The shop is a world of its own."""


class PlatformOfAll(Platform):
    """Sells every channel, and keeps the ads it was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.booked: list[Creative] = []

    async def products(self) -> Sequence[MediaProduct]:
        return SOLD

    async def create_media_buy(self, request: MediaBuyRequest, ads: Sequence[Creative] = ()) -> MediaBuy:
        self.booked = list(ads)
        bought = datetime(2026, 11, 8, tzinfo=UTC)
        return MediaBuy(media_buy_id="mb", status=MediaBuyStatus.PENDING_START, request=request, confirmed_at=bought)


class Purse:
    """Implements `storage.ports.BudgetLedger` for one campaign that can pay for anything."""

    def __init__(self) -> None:
        self.kept: dict[str, Money] = {}

    async def reserve(
        self,
        *,
        key: str,
        campaign_id: UUID,
        account: str,
        amount: Money,
        day: date | None = None,
        cycle: int | None = None,
        most: Money | None = None,
    ) -> None:
        self.kept[key] = amount

    async def holds(self, key: str) -> bool:
        return key in self.kept

    async def commit(self, key: str, amount: Money) -> None:
        self.kept[key] = amount

    async def settle(self, key: str, spent: Money) -> None:
        self.kept[key] = spent

    async def release(self, key: str) -> None:
        self.kept.pop(key, None)


@dataclass(frozen=True, slots=True)
class OneModel:
    model: BaseChatModel

    def open(self, context: CampaignContext) -> BaseChatModel:
        return self.model


@dataclass(frozen=True, slots=True)
class Ended:
    """Where a campaign came to, what it bought, and what it asks, if it asks."""

    state: CampaignState
    booked: list[Creative]
    waits_at: str
    artwork: dict[UUID, str | None] = field(default_factory=dict)


async def run_campaign(model: BaseChatModel, number: int, *, category: str = "soup") -> Ended:
    """One campaign from its opportunity to where it ends, parks or waits for its flight."""
    worlds, platform, purse, story = OneWorld(CornerShop()), PlatformOfAll(), Purse(), Story()
    platforms, models, lessons = OnePlatform(platform), OneModel(model), LessonShelf()
    draws = Artist(Shop("Corner shop"))
    nodes = idle_nodes(
        sensing=SensingAgent(worlds, resolve),
        strategy=StrategyAgent(
            models=models,
            prompts=PROMPTS,
            worlds=worlds,
            platforms=platforms,
            lessons=lessons,
            booked_ads=OtherCampaigns(),
            running=QuietHouse(),
            balances=QuietHouse(),
            resolve=resolve,
        ),
        creative=CreativeAgent(models=models, prompts=PROMPTS, worlds=worlds, resolve=resolve, draws=draws),
        compliance=ComplianceGate(models=models, prompts=PROMPTS, worlds=worlds, resolve=resolve, draws=draws),
        approval=ApprovalGate(EditCheck(worlds=worlds, platforms=platforms, resolve=resolve)),
        booking=BookingAgent(platforms=platforms, ledger=purse, resolve=resolve, today=no_clock),
        measurement=MeasurementGate(
            worlds=worlds, platforms=platforms, ledger=purse, booked_ads=OtherCampaigns(), resolve=resolve
        ),
        learning=LearningAgent(worlds=worlds, lessons=lessons, booked_ads=OtherCampaigns(), resolve=resolve),
    )
    # The saver writes each state as the real ones do, so a state that could not be stored is found.
    graph = build_graph(nodes, story).compile(checkpointer=InMemorySaver(serde=checkpoint_serializer()))
    campaign = derived_id("hostile", number)
    config = thread_config(campaign)
    start = CampaignState(campaign_id=campaign, opportunity=opportunity(category))
    await graph.ainvoke(start, config, context=CONTEXT)
    snapshot = await graph.aget_state(config)
    return Ended(
        state=CampaignState.model_validate(snapshot.values),
        booked=platform.booked,
        waits_at=str(snapshot.interrupts[0].value["kind"]) if snapshot.interrupts else "",
        artwork=story.artwork,
    )
