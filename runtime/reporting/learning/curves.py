"""Response curves as they are believed, and the campaigns they were learned from as points beside them."""

import math
from collections.abc import Sequence
from uuid import UUID

import numpy as np
from pydantic import BaseModel, Field

from agents.response.beliefs import Posterior, posterior_of
from agents.response.curves import cell_name, channel_of
from agents.response.evidence import Evidence
from agents.response.group_rows import CHANNELS, cells_of
from domain.channel import Channel
from domain.day import Day
from domain.lesson import GroupLift, Lesson
from domain.plan import INTERVAL_LEVEL, INTERVAL_Z, Interval
from runtime.reporting.learning.believed import newest_day
from runtime.reporting.learning.market import FLIGHT_DAYS, CategoryMarket

_STEPS = 24
_FURTHEST = 1.15
"""How far beyond the largest spend seen a curve is drawn; without any, to twice the scale."""
_MOST_POINTS = 200


class CurvePoint(BaseModel):
    """One group of stores of one campaign: what was spent on it by this channel, and what that is read to have sold.

    All channels of a group act together, so a point is what was measured less what the others are believed to have
    sold (a partial residual: Larsen & McCleary 1972). Its interval is of the measurement alone. Pounds a store and day.
    """

    campaign_id: UUID
    lesson_id: UUID
    learned_on: Day
    spend: float
    sales: float
    interval: Interval


class ResponseCurve(BaseModel):
    """`spend` [n] and expected incremental `sales` [n] with the ends of their interval, pounds a store and day."""

    channel: Channel
    cell: str
    lessons: int = Field(description="lessons that moved the belief by what is worth citing")
    spend: list[float]
    sales: list[float]
    low: list[float]
    high: list[float]
    points: list[CurvePoint]


class CategoryCurves(BaseModel):
    """Of a category for an audience. Pounds a store and day are pounds a flight times `stores` and `days`."""

    learned_in: str
    category: str
    audience: str
    today: Day
    level: float = INTERVAL_LEVEL
    daily_sales: float = Field(description="pounds a store sells of the category a day without ads")
    stores: int = Field(description="that a flight would advertise in, the held-out ones left out")
    days: int = Field(description="of a flight")
    margin_rate: float
    barred: list[Channel] = Field(description="channels the law bars to the category")
    curves: list[ResponseCurve]


def curves_of(market: CategoryMarket, evidence: Evidence, learned_in: str) -> CategoryCurves:
    """Every channel that may be bought, in the order of `Channel`."""
    points = _points(market, evidence)
    return CategoryCurves(
        learned_in=learned_in,
        category=market.category,
        audience=market.audience,
        today=market.today,
        daily_sales=market.daily_sales,
        stores=market.stores,
        days=FLIGHT_DAYS,
        margin_rate=market.margin_rate,
        barred=sorted(market.barred),
        curves=_curves(market.beliefs, market.daily_sales, points),
    )


def _curves(beliefs: Posterior, daily_sales: float, points: dict[Channel, list[CurvePoint]]) -> list[ResponseCurve]:
    curves = beliefs.curves(daily_sales, store_days=1.0)
    channels = [channel_of(cell) for cell in beliefs.cells]
    furthest = np.array(
        [
            max((_FURTHEST * point.spend for point in points[channel]), default=0.0) or 2 * float(scale)
            for channel, scale in zip(channels, curves.scale, strict=True)
        ]
    )
    furthest = np.maximum(furthest, curves.scale)
    spend = np.linspace(0.0, 1.0, _STEPS + 1)[:, None] * furthest[None, :]
    mean = beliefs.effect
    sales = np.array([curves.sales(row, mean) for row in spend])
    variance = np.array([np.diag(beliefs.sales_covariance(curves, row)) for row in spend])
    reach = INTERVAL_Z * np.sqrt(np.maximum(variance, 0.0))
    return [
        ResponseCurve(
            channel=channel,
            cell=belief.cell,
            lessons=len(belief.lessons),
            spend=spend[:, index].tolist(),
            sales=sales[:, index].tolist(),
            low=np.maximum(sales[:, index] - reach[:, index], 0.0).tolist(),
            high=(sales[:, index] + reach[:, index]).tolist(),
            points=points[channel],
        )
        for index, (channel, belief) in enumerate(zip(channels, beliefs.beliefs(), strict=True))
    ]


def _points(market: CategoryMarket, evidence: Evidence) -> dict[Channel, list[CurvePoint]]:
    """By channel, from the newest lessons about the category and audience that keep their experiment by groups."""
    told = [
        one
        for one in evidence.lessons
        if one.category == market.category and one.lifts is not None and one.lifts.audience == market.audience
    ]
    told.sort(key=lambda one: (one.learned_on, one.id.int), reverse=True)
    found: dict[Channel, list[CurvePoint]] = {channel: [] for channel in Channel}
    cells = sorted({cell for one in told for cell in cells_of(one)})
    if not cells:
        return found
    beliefs = posterior_of(evidence, cells, newest_day(evidence))
    spoken_of = {channel_of(cell) for cell in cells}
    for lesson in told:
        if all(len(found[channel]) >= _MOST_POINTS for channel in spoken_of):
            break
        for channel, point in _points_of(lesson, beliefs, market):
            if len(found[channel]) < _MOST_POINTS:
                found[channel].append(point)
    return found


def _points_of(lesson: Lesson, beliefs: Posterior, market: CategoryMarket) -> Sequence[tuple[Channel, CurvePoint]]:
    points = []
    lifts = lesson.lifts
    for index, group in enumerate(lifts.groups if lifts is not None else ()):
        variance = lifts.covariance[index][index] if lifts is not None else 0.0
        sold = math.exp(group.log_lift - variance / 2)
        reach = INTERVAL_Z * sold * math.sqrt(variance) * market.daily_sales
        believed = _believed_lifts(group, beliefs, market.audience, market.category)
        for channel, own in believed.items():
            sales = (sold - 1 - sum(believed.values()) + own) * market.daily_sales
            points.append(
                (
                    channel,
                    CurvePoint(
                        campaign_id=lesson.campaign_id,
                        lesson_id=lesson.id,
                        learned_on=lesson.learned_on,
                        spend=group.spend[channel],
                        sales=sales,
                        interval=Interval(low=sales - reach, high=sales + reach),
                    ),
                )
            )
    return points


def _believed_lifts(group: GroupLift, beliefs: Posterior, audience: str, category: str) -> dict[Channel, float]:
    """The relative lift each channel spent on the group is believed to have given it."""
    curves = beliefs.curves(group.daily_sales, store_days=1.0)
    spend = np.zeros(len(beliefs.cells))
    place = {}
    for channel in CHANNELS:
        if group.spend.get(channel, 0.0) > 0:
            place[channel] = beliefs.cells.index(cell_name(channel, audience, category))
            spend[place[channel]] = group.spend[channel]
    lifts = curves.sales(spend, beliefs.effect) / group.daily_sales
    return {channel: float(lifts[index]) for channel, index in place.items()}
