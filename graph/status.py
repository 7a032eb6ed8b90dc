"""Where a campaign stands, and who decides on it: pure functions of its state and of what its run allows."""

from agents.compliance.examination import is_refused
from domain.context import Autonomy, CampaignContext
from domain.creative import Outcome
from domain.decision import ApprovalDecision
from domain.state import CampaignState, CampaignStatus


def status_of(state: CampaignState, context: CampaignContext) -> CampaignStatus:
    """The status of a campaign after a step. The latest thing that happened to it decides."""
    if state.failure is not None:
        return CampaignStatus.FAILED
    if state.opportunity is None:
        return CampaignStatus.NO_OPPORTUNITY
    if state.plan is None:
        return CampaignStatus.SENSING
    if not state.plan.spends:
        # A campaign that has run a cycle and stops is completed, not one that was never worth spending on.
        unspent = CampaignStatus.WAITING if state.plan.verdict == "wait" else CampaignStatus.NOT_WORTH_SPENDING
        return unspent if state.plan.cycle == 1 else CampaignStatus.COMPLETED
    if state.lessons and state.lessons[-1].cycle == state.plan.cycle:
        if state.lessons[-1].next_step == "replan":
            return CampaignStatus.PLANNED
        is_canceled = state.report is not None and state.report.stops.canceled is not None
        return CampaignStatus.CANCELED if is_canceled else CampaignStatus.COMPLETED
    if state.booking is not None:
        return CampaignStatus.ACTIVE
    if state.approval is not None and not state.is_edited:
        return _after_decision(state.approval, context.autonomy)
    return _before_decision(state, context)


def _after_decision(decision: ApprovalDecision, autonomy: Autonomy) -> CampaignStatus:
    if decision.decision == "reject":
        return CampaignStatus.LAPSED if decision.is_lapse else CampaignStatus.REJECTED
    if decision.decision == "send_back":
        return CampaignStatus.PLANNED
    return CampaignStatus.SHADOWED if autonomy is Autonomy.SHADOW else CampaignStatus.PLANNED


def _before_decision(state: CampaignState, context: CampaignContext) -> CampaignStatus:
    if state.compliance is None:
        return CampaignStatus.PLANNED
    # What a person edits counts as no attempt: it goes back to them, who alone may change their words.
    if is_refused(state.findings, 0 if state.is_edited else state.creative_attempts):
        return CampaignStatus.REFUSED
    is_rewritten = state.compliance is Outcome.FAIL and not state.is_edited
    if is_rewritten or decided_by(state, context) is not None:
        return CampaignStatus.PLANNED
    return CampaignStatus.AWAITING_APPROVAL


def decided_by(state: CampaignState, context: CampaignContext) -> str | None:
    """Who has decided, where the gate need not ask: the editor of this very plan, or the autonomy level."""
    if state.approval is not None and state.is_edited and state.compliance is Outcome.PASS:
        return state.approval.decided_by
    return f"autonomy:{context.autonomy.value}" if decides_alone(state, context) else None


def decides_alone(state: CampaignState, context: CampaignContext) -> bool:
    """Whether the gate may be passed without a person: never when the rules failed or referred something, nor when a
    person has sent it back, who waits to see it again."""
    waits_for_them = state.sent_back and context.forked_from is None
    if waits_for_them or state.plan is None or state.compliance is not Outcome.PASS:
        return False
    match context.autonomy:
        case Autonomy.SHADOW | Autonomy.AUTONOMOUS:
            return True
        case Autonomy.CAPPED:
            return state.plan.budget <= context.limits.cap
        case Autonomy.APPROVE:
            return False
