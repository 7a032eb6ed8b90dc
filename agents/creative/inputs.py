"""What an ad's prompt is filled in with: the plan, its brief and its product, for one channel."""

from collections.abc import Sequence

from agents.creative.angles import angles
from domain.catalogue import Product
from domain.channel import Channel
from domain.creative import Creative, Finding
from domain.decision import SentBack, as_asked
from domain.errors import NotFound
from domain.opportunity import Opportunity
from domain.plan import CampaignPlan, Flight
from prompts.contracts import AdInputs


def ad_inputs(
    opportunity: Opportunity,
    plan: CampaignPlan,
    product: Product,
    channel: Channel,
    *,
    has_picture: bool,
    draft: Creative | None = None,
    findings: Sequence[Finding] = (),
    used_headlines: Sequence[str] = (),
    sent_back: Sequence[SentBack] = (),
) -> AdInputs:
    """The values for one channel; on a rewrite with the refused draft and what compliance found in it. `used_headlines`
    are those the campaign may not say again."""
    brief, record = plan.brief, channel.record
    return {
        "product_name": product.name,
        "price": f"£{product.till_price(plan.flight.start, plan.flight.end):,.2f}",
        "category": plan.category,
        "opportunity": opportunity.headline,
        "cause": opportunity.cause.value,
        "regions": _listed(plan.audience.regions or opportunity.regions),
        "flight": _in_words(plan.flight),
        "audience": plan.audience.description,
        "objective": as_asked(brief.objective, sent_back),
        "proposition": brief.proposition,
        "tone": brief.tone,
        "angle": angles(brief.angle, plan.allocations)[channel],
        "channel": channel.value,
        "placement": record.placement,
        "has_picture": has_picture,
        "headline_limit": record.text.headline,
        "body_limit": record.text.body,
        "call_to_action_limit": record.text.call_to_action,
        "previous_headline": draft.headline if draft else "",
        "previous_body": draft.body if draft else "",
        "findings": [f"{finding.rule_id}: {finding.evidence}. {finding.remedy}." for finding in findings],
        "used_headlines": list(used_headlines),
    }


def hero_of(shelf: Sequence[Product], plan: CampaignPlan) -> Product:
    """The product a plan leads with. Raises NotFound where it has left the shelf."""
    found = next((product for product in shelf if product.sku == plan.hero_sku), None)
    if found is None:
        raise NotFound(
            f"{plan.hero_sku} is no longer on the shelf of '{plan.category}'", remedy="plan the campaign again"
        )
    return found


def _listed(names: Sequence[str]) -> str:
    """Names as a person would list them; empty reads as everywhere."""
    if not names:
        return "all regions"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _in_words(flight: Flight) -> str:
    start, end = flight.start, flight.end
    first = f"{start.day} {start:%B %Y}" if (start.month, start.year) != (end.month, end.year) else str(start.day)
    return f"{first} to {end.day} {end:%B %Y}"
