"""The one place that knows every concrete class: opens the system, and closes it in the reverse order."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from agents.booking.agent import BookingAgent
from agents.compliance.agent import ComplianceGate
from agents.compliance.rulebook import rulebook
from agents.creative.agent import CreativeAgent
from agents.learning.agent import LearningAgent
from agents.learning.beliefs import beliefs_of
from agents.ports import ChatModels
from agents.sensing.agent import SensingAgent
from agents.strategy.agent import StrategyAgent
from agents.strategy.edit_check import EditCheck
from domain.context import CampaignContext, ScheduledScenario, WorldRef
from domain.errors import BadInput
from domain.identifiers import new_id
from domain.lesson import Belief
from domain.provenance import Provenance
from graph.campaign import CampaignNodes, build_graph
from graph.context_form import context_form
from graph.failure import FailureHandler
from graph.gates import ApprovalGate, MeasurementGate
from llm_mocks.illustrations import still_lifes
from llm_mocks.pantry import family_of, phrasebook
from llm_mocks.registry import ModelRegistry
from prompts import FOLDER
from prompts.library import PromptLibrary
from runtime.bus import Bus, InProcessBus
from runtime.executor import CompiledCampaign, RunExecutor
from runtime.live_world import LiveWorldRunner
from runtime.owners import this_process
from runtime.queue import InProcessQueue
from runtime.runs import RunQueue, Runs
from runtime.settings import Settings
from storage.campaigns import CampaignRepository
from storage.checkpoints import checkpointer
from storage.clock import WorldClock
from storage.database import Database
from storage.events import EventStore, EventWriter
from storage.ledger import Ledger
from storage.lessons import LessonRepository
from storage.media_buys import MediaBuyRepository
from storage.migrate import migrate
from storage.records import LiveWorld
from storage.runs import RunRegistry
from storage.threads import ThreadRepository
from world.ports import AdPlatforms, Worlds
from world.simulated import scenarios
from world.simulated.ad_platform import SimulatedAdPlatforms
from world.simulated.market import SimulatedWorlds
from world.sources import AllWorlds

PROMPT_LOOK_SECONDS = 1.0
HEARTBEAT_SECONDS = 10.0
"""A lease is dead after a minute of silence, so several beats may be lost."""
LIVE_WORLD_STARTS = date(2026, 11, 2)
"""The live world's first day, whenever it is started: a Monday in autumn."""


@dataclass(frozen=True, slots=True)
class Repositories:
    """Storage, opened once and shared."""

    database: Database
    campaigns: CampaignRepository
    ledger: Ledger
    lessons: LessonRepository
    media_buys: MediaBuyRepository
    events: EventStore
    threads: ThreadRepository
    leases: RunRegistry
    clock: WorldClock


@dataclass(frozen=True, slots=True)
class System:
    """Everything a door needs: the API's routes and the command line see only this."""

    settings: Settings
    repositories: Repositories
    runs: Runs
    live: LiveWorldRunner
    bus: Bus
    graph: CompiledCampaign
    prompts: PromptLibrary
    worlds: Worlds
    models: ChatModels
    executor: RunExecutor
    sensing: SensingAgent
    platforms: AdPlatforms

    @property
    def campaigns(self) -> CampaignRepository:
        return self.repositories.campaigns

    @property
    def ledger(self) -> Ledger:
        return self.repositories.ledger

    @property
    def lessons(self) -> LessonRepository:
        return self.repositories.lessons

    @property
    def events(self) -> EventStore:
        return self.repositories.events

    @property
    def scenario_names(self) -> Sequence[str]:
        return scenarios.scenario_names()

    def check(self, context: CampaignContext) -> None:
        """Raise, before anything is started, the BadInput or DataFault a campaign with this context would end in."""
        self.worlds.open(resolve(context, new_id()))
        self.models.open(context)

    def resolve(self, context: CampaignContext, campaign_id: UUID) -> WorldRef:
        """The world a campaign lives in."""
        return resolve(context, campaign_id)

    def provenance(self, context: CampaignContext, campaign_id: UUID) -> Provenance:
        """What is real and what simulated about a campaign. A seller of media that was configured counts as real."""
        of_world = self.worlds.open(resolve(context, campaign_id)).provenance
        return of_world.model_copy(update={"ad_platform": "real"}) if self.settings.ad_seller_url else of_world

    async def beliefs(self) -> Sequence[Belief]:
        """The beliefs the next plan would start from."""
        return beliefs_of(await self.lessons.current())


def resolve(context: CampaignContext, campaign_id: UUID) -> WorldRef:
    """The world the context carries, or one of the campaign's own with the scenario it names.

    Raises BadInput for an unknown scenario, and for one asked of a world that is not simulated.
    """
    if context.world is not None:
        return context.world
    if context.scenario is None:
        return WorldRef(source=context.source, seed=context.seed, world_id=str(campaign_id))
    if context.source != "simulated":
        raise BadInput(
            f"the scenario {context.scenario!r} cannot happen in {context.source!r}",
            remedy="scenarios exist in the simulated world only; leave one of the two out",
            field="scenario",
        )
    scheduled, _ = scenarios.default_schedule(context.scenario)
    return WorldRef(source="simulated", seed=context.seed, scenarios=(scheduled,), world_id=str(campaign_id))


class SimulatedScenarios:
    """The live world's scenarios, by name."""

    def schedule(self, name: str, starts: date) -> ScheduledScenario:
        return scenarios.schedule(name, starts)

    def shows_on(self, scenario: ScheduledScenario) -> date:
        return scenarios.shows_on(scenario)


@asynccontextmanager
async def open_repositories(settings: Settings) -> AsyncIterator[Repositories]:
    """Migrate and open the database. Raises StorageUnavailable when it cannot be reached."""
    await asyncio.to_thread(settings.prepare_data_dir)
    await migrate(settings.database)
    async with Database(settings.database) as database:
        yield Repositories(
            database=database,
            campaigns=CampaignRepository(database),
            ledger=Ledger(database, account_budget=settings.account_budget, daily_budget=settings.account_daily_budget),
            lessons=LessonRepository(database),
            media_buys=MediaBuyRepository(database),
            events=EventStore(database),
            threads=ThreadRepository(database),
            leases=RunRegistry(database),
            clock=WorldClock(database),
        )


@asynccontextmanager
async def open_worlds(settings: Settings, repositories: Repositories) -> AsyncIterator[tuple[Worlds, AdPlatforms]]:
    """Every source of sales, and whoever sells the media: the simulated platform, or an AdCP seller by its URL."""
    simulated = SimulatedWorlds(repositories.media_buys)
    worlds = AllWorlds(simulated, settings.cache_dir, repositories.media_buys)
    if not settings.ad_seller_url:
        yield worlds, SimulatedAdPlatforms(worlds, repositories.media_buys)
        return
    from world.adcp.platforms import AdcpPlatforms

    token = settings.ad_seller_token.get_secret_value() or None
    sellers = AdcpPlatforms(settings.ad_seller_url, token=token, log=repositories.media_buys)
    try:
        yield worlds, sellers
    finally:
        await sellers.close()


async def open_prompts() -> PromptLibrary:
    """The prompts, and with them every data file that is read once, so that no campaign waits for a disk."""
    prompts = PromptLibrary(FOLDER, watched=True)

    def read() -> None:
        prompts.refresh()
        rulebook()
        phrasebook()
        family_of("", "")
        still_lifes()

    await asyncio.to_thread(read)
    return prompts


def open_models(settings: Settings) -> ModelRegistry:
    return ModelRegistry(
        settings.data_dir,
        base_url=settings.model_base_url or None,
        api_key=settings.model_api_key.get_secret_value() or None,
    )


def make_nodes(
    repositories: Repositories, models: ChatModels, worlds: Worlds, platforms: AdPlatforms, prompts: PromptLibrary
) -> tuple[CampaignNodes, SensingAgent]:
    records = repositories.campaigns
    sensing = SensingAgent(worlds, records, resolve)
    nodes = CampaignNodes(
        sensing=sensing,
        strategy=StrategyAgent(
            models=models,
            prompts=prompts,
            worlds=worlds,
            platforms=platforms,
            lessons=repositories.lessons,
            records=records,
            resolve=resolve,
        ),
        creative=CreativeAgent(models=models, prompts=prompts, records=records, worlds=worlds, resolve=resolve),
        compliance=ComplianceGate(worlds=worlds, records=records, resolve=resolve),
        approval=ApprovalGate(records, EditCheck(worlds=worlds, platforms=platforms, resolve=resolve)),
        booking=BookingAgent(platforms=platforms, ledger=repositories.ledger, records=records, resolve=resolve),
        measurement=MeasurementGate(worlds=worlds, platforms=platforms, records=records, resolve=resolve),
        learning=LearningAgent(worlds=worlds, lessons=repositories.lessons, records=records, resolve=resolve),
        on_failure=FailureHandler(records),
    )
    return nodes, sensing


@asynccontextmanager
async def open_system(settings: Settings) -> AsyncIterator[System]:
    """Open everything: database, checkpoints, bus, graph, runs, live world. On leaving, runs are drained first.

    Raises StorageUnavailable or BadInput with one sentence that says which setting is wrong.
    """
    async with AsyncExitStack() as stack:
        repositories = await stack.enter_async_context(open_repositories(settings))
        saver = await stack.enter_async_context(checkpointer(settings.checkpoint_place))
        bus = await _open_bus(settings)
        stack.push_async_callback(bus.aclose)
        worlds, platforms = await stack.enter_async_context(open_worlds(settings, repositories))
        prompts = await open_prompts()
        models = open_models(settings)
        nodes, sensing = make_nodes(repositories, models, worlds, platforms, prompts)
        graph = build_graph(nodes, context_form(prompts)).compile(checkpointer=saver, name="campaign")
        writer = EventWriter(repositories.events)
        stack.push_async_callback(writer.close)
        owner = this_process()
        executor = RunExecutor(
            graph=graph, events=writer, bus=bus, leases=repositories.leases, records=repositories.campaigns, owner=owner
        )
        queue = _open_queue(settings, executor, repositories, owner)
        runs = Runs(
            graph=graph,
            threads=repositories.threads,
            leases=repositories.leases,
            queue=queue,
            check=EditCheck(worlds=worlds, platforms=platforms, resolve=resolve),
            owner=owner,
        )
        for chore in (_keep_leases(repositories.leases, owner), _keep_fresh(prompts)):
            stack.push_async_callback(_cancelled, asyncio.create_task(chore))
        stack.push_async_callback(queue.aclose)
        live = LiveWorldRunner(
            clock=repositories.clock,
            scenarios=SimulatedScenarios(),
            trends=sensing,
            runs=runs,
            campaigns=repositories.campaigns,
            events=writer,
            bus=bus,
            first=LiveWorld(seed=settings.seed, today=LIVE_WORLD_STARTS, speed=settings.days_per_minute, running=True),
            model=settings.model,
        )
        _tune_interpreter()
        yield System(
            settings=settings,
            repositories=repositories,
            runs=runs,
            live=live,
            bus=bus,
            graph=graph,
            prompts=prompts,
            worlds=worlds,
            models=models,
            executor=executor,
            sensing=sensing,
            platforms=platforms,
        )


def _tune_interpreter() -> None:
    """For a process that runs campaigns until it ends."""
    # The writers are threads: at the default of 5 ms they wait for the interpreter longer than they work.
    sys.setswitchinterval(0.001)
    # What has been imported stays. Looking it over again and again for garbage took a fifth of a campaign's time.
    if gc.get_freeze_count() == 0:
        gc.freeze()
    gc.set_threshold(10_000, 20, 20)


async def work(settings: Settings) -> None:
    """Be a worker: execute orders from the queue until cancelled."""
    from runtime.worker import take_orders

    async with open_system(settings) as system:
        await take_orders(
            settings.redis_url, executor=system.executor, leases=system.repositories.leases, owner=this_process()
        )


def _open_queue(settings: Settings, executor: RunExecutor, repositories: Repositories, owner: str) -> RunQueue:
    if not settings.workers:
        return InProcessQueue(executor)
    from runtime.worker import RedisQueue

    return RedisQueue(settings.redis_url, repositories.leases, owner)


async def _open_bus(settings: Settings) -> Bus:
    if not settings.redis_url:
        return InProcessBus()
    from runtime.redis_bus import RedisBus

    return await RedisBus.connect(settings.redis_url)


async def _keep_leases(leases: RunRegistry, owner: str) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        await leases.heartbeat_all(owner)


async def _keep_fresh(prompts: PromptLibrary) -> None:
    """Hot reload: an edited template is used by the next campaign that asks for it."""
    while True:
        await asyncio.sleep(PROMPT_LOOK_SECONDS)
        await asyncio.to_thread(prompts.refresh)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
