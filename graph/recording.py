"""What a node decided, recorded once: its campaign's row, status and event all follow from the update and the state.

Nodes know nothing of it, and what a crash kept from being told is told by the same functions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, cast
from uuid import UUID

from langgraph.runtime import Runtime
from langgraph.types import Overwrite
from pydantic import BaseModel

from domain.context import CampaignContext
from domain.errors import Conflict
from domain.events import (
    BeliefsUpdated,
    CampaignBooked,
    CampaignPlanned,
    CreativesReady,
    CustomData,
    OpportunityDetected,
    PerformanceReported,
)
from domain.state import CampaignState, CampaignStatus, CampaignUpdate, Failure, NodeResult, merge_by_id
from graph.status import status_of
from storage.ports import CampaignChange, CampaignRecords

ORDERED = "About to begin"
"""The name of a campaign until sensing gives it one."""
MERGED: Final = {name for name, field in CampaignState.model_fields.items() if merge_by_id in field.metadata}


class DecidingNode(Protocol):
    """What an agent or a gate is: it reads the state and the run's context, and decides."""

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> NodeResult: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """What a node, or the handler of its failure, goes by: the state as this thread's own, and what goes with it."""

    state: CampaignState
    runtime: Runtime[CampaignContext]
    refusal: Conflict | None = None
    """Why no node may run on it."""


class Recorder:
    """Writes a step into the campaign's story and tells it."""

    def __init__(self, records: CampaignRecords) -> None:
        self._records = records

    async def __call__(
        self, state: CampaignState, result: NodeResult, runtime: Runtime[CampaignContext]
    ) -> CampaignUpdate:
        """The update of the state, with the status that follows from it, once the step is recorded."""
        update, after = decided(state, result, runtime.context)
        if after.campaign_id is not None:
            # Without an id sensing itself has failed, before there was a campaign.
            await self._records.record(change_of(result, after, runtime.context))
        for event in happened(update, after):
            runtime.stream_writer(event)
        return update

    async def own(self, state: CampaignState, runtime: Runtime[CampaignContext], node: str) -> Taken:
        """The state as this thread's own; what else it could be, `graph.copies` knows."""
        return Taken(state, runtime)

    async def taken_over(self, state: CampaignState, runtime: Runtime[CampaignContext], node: str) -> Taken:
        """The same, before a node runs on it."""
        return await self.own(state, runtime, node)

    def update_of(self, state: CampaignState, taken: Taken, update: CampaignUpdate) -> CampaignUpdate:
        """What changes in `state` by an update of the state that was taken for it."""
        return update

    def applied(self, state: CampaignState, update: Mapping[str, object]) -> CampaignState:
        """The state after an update, by the same reducers as the graph's."""
        return _applied(state, update)


class Recorded:
    """A node whose decisions are recorded."""

    def __init__(self, node: DecidingNode, recorder: Recorder, name: str = "") -> None:
        self._node = node
        self._recorder = recorder
        self._name = name

    async def __call__(self, state: CampaignState, runtime: Runtime[CampaignContext]) -> CampaignUpdate:
        taken = await self._recorder.taken_over(state, runtime, self._name)
        result = await self._node(taken.state, taken.runtime)
        return self._recorder.update_of(state, taken, await self._recorder(taken.state, result, taken.runtime))


def decided(state: CampaignState, result: NodeResult, context: CampaignContext) -> tuple[CampaignUpdate, CampaignState]:
    """The update of a node's result, its status included, and the state it leads to."""
    update = cast(CampaignUpdate, {name: value for name, value in result.items() if name in CampaignState.model_fields})
    if state.failure is not None and "failure" not in update:
        # It is being gone on with.
        update["failure"] = None
    after = _applied(state, update)
    update["status"] = status_of(after, context)
    return update, after.model_copy(update={"status": update["status"]})


def _applied(state: CampaignState, update: Mapping[str, object]) -> CampaignState:
    """The state after an update, by the same reducers as the graph's."""
    values: dict[str, object] = {}
    for name, value in update.items():
        if isinstance(value, Overwrite):
            values[name] = value.value
        elif name in MERGED:
            values[name] = merge_by_id(getattr(state, name), cast(Sequence[BaseModel], value))
        else:
            values[name] = value
    return state.model_copy(update=values)


def change_of(result: NodeResult, after: CampaignState, context: CampaignContext) -> CampaignChange:
    """What a node's result changes in the story of its campaign, `after` being the state it leads to."""
    artwork = result.get("artwork", {})
    return CampaignChange(
        campaign_id=after.the_campaign,
        name=after.name or (f"Failed in {after.failure.node}" if after.failure and after.failure.node else ""),
        budget=after.budget,
        account=context.account_of(after.the_campaign),
        world_id=context.world_id_of(after.the_campaign),
        status=after.status,
        booked_cycles=after.booked_cycles,
        failure=after.failure,
        opportunity=result.get("opportunity"),
        plan=result.get("plan"),
        creatives=[ad for ad in after.creatives if ad.id in artwork],
        artwork=artwork,
        findings=result.get("checked", ()),
        judged=result.get("judged", ""),
        approval=result.get("approval"),
        booking=result.get("booking"),
        report=result.get("report"),
        # What a fork makes of a prompt is no outcome of its release.
        prompts=[] if context.forked_from else list(result.get("prompts", {}).values()),
    )


def change_of_broken_run(
    campaign_id: UUID, state: CampaignState | None, failure: Failure, context: CampaignContext
) -> CampaignChange:
    """What a run changes that broke outside its nodes; `state` is what it was to begin with, where it was to begin."""
    update: NodeResult = {"campaign_id": campaign_id, "failure": failure}
    _, after = decided(state or CampaignState(), update, context)
    # It is this very campaign's run, wherever it stands by now.
    return replace(change_of(update, after, context), booked_cycles=None)


def change_of_order(state: CampaignState, context: CampaignContext) -> CampaignChange:
    """The row of a campaign that is ordered and has not begun."""
    return CampaignChange(
        campaign_id=state.the_campaign,
        name=state.name or ORDERED,
        budget=state.budget,
        account=context.account_of(state.the_campaign),
        world_id=context.world_id_of(state.the_campaign),
        status=CampaignStatus.SENSING,
        opportunity=state.opportunity,
    )


def change_of_buy(state: CampaignState, context: CampaignContext) -> CampaignChange:
    """What is recorded of a campaign whose media buy has been changed, as it then stands."""
    return change_of({"booking": state.the_booking}, state, context)


def where_it_stands(state: CampaignState, context: CampaignContext) -> CampaignChange:
    """The campaign's row as it follows from a state alone."""
    _, after = decided(state, {}, context)
    return change_of({}, after, context)


def happened(update: Mapping[str, object], after: CampaignState) -> Iterator[CustomData]:
    """The events of a step, by the fields of its update and the state it led to."""
    if update.get("opportunity"):
        yield _opportunity_detected(after)
    if update.get("plan"):
        yield _campaign_planned(after)
    if update.get("creative_attempts"):
        yield _creatives_ready(after)
    if update.get("booking"):
        yield _campaign_booked(after)
    if update.get("report"):
        yield _performance_reported(after)
    if update.get("lessons"):
        yield _beliefs_updated(after)


def _opportunity_detected(after: CampaignState) -> OpportunityDetected:
    found = after.the_opportunity
    return OpportunityDetected(
        campaign_id=after.the_campaign,
        category=found.category,
        headline=found.headline,
        score=found.score,
        cause=found.cause.value,
    )


def _campaign_planned(after: CampaignState) -> CampaignPlanned:
    plan = after.the_plan
    return CampaignPlanned(
        campaign_id=after.the_campaign,
        verdict=plan.verdict,
        reason=plan.reason,
        budget=plan.budget,
        predicted_roi=plan.predicted_roi,
        loss_probability=plan.loss.probability if plan.loss else None,
        is_probe=plan.probe is not None,
        look_again_on=plan.look_again_on,
    )


def _creatives_ready(after: CampaignState) -> CreativesReady:
    return CreativesReady(
        campaign_id=after.the_campaign,
        creative_ids=[creative.id for creative in after.creatives],
        attempt=after.creative_attempts,
        is_mock=any(creative.is_mock for creative in after.creatives),
    )


def _campaign_booked(after: CampaignState) -> CampaignBooked:
    booking = after.the_booking
    return CampaignBooked(
        campaign_id=after.the_campaign, transaction_id=booking.transaction_id, committed=booking.committed
    )


def _performance_reported(after: CampaignState) -> PerformanceReported:
    report = after.the_report
    return PerformanceReported(
        campaign_id=after.the_campaign,
        impressions=report.impressions,
        clicks=report.clicks,
        spend=report.spend,
        iroas=report.iroas,
        is_final=report.is_final,
    )


def _beliefs_updated(after: CampaignState) -> BeliefsUpdated:
    lesson = after.lessons[-1]
    return BeliefsUpdated(
        campaign_id=after.the_campaign,
        lesson_id=lesson.id,
        predicted_roi=lesson.predicted_roi,
        actual_roi=lesson.actual_roi,
        statement=lesson.statement,
    )
