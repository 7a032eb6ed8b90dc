"""Campaigns: the seed's list, and everything known of one."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.callers import TheCaller
from api.dependencies import LONGEST_NAME, KnownCampaign, OwnCampaign, PageCursor, Seq, TheSystem
from api.guarded import GuardedRoute, does
from api.once import receipt_of
from api.openapi import refuses
from domain.booking import BookingConfirmation
from domain.caller import Act
from domain.campaign_choice import CampaignChoice, CampaignOrder, CampaignSort, ChoiceOf, Direction
from domain.channel import Channel
from domain.creative import Creative, Finding
from domain.cursors import Cursors
from domain.decision import ApprovalDecision
from domain.errors import Conflict, Damaged, NotFound, PlatformFailure
from domain.events import Event
from domain.forks import Fork
from domain.model_calls import ModelCall
from domain.opportunity import Opportunity
from domain.performance import PerformanceReport
from domain.plan import CampaignPlan
from domain.prompting import PromptChoice
from domain.state import CampaignState, CampaignStatus
from runtime.reporting.campaigns import CampaignRow, CampaignRowPage
from runtime.reporting.model_cost import ModelCost
from runtime.reporting.spreadsheet import lines_of
from runtime.reporting.totals import CampaignTotals
from runtime.runs.orders import Question
from runtime.system import System
from storage.records import PerformanceRecord, Receipt, Reservation

router = APIRouter(prefix="/campaigns", tags=["campaigns"], route_class=GuardedRoute)
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
_CHECKPOINTS = Cursors("checkpoints", tuple[str])


class CampaignDetail(BaseModel):
    """One campaign, whole."""

    campaign: CampaignRow
    fork: Fork | None
    """What it is another future of, which never happened; null of a campaign that did."""
    opportunities: list[Opportunity]
    plans: list[CampaignPlan]
    creatives: list[Creative]
    findings: list[Finding]
    approvals: list[ApprovalDecision]
    bookings: list[BookingConfirmation]
    reports: list[PerformanceReport]
    performance: list[PerformanceRecord]
    ledger: list[Reservation]
    questions: list[Question]
    prompts: list[PromptChoice]
    """The release of each prompt it was given; empty in campaigns from before that was kept."""
    model_cost: ModelCost
    """What its own questions to chat models came to; none are kept of campaigns from before that."""


class ModelCalls(BaseModel):
    items: list[ModelCall]
    cost: ModelCost


class Decision(BaseModel):
    """An answer to the question a campaign is parked with."""

    model_config = ConfigDict(extra="forbid")

    interrupt_id: str | None = Field(default=None, max_length=LONGEST_NAME)
    """The question answered; the open one when empty. A question no longer open is 409."""
    answer: JsonValue


class Decided(BaseModel):
    campaign_id: UUID
    run_id: UUID


class Checkpoint(BaseModel):
    """One step of a campaign's history; parents make it a tree."""

    checkpoint_id: str
    parent_id: str | None
    step: int
    next: list[str]
    created_at: str
    status: CampaignStatus


class CheckpointPage(BaseModel):
    items: list[Checkpoint]
    next: str | None
    """The cursor of the following page; None at the first step."""


def chosen(
    status: Annotated[list[CampaignStatus] | None, Query(description="more than one are alternatives")] = None,
    world: Annotated[
        str | None, Query(max_length=LONGEST_NAME, description="of one world; `live` is the simulated live one")
    ] = None,
    category: Annotated[str | None, Query(max_length=LONGEST_NAME)] = None,
    region: Annotated[str | None, Query(max_length=LONGEST_NAME, description="that its opportunity is in")] = None,
    channel: Annotated[Channel | None, Query(description="for which it has an ad")] = None,
    decided_by: Annotated[str | None, Query(max_length=LONGEST_NAME, description="who decided at the gate")] = None,
    text: Annotated[
        str | None,
        Query(
            max_length=LONGEST_NAME,
            description="in its name, category, headline, its ads' words, its booking's number; or how its id begins",
        ),
    ] = None,
    forks: Annotated[bool, Query(description="other futures of campaigns too, which never happened")] = False,
    first: Annotated[date | None, Query(description="flights that run on this day or later")] = None,
    last: Annotated[date | None, Query(description="flights that run on this day or earlier")] = None,
) -> CampaignChoice:
    """Which campaigns are meant: all, narrowed down by what is given."""
    return CampaignChoice(
        status=tuple(status or ()),
        world=world,
        category=category,
        region=region,
        channel=channel,
        decided_by=decided_by,
        text=text,
        forks=forks,
        first=first,
        last=last,
    )


Chosen = Annotated[CampaignChoice, Depends(chosen)]


@router.get("", responses=refuses(PlatformFailure))
async def list_campaigns(
    system: TheSystem,
    choice: Chosen,
    sort: Annotated[
        CampaignSort, Query(description="of those alike in it the newest first, those without it last")
    ] = CampaignSort.CREATED_AT,
    direction: Direction = "descending",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: PageCursor = None,
) -> CampaignRowPage:
    """The newest first unless asked otherwise; `next` is the cursor of the following page, in the same order."""
    order = CampaignOrder(by=sort, direction=direction)
    return await system.figures.table.page(choice, limit=limit, after=after, order=order)


@router.get("/choices")
async def get_choices(system: TheSystem) -> ChoiceOf:
    """The categories and regions that some campaign has, of all there are."""
    return await system.campaigns.choices()


@router.get("/totals", responses=refuses(PlatformFailure))
async def get_totals(system: TheSystem, choice: Chosen) -> CampaignTotals:
    """What the campaigns chosen come to together, on all pages."""
    return await system.figures.table.totals(choice)


@router.get(
    "/file", responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}, response_class=Response
)
async def get_file(system: TheSystem, choice: Chosen) -> StreamingResponse:
    """The campaigns chosen as a CSV file, the newest first."""
    lines = lines_of(system.figures.table, choice)
    begun = await anext(lines)

    async def whole() -> AsyncIterator[str]:
        yield begun
        async for some in lines:
            yield some

    name = {"Content-Disposition": 'attachment; filename="campaigns.csv"'}
    return StreamingResponse(whole(), media_type="text/csv; charset=utf-8", headers=name)


@router.get("/{campaign_id}", responses=refuses(PlatformFailure))
async def get_campaign(campaign_id: UUID, system: TheSystem) -> CampaignDetail:
    campaign = await system.campaigns.get(campaign_id)
    if campaign is None:
        raise NotFound(f"there is no campaign {campaign_id}", remedy="list them with GET /campaigns")
    [row] = await system.figures.table.rows([campaign])
    return CampaignDetail(
        campaign=row,
        fork=await system.forks.known_as(campaign_id),
        opportunities=await system.campaigns.opportunities(campaign_id),
        plans=await system.campaigns.plans(campaign_id),
        creatives=await system.campaigns.creatives(campaign_id),
        findings=await system.campaigns.findings(campaign_id),
        approvals=await system.campaigns.approvals(campaign_id),
        bookings=await system.campaigns.bookings(campaign_id),
        reports=await system.campaigns.reports(campaign_id),
        performance=await system.campaigns.performance(campaign_id),
        ledger=await system.ledger.entries(campaign_id),
        questions=await _questions(system, campaign_id),
        prompts=await system.campaigns.prompts(campaign_id),
        model_cost=await system.costs.of(campaign_id),
    )


@router.get("/{campaign_id}/state", responses=refuses(Conflict))
async def get_state(campaign_id: OwnCampaign, system: TheSystem) -> CampaignState:
    """The graph's state at the newest checkpoint."""
    return await system.runs.state(campaign_id)


@router.get("/{campaign_id}/history", responses=refuses(Conflict))
async def get_history(
    campaign_id: OwnCampaign,
    system: TheSystem,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    after: PageCursor = None,
) -> CheckpointPage:
    """The checkpoints, newest first; `next` is the cursor of the following page."""
    items: list[Checkpoint] = []
    is_reached = after is None
    last_seen = None if after is None else _CHECKPOINTS.key(after)
    async for step in system.runs.history(campaign_id):
        if is_reached and len(items) == limit:
            return CheckpointPage(items=items, next=_CHECKPOINTS.after((items[-1].checkpoint_id,)))
        if is_reached:
            items.append(Checkpoint.model_validate(step, from_attributes=True))
        is_reached = is_reached or (step.checkpoint_id,) == last_seen
    if after is not None and not is_reached:
        raise _CHECKPOINTS.unknown(after)
    return CheckpointPage(items=items, next=None)


@router.get("/{campaign_id}/questions")
async def get_questions(campaign_id: KnownCampaign, system: TheSystem) -> dict[str, list[Question]]:
    """What the campaign waits for, with the JSON Schema of the answer; one run in Studio asks only there."""
    return {"items": await _questions(system, campaign_id)}


@router.post(
    "/{campaign_id}/decisions",
    status_code=202,
    responses=refuses(Conflict),
    openapi_extra=does(Act.ANSWER),
)
async def decide(
    request: Request, campaign_id: OwnCampaign, decision: Decision, caller: TheCaller, system: TheSystem
) -> Decided:
    """Answer the question; the run goes on, whatever becomes of this process. A stale question is 409, an answer that
    does not fit is 422. Where keys are set, `decided_by` is the name of the key, whatever is sent."""

    def receipt(run_id: UUID) -> Receipt | None:
        return receipt_of(request, Decided(campaign_id=campaign_id, run_id=run_id).model_dump_json())

    run_id = await system.runs.answer(
        campaign_id, decision.interrupt_id, decision.answer, receipt=receipt, by=caller.name
    )
    return Decided(campaign_id=campaign_id, run_id=run_id)


@router.get("/{campaign_id}/model-calls")
async def get_model_calls(campaign_id: KnownCampaign, system: TheSystem) -> ModelCalls:
    """Each question it has asked a chat model, the oldest first, and what they come to."""
    return ModelCalls(items=await system.costs.calls(campaign_id), cost=await system.costs.of(campaign_id))


@router.get("/{campaign_id}/events")
async def get_events(
    campaign_id: KnownCampaign,
    system: TheSystem,
    since: Seq = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> dict[str, list[Event]]:
    """The campaign's events after `seq` = `since`."""
    return {"items": await system.events.since(campaign_id, since, limit)}


async def _questions(system: System, campaign_id: UUID) -> list[Question]:
    """None of one whose checkpoint is damaged: everything else of it can be shown."""
    if not await system.runs.is_ours(campaign_id):
        return []
    try:
        return await system.runs.questions(campaign_id)
    except Damaged:
        return []
