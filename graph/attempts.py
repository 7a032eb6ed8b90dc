"""LangGraph tries a node again without a word: here each attempt that failed and each that follows is told, and what is
logged or traced within one says whose it is."""

from dataclasses import dataclass
from typing import Protocol

from langgraph.errors import GraphBubbleUp
from langgraph.runtime import Runtime
from langgraph.types import RetryPolicy
from structlog.contextvars import bound_contextvars

from domain.context import CampaignContext
from domain.errors import TransientFailure
from domain.state import CampaignState, CampaignUpdate
from domain.tracing import ATTEMPT, CAMPAIGN, NODE, Said, spanning


class Node(Protocol):
    """What the graph runs: it reads the state and the run's context, and says what changes in the state."""

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> CampaignUpdate: ...


@dataclass(frozen=True, slots=True)
class AttemptFailed:
    """An attempt came to nothing and another will follow."""

    task_id: str
    attempt: int
    error: str


@dataclass(frozen=True, slots=True)
class AttemptBegan:
    """An attempt after the first has begun."""

    task_id: str
    attempt: int


class Attempts:
    """A node whose attempts are told on the custom stream. The last one is not: LangGraph tells how a task ended."""

    def __init__(self, node: Node, retry: RetryPolicy) -> None:
        """`retry` is the policy the node is added with; of ours, all retry on TransientFailure alone."""
        self._node = node
        self._allowed = retry.max_attempts

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> CampaignUpdate:
        info = runtime.execution_info
        if info is None:
            return await self._node(state, runtime)
        if info.node_attempt > 1:
            runtime.stream_writer(AttemptBegan(info.task_id, info.node_attempt))
        try:
            return await self._node(state, runtime)
        except TransientFailure as error:
            if info.node_attempt < self._allowed:
                # It speaks for itself. `in_words` is for the end: it says the node kept failing, and it has not yet.
                runtime.stream_writer(AttemptFailed(info.task_id, info.node_attempt, str(error)))
                if error.model_calls is not None:
                    # The next attempt is given this very state. What was asked of the model has been asked.
                    state.model_calls = error.model_calls
            raise


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
