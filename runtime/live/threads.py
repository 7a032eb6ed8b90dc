"""The context of each thread as it holds now: the world of a live campaign is the live world as it stands."""

from typing import Protocol
from uuid import UUID

from domain.context import LIVE_WORLD, CampaignContext
from domain.state import CampaignState
from runtime.live.ports import reference
from runtime.runs.ports import Threads
from storage.records import LiveWorld


class LiveWorldReader(Protocol):
    async def load(self, world_id: str = LIVE_WORLD) -> LiveWorld | None: ...


class CurrentThreads:
    """Implements `Threads`. What happens in the live world after a campaign began happens to that campaign too: the
    scenarios kept with it are those of its first day."""

    def __init__(self, kept: Threads, clock: LiveWorldReader) -> None:
        self._kept = kept
        self._clock = clock

    async def context(self, thread_id: UUID) -> CampaignContext | None:
        context = await self._kept.context(thread_id)
        if context is None or not context.is_live:
            return context
        live = await self._clock.load()
        return context if live is None else context.model_copy(update={"world": reference(live)})

    async def began_with(self, thread_id: UUID) -> CampaignState | None:
        return await self._kept.began_with(thread_id)
