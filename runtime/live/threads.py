"""The context of each thread as it holds now: the world of a live campaign is the live world as it stands."""

from datetime import date
from typing import Protocol
from uuid import UUID

from domain.context import LIVE_WORLD, CampaignContext
from domain.state import CampaignState
from runtime.live.sales import VersionOf
from runtime.live.sources import FILES
from runtime.runs.ports import Threads
from storage.records import LiveWorld


class LiveWorldReader(Protocol):
    async def load(self, world_id: str = LIVE_WORLD) -> LiveWorld | None: ...


class CurrentThreads:
    """Implements `Threads`. What happens in the live world after a campaign began happens to that campaign too: the
    scenarios kept with it are those of its first day."""

    def __init__(self, kept: Threads, clock: LiveWorldReader, version_of: VersionOf) -> None:
        self._kept = kept
        self._clock = clock
        self._version_of = version_of

    async def context(self, thread_id: UUID) -> CampaignContext | None:
        context = await self._kept.context(thread_id)
        if context is None or context.world is None or not context.is_live:
            return context
        live = await self._clock.load(context.world.world_id)
        if live is None:
            return context
        now: dict[str, object] = {"scenarios": live.scenarios, "version": self._version_of(context.world.source)}
        if context.world.source.startswith(FILES):
            now["through"] = live.today
        return context.model_copy(update={"world": context.world.model_copy(update=now)})

    async def began_with(self, thread_id: UUID) -> CampaignState | None:
        return await self._kept.began_with(thread_id)


class LiveDay:
    """The day it is in a live world, for the campaigns that live there."""

    def __init__(self, clock: LiveWorldReader) -> None:
        self._clock = clock

    async def __call__(self, context: CampaignContext) -> date | None:
        if not context.is_live:
            return None
        world = await self._clock.load(context.world.world_id) if context.world else None
        return world.today if world else None
