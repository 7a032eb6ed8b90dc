"""What waits: the gates for a person's decision and for the flight, and a node whose chat model would cost too much."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple, TypeVar, cast
from uuid import UUID

from langgraph.config import get_config
from langgraph.runtime import Runtime
from langgraph.types import interrupt
from pydantic import BaseModel, ValidationError

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
    misfit,
)
from domain.errors import BadInput, Conflict, ModelFailure, ModelSpendLimit
from domain.figures import dollars_told
from domain.performance import PerformanceReport
from domain.state import EDITS, CampaignState, NodeResult
from graph.status import decided_by
from storage.ports import BookedAdsRecords, BudgetLedger
from world.ports import AdPlatforms, Worlds
from world.references import Resolve

Form = TypeVar("Form", ApprovalAnswer, MeasurementAnswer, ModelSpendAnswer)


class ApprovalGate:
    """A person decides, or autonomy does where it may. An edit approves the edited campaign, if the rules pass it."""

    def __init__(self, check: EditCheck) -> None:
        self._check = check

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult:
        if someone := decided_by(state, runtime.context):
            answer = ApprovalAnswer(decision="approve", decided_by=someone)
        else:
            answer = await self._ask(state, runtime.context)
        asked_by = runtime.execution_info.task_id if runtime.execution_info else ""
        return decided_at_gate(state, answer, asked_by)

    async def _ask(self, state: CampaignState, context: CampaignContext) -> ApprovalAnswer:
        """Ask until the answer can be carried out: a slip in an edit is asked again, with what was wrong."""
        limits = await self._check.limits(state, context)

        async def check(answer: ApprovalAnswer) -> None:
            await self._check(state, context, answer)

        return await answered(lambda problem: question(state, problem, limits), ApprovalAnswer, check, last_counts=True)


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


async def answered(
    question: Callable[[str], BaseModel],
    form: type[Form],
    check: Callable[[Form], Awaitable[None]],
    *,
    last_counts: bool = False,
) -> Form:
    """Ask until an answer fits its form and can be carried out: anything else is asked again, with what was wrong.

    `question` makes the question of what was wrong with the answer before. Whoever answers through LangGraph's own
    server may send anything at all, and a node that broke on it would end a campaign whose money is committed.

    Whoever goes back to a checkpoint and answers there at once is given the answer of the first time by LangGraph,
    before their own: with `last_counts`, for a node that asks one question, theirs is the one that counts.
    """
    problem, read = "", 0
    kept = _answers_kept()
    while True:
        read += 1
        try:
            answer: Form = interrupt(question(problem).model_dump(mode="json"), response_schema=form)
            if last_counts and kept.is_followed(read):
                continue
            await check(answer)
        except ValidationError as error:
            problem = str(misfit(error))
        except (BadInput, Conflict) as error:
            problem = str(error)
        else:
            return answer


class _Answers(NamedTuple):
    """What LangGraph has to answer a task's questions with, when the task begins."""

    recorded: int
    is_sent: bool
    """Whether one came with this run, beside those that are on record."""

    @property
    def given(self) -> int:
        return self.recorded + self.is_sent

    def is_followed(self, read: int) -> bool:
        """Whether another comes after so many; one that came with this run is the last."""
        return read < self.given


def _answers_kept() -> _Answers:
    # The library has no public word for it: each question takes the next of these, and tells nobody which it took.
    configurable = get_config().get("configurable", {})
    scratchpad = configurable.get("__pregel_scratchpad")
    if scratchpad is None:
        return _Answers(0, is_sent=False)
    recorded, sent = len(scratchpad.resume), scratchpad.get_null_resume()
    # One that came with an earlier run stays there beside its record: it is not sent again. An answer that names its
    # question is the last on record.
    is_old = sent is None or sent in scratchpad.resume or bool(configurable.get("__pregel_resume_map"))
    return _Answers(recorded, is_sent=not is_old)


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
        # Nobody can play out what real shoppers will answer to real ads: that is waited for.
        plays_out = (context.fast_forward or is_canceled) and world.provenance.ad_response != "real"

        async def read(through: date) -> PerformanceReport:
            platform = self._platforms.open(ref, context.faults)
            first, last = measured_days(state.day, through)
            others = await self._booked_ads.besides(
                campaign_id, world=ref, category=state.the_plan.category, first=first, last=last
            )
            return await read_performance(world=world, platform=platform, state=state, through=through, others=others)

        report = await (
            read(booking.flight.end) if plays_out or not ran else _read_when_asked(campaign_id, booking, read)
        )
        if report.is_final:
            await self._ledger.settle(booking.idempotency_key, report.spend)
        return {"report": report}


async def _read_when_asked(
    campaign_id: UUID, booking: BookingConfirmation, read: Callable[[date], Awaitable[PerformanceReport]]
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
        through = (await answered(question, MeasurementAnswer, check)).last_day(booking.flight)
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
        answers_left = _answers_kept().given
        while True:
            try:
                with asking_nothing() if answers_left > 0 else nullcontext():
                    result = await self._node(state, runtime)
            except ModelSpendLimit as reached:
                answer, read = await _ask(state, reached)
                answers_left -= read
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


async def _ask(state: CampaignState, reached: ModelSpendLimit) -> tuple[ModelSpendAnswer, int]:
    """The answer that counts, and how many were read until it came."""
    read = 0

    async def check(answer: ModelSpendAnswer) -> None:
        answer.require_enough(reached.at_least)

    def question(problem: str) -> ModelSpendRequest:
        nonlocal read
        read += 1
        return ModelSpendRequest(
            campaign_id=state.the_campaign,
            node=reached.node,
            headline=state.opportunity.headline if state.opportunity else "",
            limit=reached.limit,
            spent=reached.spent,
            at_least=reached.at_least,
            problem=problem,
        )

    return await answered(question, ModelSpendAnswer, check), read
