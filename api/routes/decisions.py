"""What waits for a person."""

from collections.abc import Callable
from typing import Annotated, Literal, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.callers import TheCaller
from api.dependencies import LONGEST_NAME, OwnCampaign, PageCursor, TheSystem
from api.guarded import GuardedRoute, does, needs
from api.once import alone, command_called, command_of, forget, taken
from api.openapi import refuses
from domain.caller import Act, Caller, Role
from domain.channel import Channel
from domain.decision import BudgetEdit
from domain.errors import BadInput, Conflict, NotFound, PlatformFailure
from domain.identifiers import derived_id
from domain.money import Money, pounds
from runtime.reporting.waiting import WaitingDecisions, asked_for_money, waiting_decisions
from runtime.runs.recovery import this_process
from runtime.runs.what_if import WhatIf
from runtime.system import System
from storage.records import Receipt

router = APIRouter(tags=["campaigns"], route_class=GuardedRoute)


class BudgetsToTry(BaseModel):
    """Budgets nobody has decided on yet."""

    model_config = ConfigDict(extra="forbid")

    budgets: list[BudgetEdit] = Field(
        min_length=1, max_length=len(Channel), description="those that differ from the plan"
    )


class OneOfSeveral(BaseModel):
    """A campaign, and the question it asks: what is decided is what was shown with it."""

    model_config = ConfigDict(extra="forbid")

    campaign_id: UUID
    interrupt_id: str = Field(max_length=LONGEST_NAME)


class SeveralDecided(BaseModel):
    """One word on several campaigns."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    decision: Literal["approve", "reject"]
    reason: str = Field(default="", max_length=500, description="required to reject")
    decided_by: str = Field(default="media team", min_length=1, max_length=80)
    campaigns: list[OneOfSeveral] = Field(min_length=1, max_length=50)


class Refusal(BaseModel):
    """Why one of them was not decided; the others are."""

    problem: str
    remedy: str
    code: str | None


class OneDecided(BaseModel):
    campaign_id: UUID
    run_id: UUID | None = Field(description="what carries it out; None where it was refused")
    budget: Money | None = Field(description="of the plan that was decided on; None where it is not known")
    refused: Refusal | None


class AllDecided(BaseModel):
    """What came of each, in the order asked."""

    items: list[OneDecided]
    accepted: int
    total: Money = Field(description="pounds of the plans that were approved; 0 of a rejection")


@router.get("/decisions")
async def list_waiting(
    system: TheSystem,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: PageCursor = None,
    campaign_id: UUID | None = None,
) -> WaitingDecisions:
    """The campaigns that wait for a person, who must be decided soonest first: one of them, or all. With the first page
    come those that ask for money for their chat model."""
    today = (await system.live.now()).today
    figures = system.repositories.figures
    found = await waiting_decisions(system.deadlines, figures, today, limit=limit, after=after, campaign_id=campaign_id)
    if after is not None:
        return found
    asked = await asked_for_money(system.deadlines, system.campaigns, today, campaign_id=campaign_id)
    return found.together_with(asked)


LOOKS_AT_EACH = 20
"""A second: of many one that somebody else is at work on is refused, not waited for."""


@router.post("/decisions", status_code=202, openapi_extra=does(Act.ANSWER))
async def decide_several(request: Request, asked: SeveralDecided, caller: TheCaller, system: TheSystem) -> AllDecided:
    """Approve or reject several at once, in their order and each as if it were decided alone: by the same rules, in the
    same name, written down each by itself, and within what is left once those before it have their money. One that is
    refused keeps none of the others. Sent again with the same `Idempotency-Key`, after a crash as well, each that was
    decided is answered as the first time; without one it is refused as `already_decided`. Nothing is booked twice."""
    if asked.decision == "reject" and not asked.reason:
        raise BadInput("a rejection needs a reason", remedy="say why", field="reason")
    items = [
        await _decided(_Asked(one, place, asked, caller), request, system) for place, one in enumerate(asked.campaigns)
    ]
    accepted = [item for item in items if item.refused is None]
    spends = [item.budget or pounds(0) for item in accepted if asked.decision == "approve"]
    return AllDecided(items=items, accepted=len(accepted), total=sum(spends, start=pounds(0)))


class _Asked(NamedTuple):
    """One campaign of several, and what is said of all."""

    one: OneOfSeveral
    place: int
    several: SeveralDecided
    caller: Caller

    @property
    def answer(self) -> JsonValue:
        return self.several.model_dump(mode="json", include={"decision", "reason", "decided_by"})


async def _decided(asked: _Asked, request: Request, system: System) -> OneDecided:
    campaign_id, budget = asked.one.campaign_id, None
    try:
        plan = (await system.runs.state(campaign_id)).plan
        budget = plan.budget if plan else None
        return await _once(asked, request, system, budget)
    except (BadInput, Conflict, NotFound, PlatformFailure) as refusal:
        why = Refusal(problem=refusal.problem, remedy=refusal.remedy, code=refusal.code)
        return OneDecided(campaign_id=campaign_id, run_id=None, budget=budget, refused=why)


async def _once(asked: _Asked, request: Request, system: System, budget: Money | None) -> OneDecided:
    """Each has a receipt of its own, kept with its order: a request that is gone on with after a crash finds which were
    decided."""
    campaign_id, interrupt_id = asked.one.campaign_id, asked.one.interrupt_id

    def done(run_id: UUID) -> OneDecided:
        return OneDecided(campaign_id=campaign_id, run_id=run_id, budget=budget, refused=None)

    async def decide(receipt: Callable[[UUID], Receipt | None] | None = None) -> OneDecided:
        async with system.audit.of(asked.caller, Act.ANSWER, via="http", subject=campaign_id, asked=asked.answer):
            run_id = await system.runs.answer(
                campaign_id,
                interrupt_id,
                asked.answer,
                receipt=receipt,
                by=asked.caller.name,
                looks=LOOKS_AT_EACH,
            )
        return done(run_id)

    whole = command_of(request)
    if whole is None:
        return await decide()
    commands, command_id = system.repositories.commands, derived_id(whole, asked.place)
    async with alone(command_id, called=command_called(request)):
        decision: JsonValue = [str(campaign_id), interrupt_id, asked.answer]
        known = await taken(commands, command_id, decision, this_process(), called=command_called(request))
        if known is not None:
            return OneDecided.model_validate(known)
        try:
            return await decide(lambda run_id: Receipt(command_id, done(run_id).model_dump(mode="json")))
        except BaseException:
            await forget(commands, command_id)
            raise


@router.post(
    "/campaigns/{campaign_id}/what-if",
    responses=refuses(Conflict, PlatformFailure),
    openapi_extra=needs(Role.VIEWER),
)
async def what_if(campaign_id: OwnCampaign, tried: BudgetsToTry, caller: TheCaller, system: TheSystem) -> WhatIf:
    """What an approval with these budgets would book and is expected to earn, or what it would be refused with. Nothing
    is kept and nothing decided: it may be asked while budgets are typed."""
    return await system.what_if(campaign_id, tried.budgets, caller.name or "you")
