"""Which campaign, node and attempt a log line or a span comes from, said once around every node."""

from langgraph.errors import GraphBubbleUp
from langgraph.runtime import Runtime
from structlog.contextvars import bound_contextvars

from domain.context import CampaignContext
from domain.state import CampaignState, CampaignUpdate
from domain.tracing import ATTEMPT, CAMPAIGN, NODE, Said, spanning
from graph.attempting.attempts import Node


class Observed:
    """A node whose lines and spans, and those of all that it asks, say whose they are."""

    def __init__(self, name: str, node: Node) -> None:
        self._name = name
        self._node = node

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> CampaignUpdate:
        info = runtime.execution_info
        # Under LangGraph's own server a campaign has its thread's id from sensing on.
        campaign = str(state.campaign_id or (info.thread_id if info else None) or "")
        attempt = info.node_attempt if info else 1
        about: Said = {CAMPAIGN: campaign, NODE: self._name, ATTEMPT: attempt}
        with (
            bound_contextvars(campaign=campaign, node=self._name, attempt=attempt),
            # To stop and ask is no error.
            spanning(f"node {self._name}", about=about, no_errors=(GraphBubbleUp,)),
        ):
            return await self._node(state, runtime)
