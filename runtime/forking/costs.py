"""What models cost a campaign, and another future of it."""

from uuid import UUID

from domain.context import CampaignContext
from domain.events import ModelCalled
from domain.model_calls import ModelCall
from runtime.forking.histories import Histories
from runtime.reporting.model_cost import ModelCost, cost_of
from storage.models.calls import ModelCallBook


class ModelCosts:
    def __init__(self, book: ModelCallBook, histories: Histories) -> None:
        self._book = book
        self._histories = histories

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
            data = [event.params.data for event in await self._histories.events(campaign_id)]
            return cost_of([called for called in data if isinstance(called, ModelCalled)])
        if not await self._histories.is_kept_here(campaign_id):
            return await self.of(campaign_id)  # LangGraph's server keeps its past.
        shared = await self._shared(await self._histories.context(campaign_id))
        return cost_of([*shared, *await self.calls(campaign_id)])

    async def _shared(self, context: CampaignContext) -> list[ModelCall]:
        fork = context.forked_from
        if fork is None:
            return []
        return [call for call in await self.calls(fork.campaign_id) if call.asked_at < fork.at]
