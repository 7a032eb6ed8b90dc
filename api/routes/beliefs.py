"""What the system believes about each channel, and the lessons behind it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.dependencies import LONGEST_NAME, PageCursor, TheSystem
from api.guarded import GuardedRoute, does
from domain.caller import Act
from domain.context import LIVE_WORLD
from domain.lesson import Belief
from storage.records import LessonPage

router = APIRouter(tags=["learning"], route_class=GuardedRoute)


class Beliefs(BaseModel):
    items: list[Belief]
    next: str | None = None


@router.get("/beliefs")
async def get_beliefs(
    system: TheSystem,
    learned_in: Annotated[
        str, Query(max_length=LONGEST_NAME, description="`live`, or source and seed: `simulated:7`")
    ] = LIVE_WORLD,
) -> Beliefs:
    """The posterior of every cell some lesson of that world speaks of."""
    return Beliefs(items=list(await system.beliefs(learned_in)))


@router.get("/lessons")
async def get_lessons(
    system: TheSystem,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: PageCursor = None,
    campaign_id: UUID | None = None,
) -> LessonPage:
    """Lessons, withdrawn ones included and marked, the oldest first: of one campaign, or of all."""
    return await system.lessons.page(limit=limit, after=after, campaign_id=campaign_id)


@router.delete("/lessons/{lesson_id}", status_code=204, openapi_extra=does(Act.WITHDRAW_LESSON))
async def withdraw(lesson_id: UUID, system: TheSystem) -> None:
    """Withdraw a bad lesson; the beliefs are as if it had never been."""
    await system.lessons.withdraw(lesson_id)
