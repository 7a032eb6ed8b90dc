"""What a run has to say for itself: the last line of `tescosense run --json`. A contract: add, never rename."""

from collections.abc import Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from domain.channel import Channel
from domain.events import Event, TaskData
from domain.money import Money
from domain.opportunity import Seen
from domain.performance import PlaceboCheck
from domain.plan import LossForecast, Measurability, Probe, Verdict
from domain.provenance import Kind, Provenance
from domain.shoppers import Shoppers
from domain.state import CampaignState, CampaignStatus
from runtime.reporting.model_cost import ModelCost


class OpportunitySummary(BaseModel):
    category: str
    headline: str
    score: float
    cause: str
    advertisable: bool
    advice: str


class AllocationSummary(BaseModel):
    channel: Channel
    budget: Money


class PlanSummary(BaseModel):
    verdict: Verdict
    reason: str
    budget: Money
    allocations: list[AllocationSummary]
    predicted_roi: float
    roi_interval: tuple[float, float]
    cites: list[UUID]
    loss: LossForecast | None = None
    probe: Probe | None = None
    look_again_on: date | None = None
    measurability: Measurability | None = None
    experiment: str = Field(default="", description="how the money is spread over groups of stores, in a sentence")


class CreativeSummary(BaseModel):
    headline: str
    image_url: str
    type: str
    is_mock: bool


class BookingSummary(BaseModel):
    transaction_id: str


class PerformanceSummary(BaseModel):
    impressions: int
    clicks: int
    spend: Money
    iroas: float
    attributed_roas: float
    method: str = ""
    why: str = ""
    placebo: PlaceboCheck | None = None


class LessonSummary(BaseModel):
    predicted_roi: float
    actual_roi: float
    statement: str


class DataSummary(BaseModel):
    sales: Kind
    weather: Kind
    search: Kind
    ad_platform: Kind
    ad_response: Kind
    shoppers: Shoppers | None = None
    source: str


class FailureSummary(BaseModel):
    node: str
    error: str
    message: str


class QuestionSummary(BaseModel):
    node: str
    interrupt_id: str


class RunSummary(BaseModel):
    type: Literal["summary"] = "summary"
    campaign_id: UUID
    status: CampaignStatus
    nodes: list[str]
    opportunity: OpportunitySummary | None
    seen: list[str] = Field(default=[], description="on a quiet day, what was seen and why it is no proposal")
    plan: PlanSummary | None
    creatives: list[CreativeSummary]
    booking: BookingSummary | None
    performance: PerformanceSummary | None
    lesson: LessonSummary | None
    waits_for: QuestionSummary | None = None
    failure: FailureSummary | None = None
    data: DataSummary
    model: str
    model_cost: ModelCost | None = None
    elapsed_s: float


def finished_nodes(events: list[Event]) -> list[str]:
    """The nodes that ran to their end, in order; a node that parked has not."""
    return [
        data.node
        for event in events
        if isinstance(data := event.params.data, TaskData)
        and data.phase == "finish"
        and data.error is None
        and not data.node.startswith("__")
        and not data.parked
    ]


def summarise(
    *,
    campaign_id: UUID,
    status: CampaignStatus,
    state: CampaignState,
    nodes: list[str],
    waits_for: QuestionSummary | None,
    provenance: Provenance,
    model: str,
    elapsed_s: float,
    seen: Sequence[Seen] = (),
    model_cost: ModelCost | None = None,
) -> RunSummary:
    report = state.report
    lesson = state.lessons[-1] if state.lessons else None
    return RunSummary(
        campaign_id=campaign_id,
        status=status,
        nodes=nodes,
        opportunity=_opportunity(state),
        seen=[f"{one.headline.rstrip('.')}: {one.reason}" for one in seen],
        plan=_plan(state),
        creatives=[
            CreativeSummary(headline=c.headline, image_url=c.image_url, type=c.type, is_mock=c.is_mock)
            for c in state.creatives
        ],
        booking=BookingSummary(transaction_id=state.booking.transaction_id) if state.booking else None,
        performance=PerformanceSummary(
            impressions=report.impressions,
            clicks=report.clicks,
            spend=report.spend,
            iroas=report.iroas,
            attributed_roas=report.attributed_roas,
            method=report.lift.method,
            why=report.lift.why,
            placebo=report.lift.placebo,
        )
        if report
        else None,
        lesson=LessonSummary(
            predicted_roi=lesson.predicted_roi, actual_roi=lesson.actual_roi, statement=lesson.statement
        )
        if lesson
        else None,
        waits_for=waits_for,
        failure=FailureSummary.model_validate(state.failure.model_dump()) if state.failure else None,
        data=DataSummary.model_validate(provenance.model_dump()),
        model=model,
        model_cost=model_cost,
        elapsed_s=round(elapsed_s, 3),
    )


def _opportunity(state: CampaignState) -> OpportunitySummary | None:
    if state.opportunity is None:
        return None
    found = state.opportunity
    return OpportunitySummary(
        category=found.category,
        headline=found.headline,
        score=found.score,
        cause=found.cause.value,
        advertisable=found.diagnosis.advertisable,
        advice=found.diagnosis.advice,
    )


def _plan(state: CampaignState) -> PlanSummary | None:
    if state.plan is None:
        return None
    plan = state.plan
    return PlanSummary(
        verdict=plan.verdict,
        reason=plan.reason,
        budget=plan.budget,
        allocations=[AllocationSummary(channel=a.channel, budget=a.budget) for a in plan.allocations],
        predicted_roi=plan.predicted_roi,
        roi_interval=(plan.roi_interval.low, plan.roi_interval.high),
        cites=[citation.lesson_id for citation in plan.cites],
        loss=plan.loss,
        probe=plan.probe,
        look_again_on=plan.look_again_on,
        measurability=plan.measurability,
        experiment=plan.experiment.reason if plan.experiment else "",
    )
