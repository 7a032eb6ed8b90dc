"""The two gates that wait: for a person's decision, and for the flight to be delivered."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agents.learning.measurement import read_performance
from agents.strategy.edit_check import EditCheck
from domain.booking import BookingConfirmation
from domain.context import Autonomy, CampaignContext
from domain.creative import Creative, Outcome
from domain.decision import (
    ApprovalAnswer,
    ApprovalDecision,
    ApprovalRequest,
    BudgetLimits,
    CopyEdit,
    MeasurementAnswer,
    MeasurementRequest,
)
from domain.errors import BadInput, Conflict
from domain.events import PerformanceReported
from domain.state import CampaignState, CampaignStatus, CampaignUpdate
from graph.routing import decides_alone
from storage.ports import BudgetLedger, CampaignRecords
from world.ports import AdPlatforms, Worlds
from world.references import Resolve


class ApprovalGate:
    """A person decides, or autonomy does where it may. An edit approves the edited campaign, if the rules pass it."""

    def __init__(self, records: CampaignRecords, check: EditCheck) -> None:
        self._records = records
        self._check = check

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> CampaignUpdate:
        if decided_by := _already_decided(state, runtime.context):
            answer = ApprovalAnswer(decision="approve", decided_by=decided_by)
        else:
            answer = await self._ask(state, runtime.context)
        decision = _as_decision(answer)
        creatives = reworded(state.creatives, answer.copy_edits)
        status = _status(decision, runtime.context.autonomy)
        assert state.campaign_id is not None
        await self._records.record_approval(state.campaign_id, decision, status)
        return {"approval": decision, "creatives": creatives, "status": status}

    async def _ask(self, state: CampaignState, context: CampaignContext) -> ApprovalAnswer:
        """Ask until the answer can be carried out: a slip in an edit is asked again, with what was wrong."""
        problem = ""
        limits = await self._check.limits(state, context)
        while True:
            asked = question(state, problem, limits).model_dump(mode="json")
            answer: ApprovalAnswer = interrupt(asked, response_schema=ApprovalAnswer)
            try:
                await self._check(state, context, answer)
            except (BadInput, Conflict) as error:
                problem = str(error)
            else:
                return answer


def question(state: CampaignState, problem: str = "", limits: BudgetLimits | None = None) -> ApprovalRequest:
    """What the person at the gate sees. Raises BadInput when there is nothing to decide on."""
    if state.plan is None or state.opportunity is None or state.campaign_id is None:
        raise BadInput("approval was reached without a plan", remedy="resume the campaign from strategy")
    return ApprovalRequest(
        campaign_id=state.campaign_id,
        headline=state.opportunity.headline,
        plan=state.plan,
        creatives=state.creatives,
        findings=[finding for finding in state.findings if finding.outcome is not Outcome.PASS],
        problem=problem,
        limits=limits,
    )


def reworded(creatives: list[Creative], edits: list[CopyEdit]) -> list[Creative]:
    """The creatives a person changed, in the person's words."""
    by_id = {creative.id: creative for creative in creatives}
    return [
        by_id[edit.creative_id].model_copy(
            update=edit.model_dump(include={"headline", "body", "call_to_action"}, exclude_none=True)
        )
        for edit in edits
    ]


def _already_decided(state: CampaignState, context: CampaignContext) -> str | None:
    """Who has decided, when no question is needed: the editor of this very plan, or the autonomy level."""
    edited = state.approval is not None and state.approval.decision in {"edit_plan", "edit_copy"}
    if edited and state.compliance is Outcome.PASS and state.approval is not None:
        return state.approval.decided_by
    return f"autonomy:{context.autonomy.value}" if decides_alone(state, context) else None


def _as_decision(answer: ApprovalAnswer) -> ApprovalDecision:
    decision = "edit_plan" if answer.budgets else "edit_copy" if answer.copy_edits else answer.decision
    return ApprovalDecision.model_validate(
        {
            "decision": decision,
            "reason": answer.reason,
            "decided_by": answer.decided_by,
            "decided_at": datetime.now(UTC),
            "budgets": answer.budgets,
        }
    )


def _status(decision: ApprovalDecision, autonomy: Autonomy) -> CampaignStatus:
    if decision.decision == "reject":
        return CampaignStatus.REJECTED
    if decision.decision == "approve" and autonomy is Autonomy.SHADOW:
        return CampaignStatus.SHADOWED
    return CampaignStatus.PLANNED


class MeasurementGate:
    """Waits for the flight, then reads the platform's delivery and the tills, and estimates what the ads caused."""

    def __init__(
        self,
        *,
        worlds: Worlds,
        platforms: AdPlatforms,
        ledger: BudgetLedger,
        records: CampaignRecords,
        resolve: Resolve,
    ) -> None:
        self._worlds = worlds
        self._platforms = platforms
        self._ledger = ledger
        self._records = records
        self._resolve = resolve

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> CampaignUpdate:
        context = runtime.context
        booking, plan, campaign_id = state.booking, state.plan, state.campaign_id
        if booking is None or plan is None or campaign_id is None:
            raise BadInput("measurement was reached without a booking", remedy="resume the campaign from booking")
        through = booking.flight.end if context.fast_forward else _asked_when_ready(campaign_id, booking)
        ref = self._resolve(context, campaign_id)
        report = await read_performance(
            world=self._worlds.open(ref),
            platform=self._platforms.open(ref, context.faults),
            state=state,
            through=through,
        )
        await self._records.record_performance(report)
        if report.is_final:
            await self._ledger.settle(booking.idempotency_key, report.spend)
        runtime.stream_writer(
            PerformanceReported(
                campaign_id=campaign_id,
                impressions=report.impressions,
                clicks=report.clicks,
                spend=report.spend,
                iroas=report.iroas,
                is_final=report.is_final,
            )
        )
        return {"report": report}


def _asked_when_ready(campaign_id: UUID, booking: BookingConfirmation) -> date:
    """The last day to read: asked until it lies within the flight, with what was wrong."""
    problem = ""
    while True:
        request = MeasurementRequest(
            campaign_id=campaign_id,
            transaction_id=booking.transaction_id,
            ready_on=booking.flight.end + timedelta(days=1),
            problem=problem,
        )
        answer: MeasurementAnswer = interrupt(request.model_dump(mode="json"), response_schema=MeasurementAnswer)
        try:
            return answer.last_day(booking.flight)
        except BadInput as error:
            problem = str(error)
