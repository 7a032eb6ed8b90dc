"""What a probe is for, in words and numbers: what it can tell, and what follows."""

import math

from agents.strategy.planning_inputs import PlanningInputs
from agents.strategy.verdict.verdict import Verdict, speaking
from domain.figures import rounded_pounds
from domain.money import pounds
from domain.plan import Probe


def probe_of(inputs: PlanningInputs, verdict: Verdict) -> Probe:
    """The probe that `verdict` decided on."""
    market, limits = inputs.market, inputs.market.limits
    lift = inputs.design.detectable
    known = math.isfinite(lift) and market.curves.baseline > 0
    sales = lift * market.curves.baseline if known else 0.0
    return Probe(
        limit=verdict.probe_money,
        question=f"{_why_little(inputs, verdict)} {_what_it_tells(inputs, verdict, sales) if known else ''}".strip(),
        then=(
            f"Later campaigns go by what it measures: they spend more only where the chance to lose money is at most "
            f"{limits.max_loss_probability:.0%}. What this one loses counts towards the £{limits.probe_limit:,.0f} a "
            f"year that probes here may lose."
        ),
        detectable_lift=lift if known else None,
        detectable_sales=pounds(sales) if known else None,
    )


def why_no_more_probes(inputs: PlanningInputs, verdict: Verdict) -> str:
    """Why a plan that is expected to pay is left all the same."""
    market = inputs.market
    figures = verdict.whole.forecast
    left = (
        f"£{verdict.probe_money:,.2f} of the £{market.limits.probe_limit:,.2f} that probes may lose in a year is left"
    )
    return (
        f"£{figures.spend:,.2f} is expected to bring {rounded_pounds(figures.margin)} of margin, but "
        f"{_too_unsure(inputs)}, and {left}, for which no order earns more than it costs."
    )


def _too_unsure(inputs: PlanningInputs) -> str:
    if not speaking(inputs.market.beliefs):
        return "no campaign has shown yet what ads do here"
    return f"a loss is more likely than the {inputs.market.limits.max_loss_probability:.0%} that may be risked"


def _why_little(inputs: PlanningInputs, verdict: Verdict) -> str:
    category, whole = inputs.opportunity.category, verdict.whole.forecast.spend
    all_of_it = verdict.decision.forecast.spend >= whole
    if not speaking(inputs.market.beliefs):
        unknown = f"No campaign has shown yet what ads do for {category}"
        return f"{unknown}." if all_of_it else f"{unknown}, so £{whole:,.0f} is not spent at once."
    shown = f"Earlier campaigns have not shown clearly enough what ads do for {category}"
    return f"{shown}." if all_of_it else f"{shown} to spend £{whole:,.0f}."


def _what_it_tells(inputs: PlanningInputs, verdict: Verdict, sales: float) -> str:
    holdout, market = inputs.holdout, inputs.market
    even = verdict.decision.forecast.spend / market.margin_rate if market.margin_rate > 0 else math.inf
    return (
        f"{len(holdout.treated_stores)} stores with ads, compared with {len(holdout.control_stores)} without, can show "
        f"{rounded_pounds(sales)} of extra sales or more ({sales / market.curves.baseline:.1%}) four times in five; it "
        f"earns its cost back at {rounded_pounds(even)} ({even / market.curves.baseline:.1%})."
    )
