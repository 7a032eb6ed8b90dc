"""A plan with a person's budgets: the same for an edit that is approved as for one that is only tried."""

from collections.abc import Sequence
from uuid import UUID

from agents.strategy.decision import fixed
from agents.strategy.edits import check_budgets, edited_budgets
from agents.strategy.experiment import respread
from agents.strategy.plan import spending_plan
from agents.strategy.planning_inputs import PlanningInputs, PlanningLookup
from domain.context import CampaignContext
from domain.decision import BudgetEdit
from domain.plan import CampaignPlan
from domain.state import CampaignState


def edited_plan(
    campaign_id: UUID, inputs: PlanningInputs, plan: CampaignPlan, edits: Sequence[BudgetEdit], edited_by: str
) -> CampaignPlan:
    """The plan with a person's budgets: same brief, same stores, figures of its own. A person may choose to spend
    where the optimiser would not; the forecast says what that is expected to cost.

    Raises BadInput for budgets beyond a limit.
    """
    market = inputs.market
    budgets = edited_budgets(plan, edits)
    check_budgets(
        budgets,
        available=market.available,
        days=market.days,
        limits=market.limits,
        media=market.media,
        barred=market.barred,
    )
    decision, experiment = respread(inputs, fixed(market, budgets, edited_by), plan.experiment)
    return spending_plan(campaign_id, inputs, decision, plan.brief, plan.prompt_hash, experiment=experiment)


class EditedPlans:
    """What an edit would plan. Nothing is kept, and no model asked."""

    def __init__(self, lookup: PlanningLookup) -> None:
        self._lookup = lookup

    async def __call__(
        self, state: CampaignState, context: CampaignContext, edits: Sequence[BudgetEdit], edited_by: str
    ) -> CampaignPlan:
        """Raises BadInput for budgets beyond a limit, and what looking up the plan's inputs raises."""
        inputs = await self._lookup(state, context)
        return edited_plan(state.the_campaign, inputs, state.the_plan, edits, edited_by)
