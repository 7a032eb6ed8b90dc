"""The compliance gate: the rules read the plan and every ad, and a real chat model what they let pass."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date

from langgraph.runtime import Runtime

from agents.asking.books import OpensBooks, no_books
from agents.asking.calls import Calls
from agents.asking.chosen import readers
from agents.compliance.case import AdText, Placement
from agents.compliance.examination import examine, overall, read_by_model
from agents.compliance.reader.opinion import PROMPT, doubts_of
from agents.ports import ChatModels, Draws
from domain.catalogue import Product
from domain.context import CampaignContext
from domain.creative import Creative, Finding, Outcome
from domain.errors import BadInput, NotFound
from domain.plan import CampaignPlan
from domain.state import CampaignState, NodeResult
from domain.verdict import fingerprint
from prompts.library import PromptLibrary
from prompts.template import PromptTemplate
from world.ports import World, Worlds
from world.references import Resolve


class ComplianceGate:
    def __init__(
        self,
        *,
        models: ChatModels,
        prompts: PromptLibrary,
        worlds: Worlds,
        resolve: Resolve,
        draws: Draws,
        books: OpensBooks = no_books,
    ) -> None:
        self._models = models
        self._books = books
        self._prompts = prompts
        self._worlds = worlds
        self._resolve = resolve
        self._draws = draws

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        """Check the plan and its ads. Raises BadInput without a plan and ads for each of its channels, TransientFailure
        when a chat model that reads them is worth another try."""
        plan, campaign_id = state.the_spending_plan, state.the_campaign
        ads = _ads_of(plan, state.creatives)
        world = self._worlds.open(self._resolve(runtime.context, campaign_id))
        hero = _hero(world, plan, state.day)
        # In a thread: the first ad of a process has dictionaries and vectors read from disk, and each takes a while.
        readable_by = readers(state, runtime.context)
        model_reads = readable_by is not None
        examined = examine(campaign_id, plan, ads, hero, headlines_said=state.headlines_said, model_reads=model_reads)
        findings = await asyncio.to_thread(list, examined)
        calls, reading = Calls(state.model_calls, book=self._books(state, runtime)), None
        if readable_by is not None:
            reading = self._prompts.choose(PROMPT, campaign_id, state.prompts.get(PROMPT))
            with calls:
                findings += await self._read(reading.template, plan, ads, hero, findings, calls, readable_by, runtime)
        result: NodeResult = {
            "findings": _kept(findings, state.findings),
            "checked": findings,
            "compliance": overall(findings),
            "judged": fingerprint(plan, ads),
        }
        if reading is not None and calls.made != state.model_calls:
            result["model_calls"] = calls.made
            result["prompts"] = {**state.prompts, PROMPT: reading.choice}
        if state.is_edited:
            # A person's words go on record together with what the rules say of them, never before.
            result["artwork"] = await asyncio.to_thread(self._draws, ads, plan, hero)
        return result

    async def _read(
        self,
        prompt: PromptTemplate,
        plan: CampaignPlan,
        ads: Sequence[Creative],
        hero: Product | None,
        findings: Sequence[Finding],
        calls: Calls,
        context: CampaignContext,
        runtime: Runtime[CampaignContext],
    ) -> Iterable[Finding]:
        """What a chat model makes of the ads that no rule has failed. The others are written anew, or go no further."""
        failed = {finding.creative_id for finding in findings if finding.outcome is Outcome.FAIL}
        to_read = [ad for ad in ads if ad.id not in failed] if None not in failed else []
        if not to_read:
            return []
        doubts = await doubts_of(
            [AdText.of(ad) for ad in to_read],
            Placement.of(plan),
            hero,
            model=self._models.open(context),
            prompt=prompt,
            calls=calls,
            announce=runtime.stream_writer,
        )
        return read_by_model(to_read, doubts, plan.cycle)


def _hero(world: World, plan: CampaignPlan, day: date) -> Product | None:
    try:
        shelf = world.shelf(plan.category, day)
    except NotFound:
        return None
    return next((product for product in shelf if product.sku == plan.hero_sku), None)


def _ads_of(plan: CampaignPlan, creatives: Sequence[Creative]) -> list[Creative]:
    """The ads of the plan's channels. An ad nobody checked must not run, so none may be missing."""
    wanted = [allocation.channel for allocation in plan.allocations]
    missing = [channel.value for channel in wanted if all(ad.channel is not channel for ad in creatives)]
    if missing:
        raise BadInput(f"{', '.join(missing)} has no ad to check", remedy="resume the campaign from creative")
    return [ad for ad in creatives if ad.channel in wanted]


def _kept(findings: Sequence[Finding], earlier: Sequence[Finding]) -> list[Finding]:
    """What the state keeps: every finding not passed, and the passes that replace an earlier one."""
    known = {finding.id for finding in earlier}
    return [finding for finding in findings if finding.outcome is not Outcome.PASS or finding.id in known]
