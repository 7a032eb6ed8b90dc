"""What the system believes about each channel, and the lessons behind it."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import TheSystem
from domain.lesson import Belief, Lesson

router = APIRouter(tags=["learning"])


class Beliefs(BaseModel):
    items: list[Belief]
    next: str | None = None


class Lessons(BaseModel):
    items: list[Lesson]
    next: str | None = None


@router.get("/beliefs")
async def get_beliefs(system: TheSystem) -> Beliefs:
    """The posterior of every cell some lesson speaks of."""
    return Beliefs(items=list(await system.beliefs()))


@router.get("/lessons")
async def get_lessons(system: TheSystem) -> Lessons:
    """Every lesson, withdrawn ones included and marked."""
    return Lessons(items=list(await system.lessons.every()))


@router.delete("/lessons/{lesson_id}", status_code=204)
async def withdraw(lesson_id: UUID, system: TheSystem) -> None:
    """Withdraw a bad lesson; the beliefs are as if it had never been."""
    await system.lessons.withdraw(lesson_id)
