"""What is opened before the first campaign: prompts, rules, drawings, the retailer's mark, the bus and the queue."""

import asyncio

from agents.compliance.goods.lexicon import lexicon
from agents.compliance.rulebook.book import rulebook
from agents.creative.artist import Artist
from agents.creative.artwork.lato import undrawable
from agents.creative.artwork.marks import Shop
from agents.creative.artwork.pictures import picture_on_file
from domain.errors import BadInput
from domain.plain_text import named
from llm_mocks.fixtures.families import family_of, phrasebook
from llm_mocks.fixtures.illustrations import drawing_of
from llm_mocks.registry import ModelRegistry
from prompts.library import PromptLibrary
from runtime.events.bus import Bus, InProcessBus
from runtime.runs.executor import RunExecutor
from runtime.runs.ports import RunQueue
from runtime.runs.queue import InProcessQueue
from runtime.settings import Settings
from storage.leases import RunRegistry
from storage.models.answers import AnswerCache


async def open_prompts(settings: Settings) -> PromptLibrary:
    """The prompts, and with them every data file that is read once, so that no campaign waits for a disk.

    Raises BadInput where the folder of prompts that is set is none.
    """

    def read() -> PromptLibrary:
        prompts = PromptLibrary(settings.prompts_folder, watched=True)
        prompts.refresh()
        rulebook()
        lexicon()
        phrasebook()
        family_of("", "")
        drawing_of("", "")
        return prompts

    return await asyncio.to_thread(read)


async def open_artist(settings: Settings) -> Artist:
    """Raises DataFault for a logo that cannot be shown, BadInput for a name the ads' typeface cannot draw."""
    file = settings.retailer_logo
    logo = await asyncio.to_thread(picture_on_file, str(file)) if file else None
    name = settings.retailer_name.strip()
    if lost := await asyncio.to_thread(undrawable, name):
        raise BadInput(
            f"the ads' typeface cannot draw the retailer's name ({named(lost)})",
            remedy="write TESCOSENSE_RETAILER_NAME in other letters, or give TESCOSENSE_RETAILER_LOGO",
            field="retailer_name",
        )
    return Artist(Shop(name, logo))


async def open_bus(settings: Settings) -> Bus:
    if not settings.redis_url:
        return InProcessBus()
    from runtime.events.redis_bus import RedisBus

    return await RedisBus.connect(settings.redis_url)


def open_queue(settings: Settings, executor: RunExecutor, leases: RunRegistry, owner: str) -> RunQueue:
    if not settings.workers:
        return InProcessQueue(executor)
    from runtime.runs.worker import RedisQueue

    return RedisQueue(settings.redis_url, leases, owner)


def open_models(settings: Settings, answers: AnswerCache | None = None) -> ModelRegistry:
    return ModelRegistry(
        base_url=settings.model_base_url or None,
        api_key=settings.model_api_key.get_secret_value() or None,
        timeout_seconds=settings.model_call_seconds,
        answers=answers,
        record=settings.model_record,
        replay=settings.model_replay,
        prices=settings.model_prices,
        requests_per_minute=settings.model_requests_per_minute,
        house_limit=settings.model_spend_limit,
    )
