"""The plan put into words and numbers."""

import math
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from agents.strategy.decision import BudgetDecision, MediaMarket, best_first_pound, without_share_limit
from agents.strategy.offer import Offer
from agents.strategy.planning_inputs import PlanningInputs
from agents.strategy.verdict.probing import probe_of, why_no_more_probes
from agents.strategy.verdict.verdict import Verdict as Judged
from agents.strategy.verdict.verdict import loss_of
from domain.channel import Channel
from domain.figures import rounded_pounds, signed_number
from domain.identifiers import derived_id
from domain.lesson import Lesson
from domain.money import pounds
from domain.opportunity import Opportunity
from domain.plan import (
    INTERVAL_Z,
    Allocation,
    Audience,
    CampaignBrief,
    CampaignPlan,
    Experiment,
    Flight,
    Holdout,
    Interval,
    LessonCitation,
    LossForecast,
    Measurability,
    Probe,
    Verdict,
)

_MOST_CITED = 5
_NO_RETURN = Interval(low=0.0, high=0.0)


def spending_plan(
    campaign_id: UUID,
    inputs: PlanningInputs,
    decision: BudgetDecision,
    brief: CampaignBrief,
    prompt_hash: str,
    *,
    verdict: Judged | None = None,
    experiment: Experiment | None = None,
) -> CampaignPlan:
    """The plan of a decision that spends. Without a verdict it is a person's, who may take any risk."""
    figures = decision.forecast
    probe = probe_of(inputs, verdict) if verdict is not None and verdict.kind == "probe" else None
    return CampaignPlan(
        id=derived_id("plan", campaign_id, inputs.cycle, *map(str, decision.budgets), *decision.channels),
        cycle=inputs.cycle,
        verdict="spend",
        reason=_why_spend(inputs, decision, brief.hero_sku, verdict, probe),
        category=inputs.opportunity.category,
        hero_sku=brief.hero_sku,
        audience=inputs.audience,
        brief=brief,
        flight=inputs.flight,
        budget=sum(decision.budgets, start=pounds(0)),
        allocations=_allocations(inputs, decision),
        predicted_roi=figures.roi,
        roi_interval=figures.roi_interval,
        predicted_iroas=figures.iroas,
        margin_rate=inputs.market.margin_rate,
        binding_constraints=decision.binding,
        shadow_price=decision.shadow_price,
        holdout=inputs.holdout,
        unmeasurable=unmeasurable(inputs, decision),
        measurability=_measurability(inputs, decision),
        experiment=experiment,
        cites=_citations(inputs.cited),
        prompt_hash=prompt_hash,
        loss=_loss(inputs, decision),
        probe=probe,
    )


def unspent_plan(
    campaign_id: UUID,
    opportunity: Opportunity,
    *,
    cycle: int,
    reason: str,
    hero_sku: str,
    audience: Audience,
    flight: Flight,
    margin_rate: float = 0.0,
    binding: Sequence[str] = (),
    cited: Sequence[Lesson] = (),
    look_again_on: date | None = None,
) -> CampaignPlan:
    """The plan that says no, or not yet where there is a day to look again. No model is asked, as there is nothing to
    write."""
    verdict: Verdict = "dont_spend" if look_again_on is None else "wait"
    return CampaignPlan(
        id=derived_id("plan", campaign_id, cycle, verdict),
        cycle=cycle,
        verdict=verdict,
        reason=reason,
        category=opportunity.category,
        hero_sku=hero_sku,
        audience=audience,
        brief=CampaignBrief(
            objective=opportunity.diagnosis.advice,
            proposition="No advertising is planned.",
            tone="none",
            angle="value",
            hero_sku=hero_sku,
            audience_reason="Nobody is addressed.",
        ),
        flight=flight,
        budget=pounds(0),
        allocations=[],
        predicted_roi=0.0,
        roi_interval=_NO_RETURN,
        predicted_iroas=0.0,
        margin_rate=margin_rate,
        binding_constraints=list(binding),
        shadow_price=0.0,
        holdout=Holdout(share=0.0, control_stores=[], treated_stores=[], seed=0),
        cites=_citations(cited),
        prompt_hash="",
        look_again_on=look_again_on,
    )


def why_not(inputs: PlanningInputs, verdict: Judged) -> str:
    """Why the numbers say no, in one sentence."""
    market = inputs.market
    if verdict.whole.spends:
        return why_no_more_probes(inputs, verdict)
    law = f" ({inputs.offer.reason})" if inputs.offer.reason else ""
    if market.spendable <= 0:
        return "Nothing of the budget is left for this cycle, so nothing is spent."
    best = best_first_pound(market)
    if best is None:
        return f"No channel is both sold and lawful for {inputs.opportunity.category}{law}, so nothing is spent."
    channel, first = best
    if first <= 1:
        return (
            f"Even the first pound on {_name(channel.value)}, the best lawful channel, is expected to return "
            f"£{first:.2f} of margin{law}: advertising would lose money."
        )
    unlimited = without_share_limit(market) if market.limits.channel_share < 1 else 0.0
    if unlimited > 0:
        open_to = ", ".join(_name(one.value) for one in market.channels)
        return (
            f"No channel may take more than {market.limits.channel_share:.0%} of what is spent, and no orders on "
            f"{open_to}{law} within £{market.spendable:,.2f} keep to that: without this limit (`channel_share`), "
            f"{rounded_pounds(unlimited)} would be spent."
        )
    return (
        f"The first pound on {_name(channel.value)} is expected to return £{first:.2f} of margin, but no order the "
        f"platform takes, within £{market.spendable:,.2f} and the limits on one channel, earns more than it costs."
    )


def _why_spend(
    inputs: PlanningInputs, decision: BudgetDecision, hero_sku: str, verdict: Judged | None, probe: Probe | None
) -> str:
    figures = decision.forecast
    interval = figures.roi_interval
    begins = "A probe. " if probe is not None else ""
    ends = f" {probe.question} {probe.then}" if probe is not None else _held_back(inputs, verdict)
    return (
        f"{begins}£{figures.spend:,.2f} of ads should sell about {rounded_pounds(figures.total)} more "
        f"{inputs.opportunity.category}, which leaves {rounded_pounds(figures.margin)} of margin: ROI "
        f"{signed_number(figures.roi)} ({interval.level:.0%} interval {signed_number(interval.low)} to "
        f"{signed_number(interval.high)}). The chance that it loses money is {_loss(inputs, decision).probability:.0%}."
        f"{ends}{_what_the_law_changed(inputs.offer, hero_sku)}{_what_was_asked(inputs.market)}"
        f"{_untold(inputs, decision)}"
    )


def unmeasurable(inputs: PlanningInputs, decision: BudgetDecision) -> str:
    """Why what the plan causes cannot be told; empty where it can. Held-out stores that may be shown the ads as well
    are no comparison."""
    asked = {product.channel for product in inputs.market.media if not product.store_targeting}
    loose = [
        _name(channel.value)
        for channel, budget in zip(decision.channels, decision.budgets, strict=True)
        if budget > 0 and channel in asked
    ]
    if not loose:
        return ""
    *most, last = loose
    sold = f"{', '.join(most)} and {last}" if most else last
    return f"The seller of {sold} does not confirm that ads are shown in the advertised stores and in no other"


def _untold(inputs: PlanningInputs, decision: BudgetDecision) -> str:
    why = unmeasurable(inputs, decision)
    return f" {why}, so the effect is not measurable and nothing will be learned." if why else ""


def _held_back(inputs: PlanningInputs, verdict: Judged | None) -> str:
    """A sentence of its own where less is spent than is expected to pay."""
    if verdict is None or verdict.decision is verdict.whole:
        return ""
    whole, limit = verdict.whole.forecast.spend, inputs.market.limits.max_loss_probability
    return f" Up to £{whole:,.2f} would be expected to pay, but with more than a {limit:.0%} chance to lose money."


def _measurability(inputs: PlanningInputs, decision: BudgetDecision) -> Measurability | None:
    error, baseline = inputs.design.error, inputs.market.curves.baseline
    if not math.isfinite(error) or unmeasurable(inputs, decision):
        return None
    figures, holdout = decision.forecast, inputs.holdout
    forgone = max(figures.margin - figures.spend, 0.0) * len(holdout.control_stores) / len(holdout.treated_stores)
    return Measurability(
        detectable_lift=inputs.design.detectable,
        detectable_sales=pounds(inputs.design.detectable * baseline),
        interval_width=pounds(2 * INTERVAL_Z * error * baseline),
        holdout_cost=pounds(forgone),
    )


def _loss(inputs: PlanningInputs, decision: BudgetDecision) -> LossForecast:
    risk = loss_of(inputs.market, decision)
    limit = inputs.market.limits.max_loss_probability
    return LossForecast(probability=risk.probability, expected=pounds(risk.expected), limit=limit)


def _what_the_law_changed(offer: Offer, hero_sku: str) -> str:
    """A sentence of its own: why the best seller does not lead, or where the ads may not run."""
    if not offer.reason:
        return ""
    if offer.barred:
        *most, last = (_name(channel.value) for channel in Channel if channel in offer.barred)
        closed = f"{', '.join(most)} or {last}" if most else last
        return f" {offer.reason}, so nothing is bought on {closed}."
    hero = next((product.name for product in offer.products if product.sku == hero_sku), hero_sku)
    return f" {offer.reason}, so the ads lead with {hero} instead."


def _what_was_asked(market: MediaMarket) -> str:
    """A sentence of its own for what a person who sent it back has changed in the figures."""
    kept_to = [f"nothing is bought on {_name(channel.value)}" for channel in Channel if channel in market.left_out]
    if market.asked is not None:
        kept_to.append(f"no more than £{market.asked:,.2f} is spent")
    *most, last = kept_to or [""]
    return f" As asked, {', '.join(most)} and {last}." if most else f" As asked, {last}." if last else ""


def _allocations(inputs: PlanningInputs, decision: BudgetDecision) -> list[Allocation]:
    figures = decision.forecast
    takes = {product.channel: product.creative_type for product in inputs.market.media}
    return [
        Allocation(
            channel=channel,
            audience=inputs.audience.segment,
            budget=budget,
            expected_incremental_units=float(sales) / inputs.price if inputs.price else 0.0,
            expected_incremental_sales=pounds(float(sales)),
            interval=interval,
            marginal_return=float(marginal),
            reason=_why_channel(channel.value, float(sales) / float(budget), float(marginal), decision.binding),
            creative_type=takes[channel],
        )
        for channel, budget, sales, interval, marginal in zip(
            decision.channels, decision.budgets, figures.sales, figures.intervals, decision.marginal, strict=True
        )
        if budget > 0
    ]


def _why_channel(channel: str, iroas: float, marginal: float, binding: Sequence[str]) -> str:
    stopped = {
        f"channel_share:{channel}": "held at the largest share one channel may take",
        f"delivery_capacity:{channel}": "held at what the platform can deliver",
        f"minimum_order:{channel}": "bought at its smallest order",
    }
    why = next((text for name, text in stopped.items() if name in binding), "stopped where other pounds do as well")
    return f"Sells £{iroas:.2f} a pound; the next pound returns £{marginal:.2f} of margin; {why}."


def _citations(lessons: Sequence[Lesson]) -> list[LessonCitation]:
    return [
        LessonCitation(lesson_id=lesson.id, campaign_id=lesson.campaign_id, statement=lesson.statement)
        for lesson in lessons[:_MOST_CITED]
    ]


def _name(channel: str) -> str:
    return channel.replace("_", " ")
