"""Whether a person's decision can be carried out: asked before it is accepted, so that a slip costs nothing."""

from agents.creative.edits import check_words
from agents.response.schedule import cycle_budget
from agents.strategy.edits import budget_limits, check_budgets, edited_budgets
from agents.strategy.offer import lawful_offer
from agents.strategy.second_approval import require_somebody_else
from domain.context import CampaignContext
from domain.creative import Outcome
from domain.decision import SENT_BACK_MOST, ApprovalAnswer, BudgetLimits
from domain.errors import BadInput, Conflict, PlatformFailure, TransientFailure
from domain.money import Money
from domain.state import CampaignState
from world.ports import AdPlatforms, Worlds
from world.references import Resolve


class EditCheck:
    def __init__(self, *, worlds: Worlds, platforms: AdPlatforms, resolve: Resolve) -> None:
        self._worlds = worlds
        self._platforms = platforms
        self._resolve = resolve

    async def __call__(self, state: CampaignState, context: CampaignContext, answer: ApprovalAnswer) -> None:
        """Raises BadInput for budgets beyond a limit, for an ad the campaign does not have and for words its channel or
        its artwork cannot take, Conflict for an approval of what the rules forbid or of words of one's own that they
        refer."""
        if answer.decision == "approve":
            _refuse_what_fails(state)
            require_somebody_else(state, answer.decided_by)
        if answer.decision == "send_back":
            await self._check_wishes(state, context, answer)
        await check_words(answer.copy_edits, state.creatives)
        if answer.budgets:
            await self._check_budgets(state, context, answer)

    async def limits(self, state: CampaignState, context: CampaignContext) -> BudgetLimits | None:
        """What budgets must keep to. None without a plan, and where the ad platform does not answer: the question is
        asked all the same, and the answer checked."""
        plan = state.plan
        if plan is None:
            return None
        ref = self._resolve(context, state.the_campaign)
        try:
            media = await self._platforms.open(ref, context.faults).products()
        except (PlatformFailure, TransientFailure):
            return None
        return budget_limits(plan, available=_available(state, context), limits=context.limits, media=media)

    async def _check_wishes(self, state: CampaignState, context: CampaignContext, answer: ApprovalAnswer) -> None:
        """Raises Conflict for what has been sent back often enough, BadInput for wishes that leave nothing to plan: a
        campaign is rejected by somebody who says so, and not by what they leave."""
        if len(state.sent_back) >= SENT_BACK_MOST:
            raise Conflict(
                f"the campaign has been sent back {SENT_BACK_MOST} times, which is the most",
                remedy="approve, edit or reject it",
            )
        plan = state.the_plan
        world = self._worlds.open(self._resolve(context, state.the_campaign))
        media = await self._platforms.open(world.ref, context.faults).products()
        closed = lawful_offer(world.shelf(plan.category, state.day)).barred.union(answer.leave_out)
        orders = [product.minimum_budget for product in media if product.channel not in closed]
        if not orders:
            raise BadInput("no channel would be left to buy", remedy="leave out fewer, or reject it", field="leave_out")
        if answer.at_most is not None and answer.at_most < min(orders):
            raise BadInput(
                f"£{answer.at_most:,.2f} buys nothing: the smallest order is £{min(orders):,.2f}",
                remedy="name more, or reject it",
                field="at_most",
            )

    async def _check_budgets(self, state: CampaignState, context: CampaignContext, answer: ApprovalAnswer) -> None:
        plan = state.the_plan
        world = self._worlds.open(self._resolve(context, state.the_campaign))
        platform = self._platforms.open(world.ref, context.faults)
        check_budgets(
            edited_budgets(plan, answer.budgets),
            available=_available(state, context),
            days=plan.flight.days,
            limits=context.limits,
            media=await platform.products(),
            barred=lawful_offer(world.shelf(plan.category, state.day)).barred,
        )


def _available(state: CampaignState, context: CampaignContext) -> Money:
    return cycle_budget(state.budget, state.lessons, state.cycle, context.flight_days, context.max_cycles)


def _refuse_what_fails(state: CampaignState) -> None:
    failed = [finding for finding in state.findings if finding.outcome is Outcome.FAIL]
    if failed:
        raise Conflict(
            f"{_counted(len(failed))}, {'by' if len(failed) == 1 else 'the first by'} rule {failed[0].rule_id}",
            remedy="edit the copy they name, or reject the campaign",
        )


def _counted(failed: int) -> str:
    return "1 compliance finding fails" if failed == 1 else f"{failed} compliance findings fail"
