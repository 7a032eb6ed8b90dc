"""What models cost a campaign, and another future of it."""

from uuid import UUID

from pydantic import AwareDatetime

from domain.context import ForkedFrom
from domain.events import ModelCalled
from domain.forks import Fork
from domain.model_calls import ModelCall
from runtime.forking.desk import ForkDesk
from runtime.forking.histories import Histories
from runtime.reporting.model_cost import Asked, ModelCost, cost_of
from storage.models.calls import ModelCallBook


class ModelCosts:
    def __init__(self, book: ModelCallBook, forks: ForkDesk) -> None:
        self._book = book
        self._forks = forks
        self._histories: Histories = forks.histories

    async def calls(self, campaign_id: UUID) -> list[ModelCall]:
        """What it has asked itself, the oldest first."""
        return await self._book.of([campaign_id])

    async def of(self, campaign_id: UUID) -> ModelCost:
        """What it has paid itself."""
        return cost_of(await self.calls(campaign_id))

    async def of_future(self, campaign_id: UUID) -> ModelCost:
        """The same and, of a fork, what the past took that it shares: what that future comes to as a whole. Of an
        imported campaign it is read from the events that came with it. Raises NotFound for an unknown campaign."""
        if await self._histories.imported(campaign_id) is not None:
            return cost_of(await self._came_with(campaign_id))
        return cost_of([*await self._shared(campaign_id), *await self.calls(campaign_id)])

    async def _shared(self, campaign_id: UUID) -> list[Asked]:
        if await self._histories.is_kept_here(campaign_id):
            fork: ForkedFrom | Fork | None = (await self._histories.context(campaign_id)).forked_from
        else:
            fork = await self._forks.known_as(campaign_id)  # LangGraph's server keeps its past.
        if fork is None or fork.at is None:
            return []
        if await self._histories.imported(fork.campaign_id) is not None:
            return await self._came_with(fork.campaign_id, before=fork.at)
        return [call for call in await self.calls(fork.campaign_id) if call.asked_at < fork.at]

    async def _came_with(self, campaign_id: UUID, before: AwareDatetime | None = None) -> list[Asked]:
        told = [event.params for event in await self._histories.events(campaign_id)]
        return [
            one.data for one in told if isinstance(one.data, ModelCalled) and (before is None or one.timestamp < before)
        ]
