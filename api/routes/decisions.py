"""What waits for a person, and until when."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import TheSystem
from domain.plan import Flight
from storage.records import CampaignRecord

router = APIRouter(tags=["campaigns"])


class WaitingDecision(BaseModel):
    """A campaign at the gate."""

    campaign: CampaignRecord
    flight: Flight | None
    decide_before: Annotated[
        date | None,
        Field(description="its flight's first day; None in a world of its own, where no day passes by itself"),
    ]
    is_open: Annotated[bool, Field(description="whether it can still be approved")]


class WaitingDecisions(BaseModel):
    items: list[WaitingDecision]


@router.get("/decisions")
async def list_waiting(system: TheSystem) -> WaitingDecisions:
    """Every campaign that waits for a person, who must be decided soonest first."""
    today = (await system.live.now()).today
    return WaitingDecisions(
        items=[
            WaitingDecision(
                campaign=waiting.campaign,
                flight=waiting.flight,
                decide_before=waiting.decide_before,
                is_open=waiting.is_open(today),
            )
            for waiting in sorted(await system.deadlines.waiting(), key=lambda waiting: not waiting.is_open(today))
        ]
    )
