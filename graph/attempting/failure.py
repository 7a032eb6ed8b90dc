"""What happens when a node has given up: the campaign is FAILED, with a name for it, and its money comes back."""

import structlog
from langgraph.errors import NodeError, NodeTimeoutError
from langgraph.runtime import Runtime
from structlog.contextvars import bound_contextvars

from domain.context import CampaignContext
from domain.errors import (
    BadInput,
    Conflict,
    Damaged,
    DataFault,
    NotFound,
    PlatformFailure,
    SellerAway,
    TescoSenseError,
    TransientFailure,
)
from domain.state import CampaignState, CampaignUpdate, Failure, NodeResult
from domain.tracing import CAMPAIGN_FAILED
from graph.recording import Recorder

REFUSALS = (PlatformFailure, BadInput, Conflict, NotFound, DataFault)
"""What booking raises when no buy was placed. After anything else, a ledger that broke once the order was out too, or a
row that cannot be read (Damaged), the buy may stand."""

log = structlog.get_logger()


class FailureHandler:
    """The default error handler of every node. Short and idempotent."""

    def __init__(self, record: Recorder) -> None:
        self._record = record

    async def __call__(
        self, state: CampaignState, error: NodeError, runtime: Runtime[CampaignContext]
    ) -> CampaignUpdate:
        cause = error.error
        failure = described(error)
        result: NodeResult = {"failure": failure}
        with bound_contextvars(campaign=str(state.campaign_id or ""), node=error.node):
            if not isinstance(cause, TescoSenseError):
                log.error("node.broke", exc_info=cause)
            log.error(CAMPAIGN_FAILED, error=failure.error, reason=failure.message)
        if isinstance(cause, TescoSenseError) and cause.model_calls is not None:
            result["model_calls"] = cause.model_calls
        taken = await self._record.own(state, runtime, error.node)
        return self._record.update_of(state, taken, await self._record(taken.state, result, taken.runtime))


def in_words(node: str, cause: BaseException) -> str:
    """Our own errors speak for themselves; anything else is named without its insides, which may hold secrets."""
    if isinstance(cause, SellerAway) and node != "booking":
        return f"{node} kept failing: {cause} It is tried again until the seller answers; resume it to try at once."
    if isinstance(cause, TransientFailure):
        return f"{node} kept failing: {cause}"
    if isinstance(cause, TescoSenseError):
        return str(cause)
    if isinstance(cause, NodeTimeoutError):
        return f"{node} took longer than {cause.timeout:.0f} seconds."
    return f"{node} failed unexpectedly with {type(cause).__name__}; the log has the details."


def described(error: NodeError) -> Failure:
    """What the campaign's record keeps of the error."""
    cause = error.error
    return Failure(
        node=error.node,
        error=type(cause).__name__,
        message=in_words(error.node, cause),
        remedy=cause.remedy if isinstance(cause, TescoSenseError) else "",
        outcome_unknown=error.node == "booking" and (isinstance(cause, Damaged) or not isinstance(cause, REFUSALS)),
    )
