"""A node that asks the chat model, within what that may cost: before it passes the limit a person is asked."""

from collections.abc import Awaitable, Callable
from typing import cast

from langgraph.runtime import Runtime

from domain.context import CampaignContext
from domain.decision import ModelSpendAnswer, ModelSpendRequest
from domain.errors import ModelFailure, ModelSpendLimit
from domain.figures import dollars_told
from domain.state import CampaignState, NodeResult
from graph.gates import answered

Node = Callable[[CampaignState, Runtime[CampaignContext]], Awaitable[NodeResult]]


class WithinSpend:
    """The node is begun anew with the answer. What the model had answered by then is kept and not paid for again."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        """Raises ModelFailure where the campaign is stopped."""
        decided: NodeResult = {}
        while True:
            try:
                result = await self._node(state, runtime)
            except ModelSpendLimit as reached:
                answer = await _ask(state, reached)
                if answer.decision == "stop":
                    raise ModelFailure(
                        f"{answer.decided_by} stopped the campaign where its chat model would have cost more than "
                        f"{dollars_told(reached.limit)}",
                        remedy="start it anew with a higher limit, or with another model",
                    ) from reached
                more: NodeResult = (
                    {"model_limit": answer.limit} if answer.decision == "raise" else {"without_model": True}
                )
                decided |= more
                state = state.model_copy(update=dict(more))
            else:
                return cast(NodeResult, {**decided, **result})


async def _ask(state: CampaignState, reached: ModelSpendLimit) -> ModelSpendAnswer:
    async def check(answer: ModelSpendAnswer) -> None:
        answer.require_enough(reached.at_least)

    def question(problem: str) -> ModelSpendRequest:
        return ModelSpendRequest(
            campaign_id=state.the_campaign,
            node=reached.node,
            headline=state.opportunity.headline if state.opportunity else "",
            limit=reached.limit,
            spent=reached.spent,
            at_least=reached.at_least,
            problem=problem,
        )

    return await answered(question, ModelSpendAnswer, check)
