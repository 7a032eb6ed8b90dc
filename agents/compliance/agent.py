"""The compliance gate: the rules read the plan and every ad, after the model and without it."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from langgraph.runtime import Runtime

from agents.compliance.claims import Case, applies, objection
from agents.compliance.rulebook import Rule, rulebook
from agents.creative.artwork.drawing import artwork_of
from domain.catalogue import Product
from domain.context import CampaignContext
from domain.creative import CREATIVE_ATTEMPTS, Creative, Finding, Outcome
from domain.errors import BadInput, NotFound
from domain.identifiers import derived_id
from domain.plan import CampaignPlan
from domain.state import CampaignState, NodeResult
from domain.verdict import fingerprint
from world.ports import World, Worlds
from world.references import Resolve


class ComplianceGate:
    def __init__(self, *, worlds: Worlds, resolve: Resolve) -> None:
        self._worlds = worlds
        self._resolve = resolve

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        """Check the plan and its ads. Raises BadInput without a plan and ads for each of its channels."""
        plan, campaign_id = state.the_spending_plan, state.the_campaign
        ads = _ads_of(plan, state.creatives)
        world = self._worlds.open(self._resolve(runtime.context, campaign_id))
        hero = _hero(world, plan, state.day)
        findings = list(examine(campaign_id, plan, ads, hero))
        result: NodeResult = {
            "findings": _kept(findings, state.findings),
            "checked": findings,
            "compliance": overall(findings),
            "judged": fingerprint(plan, ads),
        }
        if state.is_edited:
            # A person's words go on record together with what the rules say of them, never before.
            result["artwork"] = await asyncio.to_thread(artwork_of, ads, hero.name if hero else "", plan.category)
        return result


def examine(
    campaign_id: UUID, plan: CampaignPlan, ads: Sequence[Creative], product: Product | None
) -> Iterator[Finding]:
    """One finding for every rule that applies, to the plan and to each ad, passes included.

    `product` is the plan's hero as the shelf has it today, None when it is not there: then every kind of rule applies.
    """
    book = rulebook()
    of_plan = [rule for rule in book.of_scope("plan") if applies(rule, product)]
    of_ads = [rule for rule in book.of_scope("ad") if applies(rule, product)]
    for case, rules in [(Case(plan, product), of_plan), *((Case(plan, product, ad), of_ads) for ad in ads)]:
        for rule in rules:
            yield _finding(campaign_id, rule, case)


def overall(findings: Sequence[Finding]) -> Outcome:
    """The gate's verdict: a failure outweighs a referral, a referral outweighs a pass."""
    outcomes = {finding.outcome for finding in findings}
    return next((outcome for outcome in (Outcome.FAIL, Outcome.REFER) if outcome in outcomes), Outcome.PASS)


def is_refused(findings: Sequence[Finding], attempts: int) -> bool:
    """Whether no rewriting can help: the plan itself fails, or the ads still do after the last attempt. What a person
    edits counts as no attempt: it goes back to them."""
    failed = [finding for finding in findings if finding.outcome is Outcome.FAIL]
    return any(finding.fixable_by != "copy" for finding in failed) or (bool(failed) and attempts >= CREATIVE_ATTEMPTS)


def _finding(campaign_id: UUID, rule: Rule, case: Case) -> Finding:
    """The id is stable over rewrites of an ad, so that a pass replaces the failure before it."""
    found = objection(rule, case)
    ad = case.creative
    return Finding(
        id=derived_id(ad.id if ad else campaign_id, case.plan.cycle, rule.id),
        rule_id=rule.id,
        outcome=Outcome.PASS if found is None else rule.outcome,
        creative_id=ad.id if ad else None,
        evidence=_no_objection(rule, case) if found is None else found,
        source=rule.source,
        remedy=rule.remedy,
        fixable_by=rule.fixable_by,
    )


def _no_objection(rule: Rule, case: Case) -> str:
    return f"{rule.title}: nothing found in {'the plan' if case.creative is None else 'the ad'}"


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
