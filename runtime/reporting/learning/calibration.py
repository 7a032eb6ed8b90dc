"""Whether campaigns earned what was predicted of them, as often as the intervals say."""

import math
from collections.abc import Iterable
from uuid import UUID

from pydantic import BaseModel, Field

from domain.day import Day
from domain.lesson import Lesson
from domain.plan import INTERVAL_LEVEL, Interval
from runtime.reporting.proportions import wilson
from storage.campaigns.predictions import PredictedCycle

MOST_CAMPAIGNS = 200


class CalibratedCycle(BaseModel):
    """One cycle: ROI as it was predicted and as it was measured."""

    campaign_id: UUID
    name: str
    called: str = Field(description="as a campaign's")
    cycle: int
    learned_on: Day
    category: str
    predicted: float
    predicted_interval: Interval
    measured: float
    measured_interval: Interval
    inside: bool = Field(description="whether the measured ROI lies in the interval that was predicted")
    agrees: bool = Field(
        description="whether measured less predicted is nearer to 0 than its own interval reaches, which counts the "
        "error of the measurement in"
    )
    is_simulated: bool


class Calibration(BaseModel):
    """Of cycles that were predicted and measured, the newest first. Of what is well predicted, `level` agrees; fewer
    are inside, as what is measured has an error of its own."""

    learned_in: str
    level: float = INTERVAL_LEVEL
    cycles: list[CalibratedCycle]
    inside: float | None = Field(description="share inside the predicted interval; None without a cycle")
    inside_interval: Interval | None
    agrees: float | None
    agrees_interval: Interval | None
    bias: float | None = Field(description="mean of measured less predicted ROI")


def calibration_of(pairs: Iterable[tuple[Lesson, PredictedCycle]], learned_in: str) -> Calibration:
    """`pairs` are lessons with what their cycles predicted and measured, the newest first."""
    cycles = [_cycle(lesson, cycle) for lesson, cycle in pairs]
    count, inside, agrees = len(cycles), sum(one.inside for one in cycles), sum(one.agrees for one in cycles)
    return Calibration(
        learned_in=learned_in,
        cycles=cycles,
        inside=inside / count if count else None,
        inside_interval=wilson(inside, count),
        agrees=agrees / count if count else None,
        agrees_interval=wilson(agrees, count),
        bias=sum(one.measured - one.predicted for one in cycles) / count if count else None,
    )


def _cycle(lesson: Lesson, cycle: PredictedCycle) -> CalibratedCycle:
    expected = cycle.predicted_interval
    # Both intervals are at one level, so their half widths add as deviations do. A predicted one may be cut off below.
    reach = math.hypot(expected.high - cycle.predicted, _half(cycle.measured_interval))
    return CalibratedCycle(
        campaign_id=cycle.campaign_id,
        name=cycle.name,
        called=cycle.called,
        cycle=cycle.cycle,
        learned_on=lesson.learned_on,
        category=lesson.category,
        predicted=cycle.predicted,
        predicted_interval=expected,
        measured=cycle.measured,
        measured_interval=cycle.measured_interval,
        inside=expected.low <= cycle.measured <= expected.high,
        agrees=abs(cycle.measured - cycle.predicted) <= reach,
        is_simulated=cycle.is_simulated,
    )


def _half(interval: Interval) -> float:
    return (interval.high - interval.low) / 2
