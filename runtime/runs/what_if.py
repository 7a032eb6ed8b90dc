"""What other budgets would do to a campaign at the gate, before anybody decides: looked at, and not kept."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError

from agents.strategy.again.edited import EditedPlans
from domain.decision import ApprovalAnswer, BudgetEdit, misfit
from domain.errors import AlreadyDecided, BadInput, Conflict
from domain.plan import CampaignPlan
from domain.state import CampaignStatus
from runtime.runs.answers import AnswerCheck
from runtime.runs.runs import Runs


class Stopped(BaseModel):
    """What an approval of these budgets would be refused with."""

    problem: str
    remedy: str


class WhatIf(BaseModel):
    """The plan an edit would be booked as, or what stops it."""

    plan: Annotated[
        CampaignPlan | None, Field(description="what would be booked, with its forecast; None where it is stopped")
    ]
    stopped: Annotated[Stopped | None, Field(description="the law or limit in the way; None where nothing is")]


class WhatIfDesk:
    def __init__(self, *, runs: Runs, check: AnswerCheck, plans: EditedPlans) -> None:
        self._runs = runs
        self._check = check
        self._plans = plans

    async def __call__(self, campaign_id: UUID, budgets: Sequence[BudgetEdit], by: str) -> WhatIf:
        """The check and the planning that an approval with these budgets goes through, on a copy of the state.

        Raises NotFound for an unknown campaign, AlreadyDecided for one that does not wait at its gate.
        """
        context, state = await self._runs.context(campaign_id), await self._runs.state(campaign_id)
        if state.status is not CampaignStatus.AWAITING_APPROVAL:
            raise AlreadyDecided("the campaign does not wait for a decision", remedy="look at its page to see why")
        try:
            answer = ApprovalAnswer(decision="edit", budgets=list(budgets), decided_by=by)
        except ValidationError as error:
            raise misfit(error, ApprovalAnswer) from error
        try:
            await self._check(state, context, answer)
            plan = await self._plans(state, context, answer.budgets, answer.decided_by)
        except (BadInput, Conflict) as refusal:
            return WhatIf(plan=None, stopped=Stopped(problem=refusal.problem, remedy=refusal.remedy))
        return WhatIf(plan=plan, stopped=None)
