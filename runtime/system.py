"""The whole system, opened: what the API's routes and the command line are given."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID

from agents.ports import PricedModels
from agents.sensing.agent import SensingAgent
from domain.context import CampaignContext, WorldRef, house_account_of
from domain.errors import BadInput, shown
from domain.identifiers import new_id
from domain.opportunity import Opportunity
from domain.provenance import Provenance, is_fake
from graph.compiled import CompiledCampaign
from graph.context_form import PROMPT_FIELDS, require_usable_prompts
from llm_mocks.faults import is_of_platform
from prompts.library import PromptLibrary
from prompts.template import PromptValue
from runtime.audit import AuditTrail
from runtime.checking import TextChecks
from runtime.designing.campaign_values import values_of
from runtime.designing.desk import PromptDesk
from runtime.events.bus import Bus
from runtime.folders.desk import FolderDesk
from runtime.forking.costs import ModelCosts
from runtime.forking.desk import ForkDesk
from runtime.forking.exchange import ExchangeDesk
from runtime.live.deadlines import Deadlines
from runtime.live.possible import require_possible
from runtime.live.sales import ServedSales, Versions
from runtime.live.sources import NamedSource, Sources
from runtime.live.world import LiveWorldRunner
from runtime.reporting.figures import Figures
from runtime.reporting.releases import PromptResults, ReleaseBoard
from runtime.repositories import Repositories
from runtime.runs.runs import Runs
from runtime.runs.what_if import WhatIfDesk
from runtime.settings import Settings
from runtime.telemetry.counters import Telemetry
from runtime.telemetry.standing import Given, standing
from runtime.worlds import version_of
from storage.campaigns.recording import CampaignRepository
from storage.engine.url import without_password
from storage.ledger.ledger import Ledger
from storage.lessons import LessonRepository
from storage.log.events import EventStore
from world.ports import AdPlatforms, Worlds
from world.references import Resolve


class View(NamedTuple):
    """A world on a day, and what of it is real."""

    ref: WorldRef
    today: date
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class System:
    """Everything a door needs: the API's routes and the command line see only this."""

    settings: Settings
    repositories: Repositories
    runs: Runs
    what_if: WhatIfDesk
    live: LiveWorldRunner
    deadlines: Deadlines
    figures: Figures
    bus: Bus
    graph: CompiledCampaign
    prompts: PromptLibrary
    worlds: Worlds
    models: PricedModels
    sensing: SensingAgent
    platforms: AdPlatforms
    telemetry: Telemetry
    audit: AuditTrail
    resolve: Resolve
    """The world a campaign lives in."""
    sources: Sources
    """Those that may be asked for by name over HTTP."""
    folders: FolderDesk
    forks: ForkDesk

    @property
    def database_shown(self) -> str:
        """The database's address, its password left out."""
        return without_password(self.settings.database)

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
    def checks(self) -> TextChecks:
        return TextChecks(self.worlds)

    @property
    def desk(self) -> PromptDesk:
        return PromptDesk(self.prompts, self.models, self.settings.model)

    @property
    def exchange(self) -> ExchangeDesk:
        return ExchangeDesk(self.settings, self.repositories, self.forks.histories, self.prompts)

    @property
    def costs(self) -> ModelCosts:
        return ModelCosts(self.repositories.model_calls, self.forks)

    async def prompt_values(self, name: str, campaign_id: UUID, channel: str = "") -> dict[str, PromptValue]:
        """What a campaign fills a prompt in with. Raises what `values_of` does."""
        return await values_of(
            name,
            campaign_id,
            channel,
            runs=self.runs,
            worlds=self.worlds,
            platforms=self.platforms,
            lessons=self.lessons,
            resolve=self.resolve,
        )

    async def release_results(self, name: str) -> PromptResults:
        """How the releases of a prompt do. Raises NotFound for a prompt there is not."""
        releases = (await asyncio.to_thread(self.prompts.info, name)).releases
        return await ReleaseBoard(self.repositories.outcomes).results(name, releases)

    async def standing(self) -> Given:
        """How things stand, for Prometheus."""
        today, account = (await self.live.now()).today, house_account_of(self.live.world_id)
        return standing(
            orders=await self.repositories.leases.orders(),
            under_way=self.runs.under_way(),
            waiting=[one for one in (await self.deadlines.waiting()).items if one.is_open(today)],
            asking=(await self.deadlines.asking()).items,
            account=account,
            balances={
                "all": await self.ledger.standing_of(account),
                "day": await self.ledger.standing_of(account, today),
            },
            stopped=await self.ledger.booking_stopped(),
            now=datetime.now(UTC),
        )

    @property
    def events(self) -> EventStore:
        return self.repositories.events

    async def require_writable(self) -> None:
        """Raises StorageUnavailable where nothing can be written, on a full disk for example."""
        await self.repositories.database.require_writable()

    def check(self, context: CampaignContext) -> None:
        """Raise, before anything is started, the BadInput or DataFault a campaign with this context would end in."""
        self.worlds.open(self.resolve(context, new_id()))
        self.require_askable(context)

    def require_askable(self, context: CampaignContext) -> None:
        """Raises BadInput for a model that cannot be asked, and for a prompt that it could not be asked with."""
        self.models.open(context)
        require_usable_prompts(self.prompts, {field: getattr(context, field) for field in PROMPT_FIELDS})

    async def check_named(
        self, context: CampaignContext, source: NamedSource, found: Opportunity | None = None
    ) -> None:
        """The same of a campaign on a source that is known by name, without a word of where its files are; faults that
        nothing would take are refused too, and days, regions and categories that its sales do not have."""
        ref = self.resolve(context, new_id())
        world = await self._sales_of(source).opened(ref)
        await require_possible(world, context.today, found)
        self.require_askable(context)
        spoilt = () if is_fake(context.model) else [fault for fault in context.faults if not is_of_platform(fault)]
        if spoilt:
            raise BadInput(
                f"the fault {shown(spoilt[0])} cannot be injected into {shown(context.model)}",
                remedy="only the fake model can be told to fail: leave one of the two out",
                field="faults",
            )
        self.platforms.open(ref, context.faults)

    def _sales_of(self, source: NamedSource) -> ServedSales:
        return ServedSales(
            source,
            self.worlds,
            versions=Versions(version_of),
            ads="none",
            seed=self.settings.seed,
            shoppers=self.settings.shoppers,
        )

    async def view(self, source: str | None = None) -> View:
        """What sensing looks at: the live world as it stands or, of another source that is known by name, its newest
        day. Raises BadInput for a name that is not, and BadInput or DataFault where its sales cannot be read."""
        if source is None or source == self.sources.served.name:
            world = await self.live.now()
            await self.live.opened(ref := self.live.reference(world))
            return View(ref, world.today, await self.live.provenance())
        other = self._sales_of(self.sources.called(source))
        ref = other.looked_at()
        today = (await other.opened(ref)).sensing_day()
        return View(ref, today, await other.provenance())

    def provenance(self, context: CampaignContext, campaign_id: UUID) -> Provenance:
        """What is real and what simulated about a campaign. A seller of media that was configured counts as real."""
        return self.provenance_of(self.resolve(context, campaign_id))

    def provenance_of(self, ref: WorldRef) -> Provenance:
        """What is real and what simulated about a world and the ads sold into it."""
        kind = "simulated" if ref.branch else self.platforms.kind
        return self.worlds.open(ref).provenance.model_copy(update={"ad_platform": kind})
