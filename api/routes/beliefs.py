"""What the system believes about each channel, how it came to that, and what a lesson's withdrawal would change."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from agents.response.group_rows import REFERENCE_SALES
from api.dependencies import LONGEST_NAME, Named, PageCursor, TheSystem
from api.guarded import GuardedRoute, does
from api.openapi import refuses
from domain.caller import Act
from domain.errors import NotFound
from domain.plan import INTERVAL_LEVEL
from runtime.reporting.learning.believed import BeliefStep, Believed
from runtime.reporting.learning.board import LessonsOfWorld
from runtime.reporting.learning.withdrawal import Withdrawal
from storage.records import LessonPage

router = APIRouter(tags=["learning"], route_class=GuardedRoute)

LearnedIn = Annotated[
    str | None,
    Query(
        max_length=LONGEST_NAME,
        description="the live world when empty; or source, seed and shoppers (none for real and textbook ones), "
        "as in `simulated:7:lifelike`",
    ),
]


class Beliefs(BaseModel):
    level: float = INTERVAL_LEVEL
    daily_sales: float = REFERENCE_SALES
    """Pounds a store sells a day of the category, where the scales are as they are told."""
    worlds: list[LessonsOfWorld]
    """Every world that lessons which count were learned in."""
    items: list[Believed]
    next: str | None = None


class BeliefHistory(BaseModel):
    level: float = INTERVAL_LEVEL
    belief: Believed
    steps: list[BeliefStep]


@router.get("/beliefs")
async def get_beliefs(
    system: TheSystem,
    learned_in: LearnedIn = None,
    category: Annotated[str | None, Query(max_length=LONGEST_NAME)] = None,
) -> Beliefs:
    """What is believed of every cell some lesson of that world speaks of; of one category, of all its channels."""
    board = system.figures.learning
    return Beliefs(worlds=list(await board.worlds()), items=list(await board.beliefs(learned_in, category)))


@router.get("/beliefs/history")
async def get_history(system: TheSystem, cell: Named, learned_in: LearnedIn = None) -> BeliefHistory:
    """How the belief about one cell moved, lesson by lesson, the oldest first."""
    board = system.figures.learning
    return BeliefHistory(belief=await board.belief(cell, learned_in), steps=list(await board.history(cell, learned_in)))


@router.get("/lessons")
async def get_lessons(
    system: TheSystem,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: PageCursor = None,
    campaign_id: UUID | None = None,
    newest_first: bool = False,
) -> LessonPage:
    """Lessons, withdrawn ones included and marked, the oldest first unless told: of one campaign, or of all."""
    return await system.lessons.page(limit=limit, after=after, campaign_id=campaign_id, newest_first=newest_first)


@router.get("/lessons/{lesson_id}/withdrawal", responses=refuses(NotFound))
async def preview_withdrawal(lesson_id: UUID, system: TheSystem) -> Withdrawal:
    """What withdrawing a lesson would change; nothing is changed."""
    return await system.figures.learning.withdrawal(lesson_id)


@router.delete("/lessons/{lesson_id}", status_code=204, openapi_extra=does(Act.WITHDRAW_LESSON))
async def withdraw(lesson_id: UUID, system: TheSystem) -> None:
    """Withdraw a bad lesson; the beliefs are as if it had never been."""
    await system.lessons.withdraw(lesson_id)
