"""What is believed of each cell, beside what was believed before any lesson, and how it came to that."""

import math
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from agents.response.beliefs import Posterior, posterior_of
from agents.response.curves import channel_of, parts_of
from agents.response.evidence import Evidence
from agents.response.group_rows import REFERENCE_SALES
from domain.channel import Channel
from domain.day import Day
from domain.lesson import Belief, Lesson
from domain.plan import INTERVAL_Z, Interval

LONGEST_HISTORY = 50
"""Steps: the newest of those that moved the belief."""


class Believed(Belief):
    """A belief as it is shown. Effects are relative lifts at saturation; scales are pounds a store and day, at which
    63 % of the effect is reached, where a store sells `REFERENCE_SALES` pounds a day of the category."""

    channel: Channel
    audience: str
    category: str
    interval: Interval = Field(description="of the effect; as ads are taken not to lose sales, never below zero")
    before_mean: float = Field(description="the effect before any lesson")
    before_interval: Interval
    scale: float = Field(gt=0)
    scale_interval: Interval
    before_scale: float = Field(gt=0, description="the scale before any lesson")


class BeliefStep(BaseModel):
    """How one lesson moved one belief, on the day that it was learned. Effects are relative lifts at saturation."""

    lesson_id: UUID
    campaign_id: UUID
    learned_on: Day
    category: str
    statement: str
    before_mean: float
    before_interval: Interval
    after_mean: float
    after_interval: Interval


def effect_interval(mean: float, deviation: float) -> Interval:
    """Of an effect, which is taken not to be below zero."""
    return Interval(low=max(mean - INTERVAL_Z * deviation, 0.0), high=max(mean + INTERVAL_Z * deviation, 0.0))


def scale_interval(log_mean: float, log_deviation: float) -> Interval:
    """Of a scale whose logarithm is normal."""
    spread = INTERVAL_Z * log_deviation
    return Interval(low=math.exp(log_mean - spread), high=math.exp(log_mean + spread))


def known_cells(evidence: Evidence, category: str | None = None) -> list[str]:
    """The cells that lessons not withdrawn speak of, by name; of one category where one is named."""
    return sorted(cell for cell in evidence.cells if category is None or parts_of(cell)[2] == category)


def newest_day(evidence: Evidence) -> date:
    """The day of the newest lesson, on which beliefs are asked for; any day serves where there is none."""
    return max((lesson.learned_on for lesson in evidence.lessons), default=date.min)


def believed(evidence: Evidence, cells: Sequence[str]) -> list[Believed]:
    """What is believed of `cells` on the day of the newest lesson, in that order."""
    return rows_of(posterior_of(evidence, cells, newest_day(evidence))) if cells else []


def rows_of(found: Posterior) -> list[Believed]:
    """A row a cell."""
    nothing = posterior_of(Evidence.of(()), found.cells, date.min)
    count = len(found.cells)
    scales, scale_variances = found.log_scale(REFERENCE_SALES), found.local(REFERENCE_SALES).diagonal()[count:]
    before_scales = nothing.log_scale(REFERENCE_SALES)
    rows = []
    for index, belief in enumerate(found.beliefs()):
        _, audience, category = parts_of(belief.cell)
        before_mean, before_sd = float(nothing.mean[index]), float(nothing.deviation[index])
        rows.append(
            Believed(
                **belief.model_dump(),
                channel=channel_of(belief.cell),
                audience=audience,
                category=category,
                interval=effect_interval(belief.mean, belief.sd),
                before_mean=before_mean,
                before_interval=effect_interval(before_mean, before_sd),
                scale=math.exp(scales[index]),
                scale_interval=scale_interval(float(scales[index]), math.sqrt(scale_variances[index])),
                before_scale=math.exp(before_scales[index]),
            )
        )
    return rows


def history_of(lessons: Sequence[Lesson], cell: str) -> list[BeliefStep]:
    """How the belief about `cell` moved by `lessons`, in the order they came in, by day: the newest `LONGEST_HISTORY`
    of those that tell something of it, as a plan would cite them."""
    told = sorted((one for one in lessons if not one.withdrawn), key=lambda one: one.learned_on)
    evidence = Evidence.of(told)
    telling = {one.id for one in posterior_of(evidence, [cell], newest_day(evidence)).cited([cell])}
    places = [place for place, one in enumerate(told) if one.id in telling][-LONGEST_HISTORY:]
    if not places:
        return []
    steps, known = [], Evidence.of(told[: places[0]])
    for place in range(places[0], places[-1] + 1):
        added = known.with_lesson(told[place])
        if place in places:
            before, after = (posterior_of(side, [cell], told[place].learned_on) for side in (known, added))
            steps.append(_step(told[place], before, after))
        known = added
    return steps


def _step(lesson: Lesson, before: Posterior, after: Posterior) -> BeliefStep:
    return BeliefStep(
        lesson_id=lesson.id,
        campaign_id=lesson.campaign_id,
        learned_on=lesson.learned_on,
        category=lesson.category,
        statement=lesson.statement,
        before_mean=float(before.mean[0]),
        before_interval=effect_interval(float(before.mean[0]), float(before.deviation[0])),
        after_mean=float(after.mean[0]),
        after_interval=effect_interval(float(after.mean[0]), float(after.deviation[0])),
    )
