"""What withdrawing one lesson would change, worked out without doing it."""

import math

from pydantic import BaseModel, Field

from agents.response.beliefs import posterior_of
from agents.response.evidence import Evidence
from agents.response.group_rows import cells_of
from domain.lesson import Lesson
from domain.plan import INTERVAL_Z, Interval
from runtime.reporting.learning.believed import Believed, known_cells, newest_day, rows_of

_TELLING = 0.02
"""A belief counts as moved by this share of its deviation before any lesson, and a scale by this share of itself."""


class MovedBelief(BaseModel):
    """A belief with and without the lesson. Effects are relative lifts at saturation, scales pounds a store and day."""

    cell: str
    with_mean: float
    with_interval: Interval
    with_scale: float
    without_mean: float
    without_interval: Interval
    without_scale: float
    lessons_left: int = Field(description="lessons that would still be behind the belief")


class Withdrawal(BaseModel):
    """The effect of withdrawing a lesson; of one withdrawn already, the effect of its having been."""

    lesson: Lesson
    lessons_left: int = Field(description="lessons that would still count in its world")
    changes: list[MovedBelief] = Field(description="the beliefs it moves, the furthest moved first")


def withdrawal_of(lesson: Lesson, evidence: Evidence) -> Withdrawal:
    """`evidence` is that of its world, the lesson itself in it or not."""
    counted = lesson.model_copy(update={"withdrawn": False})
    without = Evidence.of([one for one in evidence.lessons if one.id != lesson.id])
    having = without.with_lesson(counted)
    cells, day = known_cells(having), newest_day(having)
    if not cells:
        return Withdrawal(lesson=lesson, lessons_left=len(without.lessons), changes=[])
    with_it, without_it = (rows_of(posterior_of(side, cells, day)) for side in (having, without))
    own = set(cells_of(counted))
    moved = [(_moved(*pair), *pair) for pair in zip(with_it, without_it, strict=True)]
    moved.sort(key=lambda one: (-one[0], one[1].cell))
    return Withdrawal(
        lesson=lesson,
        lessons_left=len(without.lessons),
        changes=[_change(kept, left) for by, kept, left in moved if by >= _TELLING or kept.cell in own],
    )


def _moved(kept: Believed, left: Believed) -> float:
    """How far the lesson moves a belief: the effect in deviations from before any lesson, or the scale in itself."""
    deviation = (kept.before_interval.high - kept.before_mean) / INTERVAL_Z
    return max(abs(kept.mean - left.mean) / deviation, abs(math.log(kept.scale / left.scale)))


def _change(kept: Believed, left: Believed) -> MovedBelief:
    return MovedBelief(
        cell=kept.cell,
        with_mean=kept.mean,
        with_interval=kept.interval,
        with_scale=kept.scale,
        without_mean=left.mean,
        without_interval=left.interval,
        without_scale=left.scale,
        lessons_left=len(left.lessons),
    )
