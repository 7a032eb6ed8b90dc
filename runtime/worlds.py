"""Which worlds and ad platforms the settings mean, and what can be made to happen in the simulated one."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from domain.context import CampaignContext, ScheduledScenario, WorldRef
from domain.errors import BadInput
from domain.folder_check import FolderCheck
from runtime.repositories import Repositories
from runtime.settings import Settings
from world.files.check import check_folder, write_mapping
from world.files.sample import write_sample
from world.open_meteo.weather import OpenMeteoWeather
from world.ports import AdPlatforms, Retailers, Worlds
from world.simulated.market import scenarios
from world.simulated.market.market import SimulatedWorlds
from world.simulated.market.timeline import LAST_DAY
from world.simulated.media.ad_platform import SimulatedAdPlatforms
from world.simulated.response import RespondingWorlds
from world.sources import Sources, real_sources

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

    def schedule(self, name: str, starts: date) -> ScheduledScenario:
        return scenarios.schedule(name, starts)

    def names(self) -> Sequence[str]:
        return scenarios.scenario_names()

    def shows_on(self, scenario: ScheduledScenario) -> date:
        return scenarios.shows_on(scenario)


def _real_sources(settings: Settings, *, played_out: bool) -> Mapping[str, Retailers]:
    weather = None
    if settings.weather == "open-meteo":
        weather = OpenMeteoWeather.opened(settings.cache_dir, settings.open_meteo_url)
    return real_sources(settings.cache_dir, played_out=played_out, weather=weather)


def shops(settings: Settings) -> Worlds:
    """Every source of sales as it stands without any ads: enough to look a product up."""
    return Sources(SimulatedWorlds(), _real_sources(settings, played_out=False))


def check_files(folder: Path, *, write: bool = False) -> tuple[FolderCheck, Path | None]:
    """What a run would make of a person's files, and the mapping written to start from, where that is wanted.

    Raises BadInput for a folder that is none, Conflict for one that has a mapping already.
    """
    check = check_folder(folder)
    return check, write_mapping(check) if write else None


def sample_files(folder: Path, last: date) -> Sequence[Path]:
    """Writes a small folder that `check_files` accepts. Raises Conflict where it would write over another."""
    return write_sample(folder, last)


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
    token = settings.ad_seller_token.get_secret_value() or None
    sellers = AdcpPlatforms(settings.ad_seller_url, token=token, log=log)
    try:
        yield worlds, sellers
    finally:
        await sellers.close()
