"""The compliance gate: the rules read the plan and every ad, after the model and without it."""

import asyncio
from collections.abc import Sequence
from datetime import date

from langgraph.runtime import Runtime

from agents.compliance.examination import examine, overall
from agents.ports import Draws
from domain.catalogue import Product
from domain.context import CampaignContext
from domain.creative import Creative, Finding, Outcome
from domain.errors import BadInput, NotFound
from domain.plan import CampaignPlan
from domain.state import CampaignState, NodeResult
from domain.verdict import fingerprint
from world.ports import World, Worlds
from world.references import Resolve


class ComplianceGate:
    def __init__(self, *, worlds: Worlds, resolve: Resolve, draws: Draws) -> None:
        self._worlds = worlds
        self._resolve = resolve
        self._draws = draws

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        """Check the plan and its ads. Raises BadInput without a plan and ads for each of its channels."""
        plan, campaign_id = state.the_spending_plan, state.the_campaign
        ads = _ads_of(plan, state.creatives)
        world = self._worlds.open(self._resolve(runtime.context, campaign_id))
        hero = _hero(world, plan, state.day)
        # In a thread: the first ad of a process has dictionaries and vectors read from disk, and each takes a while.
        findings = await asyncio.to_thread(lambda: list(examine(campaign_id, plan, ads, hero)))
        result: NodeResult = {
            "findings": _kept(findings, state.findings),
            "checked": findings,
            "compliance": overall(findings),
            "judged": fingerprint(plan, ads),
        }
        if state.is_edited:
            # A person's words go on record together with what the rules say of them, never before.
            result["artwork"] = await asyncio.to_thread(self._draws, ads, plan, hero)
        return result


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
