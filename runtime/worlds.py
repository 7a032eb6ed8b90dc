"""Which worlds and ad platforms the settings mean, and what can be made to happen in the simulated one."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from domain.context import CampaignContext, ScheduledScenario, WorldRef
from domain.errors import BadInput, DataFault, TescoSenseError, shown
from domain.folder_check import FolderCheck
from domain.provenance import Kind
from runtime.live.days import Days, GivenDays, RealDays
from runtime.live.ports import ScenarioChoice, ScenarioChoices
from runtime.live.sales import ServedSales
from runtime.live.sources import SIMULATED, source_named
from runtime.live.sources import Sources as LiveSources
from runtime.repositories import Repositories
from runtime.settings import Settings
from world.complete_journey.tables import LAST_DAY as JOURNEY_ENDS
from world.files.check import check_folder, write_mapping
from world.files.columns.fields import TABLES as TABLES
from world.files.columns.mapping import CHOICES as CHOICES
from world.files.columns.mapping import FIXED as FIXED
from world.files.columns.mapping import FolderMapping as FolderMapping
from world.files.columns.mapping import TableMapping as TableMapping
from world.files.columns.mapping import read_mapping as read_mapping
from world.files.columns.writing import replace_mapping as replace_mapping
from world.files.reading.finding import ending_of
from world.files.sample import write_sample
from world.files.world import is_folder_of_files
from world.files.world import version_of as version_of
from world.open_meteo.weather import OpenMeteoWeather
from world.ports import AdPlatform, AdPlatforms, Retailers, World, Worlds
from world.simulated.market import scenarios
from world.simulated.market.catalogue import categories, regions
from world.simulated.market.market import SimulatedWorlds
from world.simulated.market.timeline import LAST_DAY
from world.simulated.media.ad_platform import SimulatedAdPlatforms
from world.simulated.response import RespondingWorlds
from world.sources import Sources, real_sources

JOURNEY = "complete-journey"
JOURNEY_STARTS = date(2017, 7, 3)
"""The recorded year's first day to live through: a Monday, with the half year before it to learn what is usual."""
LONGEST_FLIGHT = 7
"""Days of a flight that a live world starts by itself: as many as a context has unless told."""
LIVE_WORLD_STARTS = date(2026, 11, 2)
"""The live world's first day, whenever it is started: a Monday in autumn."""
LIVE_WORLD_ENDS = LAST_DAY - timedelta(days=60)
"""Its last: the flights of the campaigns it starts then still lie within the simulated years."""


def resolve(context: CampaignContext, campaign_id: UUID) -> WorldRef:
    """The world the context carries, or one of the campaign's own with the scenario it names.

    Raises BadInput for an unknown scenario, and for one asked of a world that is not simulated.
    """
    if context.world is not None:
        return context.world.model_copy(update={"world_id": context.world_id_of(campaign_id)})
    if context.scenario is None:
        return WorldRef(source=context.source, seed=context.seed, shoppers=context.shoppers, world_id=str(campaign_id))
    if context.source != "simulated":
        raise BadInput(
            f"the scenario {context.scenario!r} cannot happen in {context.source!r}",
            remedy="scenarios exist in the simulated world only; leave one of the two out",
            field="scenario",
        )
    scheduled, _ = scenarios.default_schedule(context.scenario)
    return WorldRef(
        source="simulated",
        seed=context.seed,
        scenarios=(scheduled,),
        shoppers=context.shoppers,
        world_id=str(campaign_id),
    )


class SimulatedScenarios:
    """The live world's scenarios, by name."""

    def schedule(
        self, name: str, starts: date, *, category: str | None = None, regions: Sequence[str] = ()
    ) -> ScheduledScenario:
        return scenarios.schedule(name, starts, category=category, regions=regions)

    def showing_on(self, name: str, day: date) -> ScheduledScenario:
        """The scenario, begun so that its signature is plain to see on that day. Raises BadInput for an unknown one."""
        begun = scenarios.schedule(name, day)
        return scenarios.schedule(name, day - (scenarios.shows_on(begun) - day))

    def choices(self) -> ScenarioChoices:
        return ScenarioChoices(
            scenarios=[
                ScenarioChoice(name=name, category=recipe.category, regions=list(recipe.regions))
                for name, recipe in scenarios.RECIPES.items()
            ],
            categories=[category.name for category in categories()],
            regions=list(regions()),
        )

    def names(self) -> Sequence[str]:
        return scenarios.scenario_names()

    def shows_on(self, scenario: ScheduledScenario) -> date:
        return scenarios.shows_on(scenario)


def _real_sources(settings: Settings, *, played_out: bool) -> Mapping[str, Retailers]:
    weather = None
    if settings.weather == "open-meteo":
        weather = OpenMeteoWeather.opened(settings.cache_dir, settings.open_meteo_url)
    return real_sources(settings.cache_dir, played_out=played_out, weather=weather)


def live_days(sales: ServedSales) -> Days:
    """The days of the live world over a source: made up, those of a recorded year, or as they come with the files."""
    if sales.source.is_folder:
        return RealDays(sales)
    if sales.source.source == SIMULATED:
        return GivenDays("simulated", LIVE_WORLD_STARTS, LIVE_WORLD_ENDS, LIVE_WORLD_ENDS)
    last_start = JOURNEY_ENDS - timedelta(days=LONGEST_FLIGHT + 1)
    return GivenDays("recorded", JOURNEY_STARTS, JOURNEY_ENDS, last_start)


def named_sources(settings: Settings) -> LiveSources:
    """The source that is served, and those that may be asked for by name. Raises BadInput where two go by one name."""
    others = [source_named(source) for source in settings.sources]
    served = source_named(settings.source, settings.uploads_dir)
    return LiveSources(served, others, settings.uploads_dir)


def refuse_unservable(settings: Settings) -> str:
    """How the served source is described in a word or two. Raises BadInput or DataFault, in one sentence, where it
    cannot be served: before there is a server, which would tell it as a traceback. A folder whose files cannot be read
    is served: that is said, there and by the clock, until they are mended."""
    named = named_sources(settings)
    about = "simulated world" if named.served.source == SIMULATED else f"real sales of {named.served.name}"
    for one in named.known().values():
        if one == named.served or not one.is_folder:
            try:
                shops(settings).open(WorldRef(source=one.source))
            except (BadInput, DataFault) as fault:
                if not one.is_folder or not is_folder_of_files(one.source):
                    raise
                about = f"{about}, which cannot be read yet: {fault}"
    if not named.served.is_folder and named.served.source not in (SIMULATED, JOURNEY):
        raise BadInput(
            f"{shown(named.served.name)} can be run and is not served: nothing says which days it has",
            remedy=f"serve {SIMULATED}, {JOURNEY} or files:DIR, or say it in `live_days` (runtime/worlds.py)",
            field="source",
        )
    return about


def shops(settings: Settings) -> Worlds:
    """Every source of sales as it stands without any ads: enough to look a product up."""
    return Sources(SimulatedWorlds(), _real_sources(settings, played_out=False))


def check_files(folder: Path, *, write: bool = False) -> tuple[FolderCheck, Path | None]:
    """What a run would make of a person's files, and the mapping written to start from, where that is wanted.

    Raises BadInput for a folder that is none, Conflict for one that has a mapping already.
    """
    check = check_folder(folder)
    return check, write_mapping(check) if write else None


def is_table_file(name: str) -> bool:
    """Whether a file of that name is read as a table."""
    return bool(ending_of(Path(name)))


def mapping_of(folder: Path) -> FolderMapping:
    """What a folder's mapping.toml says; empty where it has none or, as its check tells, one that cannot be read."""
    try:
        return read_mapping(folder)
    except TescoSenseError:
        return FolderMapping()


def sample_files(folder: Path, last: date) -> Sequence[Path]:
    """Writes a small folder that `check_files` accepts. Raises Conflict where it would write over another."""
    return write_sample(folder, last)


class ForksApart:
    """Worlds as they are; those that branched off from one, as what real shoppers would have done there nobody knows,
    with the simulated answer. Implements `Worlds`."""

    def __init__(self, real: Worlds, simulated: Worlds) -> None:
        self._real, self._simulated = real, simulated

    def open(self, ref: WorldRef) -> World:
        return (self._real if ref.branch is None else self._simulated).open(ref)


class AdsOfForksApart:
    """A real seller of media, of whom no fork ever buys. Implements `AdPlatforms`."""

    def __init__(self, real: AdPlatforms, simulated: AdPlatforms) -> None:
        self._real, self._simulated = real, simulated

    @property
    def kind(self) -> Kind:
        return self._real.kind

    def open(self, ref: WorldRef, faults: tuple[str, ...] = ()) -> AdPlatform:
        return (self._real if ref.branch is None else self._simulated).open(ref, faults)


@asynccontextmanager
async def open_worlds(settings: Settings, repositories: Repositories) -> AsyncIterator[tuple[Worlds, AdPlatforms]]:
    """Every source of sales, and whoever sells the media: the simulated platform, or an AdCP seller by its URL.

    Simulated ads are answered to in simulation, whatever the sales; real ads by real tills alone. The simulated grocer
    has no real shoppers, so its own answer to whatever is booked for it.
    """
    log, grocer = repositories.media_buys, SimulatedWorlds()
    if not settings.ad_seller_url:
        shops = Sources(grocer, _real_sources(settings, played_out=True))
        yield RespondingWorlds(shops, log), SimulatedAdPlatforms(shops, log)
        return
    from world.adcp.buyer.platforms import AdcpPlatforms

    worlds = Sources(RespondingWorlds(grocer, log), _real_sources(settings, played_out=False))
    unreal = Sources(grocer, _real_sources(settings, played_out=True))
    token = settings.ad_seller_token.get_secret_value() or None
    sellers = AdcpPlatforms(settings.ad_seller_url, token=token, log=log)
    try:
        yield (
            ForksApart(worlds, RespondingWorlds(unreal, log)),
            AdsOfForksApart(sellers, SimulatedAdPlatforms(unreal, log)),
        )
    finally:
        await sellers.close()
