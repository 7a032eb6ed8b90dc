"""What waits for a person, and until when: who must be decided soonest first."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Protocol, Self
from uuid import UUID

from pydantic import BaseModel, Field

from domain.caller import Act, Role
from domain.cursors import Cursors, Instant
from domain.model_calls import Dollars
from domain.money import Money
from domain.plan import Flight, Interval
from runtime.live.asking import Asking
from runtime.live.deadlines import Deadlines, Waiting, count_open
from storage.campaigns.figures import FigureQueries, PlannedCycle
from storage.engine.readable import Readable, each_once, readable
from storage.records import CampaignRecord, Unreadable

_CURSORS = Cursors("decisions", tuple[bool, date, Instant, UUID])


class WaitingDecision(BaseModel):
    """A campaign at the gate."""

    campaign: CampaignRecord
    flight: Flight | None
    decide_before: Annotated[
        date | None,
        Field(description="its flight's first day; None in a world of its own, where no day passes by itself"),
    ]
    is_open: Annotated[bool, Field(description="whether it can still be approved")]
    budget: Annotated[Money | None, Field(description="what its newest plan would spend; None before there is one")]
    predicted_roi: Annotated[float | None, Field(description="of that plan: incremental margin over spend, less 1")]
    roi_interval: Interval | None


class AskedForMoney(BaseModel):
    """A campaign that stopped before its chat model would have cost more than it may."""

    campaign: CampaignRecord
    interrupt_id: str
    step: Annotated[str, Field(description="which would ask the model")]
    spent: Annotated[Dollars, Field(description="what its models have cost by now, or may have where nobody knows")]
    limit: Annotated[Dollars, Field(description="what they may cost")]
    at_least: Annotated[Dollars, Field(description="the lowest limit that pays for the next question")]
    answered_by: Annotated[Role, Field(description="who may answer")]
    decide_before: Annotated[
        date | None,
        Field(
            description=(
                "its flight's first day: once the day before is over, the clock has it go on without the model. "
                "None in a world of its own, where no day passes by itself"
            )
        ),
    ]
    is_open: Annotated[bool, Field(description="whether it would still be in time for its flight")]


class WaitingDecisions(BaseModel):
    items: list[WaitingDecision]
    asked_for_money: Annotated[
        list[AskedForMoney],
        Field(
            description="campaigns that ask what their chat model may cost, on the first page; not counted in `open`"
        ),
    ] = []
    open: Annotated[int, Field(description="how many can still be approved, on all pages")]
    next: Annotated[str | None, Field(description="the cursor of the following page; None at the last")]
    unreadable: Annotated[
        list[Unreadable], Field(description="campaigns that may wait and cannot be read, each with why; left out")
    ] = []

    def together_with(self, asked: Readable[AskedForMoney]) -> Self:
        unreadable = each_once([*self.unreadable, *asked.unreadable])
        return self.model_copy(update={"asked_for_money": asked.items, "unreadable": unreadable})


async def waiting_decisions(
    deadlines: Deadlines,
    figures: FigureQueries,
    today: date,
    *,
    limit: int,
    after: str | None = None,
    campaign_id: UUID | None = None,
) -> WaitingDecisions:
    """Of one campaign or of all, those that can still be approved first. Raises BadInput for a bad cursor."""
    seen = None if after is None else _CURSORS.key(after)
    found = await deadlines.waiting()
    waiting = [one for one in found.items if campaign_id in (None, one.campaign.id)]
    ordered = sorted((_key(one, today), one) for one in waiting)
    ahead = [(key, one) for key, one in ordered if seen is None or key > seen]
    shown = ahead[:limit]

    async def told(some: Sequence[Waiting]) -> list[WaitingDecision]:
        planned = await figures.of_campaigns([one.campaign.id for one in some])
        return [_decision(one, planned[one.campaign.id].plans, today) for one in some]

    decisions = await readable([one for _, one in shown], told, lambda one: one.campaign.id)
    torn = [one for one in found.unreadable if campaign_id in (None, one.campaign_id)]
    return WaitingDecisions(
        items=decisions.items,
        open=count_open(waiting, today),
        next=_CURSORS.after(shown[-1][0]) if len(ahead) > limit else None,
        unreadable=each_once([*torn, *decisions.unreadable]),
    )


class Campaigns(Protocol):
    async def get(self, campaign_id: UUID) -> CampaignRecord | None: ...


async def asked_for_money(
    deadlines: Deadlines, campaigns: Campaigns, today: date, *, campaign_id: UUID | None = None
) -> Readable[AskedForMoney]:
    """Of one campaign or of all, those that ask what their chat model may cost, the oldest first."""

    async def told(some: Sequence[Asking]) -> list[AskedForMoney]:
        return _asked([(one, await campaigns.get(one.campaign_id)) for one in some], today)

    asking = await deadlines.asking()
    wanted = [one for one in asking.items if campaign_id in (None, one.campaign_id)]
    torn = [one for one in asking.unreadable if campaign_id in (None, one.campaign_id)]
    found = await readable(wanted, told, lambda one: one.campaign_id)
    return Readable(found.items, [*torn, *found.unreadable])


def _asked(found: Sequence[tuple[Asking, CampaignRecord | None]], today: date) -> list[AskedForMoney]:
    return [
        AskedForMoney(
            campaign=campaign,
            interrupt_id=one.interrupt_id,
            step=one.request.node,
            spent=one.request.spent,
            limit=one.request.limit,
            at_least=one.request.at_least,
            answered_by=Act.ANSWER.role,
            decide_before=one.decide_before,
            is_open=one.is_open(today),
        )
        for one, campaign in found
        if campaign is not None
    ]


def _decision(waiting: Waiting, plans: Sequence[PlannedCycle], today: date) -> WaitingDecision:
    plan = plans[-1] if plans else None
    return WaitingDecision(
        campaign=waiting.campaign,
        flight=waiting.flight,
        decide_before=waiting.decide_before,
        is_open=waiting.is_open(today),
        budget=plan.budget if plan else None,
        predicted_roi=plan.predicted_roi if plan else None,
        roi_interval=plan.roi_interval if plan else None,
    )


def _key(waiting: Waiting, today: date) -> tuple[bool, date, datetime, UUID]:
    soonest = waiting.decide_before or date.max
    return not waiting.is_open(today), soonest, waiting.campaign.updated_at, waiting.campaign.id
