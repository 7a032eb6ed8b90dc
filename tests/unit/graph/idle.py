"""Nodes that do nothing, for tests of the graph's shape."""

from langgraph.runtime import Runtime

from domain.context import CampaignContext
from domain.state import CampaignState, NodeResult
from graph.campaign import CampaignNodes
from graph.recording import DecidingNode


class IdleNode:
    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        return {}


def idle_nodes(**others: DecidingNode) -> CampaignNodes:
    """Nodes that do nothing, but for those given."""
    nodes: dict[str, DecidingNode] = {name: IdleNode() for name in CampaignNodes.__dataclass_fields__}
    return CampaignNodes(**{**nodes, **others})
