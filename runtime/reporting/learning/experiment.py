"""The experiment that a campaign was: its arms, what they sold before and in the flight, and what treated stores would
have sold by the held-out ones."""

import math
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from domain.channel import Channel
from domain.day import Day
from domain.errors import DataFault
from domain.lesson import GroupLifts
from domain.money import Money
from domain.performance import PerformanceReport
from domain.plan import INTERVAL_LEVEL, INTERVAL_Z, CampaignPlan, Flight, Interval
from world.ports import StoreSales

Vector = NDArray[np.float64]

FEWEST_DAYS = 7
"""Days before the flight without which nothing is said of what the stores would have sold."""


class ExperimentDay(BaseModel):
    """Units a store and day; None on days that were not counted, or that ads were paused on."""

    day: Day
    in_flight: bool
    treated: float | None
    held_out: float | None
    expected: float | None = Field(description="of the treated stores, by the held-out ones")
    low: float | None
    high: float | None


class ExperimentArm(BaseModel):
    """Stores that were served alike."""

    name: str = Field(description="of the group of stores; `treated` where all treated stores were served alike")
    stores: list[str]
    spend: dict[Channel, Money] = Field(description="pounds in the flight, as delivered to these stores")
    lift: float | None = Field(description="relative, against the held-out stores; None where it was not kept")
    lift_interval: Interval | None


class CampaignExperiment(BaseModel):
    """`days` hold the four weeks before the campaign and the flight. The line and its band are a picture of the arms'
    totals; `lift` is what was measured store by store, and what was learned from."""

    campaign_id: UUID
    cycle: int
    category: str
    flight: Flight
    level: float = INTERVAL_LEVEL
    method: str
    held_out: list[str]
    arms: list[ExperimentArm]
    days: list[ExperimentDay]
    lift: float = Field(description="relative change of the treated stores' units")
    incremental_sales: Money
    incremental_interval: Interval = Field(description="pounds")
    before_inside: float = Field(description="share of the days before the flight on which treated stores lay in band")


def experiment_of(
    plan: CampaignPlan, report: PerformanceReport, sales: StoreSales, lifts: GroupLifts | None
) -> CampaignExperiment:
    """From the `sales` the report was measured on: of the days before, and of the flight.

    The treated stores are expected to sell what the held-out ones do, times what they sold more or less of before.
    The band is a prediction's for one day, by the scatter of the days before (of ln treated / held out): t-quantile
    x deviation x sqrt(1 + 1 / days) (Montgomery & Runger 2014, section 8.7). Raises DataFault with fewer than
    `FEWEST_DAYS` days before the flight on which both arms sold.
    """
    treated, held_out = (_a_day(sales, stores) for stores in (plan.holdout.treated_stores, plan.holdout.control_stores))
    first = (report.flight.start - sales.start).days
    expected, low, high = counterfactual(treated, held_out, first)
    seen = np.flatnonzero(np.isfinite(treated[:first]) & np.isfinite(low[:first]))
    inside = (treated[seen] >= low[seen]) & (treated[seen] <= high[seen])
    return CampaignExperiment(
        campaign_id=report.campaign_id,
        cycle=report.cycle,
        category=plan.category,
        flight=report.flight,
        method=report.lift.method,
        held_out=plan.holdout.control_stores,
        arms=_arms(plan, report, lifts),
        days=[
            ExperimentDay(
                day=sales.start + timedelta(days=day),
                in_flight=day >= first,
                treated=_number(treated[day]),
                held_out=_number(held_out[day]),
                expected=_number(expected[day]),
                low=_number(low[day]),
                high=_number(high[day]),
            )
            for day in range(len(treated))
        ],
        lift=report.lift.lift,
        incremental_sales=report.lift.incremental_sales,
        incremental_interval=report.lift.interval,
        before_inside=float(inside.mean()),
    )


def counterfactual(treated: Vector, held_out: Vector, first: int) -> tuple[Vector, Vector, Vector]:
    """What treated stores were expected to sell [T] with the ends of the band, from both arms' units [T]; the flight
    begins at `first`. Raises DataFault for too few days before it."""
    from scipy.special import stdtrit

    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log(treated / held_out)
    before = ratio[:first][np.isfinite(ratio[:first])]
    if len(before) < FEWEST_DAYS:
        raise DataFault(
            f"both arms sold on {len(before)} days before the flight, and {FEWEST_DAYS} are needed to compare them",
            remedy="look at the campaign's report, which compares the arms' totals",
        )
    count = len(before)
    quantile = float(stdtrit(count - 1, 0.5 + INTERVAL_LEVEL / 2))
    reach = quantile * float(before.std(ddof=1)) * math.sqrt(1 + 1 / count)
    expected = held_out * math.exp(float(before.mean()))
    return expected, expected * math.exp(-reach), expected * math.exp(reach)


def _a_day(sales: StoreSales, stores: Sequence[str]) -> Vector:
    """Units a store and day of those stores that were counted [T]; NaN where none was."""
    units = sales.units[sales.rows_of(stores)]
    counted = np.isfinite(units).sum(axis=0)
    return np.where(counted > 0, np.nansum(units, axis=0) / np.maximum(counted, 1), np.nan)


def _arms(plan: CampaignPlan, report: PerformanceReport, lifts: GroupLifts | None) -> list[ExperimentArm]:
    groups = plan.experiment.groups if plan.experiment is not None else []
    served = {group.name: group.stores for group in groups} or {"": plan.holdout.treated_stores}
    arms = []
    for index, (name, stores) in enumerate(served.items()):
        lift, interval = _lift(lifts, index, len(served))
        spend: dict[Channel, Money] = {}
        for one in report.groups:
            if one.group in (name, ""):
                share = 1 if one.group == name else Decimal(len(stores)) / len(plan.holdout.treated_stores)
                spend[one.channel] = spend.get(one.channel, Decimal(0)) + one.spend * share
        arms.append(
            ExperimentArm(
                name=name or "treated",
                stores=stores,
                spend={channel: amount.quantize(Decimal("0.01")) for channel, amount in spend.items()},
                lift=lift,
                lift_interval=interval,
            )
        )
    return arms


def _lift(lifts: GroupLifts | None, index: int, arms: int) -> tuple[float | None, Interval | None]:
    """Of one arm, where the lesson keeps one lift for each of them."""
    if lifts is None or len(lifts.groups) != arms:
        return None, None
    log_lift, reach = lifts.groups[index].log_lift, INTERVAL_Z * math.sqrt(lifts.covariance[index][index])
    return math.expm1(log_lift), Interval(low=math.expm1(log_lift - reach), high=math.expm1(log_lift + reach))


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return round(float(value), 3) if np.isfinite(value) else None
