"""Two states of a campaign, or two futures of it, side by side in the words of the trade."""

from collections.abc import Callable, Iterator
from typing import Final

from pydantic import BaseModel

from domain.channel import Channel
from domain.figures import signed_number, signed_percent
from domain.state import CampaignState

NOTHING: Final = "-"
MODEL_COST: Final = "cost of the model"


class Difference(BaseModel):
    """One thing that is told of both."""

    what: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        return self.before != self.after


def side_by_side(
    before: CampaignState, after: CampaignState, *, costs: tuple[str, str] | None = None
) -> list[Difference]:
    """Everything that can be told of either of two states, in the order it comes about. `costs` is what the models have
    cost each of them, where that is known."""
    theirs, ours = dict(_told(before)), dict(_told(after))
    if costs is not None:
        theirs[MODEL_COST], ours[MODEL_COST] = costs
    names = [*theirs, *(name for name in ours if name not in theirs)]
    order = {name: place for place, name in enumerate(_ORDER)}
    names.sort(key=lambda name: order.get(name.split(", ")[0], len(order)))
    return [Difference(what=name, before=theirs.get(name, NOTHING), after=ours.get(name, NOTHING)) for name in names]


def differences(before: CampaignState, after: CampaignState) -> list[Difference]:
    """What differs between them."""
    return [one for one in side_by_side(before, after) if one.differs]


def _told(state: CampaignState) -> Iterator[tuple[str, str]]:
    for name, read in _PARTS.items():
        if (said := read(state)) is not None:
            yield name, said
    plan = state.plan
    for allocation in plan.allocations if plan else ():
        yield f"budget, {_named(allocation.channel)}", _pounds(allocation.budget)
    for ad in state.creatives:
        yield f"ad, {_named(ad.channel)}", f"{ad.headline} | {ad.body} | {ad.call_to_action}"
    for finding in state.findings:
        if finding.outcome != "pass":
            yield f"rule, {finding.rule_id}", finding.outcome.value
    for channel in state.report.channels if state.report else ():
        yield f"spent, {_named(channel.channel)}", _pounds(channel.spend)


def _named(channel: Channel) -> str:
    return channel.value.replace("_", " ")


def _pounds(amount: object) -> str:
    return f"£{amount:,.2f}"


def _interval(low: float, high: float, say: Callable[[float], str]) -> str:
    return f"{say(low)} to {say(high)}"


_PARTS: Final[dict[str, Callable[[CampaignState], str | None]]] = {
    "status": lambda state: state.status.value.replace("_", " ").lower(),
    "day": lambda state: f"{state.today:%d %b %Y}" if state.today else None,
    "opportunity": lambda state: state.opportunity.headline if state.opportunity else None,
    "campaign's budget": lambda state: _pounds(state.budget),
    "verdict": lambda state: state.plan.verdict if state.plan else None,
    "audience": lambda state: state.plan.audience.segment.replace("_", " ") if state.plan else None,
    "flight": lambda state: f"{state.plan.flight.start:%d %b} to {state.plan.flight.end:%d %b}" if state.plan else None,
    "plan's budget": lambda state: _pounds(state.plan.budget) if state.plan else None,
    "predicted ROI": lambda state: signed_number(state.plan.predicted_roi) if state.plan else None,
    "chance of a loss": lambda state: f"{state.plan.loss.probability:.0%}" if state.plan and state.plan.loss else None,
    # Of the ads themselves: the plan's edit sets the count of attempts back and keeps the ads.
    "drafts of the ads": lambda state: str(max(ad.attempt for ad in state.creatives)) if state.creatives else None,
    "questions to the model": lambda state: str(state.model_calls),
    "rules": lambda state: state.compliance.value if state.compliance else None,
    "decision": lambda state: state.approval.told if state.approval else None,
    "booked": lambda state: _pounds(state.booking.committed) if state.booking else None,
    "spent": lambda state: _pounds(state.report.spend) if state.report else None,
    "impressions": lambda state: f"{state.report.impressions:,}" if state.report else None,
    "clicks": lambda state: f"{state.report.clicks:,}" if state.report else None,
    "incremental sales": lambda state: _pounds(state.report.lift.incremental_sales) if state.report else None,
    "incremental sales, interval": lambda state: (
        _interval(state.report.lift.interval.low, state.report.lift.interval.high, lambda value: f"£{value:,.0f}")
        if state.report
        else None
    ),
    "incremental margin": lambda state: (
        _pounds(float(state.report.spend) * (1 + state.report.roi)) if state.report else None
    ),
    "lift of sales": lambda state: signed_percent(state.report.lift.lift, 1) if state.report else None,
    "iROAS": lambda state: f"{state.report.iroas:.4f}" if state.report else None,
    "ROI": lambda state: signed_number(state.report.roi) if state.report else None,
    "lesson": lambda state: state.lessons[-1].statement if state.lessons else None,
    "failure": lambda state: f"{state.failure.node}: {state.failure.message}" if state.failure else None,
}
_ORDER: Final = [
    *list(_PARTS)[: list(_PARTS).index("predicted ROI")],
    "budget",
    "predicted ROI",
    "chance of a loss",
    "ad",
    *list(_PARTS)[list(_PARTS).index("drafts of the ads") : list(_PARTS).index("rules")],
    MODEL_COST,
    "rules",
    "rule",
    *list(_PARTS)[list(_PARTS).index("decision") :],
]
