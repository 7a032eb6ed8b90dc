"""LangGraph tries a node again without a word: here each attempt that failed and each that follows is told."""

import asyncio
import time
from dataclasses import dataclass
from typing import Final, Protocol

import structlog
from langgraph.runtime import Runtime
from langgraph.types import RetryPolicy

from domain.context import CampaignContext
from domain.errors import TransientFailure
from domain.state import CampaignState, CampaignUpdate
from domain.tracing import ATTEMPT_FAILED

LONGEST_WAIT: Final = 60.0
"""Seconds. Whoever asks for more is tried as anybody: the campaign is not kept for so long, and may be resumed."""

A_MOMENT: Final = 1.0
"""Seconds that are left of an attempt after such a wait."""

log = structlog.get_logger()


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

    def __init__(self, node: Node, retry: RetryPolicy, within: float) -> None:
        """`retry` is the policy the node is added with; of ours, all retry on TransientFailure alone. `within` is how
        many seconds an attempt may take, its wait for the next included."""
        self._node = node
        self._allowed = retry.max_attempts
        self._within = within

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> CampaignUpdate:
        info = runtime.execution_info
        if info is None:
            return await self._node(state, runtime)
        if info.node_attempt > 1:
            runtime.stream_writer(AttemptBegan(info.task_id, info.node_attempt))
        began = time.monotonic()
        try:
            return await self._node(state, runtime)
        except TransientFailure as error:
            tried_again = info.node_attempt < self._allowed
            # Whose it is, and which attempt, `Observed` has said around it.
            log.warning(ATTEMPT_FAILED, error=type(error).__name__, reason=str(error), tried_again=tried_again)
            if tried_again:
                # It speaks for itself. `in_words` is for the end: it says the node kept failing, and it has not yet.
                runtime.stream_writer(AttemptFailed(info.task_id, info.node_attempt, str(error)))
                if error.model_calls is not None:
                    # The next attempt is given this very state. What was asked of the model has been asked.
                    state.model_calls = error.model_calls
                if 0 < error.wait <= min(LONGEST_WAIT, self._within - (time.monotonic() - began) - A_MOMENT):
                    await asyncio.sleep(error.wait)
            raise
