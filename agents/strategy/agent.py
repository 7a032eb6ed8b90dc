"""The strategy node: whether to spend, on what, where, how much, and what to expect.

The model writes the brief; every number comes from the beliefs and the optimiser.
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast
from uuid import UUID

import numpy as np
from langgraph.runtime import Runtime
from langgraph.types import Overwrite

from agents.asking.ask import ask
from agents.asking.books import OpensBooks, no_books
from agents.asking.calls import Calls
from agents.asking.chosen import writers
from agents.ports import ChatModels
from agents.response.schedule import cycle_flight
from agents.strategy.again.edited import edited_plan
from agents.strategy.asked import brief_inputs
from agents.strategy.audience import choose_audience
from agents.strategy.decision import BudgetDecision
from agents.strategy.experiment import as_experiment
from agents.strategy.plan import spending_plan, unspent_plan, why_not
from agents.strategy.planning_inputs import PlanningInputs, PlanningLookup
from agents.strategy.verdict.verdict import Verdict, judge
from agents.strategy.verdict.waiting import Obstacle, at_stake, in_cells_of, obstacles, unmeasured, until
from domain.context import CampaignContext
from domain.creative import Creative, Finding
from domain.decision import ApprovalDecision
from domain.plan import BriefAnswer, CampaignBrief, CampaignPlan
from domain.prompting import PromptChoice
from domain.state import CampaignState, NodeResult
from prompts.contracts import BRIEF
from storage.ports import Balances, BookedAdsRecords, LessonRecords, RunningFlights
from world.ports import AdPlatforms, World, Worlds
from world.references import Resolve

if TYPE_CHECKING:
    from prompts.library import PromptLibrary
    from prompts.template import PromptTemplate

PROMPT = BRIEF.prompt


class StrategyAgent:
    def __init__(
        self,
        *,
        models: ChatModels,
        prompts: "PromptLibrary",
        worlds: Worlds,
        platforms: AdPlatforms,
        lessons: LessonRecords,
        booked_ads: BookedAdsRecords,
        running: RunningFlights,
        balances: Balances,
        resolve: Resolve,
        books: OpensBooks = no_books,
    ) -> None:
        self._models = models
        self._books = books
        self._prompts = prompts
        self._worlds = worlds
        self._lookup = PlanningLookup(
            worlds=worlds, platforms=platforms, lessons=lessons, booked_ads=booked_ads, resolve=resolve
        )
        self._running = running
        self._balances = balances
        self._resolve = resolve

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        """Plan the cycle, or plan it again with a person's budgets.

        Raises BadInput without an opportunity, for edited budgets beyond a limit and for an unusable prompt;
        DataFault for a shelf or stores that cannot carry a campaign; ModelFailure when no brief can be had.
        """
        world = self._worlds.open(self._resolve(runtime.context, state.the_campaign))
        kept_to = dict(state.prompts)
        with Calls(state.model_calls, book=self._books(state, runtime)) as calls:
            if not state.the_opportunity.diagnosis.advertisable:
                plan = self._not_for_advertising(state, runtime.context, world)
            else:
                plan = await self._planned(state, runtime, calls, kept_to)
        result = _result(state, plan, edited=_edit_of(state) is not None) | {"model_calls": calls.made}
        return result | {"prompts": kept_to} if kept_to != state.prompts else result

    def _not_for_advertising(self, state: CampaignState, context: CampaignContext, world: World) -> CampaignPlan:
        opportunity = state.the_opportunity
        shelf = [] if opportunity.categories else world.shelf(opportunity.category, state.day)
        return unspent_plan(
            state.the_campaign,
            opportunity,
            cycle=state.cycle,
            reason=opportunity.diagnosis.advice,
            hero_sku=shelf[0].sku if shelf else "",
            audience=choose_audience(opportunity, shelf, world.stores),
            flight=cycle_flight(state.day, context.flight_days, state.cycle, context.max_cycles),
        )

    async def _planned(
        self,
        state: CampaignState,
        runtime: Runtime[CampaignContext],
        calls: Calls,
        kept_to: dict[str, PromptChoice],
    ) -> CampaignPlan:
        """The cycle's plan. Where a brief is asked for, `kept_to` has the release it is asked with."""
        context, campaign_id = runtime.context, state.the_campaign
        inputs = await self._lookup(state, context)
        edit = _edit_of(state)
        if state.plan is not None and edit is not None:
            return edited_plan(campaign_id, inputs, state.plan, edit.budgets, edit.decided_by)
        verdict, others = await self._verdict(state, context, inputs)
        if others:
            return _waiting(campaign_id, inputs, others)
        if verdict.kind == "leave":
            return _declined(campaign_id, inputs, verdict.decision, why_not(inputs, verdict))
        if state.cycle == 1 and (found := await self._obstacles(state, context, inputs)):
            return _waiting(campaign_id, inputs, found)
        asked_with = self._prompts.choose(PROMPT, campaign_id, kept_to.get(PROMPT), context.strategy_prompt or None)
        kept_to[PROMPT] = asked_with.choice
        brief, prompt_hash = await self._brief(asked_with.template, inputs, state, runtime, calls)
        most = verdict.most(inputs.market.available)
        bought, experiment = await asyncio.to_thread(
            as_experiment, inputs, verdict.decision, most, _chance(state, context)
        )
        return spending_plan(campaign_id, inputs, bought, brief, prompt_hash, verdict=verdict, experiment=experiment)

    async def _verdict(
        self, state: CampaignState, context: CampaignContext, inputs: PlanningInputs
    ) -> tuple[Verdict, list[Obstacle]]:
        """The verdict beside the probes that others have under way; and what a first cycle has to wait for, where it
        would be a probe if it were not for them."""
        campaign_id, category, limits = state.the_campaign, inputs.opportunity.category, inputs.market.limits
        world_id, seed = context.world_id_of(campaign_id), [context.seed, state.cycle, inputs.lessons]
        known = await self._running.probing(world_id, category, besides=campaign_id)
        probes = in_cells_of(inputs.audience, known, state.day)
        verdict = judge(inputs.market, seed, state.day, at_stake(probes, limits))
        if probes and state.cycle == 1 and verdict.kind == "leave":
            alone = judge(inputs.market, seed, state.day)
            if alone.kind == "probe":
                return verdict, unmeasured(probes, category, limits, state.day)
        return verdict, []

    async def _obstacles(
        self, state: CampaignState, context: CampaignContext, inputs: PlanningInputs
    ) -> list[Obstacle]:
        campaign_id = state.the_campaign
        return await obstacles(
            inputs.market,
            category=inputs.opportunity.category,
            audience=inputs.audience,
            campaign_id=campaign_id,
            world_id=context.world_id_of(campaign_id),
            account=context.account_of(campaign_id),
            today=state.day,
            running=self._running,
            balances=self._balances,
        )

    async def _brief(
        self,
        prompt: "PromptTemplate",
        inputs: PlanningInputs,
        state: CampaignState,
        runtime: Runtime[CampaignContext],
        calls: Calls,
    ) -> tuple[CampaignBrief, str]:
        """The model's brief, led by a product that was offered, and the hash of its prompt."""
        answer = await ask(
            self._models.open(writers(state, runtime.context)),
            prompt.render(brief_inputs(inputs)),
            BriefAnswer,
            node="strategy",
            calls=calls,
            announce=runtime.stream_writer,
        )
        brief = answer.value.brief
        offered = [product.sku for product in inputs.offer.products]
        hero = brief.hero_sku if brief.hero_sku in offered else offered[0]
        return brief.model_copy(update={"hero_sku": hero}), answer.prompt_hash


def _chance(state: CampaignState, context: CampaignContext) -> np.random.Generator:
    """The same cycle of the same campaign on the same day is spread in the same way."""
    return np.random.default_rng([context.seed, state.day.toordinal(), state.cycle])


def _edit_of(state: CampaignState) -> ApprovalDecision | None:
    """The person's edit the plan is to be made again with, if that is why strategy runs."""
    return state.approval if state.edits_plan and state.plan is not None else None


def _declined(campaign_id: UUID, inputs: PlanningInputs, decision: BudgetDecision, reason: str) -> CampaignPlan:
    return unspent_plan(
        campaign_id,
        inputs.opportunity,
        cycle=inputs.cycle,
        reason=reason,
        hero_sku=inputs.offer.products[0].sku,
        audience=inputs.audience,
        flight=inputs.flight,
        margin_rate=inputs.market.margin_rate,
        binding=decision.binding,
        cited=inputs.cited,
    )


def _waiting(campaign_id: UUID, inputs: PlanningInputs, found: Sequence[Obstacle]) -> CampaignPlan:
    look_again_on, reason = until(found)
    return unspent_plan(
        campaign_id,
        inputs.opportunity,
        cycle=inputs.cycle,
        reason=f"{reason} Look again on {look_again_on:%-d %B %Y}.",
        hero_sku=inputs.offer.products[0].sku,
        audience=inputs.audience,
        flight=inputs.flight,
        margin_rate=inputs.market.margin_rate,
        cited=inputs.cited,
        look_again_on=look_again_on,
    )


def _in_format(ad: Creative, creative_type: str) -> Creative:
    return ad if ad.type == creative_type else ad.model_copy(update={"type": creative_type})


def _result(state: CampaignState, plan: CampaignPlan, edited: bool) -> NodeResult:
    """The plan, and a clean desk for what follows it.

    A new cycle starts without ads, findings or decision, and knows the headlines of those before it. An edited plan
    keeps its editor's decision, and the ads of the channels it still buys, in the formats it buys them in: compliance
    has them drawn anew.
    """
    result: NodeResult = {"plan": plan, "creative_attempts": 0, "compliance": None}
    if state.sent_back and state.wished is None and not edited:
        result["sent_back"] = []
    if not edited:
        result |= {"approval": None, "booking": None, "report": None}
    if state.plan is not None and state.plan.cycle < plan.cycle:
        result["headlines_said"] = [*state.headlines_said, *(ad.headline for ad in state.creatives)]
    formats = {allocation.channel: allocation.format.type for allocation in plan.allocations} if edited else {}
    ads = [_in_format(ad, formats[ad.channel]) for ad in state.creatives if ad.channel in formats]
    if ads != state.creatives:
        result["creatives"] = cast("list[Creative]", Overwrite(ads))
    kept = {ad.id for ad in ads}
    if not state.worded_by.keys() <= kept:
        result["worded_by"] = {ad: who for ad, who in state.worded_by.items() if ad in kept}
    if state.findings and not edited:
        result["findings"] = cast("list[Finding]", Overwrite([]))
    elif len(ads) < len(state.creatives):
        findings = [item for item in state.findings if item.creative_id is None or item.creative_id in kept]
        result["findings"] = cast("list[Finding]", Overwrite(findings))
    return result
