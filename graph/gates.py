"""What waits: the gates for a person's decision and for the flight, and a node whose chat model would cost too much."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from typing import Final, cast
from uuid import UUID

from langgraph.runtime import Runtime

from agents.asking.books import asking_nothing
from agents.learning.measurement import last_day_of, measured_days, read_performance
from agents.strategy.edit_check import EditCheck
from agents.strategy.second_approval import second_approvals
from domain.booking import BookingConfirmation
from domain.context import CampaignContext
from domain.creative import Creative, Outcome
from domain.decision import (
    SENT_BACK_MOST,
    ApprovalAnswer,
    ApprovalDecision,
    ApprovalRequest,
    BudgetLimits,
    CopyEdit,
    MeasurementAnswer,
    MeasurementRequest,
    ModelSpendAnswer,
    ModelSpendRequest,
    Reworded,
    SentBack,
)
from domain.errors import ModelFailure, ModelSpendLimit
from domain.figures import dollars_told
from domain.performance import PerformanceReport
from domain.state import EDITS, CampaignState, NodeResult
from graph.answers import Answers, answered
from graph.status import decided_by
from storage.ports import BookedAdsRecords, BudgetLedger
from world.ports import AdPlatforms, Worlds
from world.references import Resolve


class ApprovalGate:
    """A person decides, or autonomy does where it may. An edit approves the edited campaign, if the rules pass it.

    What a person has answered counts, also in a run that would by itself not have asked.
    """

    def __init__(self, check: EditCheck) -> None:
        self._check = check

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        answers = Answers()
        someone = None if answers.left else decided_by(state, runtime.context)
        if someone is None:
            answer = await self._ask(answers, state, runtime.context)
        else:
            answer = ApprovalAnswer(decision="approve", decided_by=someone)
        asked_by = runtime.execution_info.task_id if runtime.execution_info else ""
        return decided_at_gate(state, answer, asked_by)

    async def _ask(self, answers: Answers, state: CampaignState, context: CampaignContext) -> ApprovalAnswer:
        """Ask until the answer can be carried out: a slip in an edit is asked again, with what was wrong."""
        limits = await self._check.limits(state, context)

        async def check(answer: ApprovalAnswer) -> None:
            await self._check(state, context, answer)

        def asked(problem: str) -> ApprovalRequest:
            return question(state, problem, limits)

        return await answered(answers, asked, ApprovalAnswer, check, last_counts=True)


def decided_at_gate(state: CampaignState, answer: ApprovalAnswer, asked_by: str) -> NodeResult:
    """What an answer that can be carried out decides; `asked_by` is the task that asked."""
    theirs = reworded(state.creatives, answer.copy_edits)
    decision = _as_decision(answer, asked_by, words_changed(state.creatives, theirs))
    result: NodeResult = {"approval": decision, "creatives": theirs}
    if changed := {ad.id: decision.decided_by for ad in theirs if ad not in state.creatives}:
        result["worded_by"] = state.worded_by | changed
    if decision.decision == "send_back":
        wish = SentBack(comment=answer.reason, by=answer.decided_by, leave_out=answer.leave_out, at_most=answer.at_most)
        result |= {"sent_back": [*state.sent_back, wish], "compliance": None, "model_calls": 0}
    if decision.decision in EDITS:
        # What was judged is no longer what stands there.
        result["compliance"] = None
    return result


def question(state: CampaignState, problem: str = "", limits: BudgetLimits | None = None) -> ApprovalRequest:
    """What the person at the gate sees. Raises BadInput when there is nothing to decide on."""
    return ApprovalRequest(
        campaign_id=state.the_campaign,
        headline=state.the_opportunity.headline,
        plan=state.the_plan,
        creatives=state.creatives,
        findings=[finding for finding in state.findings if finding.outcome is not Outcome.PASS],
        problem=problem,
        limits=limits,
        second_approval=second_approvals(state),
        sent_back=state.sent_back,
        sends_left=max(SENT_BACK_MOST - len(state.sent_back), 0),
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


_PARTS: Final = ("headline", "body", "call_to_action")


def words_changed(before: Sequence[Creative], after: Sequence[Creative]) -> list[Reworded]:
    """What somebody wrote otherwise, part by part."""
    was = {ad.id: ad for ad in before}
    return [
        Reworded(creative_id=ad.id, channel=ad.channel, part=part, before=old, after=new)
        for ad in after
        for part in _PARTS
        if (old := getattr(was[ad.id], part)) != (new := getattr(ad, part))
    ]


def _as_decision(answer: ApprovalAnswer, asked_by: str, changed: Sequence[Reworded]) -> ApprovalDecision:
    decision = "edit_plan" if answer.budgets else "edit_copy" if answer.copy_edits else answer.decision
    return ApprovalDecision.model_validate(
        {
            "decision": decision,
            "reason": answer.reason,
            "decided_by": answer.decided_by,
            "decided_at": datetime.now(UTC),
            "budgets": answer.budgets,
            "reworded": changed,
            "leave_out": answer.leave_out,
            "at_most": answer.at_most,
            "question": asked_by,
        }
    )


class MeasurementGate:
    """Waits for the flight, then reads the platform's delivery and the tills, and estimates what the ads caused."""

    def __init__(
        self,
        *,
        worlds: Worlds,
        platforms: AdPlatforms,
        ledger: BudgetLedger,
        booked_ads: BookedAdsRecords,
        resolve: Resolve,
    ) -> None:
        self._worlds = worlds
        self._platforms = platforms
        self._ledger = ledger
        self._booked_ads = booked_ads
        self._resolve = resolve

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        context, booking, campaign_id = runtime.context, state.the_booking, state.the_campaign
        ref = self._resolve(context, campaign_id)
        world = self._worlds.open(ref)
        is_canceled = booking.stops.canceled is not None
        ran = not is_canceled or last_day_of(booking, booking.flight.end) >= booking.flight.start
        answers = Answers()
        is_at_once = is_canceled or (context.fast_forward and not answers.left)
        # Nobody can play out what real shoppers will answer to real ads: that is waited for.
        plays_out = is_at_once and world.provenance.ad_response != "real"

        async def read(through: date) -> PerformanceReport:
            platform = self._platforms.open(ref, context.faults)
            first, last = measured_days(state.day, through)
            others = await self._booked_ads.besides(
                campaign_id, world=ref, category=state.the_plan.category, first=first, last=last
            )
            return await read_performance(world=world, platform=platform, state=state, through=through, others=others)

        report = await (
            read(booking.flight.end) if plays_out or not ran else _read_when_asked(answers, campaign_id, booking, read)
        )
        if report.is_final:
            await self._ledger.settle(booking.idempotency_key, report.spend)
        return {"report": report}


async def _read_when_asked(
    answers: Answers,
    campaign_id: UUID,
    booking: BookingConfirmation,
    read: Callable[[date], Awaitable[PerformanceReport]],
) -> PerformanceReport:
    """The report of the whole flight. One of its first days is shown with the next question: nothing is settled by it,
    nothing learned from it."""
    so_far: PerformanceReport | None = None

    def question(problem: str) -> MeasurementRequest:
        return MeasurementRequest(
            campaign_id=campaign_id,
            transaction_id=booking.transaction_id,
            ready_on=last_day_of(booking, booking.flight.end) + timedelta(days=1),
            problem=problem,
            so_far=so_far,
        )

    async def check(answer: MeasurementAnswer) -> None:
        answer.last_day(booking.flight)

    while True:
        through = (await answered(answers, question, MeasurementAnswer, check)).last_day(booking.flight)
        so_far = await read(through)
        if through == booking.flight.end:
            return so_far


class WithinSpend:
    """A node that asks the chat model: before it would cost more than it may, a person is asked.

    The node is begun anew with the answer. What the model had answered by then is kept and not paid for again.
    """

    def __init__(self, node: Callable[[CampaignState, Runtime[CampaignContext]], Awaitable[NodeResult]]) -> None:
        self._node = node

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        """Raises ModelFailure where the campaign is stopped."""
        decided: NodeResult = {}
        answers = Answers()
        while True:
            try:
                with asking_nothing() if answers.left else nullcontext():
                    result = await self._node(state, runtime)
            except ModelSpendLimit as reached:
                answer = await _ask(answers, state, reached)
                if answers.left and answer.decision != "raise":
                    continue  # It ended the questions, so that somebody has gone back to them and answers otherwise.
                if answer.decision == "stop":
                    raise ModelFailure(
                        f"{answer.decided_by} stopped the campaign where its chat model would have cost more than "
                        f"{dollars_told(reached.limit)}",
                        remedy="start it anew with a higher limit, or with another model",
                    ) from reached
                more: NodeResult = (
                    {"model_limit": answer.limit} if answer.decision == "raise" else {"without_model": True}
                )
                decided |= more
                state = state.model_copy(update=dict(more))
            else:
                return cast(NodeResult, {**decided, **result})


async def _ask(answers: Answers, state: CampaignState, reached: ModelSpendLimit) -> ModelSpendAnswer:
    async def check(answer: ModelSpendAnswer) -> None:
        answer.require_enough(reached.at_least)

    def question(problem: str) -> ModelSpendRequest:
        return ModelSpendRequest(
            campaign_id=state.the_campaign,
            node=reached.node,
            headline=state.opportunity.headline if state.opportunity else "",
            limit=reached.limit,
            spent=reached.spent,
            at_least=reached.at_least,
            problem=problem,
        )

    return await answered(answers, question, ModelSpendAnswer, check)
