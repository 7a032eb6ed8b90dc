"""What the brief's prompt is filled in with: the finding, and what may be led with."""

from agents.strategy.offer import offered_line
from agents.strategy.planning_inputs import PlanningInputs
from domain.decision import as_asked
from prompts.contracts import BriefInputs


def brief_inputs(inputs: PlanningInputs) -> BriefInputs:
    opportunity, flight = inputs.opportunity, inputs.flight
    return {
        "headline": opportunity.headline,
        "category": opportunity.category,
        "regions": ", ".join(inputs.audience.regions),
        "cause": opportunity.cause.value.replace("_", " "),
        "advice": as_asked(opportunity.diagnosis.advice, inputs.wishes),
        "evidence": [evidence.statement for evidence in opportunity.evidence],
        "flight": f"{flight.start:%-d %B %Y} to {flight.end:%-d %B %Y}",
        "audience": inputs.audience.description,
        "products": [offered_line(product) for product in inputs.offer.products],
        "lessons": [lesson.statement for lesson in inputs.cited[:5]],
    }
