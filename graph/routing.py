"""Where a campaign goes next: pure functions of its state, named for the node they follow.

They are coroutines because LangGraph would send plain functions to a thread each.
"""

from typing import Final, Literal

from domain.creative import CREATIVE_ATTEMPTS, Outcome
from domain.state import CampaignState, CampaignStatus

End = Literal["__end__"]
END: Final = "__end__"
"""LangGraph's own `END`, with its literal type."""


async def after_sensing(state: CampaignState) -> Literal["strategy"] | End:
    """No opportunity, no campaign."""
    return "strategy" if state.opportunity else END


async def after_strategy(state: CampaignState) -> Literal["creative", "compliance"] | End:
    """ "Don't spend" and "wait" end here. A plan edited at the gate keeps its ads, unless a channel has none yet."""
    plan = state.plan
    if plan is None or not plan.spends:
        return END
    written = {creative.channel for creative in state.creatives}
    if state.edits_plan and all(allocation.channel in written for allocation in plan.allocations):
        return "compliance"
    return "creative"


async def after_compliance(state: CampaignState) -> Literal["creative", "approval"] | End:
    """Failed copy is written again while attempts are left; what a person edited goes back to that person, who alone
    may change their words."""
    if state.status is CampaignStatus.REFUSED:
        return END
    if state.compliance is not Outcome.FAIL:
        return "approval"
    if state.is_edited:
        return "approval"
    return "creative" if state.creative_attempts < CREATIVE_ATTEMPTS else END


async def after_approval(state: CampaignState) -> Literal["booking", "strategy", "compliance"] | End:
    """Approved goes to booking, an edit is planned or checked again, what is sent back is planned again, a rejection or
    shadow mode ends."""
    if state.approval is None or state.status.is_final:
        return END
    match state.approval.decision:
        case "approve":
            return "booking"
        case "edit_plan" | "send_back":
            return "strategy"
        case "edit_copy":
            return "compliance"
        case "reject":
            return END


async def after_learning(state: CampaignState) -> Literal["strategy"] | End:
    """Another turn while the lesson asks for one; `learning` bounds the turns by `max_cycles` and the flight."""
    return "strategy" if state.lessons and state.lessons[-1].next_step == "replan" else END
