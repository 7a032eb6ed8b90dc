"""Nodes and records that do nothing, for tests of the graph's shape."""

from uuid import UUID

from langgraph.runtime import Runtime

from domain.context import CampaignContext
from domain.money import Money
from domain.state import CampaignState, CampaignUpdate, Failure


class IdleNode:
    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> CampaignUpdate:
        return {}


class IdleRecords:
    """The part of the records a failing campaign needs."""

    def __init__(self) -> None:
        self.failures: dict[UUID, Failure] = {}

    async def open(self, campaign_id: UUID, *, name: str, budget: Money, account: str, world_id: str) -> None:
        return None

    async def record_failure(self, campaign_id: UUID, failure: Failure) -> None:
        self.failures[campaign_id] = failure
